/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/login/options.h"

#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "command/edit.h"

enum option_kind {
	OPTION_KEY = 1,		/* sets the account key of its own name */
	OPTION_SET,
	OPTION_SERVICE,
	OPTION_HELP,
	OPTION_FLAG = 256	/* and on: where in struct options the int is */
};

#define KEY(name) { name, required_argument, NULL, OPTION_KEY }
#define FLAG(name, member) { name, no_argument, NULL, \
	OPTION_FLAG + (int)offsetof(struct options, member) }

static const struct option table[] = {
	KEY("provider"), KEY("cloud"), KEY("tenant"), KEY("issuer"),
	KEY("client-id"), KEY("user"), KEY("grant"), KEY("scope"),
	KEY("redirect-uri"), KEY("server-smtp"), KEY("server-imap"),
	KEY("server-pop"), KEY("send"),
	{ "set", required_argument, NULL, OPTION_SET },
	FLAG("device", device), FLAG("no-browser", no_browser),
	FLAG("no-receiver", no_receiver), FLAG("no-test", no_test),
	FLAG("any-user", any_user), FLAG("send-only", send_only),
	FLAG("test-mail", test_mail),
	{ "service", required_argument, NULL, OPTION_SERVICE },
	FLAG("refresh-token-stdin", refresh_token),
	FLAG("client-secret-stdin", client_secret),
	FLAG("key-password-stdin", key_password),
	FLAG("client-key-stdin", client_key),
	{ "help", no_argument, NULL, OPTION_HELP },
	{ NULL, 0, NULL, 0 }
};

static int
fail_option(const char *option, const char *what)
{
	struct failure why;

	fail(&why, STATUS_CONFIG, "--%s: %s", option, what);
	command_failed(&why);
	return -1;
}

static int
take_key(struct options *o, const char *option, const char *key,
    const char *value)
{
	char **member = edit_key(&o->keys, key);
	struct failure why;
	const char *secret;

	if (member == NULL)
		return fail_option(option, "unknown key, see tokend.conf(5)");
	if ((secret = edit_argument(key, value)) != NULL)
		return fail_option(option, secret);
	if (*member != NULL)
		return fail_option(option, "this key was given before");
	if (edit_check(key, value, &why) == -1) {
		fprintf(stderr, "tokend login: %s\n", why.text);
		return -1;
	}
	o->has_keys = 1;
	return (*member = strdup(value)) != NULL ? 0 :
	    fail_option(option, "out of memory");
}

static int
take_named(struct options *o, const char *option, const char *value)
{
	char key[32];
	size_t i;

	snprintf(key, sizeof(key), "%s", option);
	for (i = 0; key[i] != '\0'; i++)
		if (key[i] == '-')
			key[i] = '_';
	return take_key(o, option, key, value);
}

static int
take_set(struct options *o, const char *text)
{
	const char *equals = strchr(text, '=');
	char key[64], option[80];

	if (equals == NULL || equals == text ||
	    (size_t)(equals - text) >= sizeof(key))
		return fail_option("set", "give KEY=VALUE");
	snprintf(key, sizeof(key), "%.*s", (int)(equals - text), text);
	snprintf(option, sizeof(option), "set %s", key);
	return take_key(o, option, key, equals + 1);
}

static int
take_service(struct options *o, const char *word)
{
	const enum account_server which = server_find(word);

	if (which == SERVERS)
		return fail_option("service", "give smtp, imap or pop");
	o->service[which] = 1;
	return 0;
}

static void
take_flag(struct options *o, int kind)
{
	*(int *)(void *)((char *)o + (kind - OPTION_FLAG)) = 1;
}

static int
check_flags(const struct options *o)
{
	if (o->no_test && o->test_mail)
		return fail_option("test-mail", "leave out --no-test");
	if (o->device && (o->no_browser || o->no_receiver))
		return fail_option("device", "uses no browser here: leave out "
		    "--no-browser and --no-receiver");
	if (o->refresh_token && options_flow(o))
		return fail_option("refresh-token-stdin", "replaces the "
		    "sign-in: leave out --device, --no-browser and "
		    "--no-receiver");
	return 0;
}

/* getopt_long(3) has named it. */
static int
fail_unknown(void)
{
	fputs("\"tokend login --help\" lists all options.\n", stderr);
	return -1;
}

enum options_result
options_read(struct options *o, int argc, char *argv[])
{
	static char program[] = "tokend login";
	int kind, which, result = 0;

	memset(o, 0, sizeof(*o));
	argv[0] = program;	/* for what getopt_long(3) says */
	while (result == 0 && (kind = getopt_long(argc, argv, "h", table,
	    &which)) != -1) {
		if (kind == OPTION_KEY)
			result = take_named(o, table[which].name, optarg);
		else if (kind == OPTION_SET)
			result = take_set(o, optarg);
		else if (kind == OPTION_SERVICE)
			result = take_service(o, optarg);
		else if (kind == OPTION_HELP || kind == 'h')
			return OPTIONS_HELP;
		else if (kind >= OPTION_FLAG)
			take_flag(o, kind);
		else
			result = fail_unknown();
	}
	if (result == -1)
		return OPTIONS_WRONG;
	if (argc - optind > 1) {
		fprintf(stderr, "tokend login: give one name only; \"%s\" is a "
		    "second one\n", argv[optind + 1]);
		return OPTIONS_WRONG;
	}
	o->name = argv[optind];
	return check_flags(o) == -1 ? OPTIONS_WRONG : OPTIONS_TAKEN;
}

int
options_secret(const struct options *o)
{
	return o->refresh_token || o->client_secret || o->key_password ||
	    o->client_key;
}

int
options_flow(const struct options *o)
{
	return o->device || o->no_browser || o->no_receiver;
}
