/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_values.h - checks of an account's values as its file has them, for
 * any grant.
 */
#pragma once

#include <sys/stat.h>

#include "account/keys.h"
#include "base/status.h"

/*
 * k are the values of the file path and of its preset, st is of the file;
 * proxy_is_own: proxy is set there. 0, or -1 with STATUS_CONFIG, which names
 * file and key.
 */
int check_values(const struct keys *k, const char *path, int proxy_is_own,
    const struct stat *st, struct failure *why);
