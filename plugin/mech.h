/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mech.h - the state machine of a login, the same for both mechanisms.
 *
 * The first step sends the message and says SASL_CONTINUE; the second says
 * SASL_OK whatever has arrived, so that the server's own last words, not
 * ours, end in the host's log. Hosts disagree on much, and all of them can
 * live with that.
 *
 * A failure sets one text with seterror, complete in itself, and returns the
 * SASL code whose fixed text reads true, because some hosts show only the one
 * and some only the other.
 */
#pragma once

#include <sasl/sasl.h>
#include <sasl/saslplug.h>

#include "settings.h"
#include "base/status.h"

enum mechanism {
	MECH_XOAUTH2,
	MECH_OAUTHBEARER
};

#define MECHANISMS 2

/* The glob_context of one mechanism; nothing in it changes after init. */
struct role {
	enum mechanism mechanism;
	const struct client_settings *settings;
	const struct failure *broken;	/* what init found wrong, or NULL */
	void *owner;			/* for the one who made it */
	_Atomic int host_steps;		/* host_steps_at_success's */
};

const char *mech_name(enum mechanism mechanism);

/* The members of sasl_client_plug_t, contracts as in sasl/saslplug.h. */
int mech_new(void *glob_context, sasl_client_params_t *params,
    void **conn_context);
int mech_step(void *conn_context, sasl_client_params_t *params,
    const char *serverin, unsigned serverinlen, sasl_interact_t **prompt_need,
    const char **clientout, unsigned *clientoutlen,
    sasl_out_params_t *oparams);
void mech_dispose(void *conn_context, const sasl_utils_t *utils);

/* The SASL code that a failure is reported by. */
int mech_code(enum status status);
