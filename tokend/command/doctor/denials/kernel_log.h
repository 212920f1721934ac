/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_log.h - the kernel's own log
 */
#pragma once

/* Its end, most bytes of it. How many were read, or -1 with errno. */
int kernel_log_read(char *text, int most);
