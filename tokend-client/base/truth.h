/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * truth.h - whether something is so, where that may not be found out.
 */
#pragma once

enum truth {
	IS_UNKNOWN = -1,	/* with the reason, as the function says */
	IS_FALSE,
	IS_TRUE
};
