/* SPDX-License-Identifier: BSD-2-Clause */
#include "mech.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "challenge.h"
#include "client.h"
#include "encode.h"
#include "host.h"
#include "base/name.h"
#include "prompt.h"
#include "slot.h"

/* One login, from mech_new to mech_dispose. */
struct login {
	struct role *role;
	int is_sent;		/* the first step is done */
	int is_over;		/* and so is the second */
	const sasl_client_params_t *params;	/* libsasl's, till dispose */
	struct buf message;	/* the host may read it until we are disposed */
	size_t token_at;	/* the token in it */
	size_t token_len;
	/* What a reject has to name; both "" for a token from the slot. */
	char account[NAME_MAX_LEN + 1];
	char id[TOKEN_ID_LEN + 1];
};

const char *
mech_name(enum mechanism mechanism)
{
	return mechanism == MECH_XOAUTH2 ? "XOAUTH2" : "OAUTHBEARER";
}

/*
 * Never SASL_EXPIRED (it tells people to reset their password) nor
 * SASL_TRYAGAIN (it speaks of weak keys).
 */
int
mech_code(enum status status)
{
	switch (status) {
	case STATUS_OK:
		return SASL_OK;
	case STATUS_LATER:
		return SASL_UNAVAIL;
	case STATUS_SIGN_IN:
	case STATUS_REJECTED:
		return SASL_BADAUTH;
	case STATUS_DENIED:
	case STATUS_HOST:
		return SASL_NOAUTHZ;
	case STATUS_NO_ACCOUNT:
	case STATUS_CONFIG:
	case STATUS_VERSION:
	case STATUS_USAGE:
		return SASL_BADPARAM;
	case STATUS_MESSAGE:	/* never for a token */
	case STATUS_INTERNAL:
		break;
	}
	return SASL_FAIL;
}

/*
 * seterror logs the text as well, so nothing else does. It knows few of
 * printf's conversions and gets some of those wrong: it is given "%s" only.
 */
static int
report_failure(const sasl_utils_t *utils, const struct failure *why)
{
	static const char prefix[] = "tokend: ";
	char text[sizeof(prefix) + sizeof(why->text)] = "";
	int has = memcmp(why->text, prefix, sizeof(prefix) - 1) == 0;

	snprintf(text, sizeof(text), "%s%s", has ? "" : prefix, why->text);
	utils->seterror(utils->conn, 0, "%s", text);
	return mech_code(why->code);
}

int
mech_new(void *glob_context, sasl_client_params_t *params, void **conn_context)
{
	struct role *role = glob_context;
	struct login *l = NULL;
	struct failure why;

	*conn_context = NULL;
	/* Here and not in init, where a text would not be shown. */
	if (role->broken != NULL)
		return report_failure(params->utils, role->broken);
	if ((l = params->utils->malloc(sizeof(*l))) == NULL) {
		fail_memory(&why);
		report_failure(params->utils, &why);
		return SASL_NOMEM;
	}
	memset(l, 0, sizeof(*l));
	l->role = role;
	l->message = (struct buf)BUF_INIT(MESSAGE_MAX);
	*conn_context = l;
	return SASL_OK;
}

static void
name_token(struct request *r, const struct login *l)
{
	r->account = l->account;
	r->id = l->id;
	r->service = l->params->service;
	r->host = l->params->serverFQDN;
	r->mechanism = mech_name(l->role->mechanism);
}

/*
 * A token was sent, and there was no second step. From most hosts that is a
 * login that the server took as well as one that it refused without a
 * challenge; one that makes the second step after each success tells.
 */
static void
report_doubt(const struct login *l)
{
	struct request r = { .verb = VERB_DOUBT };
	struct failure why;

	if (l->id[0] == '\0' || !host_steps_at_success(&l->role->host_steps))
		return;
	name_token(&r, l);
	client_doubt(l->role->settings, &r, &why);
}

/* libsasl calls this with NULL after a mech_new that failed. */
void
mech_dispose(void *conn_context, const sasl_utils_t *utils)
{
	struct login *l = conn_context;

	int saved = errno;

	if (l == NULL)
		return;
	if (l->is_sent && !l->is_over)
		report_doubt(l);
	buf_free(&l->message);
	utils->free(l);
	errno = saved;
}

/*
 * Hands the names to the host's own rules, and has libsasl keep what comes
 * out. Without both of them a SASL_OK later on is turned into an error.
 */
static int
canonicalise_names(const sasl_client_params_t *params,
    const struct names *names, sasl_out_params_t *oparams,
    struct failure *why)
{
	sasl_conn_t *conn = params->utils->conn;
	/* mbsync gives one name for both: that is no user of its own. */
	int has_user = names->user.data != NULL &&
	    (names->user.len != names->authname.len ||
	    memcmp(names->user.data, names->authname.data,
	    names->user.len) != 0);
	int shown = names->authname.len < NAME_SHOWN ?
	    (int)names->authname.len : NAME_SHOWN;
	int code = params->canon_user(conn, names->authname.data,
	    (unsigned)names->authname.len,
	    SASL_CU_AUTHID | (has_user ? 0 : SASL_CU_AUTHZID), oparams);

	if (code == SASL_OK && has_user)
		code = params->canon_user(conn, names->user.data,
		    (unsigned)names->user.len, SASL_CU_AUTHZID, oparams);
	if (code == SASL_OK && oparams->authid != NULL &&
	    oparams->user != NULL)
		return 0;
	if (code == SASL_NOMEM)
		return fail_memory(why);
	return fail(why, STATUS_CONFIG, "user \"%.*s\": the rules of this "
	    "program for user names refuse it (SASL code %d)", shown,
	    names->authname.data, code);
}

static int
encode_failed(const struct login *l, const char *authid, const char *mailbox,
    struct failure *why)
{
	int asked = l->account[0] != '\0';
	const char *source = asked ? "account" : "password of user";
	const char *name = asked ? l->account : authid;

	switch (errno) {
	case EILSEQ:
		return fail(why, STATUS_CONFIG, "%s \"%.100s\": the mailbox "
		    "\"%.100s\" is not UTF-8 without control characters",
		    source, name, mailbox);
	case EMSGSIZE:
		return fail(why, STATUS_CONFIG, "%s \"%.100s\": token and "
		    "user name together are longer than the %d bytes that a "
		    "mail server takes (RFC 4954)", source, name, MESSAGE_MAX);
	default:
		return fail_memory(why);
	}
}

static int
build_message(struct login *l, const char *authid, const char *mailbox,
    const char *token, size_t token_len, struct failure *why)
{
	int result = -1;

	/* A first step that failed before may have left something. */
	buf_reset(&l->message);
	result = l->role->mechanism == MECH_XOAUTH2 ?
	    xoauth2_encode(&l->message, mailbox, token, token_len) :
	    oauthbearer_encode(&l->message, mailbox, token, token_len);
	if (result == -1)
		return encode_failed(l, authid, mailbox, why);
	/* In both messages the token is followed by two bytes. */
	l->token_at = l->message.len - 2 - token_len;
	l->token_len = token_len;
	return 0;
}

static int
fetch_token(struct login *l, const sasl_client_params_t *params,
    const struct slot *slot, const char *authid, const char *authzid,
    struct answer *a)
{
	struct request r = { .verb = VERB_GET };
	const char *name = slot->kind == SLOT_ACCOUNT ? slot->text : authid;
	size_t len = slot->kind == SLOT_ACCOUNT ? slot->len : strlen(authid);

	if (name_fold(l->account, name, len, &a->failure) == -1)
		return -1;
	r.account = l->account;
	r.authid = authid;
	r.authzid = authzid;
	r.service = params->service;
	r.host = params->serverFQDN;
	r.mechanism = mech_name(l->role->mechanism);
	if (client_get(l->role->settings, &r, a) == -1)
		return -1;
	/* An id that cannot be one leaves the login without a reject. */
	if (a->id != NULL && strlen(a->id) == TOKEN_ID_LEN)
		memcpy(l->id, a->id, TOKEN_ID_LEN + 1);
	return 0;
}

/* Returns as prompt_names does: 1 built, 0 the host has to be asked, -1. */
static int
first_step(struct login *l, const sasl_client_params_t *params,
    sasl_interact_t **prompt_need, sasl_out_params_t *oparams,
    struct failure *why)
{
	struct answer answer = ANSWER_INIT;
	struct names names = { { NULL, 0 }, { NULL, 0 } };
	struct text password = { NULL, 0 };
	struct slot slot = { SLOT_SAME, NULL, 0 };
	const char *authid = NULL, *authzid = NULL, *mailbox = NULL;
	int result = -1;

	l->account[0] = l->id[0] = '\0';
	if ((result = prompt_names(params->utils, prompt_need, &names,
	    why)) != 1)
		return result;
	if (canonicalise_names(params, &names, oparams, why) == -1)
		return -1;
	/* The library's own copies, which its rules may have made equal. */
	authid = oparams->authid;
	authzid = names.user.data != NULL &&
	    strcmp(oparams->user, authid) != 0 ? oparams->user : NULL;
	password = prompt_password(params->utils);
	if (slot_parse(&slot, password.data, password.len,
	    l->role->settings->bare_tokens, authid, why) == -1)
		return -1;
	if (slot.kind == SLOT_TOKEN)
		return build_message(l, authid,
		    authzid != NULL ? authzid : authid, slot.text, slot.len,
		    why) == -1 ? -1 : 1;
	result = fetch_token(l, params, &slot, authid, authzid, &answer);
	if (result == 0) {
		mailbox = authzid != NULL ? authzid :
		    answer.user != NULL ? answer.user : authid;
		result = build_message(l, authid, mailbox, answer.token,
		    strlen(answer.token), why);
	} else {
		*why = answer.failure;
	}
	answer_free(&answer);
	return result == -1 ? -1 : 1;
}

static void
report_challenge(const struct login *l, const char *challenge, size_t len)
{
	struct request r = { .verb = VERB_REJECT };

	if (l->id[0] == '\0')
		return;		/* the token is none of tokend's */
	name_token(&r, l);
	challenge_report(l->role->settings, &r, challenge, len,
	    l->message.data + l->token_at, l->token_len);
}

/*
 * OAUTHBEARER answers an error by one kvsep (RFC 7628 3.2.3), XOAUTH2 by
 * nothing. Where the server said nothing there is no error, and some hosts
 * complain of output that they did not expect.
 */
static void
second_step(struct login *l, const char *serverin, unsigned serverinlen,
    const char **clientout, unsigned *clientoutlen, sasl_out_params_t *oparams)
{
	int answers = l->role->mechanism == MECH_OAUTHBEARER &&
	    serverinlen > 0;

	l->is_over = 1;
	if (serverinlen > 0)
		report_challenge(l, serverin, serverinlen);
	/* The message stays as it is: some hosts send from it again. */
	*clientout = answers ? KVSEP : "";
	*clientoutlen = answers ? 1 : 0;
	oparams->doneflag = 1;
	oparams->mech_ssf = 0;
	oparams->maxoutbuf = 0;
	oparams->encode_context = NULL;
	oparams->encode = NULL;
	oparams->decode_context = NULL;
	oparams->decode = NULL;
	oparams->param_version = 0;
}

/*
 * What the server says before the first step changes nothing of it: a server
 * that waits for the client says nothing, in either form (no data, or data of
 * length 0), and one that greets us with words gets the same message.
 */
int
mech_step(void *conn_context, sasl_client_params_t *params,
    const char *serverin, unsigned serverinlen, sasl_interact_t **prompt_need,
    const char **clientout, unsigned *clientoutlen, sasl_out_params_t *oparams)
{
	struct login *l = conn_context;
	struct failure why = { .code = STATUS_INTERNAL };
	int saved = errno, result = SASL_CONTINUE;

	*clientout = NULL;
	*clientoutlen = 0;
	if (l == NULL)
		return SASL_FAIL;	/* mech_new failed; the host goes on */
	l->params = params;
	if (l->is_sent) {
		second_step(l, serverin, serverinlen, clientout,
		    clientoutlen, oparams);
		errno = saved;
		return SASL_OK;
	}
	switch (first_step(l, params, prompt_need, oparams, &why)) {
	case 1:
		l->is_sent = 1;
		*clientout = buf_text(&l->message);
		*clientoutlen = (unsigned)l->message.len;
		break;
	case 0:
		result = SASL_INTERACT;
		break;
	default:
		result = report_failure(params->utils, &why);
	}
	errno = saved;
	return result;
}
