/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arc.h - the key by which the Azure Arc agent recognises its clients.
 *
 * It first answers 401 and names a file in the challenge, which only its group
 * may read; the file's content is the proof. Another program at the agent's
 * port could name any file, so only those in the agent's folder are read.
 */
#pragma once

#include "base/buf.h"
#include "base/status.h"

#define ARC_KEY_MAX 4096	/* bytes, as Microsoft's libraries have it */
#define ARC_PATH_MAX 160

/*
 * The path in a challenge `Basic realm=PATH`. 0; -1 if it is none, or not that
 * of a .key file in the agent's folder.
 */
int arc_key_path(char path[ARC_PATH_MAX], const char *challenge);

/*
 * Reads the key into key, without the end of its line. 0; -1 with why, whose
 * text names the file and no account.
 */
int arc_key_read(struct buf *key, const char *path, struct failure *why);
