/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * login.h - one sign-in, on its way through the files of `tokend login`.
 */
#pragma once

#include "account/account.h"
#include "account/keys.h"
#include "base/buf.h"
#include "command/login/options.h"
#include "command/login/questions/secrets.h"
#include "person/person.h"
#include "disk/scope.h"
#include "state/consent_end.h"
#include "state/detail.h"
#include "base/status.h"

/* What event=token says, for people; "" and 0 where it is not known. */
struct granted {
	char user[PERSON_NAME_MAX];
	struct person person;
	char scope[4096];
	int64_t expires_in;	/* seconds */
	struct consent_end consent;
};

struct login {
	struct options o;	/* its keys grow by what is asked */
	struct scope scope;
	char name[NAME_MAX_LEN + 1];
	int is_new;		/* there was no such account */
	int is_resumed;		/* the last try's answers are used */
	int is_asking;		/* there is a terminal to ask on */
	struct keys preset;
	struct keys tried;	/* the answers of the last try */
	struct buf before;	/* the account file's text, if it was there */
	struct buf text;	/* what it becomes */
	int draft;		/* what holds it (account/draft.h); -1 */
	int is_loaded;		/* account was, and can be used */
	int is_committed;
	struct account account;
	struct secrets secrets;
	struct granted granted;
	struct failure why;
	struct detail detail;	/* more than why, if a provider refused */
};

#define LOGIN_INIT { .before = BUF_INIT(CONF_SIZE_MAX), \
	.text = BUF_INIT(CONF_SIZE_MAX), .draft = -1, .secrets = SECRETS_INIT }

/* Each returns 0, or -1 with l->why. login.c calls them in this order. */

/* naming.c: which account; l->name, is_new, before. */
int login_name(struct login *l);

/*
 * resume.c: uses the answers of an earlier try to create the account. What is
 * to be asked again stays in l->tried, as a default.
 */
int login_resume(struct login *l);

/* naming.c: a new account's mailbox, o.keys.user. */
int login_user(struct login *l);

/* fill.c: what a new account needs, from the preset and by asking. */
int login_fill(struct login *l);

/*
 * Appends a key as the account will have it: of the options, else of the file,
 * else of the preset, which may be NULL; nothing if none has it (fill.c).
 */
int login_key(struct login *l, const char *key, const char *preset,
    struct buf *value);

/* True if a new account's grant is that, by options and preset (fill.c). */
int login_has_grant(const struct login *l, const char *word);

/* steps.c: prints what to do in the provider's console, on standard error. */
void login_show_steps(const struct login *l);

/*
 * send_only.c: where --send-only is given, the way to send and the narrowest
 * scope of it, as keys. Refuses a way that has none.
 */
int login_send_only(struct login *l);

/*
 * The same: judges what the provider granted, before anything is kept. Refuses
 * what does not send, and warns of what does more, unless the account is not
 * one that only sends.
 */
int login_check_send_right(struct login *l);

/* The same: what the tokens of the account can do, and cannot. */
void login_show_send_right(const struct login *l);

/* resume.c: the draft of the account, unless it stays as it is. */
int login_draft(struct login *l);

/* warn.c: warns of, or refuses, mistakes in the loaded account. */
int login_warn(const struct login *l, struct failure *why);

/* ask_secrets.c: those that the loaded account needs and were not given. */
int login_secrets(struct login *l);

/* signin.c: the conversation; then the account is kept. */
int login_sign_in(struct login *l);

/*
 * ask_secrets.c: after a sign-in that failed with l->why and l->detail. 1 if
 * the person gave another secret, so that it is worth another try; else 0.
 */
int login_ask_again(struct login *l);

/*
 * proof.c: prints the result, and tries real logins to the mail servers. -1
 * with the first failure of these; the account stays.
 */
int login_prove(struct login *l);

/*
 * test_mail.c: of an account that sends, a mail to itself, if that is agreed
 * to. 0 without one, too; -1 with l->why, which is printed.
 */
int login_test_mail(struct login *l);

/*
 * resume.c: keeps the answers of a failed try, without secrets. 1 if there are
 * any, and they are kept; else 0.
 */
int login_set_aside(struct login *l);
