/* postfix_maps.c - whether Postfix can read its tables, and reads new ones */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "command/doctor/map.h"
#include "command/doctor/sight.h"
#include "number.h"
#include "shell_word.h"

#define TABLE_LINE 4096

static void
tell_index(struct sight *s, const char *parameter, const char *table,
    size_t len, enum map_state state)
{
	struct finding f = sight_begin(DOCTOR_FAULT);
	int shown = len < 150 ? (int)len : 150;
	char reload[SIGHT_COMMAND_MAX], whole[SCOPE_PATH_MAX];

	snprintf(whole, sizeof(whole), "%.*s", (int)len, table);
	finding_text(f.found, "Postfix in %s: %s names %.*s, %s.",
	    s->p->config, parameter, shown, table,
	    state == MAP_NO_SOURCE ? "which is not there" :
	    state == MAP_NO_INDEX ? "which was never compiled" :
	    "which was changed since it was compiled");
	finding_text(f.matters, "%s", state == MAP_OLD_INDEX ?
	    "Postfix goes by the compiled file, and so by what stood in the "
	    "source then." : "Mail waits as long as Postfix cannot open a "
	    "table: \"local data error while talking to ...\".");
	if (state == MAP_NO_SOURCE)
		finding_text(f.mend, "Make that file, as \"tokend setup "
		    "postfix\" does.");
	else
		finding_text(f.mend, "\"postmap %s\", then %s.",
		    SHELL_WORD(whole), sight_reload(s, reload));
	sight_tell(s, &f);
}

static void
check_tables(struct sight *s, const struct postfix_service *service,
    const char *parameter)
{
	const char *maps = postfix_value(s->p, service, parameter);
	enum map_state state;
	size_t len;

	for (; (maps = map_next(maps, &len)) != NULL; maps += len)
		if ((state = map_look(maps, len)) != MAP_GOOD)
			tell_index(s, parameter, maps, len, state);
}

/*
 * The number of the line of path that is to go, of those with the key of the
 * line that postmap(1) complains of: one that is not tokend's, else that one.
 */
static unsigned
find_spare_line(const struct sight *s, const char *path, unsigned second)
{
	char line[TABLE_LINE], key[TABLE_LINE] = "", *value;
	unsigned number, first = 0, pass;
	FILE *f = fopen(path, "re");
	struct entry e;

	for (pass = 0; f != NULL && pass < 2 && first == 0; pass++) {
		rewind(f);
		for (number = 1; fgets(line, sizeof(line), f) != NULL;
		    number++) {
			value = line + strcspn(line, " \t\n");
			if (*value != '\0')
				*value++ = '\0';
			value += strspn(value, " \t");
			value[strcspn(value, "\n")] = '\0';
			if (pass == 0 && number == second)
				snprintf(key, sizeof(key), "%s", line);
			if (pass == 0 || first != 0 ||
			    strcasecmp(line, key) != 0)
				continue;
			entry_judge(&e, value, s->bare_tokens);
			if (e.kind != ENTRY_ACCOUNT)
				first = number;
			explicit_bzero(&e, sizeof(e));
		}
	}
	if (f != NULL)
		fclose(f);
	explicit_bzero(line, sizeof(line));
	return first != 0 ? first : second;
}

/*
 * "postmap: warning: /etc/postfix/sasl_passwd, line 2: duplicate
 * entry: "KEY"": postmap -q finds the first, and the daemons open no such table
 * at all. 1 if it was told, else 0.
 */
static int
tell_twice(struct sight *s, const char *complaint)
{
	static const char line_is[] = ", line ", twice[] = ": duplicate entry";
	const char *end = strstr(complaint, twice), *number = end, *path;
	char file[SCOPE_PATH_MAX], reload[SIGHT_COMMAND_MAX];
	char word[SHELL_WORD_MAX(SCOPE_PATH_MAX)];
	struct finding f = sight_begin(DOCTOR_FAULT);
	int64_t line = 0;

	if (end == NULL)
		return 0;
	while (number > complaint && number[-1] != ' ')
		number--;
	if (number - complaint < (ptrdiff_t)sizeof(line_is) ||
	    number_read(number, &line) == 0)
		return 0;
	end = number - (sizeof(line_is) - 1);
	for (path = end; path > complaint && strchr(": ", path[-1]) == NULL;
	    path--)
		continue;
	snprintf(file, sizeof(file), "%.*s", (int)(end - path), path);
	finding_text(f.found, "Postfix in %s: %s has two lines for one relay, "
	    "the second in line %d.", s->p->config, file, (int)line);
	finding_text(f.matters, "Postfix opens no such table: mail waits, "
	    "\"local data error while talking to ...\".");
	finding_text(f.mend, "One of them has to go: \"sed -i %ud %s\", then "
	    "%s.", find_spare_line(s, file, (unsigned)line),
	    shell_word(word, sizeof(word), file), sight_reload(s, reload));
	sight_tell(s, &f);
	return 1;
}

/* 1 if the table has two lines for one key, and was told; else 0. */
static int
check_readable(struct sight *s, const struct postfix_service *service)
{
	const char *maps = postfix_value(s->p, service,
	    "smtp_sasl_password_maps");
	struct buf value = BUF_INIT(POSTFIX_TEXT_MAX);
	struct finding f;
	struct failure why = { .text = "" };
	size_t len;
	int found;

	/* A key that nobody has: only whether it can be asked for counts. */
	found = map_find(s->p, maps, "tokend.invalid", &value, &why);
	if (tell_twice(s, why.text)) {
		buf_free(&value);
		return 1;
	}
	if (found == -1) {
		if (geteuid() != 0) {
			doctor_unseen(s->d, "postfix", "Postfix in %s: the "
			    "password map is shown to root only.",
			    s->p->config);
		} else if (map_next(maps, &len) != NULL && map_look(maps,
		    len) == MAP_GOOD) {
			f = sight_begin(DOCTOR_FAULT);
			finding_text(f.found, "Postfix in %s: a table of "
			    "smtp_sasl_password_maps cannot be read: %.200s",
			    s->p->config, why.text);
			finding_text(f.matters, "Mail waits as long as "
			    "Postfix cannot open a table.");
			finding_text(f.mend, "\"postconf -m\" shows the types "
			    "that this Postfix has; the file itself should be "
			    "root's, with mode 600.");
			sight_tell(s, &f);
		}
	}
	buf_free(&value);
	return 0;
}

int
postfix_check_maps(struct sight *s, const struct postfix_service *service)
{
	static const char *const parameters[] = { "smtp_sasl_password_maps",
	    "smtp_tls_policy_maps" };
	static const char *const general[] = { "transport_maps",
	    "sender_dependent_relayhost_maps",
	    "sender_dependent_default_transport_maps" };
	size_t i;

	for (i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++)
		check_tables(s, service, parameters[i]);
	for (i = 0; i < sizeof(general) / sizeof(general[0]); i++)
		check_tables(s, NULL, general[i]);
	return check_readable(s, service);
}
