/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/renewal/known_accounts.h"

#include <stdlib.h>
#include <string.h>

int
known_accounts_update(struct known_accounts *r, struct names *n)
{
	struct known_account *next = calloc(n->count + 1, sizeof(*next));
	size_t i, old = 0;
	int order;

	if (next == NULL)
		return -1;
	for (i = 0; i < n->count; i++) {
		for (order = -1; old < r->count; old++) {
			order = strcmp(r->known[old].name, n->name[i]);
			if (order >= 0)
				break;
			free(r->known[old].name);
		}
		if (old < r->count && order == 0) {
			next[i] = r->known[old++];
		} else {
			next[i].name = n->name[i];
			n->name[i] = NULL;
		}
	}
	for (; old < r->count; old++)
		free(r->known[old].name);
	free(r->known);
	r->known = next;
	r->count = n->count;
	return 0;
}

size_t
known_accounts_after(const struct known_accounts *r, const char *name)
{
	size_t low = 0, high = r->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcmp(r->known[middle].name, name) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct known_account *
known_accounts_find(const struct known_accounts *r, const char *name)
{
	size_t after = known_accounts_after(r, name);

	return after > 0 && strcmp(r->known[after - 1].name, name) == 0 ?
	    &r->known[after - 1] : NULL;
}
