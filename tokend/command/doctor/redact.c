/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/redact.h"

#include <string.h>
#include <strings.h>

#include "base/name.h"
#include "base/status.h"

#define MASKED "[masked]"
#define LINE_MOST 65536

static const char word_bytes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+/=_-.~";
static const char name_bytes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789_";

/* Names whose values are never shown. */
static const char names[] = "client_id pin code device_code code_verifier";

/* And how others end: access_token, smtp_password, refreshToken. */
static const char *const ends[] = { "token", "password", "passwd", "pass",
	"passphrase", "secret", "assertion", "apikey", "api_key",
	"private_key" };

int
redact_add(struct redact *r, const char *secret)
{
	if (secret == NULL || strlen(secret) < REDACT_SHORTEST)
		return 0;
	return buf_add(&r->known, secret, strlen(secret) + 1);
}

void
redact_free(struct redact *r)
{
	buf_free(&r->known);
}

static int
is_secret_name(const char *name, size_t len)
{
	size_t i, n;

	if (words_have(names, name, len))
		return 1;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if ((n = strlen(ends[i])) <= len &&
		    strncasecmp(ends[i], name + len - n, n) == 0)
			return 1;
	return 0;
}

/* Bytes of the known secret that at begins with, the longest; 0 for none. */
static size_t
known_length(const struct redact *r, const char *at)
{
	const char *secret = buf_text(&r->known), *end = secret + r->known.len;
	size_t len, longest = 0;

	for (; secret < end; secret += len + 1) {
		len = strlen(secret);
		if (len > longest && strncmp(at, secret, len) == 0)
			longest = len;
	}
	return longest;
}

#define AROUND "\\\"' \t"	/* of quotes within quotes, too */

/*
 * Where a value begins after a name (= or :, quotes and blanks around it), or
 * NULL.
 */
static const char *
find_value(const char *end_of_name)
{
	const char *p = end_of_name + strspn(end_of_name, AROUND);

	if (*p != '=' && *p != ':')
		return NULL;
	return p + 1 + strspn(p + 1, AROUND);
}

/*
 * How long the value is. It reaches to the quote that it began with, and else
 * to the end of the line, unless this is a form (a=b&c=d).
 */
static size_t
value_length(const char *value)
{
	int is_inner = value[-1] != ' ' && value[-2] == '\\';
	char quote = strchr("\"'", value[-1]) != NULL ? value[-1] : '\0';
	size_t len = 0, name;

	for (; value[len] != '\0'; len++) {
		if (quote != '\0' && (value[len] == quote ||
		    (is_inner && value[len] == '\\')))
			break;
		if (quote != '\0' && value[len] == '\\' &&
		    value[len + 1] != '\0')
			len++;
		if (quote != '\0' || value[len] != '&')
			continue;
		name = strspn(value + len + 1, name_bytes);
		if (name > 0 && value[len + 1 + name] == '=')
			break;
	}
	return len;
}

/* Of a path no part is as long as a token, and the first is well known. */
static int
is_path(const char *word, size_t len)
{
	static const char *const roots[] = { "/bin/", "/dev/", "/etc/",
	    "/home/", "/lib/", "/lib64/", "/opt/", "/proc/", "/root/", "/run/",
	    "/sbin/", "/srv/", "/tmp/", "/usr/", "/var/" };
	const char *part = word + 1, *end = word + len;
	size_t i, n;

	for (i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (len > strlen(roots[i]) && strncmp(word, roots[i],
		    strlen(roots[i])) == 0)
			break;
	if (i == sizeof(roots) / sizeof(roots[0]))
		return 0;
	for (; part < end; part += n + 1) {
		for (n = 0; part + n < end && part[n] != '/'; n++)
			continue;
		if (n > REDACT_RUN_MAX)
			return 0;
	}
	return 1;
}

/* Bytes of userinfo after "://", 0 for none: an '@' may be in it, too. */
static size_t
userinfo_length(const char *at)
{
	size_t len = strcspn(at, "/ \t\"'");

	while (len > 0 && at[len] != '@')
		len--;
	return len;
}

/* A token is one word (RFC 6749 A.12): what follows it may be a sentence. */
static size_t
named_length(const char *name, size_t len, const char *value)
{
	static const char word[] = "token";
	size_t most = value_length(value), n = sizeof(word) - 1;

	if (len < n || strncasecmp(name + len - n, word, n) != 0)
		return most;
	n = strcspn(value, " \t");
	return n < most ? n : most;
}

/*
 * How many bytes are to be masked after the shown ones (a name, "Bearer ")
 * at `at`; 0 for none.
 */
static size_t
find_secret(const struct redact *r, const char *line, const char *at,
    size_t *shown)
{
	size_t len = known_length(r, at), run;
	const char *value;
	int begins = at == line || strchr(word_bytes, at[-1]) == NULL;

	*shown = 0;
	if (len > 0 || (at > line + 2 && memcmp(at - 3, "://", 3) == 0 &&
	    (len = userinfo_length(at)) > 0))
		return len;
	if (at == line || strchr(name_bytes, at[-1]) == NULL) {
		run = strspn(at, name_bytes);
		if (((run == 6 && strncasecmp(at, "Bearer", 6) == 0) ||
		    (run == 5 && strncasecmp(at, "Basic", 5) == 0)) &&
		    strspn(at + run, " ,:=") > 0) {
			*shown = run + strspn(at + run, " ,:=");
			return strspn(at + *shown, word_bytes);
		}
		if (run == 6 && (strncmp(at, "inline:", 7) == 0 ||
		    strncmp(at, "static:", 7) == 0)) {
			*shown = 7;
			return strlen(at + 7);
		}
		if (is_secret_name(at, run) &&
		    (value = find_value(at + run)) != NULL) {
			*shown = (size_t)(value - at);
			return named_length(at, run, value);
		}
	}
	run = begins ? strspn(at, word_bytes) : 0;
	return run > REDACT_RUN_MAX && !is_path(at, run) ? run : 0;
}

/* What is shown of a name; a known secret may be within it. */
static int
add_shown(const struct redact *r, struct buf *out, const char *at,
    size_t shown)
{
	size_t i, known;

	for (i = 0; i < shown; i += known > 0 ? known : 1) {
		known = known_length(r, at + i);
		if ((known > 0 ? buf_adds(out, MASKED) :
		    buf_add(out, at + i, 1)) == -1)
			return -1;
	}
	return 0;
}

int
redact_line(const struct redact *r, const char *line, FILE *to)
{
	struct buf out = BUF_INIT(2 * LINE_MOST);
	const char *at = line;
	size_t len, shown;
	int result = -1;

	while (*at != '\0' && at < line + LINE_MOST) {
		len = find_secret(r, line, at, &shown);
		if (len == 0) {
			if (buf_add(&out, at++, 1) == -1)
				goto out;
			continue;
		}
		if (add_shown(r, &out, at, shown) == -1 ||
		    buf_adds(&out, MASKED) == -1)
			goto out;
		at += shown + len;
	}
	if (out.data != NULL) {
		/* Room for codes, if there is any; it is wiped as well. */
		(void)buf_room(&out, 2 * out.len);
		make_printable(out.data, out.size);
		out.len = strlen(out.data);
	}
	fprintf(to, "%s\n", buf_text(&out));
	result = 0;
out:
	buf_free(&out);
	return result;
}
