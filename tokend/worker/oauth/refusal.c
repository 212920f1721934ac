/* SPDX-License-Identifier: BSD-2-Clause */
#include "oauth/refusal.h"

#include <stdio.h>
#include <string.h>

#include "common/failure_text.h"
#include "base/shell_word.h"

#define WHO_MAX 256
#define TAIL_MAX (TEXT_SIGN_IN_MAX + ADVICE_MAX + 128)

int
refusal_is_transient(long status)
{
	return status == 408 || status == 425 || status == 429 ||
	    status >= 500;
}

/* A code is good for one request; what lasts is tried by tokend. */
static const char *
retry_text(const struct mask *m)
{
	return m->spent == SPENT_CODE ? "sign in once more" :
	    "tokend tries again by itself";
}

const char *
refusal_status_remedy(long status, const struct mask *m)
{
	if (status == 429 && m->spent != SPENT_CODE)
		return "it has had too many requests; tokend tries again by "
		    "itself";
	if (refusal_is_transient(status))
		return retry_text(m);
	return "check token_endpoint";
}

/*
 * A code that no table has is a lasting refusal only if it looks like one:
 * gateways put "Not Found" and the like in a member of that name.
 */
static int
may_be_lasting(const char *error, long status)
{
	return error[strspn(error, "abcdefghijklmnopqrstuvwxyz0123456789_.-")]
	    == '\0' && (status < 300 || status == 400 || status == 401 ||
	    status == 403);
}

static int
has_person(const struct refused_request *by)
{
	return by->account->grant == GRANT_REFRESH_TOKEN;
}

/* The table's text holds where a secret proved it, or it is not known what. */
static void
advise_on_proof(const struct refused_request *by, struct advice *advice)
{
	const struct account *a = by->account;

	if (a->grant == GRANT_METADATA)
		advice_for_proof(advice, ADVICE_PROOF_CLOUD);
	else if (by->mask->proof == PROOF_NONE)
		advice_for_proof(advice, ADVICE_PROOF_NONE);
	else if (by->mask->proof == PROOF_ASSERTION)
		advice_for_proof(advice, a->client_assertion_file != NULL ?
		    ADVICE_PROOF_FILE : ADVICE_PROOF_KEY);
	else if (by->mask->proof == PROOF_UNKNOWN && by->status == 0)
		advice_for_proof(advice, ADVICE_PROOF_UNASKED);
}

static void
find_advice(const struct refused_request *by, const struct refusal *r,
    struct advice *advice)
{
	advice_find(advice, r, has_person(by));
	advise_on_proof(by, advice);
	if (refusal_is_transient(by->status) || (!advice->is_known &&
	    !may_be_lasting(r->error, by->status)))
		advice->code = STATUS_LATER;
	if (advice->code == STATUS_LATER)
		advice->sign_in = 0;
}

/* What an administrator looks at where no row says more. */
static const char *
general_remedy(const struct refused_request *by)
{
	switch (by->account->grant) {
	case GRANT_CLIENT_CREDENTIALS:
		if (by->mask->proof == PROOF_ASSERTION)
			return by->account->client_assertion_file != NULL ?
			    "check client_id, client_assertion_file, and the "
			    "app's permissions" : "check client_id, "
			    "client_key, and the app's permissions";
		if (by->mask->proof == PROOF_SECRET)
			return "check client_id, the secret, and the app's "
			    "permissions";
		return "check client_id, the secret or client_key, and the "
		    "app's permissions";
	case GRANT_JWT_BEARER:
		return "check the service account's key, its delegation for "
		    "the scope, and user";
	case GRANT_METADATA:
		return "check the identity that the cloud gives this machine, "
		    "and scope";
	default:
		return "check the account's file and the app's registration";
	}
}

static void
write_tail(const struct refused_request *by, const struct advice *advice,
    char tail[TAIL_MAX])
{
	char sign_in[TEXT_SIGN_IN_MAX] = "";
	const char *first = advice->remedy, *second = NULL;
	int unsure = 0;

	if (advice->code == STATUS_LATER) {
		second = refusal_is_transient(by->status) ||
		    advice->is_known || first != NULL ?
		    retry_text(by->mask) :
		    refusal_status_remedy(by->status, by->mask);
	} else if (advice->sign_in) {
		text_sign_in(sign_in, by->account->name);
		second = first;
		first = sign_in;
	} else if (first == NULL) {
		first = general_remedy(by);
	}
	/* The provider's words are before this; where to go is after it. */
	unsure = advice->is_unsure && advice->code != STATUS_LATER;
	snprintf(tail, TAIL_MAX, "%s%s%s%s%s", unsure ? "usually helps: " :
	    "", first != NULL ? first : "",
	    first != NULL && second != NULL ? "; " : "",
	    second != NULL ? second : "", unsure ? "; else ask an "
	    "administrator what the number means" : "");
}

/* The first line, without the ids that only the provider can use. */
static void
write_words(const struct mask *m, const char *text, char *words, size_t size)
{
	const char *trace = NULL;
	size_t len = 0;

	words[0] = '\0';
	if (text == NULL)
		return;
	text += strspn(text, " \t\r\n");
	len = strcspn(text, "\r\n");
	trace = strstr(text, "Trace ID");
	if (trace != NULL && (size_t)(trace - text) < len)
		len = (size_t)(trace - text);
	while (len > 0 && strchr(" \t.", text[len - 1]) != NULL)
		len--;
	mask_copy(m, words, size, text, len);
}

/* All of it, with a blank for each break of a line. */
static void
write_all_words(const struct mask *m, const char *text,
    char words[DETAIL_WORDS_MAX + 1])
{
	char flat[DETAIL_WORDS_MAX + 1];
	size_t len = 0;

	words[0] = '\0';
	if (text == NULL)
		return;
	text += strspn(text, " \t\r\n");
	for (; *text != '\0' && len < DETAIL_WORDS_MAX; text++) {
		if (strchr("\t\r\n", *text) == NULL)
			flat[len++] = *text;
		else if (flat[len - 1] != ' ')
			flat[len++] = ' ';
	}
	while (len > 0 && flat[len - 1] == ' ')
		len--;
	mask_copy(m, words, DETAIL_WORDS_MAX + 1, flat, len);
}

/* The steps, then the sign-in; else what the one line advises. */
static void
write_remedy(const struct refused_request *by, const struct advice *advice,
    int64_t number, const char *tail, char remedy[DETAIL_TEXT_MAX + 1])
{
	const char *name = SHELL_NAME(by->account->name);
	size_t size = DETAIL_TEXT_MAX + 1, len;

	remedy[0] = '\0';
	if (advice->is_unsure && advice->code != STATUS_LATER) {
		snprintf(remedy, size, "%s (https://"
		    "login.microsoftonline.com/error?code=%lld).", tail,
		    (long long)number);
		return;
	}
	if (advice->code != STATUS_LATER && advice->steps != NULL)
		known_fill(remedy, size, advice->steps,
		    KNOWN_VALUES({ "account", by->account->name }));
	if (advice->code != STATUS_LATER && advice->sign_in) {
		len = strlen(remedy);
		snprintf(remedy + len, size - len, len > 0 ?
		    " Then run \"tokend login %s\"." :
		    "Run \"tokend login %s\".", name);
	} else if (remedy[0] == '\0') {
		snprintf(remedy, size, "%s", tail);
	}
}

static const char *
what_was_refused(const struct refused_request *by, enum status code)
{
	if (by->status == 0)
		return "sign-in";
	if (code != STATUS_SIGN_IN)
		return "request";
	switch (by->mask->spent) {
	case SPENT_CODE:
		return "authorization code";
	case SPENT_DEVICE_CODE:
		return "device code";
	default:
		return "refresh token";
	}
}

static void
write_detail(const struct refused_request *by, const struct refusal *r,
    const struct advice *advice, const char *tail, struct detail *d)
{
	mask_copy(by->mask, d->error, sizeof(d->error), r->error,
	    strlen(r->error));
	d->number = r->number;
	d->meaning[0] = '\0';
	if (advice->meaning != NULL)
		known_fill(d->meaning, sizeof(d->meaning), advice->meaning,
		    KNOWN_VALUES({ "account", by->account->name }));
	write_remedy(by, advice, r->number, tail, d->remedy);
	write_all_words(by->mask, r->description, d->words);
}

int
refusal_fail(const struct refused_request *by, const struct refusal *r,
    struct token_failure *why)
{
	struct advice advice;
	char words[FAILURE_TEXT_MAX + 1] = "", did[64] = "";
	char head[WHO_MAX + DETAIL_ERROR_MAX + 64] = "";
	char tail[TAIL_MAX] = "", advice_text[TAIL_MAX + 2] = "";

	find_advice(by, r, &advice);
	write_tail(by, &advice, tail);
	write_detail(by, r, &advice, tail, &why->detail);
	write_words(by->mask, r->description, words, sizeof(words));
	if (advice.code == STATUS_LATER && by->status != 0)
		snprintf(did, sizeof(did), "answered HTTP %ld", by->status);
	else
		snprintf(did, sizeof(did), "refused the %s",
		    what_was_refused(by, advice.code));
	snprintf(head, sizeof(head), "%s %s: %s", by->who, did,
	    why->detail.error);
	snprintf(advice_text, sizeof(advice_text), ": %s", tail);
	text_fail(&why->failure, advice.code, head, words,
	    advice_text);
	if (advice.code == STATUS_LATER)
		why->failure.retry_after = advice.retry_after;
	return -1;
}
