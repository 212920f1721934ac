/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/loopback_owner.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ADDRESS_MAX 48		/* 32 digits, ':', 4 digits, NUL */
#define LINE_SIZE 512
#define LINES_MOST 500000	/* connections of a machine */

union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

/* As /proc/net/tcp has it: words of the machine's own byte order, proc(5). */
static void
write_address(char out[ADDRESS_MAX], const union address *a)
{
	uint32_t word[4];

	if (a->any.sa_family == AF_INET) {
		snprintf(out, ADDRESS_MAX, "%08X:%04X",
		    (unsigned)a->four.sin_addr.s_addr,
		    (unsigned)ntohs(a->four.sin_port));
		return;
	}
	memcpy(word, &a->six.sin6_addr, sizeof(word));
	snprintf(out, ADDRESS_MAX, "%08X%08X%08X%08X:%04X",
	    (unsigned)word[0], (unsigned)word[1], (unsigned)word[2],
	    (unsigned)word[3], (unsigned)ntohs(a->six.sin6_port));
}

static int
read_address(char out[ADDRESS_MAX], int fd,
    int (*which)(int, struct sockaddr *, socklen_t *))
{
	union address a = { .any.sa_family = AF_UNSPEC };
	socklen_t len = sizeof(a);

	if (which(fd, &a.any, &len) == -1 ||
	    (a.any.sa_family != AF_INET && a.any.sa_family != AF_INET6))
		return -1;
	write_address(out, &a);
	return a.any.sa_family;
}

/* The owner of the socket from near to far; 0, or -1: there is none. */
static int
find_owner(FILE *table, const char *near, const char *far, uid_t *owner)
{
	char line[LINE_SIZE], local[ADDRESS_MAX], remote[ADDRESS_MAX];
	unsigned long uid = 0, inode = 0;
	long lines = 0;

	while (lines++ < LINES_MOST && fgets(line, sizeof(line), table) !=
	    NULL)
		/* One that was closed is no process's, and shows root. */
		if (sscanf(line, " %*s %47s %47s %*s %*s %*s %*s %lu %*s %lu",
		    local, remote, &uid, &inode) == 4 && inode != 0 &&
		    strcmp(local, near) == 0 && strcmp(remote, far) == 0) {
			*owner = (uid_t)uid;
			return 0;
		}
	return -1;
}

int
loopback_owner_is_us(int fd)
{
	char peer[ADDRESS_MAX] = "", ours[ADDRESS_MAX] = "";
	int family = read_address(peer, fd, getpeername), found = -1;
	uid_t owner = 0;
	FILE *table;

	if (family == -1 || read_address(ours, fd, getsockname) != family)
		return 0;
	table = fopen(family == AF_INET ? "/proc/net/tcp" : "/proc/net/tcp6",
	    "re");
	if (table != NULL) {
		found = find_owner(table, peer, ours, &owner);
		fclose(table);
	}
	return found == 0 && owner == geteuid();
}
