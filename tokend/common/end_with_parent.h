/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * end_with_parent.h - a process that ends when the one that made it does
 */
#pragma once

/*
 * Lets this process get the signal when its parent has ended. A change of the
 * user clears that. The parent may have ended before: compare getppid(2).
 */
void end_with_parent(int signal);
