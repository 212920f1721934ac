/* SPDX-License-Identifier: BSD-2-Clause */
/* relay_conf.c - what postconf(1) says, and edits; see relay.h */
#include <stdio.h>
#include <string.h>

#include "command/postfix/postfix_literal.h"
#include "command/setup/postfix/relay.h"
#include "base/name.h"

static void
trim_value(struct buf *value)
{
	while (value->len > 0 && strchr(" \n", value->data[value->len - 1]))
		value->data[--value->len] = '\0';
}

/*
 * postconf(1) on the files in folder, with an option and a word (NULL: none).
 * Its complaint may name no file, so the failure names the folder.
 */
static int
run_postconf(const struct relaying *p, const char *folder,
    struct buf *output, const char *option, const char *word,
    struct failure *why)
{
	struct failure failure;

	if (setup_must(output, &failure, POSTCONF, "-c", folder, option,
	    word) == 0)
		return 0;
	return fail(why, failure.code, "Postfix in %s: %s", p->folder,
	    failure.text);
}

/* Asks about the files as they are, and edits those that were copies. */
static int
ask_postconf(const struct relaying *p, struct buf *output, const char *option,
    const char *word, struct failure *why)
{
	return run_postconf(p, p->folder, output, option, word, why);
}

static int
edit_copy(const struct relaying *p, const char *option, const char *word,
    struct failure *why)
{
	return run_postconf(p, p->s->copies, NULL, option, word, why);
}

int
relay_get(const struct relaying *p, const char *name, struct buf *value,
    struct failure *why)
{
	buf_reset(value);
	if (ask_postconf(p, value, "-hx", name, why) == -1)
		return -1;
	trim_value(value);
	return 0;
}

enum truth
relay_is(const struct relaying *p, const char *name, const char *word,
    struct failure *why)
{
	struct buf value = BUF_INIT(RELAY_VALUE_MAX);
	enum truth is_so = IS_UNKNOWN;

	if (relay_get(p, name, &value, why) == 0)
		is_so = strcmp(buf_text(&value), word) == 0 ? IS_TRUE :
		    IS_FALSE;
	buf_free(&value);
	return is_so;
}

enum truth
relay_is_usual(const struct relaying *p, const struct usual_value *usual,
    struct failure *why)
{
	struct buf value = BUF_INIT(RELAY_VALUE_MAX);
	enum truth is_so = IS_TRUE;
	const char *word;

	for (; is_so == IS_TRUE && usual->name != NULL; usual++) {
		if (relay_get(p, usual->name, &value, why) == -1) {
			is_so = IS_UNKNOWN;
			break;
		}
		word = value.len > 0 ? value.data : "-";
		if (!words_have(usual->words, word, strlen(word)))
			is_so = IS_FALSE;
	}
	buf_free(&value);
	return is_so;
}

enum truth
relay_overrides(const struct relaying *p, const char *service,
    const char *prefix, struct buf *value, struct failure *why)
{
	struct buf all = BUF_INIT(RELAY_VALUE_MAX);
	char start[RELAY_WORDS_MAX];
	const char *at;
	enum truth found = IS_FALSE;

	/* Lines "smtp/unix/NAME = VALUE", also of other services. */
	if (ask_postconf(p, &all, "-Px", NULL, why) == -1)
		found = IS_UNKNOWN;
	snprintf(start, sizeof(start), "%s/%s", service, prefix);
	for (at = buf_text(&all); found == IS_FALSE && *at != '\0';
	    at += strcspn(at, "\n"), at += *at == '\n') {
		if (strncmp(at, start, strlen(start)) != 0)
			continue;
		found = IS_TRUE;
		at += strlen(start);
		if (value == NULL || strncmp(at, " = ", 3) != 0)
			continue;
		buf_reset(value);
		if (buf_add(value, at + 3, strcspn(at + 3, "\n")) == -1)
			found = fail_memory(why);
	}
	buf_free(&all);
	return found;
}

enum truth
relay_has(const struct relaying *p, const char *service,
    struct failure *why)
{
	struct buf line = BUF_INIT(RELAY_VALUE_MAX);
	enum truth has = IS_UNKNOWN;

	if (ask_postconf(p, &line, "-M", service, why) == 0)
		has = line.len > 0 ? IS_TRUE : IS_FALSE;
	buf_free(&line);
	return has;
}

int
relay_set(struct relaying *p, const char *name, const char *value,
    struct failure *why)
{
	char line[RELAY_VALUE_MAX];
	enum truth is_so = relay_is(p, name, value, why);

	if (is_so != IS_FALSE)
		return is_so == IS_TRUE ? 0 : -1;
	snprintf(line, sizeof(line), "%s = ", name);
	if (postfix_literal_add(line, sizeof(line), value) == NULL)
		return fail(why, STATUS_CONFIG, "%s/main.cf: %s is too long",
		    p->folder, name);
	return edit_copy(p, "-e", line, why);
}

int
relay_add_table(struct relaying *p, const char *parameter, const char *file,
    relay_check *check, struct failure *why)
{
	struct buf tables = BUF_INIT(RELAY_VALUE_MAX);
	char table[SCOPE_PATH_MAX + 32];
	int result = relay_get(p, parameter, &tables, why);

	snprintf(table, sizeof(table), "texthash:%s%s", p->folder, file);
	if (result == 0 && strstr(buf_text(&tables), table) == NULL) {
		if (check != NULL)
			result = check(p, buf_text(&tables), why);
		if (result == 0 && ((tables.len > 0 &&
		    buf_adds(&tables, ", ") == -1) ||
		    buf_adds(&tables, table) == -1))
			result = fail_memory(why);
		if (result == 0)
			result = relay_set(p, parameter, tables.data, why);
	}
	buf_free(&tables);
	return result;
}

int
relay_add(struct relaying *p, const char *service, const char *line,
    struct failure *why)
{
	char words[RELAY_WORDS_MAX];

	snprintf(words, sizeof(words), "%s=%s", service, line);
	return edit_copy(p, "-M", words, why);
}

int
relay_override(struct relaying *p, const char *service,
    const char *name, const char *value, struct failure *why)
{
	struct buf is = BUF_INIT(RELAY_VALUE_MAX);
	char words[2 * SCOPE_PATH_MAX + RELAY_WORDS_MAX];
	enum truth is_so = relay_overrides(p, service, name, &is, why);

	if (is_so == IS_TRUE && strcmp(buf_text(&is), value) != 0)
		is_so = IS_FALSE;
	buf_free(&is);
	if (is_so != IS_FALSE)
		return is_so == IS_TRUE ? 0 : -1;
	snprintf(words, sizeof(words), "%s/%s=", service, name);
	if (postfix_literal_add(words, sizeof(words), value) == NULL)
		return fail(why, STATUS_CONFIG, "%s/master.cf: %s is too long",
		    p->folder, name);
	return edit_copy(p, "-P", words, why);
}

int
relay_chroot(const struct relaying *p, char column[8], struct failure *why)
{
	static const char start[] = "smtp/unix/chroot = ";
	struct buf value = BUF_INIT(RELAY_VALUE_MAX);
	int result = ask_postconf(p, &value, "-F", "smtp/unix/chroot", why);

	trim_value(&value);
	if (result == 0 && strncmp(buf_text(&value), start,
	    sizeof(start) - 1) == 0)
		snprintf(column, 8, "%s", value.data + sizeof(start) - 1);
	else if (result == 0)
		result = fail(why, STATUS_CONFIG, "%s/master.cf: has no "
		    "service smtp unix, by which mail is relayed", p->folder);
	buf_free(&value);
	return result;
}

int
relay_copy_out(struct relaying *p, struct failure *why)
{
	p->master = setup_file_in(p->s, p->folder, "/master.cf", why);
	if (p->master == NULL)
		return -1;
	p->main = setup_file_in(p->s, p->folder, "/main.cf", why);
	/* postconf would go on in a line that has no end. */
	return p->main == NULL || setup_append(p->master, "", why) == -1 ||
	    setup_append(p->main, "", why) == -1 ||
	    setup_copy_out(p->s, p->master, why) == -1 ? -1 :
	    setup_copy_out(p->s, p->main, why);
}

int
relay_copy_back(struct relaying *p, struct setup_file *f, struct failure *why)
{
	if (setup_copy_back(p->s, f, why) == -1)
		return -1;
	/* The end of its last line alone is no change. */
	if (f->new.len == f->old.len + 1 &&
	    memcmp(f->new.data, buf_text(&f->old), f->old.len) == 0)
		f->new.data[--f->new.len] = '\0';
	return 0;
}
