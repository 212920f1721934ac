/* SPDX-License-Identifier: BSD-2-Clause */
/* In a file of its own: the linker leaves it out if a program has a main(). */
#include "unit.h"

int
main(void)
{
	return unit_run();
}
