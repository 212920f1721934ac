/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qr_code.h - an address as a QR code. The only user of libqrencode, which is
 * optional.
 */
#pragma once

#include "base/buf.h"

/*
 * Modules of a side: with four light ones around it (ISO/IEC 18004 6.3.8) it
 * fits into 80 columns. That is version 13, some 400 bytes of an address.
 */
#define QR_SIDE_MAX 72
#define QR_MODULES_MAX (QR_SIDE_MAX * QR_SIDE_MAX)

/*
 * Appends the code of text to square: side times side of '0' and '1' (1:
 * dark), row by row, without the light ones around it. 0; -1 if there is none
 * to be had: not built in, the text is empty or too long, no memory. Then the
 * address in letters has to do.
 */
int qr_modules(const char *text, struct buf *square);
