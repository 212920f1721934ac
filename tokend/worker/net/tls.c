/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "lineio.h"

#define CHAIN_MOST 10		/* certificates above the first */

struct tls {
	SSL_CTX *context;
	SSL *ssl;
	int fd;
};

/* OpenSSL reads by read(2): what is not there yet must not be waited for. */
static int
keep_from_blocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags == -1 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

/* An encrypted key cannot be used: there is no person to ask. */
static int
no_password(char *out, int size, int is_writing, void *arg)
{
	(void)out;
	(void)size;
	(void)is_writing;
	(void)arg;
	return -1;
}

static BIO *
open_text(const struct buf *pem)
{
	return pem->len > INT_MAX ? NULL : BIO_new_mem_buf(buf_text(pem),
	    (int)pem->len);
}

static int
use_chain(SSL_CTX *context, const struct buf *pem)
{
	BIO *text = open_text(pem);
	X509 *one = NULL;
	int count = 0, is_used = 1;

	while (text != NULL && is_used && count <= CHAIN_MOST &&
	    (one = PEM_read_bio_X509(text, NULL, no_password, NULL)) != NULL) {
		is_used = count == 0 ?
		    SSL_CTX_use_certificate(context, one) == 1 :
		    SSL_CTX_add1_chain_cert(context, one) == 1;
		X509_free(one);
		count++;
	}
	BIO_free(text);
	return is_used && count > 0;
}

static int
use_key(SSL_CTX *context, const struct buf *pem)
{
	BIO *text = open_text(pem);
	EVP_PKEY *key = text == NULL ? NULL :
	    PEM_read_bio_PrivateKey(text, NULL, no_password, NULL);
	int is_used = key != NULL &&
	    SSL_CTX_use_PrivateKey(context, key) == 1;

	EVP_PKEY_free(key);
	BIO_free(text);
	return is_used;
}

static int
set_up_context(SSL_CTX *context, const struct buf *certificate,
    const struct buf *key, struct failure *why)
{
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION |
	    SSL_OP_NO_TICKET);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE);
	if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1)
		return fail_memory(why);
	if (!use_chain(context, certificate))
		return fail(why, STATUS_CONFIG, "the certificate for the "
		    "local program cannot be used: --certificate wants PEM, "
		    "the program's own certificate first");
	if (!use_key(context, key))
		return fail(why, STATUS_CONFIG, "the key for the local "
		    "program cannot be used: --key wants PEM, not encrypted, "
		    "that belongs to the certificate");
	return 0;
}

struct tls *
tls_open(int fd, const struct buf *certificate, const struct buf *key,
    struct failure *why)
{
	struct tls *t = calloc(1, sizeof(*t));

	if (t == NULL || (t->context = SSL_CTX_new(TLS_server_method())) ==
	    NULL) {
		free(t);
		fail_memory(why);
		return NULL;
	}
	t->fd = fd;
	if (keep_from_blocking(fd) == -1) {
		fail(why, STATUS_LATER, "the local program's socket cannot be "
		    "used: %s", strerror(errno));
	} else if (set_up_context(t->context, certificate, key, why) == 0) {
		t->ssl = SSL_new(t->context);
		if (t->ssl != NULL && SSL_set_fd(t->ssl, fd) == 1)
			return t;
		fail_memory(why);
	}
	tls_close(t);
	return NULL;
}

/* The events to poll(2) for after n, or 0: it is over. */
static short
wanted_events(const struct tls *t, int n)
{
	int error = SSL_get_error(t->ssl, n);

	return error == SSL_ERROR_WANT_READ ? POLLIN :
	    error == SSL_ERROR_WANT_WRITE ? POLLOUT : 0;
}

int
tls_accept(struct tls *t, int watched, int64_t deadline, struct failure *why)
{
	struct pollfd p[2] = { { .fd = watched, .events = POLLIN },
	    { .fd = t->fd } };
	int64_t left = 0;
	int n = 0;

	for (;;) {
		ERR_clear_error();
		if ((n = SSL_accept(t->ssl)) == 1)
			return 0;
		left = deadline - clock_ms();
		if ((p[1].events = wanted_events(t, n)) == 0 || left <= 0 ||
		    p[0].revents != 0)
			return fail(why, STATUS_LATER, "the local program and "
			    "tokend come to no TLS: it does not go on, or "
			    "does not accept the certificate");
		(void)poll(p, 2, (int)left);
	}
}

static ssize_t
map_result(const struct tls *t, int n)
{
	if (n > 0)
		return n;
	if (SSL_get_error(t->ssl, n) == SSL_ERROR_ZERO_RETURN)
		return 0;
	errno = wanted_events(t, n) != 0 ? EAGAIN : EIO;
	return -1;
}

static ssize_t
read_tls(void *of, void *data, size_t len)
{
	struct tls *t = of;

	ERR_clear_error();
	return map_result(t, SSL_read(t->ssl, data,
	    len < INT_MAX ? (int)len : INT_MAX));
}

static ssize_t
write_tls(void *of, const void *data, size_t len)
{
	struct tls *t = of;
	ssize_t n = 0;

	ERR_clear_error();
	n = map_result(t, SSL_write(t->ssl, data,
	    len < INT_MAX ? (int)len : INT_MAX));
	if (n == 0)
		errno = EPIPE;
	return n > 0 ? n : -1;
}

static void
finish_tls(void *of)
{
	struct tls *t = of;

	ERR_clear_error();
	(void)SSL_shutdown(t->ssl);
}

void
tls_stream(struct tls *t, struct stream *s)
{
	*s = (struct stream){ .read = read_tls, .write = write_tls,
	    .finish = finish_tls, .of = t, .in = t->fd, .out = t->fd };
}

void
tls_close(struct tls *t)
{
	if (t == NULL)
		return;
	if (t->ssl != NULL && SSL_is_init_finished(t->ssl) &&
	    (SSL_get_shutdown(t->ssl) & SSL_SENT_SHUTDOWN) == 0)
		finish_tls(t);
	SSL_free(t->ssl);
	SSL_CTX_free(t->context);
	free(t);
}
