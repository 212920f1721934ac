/*
 * way.h - who could exchange what a path leads to.
 */
#ifndef TOKEND_COMMAND_WAY_H
#define TOKEND_COMMAND_WAY_H

/*
 * 1 if path, absolute and without links, and each folder on its way belongs to
 * root or to who runs this, and nobody else may write there. 0 if not: path is
 * cut to what is at fault; -1 with errno, of what it is cut to.
 */
int way_is_ours(char *path);

#endif
