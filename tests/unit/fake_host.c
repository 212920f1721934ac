/* SPDX-License-Identifier: BSD-2-Clause */
#include "fake_host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fake_host host;

static void *
give_memory(size_t size)
{
	void *p = NULL;

	if (host.fail_at > 0 && --host.fail_at == 0)
		return NULL;
	if ((p = malloc(size)) != NULL) {
		memset(p, 0xa5, size);
		host.live++;
	}
	return p;
}

static void
take_memory(void *p)
{
	if (p != NULL)
		host.live--;
	free(p);
}

static int
give_name(void *context, int id, const char **result, unsigned *len)
{
	struct source *s = context;

	(void)id;
	/* libsasl's own procedure would write a size_t there. */
	if (len != NULL)
		abort();
	s->called++;
	*result = s->value;
	return s->code;
}

static int
give_password(sasl_conn_t *conn, void *context, int id, sasl_secret_t **secret)
{
	static union {
		sasl_secret_t secret;
		char space[16384];
	} s;
	struct source *source = context;

	(void)conn;
	(void)id;
	source->called++;
	*secret = NULL;
	if (source->value != NULL) {
		/* No NUL behind: a length is all that a mechanism gets. */
		memset(&s, 'Z', sizeof(s));
		s.secret.len = source->len > 0 ? source->len :
		    strlen(source->value);
		memcpy(s.secret.data, source->value, s.secret.len);
		*secret = &s.secret;
	}
	return source->code;
}

static int
getcallback(sasl_conn_t *conn, unsigned long id, sasl_callback_ft *procedure,
    void **context)
{
	struct source *s = id == SASL_CB_AUTHNAME ? &host.authname :
	    id == SASL_CB_USER ? &host.user :
	    id == SASL_CB_PASS ? &host.pass : NULL;

	(void)conn;
	*procedure = NULL;
	*context = NULL;
	if (s == NULL)
		return SASL_FAIL;
	s->calls++;
	if (s->how == HOW_PROMPT)
		return SASL_INTERACT;
	if (s->how == HOW_ABSENT) {
		/* As libsasl does it: over any text that was there. */
		snprintf(host.text, sizeof(host.text),
		    "Unable to find a callback: %lu", id);
		return SASL_FAIL;
	}
	*procedure = s == &host.pass ?
	    (sasl_callback_ft)(void (*)(void))give_password :
	    (sasl_callback_ft)(void (*)(void))give_name;
	*context = s;
	return SASL_OK;
}

static void __attribute__((format(printf, 3, 4)))
seterror(sasl_conn_t *conn, unsigned flags, const char *format, ...)
{
	va_list args;

	/* More than "%s" is not safe with libsasl's own. */
	if (conn == NULL || flags != 0 || strcmp(format, "%s") != 0)
		abort();
	va_start(args, format);
	vsnprintf(host.text, sizeof(host.text), format, args);
	va_end(args);
	host.texts++;
}

static void __attribute__((format(printf, 3, 4)))
no_log(sasl_conn_t *conn, int level, const char *format, ...)
{
	(void)conn;
	(void)level;
	(void)format;
	abort();	/* seterror logs; twice is once too often */
}

static int
canon_user(sasl_conn_t *conn, const char *in, unsigned len, unsigned flags,
    sasl_out_params_t *oparams)
{
	(void)conn;
	if (host.canon_code != SASL_OK)
		return host.canon_code;
	if (len == 0)
		len = (unsigned)strlen(in);
	if ((flags & SASL_CU_AUTHID) != 0) {
		snprintf(host.authid, sizeof(host.authid), "%.*s", (int)len,
		    in);
		oparams->authid = host.authid;
		oparams->alen = len;
	}
	if ((flags & SASL_CU_AUTHZID) != 0) {
		snprintf(host.acts_for, sizeof(host.acts_for), "%.*s",
		    (int)len, in);
		oparams->user = host.acts_for;
		oparams->ulen = len;
	}
	return SASL_OK;
}

void
host_reset(void)
{
	memset(&host, 0, sizeof(host));
	host.utils.version = SASL_UTILS_VERSION;
	host.utils.conn = (sasl_conn_t *)(void *)&host;
	host.utils.malloc = give_memory;
	host.utils.free = take_memory;
	host.utils.getcallback = getcallback;
	host.utils.seterror = seterror;
	host.utils.log = no_log;
	host.params.utils = &host.utils;
	host.params.service = "smtp";
	host.params.serverFQDN = "mail.example.org";
	host.params.canon_user = canon_user;
	host.authname.how = HOW_CALL;
	host.authname.value = "alice";
}
