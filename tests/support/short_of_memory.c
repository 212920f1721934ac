/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * short_of_memory.c - for LD_PRELOAD: the Nth allocation after a token request
 * was sent fails.
 *
 * The request is what send(2) or SSL_write gets that begins with "POST ".
 * SHORT_FROM=N and SHORT_FOR=COUNT say which ones fail; SHORT_REPORT names a
 * file that gets one byte when one has. It is opened at once, as a program may
 * become another user later. Counted over all processes that are forked.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *p, size_t size);

static long from, count;
static int report = -1;
static struct shared {
	atomic_int is_sent;
	atomic_long seen;
} *shared;

static int
fails(void)
{
	long n;

	if (shared == NULL || !atomic_load(&shared->is_sent))
		return 0;
	n = atomic_fetch_add(&shared->seen, 1) + 1;
	if (n < from || n >= from + count)
		return 0;
	if (report != -1 && write(report, "x", 1) == -1)
		_exit(99);
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t number, size_t size)
{
	return fails() ? NULL : __libc_calloc(number, size);
}

void *
realloc(void *p, size_t size)
{
	return size > 0 && fails() ? NULL : __libc_realloc(p, size);
}

static void
look_at(const void *data, size_t len)
{
	if (len > 5 && memcmp(data, "POST ", 5) == 0 && shared != NULL)
		atomic_store(&shared->is_sent, 1);
}

ssize_t
send(int fd, const void *data, size_t len, int flags)
{
	ssize_t n = sendto(fd, data, len, flags, NULL, 0);

	look_at(data, len);
	return n;
}

int
SSL_write(void *ssl, const void *data, int len)
{
	static int (*real)(void *ssl, const void *data, int len);
	int n;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "SSL_write");
	n = real(ssl, data, len);
	look_at(data, len > 0 ? (size_t)len : 0);
	return n;
}

static void __attribute__((constructor))
begin(void)
{
	const char *first = getenv("SHORT_FROM"), *most = getenv("SHORT_FOR");
	const char *path = getenv("SHORT_REPORT");
	void *p;

	if (first == NULL || most == NULL || path == NULL)
		return;
	from = atol(first);
	count = atol(most);
	report = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	p = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED |
	    MAP_ANONYMOUS, -1, 0);
	shared = p != MAP_FAILED ? p : NULL;
}
