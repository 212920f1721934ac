/*
 * unusable.h - why a file of the store cannot be used, and what mends that.
 */
#ifndef TOKEND_UNUSABLE_H
#define TOKEND_UNUSABLE_H

#include "scope.h"
#include "status.h"

/*
 * For the file account in the folder called folder_name below s->state, which
 * could not be opened or written: error is the errno. STATUS_CONFIG where a
 * person has to act (another owner or mode, a read-only mount); STATUS_LATER
 * where the machine is the reason (no room). Returns -1 with errno = error;
 * why may be NULL.
 */
int unusable(const struct scope *s, const char *folder_name,
    const char *account, int error, struct failure *why);

#endif
