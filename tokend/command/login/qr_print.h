/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qr_print.h - a QR code drawn with characters.
 */
#pragma once

#include "base/buf.h"

/*
 * Appends lines that show modules, which is '0' and '1' (1: dark) row by row.
 * Two rows are one line (half blocks, UTF-8). with_colour sets black and white
 * by escape codes, so that it is right on a light terminal too. 0; -1 if it is
 * not a square, is wider than columns with its border, or out has no room.
 */
int qr_print(struct buf *out, const char *modules, size_t columns,
    int with_colour);
