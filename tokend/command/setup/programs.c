/* programs.c - the programs that `tokend setup` knows; see setup.h */
#include <stddef.h>

#include "command/setup/setup.h"

const struct setup_program setup_programs[] = {
	{ NULL, NULL, 0, NULL }
};
