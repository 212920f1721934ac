/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relay_send.c - `tokend setup postfix --send`: pipe(8) hands each mail to
 * tokend-sendmail, which hands it to tokend; see relay.h.
 *
 * The transport's next hop is the account: so one transport is enough for all
 * accounts that send by SMTP, and one for all that send by an API. By an API a
 * mail to several domains is handed over once: its recipients are in the header,
 * which would differ. By SMTP it is handed over once for each recipient: pipe(8)
 * has one result for all that it is given, so one who is refused would cost the
 * others the mail.
 */
#include <stdio.h>
#include <string.h>

#include "command/setup/allow_user.h"
#include "command/setup/postfix/relay.h"
#include "command/setup/send_account.h"
#include "command/setup/system.h"

#define BY_SMTP "tokend-send"
#define BY_API "tokend-send-api"
/* Neither root nor mail_owner may be; it is on every system, owns nothing. */
#define PIPE_USER "mail"
/*
 * One that is sent, and one that is next: an account's mails go one after the
 * other, and more of them would only wait for a place. For one recipient at a
 * time, Postfix's limit for a destination is one for each recipient; then
 * master.cf has the limit.
 */
#define AT_ONCE "2"
/*
 * flags=q: addresses as in SMTP, quotes included. null_sender= : a bounce has
 * an empty sender, not a user of the name MAILER-DAEMON.
 */
#define SERVICE(name, at_once) name " unix - n n - " at_once " pipe " \
	"flags=q user=" PIPE_USER " null_sender= argv=" TOKEND_SENDMAIL \
	" --account ${nexthop} -i -f ${sender} -- ${recipient}"

static const char *
find_transport(const struct account *a)
{
	return a->send == SEND_SMTP ? BY_SMTP : BY_API;
}

/* "tokend-send:NAME", as a transport's value. */
static int
write_route(char route[RELAY_WORDS_MAX], const struct account *a,
    struct failure *why)
{
	if (strpbrk(a->name, " \t,{}") != NULL)
		return fail(why, STATUS_CONFIG, "account \"%s\": Postfix takes "
		    "no name with a blank, a comma or a brace in it: give the "
		    "account another name", a->name);
	snprintf(route, RELAY_WORDS_MAX, "%s:%s", find_transport(a), a->name);
	return 0;
}

/* Has the account all mail by the route, or by its former one? */
static enum truth
has_all(const struct relaying *p, struct failure *why)
{
	static const char *const transports[] = { BY_SMTP, BY_API };
	char route[RELAY_WORDS_MAX];
	enum truth is_ours = IS_FALSE;
	size_t i;

	for (i = 0; i < 2 && is_ours == IS_FALSE; i++) {
		snprintf(route, sizeof(route), "%s:%s", transports[i],
		    p->s->account->name);
		is_ours = relay_is(p, "default_transport", route, why);
	}
	return is_ours;
}

/* May all mail that leaves go by it, or does it? */
static enum truth
is_alone(const struct relaying *p, struct failure *why)
{
	static const struct usual_value usual[] = {
		{ "relayhost", "-" },
		{ "transport_maps", "-" },
		{ "sender_dependent_relayhost_maps", "-" },
		{ "sender_dependent_default_transport_maps", "-" },
		{ "default_transport", "smtp" },
		{ NULL, NULL }
	};
	enum truth is_ours = has_all(p, why);

	return is_ours != IS_FALSE ? is_ours : relay_is_usual(p, usual, why);
}

static int
add_transport(struct relaying *p, struct failure *why)
{
	int is_smtp = p->s->account->send == SEND_SMTP;
	const char *service = is_smtp ? BY_SMTP "/unix" : BY_API "/unix";
	enum truth has = relay_has(p, service, why);

	if (has == IS_UNKNOWN || (has == IS_FALSE && relay_add(p, service,
	    is_smtp ? SERVICE(BY_SMTP, AT_ONCE) : SERVICE(BY_API, "-"),
	    why) == -1))
		return -1;
	return is_smtp ? relay_set(p, BY_SMTP "_destination_recipient_limit",
	    "1", why) : relay_set(p, BY_API
	    "_destination_concurrency_limit", AT_ONCE, why);
}

/* By all of this machine's mail. */
static int
send_all(struct relaying *p, const char *route, struct failure *why)
{
	return relay_root(p, why) == -1 || relay_rewrite(p, why) == -1 ||
	    relay_copy_out(p, why) == -1 || add_transport(p, why) == -1 ||
	    relay_set_rewriting(p, why) == -1 ? -1 :
	    relay_set(p, "default_transport", route, why);
}

/* By mail from the account's address. */
static int
send_senders(struct relaying *p, const char *route, struct failure *why)
{
	return relay_route_sender(p, route, why) == -1 ||
	    relay_copy_out(p, why) == -1 || add_transport(p, why) == -1 ||
	    relay_set_routes(p, why) == -1 ? -1 : setup_note(p->s, why,
	    "Mail from %s is sent by tokend; all other mail goes as before.",
	    relay_mailbox(p));
}

int
setup_postfix_send(struct setup *s, struct failure *why)
{
	struct relaying p = { .s = s, .folder = s->config != NULL ? s->config :
	    POSTFIX_FOLDER, .sends = 1 };
	char route[RELAY_WORDS_MAX];
	enum truth by_sender, by_all;

	if (relay_check_folder(&p, why) == -1 ||
	    (p.from = send_account_from(s->account, why)) == NULL ||
	    send_account_mailbox(s->account, why) == NULL ||
	    write_route(route, s->account, why) == -1 ||
	    (by_sender = relay_has_sender(&p, why)) == IS_UNKNOWN ||
	    (by_all = by_sender == IS_TRUE ? IS_FALSE :
	    is_alone(&p, why)) == IS_UNKNOWN ||
	    allow_named(s, "allow_send", PIPE_USER, why) == -1)
		return -1;
	return (by_all == IS_TRUE ? send_all(&p, route, why) :
	    send_senders(&p, route, why)) == -1 ||
	    system_answer(s, why) == -1 ? -1 : relay_finish(&p, why);
}
