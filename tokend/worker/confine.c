/* SPDX-License-Identifier: BSD-2-Clause */
#include "confine.h"

#include <unistd.h>

#include "account/account.h"
#include "common/sandbox.h"
#include "files/folder.h"
#include "grant/program_server.h"

#define MEMORY_MOST (256UL << 20)	/* bytes; a usual refresh takes 10 MB */
#define FILES_MOST 256

/* A path is opened here, a URI by a module of OpenSSL's. */
static int
is_uri(const char *key)
{
	return key != NULL && key[0] != '/';
}

static int
load_account(struct account *a, const struct scope *s, const struct confine *c)
{
	return c->is_draft ? account_load_draft(a, s, c->account, NULL) :
	    account_load(a, s, c->account, NULL);
}

int
confine(const struct scope *s, const struct confine *c, struct failure *why)
{
	struct sandbox box = { .writable = s->state, .memory = MEMORY_MOST,
	    .files = FILES_MOST };
	struct account a = { .name = "" };
	struct failure ignored;
	int result = 0, folder;

	/* What is wrong with the account is the job's to say. */
	if (c->account != NULL && load_account(&a, s, c) == 0) {
		/* A module does what it needs. */
		box.may_write = box.may_exec = is_uri(a.client_key) ||
		    is_uri(a.client_certificate);
		result = programs_start(&a, why);
	}
	account_free(&a);
	/* Only what is there can be opened to writing. */
	if (c->makes_state && (folder = folder_open(s, "lock", &ignored)) != -1)
		close(folder);
	sandbox_enter(&box);
	return result;
}
