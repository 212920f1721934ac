/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * private_copy.h - the private folder in which programs' tools edit copies.
 */
#pragma once

#include "command/setup/setup.h"

/* Removes the folder and all in it, if there is one. */
void private_copy_remove(struct setup *s);
