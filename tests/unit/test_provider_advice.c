/* SPDX-License-Identifier: BSD-2-Clause */
/* test_provider_advice.c - what is advised on errors, numbers and words */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "knowledge/provider_advice.h"
#include "state/detail.h"

#include "unit.h"	/* last: check.h has a macro fail() */

/* Advice for an error, its description, its number. */
static struct advice
ask(const char *error, const char *description, int64_t number)
{
	struct refusal r = { .error = error, .description = description,
	    .number = number };
	struct advice a;

	memset(&a, 0xa5, sizeof(a));
	advice_find(&a, &r, 1);
	return a;
}

static const struct {
	const char *error;
	enum status code;
	int sign_in;
} errors[] = {
	{ "invalid_grant", STATUS_SIGN_IN, 1 },
	{ "interaction_required", STATUS_SIGN_IN, 1 },
	{ "consent_required", STATUS_SIGN_IN, 1 },
	{ "login_required", STATUS_SIGN_IN, 1 },
	{ "invalid_rapt", STATUS_SIGN_IN, 1 },
	{ "access_denied", STATUS_SIGN_IN, 1 },
	{ "account_selection_required", STATUS_SIGN_IN, 1 },
	{ "unsupported_response_type", STATUS_CONFIG, 0 },
	{ "redirect_uri_mismatch", STATUS_CONFIG, 0 },
	{ "invalid_target", STATUS_CONFIG, 0 },
	{ "authorization_declined", STATUS_SIGN_IN, 1 },
	{ "expired_token", STATUS_SIGN_IN, 1 },
	{ "bad_verification_code", STATUS_SIGN_IN, 1 },
	{ "invalid_client", STATUS_CONFIG, 0 },
	{ "unauthorized_client", STATUS_CONFIG, 0 },
	{ "invalid_scope", STATUS_CONFIG, 0 },
	{ "invalid_resource", STATUS_CONFIG, 0 },
	{ "invalid_request", STATUS_CONFIG, 0 },
	{ "unsupported_grant_type", STATUS_CONFIG, 0 },
	{ "admin_policy_enforced", STATUS_CONFIG, 0 },
	{ "org_internal", STATUS_CONFIG, 0 },
	{ "deleted_client", STATUS_CONFIG, 0 },
	{ "disabled_client", STATUS_CONFIG, 0 },
	{ "authorization_pending", STATUS_LATER, 0 },
	{ "slow_down", STATUS_LATER, 0 },
	{ "temporarily_unavailable", STATUS_LATER, 0 },
	{ "server_error", STATUS_LATER, 0 }
};

TABLE_TEST(knows_the_error_codes, errors)
{
	struct advice a = ask(errors[_i].error, NULL, 0);

	ck_assert_int_eq(a.code, errors[_i].code);
	ck_assert_int_eq(a.sign_in, errors[_i].sign_in);
	ck_assert_int_eq(a.is_known, 1);
	ck_assert_int_eq(a.retry_after, 0);
	/* Something to do, whatever it is. */
	ck_assert(a.remedy != NULL || a.sign_in || a.code == STATUS_LATER);
}

TEST(keeps_an_unknown_error_permanent)
{
	struct advice a = ask("strange_error", "words", 0);

	ck_assert_int_eq(a.code, STATUS_CONFIG);
	ck_assert_int_eq(a.is_known, 0);
	ck_assert_ptr_null(a.remedy);
}

/* How the numbers of the table come, and what must be in the advice. */
static const struct {
	int64_t number;
	const char *error;
	enum status code;
	int sign_in;
	const char *says;
} numbers[] = {
	{ 50173, "invalid_grant", STATUS_SIGN_IN, 1, "password" },
	{ 700082, "invalid_grant", STATUS_SIGN_IN, 1, "90 days" },
	{ 70008, "invalid_grant", STATUS_SIGN_IN, 1, "90 days" },
	{ 700084, "invalid_grant", STATUS_SIGN_IN, 1, "Mobile" },
	{ 70000, "invalid_grant", STATUS_SIGN_IN, 1, "client_id" },
	{ 700005, "invalid_grant", STATUS_SIGN_IN, 1, "tenant" },
	{ 7000012, "invalid_grant", STATUS_SIGN_IN, 1, "tenant" },
	{ 70043, "invalid_grant", STATUS_SIGN_IN, 1, "frequency" },
	{ 50074, "interaction_required", STATUS_SIGN_IN, 1, "factor" },
	{ 50076, "interaction_required", STATUS_SIGN_IN, 1, "factor" },
	{ 50078, "interaction_required", STATUS_SIGN_IN, 1, "factor" },
	{ 50079, "interaction_required", STATUS_SIGN_IN, 1, "factor" },
	{ 53000, "interaction_required", STATUS_SIGN_IN, 0, "administrator" },
	{ 53003, "interaction_required", STATUS_SIGN_IN, 0, "administrator" },
	{ 530032, "interaction_required", STATUS_SIGN_IN, 0,
	    "administrator" },
	{ 65001, "invalid_grant", STATUS_SIGN_IN, 1, "consent" },
	{ 90094, "invalid_grant", STATUS_SIGN_IN, 1, "administrator" },
	{ 65004, "access_denied", STATUS_SIGN_IN, 1, "accept" },
	{ 7000215, "invalid_client", STATUS_CONFIG, 0, "Value" },
	{ 7000222, "invalid_client", STATUS_CONFIG, 0, "expired" },
	{ 7000218, "invalid_client", STATUS_CONFIG, 0, "public client" },
	{ 700025, "invalid_client", STATUS_CONFIG, 0, "remove" },
	{ 700016, "unauthorized_client", STATUS_CONFIG, 0, "tenant" },
	{ 7000112, "unauthorized_client", STATUS_CONFIG, 0,
	    "administrator" },
	{ 90002, "invalid_request", STATUS_CONFIG, 0, "tenant" },
	{ 90038, "invalid_request", STATUS_CONFIG, 0, "cloud" },
	{ 900432, "invalid_request", STATUS_CONFIG, 0, "cloud" },
	{ 50194, "invalid_request", STATUS_CONFIG, 0, "tenant" },
	{ 9002332, "invalid_request", STATUS_CONFIG, 0, "personal" },
	{ 50020, "invalid_grant", STATUS_SIGN_IN, 1, "account" },
	{ 50034, "invalid_grant", STATUS_SIGN_IN, 1, "account" },
	{ 500011, "invalid_resource", STATUS_CONFIG, 0, "scope" },
	{ 650052, "invalid_request", STATUS_CONFIG, 0, "permission" },
	{ 650057, "invalid_resource", STATUS_CONFIG, 0, "permission" },
	{ 70011, "invalid_scope", STATUS_CONFIG, 0, "scope" },
	{ 50055, "invalid_grant", STATUS_SIGN_IN, 0, "expired" },
	{ 50057, "invalid_grant", STATUS_SIGN_IN, 0, "enable" },
	{ 50196, "invalid_grant", STATUS_LATER, 0, "often" },
	{ 700027, "invalid_client", STATUS_CONFIG, 0, "clock" },
	{ 700030, "invalid_client", STATUS_CONFIG, 0, "certificate" },
	{ 54005, "invalid_grant", STATUS_SIGN_IN, 1, NULL },
	{ 501481, "invalid_grant", STATUS_SIGN_IN, 1, NULL },
	{ 70016, "authorization_pending", STATUS_LATER, 0, "not finished" },
	{ 70019, "expired_token", STATUS_SIGN_IN, 1, "expired" },
	{ 50033, "invalid_grant", STATUS_LATER, 0, NULL },
	{ 50087, "invalid_grant", STATUS_LATER, 0, NULL },
	{ 70012, "invalid_grant", STATUS_LATER, 0, NULL },
	{ 90024, "invalid_request", STATUS_LATER, 0, NULL },
	{ 90033, "invalid_request", STATUS_LATER, 0, NULL },
	{ 90055, "invalid_request", STATUS_LATER, 0, NULL },
	{ 9001023, "invalid_request", STATUS_CONFIG, 0, "tenant" },
	{ 700022, "invalid_scope", STATUS_CONFIG, 0, "scope" },
	{ 50011, "invalid_request", STATUS_CONFIG, 0, "redirect" },
	{ 500113, "invalid_request", STATUS_CONFIG, 0, "redirect" },
	{ 9002327, "invalid_request", STATUS_CONFIG, 0, "Single-page" },
	{ 50105, "invalid_grant", STATUS_SIGN_IN, 0, "assign" },
	{ 53002, "interaction_required", STATUS_SIGN_IN, 0,
	    "administrator" },
	{ 530035, "invalid_grant", STATUS_SIGN_IN, 0, "administrator" },
	{ 7000229, "unauthorized_client", STATUS_CONFIG, 0, "client_id" },
	{ 1002012, "invalid_scope", STATUS_CONFIG, 0, "/.default" },
	{ 90023, "invalid_request", STATUS_CONFIG, 0, "client_id" },
	{ 500201, "invalid_request", STATUS_CONFIG, 0, "v2.0" },
	{ 65002, "invalid_request", STATUS_CONFIG, 0, "register" },
	{ 900144, "invalid_request", STATUS_CONFIG, 0, "scope" },
	{ 50133, "invalid_grant", STATUS_SIGN_IN, 1, NULL },
	{ 50053, "invalid_grant", STATUS_SIGN_IN, 0, "unblock" },
	{ 700213, "invalid_client", STATUS_CONFIG, 0,
	    "client_assertion_file" },
	{ 700024, "invalid_client", STATUS_CONFIG, 0, "clock" },
	{ 90130, "invalid_request", STATUS_CONFIG, 0, "tenant" },
	{ 900382, "invalid_client", STATUS_CONFIG, 0, "cloud" },
	{ 80001, "invalid_grant", STATUS_LATER, 0, NULL },
	{ 90006, "invalid_grant", STATUS_LATER, 0, NULL }
};

TABLE_TEST(knows_the_numbers, numbers)
{
	struct advice a = ask(numbers[_i].error, NULL, numbers[_i].number);

	ck_assert_int_eq(a.code, numbers[_i].code);
	ck_assert_int_eq(a.sign_in, numbers[_i].sign_in);
	if (numbers[_i].says == NULL) {
		ck_assert_ptr_null(a.remedy);
		return;
	}
	ck_assert_ptr_nonnull(a.remedy);
	ck_assert_ptr_nonnull(strstr(a.remedy, numbers[_i].says));
	ck_assert_uint_le(strlen(a.remedy), ADVICE_MAX);
	ck_assert_int_eq(a.retry_after, numbers[_i].number == 50196 ? 300 : 0);
}

/* "Branch on error, never on the number": the number only advises. */
TEST(takes_the_class_from_the_error)
{
	struct advice a = ask("invalid_client", NULL, 50173);

	ck_assert_int_eq(a.code, STATUS_CONFIG);
	a = ask("temporarily_unavailable", NULL, 700016);
	ck_assert_int_eq(a.code, STATUS_LATER);
	ck_assert_ptr_null(a.remedy);
	/* Where the error is not known, it is better than nothing. */
	a = ask("strange_error", NULL, 700082);
	ck_assert_int_eq(a.code, STATUS_SIGN_IN);
	a = ask("invalid_grant", NULL, 123456);
	ck_assert_int_eq(a.code, STATUS_SIGN_IN);
	ck_assert_int_eq(a.sign_in, 1);
}

static const struct {
	const char *error, *words;
	enum status code;
	int sign_in;
	const char *says;
} google[] = {
	{ "invalid_grant", "Token has been expired or revoked.",
	    STATUS_SIGN_IN, 1, "Testing" },
	{ "invalid_grant", "Bad Request", STATUS_SIGN_IN, 1, "client_id" },
	{ "invalid_grant", "Invalid JWT: Token must be a short-lived token",
	    STATUS_SIGN_IN, 0, "clock" },
	{ "invalid_grant", "reauth related error (invalid_rapt)",
	    STATUS_SIGN_IN, 1, "session control" },
	{ "invalid_client", "The OAuth client was not found.", STATUS_CONFIG,
	    0, "client_id" },
	{ "unauthorized_client", "Client is unauthorized to retrieve access "
	    "tokens using this method, or client not authorized for any of "
	    "the scopes requested.", STATUS_CONFIG, 0, "delegation" }
};

TABLE_TEST(knows_the_words_of_google, google)
{
	struct advice a = ask(google[_i].error, google[_i].words, 0);

	ck_assert_int_eq(a.code, google[_i].code);
	ck_assert_int_eq(a.sign_in, google[_i].sign_in);
	ck_assert_ptr_nonnull(a.remedy);
	ck_assert_ptr_nonnull(strstr(a.remedy, google[_i].says));
	ck_assert_uint_le(strlen(a.remedy), ADVICE_MAX);
}

TEST(looks_at_the_subtype)
{
	struct refusal r = { .error = "invalid_grant",
	    .subtype = "invalid_rapt", .description = "reauth needed" };
	struct advice a;

	advice_find(&a, &r, 1);
	ck_assert_ptr_nonnull(a.remedy);
	ck_assert_ptr_nonnull(strstr(a.remedy, "session control"));
}

/* Room for it with the longest of names in two places. */
static void
check_row(const struct known *row)
{
	const size_t most = DETAIL_TEXT_MAX - 200;

	ck_assert_msg(row->why != NULL && strlen(row->why) <= most, "%s",
	    row->id);
	ck_assert_msg(row->fix == NULL || strlen(row->fix) <= most, "%s",
	    row->id);
	ck_assert_msg(row->remedy == NULL ||
	    strlen(row->remedy) <= ADVICE_MAX, "%s", row->id);
	ck_assert_msg(row->machine_remedy == NULL ||
	    strlen(row->machine_remedy) <= ADVICE_MAX, "%s", row->id);
	/* Half sentences do not end. */
	ck_assert_msg(row->remedy == NULL ||
	    row->remedy[strlen(row->remedy) - 1] != '.', "%s", row->id);
}

TEST(says_what_each_row_means)
{
	size_t i;

	for (i = 0; i < provider_errors_count; i++)
		check_row(&provider_errors[i]);
	for (i = 0; i < provider_numbers_count; i++)
		check_row(&provider_numbers[i]);
}

/* Of an account that no person signs in to, nobody is asked to. */
TEST(sends_no_person_for_a_machine)
{
	static const char *const person[] = { "sign in", "sign-in again",
	    "tokend login {sh:account}\"", "second factor; or" };
	struct refusal r;
	struct advice a;
	size_t i, j;

	for (i = 0; i < provider_errors_count + provider_numbers_count; i++) {
		r = (struct refusal){ .error = "invalid_grant" };
		if (i < provider_errors_count) {
			r.error = provider_errors[i].source;
			r.description = provider_errors[i].words;
		} else {
			r.number = atoll(provider_numbers[i -
			    provider_errors_count].source);
		}
		advice_find(&a, &r, 0);
		ck_assert_int_eq(a.sign_in, 0);
		ck_assert_int_ne(a.code, STATUS_SIGN_IN);
		for (j = 0; j < sizeof(person) / sizeof(person[0]); j++)
			ck_assert_msg(a.remedy == NULL ||
			    strstr(a.remedy, person[j]) == NULL, "%s",
			    a.remedy);
	}
	r = (struct refusal){ .error = "invalid_grant", .number = 65001 };
	advice_find(&a, &r, 0);
	ck_assert_ptr_nonnull(strstr(a.remedy, "Grant admin consent"));
	ck_assert_ptr_null(a.steps);
	advice_find(&a, &r, 1);
	ck_assert_int_eq(a.code, STATUS_SIGN_IN);
}

TEST(finds_the_number_in_a_description)
{
	ck_assert_int_eq(advice_number("AADSTS700082: The refresh"), 700082);
	ck_assert_int_eq(advice_number("x AADSTS65001 y"), 65001);
	ck_assert_int_eq(advice_number("AADSTS"), 0);
	ck_assert_int_eq(advice_number("AADSTS: 5"), 0);
	ck_assert_int_eq(advice_number("700082"), 0);
	ck_assert_int_eq(advice_number("AADSTS99999999999999999999"), 0);
	ck_assert_int_eq(advice_number(""), 0);
	ck_assert_int_eq(advice_number(NULL), 0);
}


static int
speaks_of_secret(const char *text)
{
	return text != NULL && (strstr(text, "client secret") != NULL ||
	    strstr(text, "client_secret") != NULL ||
	    strstr(text, "client-secret") != NULL ||
	    strstr(text, "the secret") != NULL ||
	    strstr(text, "its secret") != NULL ||
	    strstr(text, "secret has") != NULL);
}

static void
speaks_of_none(struct advice found, enum advice_proof proof, int64_t number)
{
	advice_for_proof(&found, proof);
	ck_assert_msg(!speaks_of_secret(found.remedy) &&
	    !speaks_of_secret(found.meaning) &&
	    !speaks_of_secret(found.steps), "%lld, %d: %s",
	    (long long)number, (int)proof, found.remedy);
	ck_assert_ptr_nonnull(found.remedy);
}

/* No row has a word about a secret for a client that was not sent one. */
TEST(speaks_of_no_secret_that_is_not_there)
{
	struct advice found;
	int64_t number;
	size_t i;
	int n = 0;

	for (i = 0; i < provider_numbers_count; i++) {
		number = atoll(provider_numbers[i].source);
		found = ask("invalid_client", NULL, number);
		if (!speaks_of_secret(found.remedy) &&
		    !speaks_of_secret(found.meaning) &&
		    !speaks_of_secret(found.steps))
			continue;
		n++;
		speaks_of_none(found, ADVICE_PROOF_KEY, number);
		speaks_of_none(found, ADVICE_PROOF_FILE, number);
		speaks_of_none(found, ADVICE_PROOF_CLOUD, number);
		speaks_of_none(found, ADVICE_PROOF_UNASKED, number);
	}
	ck_assert_int_ge(n, 5);
	found = ask("invalid_client", NULL, 0);
	ck_assert(speaks_of_secret(found.remedy));
	speaks_of_none(found, ADVICE_PROOF_KEY, 0);
	speaks_of_none(found, ADVICE_PROOF_UNASKED, 0);
}

TEST(advises_on_what_a_public_client_sent)
{
	struct advice found = ask("invalid_client", NULL, 700025);

	ck_assert_ptr_nonnull(strstr(found.remedy, "remove the client secret"));
	advice_for_proof(&found, ADVICE_PROOF_KEY);
	ck_assert_ptr_nonnull(strstr(found.remedy, "remove client_key"));
	advice_for_proof(&found, ADVICE_PROOF_FILE);
	ck_assert_ptr_nonnull(strstr(found.remedy,
	    "remove client_assertion_file"));
	/* Its own text is for one that sent nothing. */
	found = ask("invalid_client", NULL, 7000218);
	advice_for_proof(&found, ADVICE_PROOF_NONE);
	ck_assert_ptr_nonnull(strstr(found.remedy, "public client flows"));
	advice_for_proof(&found, ADVICE_PROOF_KEY);
	ck_assert_ptr_nonnull(strstr(found.remedy, "client_key"));
}
