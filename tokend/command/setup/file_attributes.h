/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_attributes.h - access lists and labels of a file
 */
#pragma once

/*
 * From one open file to another; what a file system does not keep is no
 * failure. 0, or -1 with errno.
 */
int file_attributes_copy(int from, int to);
