/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spool.h - a mail on its way: a file without a name, so that nothing is left
 * of it when this process ends, however it ends.
 *
 * The file is written through a buffer. A call that fails has set its failure,
 * and a spool that failed is not sent.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* No provider takes more than 150 MB (Exchange Online). */
#define SPOOL_MAX ((int64_t)160 * 1024 * 1024)
#define SPOOL_BLOCK 65536

struct spool {
	int fd;
	int64_t size;
	size_t used;
	char block[SPOOL_BLOCK];
};

/*
 * In $TMPDIR, /var/tmp or /tmp, whichever is the first that takes it. -1 with
 * STATUS_LATER. To be closed either way.
 */
int spool_open(struct spool *s, struct failure *why);

/* -1 with STATUS_MESSAGE over SPOOL_MAX, else STATUS_LATER. */
int spool_add(struct spool *s, const void *data, size_t len,
    struct failure *why);
int spool_adds(struct spool *s, const char *text, struct failure *why);

/* All is in the file. */
int spool_finish(struct spool *s, struct failure *why);

void spool_close(struct spool *s);
