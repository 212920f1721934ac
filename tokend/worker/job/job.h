/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job.h - what a command has the worker do in a conversation (talk.h).
 *
 * A job's first message is from the command; events come from the worker;
 * event=end is the last one, with `code` (status.h), `text` and `retry_after`
 * as in an answer (proto.h), and what there is of state/detail.h. When the
 * command closes, the job ends and leaves things as they were. A value that a
 * job does not know is left out.
 *
 * sign-in: gets tokens for an account and keeps them.
 *   first  way         code (RFC 6749 4.1), device (RFC 8628), or given: by
 *                      the account's grant, with what comes here
 *          draft       yes: by the account's draft (account/draft.h)
 *          receive     no: no receiver, the final address is pasted
 *          start       yes: a browser is to be started on this machine
 *          refresh_token client_secret client_key key_password
 *                      typed secrets (store/store.h); client_key in base64
 *   event=open         url; redirect (what the final address begins with);
 *                      port (that the receiver has, if there is one); start,
 *                      the address to start a browser with (signin/start_page.h)
 *   event=device       user_code verification_uri expires_in; and perhaps
 *                      verification_uri_complete; and qr, that (or else the
 *                      other) as a square of '0' and '1' (1: dark), row by
 *                      row
 *   event=note         text: something was refused, and the flow goes on
 *   event=token        expires_in; user (who signed in, for texts), the person
 *                      as person/person.h has it, and scope, as far as they
 *                      are known
 *   event=unproven     text: the provider could not be asked now, and what was
 *                      given (way=given) would replace nothing
 *   The command says pasted (the final address) at any time after open, and
 *   keep=yes after token or unproven: by then the draft has become the account.
 *   With it comes accepted=yes where that person may be another one.
 *
 * revoke: tells the provider, then drops what is stored (RFC 7009).
 *   first  forget      yes: also where the provider cannot be told; else that
 *                      is a failure, and everything stays
 *   event=note         text: what was done, and what could not be
 *
 * rekey: stores every credential anew, by the key that tokend.conf names now
 * (store/vault.h), each under its account's lock.
 *   first  all         yes
 *   event=note         text: an account whose credential is as it was, and why;
 *                      at the end how many were stored
 *
 * discover: asks what is known of an issuer or of an address.
 *   first  issuer | domain, proxy ca_file ca_dir
 *   event=metadata     issuer and its endpoints, by their names of RFC 8414 2
 *   event=mx           hosts: the domain's mail exchangers, best first
 *
 * mail-login: one real login with the account's token.
 *   first  service     smtp, imap or pop; server (HOST[:PORT]) if it is to be
 *                      another than the account's
 *   event=mail         server, mechanism, said: the server's final words, and
 *                      what its challenge says; refused is code=rejected
 *
 * import: reads another tool's file, which is on WORKER_FILE.
 *   first  format      and path (of the file, for texts)
 *          name client_id client_secret
 *                      given by hand, as far as they are
 *          set_KEY     a key of the account's file, given by hand
 *          config      text of a file beside, in base64
 *          show        yes: nothing is kept, and nothing is to be said; each
 *                      event=account has the client_secret as well
 *   event=account      name; the keys of its account file as key_KEY, no
 *                      secret among them; secrets, the names of those that
 *                      come with it (store/store.h)
 *   event=kept         its secrets are stored; or code, text and retry_after:
 *                      they could not be
 *   event=note         text: what could not be taken
 *   After each event=account the command says keep=yes, when the account
 *   stands, or keep=no; event=kept comes after keep=yes.
 *
 * tunnel: logs in at a mail server, and joins it with a local program. The
 * account is for texts alone: the command gets the token, as any program does.
 * The local side is WORKER_FILE, a socket; it ends when either side does, or
 * the command.
 *   first  service     smtp, imap or pop; server (HOST[:PORT]), and perhaps
 *                      mechanism, ca_file and ca_dir
 *          password    what the local program must prove to know; absent: it
 *                      is the user's own, at the other end of a pipe
 *          certificate key
 *                      PEM texts in base64: STARTTLS is offered with them
 *   event=wanted       the local program may have the server. The command says
 *                      token and user, or code and text: why not
 *   event=refused      challenge: what the server said to the token, JSON
 *   event=joined       server, mechanism: from here on bytes pass through
 *   event=end comes when all is over, and its text is what the local
 *   program was told, too
 *
 * examine: what `tokend doctor` asks of the network and of a token.
 *   first  live        yes: the provider may be asked for a token, and a login
 *                      tried; without it nothing leaves the machine
 *          part        provider (asked, and the token that there is) or mail
 *                      (logins at the account's servers; nothing if not live)
 *          mechanisms  of plugin.conf, for part=mail, where it names them
 *   event=finding      as common/finding.h has it; the text names the account
 */
#ifndef TOKEND_JOB_H
#define TOKEND_JOB_H

#include "common/talk.h"
#include "scope.h"
#include "state/detail.h"
#include "status.h"

struct job {
	int fd;			/* the conversation */
	struct talk first;
	const struct scope *scope;
	const char *account;	/* folded; "-" for a job that has none */
	struct failure why;
	struct detail detail;	/* behind why, where a provider refused */
};

/*
 * Each job has a row in main.c's table. It returns 0, or -1 with j->why, and
 * main.c ends the conversation.
 */
int sign_in_run(struct job *j);
int import_run(struct job *j);
int discover_run(struct job *j);
int revoke_run(struct job *j);
int mail_login_run(struct job *j);
int examine_run(struct job *j);
int rekey_run(struct job *j);
int tunnel_run(struct job *j);

/* True if the account's draft is meant, by the first message. */
int job_is_draft(struct job *j);

/* Sends the attributes in b, and frees it. 0, or -1 with j->why. */
int job_send(struct job *j, struct buf *b);

/* Sends an event=note. A command that has gone is found out elsewhere. */
void job_note(struct job *j, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Waits for the command's next word, into said. Returns 1; -1 with j->why: the
 * command has closed (STATUS_INTERNAL), or the deadline (clock_ms) is over
 * (STATUS_LATER).
 */
int job_listen(struct job *j, struct talk *said, int64_t deadline);

/* Sends the event=end, with j->why and j->detail. */
void job_end(struct job *j);

#endif
