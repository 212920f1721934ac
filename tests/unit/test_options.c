/* SPDX-License-Identifier: BSD-2-Clause */
/* test_options.c - what is typed behind tokend login */
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/login/options.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct options o;

static void
setup(void)
{
	memset(&o, 0, sizeof(o));
	optind = 0;	/* getopt_long(3): begins anew */
	/* What is said to people is not looked at here. */
	ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
}

static void
teardown(void)
{
	keys_free(&o.keys);
}

FIXTURE(setup, teardown);

/* The words are apart by '|', behind the command's name. */
static int
reads(const char *words)
{
	static char text[1024];
	static char *argv[32];
	char *next = NULL, *word;
	int argc = 1;

	argv[0] = text;
	snprintf(text, sizeof(text), "%s", words);
	for (word = text; word != NULL && argc < 31; word = next) {
		if ((next = strchr(word, '|')) != NULL)
			*next++ = '\0';
		if (*word != '\0')
			argv[argc++] = word;
	}
	argv[argc] = NULL;
	return options_read(&o, argc, argv);
}

TEST(keys_are_taken_by_both_spellings)
{
	ck_assert_int_eq(reads("--provider=p|--client-id|an id|a@b|"
	    "--server-smtp=h:25|--redirect-uri|http://localhost|"
	    "--set|refresh_before=10m|--set=authorization_parameters=a=b"),
	    OPTIONS_TAKEN);
	ck_assert_str_eq(o.keys.provider, "p");
	ck_assert_str_eq(o.keys.client_id, "an id");
	ck_assert_str_eq(o.keys.server_smtp, "h:25");
	ck_assert_str_eq(o.keys.redirect_uri, "http://localhost");
	ck_assert_str_eq(o.keys.refresh_before, "10m");
	ck_assert_str_eq(o.keys.authorization_parameters, "a=b");
	ck_assert_str_eq(o.name, "a@b");
	ck_assert_int_eq(o.has_keys, 1);
	ck_assert_int_eq(options_secret(&o), 0);
	ck_assert_int_eq(options_flow(&o), 0);
}

TEST(flags_are_taken)
{
	ck_assert_int_eq(reads("--no-receiver|--client-secret-stdin|--no-test|"
	    "--service=imap|--service|smtp|--any-user"), OPTIONS_TAKEN);
	ck_assert(o.no_receiver && o.client_secret && o.no_test && o.any_user);
	ck_assert(o.service[SERVER_IMAP] && o.service[SERVER_SMTP]);
	ck_assert(!o.service[SERVER_POP] && !o.device && !o.refresh_token);
	ck_assert(o.name == NULL && !o.has_keys);
	ck_assert_int_eq(options_secret(&o), 1);
	ck_assert_int_eq(options_flow(&o), 1);
}

TEST(help_is_no_mistake)
{
	ck_assert_int_eq(reads("--help"), OPTIONS_HELP);
}

/* Each of these words is a mistake by itself. */
static const char *const wrong[] = { "--nonsense", "--provider", "a|b",
    "--set=x", "--set==x", "--set=title=x", "--set=user=",
    "--user=a|--user=b", "--user=a|--set=user=b", "--service=nntp",
    "--scope=a\nb", "--device|--no-browser", "--refresh-token-stdin|--device",
    "--no-test=1" };

TABLE_TEST(mistakes, wrong)
{
	ck_assert_int_eq(reads(wrong[_i]), OPTIONS_WRONG);
}

/* Everybody may read an argument list. */
static const char *const secrets[] = { "--set=client_secret=s",
    "--set=client_key=pkcs11:token=t;pin-value=1234",
    "--set=proxy=http://user:password@proxy:3128" };

TABLE_TEST(secrets_are_no_arguments, secrets)
{
	ck_assert_int_eq(reads(secrets[_i]), OPTIONS_WRONG);
	ck_assert_int_eq(o.has_keys, 0);
}

TEST(paths_of_secrets_may_be)
{
	ck_assert_int_eq(reads("--set=client_key=pkcs11:token=t;pin-source=f|"
	    "--set=client_secret_file=/f|--set=proxy=http://proxy:3128"),
	    OPTIONS_TAKEN);
}
