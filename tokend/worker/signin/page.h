/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.h - what a browser is shown at the end of a sign-in: whole HTTP
 * answers (RFC 9112), without a resource from outside.
 */
#pragma once

#include "base/buf.h"

#define PAGE_MAX 20480	/* bytes of an answer, a long address in it */

/*
 * Appends a page with that status, heading and text; both are escaped here.
 * 0, or -1 with errno as buf_add does.
 */
int page_write(struct buf *out, int status, const char *heading,
    const char *text);

/* Appends a 303 to an address, or to a path of ours. */
int page_redirect(struct buf *out, const char *address);
