/* root_mail.c - see root_mail.h */
#include "command/root_mail.h"

#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "name.h"
#include "words.h"

#define ROOT "root"
#define BLANKS " \t"
#define BETWEEN ", \t"

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

int
root_mail_has_forward(void)
{
	const struct passwd *pw = getpwuid(0);
	char path[PATH_MAX];

	return pw != NULL && (size_t)snprintf(path, sizeof(path),
	    "%s/.forward", pw->pw_dir) < sizeof(path) &&
	    access(path, F_OK) == 0;
}

int
root_mail_is_plain(const char *mailbox)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+=@-";

	return strchr(mailbox, '@') != NULL && mailbox[0] != '-' &&
	    mailbox[strspn(mailbox, plain)] == '\0';
}
