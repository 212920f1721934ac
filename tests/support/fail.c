/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fail.c - preloaded into a program: its Nth allocation fails.
 *
 *	TOKEND_FAIL_PROGRAM	the program's name; others are left alone
 *	TOKEND_FAIL_WITHIN	counts what is allocated on behalf of this
 *				shared object only; empty for all
 *	TOKEND_FAIL_AFTER	counts only after a request was sent, if set
 *	TOKEND_FAIL_AT		which allocation fails; 0 for none
 *	TOKEND_FAIL_FOR		how many fail from that one on; 1 by default
 *	TOKEND_FAIL_MAP		a file of sizeof(struct report), which is
 *				mapped: what was counted, also by children
 *
 * A run without a failure records the callers of each allocation, as a hash,
 * so that a test can choose one of each kind. A request is what send(2) or
 * SSL_write gets that begins with "POST ".
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACES_MAX 65536
#define FRAMES_MAX 40
#define LOOKUP 1		/* a place; hashes are others */

struct report {
	uint32_t count;
	uint32_t failed;
	uint32_t crashed;	/* the number of the signal */
	uint32_t asked;		/* the count when a request was sent */
	uint32_t is_sent;	/* one was */
	struct place {
		uint32_t way;	/* a hash of all callers; LOOKUP */
		uint32_t ours;	/* of those in the object that counts */
	} places[PLACES_MAX];
};

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void __register_frame(void *table);	/* of libgcc_s, which backtrace uses */

static struct report *report;
static const char *within;
static uint32_t fail_at, fail_for;
static int is_after;
static __thread int is_busy;

struct range {
	uintptr_t begin, end;
};

static int
find_object(struct dl_phdr_info *info, size_t size, void *closure)
{
	struct range *r = closure;
	int i;

	(void)size;
	if (strstr(info->dlpi_name, within) == NULL)
		return 0;
	for (i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD &&
		    (info->dlpi_phdr[i].p_flags & PF_X) != 0) {
			r->begin = info->dlpi_addr +
			    info->dlpi_phdr[i].p_vaddr;
			r->end = r->begin + info->dlpi_phdr[i].p_memsz;
		}
	return 1;
}

/*
 * glibc looks users and groups up by code that crashes without memory
 * (nss_database.c of 2.36: assert, and NULL). Not ours to test.
 */
static int
is_lookup(const void *address)
{
	static const char *const names[] = {
		"getpwnam", "getpwuid", "getgrnam", "getgrouplist",
		"initgroups"
	};
	Dl_info info;
	size_t i = 0;

	if (dladdr(address, &info) == 0 || info.dli_sname == NULL)
		return 0;
	while (i < sizeof(names) / sizeof(names[0]) &&
	    strncmp(info.dli_sname, names[i], strlen(names[i])) != 0)
		i++;
	return i < sizeof(names) / sizeof(names[0]);
}

static uint32_t
add_frame(uint32_t hash, uintptr_t address)
{
	return (hash ^ (uint32_t)(address ^ address >> 32)) * 16777619U;
}

/* Without a name it is the program, which is the first object. */
static struct place
find_place(void)
{
	void *frames[FRAMES_MAX];
	int i, n = backtrace(frames, FRAMES_MAX);
	struct range r = { 0, 0 };
	struct place p = { 0, 0 };

	dl_iterate_phdr(find_object, &r);
	for (i = 2; i < n; i++) {
		uintptr_t address = (uintptr_t)frames[i];

		p.way = add_frame(p.way, address);
		if (address >= r.begin && address < r.end)
			p.ours = add_frame(p.ours, address);
	}
	for (i = 2; i < n && fail_at == 0 && p.way != LOOKUP; i++)
		if (is_lookup(frames[i]))
			p.way = LOOKUP;
	return p;
}

static int
must_fail(void)
{
	struct place place = { 0, 1 };
	uint32_t number;

	if (report == NULL || is_busy || (is_after && !report->is_sent))
		return 0;
	is_busy = 1;
	if (fail_at == 0 || within[0] != '\0')
		place = find_place();
	is_busy = 0;
	if (place.ours == 0 && within[0] != '\0')
		return 0;
	number = __atomic_add_fetch(&report->count, 1, __ATOMIC_SEQ_CST);
	if (fail_at == 0 && number <= PLACES_MAX)
		report->places[number - 1] = place;
	if (fail_at == 0 || number < fail_at || number - fail_at >= fail_for)
		return 0;
	report->failed = 1;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return must_fail() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return must_fail() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *old, size_t size)
{
	return size > 0 && must_fail() ? NULL : __libc_realloc(old, size);
}

static void
note_request(const void *data, size_t len)
{
	if (report == NULL || len <= 5 || memcmp(data, "POST ", 5) != 0)
		return;
	report->asked = report->count;
	report->is_sent = 1;
}

/* libcurl's, of a provider without TLS. */
ssize_t
send(int fd, const void *data, size_t len, int flags)
{
	ssize_t n = sendto(fd, data, len, flags, NULL, 0);

	note_request(data, len);
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
	note_request(data, len > 0 ? (size_t)len : 0);
	return n;
}

/*
 * Our programs have no .eh_frame (configure.ac). The same tables are in the
 * .debug_frame of their files: with the addresses as they are now, and with
 * .eh_frame's way to name an entry's CIE, backtrace(3) reads those.
 */
static void
convert_frames(char *table, size_t size, uintptr_t base)
{
	uint32_t length, cie;
	uintptr_t begin;
	size_t at;

	for (at = 0; at + 8 + sizeof(begin) <= size; at += 4 + length) {
		memcpy(&length, table + at, sizeof(length));
		memcpy(&cie, table + at + 4, sizeof(cie));
		if (cie != UINT32_MAX) {	/* of an address, not a CIE */
			cie = (uint32_t)at + 4 - cie;
			memcpy(&begin, table + at + 8, sizeof(begin));
			if (begin != 0)		/* 0: the linker dropped it */
				begin += base;
			memcpy(table + at + 8, &begin, sizeof(begin));
		} else {
			cie = 0;
		}
		memcpy(table + at + 4, &cie, sizeof(cie));
	}
	memset(table + at, 0, 4);
}

static void
register_frames(const char *file, size_t size, uintptr_t base)
{
	const ElfW(Ehdr) *head = (const void *)file;
	const ElfW(Shdr) *all = (const void *)(file + head->e_shoff), *one;
	const char *names = file + all[head->e_shstrndx].sh_offset;
	char *table;
	int i;

	for (i = 0; i < head->e_shnum; i++) {
		one = &all[i];
		if (strcmp(names + one->sh_name, ".debug_frame") != 0 ||
		    one->sh_offset + one->sh_size > size)
			continue;
		table = mmap(NULL, one->sh_size + 4, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (table == MAP_FAILED)
			return;
		memcpy(table, file + one->sh_offset, one->sh_size);
		convert_frames(table, one->sh_size, base);
		__register_frame(table);
	}
}

/* The first object is the program. */
static int
register_program(struct dl_phdr_info *info, size_t size, void *closure)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *file;

	(void)size;
	(void)closure;
	if (fd == -1)
		return 1;
	if (fstat(fd, &st) == 0) {
		file = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE,
		    fd, 0);
		if (file != MAP_FAILED) {
			register_frames(file, (size_t)st.st_size,
			    info->dlpi_addr);
			munmap(file, (size_t)st.st_size);
		}
	}
	close(fd);
	return 1;
}

/* For programs whose end nobody sees: they are nobody's children. */
static void
note_crash(int number)
{
	void *frames[FRAMES_MAX];

	report->crashed = (uint32_t)number;
	backtrace_symbols_fd(frames, backtrace(frames, FRAMES_MAX),
	    STDERR_FILENO);
	signal(number, SIG_DFL);
	raise(number);
}

static void __attribute__((constructor))
begin(void)
{
	const char *program = getenv("TOKEND_FAIL_PROGRAM");
	const char *map = getenv("TOKEND_FAIL_MAP");
	const char *at = getenv("TOKEND_FAIL_AT");
	const char *most = getenv("TOKEND_FAIL_FOR");
	void *frame[1], *mapped;
	int fd;

	if (program == NULL || map == NULL || at == NULL ||
	    strcmp(program, program_invocation_short_name) != 0 ||
	    (fd = open(map, O_RDWR | O_CLOEXEC)) == -1)
		return;
	within = getenv("TOKEND_FAIL_WITHIN");
	if (within == NULL)
		within = "";
	is_after = getenv("TOKEND_FAIL_AFTER") != NULL;
	fail_at = (uint32_t)strtoul(at, NULL, 10);
	fail_for = most != NULL ? (uint32_t)strtoul(most, NULL, 10) : 1;
	dl_iterate_phdr(register_program, NULL);
	backtrace(frame, 1);	/* loads its library, once */
	mapped = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	close(fd);
	if (mapped == MAP_FAILED)
		return;
	report = mapped;
	signal(SIGSEGV, note_crash);
	signal(SIGBUS, note_crash);
	signal(SIGABRT, note_crash);
}
