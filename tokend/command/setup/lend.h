/*
 * lend.h - the private folder in which programs' tools edit copies.
 */
#ifndef TOKEND_SETUP_LEND_H
#define TOKEND_SETUP_LEND_H

#include "command/setup/setup.h"

/* Removes the folder and all in it, if there is one. */
void lend_end(struct setup *s);

#endif
