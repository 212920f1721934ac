/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/editor/template.h"

#include <string.h>

#include "account/server_tls.h"
#include "command/setup/editor/grammar.h"

static int
is_named(const char *name, size_t len, const char *wanted)
{
	return len == strlen(wanted) && memcmp(name, wanted, len) == 0;
}

static int
is_implicit(const struct edit *e)
{
	return server_is_implicit(e->recipe->server, e->port, e->m->tls);
}

/* What a URL's scheme says: with "s" at its end, and without. */
static unsigned
usual_port(const struct edit *e)
{
	static const unsigned plain[SERVERS] = { [SERVER_IMAP] = 143,
	    [SERVER_POP] = 110 };

	return is_implicit(e) ? server_port_tls(e->recipe->server) :
	    plain[e->recipe->server];
}

/* A word that may have any characters; 1 if it is none of these. */
static int
add_word(struct edit *e, const char *name, size_t len, struct buf *out,
    struct failure *why)
{
	struct buf words = BUF_INIT(RECIPE_VALUE_MAX);
	int result;

	if (is_named(name, len, "account"))
		return buf_adds(out, e->m->account);
	if (is_named(name, len, "user"))
		return buf_adds(out, e->m->user);
	if (is_named(name, len, "command")) {
		result = template_fill(e, e->recipe->command,
		    strlen(e->recipe->command), 0, &words, why) == -1 ? -1 :
		    mailbox_command(out, buf_text(&words), e->m, why);
		buf_free(&words);
		return result;
	}
	return 1;
}

/* One that has none that a grammar would take for its own. */
static int
add_plain(struct edit *e, const char *name, size_t len, struct buf *out)
{
	const int has_colons = strchr(e->m->host, ':') != NULL;
	const struct edit_value *v;
	const char *colon;

	for (v = e->values; v != NULL && v->name != NULL; v++)
		if (is_named(name, len, v->name))
			return buf_adds(out, v->value);
	if (is_named(name, len, "label"))
		return buf_adds(out, e->label);
	if (is_named(name, len, "host"))
		return buf_adds(out, e->m->host);
	if (is_named(name, len, "url_host"))
		return (has_colons && buf_adds(out, "[") == -1) ||
		    buf_adds(out, e->m->host) == -1 ||
		    (has_colons && buf_adds(out, "]") == -1) ? -1 : 0;
	if (is_named(name, len, "user%"))
		return mailbox_encode(out, e->m->user);
	if (is_named(name, len, "port"))
		return buf_addnum(out, e->port);
	if (is_named(name, len, "port!"))
		return e->port == usual_port(e) ? 0 : buf_adds(out, ":") == -1 ?
		    -1 : buf_addnum(out, e->port);
	/* implicit?A:B */
	colon = memchr(name, ':', len);
	name += strcspn(name, "?") + 1;
	return is_implicit(e) ? buf_add(out, name, (size_t)(colon - name)) :
	    buf_add(out, colon + 1, strcspn(colon + 1, "}"));
}

static int
add_placeholder(struct edit *e, const char *name, size_t len, int is_quoted,
    struct buf *out, struct failure *why)
{
	struct buf word = BUF_INIT(RECIPE_VALUE_MAX);
	int result = add_word(e, name, len, &word, why);

	if (result == 1)
		result = add_plain(e, name, len, out);
	else if (result == 0)
		result = is_quoted ? grammar_quote(e->recipe->grammar, out,
		    buf_text(&word)) : buf_adds(out, buf_text(&word));
	buf_free(&word);
	return result == -1 ? fail_memory(why) : 0;
}

int
template_fill(struct edit *e, const char *template, size_t len, int is_quoted,
    struct buf *out, struct failure *why)
{
	const char *end = template + len, *brace;
	size_t n;

	while (template < end) {
		n = strcspn(template, "{");
		if (n >= (size_t)(end - template))
			n = (size_t)(end - template);
		if (buf_add(out, template, n) == -1)
			return fail_memory(why);
		if ((template += n) == end)
			break;
		brace = strchr(++template, '}');
		if (add_placeholder(e, template, (size_t)(brace - template),
		    is_quoted, out, why) == -1)
			return -1;
		template = brace + 1;
	}
	return 0;
}

int
edit_fill(struct edit *e, const char *template, struct buf *out,
    struct failure *why)
{
	return template_fill(e, template, strlen(template), 0, out, why);
}

enum truth
template_next(struct edit *e, const char **list, struct buf *out,
    int *is_beginning, struct failure *why)
{
	size_t len;

	buf_reset(out);
	if (*list == NULL)
		return IS_FALSE;
	/* A "|" in a placeholder's braces does not occur. */
	len = strcspn(*list, "|");
	*is_beginning = len > 0 && (*list)[len - 1] == '*';
	if (template_fill(e, *list, len - (size_t)*is_beginning, 0, out,
	    why) == -1)
		return IS_UNKNOWN;
	*list = (*list)[len] == '|' ? *list + len + 1 : NULL;
	return IS_TRUE;
}
