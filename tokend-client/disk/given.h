/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * given.h - opening files that tokend only reads: account files,
 * tokend.conf, plugin.conf, presets, and the secrets and keys that they name.
 *
 * A platform may have made it and may replace it while we run: every file of a
 * Kubernetes volume is a link to ..data/NAME, ..data one to a dated folder, and
 * Docker's secrets have mode 0444. So what counts is who could change it or a
 * name on its path. For files that tokend writes file.h is stricter.
 */
#pragma once

#include <sys/stat.h>

#include "disk/file.h"
#include "base/status.h"

struct given {
	struct stat st;		/* of the file itself, not of a link */
	int is_shared_secret;	/* others can read it: the platform's choice */
};

/*
 * Opens name below dirfd as file_open does, path (absolute) being the same
 * place and the name for texts. Different from it:
 *
 *   - A link is followed, where each link and folder on the way belongs to
 *     root or owner, and no other user can write to the folder. Of a sticky
 *     folder others can take nothing that is root's or owner's.
 *   - On a read-only mount no process can write, whatever a mode says.
 *   - A secret that all may read is refused only where a person could have
 *     chosen the mode: not on a read-only mount, in a volume with ..data, below
 *     /run/secrets, or where the file is a mount of its own.
 *
 * errno and why as of file_open; EPERM also for a link to no file.
 */
int given_open(int dirfd, const char *name, enum file_want want, uid_t owner,
    const char *path, struct given *g, struct failure *why);
