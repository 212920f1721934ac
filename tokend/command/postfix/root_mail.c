/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/postfix/root_mail.h"

#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/name.h"

#define ROOT "root"
#define BLANKS " \t"
#define BETWEEN ", \t"
#define SEPARATORS ", \t\r\n"
#define DEPTH_MAX 10		/* aliases of aliases */
#define FORWARD_MAX 4096	/* bytes of a .forward file that are read */
#define LIST_MAX 65536

void
root_mail_domain(const char *myorigin, char domain[ORIGIN_MAX])
{
	ssize_t n;
	int fd;

	snprintf(domain, ORIGIN_MAX, "%s", myorigin);
	if (domain[0] != '/')
		return;
	fd = open(domain, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	n = fd != -1 ? read(fd, domain, ORIGIN_MAX - 1) : -1;
	domain[n > 0 ? n : 0] = '\0';
	domain[strcspn(domain, BLANKS "\r\n")] = '\0';
	if (fd != -1)
		close(fd);
}

enum origin
root_mail_origin(const char *domain, const char *mydestination)
{
	enum origin otherwise = ORIGIN_ELSEWHERE;
	const char *at = mydestination;
	size_t len;

	for (;; at += len) {
		at += strspn(at, BETWEEN);
		if ((len = strcspn(at, BETWEEN)) == 0)
			return otherwise;
		if (words_equal(at, len, domain, strlen(domain)))
			return ORIGIN_LOCAL;
		if (*at == '/' || memchr(at, ':', len) != NULL)
			otherwise = ORIGIN_UNKNOWN;
	}
}

/* Whether a line begins with root's name, bare or in quotes, and a colon. */
static int
is_roots(const char *line)
{
	const size_t quoted = line[0] == '"', len = strlen(ROOT);

	if (!equal_folded(line + quoted, ROOT, len))
		return 0;
	line += quoted + len;
	if (quoted && *line++ != '"')
		return 0;
	return line[strspn(line, BLANKS)] == ':';
}

int
root_mail_has_alias(const char *aliases)
{
	for (; *aliases != '\0'; aliases += strcspn(aliases, "\n"),
	    aliases += *aliases == '\n')
		if (is_roots(aliases))
			return 1;
	return 0;
}

static enum truth follow(const struct root_mail *m, const char *name,
    int depth, char last[ORIGIN_MAX], struct failure *why);

/* The text of the user's .forward; empty if there is none to be read. */
static int
read_forward(const char *name, struct buf *text, struct failure *why)
{
	const struct passwd *pw = getpwnam(name);
	char path[PATH_MAX], block[FORWARD_MAX];
	ssize_t n = 0;
	int fd;

	if (pw == NULL || (size_t)snprintf(path, sizeof(path), "%s/.forward",
	    pw->pw_dir) >= sizeof(path))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd != -1) {
		n = read(fd, block, sizeof(block));
		close(fd);
	}
	return n > 0 && buf_add(text, block, (size_t)n) == -1 ?
	    fail_memory(why) : 0;
}

/* One of the names that an alias or a .forward file has. */
static enum truth
follow_one(const struct root_mail *m, const char *from, const char *target,
    int depth, char last[ORIGIN_MAX], struct failure *why)
{
	char name[ORIGIN_MAX];
	const char *at = strrchr(target, '@');

	/* A file, a program or a list of addresses. */
	if (strchr("/|:", target[0]) != NULL)
		return IS_TRUE;
	if (at != NULL && root_mail_origin(at + 1, m->mydestination) !=
	    ORIGIN_LOCAL)
		return IS_TRUE;
	snprintf(name, sizeof(name), "%.*s", (int)(at != NULL ? at - target :
	    (ptrdiff_t)strlen(target)), target);
	/* "\bob" is bob's mailbox, and so is bob's own name. */
	if (name[0] == '\\' || strcasecmp(name, from) == 0) {
		snprintf(last, ORIGIN_MAX, "%s", name + (name[0] == '\\'));
		return IS_FALSE;
	}
	return depth >= DEPTH_MAX ? IS_TRUE :
	    follow(m, name, depth + 1, last, why);
}

/* All of them; commas and lines are between. Without any it stays, too. */
static enum truth
follow_list(const struct root_mail *m, const char *from, const char *list,
    int depth, char last[ORIGIN_MAX], struct failure *why)
{
	char target[ORIGIN_MAX];
	enum truth leaves = IS_FALSE;
	size_t len, quoted;

	for (; leaves == IS_FALSE && *list != '\0'; list += len) {
		list += strspn(list, SEPARATORS);
		if (*list == '#') {
			len = strcspn(list, "\n");
			continue;
		}
		quoted = *list == '"';
		list += quoted;
		len = strcspn(list, quoted ? "\"\n" : ",\r\n");
		snprintf(target, sizeof(target), "%.*s", (int)len, list);
		if (!quoted)
			target[strcspn(target, BLANKS)] = '\0';
		len += quoted && list[len] == '"';
		if (target[0] != '\0')
			leaves = follow_one(m, from, target, depth, last, why);
	}
	return leaves;
}

/* Aliases of two kinds: virtual(5) has addresses, too. */
static enum lookup
find_alias(const struct root_mail *m, const char *name, struct buf *list,
    struct failure *why)
{
	static const char virtual[] = "virtual_alias_maps";
	char address[2 * ORIGIN_MAX];
	enum lookup found = m->find(m->with, virtual, name, list, why);

	if (found == LOOKUP_ABSENT) {
		snprintf(address, sizeof(address), "%s@%s", name, m->domain);
		found = m->find(m->with, virtual, address, list, why);
	}
	return found != LOOKUP_ABSENT ? found :
	    m->find(m->with, "alias_maps", name, list, why);
}

static enum truth
follow(const struct root_mail *m, const char *name, int depth,
    char last[ORIGIN_MAX], struct failure *why)
{
	struct buf list = BUF_INIT(LIST_MAX);
	enum lookup found = find_alias(m, name, &list, why);
	enum truth leaves = IS_UNKNOWN;

	snprintf(last, ORIGIN_MAX, "%s", name);
	if (found == LOOKUP_FOUND || (found == LOOKUP_ABSENT &&
	    read_forward(name, &list, why) == 0))
		leaves = follow_list(m, name, buf_text(&list), depth, last,
		    why);
	buf_free(&list);
	return leaves;
}

enum truth
root_mail_leaves(const struct root_mail *m, char last[ORIGIN_MAX],
    struct failure *why)
{
	return follow(m, ROOT, 0, last, why);
}

int
root_mail_is_name(const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	return name[0] != '\0' && name[0] != '-' &&
	    name[strspn(name, plain)] == '\0';
}

int
root_mail_is_plain(const char *mailbox)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+=@-";

	return strchr(mailbox, '@') != NULL && mailbox[0] != '-' &&
	    mailbox[strspn(mailbox, plain)] == '\0';
}

void
sender_rule_find(struct sender_rule *rule, enum origin origin,
    const char *domain, int by_pipe)
{
	int is_ours = origin == ORIGIN_LOCAL;
	int is_generic = is_ours && !by_pipe;

	rule->parameter = is_generic ? "smtp_generic_maps" :
	    "sender_canonical_maps";
	rule->file = is_generic ? "/tokend_generic" : "/tokend_canonical";
	snprintf(rule->key, sizeof(rule->key), "%s@%s", is_ours ? "" : "root",
	    domain);
}
