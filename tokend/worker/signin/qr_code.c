/* SPDX-License-Identifier: BSD-2-Clause */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "signin/qr_code.h"

#ifdef HAVE_QRENCODE

#include <qrencode.h>

#define DARK 1		/* the bit of a module that tells its colour */

int
qr_modules(const char *text, struct buf *square)
{
	QRcode *code = NULL;
	int i = 0, count = 0, result = -1;

	/* A terminal does not get dirty: the lowest level of redundancy. */
	code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
	if (code == NULL)
		return -1;
	count = code->width * code->width;
	if (code->width <= QR_SIDE_MAX &&
	    buf_room(square, (size_t)count) == 0)
		result = 0;
	for (i = 0; i < count && result == 0; i++)
		result = buf_add(square, code->data[i] & DARK ? "1" : "0", 1);
	QRcode_free(code);
	return result;
}

#else

int
qr_modules(const char *text, struct buf *square)
{
	(void)text;
	(void)square;
	return -1;
}

#endif
