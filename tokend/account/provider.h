/*
 * provider.h - presets: what is known of a provider, as data.
 *
 * A preset is a file NAME.conf of the same form as an account file: in
 * providers/ of the configuration folder, else in the folder that tokend
 * installs. Its keys are the account's, and scope_GRANT, which is the scope
 * for that grant.
 */
#ifndef TOKEND_PROVIDER_H
#define TOKEND_PROVIDER_H

#include "conf.h"
#include "scope.h"
#include "status.h"

/*
 * Reads the preset into target by keys. file is where provider= stands, for
 * texts. 0, or -1 with STATUS_CONFIG; the text names the presets there are.
 */
int provider_read(const char *provider, const struct scope *s,
    const char *file, const struct conf_key *keys, void *target,
    struct failure *why);

#endif
