/* SPDX-License-Identifier: BSD-2-Clause */
#include "sendmail/recipients.h"

#include <ctype.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/address_list.h"

#define SHOWN_MAX 200		/* bytes of what is no address */
#define USER_MAX 256		/* of a user's name, and its NUL */

static int
has_recipient(const struct recipients *r, const char *address)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		if (address_same(r->address[i], address))
			return 1;
	return 0;
}

static int
add_recipient(struct recipients *r, const char *address, struct failure *why)
{
	if (has_recipient(r, address))
		return 0;
	if (r->count == RECIPIENTS_MAX)
		return fail(why, STATUS_MESSAGE, "the mail has more than %d "
		    "recipients. Send it in parts", RECIPIENTS_MAX);
	if (r->address == NULL && (r->address = calloc(RECIPIENTS_MAX,
	    sizeof(*r->address))) == NULL)
		return fail_memory(why);
	if ((r->address[r->count] = strdup(address)) == NULL)
		return fail_memory(why);
	r->count++;
	return 0;
}

/* 1 also if that cannot be known now. */
static int
is_user(const char *name)
{
	char folded[USER_MAX];
	size_t i = 0;

	for (; name[i] != '\0' && i < sizeof(folded) - 1; i++)
		folded[i] = (char)tolower((unsigned char)name[i]);
	folded[i] = '\0';
	errno = 0;
	return strcmp(folded, "postmaster") == 0 || getpwnam(folded) != NULL ||
	    (errno != 0 && errno != ENOENT && errno != ESRCH &&
	    errno != EBADF && errno != EPERM);
}

/*
 * `root, John <john@x.example>` has two addresses, and `Doe, John <...>`, with
 * the same words in front of the comma, one. A word that is written as names
 * of people are is one if no user is called like it; all others are addresses,
 * because a copy too many is better than a mail that is lost.
 */
static int
is_of_a_name(const char *word)
{
	return isupper((unsigned char)word[0]) && !is_user(word);
}

static int
add_users(struct recipients *r, const struct address *named,
    struct failure *why)
{
	const char *last = memrchr(named->element, ',', named->words_len);
	struct address_scan s = { .text = named->element,
		.len = (size_t)(last - named->element) };
	enum address_step step;
	struct address a;

	while ((step = address_next(&s, &a)) != ADDRESS_END)
		if (step == ADDRESS_FOUND && !is_of_a_name(a.text) &&
		    add_recipient(r, a.text, why) == -1)
			return -1;
	return 0;
}

int
recipients_add(struct recipients *r, const char *list, size_t len,
    struct failure *why)
{
	struct address_scan s = { .text = list, .len = len };
	enum address_step step;
	struct address a;

	while ((step = address_next(&s, &a)) == ADDRESS_FOUND)
		if ((a.words_len > 0 && add_users(r, &a, why) == -1) ||
		    add_recipient(r, a.text, why) == -1)
			return -1;
	if (step == ADDRESS_END)
		return 0;
	return fail(why, STATUS_MESSAGE, "the recipient \"%.*s\" is not a mail "
	    "address", (int)(a.element_len < SHOWN_MAX ? a.element_len :
	    SHOWN_MAX), a.element);
}

void
recipients_free(struct recipients *r)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		free(r->address[i]);
	free(r->address);
	r->address = NULL;
	r->count = 0;
}
