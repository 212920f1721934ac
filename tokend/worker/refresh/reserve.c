/* reserve.c - see reserve.h */
#include "refresh/reserve.h"

#include <unistd.h>

#include "account/folder.h"
#include "account/state.h"
#include "cachefile.h"
#include "store/store.h"

static int
take_one(struct newfile *f, int *folder, const struct scope *s,
    const char *name, const char *account, size_t size, struct failure *why)
{
	if ((*folder = folder_open(s, name, why)) == -1)
		return -1;
	return newfile_reserve(f, *folder, s, name, account, size, why);
}

int
reserve_take(struct reserve *r, const struct scope *s, const char *account,
    int with_credential, struct failure *why)
{
	*r = (struct reserve){ { -1, -1, -1 }, NEWFILE_INIT, NEWFILE_INIT,
	    NEWFILE_INIT };
	/* Lost, they cost one token request, and a back-off (state.h). */
	r->cache.may_be_lost = r->state.may_be_lost = 1;
	if (with_credential && take_one(&r->credential, &r->folder[0], s,
	    "credentials", account, CREDENTIAL_FILE_MAX, why) == -1)
		return -1;
	if (take_one(&r->cache, &r->folder[1], s, "cache", account,
	    CACHE_FILE_MAX, why) == -1)
		return -1;
	return take_one(&r->state, &r->folder[2], s, "state", account,
	    STATE_FILE_MAX, why);
}

void
reserve_release(struct reserve *r)
{
	int i;

	newfile_abandon(&r->credential);
	newfile_abandon(&r->cache);
	newfile_abandon(&r->state);
	for (i = 0; i < 3; i++)
		if (r->folder[i] != -1)
			close(r->folder[i]);
}
