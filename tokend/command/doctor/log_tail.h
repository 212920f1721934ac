/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log_tail.h - the end of a log: of a file, or of what a program prints.
 */
#pragma once

#include "base/buf.h"

/* Append at most the last `most` bytes. 0; -1 if it cannot be read. */
int log_tail_file(const char *path, size_t most, struct buf *lines);

/* The same of a program that has to end with status 0. */
int log_tail_program(char *words[], size_t most, struct buf *lines);
