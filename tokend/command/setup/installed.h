/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * installed.h - a mail program as it is installed.
 */
#pragma once

#include "disk/scope.h"
#include "base/status.h"

/* The path of a program, as PATH finds it. -1 with why: there is none. */
int program_find(char path[SCOPE_PATH_MAX], const char *name,
    struct failure *why);

/* What `PATH --version` says first: 1.4.4 is 104. -1 with why. */
int program_version(const char *path, struct failure *why);
