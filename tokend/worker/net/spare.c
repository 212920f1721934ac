/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/spare.h"

#include <malloc.h>
#include <openssl/crypto.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>
#include <unistd.h>

/*
 * A record of TLS is 16 kB, all lines of a head are 64 kB at most (http.h),
 * and libcurl keeps two copies of each. What is handed out does not come back.
 */
#define SPARE_SIZE (512 * 1024)

/* In front of each piece; it keeps what follows aligned for anything. */
union piece {
	size_t size;
	max_align_t align;
};

static unsigned char *spare;
/* libcurl resolves names in a thread. */
static atomic_size_t used;
static int has_begun;

static int
is_spare(const void *p)
{
	uintptr_t at = (uintptr_t)p, begin = (uintptr_t)spare;

	return spare != NULL && at >= begin && at < begin + SPARE_SIZE;
}

static void *
hand_out(size_t size)
{
	size_t room, begin;
	union piece *p;

	if (spare == NULL || size > SPARE_SIZE - sizeof(*p))
		return NULL;
	room = (size + 2 * sizeof(*p) - 1) / sizeof(*p) * sizeof(*p);
	begin = atomic_fetch_add(&used, room);
	if (begin > SPARE_SIZE - room)
		return NULL;
	p = (union piece *)(void *)(spare + begin);
	p->size = size;
	return p + 1;
}

static void *
allocate_memory(size_t size)
{
	void *p = malloc(size);

	return p != NULL || size == 0 ? p : hand_out(size);
}

static void *
allocate_zeroed(size_t count, size_t size)
{
	void *p = calloc(count, size);

	/* The pages are fresh, and are handed out once. */
	return p != NULL || (size > 0 && count > SPARE_SIZE / size) ? p :
	    hand_out(count * size);
}

static void
release_memory(void *p)
{
	if (!is_spare(p))
		free(p);
}

static size_t
find_size(void *p)
{
	return is_spare(p) ? ((const union piece *)p - 1)->size :
	    malloc_usable_size(p);
}

static void *
resize_piece(void *p, size_t size)
{
	void *other = is_spare(p) ? allocate_memory(size) : realloc(p, size);
	size_t before = 0;

	if (other == NULL && size > 0 && !is_spare(p))
		other = hand_out(size);
	else if (!is_spare(p))
		return other;
	/* One of both is spare: what was there is moved by hand. */
	if (other != NULL && p != NULL) {
		before = find_size(p);
		memcpy(other, p, before < size ? before : size);
		release_memory(p);
	}
	return other;
}

static char *
copy_string(const char *string)
{
	size_t size = strlen(string) + 1;
	void *p = allocate_memory(size);

	return p != NULL ? memcpy(p, string, size) : NULL;
}

/*
 * OpenSSL tells file and line. Where 3.5 gets no memory to begin with, it waits
 * for its own beginning, to report that, and would never end.
 */
static void *
crypto_allocate(size_t size, const char *file, int line)
{
	void *p = size > 0 ? allocate_memory(size) : NULL;

	(void)file;
	(void)line;
	if (p == NULL && size > 0 && !has_begun)
		_exit(EX_TEMPFAIL);
	return p;
}

static void *
crypto_resize(void *p, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	if (size > 0)
		return resize_piece(p, size);
	release_memory(p);
	return NULL;
}

static void
crypto_release(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	release_memory(p);
}

void
spare_begin(void)
{
	/* Refused once OpenSSL has allocated: then it uses malloc alone. */
	(void)CRYPTO_set_mem_functions(crypto_allocate, crypto_resize,
	    crypto_release);
	/*
	 * At exit it would close what a PKCS#11 loader left open, in a module
	 * that has cleaned up before: the worker would crash after its answer.
	 */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
	has_begun = 1;
}

CURLcode
spare_init_curl(void)
{
	return curl_global_init_mem(CURL_GLOBAL_DEFAULT, allocate_memory,
	    release_memory, resize_piece, copy_string, allocate_zeroed);
}

int
spare_reserve(void)
{
	void *p;

	if (spare != NULL)
		return 0;
	p = mmap(NULL, SPARE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE |
	    MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (p == MAP_FAILED)
		return -1;
	spare = p;
	return 0;
}
