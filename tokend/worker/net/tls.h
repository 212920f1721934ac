/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tls.h - the server's side of TLS, on a socket of this machine, by OpenSSL:
 * for programs that insist on STARTTLS with the tunnel.
 *
 * TLS 1.2 or later; no client certificates, no tickets, no renegotiation.
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "common/join.h"
#include "base/status.h"

struct tls;

/*
 * A side for the connected socket fd, which stays the caller's and does not
 * block from here on, with a chain of certificates and its key, both in PEM,
 * the key not encrypted. NULL with why, STATUS_CONFIG: they cannot be read, or
 * do not belong together.
 */
struct tls *tls_open(int fd, const struct buf *certificate,
    const struct buf *key, struct failure *why);

/*
 * The handshake, until deadline (clock_ms), or until watched can be read. 0,
 * or -1 with why.
 */
int tls_accept(struct tls *t, int watched, int64_t deadline,
    struct failure *why);

/* What is read and written from then on; t goes on being the caller's. */
void tls_stream(struct tls *t, struct stream *s);

/* Says goodbye without waiting for an answer; t may be NULL. */
void tls_close(struct tls *t);
