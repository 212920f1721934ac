/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutt_scan.h - the commands of a muttrc, word by word (muttrc(5)).
 */
#pragma once

#include "command/setup/editor/editor.h"

struct mutt_setting {
	unsigned line;		/* 0: it is not set */
	struct piece value;	/* with its quotes */
};

/* The last `set NAME = VALUE` of the file, unless it is unset after it. */
struct mutt_setting mutt_find(const struct buf *text, const char *name);

/* The line of the first such command; 0: there is none. */
unsigned mutt_find_command(const struct buf *text, const char *name);

/* `set` commands, for the editor; each rule has one name. */
extern const struct grammar mutt_grammar;

/*
 * The first line on which another IMAP server than host is named, outside of
 * comments; 0: there is none.
 */
unsigned mutt_find_other_host(const struct buf *text, const char *host);
