/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/editor/mailbox.h"

#include <string.h>

#include "account/server_tls.h"
#include "base/number.h"
#include "base/shell_word.h"

#define PORT_MAX 65535

/* HOST[:PORT] or [ADDRESS]:PORT */
static int
split_host_port(struct mailbox *m, const char *server, unsigned port)
{
	int is_literal = *server == '[';
	const char *end = strchrnul(server += is_literal, is_literal ? ']' :
	    ':');
	int64_t number = port;
	size_t digits;

	if (end == server || (size_t)(end - server) > MAILBOX_HOST_MAX ||
	    (is_literal && *end != ']'))
		return -1;
	memcpy(m->host, server, (size_t)(end - server));
	m->host[end - server] = '\0';
	end += is_literal;
	if (*end == ':') {
		if ((digits = number_read(end + 1, &number)) == 0)
			return -1;
		end += 1 + digits;
	}
	if (*end != '\0' || number < 1 || number > PORT_MAX)
		return -1;
	m->port = (unsigned)number;
	return 0;
}

int
mailbox_take(struct mailbox *m, const struct account *a,
    enum account_server which, struct failure *why)
{
	const char *server = a->server[which];

	m->account = a->name;
	m->tls = a->tls[which];
	m->user = account_mailbox(a, which);
	if (server != NULL &&
	    split_host_port(m, server, server_port(which)) == 0)
		return 0;
	return fail(why, STATUS_CONFIG, "account \"%s\": %s has no usable "
	    "%s = HOST:PORT, which says where a program is to log in",
	    a->name, a->path, server_key(which));
}

int
mailbox_command(struct buf *b, const char *words, const struct mailbox *m,
    struct failure *why)
{
	return buf_adds(b, SHELL_WORD(TOKEND_COMMAND)) == -1 ||
	    buf_adds(b, " ") == -1 || buf_adds(b, words) == -1 ||
	    buf_adds(b, " ") == -1 ||
	    buf_adds(b, SHELL_NAME(m->account)) == -1 ? fail_memory(why) : 0;
}

/* The next word of a plain command, without quotes around it. */
static const char *
next_word(const char **at, const char *end, size_t *len)
{
	const char *word;

	while (*at < end && (**at == ' ' || **at == '\t'))
		++*at;
	word = *at;
	while (*at < end && **at != ' ' && **at != '\t')
		++*at;
	*len = (size_t)(*at - word);
	if (*len >= 2 && (*word == '"' || *word == '\'') &&
	    word[*len - 1] == *word) {
		word++;
		*len -= 2;
	}
	return word;
}

static int
is_word(const char *word, size_t len, const char *wanted, size_t wanted_len)
{
	return len == wanted_len && memcmp(word, wanted, len) == 0;
}

/* As mailbox_command writes it, whatever the name. */
static int
is_exact(const struct mailbox *m, const char *words, const char *text,
    size_t len)
{
	struct buf command = BUF_INIT(MAILBOX_COMMAND_MAX);
	int is_same = mailbox_command(&command, words, m, NULL) == 0 &&
	    is_word(text, len, buf_text(&command), command.len);

	buf_free(&command);
	return is_same;
}

int
mailbox_owns_command(const struct mailbox *m, const char *words,
    const char *text, size_t len)
{
	const char *end = text + len, *word, *slash;
	size_t n, wanted;

	if (is_exact(m, words, text, len))
		return 1;
	word = next_word(&text, end, &n);
	if ((slash = memrchr(word, '/', n)) != NULL) {
		n -= (size_t)(slash + 1 - word);
		word = slash + 1;
	}
	if (!is_word(word, n, "tokend", 6))
		return 0;
	for (; *words != '\0'; words += wanted + (words[wanted] == ' ')) {
		wanted = strcspn(words, " ");
		word = next_word(&text, end, &n);
		if (!is_word(word, n, words, wanted))
			return 0;
	}
	word = next_word(&text, end, &n);
	if (n != strlen(m->account) || !equal_folded(word, m->account, n))
		return 0;
	next_word(&text, end, &n);
	return n == 0;
}

int
mailbox_encode(struct buf *b, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	char escaped[3] = "%";
	int result = 0;

	for (; result == 0 && *text != '\0'; text++) {
		escaped[1] = digits[(unsigned char)*text >> 4];
		escaped[2] = digits[(unsigned char)*text & 15];
		if ((*text >= 'a' && *text <= 'z') ||
		    (*text >= 'A' && *text <= 'Z') ||
		    (*text >= '0' && *text <= '9') ||
		    strchr("-._~", *text) != NULL)
			result = buf_add(b, text, 1);
		else
			result = buf_add(b, escaped, sizeof(escaped));
	}
	return result;
}
