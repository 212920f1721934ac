/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * provider.h - presets: what is known of a provider, as data.
 *
 * A preset is a file NAME.conf of the same form as an account file: in
 * providers/ of the configuration folder, else in the folder that tokend
 * installs; keys.h has its keys. NAME.txt next to it is for people: the steps
 * in the provider's console that lead to a client id. A provider's other cloud
 * is a preset of its own, NAME-CLOUD.conf.
 */
#pragma once

#include "account/keys.h"
#include "base/buf.h"
#include "files/folder.h"
#include "disk/scope.h"
#include "base/status.h"

/*
 * Reads the preset (cloud NULL: the usual one) into k. file is the one that
 * sets provider=, for texts. 0, or -1 with STATUS_CONFIG; the text names the
 * presets there are.
 */
int provider_read(const char *provider, const char *cloud,
    const struct scope *s, const char *file, struct keys *k,
    struct failure *why);

/* All presets, of both folders; n is to be freed either way. */
int provider_list(struct names *n, const struct scope *s, struct failure *why);

/*
 * Appends NAME-CLOUD.txt to text, or where there is none NAME.txt. 0; 1 if
 * there is neither; -1 with why.
 */
int provider_steps(const char *provider, const char *cloud,
    const struct scope *s, struct buf *text, struct failure *why);
