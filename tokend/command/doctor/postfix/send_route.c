/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * send_route.c - the accounts by which pipe(8) hands mail to tokend-sendmail:
 * "TRANSPORT:ACCOUNT", in a parameter or a table (setup/postfix/relay_send.c).
 */
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "command/doctor/accounts/accounts.h"
#include "command/doctor/postfix/check_context.h"
#include "command/postfix/map.h"
#include "base/name.h"

#define PROGRAM "tokend-sendmail"
#define NEXT_HOP "--account ${nexthop}"
#define USER "user="
#define NAMES_MAX 65536		/* bytes of all accounts */

struct send_routes {
	struct check_context *c;
	struct buf services;	/* master.cf's lines, each ended by a NUL */
	struct buf names;	/* of the accounts so far, the same */
	unsigned count;
	char file[SCOPE_PATH_MAX + 16];
};

/* The line of tokend's transport of that name, or NULL. */
static const char *
find_service(const struct send_routes *s, const char *name, size_t name_len)
{
	const char *line = buf_text(&s->services);
	const char *end = line + s->services.len, *word, *type;
	size_t len, type_len;

	for (; line < end; line += strlen(line) + 1)
		if ((word = words_next(line, &len)) != NULL &&
		    len == name_len && memcmp(word, name, len) == 0 &&
		    (type = words_next(word + len, &type_len)) != NULL &&
		    words_equal(type, type_len, "unix", 4))
			return strstr(line, PROGRAM) != NULL &&
			    strstr(line, NEXT_HOP) != NULL ? line : NULL;
	return NULL;
}

/* NULL also where a group follows the name: allow may list that. */
static const struct passwd *
find_user(const char *line)
{
	char name[64];
	size_t len;

	for (; (line = words_next(line, &len)) != NULL; line += len)
		if (strncmp(line, USER, strlen(USER)) == 0) {
			snprintf(name, sizeof(name), "%.*s",
			    (int)(len - strlen(USER)), line + strlen(USER));
			return getpwnam(name);
		}
	return NULL;
}

static int
is_new(struct send_routes *s, const char *name)
{
	const char *at = buf_text(&s->names), *end = at + s->names.len;

	for (; at < end; at += strlen(at) + 1)
		if (strcmp(at, name) == 0)
			return 0;
	/* Without room for it the same may be reported twice. */
	(void)buf_add(&s->names, name, strlen(name) + 1);
	return 1;
}

static void
check_value(struct send_routes *s, const char *value)
{
	struct check_context *c = s->c;
	const size_t len = strcspn(value, ":");
	struct mail_queue q = { .check = c->check, .file = s->file,
	    .program = "pipe(8)", .scope = &c->scope };
	char name[NAME_MAX_LEN + 1];
	const char *line;

	if (value[len] != ':' ||
	    (line = find_service(s, value, len)) == NULL ||
	    name_fold(name, value + len + 1, strlen(value + len + 1), NULL) ==
	    -1 || !is_new(s, name))
		return;
	s->count++;
	queue_user(&q, find_user(line));
	if ((c->d->account == NULL || strcmp(c->d->account, name) == 0) &&
	    check_queue_account(c->d, &q, name))
		report_postfix(c, RELAY_SENDS,
		    KNOWN_VALUES({ "account", name }));
}

static void
check_table(struct send_routes *s, const char *parameter)
{
	struct buf lines = BUF_INIT(POSTFIX_TEXT_MAX);
	char *line, *at, *value;

	/* One that cannot be listed has no route that is known. */
	map_list(s->c->p, postfix_value(s->c->p, NULL, parameter), &lines);
	for (at = lines.data; (line = postfix_next_line(&at)) != NULL; )
		if ((value = map_value(line)) != NULL)
			check_value(s, value);
	buf_free(&lines);
}

unsigned
check_send_routes(struct check_context *c)
{
	struct send_routes s = { .c = c, .services = BUF_INIT(
	    POSTFIX_TEXT_MAX), .names = BUF_INIT(NAMES_MAX) };
	struct failure why;
	size_t i;

	snprintf(s.file, sizeof(s.file), "%s/main.cf", c->p->config);
	if (postfix_tool(c->p->config, "postconf", &s.services, &why, "-M",
	    (char *)NULL) == 0) {
		for (i = 0; i < s.services.len; i++)
			if (s.services.data[i] == '\n')
				s.services.data[i] = '\0';
		check_value(&s, postfix_value(c->p, NULL,
		    "default_transport"));
		check_value(&s, postfix_value(c->p, NULL, "relay_transport"));
		check_table(&s, "sender_dependent_default_transport_maps");
		check_table(&s, "transport_maps");
	}
	buf_free(&s.services);
	buf_free(&s.names);
	return s.count;
}
