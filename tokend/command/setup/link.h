/*
 * link.h - files that are symbolic links, as in a repository of dotfiles.
 */
#ifndef TOKEND_SETUP_LINK_H
#define TOKEND_SETUP_LINK_H

#include "status.h"

/*
 * What is to be written for path: path itself, or, if it is a symbolic link,
 * where that leads. A link is followed where each folder on the way belongs
 * to root or to who runs this, and nobody else may write to it: what others
 * can exchange must not lead our writing elsewhere. Allocated; NULL with why.
 */
char *link_follow(const char *path, struct failure *why);

#endif
