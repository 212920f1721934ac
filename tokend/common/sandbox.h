/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.h - what a process of ours gives up for good once it has all that
 * it needs: if foreign bytes make it do what it should not, that is little.
 *
 * No privileges by set-user-ID programs (no_new_privs), no other programs at
 * all, no system calls that reach into other processes or into the kernel's
 * rarer parts (syscall_filter.h), no writing outside of one folder
 * (Landlock), and little memory. Children inherit all of it, so a process
 * that has to start programs with all rights is started before.
 *
 * What this kernel does not have is left out: each part is worth something by
 * itself, and none is what tokend relies on.
 */
#pragma once

/*
 * No core file, no ptrace(2), no /proc/PID/mem for processes of the same user:
 * secrets will pass through this process. The first call in main(), because
 * what is read earlier is in memory already. A change of user resets it.
 */
void guard_process(void);

struct sandbox {
	/*
	 * The folder that may be written below; /dev, too. NULL: none, and
	 * where it does not exist.
	 */
	const char *writable;
	int may_write;		/* anywhere */
	int may_exec;		/* any program, still without privileges */
	unsigned long memory;	/* bytes of data in all (RLIMIT_DATA) */
	unsigned long files;	/* open at a time */
};

void sandbox_enter(const struct sandbox *box);
