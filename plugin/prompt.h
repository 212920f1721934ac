/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prompt.h - what the host program tells a mechanism: two names, and perhaps
 * what stands in its place for a password.
 *
 * A host tells by callbacks or, where it has listed an id without a
 * procedure, by filling in a list of prompts that we hand it. Only the user
 * name is ever prompted for: asking mbsync for a password runs its PassCmd,
 * and asking some hosts for anything else opens a dialogue with a person.
 */
#pragma once

#include <stddef.h>

#include <sasl/sasl.h>
#include <sasl/saslplug.h>

#include "base/status.h"

/* The longest name, in bytes: what libsasl's canon_user takes. */
#define PROMPT_NAME_MAX 1024

/* So many bytes of it stand in a text, which has to have room for the rest. */
#define NAME_SHOWN 100

/* Borrowed from the host, valid until the step returns; no NUL behind. */
struct text {
	const char *data;	/* NULL: the host gives none */
	size_t len;
};

struct names {
	struct text authname;	/* who logs in: never empty */
	struct text user;	/* for whom: data NULL if not said */
};

/*
 * Gets both names, without outer blanks, and clean UTF-8. Returns 1 if it has
 * them; 0 if the host has to be asked: then *prompt_need is a list that it
 * fills in and brings back; -1 with STATUS_CONFIG or STATUS_INTERNAL. A list
 * that is brought back is freed, and *prompt_need set to NULL, whatever the
 * result. prompt_need may be NULL: that host cannot be asked.
 */
int prompt_names(const sasl_utils_t *utils, sasl_interact_t **prompt_need,
    struct names *names, struct failure *why);

/*
 * The password, if the host has a procedure that gives it. Calls that at most
 * once: Postfix allocates it again, and loses it, at each call.
 */
struct text prompt_password(const sasl_utils_t *utils);
