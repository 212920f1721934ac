/* SPDX-License-Identifier: BSD-2-Clause */
#include "refresh/reserve.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "disk/cachefile.h"
#include "files/folder.h"
#include "lineio.h"
#include "base/name.h"
#include "base/shell_word.h"
#include "state/state.h"
#include "store/store.h"

#define FILES 3

/* One file after the other. */
struct reservation {
	const struct scope *scope;
	const char *account;
	struct budget *budget;
	struct failure *why;
};

/* The token must not be spent where its successor cannot be stored. */
static int
check_replaceable(const struct reservation *t, int folder, const char *name)
{
	const char *state = t->scope->state, *account = t->account;
	char path[SCOPE_PATH_MAX + NAME_MAX_LEN + 32];
	int error = newfile_replaceable(folder, account);

	if (error == 0)
		return 0;
	snprintf(path, sizeof(path), "%s/%s/%s", state, name, account);
	if (error == EBUSY)
		return fail(t->why, STATUS_LATER, "account \"%s\": %s cannot "
		    "be replaced, because it is a mount, so the provider "
		    "is not asked: mount its folder instead", account, path);
	return fail(t->why, STATUS_LATER, "account \"%s\": %s cannot be "
	    "replaced, because it or its folder is immutable, so the provider "
	    "is not asked: as root \"chattr -ia %s/%s %s\"", account, path,
	    state, name, SHELL_WORD(path));
}

static int
reserve_file(struct reservation *t, struct newfile *f, int *folder,
    const char *name, size_t size)
{
	const struct scope *s = t->scope;
	int64_t begun = clock_ms(), now;

	if ((*folder = folder_open(s, name, t->why)) == -1 ||
	    (!f->may_be_lost && check_replaceable(t, *folder, name) == -1) ||
	    newfile_reserve(f, *folder, s, name, t->account, size,
	    t->why) == -1)
		return -1;
	now = clock_ms();
	budget_note(t->budget, now - begun);
	return budget_check(t->budget, now, t->account, s->state, t->why);
}

int
reserve_take(struct reserve *r, const struct scope *s, const char *account,
    int with_credential, struct budget *b, struct failure *why)
{
	struct reservation t = { s, account, b, why };
	const char *mark = r->credential.mark;

	*r = (struct reserve){ { -1, -1, -1 }, NEWFILE_INIT, NEWFILE_INIT,
	    NEWFILE_INIT };
	/* Lost, they cost one token request, and a back-off (state.h). */
	r->cache.may_be_lost = r->state.may_be_lost = 1;
	r->credential.mark = mark;
	if (with_credential && reserve_file(&t, &r->credential, &r->folder[0],
	    "credentials", CREDENTIAL_FILE_MAX) == -1)
		return -1;
	if (reserve_file(&t, &r->cache, &r->folder[1], "cache",
	    CACHE_FILE_MAX) == -1)
		return -1;
	return reserve_file(&t, &r->state, &r->folder[2], "state",
	    STATE_FILE_MAX);
}

void
reserve_release(struct reserve *r)
{
	int i;

	newfile_abandon(&r->credential);
	newfile_abandon(&r->cache);
	newfile_abandon(&r->state);
	for (i = 0; i < FILES; i++)
		if (r->folder[i] != -1)
			close(r->folder[i]);
}
