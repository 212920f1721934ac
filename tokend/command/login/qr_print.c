/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/login/qr_print.h"

#include <string.h>

/*
 * Modules of light border. ISO/IEC 18004 wants four; readers do with two, and
 * the code then fits into 24 lines more often.
 */
#define BORDER 2
#define SIDE_MAX 177		/* of a version 40 symbol */

#define WHITE_ON_BLACK "\033[97;40m"
#define USUAL "\033[0m"

/* The side of the square, 0 if it is none. */
static size_t
side_of(const char *modules)
{
	size_t len = strlen(modules), side = 1;

	if (len == 0 || modules[strspn(modules, "01")] != '\0')
		return 0;
	while (side <= SIDE_MAX && side * side < len)
		side++;
	return side * side == len ? side : 0;
}

/* What is outside is border. */
static int
is_light(const char *modules, size_t side, size_t row, size_t column)
{
	if (row < BORDER || column < BORDER || row >= side + BORDER ||
	    column >= side + BORDER)
		return 1;
	return modules[(row - BORDER) * side + column - BORDER] == '0';
}

/* Light is what is drawn: most terminals are dark. */
static int
draw_line(struct buf *out, const char *modules, size_t side, size_t row)
{
	static const char *const cell[2][2] = { { " ", "\xe2\x96\x84" },
	    { "\xe2\x96\x80", "\xe2\x96\x88" } };
	size_t column;

	for (column = 0; column < side + 2 * BORDER; column++)
		if (buf_adds(out, cell[is_light(modules, side, row, column)]
		    [is_light(modules, side, row + 1, column)]) == -1)
			return -1;
	return 0;
}

int
qr_print(struct buf *out, const char *modules, size_t columns,
    int with_colour)
{
	size_t side = side_of(modules), row;

	if (side == 0 || side + 2 * BORDER > columns)
		return -1;
	for (row = 0; row < side + 2 * BORDER; row += 2)
		if ((with_colour && buf_adds(out, WHITE_ON_BLACK) == -1) ||
		    draw_line(out, modules, side, row) == -1 ||
		    (with_colour && buf_adds(out, USUAL) == -1) ||
		    buf_adds(out, "\n") == -1)
			return -1;
	return 0;
}
