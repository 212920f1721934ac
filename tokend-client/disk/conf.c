/* SPDX-License-Identifier: BSD-2-Clause */
#include "disk/conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "disk/file.h"
#include "base/name.h"
#include "base/nearest.h"
#include "base/number.h"

struct line {
	const char *file;
	int number;
	char *text;
	size_t len;
};

/*
 * A line without its '=', or one that was wrapped, has a secret here, to
 * which base64 gave a '=' of its own. A key is letters, '_' and few of them.
 */
static int
could_be_key(const char *text)
{
	const char *s = text;

	while ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
	    *s == '_' || *s == '-')
		s++;
	return s != text && *s == '\0' && s - text < 40;
}

static int
unknown_key(const struct line *l, const char *key,
    const struct conf_key *keys, struct failure *why)
{
	struct nearest n = { .word = NULL };

	if (!could_be_key(key))
		return fail(why, STATUS_CONFIG, "%s:%d: not `key = value`: "
		    "the text before '=' is not a key", l->file,
		    l->number);
	for (; keys->name != NULL; keys++)
		nearest_compare(&n, key, keys->name);
	if (nearest_found(&n) != NULL)
		return fail(why, STATUS_CONFIG, "%s:%d: unknown key \"%s\", "
		    "did you mean \"%s\"?", l->file, l->number, key,
		    nearest_found(&n));
	return fail(why, STATUS_CONFIG, "%s:%d: unknown key \"%s\"",
	    l->file, l->number, key);
}

static void
trim_blanks(char **text, size_t *len)
{
	while (*len > 0 && (**text == ' ' || **text == '\t')) {
		(*text)++;
		(*len)--;
	}
	while (*len > 0 && ((*text)[*len - 1] == ' ' ||
	    (*text)[*len - 1] == '\t'))
		(*len)--;
}

/* What is wrong with a line's bytes, or NULL. */
static const char *
bad_bytes(const struct line *l)
{
	size_t i;

	if (memchr(l->text, '\0', l->len) != NULL)
		return "a NUL byte";
	if (memchr(l->text, '\r', l->len) != NULL)
		return "a carriage return: save the file with Unix line ends";
	for (i = 0; i < l->len; i++)
		if (l->text[i] == '\t')
			l->text[i] = ' ';
	if (!text_is_clean(l->text, l->len))
		return "a control character, or bytes that are not UTF-8";
	return NULL;
}

static int
set_value(const struct line *l, const struct conf_key *key, const char *value,
    size_t len, void *target, struct failure *why)
{
	char **member = (char **)((char *)target + key->offset), *copy;

	if (len == 0)
		return fail(why, STATUS_CONFIG, "%s:%d: \"%s\" has no value: "
		    "give one, or leave the line out", l->file, l->number,
		    key->name);
	if (len >= 2 && (value[0] == '"' || value[0] == '\'') &&
	    value[len - 1] == value[0])
		return fail(why, STATUS_CONFIG, "%s:%d: \"%s\": values are "
		    "written without quotes", l->file, l->number, key->name);
	if ((copy = malloc(len + 1)) == NULL)
		return fail_memory(why);
	memcpy(copy, value, len);
	copy[len] = '\0';
	if (*member != NULL) {
		explicit_bzero(*member, strlen(*member));
		free(*member);
	}
	*member = copy;
	return 0;
}

static int
read_line(struct line *l, const struct conf_key *keys, uint64_t *seen,
    void *target, struct failure *why)
{
	const char *wrong;
	char *value;
	size_t len, i;

	if ((wrong = bad_bytes(l)) != NULL)
		return fail(why, STATUS_CONFIG, "%s:%d: %s", l->file,
		    l->number, wrong);
	if (l->len > 0 && l->text[0] == '#')
		return 0;
	trim_blanks(&l->text, &l->len);
	if (l->len == 0)
		return 0;
	if ((value = memchr(l->text, '=', l->len)) == NULL)
		return fail(why, STATUS_CONFIG, "%s:%d: not `key = value`",
		    l->file, l->number);
	len = l->len - (size_t)(value - l->text) - 1;
	l->len = (size_t)(value - l->text);
	*value++ = '\0';
	trim_blanks(&l->text, &l->len);
	l->text[l->len] = '\0';
	trim_blanks(&value, &len);
	for (i = 0; keys[i].name != NULL; i++) {
		if (strcmp(keys[i].name, l->text) != 0)
			continue;
		if ((*seen >> i & 1) != 0)
			return fail(why, STATUS_CONFIG, "%s:%d: \"%s\" is set "
			    "for the second time", l->file, l->number,
			    l->text);
		*seen |= UINT64_C(1) << i;
		return set_value(l, &keys[i], value, len, target, why);
	}
	return unknown_key(l, l->text, keys, why);
}

int
conf_read(int fd, const char *file, const struct conf_key *keys,
    void *target, struct failure *why)
{
	struct buf content = BUF_INIT(CONF_SIZE_MAX);
	struct line l = { .file = file };
	uint64_t seen = 0;
	char *next, *end;
	int result = -1;

	if (file_read(fd, &content) == -1) {
		if (errno == EMSGSIZE)
			errno = EFBIG;	/* says it better */
		fail(why, status_of_errno(errno), "%s: %m", file);
		goto out;
	}
	if (content.len == 0) {		/* no bytes, and no memory for them */
		result = 0;
		goto out;
	}
	if (content.len >= 3 && memcmp(content.data, "\357\273\277", 3) == 0) {
		fail(why, STATUS_CONFIG, "%s:1: begins with a byte order "
		    "mark: save the file as UTF-8 without it", file);
		goto out;
	}
	end = content.data + content.len;
	for (next = content.data; next < end; next += l.len + 1) {
		char *newline = memchr(next, '\n', (size_t)(end - next));
		struct line one;

		l.text = next;
		l.len = (size_t)((newline != NULL ? newline : end) - next);
		l.number++;
		one = l;
		if (read_line(&one, keys, &seen, target, why) == -1)
			goto out;
	}
	result = 0;
out:
	buf_free(&content);
	return result;
}

char *
conf_find(int fd, const char *key)
{
	struct buf content = BUF_INIT(CONF_SIZE_MAX);
	char *line, *next = NULL, *value, *found = NULL;
	size_t len, value_len;

	if (file_read(fd, &content) == 0 && content.len > 0)
		for (line = strtok_r(content.data, "\n", &next);
		    line != NULL && found == NULL;
		    line = strtok_r(NULL, "\n", &next)) {
			len = strcspn(line, "=");
			if (line[len] == '\0')
				continue;
			value = line + len + 1;
			/* Of Windows' line ends, too: they are an error. */
			value_len = strcspn(value, "\r");
			trim_blanks(&line, &len);
			trim_blanks(&value, &value_len);
			if (len == strlen(key) && memcmp(line, key, len) == 0)
				found = strndup(value, value_len);
		}
	buf_free(&content);
	return found;
}

int
conf_fail(struct failure *why, const char *file, const char *key,
    const char *what)
{
	return fail(why, STATUS_CONFIG, "%s: %s: %s", file, key, what);
}

int
conf_absolute(const char *value, const char *file, const char *key,
    struct failure *why)
{
	return value == NULL || value[0] == '/' ? 0 :
	    conf_fail(why, file, key, "is an absolute path");
}

int
conf_bool(const char *value, int *out, const char *file, const char *key,
    struct failure *why)
{
	if (strcmp(value, "yes") == 0)
		*out = 1;
	else if (strcmp(value, "no") == 0)
		*out = 0;
	else
		return conf_fail(why, file, key, "is \"yes\" or \"no\"");
	return 0;
}

int
conf_seconds(const char *value, long least, long most, long *out,
    const char *file, const char *key, struct failure *why)
{
	int64_t n = 0, unit = 1;
	size_t at = number_read(value, &n);

	if (at > 0 && value[at] != '\0' && value[at + 1] == '\0') {
		unit = value[at] == 's' ? 1 : value[at] == 'm' ? 60 :
		    value[at] == 'h' ? 3600 : value[at] == 'd' ? 86400 : 0;
		at++;
	}
	if (at == 0 || value[at] != '\0' || unit == 0)
		return conf_fail(why, file, key,
		    "is a time such as 90, 90s, 15m, 1h or 1d");
	if (n < 0 || n > most || n * unit < least || n * unit > most)
		return fail(why, STATUS_CONFIG, "%s: %s: is %ld to %ld seconds",
		    file, key, least, most);
	*out = (long)(n * unit);
	return 0;
}
