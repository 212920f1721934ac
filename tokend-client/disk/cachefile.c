/* SPDX-License-Identifier: BSD-2-Clause */
#include "disk/cachefile.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/name.h"
#include "base/number.h"

#define CACHE_VERSION "1"
#define READ_STEP 4000	/* with its NUL in one allocation of 4096 */
#define CLOCK_BACK_MAX 300	/* seconds */

void
cache_stamp(char stamp[STAMP_MAX], const struct stat *st)
{
	const int64_t part[] = { st->st_mtim.tv_sec, st->st_mtim.tv_nsec,
	    st->st_size, (int64_t)st->st_ino };
	size_t i, at = 0;

	for (i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		at += number_write(stamp + at, part[i]);
		stamp[at++] = '.';
	}
	stamp[at - 1] = '\0';
}

static int
read_attributes(struct cache *c, struct attrs *a)
{
	/* In the order of cache_format. */
	c->id = attrs_get(a, "id");
	c->token = attrs_get(a, "token");
	if (c->id == NULL || strlen(c->id) != TOKEN_ID_LEN ||
	    c->token == NULL || !token_is_clean(c->token, strlen(c->token)) ||
	    attrs_number(a, "issued", &c->issued) == -1 ||
	    attrs_number(a, "fresh_until", &c->fresh_until) == -1 ||
	    attrs_number(a, "expires", &c->expires) == -1 ||
	    attrs_number(a, "min_valid", &c->min_valid) == -1)
		return -1;
	c->hosts = attrs_get(a, "hosts");
	c->refused = attrs_get(a, "refused");
	c->allow = attrs_get(a, "allow");
	c->users.user = attrs_get(a, "user");
	c->users.smtp = attrs_get(a, "user_smtp");
	c->users.imap = attrs_get(a, "user_imap");
	c->users.pop = attrs_get(a, "user_pop");
	c->stamp = attrs_get(a, "stamp");
	if (c->refused == NULL)
		c->refused = "";
	if (c->allow == NULL)
		c->allow = "";
	return c->hosts == NULL || c->stamp == NULL ? -1 : 0;
}

int
cache_parse(struct cache *c)
{
	struct attrs a;
	const char *version, *end;

	if (attrs_parse(&a, &c->file, NULL) == -1)
		return -1;
	version = a.count > 0 && strcmp(a.attr[0].name, "tokend-cache") == 0 ?
	    a.attr[0].value : "";
	end = attrs_get(&a, "end");
	if (strcmp(version, CACHE_VERSION) != 0 || end == NULL ||
	    strcmp(end, "yes") != 0)
		return -1;
	return read_attributes(c, &a);
}

/* Reads until the empty line: one system call, and no look for the end. */
static int
read_message(int fd, struct buf *b)
{
	ssize_t n;

	do {
		if (buf_room(b, READ_STEP) == -1)
			return -1;
		n = read(fd, b->data + b->len, READ_STEP);
		if (n == -1 && errno != EINTR)
			return -1;
		if (n > 0)
			b->len += (size_t)n;
	} while (n != 0 && (b->len < 2 || b->data[b->len - 1] != '\n' ||
	    b->data[b->len - 2] != '\n'));
	if (b->data != NULL)
		b->data[b->len] = '\0';
	return 0;
}

int
cache_read(struct cache *c, int fd, const char *stamp, int64_t now)
{
	if (read_message(fd, &c->file) == -1 || cache_parse(c) == -1)
		return -1;
	return strcmp(c->stamp, stamp) != 0 ||
	    now < c->issued - CLOCK_BACK_MAX ? -1 : 0;
}

int
cache_format(const struct cache *c, struct buf *b)
{
	if (attrs_add(b, "tokend-cache", CACHE_VERSION) == -1 ||
	    attrs_add(b, "id", c->id) == -1 ||
	    attrs_add(b, "token", c->token) == -1 ||
	    attrs_addnum(b, "issued", c->issued) == -1 ||
	    attrs_addnum(b, "fresh_until", c->fresh_until) == -1 ||
	    attrs_addnum(b, "expires", c->expires) == -1 ||
	    attrs_addnum(b, "min_valid", c->min_valid) == -1 ||
	    attrs_add(b, "hosts", c->hosts) == -1 ||
	    attrs_add(b, "refused", c->refused) == -1 ||
	    attrs_add(b, "allow", c->allow) == -1 ||
	    attrs_add(b, "user", c->users.user) == -1 ||
	    attrs_add(b, "user_smtp", c->users.smtp) == -1 ||
	    attrs_add(b, "user_imap", c->users.imap) == -1 ||
	    attrs_add(b, "user_pop", c->users.pop) == -1 ||
	    attrs_add(b, "stamp", c->stamp) == -1 ||
	    attrs_add(b, "end", "yes") == -1)
		return -1;
	return attrs_end(b);
}

void
cache_free(struct cache *c)
{
	buf_free(&c->file);
	c->token = NULL;
}

const char *
users_for_service(const struct users *u, const char *service)
{
	const char *user = NULL;

	if (service == NULL)
		return u->user;
	if (strcmp(service, "smtp") == 0 || strcmp(service, "lmtp") == 0 ||
	    strcmp(service, "submission") == 0)
		user = u->smtp;
	else if (strcmp(service, "imap") == 0)
		user = u->imap;
	else if (strcmp(service, "pop") == 0 || strcmp(service, "pop3") == 0)
		user = u->pop;
	return user != NULL ? user : u->user;
}
