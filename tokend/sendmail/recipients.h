/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * recipients.h - whom a mail goes to: each address once.
 */
#pragma once

#include <stddef.h>

#include "base/status.h"

/* As many as the worker takes (worker/send/outgoing.h). */
#define RECIPIENTS_MAX 1000

struct recipients {
	char **address;
	size_t count;
};

/*
 * Adds each address of a list: a field's body, or an argument. -1 with
 * STATUS_MESSAGE for what is no address, and names it: a mail that some of its
 * recipients do not get is not sent at all. In `Doe, John <john@x.example>`
 * (common/address_list.h) the first word is none: it is written with a capital
 * letter, and no user of this machine is called like it.
 */
int recipients_add(struct recipients *r, const char *list, size_t len,
    struct failure *why);

void recipients_free(struct recipients *r);
