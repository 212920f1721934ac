/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/status/account_view.h"

#include <stdio.h>
#include <stdlib.h>

#include "account/send_right.h"
#include "command/command.h"
#include "command/explain.h"
#include "command/json_text.h"
#include "common/date.h"
#include "base/shell_word.h"
#include "state/interrupted.h"

#define INDENT 4

/* How it gets tokens, whose, and when the next one. */
static void
print_grant(const struct view *v, int64_t now)
{
	const struct account *a = &v->account;
	const char *provider = a->provider, *user = a->users.user;
	char duration[DURATION_MAX], due[80] = "", *text = NULL;

	if (v->failure.code == STATUS_OK && v->expires != 0) {
		if (v->fresh_until > now)
			snprintf(due, sizeof(due), v->is_served ?
			    ", renewed again in %s" :
			    ", renewed when a program asks in %s or later",
			    duration_text(duration, v->fresh_until - now));
		else
			snprintf(due, sizeof(due), ", due to be renewed");
	}
	if (asprintf(&text, "%s%s%s%s%s%s", account_grant_word(a->grant),
	    provider != NULL ? ", provider " : "",
	    provider != NULL ? provider : "", user != NULL ? ", user " : "",
	    user != NULL ? user : "", due) == -1)
		text = NULL;
	explain_line(stdout, "  grant ", INDENT, text != NULL ? text :
	    account_grant_word(a->grant));
	free(text);
}

static void
print_failure(const struct view *v)
{
	char label[32], again[64] = "", duration[DURATION_MAX];
	char text[FAILURE_TEXT_MAX + sizeof(again) + 1];

	if (v->failure.retry_after > 0)
		snprintf(again, sizeof(again), " (next try in %s)",
		    duration_text(duration, v->failure.retry_after));
	snprintf(label, sizeof(label), "  %s: ",
	    status_word(v->failure.code));
	snprintf(text, sizeof(text), "%s%s", v->failure.text, again);
	explain_line(stdout, label, INDENT, text);
	explain(stdout, &v->state.detail);
}

static void
print_interrupted(const struct view *v)
{
	char when[DATE_MAX], text[NAME_MAX_LEN + 400];

	date_text(when, v->state.interrupted);
	snprintf(text, sizeof(text), "the renewal of %s %s: %s. Where refresh "
	    "tokens are good for one use, this one is probably spent: if the "
	    "next renewal is refused, run \"tokend login %s\".", when,
	    interrupted_word(&v->state), interrupted_cause(&v->state),
	    SHELL_NAME(v->name));
	explain_line(stdout, "  interrupted: ", INDENT, text);
}

static void
print_scope(const struct view *v)
{
	char text[GRANTED_TEXT_MAX];

	granted_text(text, &v->account, v->state.scope);
	if (text[0] != '\0')
		explain_line(stdout, "  scope: ", INDENT, text);
}

static void
print_consent(const struct view *v, int64_t now)
{
	char text[CONSENT_END_TEXT_MAX];

	if (v->state.consent.at <= 0)
		return;
	consent_end_text(text, &v->state.consent, &v->account,
	    v->state.refreshed, v->is_served, now);
	explain_line(stdout, "  consent: ", INDENT, text);
}

/* By which way, how much more its token can do, and who may send. */
static void
print_sending(const struct view *v)
{
	static const char *const ways[SEND_WAYS] = {
	    [SEND_SMTP] = "by SMTP", [SEND_GMAIL] = "by Gmail's API",
	    [SEND_GRAPH] = "by Microsoft Graph" };
	const struct account *a = &v->account;
	char words[GRANTED_MAX + 1], *text = NULL;
	const enum send_right right = send_right_judge(a, v->state.scope,
	    words);

	if (a->send == SEND_NONE)
		return;
	if (asprintf(&text, "mail %s%s%s%s%s%s%s%s", ways[a->send],
	    right == SEND_RIGHT_ALONE ? ", and cannot read" :
	    right == SEND_RIGHT_WIDER ? ", and can do more: " :
	    right == SEND_RIGHT_MISSING ? ", which was not granted: " : "",
	    words, v->is_system ? "; for root" : "",
	    v->is_system && a->allow != NULL ? " " : "",
	    v->is_system && a->allow != NULL ? a->allow : "",
	    v->is_system && a->allow_send != NULL ? " " : "",
	    v->is_system && a->allow_send != NULL ? a->allow_send : "") == -1)
		text = NULL;
	explain_line(stdout, "  sends ", INDENT, text != NULL ? text :
	    ways[a->send]);
	free(text);
}

static void
print_hold(const struct view *v)
{
	char when[DATE_MAX], text[FAILURE_TEXT_MAX + 80];

	if (v->hold.until == 0)
		return;
	date_text(when, v->hold.until);
	snprintf(text, sizeof(text), "until %s: %s", when,
	    view_unnamed(v->hold.text, v->name));
	explain_line(stdout, "  no mail is sent ", INDENT, text);
}

static void
print_person(const struct view *v)
{
	char text[PERSON_TEXT_MAX];

	person_text(text, &v->account, &v->state.person);
	if (text[0] != '\0')
		explain_line(stdout, "  other person: ", INDENT, text);
}

void
view_print(const struct view *v, int64_t now)
{
	const struct refusal *k;
	char duration[DURATION_MAX], label[HOST_MAX + 80];
	struct failure tokens;

	view_tokens(v, now, &tokens);
	printf("%s: %s\n", v->name, tokens.text);
	if (v->is_loaded) {
		print_grant(v, now);
		print_scope(v);
		print_consent(v, now);
		print_person(v);
		print_sending(v);
		print_hold(v);
	}
	if (v->state.interrupted != 0)
		print_interrupted(v);
	if (v->failure.code != STATUS_OK)
		print_failure(v);
	for (k = v->state.refusals; k < v->state.refusals + REFUSALS_MAX; k++) {
		if (k->count == 0)
			continue;
		snprintf(label, sizeof(label), "  %s refused %s, %s ago: ",
		    k->host, k->count > 1 ? "two fresh tokens" : "a token",
		    duration_text(duration, now - k->when));
		explain_line(stdout, label, INDENT,
		    k->said[0] != '\0' ? k->said : "(no words)");
	}
}

/* The servers that refused tokens. NULL if there is no memory. */
static struct json_object *
list_refusals(const struct state *st)
{
	struct json_object *list = json_object_new_array(), *o = NULL;
	const struct refusal *k;

	for (k = st->refusals; k < st->refusals + REFUSALS_MAX; k++) {
		const struct json_string strings[] = {
			{ "host", k->host }, { "said", k->said } };
		const struct json_number numbers[] = {
			{ "count", k->count }, { "when", k->when } };

		if (k->count == 0)
			continue;
		if (list == NULL || (o = json_object_new_object()) == NULL ||
		    json_add_strings(o, strings, 2) == -1 ||
		    json_add_numbers(o, numbers, 2) == -1 ||
		    json_object_array_add(list, o) != 0)
			goto failed;
	}
	return list;
failed:
	json_object_put(o);
	json_object_put(list);
	return NULL;
}

/* What the account's file says. */
static int
add_settings(struct json_object *to, const struct view *v)
{
	const struct person *p = &v->state.person;
	const struct json_string strings[] = {
		{ "grant", account_grant_word(v->account.grant) },
		{ "provider", v->account.provider },
		{ "user", v->account.users.user },
		{ "send", send_way_word(v->account.send) },
		{ "allow_send", v->account.allow_send },
		{ "send_held", v->hold.text },
		{ "signed_in", person_shown_name(&v->account, p) },
		{ "person", person_word(person_judge(&v->account, p, NULL)) }
	};

	return JSON_ADD_STRINGS(to, strings);
}

int
view_print_json(const struct view *v)
{
	const struct state *st = &v->state;
	char look_up[LOOK_UP_MAX], missing[GRANTED_MAX + 1] = "";
	struct json_object *o = json_object_new_object();
	const struct json_string strings[] = {
		{ "account", v->name },
		{ "code", status_word(v->failure.code) },
		{ "text", v->failure.code != STATUS_OK ? v->failure.text :
		    "" },
		{ "scope", st->scope },
		{ "not_granted", missing },
		{ "error", st->detail.error },
		{ "meaning", st->detail.meaning },
		{ "remedy", st->detail.remedy },
		{ "words", st->detail.words },
		{ "look_up", explain_look_up(look_up, st->detail.number) }
	};
	const struct json_number numbers[] = {
		{ "expires", v->expires },
		{ "fresh_until", v->fresh_until },
		{ "refreshed", st->refreshed },
		{ "failures", st->failures },
		{ "retry_after", v->failure.retry_after },
		{ "interrupted", st->interrupted },
		{ "consent_ends", st->consent.at },
		{ "send_held_until", v->hold.until }
	};
	int result = -1;

	if (v->is_loaded)
		granted_missing(missing, &v->account, st->scope);
	if (o != NULL && JSON_ADD_STRINGS(o, strings) == 0 &&
	    JSON_ADD_NUMBERS(o, numbers) == 0 &&
	    json_add(o, "consent_stays", json_object_new_boolean(
	    consent_end_stays(&st->consent, st->refreshed))) == 0 &&
	    json_add(o, "refused", list_refusals(st)) == 0 &&
	    (!v->is_loaded || add_settings(o, v) == 0))
		result = json_print(stdout, o);
	json_object_put(o);
	return result;
}
