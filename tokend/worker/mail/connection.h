/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * connection.h - a connection to a mail server, ready for AUTH, by libcurl
 * (transfer.h).
 *
 * TLS always, and verified: from the first byte on where server_tls.h says so,
 * else by STARTTLS (RFC 3207, 2595), without which nothing is said; except for
 * a server on literal loopback that offers none. No proxy: mail programs
 * use none. libcurl greets and asks what is offered; what follows is spoken by
 * the caller, as libcurl's own AUTH ends at a server's challenge and never
 * hears the final words.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "account/account.h"
#include "base/buf.h"
#include "mail/offers.h"
#include "net/trouble.h"
#include "base/status.h"

#define MAIL_LINE_MAX 4096
#define MAIL_SERVER_MAX 272	/* host:port, an IPv6 literal in brackets */

struct mail;

struct mail_settings {	/* strings are borrowed, NULL: not set */
	enum account_server service;
	const char *server;	/* HOST[:PORT], by default 587, 993 or 995 */
	enum server_tls tls;
	const char *setting;	/* the key that names it, for texts */
	/* If one of the two is set, it is trusted in place of the system's. */
	const char *ca_file;
	const char *ca_dir;
	enum trouble_kind *trouble;	/* what mail_open met, or NULL */
};

/* Those of the account's server; what they point to is the account's. */
struct mail_settings mail_settings_of(const struct account *a,
    enum account_server service);

/*
 * Connects, until deadline (clock_ms), which holds for all that follows. To be
 * closed by mail_close. NULL with why, whose text begins with the server and
 * names no account: STATUS_LATER, _CONFIG or _INTERNAL.
 */
struct mail *mail_open(const struct mail_settings *s, int64_t deadline,
    struct failure *why);

/* Another deadline, for what follows. */
void mail_set_deadline(struct mail *m, int64_t deadline);

/* HOST:PORT as connected to. */
const char *mail_server(const struct mail *m);
const char *mail_host(const struct mail *m);
enum account_server mail_service(const struct mail *m);

/* What else is known of the connection; valid until it is closed. */
struct mail_description {
	const char *address;	/* connected to */
	const char *trusted;	/* path of the certificates, "" if not known */
	const char *offered;	/* mechanisms, by blanks */
	const char *offered_before;	/* the same before STARTTLS, if any */
};

void mail_describe(const struct mail *m, struct mail_description *about);

/* True if the server offers the SASL mechanism, in its words after TLS. */
int mail_offers(const struct mail *m, const char *mechanism);

/* What else an SMTP server offers. */
const struct mail_extensions *mail_extensions(const struct mail *m);

/*
 * What the connection is used for from here on, for the texts of a broken one:
 * "the login", if not set. Kept as it is.
 */
void mail_set_task(struct mail *m, const char *task);

/* Sends bytes. 0, or -1 with why. */
int mail_send(struct mail *m, const char *data, size_t len,
    struct failure *why);

/* Sends line and CRLF. 0, or -1 with why. */
int mail_send_line(struct mail *m, const char *line, struct failure *why);

/* Receives a line, without its end and printable. 0, or -1 with why. */
int mail_receive_line(struct mail *m, char line[MAIL_LINE_MAX],
    struct failure *why);

/*
 * What follows a login, as bytes and without the deadline: as read(2) and
 * write(2) of a socket that does not block. -1 with errno: EAGAIN when
 * mail_fd is to be waited for (the same bytes are then to be written again),
 * else EIO.
 */
ssize_t mail_read(struct mail *m, void *data, size_t len);
ssize_t mail_write(struct mail *m, const void *data, size_t len);
int mail_fd(const struct mail *m);	/* -1: none */

void mail_close(struct mail *m);	/* m may be NULL */
