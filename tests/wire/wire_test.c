/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire_test.c - plays the dialogues of the *.wire files through the real
 * libsasl2 with the module of the build tree, and compares byte by byte.
 *
 * A file is lines of a word and a value; '#' begins a comment. In a value
 * \xHH is a byte, \\ a backslash, \s a blank (for the end of a line), and
 * \*N:C is the character C, N times.
 *
 *	case TITLE		begins a dialogue; what follows belongs to it
 *	mechanism NAME		what the server offers
 *	authname TEXT		who logs in, by callback ...
 *	authname-prompt TEXT	... or by prompt
 *	user TEXT		the name to act for
 *	password TEXT		what the host has for a password
 *	service, host TEXT	else smtp and mail.example.org
 *	account NAME		has the token below; else named like authname
 *	token TEXT		lies in the cache (no token: no account)
 *	mailbox[-smtp|-imap|-pop] TEXT	the account's user keys
 *	settings TEXT		a line of plugin.conf
 *	server start		the host starts, with an initial response
 *	server bare		the host starts without one
 *	server null		an empty challenge, as a NULL pointer
 *	server data BYTES	a challenge
 *	client continue|ok BYTES	what must be sent then, and the result
 *	client nothing		SASL_CONTINUE, and nothing to send
 *	client error CODE WORDS	the SASL code, and words of the error text
 */
#include "plugin_support.h"
#include "scratch.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <sasl/sasl.h>

#define VALUE_MAX 16384

struct value {
	int is_set;
	size_t len;
	char data[VALUE_MAX];	/* a NUL behind */
};

/* The dialogue at hand. */
static struct {
	int number;
	int failed;
	int is_open;		/* its connection */
	char title[256];
	struct value mechanism, authname, user, password, service, host,
	    account, token, mailbox, smtp, imap, pop, settings;
	int by_prompt;
	sasl_conn_t *conn;
	int result;
	const char *out;
	unsigned outlen;
} d;

static int failures;

static const struct {
	const char *word;
	struct value *value;
} texts[] = {
	{ "mechanism", &d.mechanism }, { "authname", &d.authname },
	{ "authname-prompt", &d.authname }, { "user", &d.user },
	{ "password", &d.password }, { "service", &d.service },
	{ "host", &d.host }, { "account", &d.account },
	{ "token", &d.token }, { "mailbox", &d.mailbox },
	{ "mailbox-smtp", &d.smtp }, { "mailbox-imap", &d.imap },
	{ "mailbox-pop", &d.pop }, { "settings", &d.settings }
};

#define TEXTS (sizeof(texts) / sizeof(texts[0]))

static int
get_log(void *context, int level, const char *message)
{
	(void)context;
	(void)level;
	(void)message;
	return SASL_OK;
}

static int
get_name(void *context, int id, const char **result, unsigned *len)
{
	const struct value *v = id == SASL_CB_USER ? &d.user : &d.authname;

	(void)context;
	*result = v->is_set ? v->data : NULL;
	if (len != NULL)
		*len = (unsigned)v->len;
	return SASL_OK;
}

static int
get_password(sasl_conn_t *conn, void *context, int id, sasl_secret_t **secret)
{
	static union {
		sasl_secret_t secret;
		char space[VALUE_MAX + 64];
	} s;

	(void)conn;
	(void)context;
	(void)id;
	s.secret.len = d.password.len;
	memcpy(s.secret.data, d.password.data, d.password.len);
	*secret = d.password.is_set ? &s.secret : NULL;
	return SASL_OK;
}

static void
wrong(const char *file, int line, const char *what, const char *text,
    size_t len)
{
	size_t i;

	d.failed = 1;
	printf("# %s:%d: %s", file, line, what);
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < 0x20 || c >= 0x7f)
			printf("\\x%02x", c);
		else
			putchar(c);
	}
	putchar('\n');
}

static void
unescape(const char *s, struct value *v, const char *file, int line)
{
	char *end = NULL, hex[3] = "";
	size_t n;

	v->len = 0;
	v->is_set = 1;
	while (*s != '\0' && v->len < VALUE_MAX - 1) {
		if (s[0] == '\\' && s[1] == 'x' && isxdigit(
		    (unsigned char)s[2]) && isxdigit((unsigned char)s[3])) {
			memcpy(hex, s + 2, 2);
			v->data[v->len++] = (char)strtol(hex, NULL, 16);
			s += 4;
		} else if (s[0] == '\\' && (s[1] == '\\' || s[1] == 's')) {
			v->data[v->len++] = s[1] == 's' ? ' ' : '\\';
			s += 2;
		} else if (s[0] == '\\' && s[1] == '*') {
			n = strtoul(s + 2, &end, 10);
			if (*end != ':' || end[1] == '\0' ||
			    n >= VALUE_MAX - v->len) {
				wrong(file, line, "bad escape ", s, 2);
				return;
			}
			memset(v->data + v->len, end[1], n);
			v->len += n;
			s = end + 2;
		} else if (s[0] == '\\') {
			wrong(file, line, "bad escape ", s, 2);
			return;
		} else {
			v->data[v->len++] = *s++;
		}
	}
	v->data[v->len] = '\0';
}

static const char *
text_or(const struct value *v, const char *other)
{
	return v->is_set ? v->data : other;
}

static void
open_dialogue(void)
{
	static const sasl_callback_t global[] = {
		{ SASL_CB_GETPATH, CALLBACK(world_get_path), NULL },
		{ SASL_CB_LOG, CALLBACK(get_log), NULL },
		{ SASL_CB_LIST_END, NULL, NULL }
	};
	static const sasl_callback_t by_call[] = {
		{ SASL_CB_AUTHNAME, CALLBACK(get_name), NULL },
		{ SASL_CB_USER, CALLBACK(get_name), NULL },
		{ SASL_CB_PASS, CALLBACK(get_password), NULL },
		{ SASL_CB_LIST_END, NULL, NULL }
	};
	static const sasl_callback_t by_prompt[] = {
		{ SASL_CB_AUTHNAME, NULL, NULL },
		{ SASL_CB_USER, NULL, NULL },
		{ SASL_CB_PASS, NULL, NULL },
		{ SASL_CB_LIST_END, NULL, NULL }
	};
	struct cache c = CACHE_INIT;

	world_open();
	world_link(PLUGIN_FILE, scratch_path("modules/libxoauth2.so"));
	if (d.token.is_set) {
		c.token = d.token.data;
		c.users.user = text_or(&d.mailbox, NULL);
		c.users.smtp = text_or(&d.smtp, NULL);
		c.users.imap = text_or(&d.imap, NULL);
		c.users.pop = text_or(&d.pop, NULL);
		world_cache(text_or(&d.account, d.authname.data), &c);
	}
	if (d.settings.is_set) {
		d.settings.data[d.settings.len] = '\n';
		d.settings.data[d.settings.len + 1] = '\0';
		world_settings(d.settings.data);
	}
	if (sasl_client_init(global) != SASL_OK ||
	    sasl_client_new(text_or(&d.service, "smtp"),
	    text_or(&d.host, "mail.example.org"), NULL, NULL,
	    d.by_prompt ? by_prompt : by_call, 0, &d.conn) != SASL_OK) {
		printf("Bail out! libsasl2 does not start\n");
		exit(1);
	}
	d.is_open = 1;
}

static void
close_dialogue(void)
{
	if (d.is_open) {
		sasl_dispose(&d.conn);
		sasl_done();
		world_close();
	}
	if (d.number > 0) {
		printf("%s %d - %s\n", d.failed ? "not ok" : "ok", d.number,
		    d.title);
		failures += d.failed;
	}
	d.is_open = 0;
}

/* What the host does when it is given a list of prompts. */
static int
answer(sasl_interact_t *list)
{
	int answered = 0;

	for (; list != NULL && list->id != SASL_CB_LIST_END; list++) {
		if (list->id != SASL_CB_AUTHNAME)
			return 0;
		list->result = d.authname.data;
		list->len = (unsigned)d.authname.len;
		answered = 1;
	}
	return answered;
}

static void
play(const char *how, const struct value *bytes)
{
	sasl_interact_t *list = NULL;
	const char *name = NULL;
	int bare = strcmp(how, "bare") == 0;
	int start = strcmp(how, "start") == 0 || bare;

	if (!d.is_open)
		open_dialogue();
	do {
		d.out = NULL;
		d.outlen = 0;
		d.result = start ? sasl_client_start(d.conn, d.mechanism.data,
		    &list, bare ? NULL : &d.out, bare ? NULL : &d.outlen,
		    &name) :
		    sasl_client_step(d.conn, strcmp(how, "null") == 0 ? NULL :
		    bytes->data, (unsigned)bytes->len, &list, &d.out,
		    &d.outlen);
	} while (d.result == SASL_INTERACT && answer(list));
}

static void
check(const char *file, int line, const char *how, const struct value *bytes,
    int code)
{
	char got[32];
	int expected = strcmp(how, "ok") == 0 ? SASL_OK :
	    strcmp(how, "error") == 0 ? code : SASL_CONTINUE;

	if (d.result != expected) {
		snprintf(got, sizeof(got), "the result is %d: ", d.result);
		wrong(file, line, got, sasl_errdetail(d.conn),
		    strlen(sasl_errdetail(d.conn)));
		return;
	}
	if (strcmp(how, "error") == 0) {
		if (d.outlen != 0)
			wrong(file, line, "sent: ", d.out, d.outlen);
		if (strstr(sasl_errdetail(d.conn), bytes->data) == NULL)
			wrong(file, line, "the text is: ",
			    sasl_errdetail(d.conn),
			    strlen(sasl_errdetail(d.conn)));
	} else if (d.outlen != bytes->len || (d.outlen > 0 &&
	    memcmp(d.out, bytes->data, d.outlen) != 0)) {
		wrong(file, line, "sent:   ", d.out, d.outlen);
		wrong(file, line, "wanted: ", bytes->data, bytes->len);
	} else if (strcmp(how, "nothing") != 0 && d.out == NULL) {
		wrong(file, line, "the output is NULL", "", 0);
	}
}

static void
new_case(const char *title)
{
	int number = d.number + 1;

	close_dialogue();
	memset(&d, 0, sizeof(d));
	d.number = number;
	snprintf(d.title, sizeof(d.title), "%s", title);
}

static void
read_line(const char *file, int line, char *text)
{
	static struct value bytes;
	char *rest = text + strcspn(text, " "), *more = NULL;
	int code = 0;
	size_t i;

	if (*rest != '\0')
		*rest++ = '\0';
	if (strcmp(text, "case") == 0) {
		new_case(rest);
		return;
	}
	for (i = 0; i < TEXTS; i++) {
		if (strcmp(text, texts[i].word) != 0)
			continue;
		unescape(rest, texts[i].value, file, line);
		d.by_prompt |= strcmp(text, "authname-prompt") == 0;
		return;
	}
	more = rest + strcspn(rest, " ");
	if (*more != '\0')
		*more++ = '\0';
	if (strcmp(text, "client") == 0 && strcmp(rest, "error") == 0)
		code = (int)strtol(more, &more, 10);
	unescape(more + (code != 0 && *more == ' '), &bytes, file, line);
	if (strcmp(text, "server") == 0)
		play(rest, &bytes);
	else if (strcmp(text, "client") == 0 && d.is_open)
		check(file, line, rest, &bytes, code);
	else
		wrong(file, line, "not understood: ", text, strlen(text));
}

static int
read_file(const char *file)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	int number = 0;
	FILE *f = fopen(file, "r");

	if (f == NULL) {
		printf("Bail out! %s cannot be read\n", file);
		return -1;
	}
	while ((n = getline(&line, &size, f)) != -1) {
		number++;
		if (n > 0 && line[n - 1] == '\n')
			line[n - 1] = '\0';
		if (line[0] != '\0' && line[0] != '#')
			read_line(file, number, line);
	}
	free(line);
	fclose(f);
	return 0;
}

int
main(int argc, char **argv)
{
	static const char *const files[] = {
		"xoauth2.wire", "oauthbearer.wire", "names.wire",
		"password.wire"
	};
	char path[512];
	int i, k;

	setvbuf(stdout, NULL, _IOLBF, 0);
	scratch_begin();
	for (k = 1; k < argc; k++)
		if (read_file(argv[k]) == -1)
			return 1;
	for (i = 0; argc == 1 && i < COUNT(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", WIRE_DIR, files[i]);
		if (read_file(path) == -1)
			return 1;
	}
	close_dialogue();
	scratch_end();
	printf("1..%d\n", d.number);
	return failures > 0;
}
