/* SPDX-License-Identifier: BSD-2-Clause */
/* tunnel_command.c - tokend tunnel: a connection that is already logged in. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "account/place.h"
#include "base/base64.h"
#include "command/command.h"
#include "command/terminal/input_file.h"
#include "command/tunnel/tunnel_command.h"
#include "common/log.h"
#include "base/number.h"
#include "base/shell_word.h"

enum option_kind {
	OPTION_MECHANISM = 1,
	OPTION_LISTEN,
	OPTION_CERTIFICATE,
	OPTION_KEY,
	OPTION_NEW_PASSWORD,
	OPTION_HELP
};

static const struct option table[] = {
	{ "mechanism", required_argument, NULL, OPTION_MECHANISM },
	{ "listen", required_argument, NULL, OPTION_LISTEN },
	{ "certificate", required_argument, NULL, OPTION_CERTIFICATE },
	{ "key", required_argument, NULL, OPTION_KEY },
	{ "new-password", no_argument, NULL, OPTION_NEW_PASSWORD },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ NULL, 0, NULL, 0 }
};

struct typed {
	const char *mechanism;
	const char *listen;
	const char *certificate;
	const char *key;
	int new_password;
	int is_help;
	char **words;		/* behind the options */
	int count;
};

/* -1 for --help, and for what getopt_long(3) has complained about. */
static int
read_options(struct typed *o, int argc, char *argv[])
{
	static char program[] = "tokend tunnel";
	int kind = 0;

	argv[0] = program;
	while ((kind = getopt_long(argc, argv, "+h", table, NULL)) != -1) {
		if (kind == OPTION_MECHANISM)
			o->mechanism = optarg;
		else if (kind == OPTION_LISTEN)
			o->listen = optarg;
		else if (kind == OPTION_CERTIFICATE)
			o->certificate = optarg;
		else if (kind == OPTION_KEY)
			o->key = optarg;
		else if (kind == OPTION_NEW_PASSWORD)
			o->new_password = 1;
		else {
			o->is_help = kind == OPTION_HELP || kind == 'h';
			return -1;
		}
	}
	o->words = argv + optind;
	o->count = argc - optind;
	return 0;
}

static const char *
find_word(const char *const words[], const char *word)
{
	int i = 0;

	while (words[i] != NULL && strcasecmp(words[i], word) != 0)
		i++;
	return words[i];
}

/*
 * The host alone, as the token is asked for. What it may be made of is less
 * than a URL knows, so that no two readings of it can differ.
 */
static int
read_host(struct tunnel_task *t)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	int is_literal = t->server[0] == '[';
	const char *host = t->server + is_literal, *rest = NULL;
	size_t len = is_literal ? strspn(host, "0123456789abcdefABCDEF:.") :
	    strspn(host, letters);
	int64_t port = 0;

	rest = host + len;
	if (len == 0 || len > TUNNEL_HOST_MAX ||
	    (is_literal && *rest++ != ']') || (*rest != '\0' &&
	    (*rest != ':' || number_read(rest + 1, &port) == 0 ||
	    number_read(rest + 1, &port) != strlen(rest + 1) || port < 1 ||
	    port > 65535)))
		return -1;
	memcpy(t->host, host, len);
	t->host[len] = '\0';
	return 0;
}

/* The words of a line that is right; else EX_USAGE, and why on stderr. */
static int
read_words(struct tunnel_task *t, const struct typed *o)
{
	static const char *const services[] = { "smtp", "imap", "pop", NULL };
	static const char *const mechanisms[] = { "XOAUTH2", "OAUTHBEARER",
	    NULL };
	const char *wrong = NULL;

	if (o->count != 3 || (o->certificate == NULL) != (o->key == NULL) ||
	    (o->certificate != NULL && o->listen == NULL))
		return command_usage("tunnel", 0);
	t->service = find_word(services, o->words[0]);
	t->server = o->words[1];
	if (t->service == NULL)
		wrong = "the service is imap, pop or smtp";
	else if (read_host(t) == -1)
		wrong = "the server is HOST or HOST:PORT";
	else if (o->mechanism != NULL &&
	    (t->mechanism = find_word(mechanisms, o->mechanism)) == NULL)
		wrong = "the mechanism is XOAUTH2 or OAUTHBEARER";
	if (wrong == NULL)
		return EX_OK;
	fprintf(stderr, "tokend tunnel: %s\n", wrong);
	return EX_USAGE;
}

/*
 * The worker uses it when the first program asks for TLS; what can be seen
 * without OpenSSL is seen now.
 */
static int
check_pem(const struct buf *pem, const char *path, int is_secret,
    struct failure *why)
{
	const char *text = buf_text(pem);

	if (!is_secret && strstr(text, "-----BEGIN CERTIFICATE-----") == NULL)
		return fail(why, STATUS_CONFIG, "%.200s: --certificate wants "
		    "a certificate in PEM", path);
	if (is_secret && (strstr(text, "PRIVATE KEY-----") == NULL ||
	    strstr(text, "ENCRYPTED") != NULL))
		return fail(why, STATUS_CONFIG, "%.200s: --key wants a key in "
		    "PEM that is not encrypted", path);
	return 0;
}

/* As the user who types this, and in base64, as the worker gets it. */
static int
read_pem(struct buf *encoded, const char *path, int is_secret,
    struct failure *why)
{
	struct buf pem = BUF_INIT(TUNNEL_PEM_MAX);
	int fd = input_file_open(path, why), result = -1;
	struct stat st;

	if (fd == -1)
		return -1;
	if (is_secret && fstat(fd, &st) == 0 && (st.st_mode & S_IRWXO) != 0)
		fail(why, STATUS_CONFIG, "%.200s: others may read this key: "
		    "\"chmod o= %s\"", path, SHELL_WORD(path));
	else if (input_file_read(fd, &pem, path, why) == 0 &&
	    check_pem(&pem, path, is_secret, why) == 0)
		result = base64_add(encoded, pem.data, pem.len) == 0 ? 0 :
		    fail_memory(why);
	close(fd);
	buf_free(&pem);
	return result;
}

static int
fold_name(struct tunnel_task *t, const char *name, struct failure *why)
{
	return name_fold(t->account, name, strlen(name), why);
}

static int
run_listener(struct tunnel_task *t, const struct typed *o, struct failure *why)
{
	struct sockaddr_storage address;
	int fd = -1, result = -1;

	if (tunnel_address(&address, o->listen, why) == -1) {
		command_failed(why);
		return EX_USAGE;
	}
	log_open("tokend", LOG_TO_STDERR);
	if (place_find(&t->scope, why) == 0 &&
	    (o->certificate == NULL ||
	    (read_pem(&t->certificate, o->certificate, 0, why) == 0 &&
	    read_pem(&t->key, o->key, 1, why) == 0)) &&
	    (fd = tunnel_bind(&address, o->listen, why)) != -1 &&
	    place_enter(&t->scope, why) == 0 &&
	    tunnel_read_password(&t->password, &t->scope, t->account,
	    why) == 0) {
		log_info("account \"%s\": listening on %s for %s", t->account,
		    o->listen, t->server);
		result = tunnel_listen(t, fd, why);
	}
	if (fd != -1)
		close(fd);
	return result == 0 ? EX_OK : command_failed(why);
}

static int
run_tunnel(struct tunnel_task *t, const struct typed *o, struct failure *why)
{
	int status = read_words(t, o);

	if (status != EX_OK)
		return status;
	if (fold_name(t, o->words[2], why) == -1)
		return command_failed(why);
	if (o->listen != NULL)
		return run_listener(t, o, why);
	if (place_find(&t->scope, why) == -1 ||
	    place_enter(&t->scope, why) == -1 ||
	    tunnel_on_stdio(t, why) == -1)
		return command_failed(why);
	return EX_OK;
}

static int
print_new_password(struct tunnel_task *t, const struct typed *o,
    struct failure *why)
{
	if (o->count != 1 || o->listen != NULL || o->mechanism != NULL ||
	    o->certificate != NULL || o->key != NULL)
		return command_usage("tunnel", 0);
	if (place_find(&t->scope, why) == -1 ||
	    place_enter(&t->scope, why) == -1 ||
	    fold_name(t, o->words[0], why) == -1 ||
	    tunnel_make_password(&t->password, &t->scope, t->account, why)
	    == -1)
		return command_failed(why);
	if (puts(buf_text(&t->password)) != EOF && fflush(stdout) != EOF)
		return EX_OK;
	fprintf(stderr, "tokend: the password cannot be written to standard "
	    "output: %s\n", strerror(errno));
	return EX_IOERR;
}

int
command_tunnel(int argc, char *argv[])
{
	struct tunnel_task t = { .password = BUF_INIT(TUNNEL_PASSWORD_MAX),
	    .certificate = BUF_INIT(2 * TUNNEL_PEM_MAX),
	    .key = BUF_INIT(2 * TUNNEL_PEM_MAX) };
	struct typed o = { .count = 0 };
	struct failure why = { .code = STATUS_OK };
	int status;

	if (read_options(&o, argc, argv) == -1)
		return command_usage("tunnel", o.is_help);
	status = o.new_password ? print_new_password(&t, &o, &why) :
	    run_tunnel(&t, &o, &why);
	buf_free(&t.password);
	buf_free(&t.certificate);
	buf_free(&t.key);
	return status;
}
