/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake_host.h - a host program and its libsasl, as far as a mechanism sees
 * them, that do exactly what a test says. There is one, `host`.
 */
#pragma once

#include <sasl/sasl.h>
#include <sasl/saslplug.h>

enum how {
	HOW_ABSENT,	/* getcallback says SASL_FAIL */
	HOW_PROMPT,	/* ... SASL_INTERACT */
	HOW_CALL	/* ... SASL_OK and gives a procedure */
};

/* One id that a mechanism may ask for. */
struct source {
	enum how how;
	const char *value;	/* NULL: the procedure gives nothing */
	unsigned len;		/* of a password, 0: up to the NUL */
	int code;		/* what the procedure returns */
	int calls;		/* of getcallback */
	int called;		/* of the procedure */
};

struct fake_host {
	sasl_utils_t utils;
	sasl_client_params_t params;
	struct source authname, user, pass;
	int canon_code;		/* what canon_user returns */
	int fail_at;		/* this malloc from now on fails; 0: none */
	int live;		/* allocated and not freed */
	int texts;		/* calls of seterror */
	char text[1024];	/* the last of them, "" if none */
	char authid[1025];
	char acts_for[1025];	/* what canon_user kept */
};

extern struct fake_host host;

/* A host that gives the user "alice" by callback, and nothing else. */
void host_reset(void);
