/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * input_file.h - reads a file that a person named; also a pipe whose other end
 * is slow. A signal may end the wait for that (interrupt.h).
 */
#pragma once

#include "base/buf.h"
#include "base/status.h"

/*
 * Opens path for reading, close-on-exec, as the user who types this. A FIFO is
 * waited for until a process writes. -1 with why, STATUS_CONFIG.
 */
int input_file_open(const char *path, struct failure *why);

/*
 * Reads to the end; what names it in texts. -1 with why, also where it has
 * more bytes than content may hold.
 */
int input_file_read(int fd, struct buf *content, const char *what,
    struct failure *why);

/*
 * Appends the path that a person gave, where no shell has seen its ~/. -1 with
 * errno as buf_add does.
 */
int input_file_path(struct buf *path, const char *given);
