/* SPDX-License-Identifier: BSD-2-Clause */
#include "client.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cached.h"
#include "helper.h"
#include "lineio.h"
#include "base/name.h"
#include "disk/scope.h"
#include "base/shell_word.h"
#include "sockets.h"

#define RENEW_DEADLINE 2000	/* ms for a token that is not needed yet */

static const char helper_path[] = TOKEND_SERVE;

/* Where the account of one call is. */
struct place {
	int is_own;		/* the account is in scope */
	struct scope scope;
	char searched[SCOPE_PATH_MAX];	/* own folder without it, or "" */
	char stamp[STAMP_MAX];	/* of the account file, if is_own */
};

int
client_has_own_scope(void)
{
	struct scope scope;
	int fd;

	switch (scope_own(&scope, NULL)) {
	case IS_FALSE:
		return 0;
	case IS_TRUE:
		fd = scope_open_accounts(&scope, NULL);
		if (fd == -1)
			return errno != ENOENT && errno != ENOTDIR &&
			    errno != EACCES;
		close(fd);
		return 1;
	default:
		return 1;
	}
}

/*
 * Looks for the account in this process's own scope. A GIVEN scope is used
 * for both, so there an account that is missing is missing.
 */
static int
find_place(struct place *p, const char *account, struct failure *why)
{
	struct stat st;
	enum truth found;

	p->is_own = 0;
	p->searched[0] = '\0';
	if ((found = scope_own(&p->scope, why)) != IS_TRUE)
		return found == IS_FALSE ? 0 : -1;
	found = scope_find_account(&p->scope, account, &st, why);
	if (found == IS_TRUE) {
		p->is_own = 1;
		cache_stamp(p->stamp, &st);
		return 0;
	}
	if (found == IS_FALSE && p->scope.kind == SCOPE_GIVEN)
		return fail(why, STATUS_NO_ACCOUNT, "account \"%s\": there is "
		    "no %s/accounts/%s.conf (the folder is of "
		    "TOKEND_CONFIG_DIR): \"tokend login %s\"", account,
		    p->scope.config, account, SHELL_NAME(account));
	memcpy(p->searched, p->scope.config, sizeof(p->searched));
	return found == IS_FALSE ? 0 : -1;
}

/* Texts of the layers below name no account. */
static int
fail_request(struct answer *a, const struct request *r,
    const struct failure *why)
{
	return fail(&a->failure, why->code, "account \"%s\": %s", r->account,
	    why->text);
}

static int
exchange_messages(int fd, const struct request *r, struct answer *a,
    int64_t deadline)
{
	struct buf message = BUF_INIT(PROTO_MESSAGE_MAX);
	struct failure why;
	int result = -1;

	if (request_encode(r, &message) == -1) {
		fail(&a->failure, errno == ENOMEM ? STATUS_INTERNAL :
		    STATUS_CONFIG, "account \"%s\": a value cannot be sent to "
		    "tokend: %m", r->account);
		goto out;
	}
	if ((r->pass != NULL ? r->pass(fd, &message, r->mail, deadline) :
	    io_send(fd, &message, deadline)) == -1 && errno != EPIPE)
		goto io;
	buf_reset(&message);
	if (io_receive(fd, &message, deadline) == -1)
		goto io;
	result = answer_decode(a, &message, &why);
	if (result == -1)
		fail_request(a, r, &why);
	else if (a->failure.code != STATUS_OK)
		result = -1;
	else if (r->verb == VERB_GET && a->token == NULL)
		result = fail(&a->failure, STATUS_INTERNAL, "account \"%s\": "
		    "tokend answered without a token", r->account);
	goto out;
io:
	fail(&a->failure, STATUS_LATER, "account \"%s\": %s (%m)", r->account,
	    errno == ETIMEDOUT ? "tokend did not answer in time" :
	    errno == ENODATA || errno == ECONNRESET ?
	    "tokend ended without an answer: see its log" :
	    errno == EPROTO || errno == EMSGSIZE ?
	    "the process that answers does not speak tokend's protocol" :
	    "the exchange with tokend failed");
out:
	buf_free(&message);
	return result;
}

static int
ask_helper(const struct request *r, struct answer *a, int64_t deadline)
{
	struct failure why;
	struct helper h;
	int result;

	if (helper_start(&h, helper_path, &why) == -1)
		return fail_request(a, r, &why);
	result = exchange_messages(h.fd, r, a, deadline);
	helper_end(&h, clock_ms() < deadline);
	return result;
}

/* Only root and this user may listen for the user's own scope. */
static int
is_unserved(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ECONNREFUSED ||
	    error == EPERM;
}

/* Own scope: the socket, and a helper only where no process listens. */
static int
ask_own(struct place *p, const struct request *r, struct answer *a,
    int64_t deadline)
{
	struct failure why;
	int fd, result;

	if (scope_take_socket(&p->scope, &why) == -1)
		return fail_request(a, r, &why);
	if (p->scope.socket[0] == '\0')
		return ask_helper(r, a, deadline);
	fd = sock_connect(p->scope.socket, (uid_t)-1, deadline, &why);
	if (fd == -1) {
		if (p->scope.kind == SCOPE_USER && is_unserved(errno))
			return ask_helper(r, a, deadline);
		return fail_request(a, r, &why);
	}
	result = exchange_messages(fd, r, a, deadline);
	close(fd);
	return result;
}

static int
fail_no_socket(const struct client_settings *s, const struct place *p,
    const struct request *r, struct answer *a)
{
	if (p->searched[0] != '\0')
		return fail(&a->failure, STATUS_NO_ACCOUNT, "account \"%s\": "
		    "there is no %s/accounts/%s.conf, and no tokend of the "
		    "system listens (looked at %s): create the account "
		    "with \"tokend login %s\"", r->account, p->searched,
		    r->account, s->sockets, SHELL_NAME(r->account));
	return fail(&a->failure, STATUS_LATER, "account \"%s\": no tokend "
	    "listens (looked at %s): start tokend, or give it a socket that "
	    "this program can reach, see tokend(8)", r->account, s->sockets);
}

/* There is a socket, but no tokend that may be asked. */
static int
fail_unreachable(const struct client_settings *s, const struct request *r,
    struct answer *a, int error, const struct failure *why)
{
	const char *rest = "";

	if (error == ECONNREFUSED)
		rest = " (no tokend listens there now: start it)";
	else if (error == EPERM && s->owned_sockets != NULL)
		rest = ". Find out which process it is; only if it is your "
		    "tokend, set listener_uid in plugin.conf to its uid";
	else if (error == EPERM)
		rest = ", so it is not used. Start tokend as root, tokend(8)";
	return fail(&a->failure, why->code, "account \"%s\": %s%s",
	    r->account, why->text, rest);
}

/* System scope: never a helper. */
static int
ask_system(const struct client_settings *s, const struct place *p,
    const struct request *r, struct answer *a, int64_t deadline)
{
	char path[SCOPE_PATH_MAX];
	struct failure why;
	int fd = sockets_connect(s, deadline, path, &why), result;

	if (fd == -1)
		return path[0] == '\0' ? fail_no_socket(s, p, r, a) :
		    fail_unreachable(s, r, a, errno, &why);
	result = exchange_messages(fd, r, a, deadline);
	close(fd);
	return result;
}

static int
ask_tokend(const struct client_settings *s, struct place *p,
    struct request *r, struct answer *a, int64_t deadline)
{
	int64_t left = deadline - clock_ms();

	/* tokend's own message has to arrive before the deadline. */
	r->wait = left > 2000 ? left - 500 : left * 3 / 4;
	return p->is_own ? ask_own(p, r, a, deadline) :
	    ask_system(s, p, r, a, deadline);
}

int
client_get(const struct client_settings *s, struct request *r,
    struct answer *a)
{
	struct answer good;
	int64_t patience;
	struct place p;
	enum cached cached;

	r->verb = VERB_GET;
	if (find_place(&p, r->account, &a->failure) == -1)
		return -1;
	cached = p.is_own ? cached_take(a, &p.scope, p.stamp, r, NULL) :
	    CACHED_NONE;
	if (cached == CACHED_FRESH)
		return 0;
	if (cached == CACHED_NONE)
		return ask_tokend(s, &p, r, a, clock_ms() + s->deadline);
	/*
	 * Renewed after the answer, which comes at once or not at all; the
	 * token is still good if asking fails.
	 */
	patience = s->deadline < RENEW_DEADLINE ? s->deadline :
	    RENEW_DEADLINE;
	good = *a;
	*a = (struct answer)ANSWER_INIT;
	if (ask_tokend(s, &p, r, a, clock_ms() + patience) == 0) {
		answer_free(&good);
	} else {
		answer_free(a);
		*a = good;
	}
	return 0;
}

int
client_ask(const struct client_settings *s, struct request *r,
    struct answer *a, int64_t deadline)
{
	struct place p;

	return find_place(&p, r->account, &a->failure) == -1 ? -1 :
	    ask_tokend(s, &p, r, a, deadline);
}

static int
send_report(const struct client_settings *s, struct request *r,
    struct failure *why)
{
	struct answer a = ANSWER_INIT;
	int result = client_ask(s, r, &a, clock_ms() + CLIENT_REJECT_DEADLINE);

	*why = a.failure;
	answer_free(&a);
	return result;
}

int
client_reject(const struct client_settings *s, struct request *r,
    struct failure *why)
{
	r->verb = VERB_REJECT;
	return send_report(s, r, why);
}

int
client_doubt(const struct client_settings *s, struct request *r,
    struct failure *why)
{
	r->verb = VERB_DOUBT;
	return send_report(s, r, why);
}
