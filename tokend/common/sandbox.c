/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/sandbox.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/syscall_filter.h"

/* Landlock, of linux/landlock.h: not in each libc's headers. */
#define CREATE_RULESET 444
#define ADD_RULE 445
#define RESTRICT_SELF 446
#define ASK_VERSION 1U
#define RULE_PATH_BENEATH 1
#define FS_WRITE_FILE (1ULL << 1)
#define FS_MAKE_CHAR (1ULL << 6)
#define FS_MAKE_BLOCK (1ULL << 11)
#define FS_CHANGES (0x1ff0ULL | FS_WRITE_FILE)	/* remove and make, any kind */
#define FS_REFER (1ULL << 13)			/* version 2 */
#define FS_TRUNCATE (1ULL << 14)		/* version 3 */

/* Sanitizers map much, and write their reports to a file of the tests'. */
#ifdef TOKEND_SANITIZED
#define IS_SANITIZED 1
#else
#define IS_SANITIZED 0
#endif

struct path_beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

/* All that is writing, as far as this kernel knows it; 0: none of it. */
static uint64_t
known_changes(void)
{
	long version = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);

	if (version < 1)
		return 0;
	return FS_CHANGES | (version >= 2 ? FS_REFER : 0) |
	    (version >= 3 ? FS_TRUNCATE : 0);
}

static void
allow_path(int rules, const char *path, uint64_t what)
{
	struct path_beneath rule = { .allowed = what };

	rule.fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.fd == -1)
		return;
	syscall(ADD_RULE, rules, RULE_PATH_BENEATH, &rule, 0);
	close(rule.fd);
}

static void
confine_writing(const char *writable)
{
	uint64_t changes = known_changes();
	long rules;

	if (changes == 0)
		return;
	rules = syscall(CREATE_RULESET, &changes, sizeof(changes), 0);
	if (rules == -1)
		return;
	if (writable != NULL)
		allow_path((int)rules, writable, changes & ~(FS_MAKE_CHAR |
		    FS_MAKE_BLOCK));
	allow_path((int)rules, "/dev", FS_WRITE_FILE | (changes & FS_TRUNCATE));
	syscall(RESTRICT_SELF, (int)rules, 0);
	close((int)rules);
}

static void
limit_resource(int resource, unsigned long most)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) == 0 &&
	    limit.rlim_max > most) {
		limit.rlim_cur = limit.rlim_max = most;
		setrlimit(resource, &limit);
	}
}

void
sandbox_enter(const struct sandbox *box)
{
	limit_resource(RLIMIT_NOFILE, box->files);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (!IS_SANITIZED)
		limit_resource(RLIMIT_DATA, box->memory);
	if (!IS_SANITIZED && !box->may_write)
		confine_writing(box->writable);
	syscall_filter_enter(box->may_exec);
}

void
guard_process(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
