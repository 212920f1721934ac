/* SPDX-License-Identifier: BSD-2-Clause */
/* quoted.c - see quoted.h */
#include "command/quoted.h"

void
quoted_member(FILE *to, const char *name, const char *value)
{
	fprintf(to, "\"%s\":\"", name);
	for (; *value != '\0'; value++)
		fprintf(to, *value == '"' || *value == '\\' ? "\\%c" : "%c",
		    *value);
	putc('"', to);
}
