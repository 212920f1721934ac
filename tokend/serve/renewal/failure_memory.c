/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/renewal/failure_memory.h"

#include <string.h>

#include "serve/hash.h"

/* ms. A disk with room again is no change of any file: look again soon. */
#define PAUSE_FIRST 5000
#define PAUSE_MOST 60000
#define LOG_FIRST 60000
#define LOG_MOST (24 * 3600 * INT64_C(1000))

static int64_t
next_pause(int64_t last, int64_t first, int64_t most)
{
	if (last == 0)
		return first;
	return last < most / 2 ? 2 * last : most;
}

int
failure_memory_note(struct failure_memory *b, uint64_t mark,
    const char *text, int64_t now)
{
	uint64_t hash = hash_text(HASH_BEGIN, text);
	int is_new = b->pause == 0 || b->text != hash || b->mark != mark;

	if (b->mark != mark)
		b->pause = 0;
	if (is_new)
		b->log_pause = 0;
	b->mark = mark;
	b->text = hash;
	b->pause = next_pause(b->pause, PAUSE_FIRST, PAUSE_MOST);
	b->until = now + b->pause;
	if (!is_new && now < b->log_at)
		return 0;
	b->log_pause = next_pause(b->log_pause, LOG_FIRST, LOG_MOST);
	b->log_at = now + b->log_pause;
	return 1;
}

int
failure_memory_holds(const struct failure_memory *b, uint64_t mark, int64_t now)
{
	return b->pause != 0 && b->mark == mark && now < b->until;
}

void
failure_memory_clear(struct failure_memory *b)
{
	memset(b, 0, sizeof(*b));
}
