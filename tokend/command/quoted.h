/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quoted.h - text as a string of JSON (RFC 8259 7).
 */
#ifndef TOKEND_QUOTED_H
#define TOKEND_QUOTED_H

#include <stdio.h>

/* "name":"value"; both are printable UTF-8 (make_printable, name_fold). */
void quoted_member(FILE *to, const char *name, const char *value);

#endif
