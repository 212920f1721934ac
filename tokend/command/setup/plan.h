/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan.h - the life of a struct setup, for who carries it out.
 */
#pragma once

#include "command/safe_path.h"
#include "command/setup/setup.h"

/*
 * What is next to a file while it is written, and what a killed one leaves:
 * the new text, and a second name of the old file.
 */
#define PLAN_NEW ".%s.tokend-new"
#define PLAN_OLD ".%s.tokend-old"

/* An empty plan; to be freed by plan_free, which removes the copies. */
void plan_init(struct setup *s);
void plan_free(struct setup *s);

/* private_copy.c: removes the folder of the copies, if there is one. */
void private_copy_remove(struct setup *s);

/* True if the file is to become another. */
int plan_changes(const struct setup_file *f);

/* True if a file changes, or what runs on this machine. */
int plan_has_work(const struct setup *s);

/* Root's programs may have a folder of a daemon's own, a person's may not. */
enum path_trust plan_trust(const struct setup *s);

/*
 * Reads path with target, as setup_file does but without following anything.
 * NULL with why.
 */
struct setup_file *plan_read(struct setup *s, const char *path,
    const char *target, struct failure *why);
