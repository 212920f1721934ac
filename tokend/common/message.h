/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.h - the conversation between a command and the worker that it
 * started: how a message is sent, and which messages there are.
 *
 * A socketpair of SOCK_SEQPACKET, on WORKER_STDIN (serve/start_worker.h): one
 * packet is one message of attribute lines (attr.h). Both programs are of one
 * installation, so there is no version. The first message is the job, from the
 * command. What the worker sends are events. The last one is event=end, with
 * `code` (status.h), `text` and `retry_after` as in an answer (proto.h), and
 * what there is of state/detail.h. When the command closes, the job ends and
 * changes nothing. An attribute that a job does not know is ignored.
 *
 * sign-in: gets tokens for an account and stores them.
 *   first  way         code (RFC 6749 4.1), device (RFC 8628), or given: by
 *                      the account's grant, with the secrets in this message
 *          draft       yes: by the account's draft (account/draft.h)
 *          receive     no: no receiver, the final address is pasted
 *          start       yes: a browser is to be started on this machine
 *          refresh_token client_secret client_key key_password
 *                      typed secrets (store/store.h); client_key in base64
 *   event=open         url; redirect (what the final address begins with);
 *                      port (of the receiver, if there is one); start, the
 *                      address to start a browser with (signin/start_page.h)
 *   event=device       user_code verification_uri expires_in; perhaps
 *                      verification_uri_complete; and qr, the QR code of that
 *                      (else of verification_uri): '0' and '1' (dark), row by
 *                      row
 *   event=note         text: something was refused, and the flow goes on
 *   event=token        expires_in; user (the person, for texts), the person as
 *                      person/person.h has it, and scope, as far as they are
 *                      known
 *   event=unproven     text: the provider could not be asked now, and what was
 *                      given (way=given) would replace nothing
 *   The command sends pasted (the final address) at any time after open, and
 *   keep=yes after token or unproven: by then the draft has become the account.
 *   It adds accepted=yes where that person may be another one.
 *
 * revoke: revokes the token at the provider (RFC 7009), then drops what is
 * stored.
 *   first  forget      yes: also where the provider cannot be told; without it
 *                      that is a failure, and everything stays
 *   event=note         text: what was done, and what could not be done
 *
 * rekey: stores every credential again, encrypted with the key that tokend.conf
 * names now (store/keyring.h), each under its account's lock.
 *   first  all         yes
 *   event=note         text: an account whose credential was not changed, and
 *                      why; at the end how many were stored
 *
 * discover: asks what is known of an issuer or of a domain.
 *   first  issuer | domain, proxy ca_file ca_dir
 *   event=metadata     issuer and its endpoints, by their names of RFC 8414 2
 *   event=mx           hosts: the domain's mail exchangers, best first
 *
 * mail-login: one real login with the account's token.
 *   first  service     smtp, imap or pop; server (HOST[:PORT]) to use another
 *                      server than the account's
 *   event=mail         server, mechanism, said: the server's final answer, and
 *                      the text of its challenge; a refusal is code=rejected
 *
 * import: reads another tool's file, which is on WORKER_FILE.
 *   first  format      and path (of the file, for texts)
 *          name client_id client_secret
 *                      given by hand, as far as they are
 *          set_KEY     a key of the account's file, given by hand
 *          config      the text of a second file, in base64
 *          show        yes: nothing is stored, and the command sends nothing;
 *                      each event=account has the client_secret, too
 *   event=account      name; the keys of its account file as key_KEY, no
 *                      secret among them; secrets, the names of those that
 *                      come with it (store/store.h)
 *   event=kept         its secrets are stored; with code, text and
 *                      retry_after: they could not be stored
 *   event=note         text: what could not be taken
 *   After each event=account the command sends keep=yes, once it has written
 *   the account, or keep=no; event=kept follows keep=yes.
 *
 * tunnel: logs in at a mail server, and joins it with a local program. The
 * account is for texts only: the command gets the token, as any program does.
 * The local side is WORKER_FILE, a socket. The job ends when either side or the
 * command closes.
 *   first  service     smtp, imap or pop; server (HOST[:PORT]), and perhaps
 *                      mechanism, tls, ca_file and ca_dir
 *          password    what the local program must log in with; absent: the
 *                      program is the user's own, at the other end of a pipe
 *          certificate key
 *                      PEM texts in base64: STARTTLS is offered with them
 *   event=wanted       the local program may have the server. The command sends
 *                      token and user, or code and text: why there is none
 *   event=refused      challenge: what the server said to the token, JSON
 *   event=joined       server, mechanism: from here on bytes are passed on
 *   event=end comes when both sides have closed; its text is what the local
 *   program was told, too.
 *
 * send: sends mails of an account, one after the other. No command starts it:
 * tokend-serve does, and it lasts for many mails. On WORKER_STDIN, a socketpair
 * of SOCK_SEQPACKET, comes a packet for each mail: one byte, and two open files
 * (passing.h): a conversation as above for this mail, then the mail file
 * (PROTOCOL). The answerer (serve/request/send.c) has the other end of the
 * conversation, and only one mail is in work at a time.
 *   first  token       to send with; at the account's server, or API, alone
 *          user        the mailbox for it
 *   event=refused      challenge: what the server said to the token. The
 *                      answerer sends token and user again, or code and text:
 *                      why there is no other one; then event=end has them
 *   event=ready        all is done up to what sends the mail: the final dot, or
 *                      the request. The answerer sends go=yes, once; where it
 *                      closes instead nothing is sent, since the client has
 *                      gone, or was told so
 *   event=end          code=ok, and said: the server's last words, or the id of
 *                      the mail. Or code, text and retry_after; after ready and
 *                      go: the mail was not taken, or (later) it is not known
 *   The answerer closes after event=end. Where it closes before ready, the
 *   sender gives the mail up; after go=yes it goes on, and its result is lost.
 *   The end of the packets ends the sender, once it has done all that came.
 *   It ends by itself, too, with shutdown(SHUT_RD) first, so that another one
 *   is started for the next mail, and then does what has come before that.
 *
 * examine: what `tokend doctor` asks of the network and of a token.
 *   first  live        yes: a token may be requested, and a login tried;
 *                      without it nothing leaves the machine
 *          part        provider (and the token that there is) or mail (logins
 *                      at the account's servers; nothing if not live)
 *          mechanisms  of plugin.conf, for part=mail, where it names them
 *   event=finding      as common/finding.h has it; the text names the account
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/status.h"

#define MESSAGE_BYTES_MAX 65536

/* A received message; its values point into raw, which is wiped. */
struct message {
	struct attrs attrs;
	struct buf raw;
};

#define MESSAGE_INIT { .raw = BUF_INIT(MESSAGE_BYTES_MAX) }

/* Sends the message whose attributes are in b. 0, or -1 with errno. */
int message_send(int fd, struct buf *b);

/*
 * Receives one message into m, in place of what it held. 0, or -1 with errno:
 * ENODATA if the other side has closed; ETIMEDOUT at the deadline, clock_ms;
 * EPROTO for what is not a message.
 */
int message_receive(int fd, struct message *m, int64_t deadline);

void message_free(struct message *m);
