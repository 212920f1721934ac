/* SPDX-License-Identifier: BSD-2-Clause */
/* signin.c - the conversation in which the worker gets the tokens. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account/draft.h"
#include "base/attr.h"
#include "command/command.h"
#include "command/converse.h"
#include "command/explain.h"
#include "command/login/questions/forms.h"
#include "command/login/login.h"
#include "command/login/show_sign_in.h"
#include "command/terminal/ask.h"
#include "command/terminal/browser.h"
#include "lineio.h"
#include "person/person.h"
#include "base/shell_word.h"

#define FLOW_MOST 3600000	/* ms; a worker gives up before */
#define TIMES 3			/* that a secret may be wrong */
#define SHOWN 70		/* bytes of an address that was pasted */
#define KEEP_MOST 75000		/* ms for storing, more than a worker takes */

enum flow_kind { FLOW_GIVEN, FLOW_CODE, FLOW_DEVICE };

struct flow {
	struct login *l;
	struct converse talk;
	enum flow_kind kind;
	int has_address;	/* the final address may be pasted */
	int has_receiver;
	int has_input;		/* standard input has not ended */
	int is_hidden;		/* what is typed, until shown is put back */
	struct termios shown;
	int64_t device_end;	/* clock_ms; 0: no countdown */
	int is_kept;		/* keep=yes was said */
	int is_unproven;
};

static int
has_device_note(const struct login *l)
{
	return l->o.device && l->preset.device_note != NULL;
}

/*
 * A secret alone, for an account that is there, replaces the one that is
 * stored, and the consent goes on.
 */
static enum flow_kind
choose_flow(const struct login *l)
{
	const struct account *a = &l->account;

	if (l->o.refresh_token || a->grant != GRANT_REFRESH_TOKEN ||
	    (!l->is_new && !l->o.has_keys && options_secret(&l->o) &&
	    !options_flow(&l->o)))
		return FLOW_GIVEN;
	if (has_device_note(l))
		return FLOW_CODE;
	if (l->o.device || (a->authorization_endpoint == NULL &&
	    a->device_authorization_endpoint != NULL && a->issuer == NULL))
		return FLOW_DEVICE;
	return FLOW_CODE;
}

static int
send_first(struct flow *f)
{
	static const char *const words[] = { [FLOW_GIVEN] = "given",
	    [FLOW_CODE] = "code", [FLOW_DEVICE] = "device" };
	struct login *l = f->l;
	struct buf first = BUF_INIT(MESSAGE_BYTES_MAX);

	if (attrs_add(&first, "way", words[f->kind]) == -1 ||
	    attrs_add(&first, "draft", l->draft != -1 ? "yes" : NULL) == -1 ||
	    attrs_add(&first, "receive", l->o.no_receiver ? "no" : NULL) ==
	    -1 || attrs_add(&first, "start", !l->o.no_browser &&
	    browser_is_there() ? "yes" : NULL) == -1 ||
	    secrets_add(&l->secrets, &first) == -1) {
		buf_free(&first);
		return fail_memory(&l->why);
	}
	if (converse_open(&f->talk, &l->scope, "sign-in", l->name, -1,
	    &l->why) == -1) {
		buf_free(&first);
		return -1;
	}
	return converse_send(&f->talk, &first, &l->why);
}

static int
fail_other_person(struct login *l, const struct name_pair *o)
{
	char again[SHELL_WORD_MAX(PERSON_NAME_MAX + NAME_MAX_LEN) + 80] = "";

	if (person_may_be_user(&l->account, o->name))
		snprintf(again, sizeof(again), ", or if the mailbox is "
		    "mistyped run \"tokend login --user %s %s\"",
		    SHELL_WORD(o->name), SHELL_NAME(l->name));
	return fail(&l->why, STATUS_SIGN_IN, "account \"%s\": %s has signed "
	    "in, but the account is for %s; nothing was changed. Sign in as "
	    "that user%s, or use --any-user to keep it", l->name,
	    o->name, o->expected, again);
}

/* The browser may have been signed in as another user. */
static int
check_person(struct login *l)
{
	struct person *p = &l->granted.person;
	struct name_pair o;
	enum person_match whose = person_judge(&l->account, p, &o);
	enum truth yes;

	/* If the answer names no user, a renewal may. */
	if (l->o.any_user && whose != PERSON_SAME)
		p->is_accepted = 1;
	if (l->account.grant != GRANT_REFRESH_TOKEN || l->o.any_user ||
	    whose != PERSON_OTHER)
		return 0;
	if (l->is_asking) {
		command_warn("%s has signed in, but the account is for %s.",
		    o.name, o.expected);
		explain_text("That is right only for a shared mailbox that "
		    "this user may open.");
		yes = ask_yes("Keep it anyway?", &l->why);
		p->is_accepted |= yes == IS_TRUE;
		if (yes != IS_FALSE)
			return yes == IS_TRUE ? 0 : -1;
	}
	return fail_other_person(l, &o);
}

static int
say_keep(struct flow *f)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);
	struct login *l = f->l;

	if (attrs_add(&b, "keep", "yes") == -1 || attrs_add(&b, "accepted",
	    l->granted.person.is_accepted ? "yes" : NULL) == -1) {
		buf_free(&b);
		return fail_memory(&l->why);
	}
	return converse_send(&f->talk, &b, &l->why);
}

/* No command would find tokens without an account. */
static int
check_there(struct login *l)
{
	struct buf is = BUF_INIT(CONF_SIZE_MAX);
	int found = draft_before(&l->scope, l->name, &is, &l->why);

	buf_free(&is);
	return found != 1 ? found : fail(&l->why, STATUS_NO_ACCOUNT, "account "
	    "\"%s\": %s/accounts/%s.conf was removed during this sign-in; "
	    "nothing was kept. Create the account again by \"tokend login "
	    "%s\"", l->name, l->scope.config, l->name, SHELL_NAME(l->name));
}

/* The draft becomes the account, and then its tokens are stored. */
static int
keep_account(struct flow *f)
{
	struct login *l = f->l;

	if (l->draft != -1) {
		if (draft_commit(&l->scope, l->name,
		    l->is_new ? NULL : &l->before, &l->why) == -1)
			return -1;
		close(l->draft);
		l->draft = -1;
		l->is_committed = 1;
	} else if (check_there(l) == -1) {
		return -1;
	}
	f->is_kept = 1;
	return say_keep(f);
}

static int
on_token(struct flow *f)
{
	struct granted *g = &f->l->granted;
	struct converse *c = &f->talk;

	snprintf(g->user, sizeof(g->user), "%s", converse_value(c, "user"));
	snprintf(g->scope, sizeof(g->scope), "%s",
	    converse_value(c, "scope"));
	attrs_number(&c->event.attrs, "expires_in", &g->expires_in);
	attrs_number(&c->event.attrs, "consent_ends", &g->consent.at);
	attrs_number(&c->event.attrs, "consent_since", &g->consent.since);
	person_parse(&g->person, &c->event.attrs);
	return login_check_send_right(f->l) == -1 ||
	    check_person(f->l) == -1 ? -1 : keep_account(f);
}

/* The final address has the code in it, and would stay on the screen. */
static void
hide_typed(struct flow *f)
{
	f->is_hidden = f->l->is_asking && ask_hide(&f->shown) == 0;
}

static void
show_again(struct flow *f)
{
	if (f->is_hidden)
		ask_show(&f->shown);
	f->is_hidden = 0;
}

/* Enough of it to see that it has arrived. */
static void
show_pasted(struct flow *f, const char *line)
{
	size_t len = strcspn(line, "?#");

	if (f->is_hidden)
		fprintf(stderr, "%.*s...\n", len < SHOWN && line[len] != '\0' &&
		    strstr(line, "://") != NULL &&
		    text_is_clean(line, len) ? (int)len : 0, line);
}

static int
on_event(struct flow *f)
{
	struct converse *c = &f->talk;
	int64_t expires_in = 0;

	if (f->device_end != 0)
		show_sign_in_time_end();
	if (converse_is(c, "open")) {
		f->has_address = 1;
		f->has_receiver = *converse_value(c, "port") != '\0';
		hide_typed(f);
		show_sign_in_address(c, !f->l->o.no_browser);
	} else if (converse_is(c, "device")) {
		show_sign_in_device(c);
		attrs_number(&c->event.attrs, "expires_in", &expires_in);
		f->device_end = expires_in > 0 ? clock_ms() +
		    1000 * (expires_in < 86400 ? expires_in : 86400) : 0;
	} else if (converse_is(c, "note")) {
		explain_text(converse_value(c, "text"));
	} else if (converse_is(c, "token")) {
		show_again(f);
		f->device_end = 0;
		return on_token(f);
	} else if (converse_is(c, "unproven")) {
		f->is_unproven = 1;
		f->l->granted.person.is_accepted = f->l->o.any_user;
		return keep_account(f);
	}
	return 0;
}

/* Without what a mail or a chat program has put around it. */
static void
bare_address(struct buf *line)
{
	ask_trim(line);
	if (line->len > 1 && line->data[0] == '<' &&
	    line->data[line->len - 1] == '>') {
		line->data[0] = ' ';
		line->data[--line->len] = '\0';
		ask_trim(line);
	}
	if (line->len > 0)
		forms_unquote(line->data, &line->len);
}

/* A pasted line; the receiver waits at the same time. */
static int
on_input(struct flow *f)
{
	struct buf line = BUF_INIT(ASK_LINE_MAX);
	struct failure *why = &f->l->why;
	enum truth is_read = ask_read(&line, why);
	int result = is_read == IS_UNKNOWN ? -1 : 0;

	if (is_read == IS_TRUE)
		bare_address(&line);
	if (is_read == IS_FALSE) {
		f->has_input = 0;
		if (!f->has_receiver)
			result = fail(why, STATUS_CONFIG, "account \"%s\": "
			    "standard input ended without the final "
			    "address; nothing was changed", f->l->name);
	} else if (is_read == IS_TRUE && line.len > 0) {
		show_pasted(f, line.data);
		result = converse_send_one(&f->talk, "pasted", line.data, why);
	}
	buf_free(&line);
	return result;
}

/* How long the next wait may be. */
static int
time_to_wait(const struct flow *f, int64_t end)
{
	int64_t left = f->device_end - clock_ms();

	if (f->is_kept)
		return KEEP_MOST;
	if (f->device_end != 0) {
		show_sign_in_time(left > 0 ? (left + 999) / 1000 : 0);
		return 1000;
	}
	return (int)(end - clock_ms());
}

/* Until event=end. */
static int
follow_events(struct flow *f)
{
	int64_t end = clock_ms() + FLOW_MOST;
	int happened;

	while (clock_ms() < end) {
		happened = converse_wait(&f->talk, f->is_kept ?
		    WAIT_UNINTERRUPTED : f->has_address && f->has_input ?
		    WAIT_INPUT : WAIT_EVENT, time_to_wait(f, end), &f->l->why);
		if (happened == CONVERSE_END || happened == -1) {
			if (f->device_end != 0)
				show_sign_in_time_end();
			if (converse_is(&f->talk, "end"))
				detail_parse(&f->l->detail,
				    &f->talk.event.attrs);
			return happened == -1 ? -1 : 0;
		}
		if ((happened == CONVERSE_EVENT && on_event(f) == -1) ||
		    (happened == CONVERSE_INPUT && on_input(f) == -1))
			return -1;
		if (happened == CONVERSE_TIMEOUT && f->is_kept)
			break;
	}
	return fail(&f->l->why, STATUS_LATER, "account \"%s\": the sign-in "
	    "did not finish in time. Try again", f->l->name);
}

static int
run_flow(struct login *l, enum flow_kind kind)
{
	struct flow f = { .l = l, .talk = CONVERSE_INIT, .has_input = 1,
	    .kind = kind };
	int result = send_first(&f) == -1 ? -1 : follow_events(&f);

	show_again(&f);
	converse_close(&f.talk);
	/* What could not be verified was kept when the command said so. */
	if (result == 0 || !l->is_committed || f.is_unproven)
		return result;
	if (draft_take_back(&l->scope, l->name,
	    l->is_new ? NULL : &l->before, NULL) == 0)
		l->is_committed = 0;
	else
		command_warn("%s/accounts/%s.conf was changed, and could "
		    "not be restored", l->scope.config, l->name);
	return result;
}

/*
 * Some providers give mail scopes to browsers only: the worker has said so in
 * a note.
 */
static int
offer_browser(struct login *l)
{
	struct failure why = l->why;

	if (!l->is_asking ||
	    ask_yes("Sign in with a browser instead?", &why) != IS_TRUE)
		return -1;
	memset(&l->why, 0, sizeof(l->why));
	memset(&l->detail, 0, sizeof(l->detail));
	return run_flow(l, FLOW_CODE);
}

static int
sign_in(struct login *l)
{
	enum flow_kind kind = choose_flow(l);

	if (run_flow(l, kind) == 0)
		return 0;
	return kind == FLOW_DEVICE &&
	    strcmp(l->detail.error, "invalid_scope") == 0 ?
	    offer_browser(l) : -1;
}

int
login_sign_in(struct login *l)
{
	int i;

	if (has_device_note(l)) {
		explain_text(l->preset.device_note);
		fputs("So sign in with a browser.\n", stderr);
	}
	for (i = 0; i < TIMES; i++) {
		if (sign_in(l) == 0)
			return 0;
		if (i + 1 == TIMES || !login_ask_again(l))
			break;
	}
	return -1;
}
