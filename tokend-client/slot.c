/* SPDX-License-Identifier: BSD-2-Clause */
#include "slot.h"

#include <string.h>

#include "base/name.h"

static const char own_name[] = "tokend";
static const char account_prefix[] = "tokend:";
static const char token_prefix[] = "bearer:";

/* Takes what follows the prefix; false if the password does not have it. */
static int
take_after(struct slot *slot, enum slot_kind kind, const char *prefix,
    const char *password, size_t len)
{
	size_t n = strlen(prefix);

	if (len < n || memcmp(password, prefix, n) != 0)
		return 0;
	slot->kind = kind;
	slot->text = password + n;
	slot->len = len - n;
	return 1;
}

static int
check_token(const struct slot *slot, const char *authid, struct failure *why)
{
	if (token_is_clean(slot->text, slot->len))
		return 0;
	return fail(why, STATUS_CONFIG, "user \"%.100s\": the token in the "
	    "password is empty or has characters that RFC 6750 does not "
	    "allow in one: it is not sent", authid);
}

int
slot_parse(struct slot *slot, const char *password, size_t len,
    int bare_tokens, const char *authid, struct failure *why)
{
	slot->kind = SLOT_SAME;
	slot->text = "";
	slot->len = 0;
	if (password == NULL || len == 0 || (len == strlen(own_name) &&
	    memcmp(password, own_name, len) == 0))
		return 0;
	if (take_after(slot, SLOT_ACCOUNT, account_prefix, password, len))
		return 0;
	if (take_after(slot, SLOT_TOKEN, token_prefix, password, len))
		return check_token(slot, authid, why);
	/* Other plugins read their tokens from a file that is named here. */
	if (password[0] == '/')
		return fail(why, STATUS_CONFIG, "user \"%.100s\": the "
		    "password is the path of a file, which tokend does not "
		    "read: take it over once by \"tokend import sasl-xoauth2 "
		    "FILE NAME\", then write tokend:NAME for the password",
		    authid);
	if (bare_tokens) {
		take_after(slot, SLOT_TOKEN, "", password, len);
		return check_token(slot, authid, why);
	}
	return fail(why, STATUS_CONFIG, "user \"%.100s\": the password is "
	    "none of tokend's words (empty, tokend, tokend:NAME, "
	    "bearer:TOKEN): if this login uses a password, keep it from this "
	    "mechanism, with smtp_sasl_mechanism_filter (Postfix) or "
	    "AuthMechs (mbsync)", authid);
}
