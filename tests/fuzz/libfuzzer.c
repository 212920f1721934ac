/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libfuzzer.c - libFuzzer's entry: PROGRAM --target=NAME [OPTIONS] FOLDER...
 * It leaves alone what begins with two dashes.
 */
#include "fuzz.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTION "--target="

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct fuzz_target *target;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	int i = 0;

	for (i = 1; i < *argc && target == NULL; i++)
		if (strncmp((*argv)[i], OPTION, strlen(OPTION)) == 0)
			target = fuzz_find((*argv)[i] + strlen(OPTION));
	if (target != NULL)
		return 0;
	fprintf(stderr, "no %sNAME, of:", OPTION);
	for (target = fuzz_find(NULL); target != NULL; target = target->next)
		fprintf(stderr, " %s", target->name);
	fprintf(stderr, "\n");
	exit(2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	target->run((const char *)data, size);
	return 0;
}
