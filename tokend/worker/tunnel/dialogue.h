/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dialogue.h - the dialogue of a tunnel with the local program: from the
 * greeting until the two sides can be joined.
 */
#pragma once

#include "tunnel/tunnel.h"

enum next_step imap_dialogue(struct tunnel *t);
enum next_step pop_dialogue(struct tunnel *t);
enum next_step smtp_dialogue(struct tunnel *t);

/* That of t->service. */
static inline enum next_step
tunnel_dialogue(struct tunnel *t)
{
	return t->service == SERVER_SMTP ? smtp_dialogue(t) :
	    t->service == SERVER_IMAP ? imap_dialogue(t) : pop_dialogue(t);
}
