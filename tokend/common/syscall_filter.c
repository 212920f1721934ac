/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/syscall_filter.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#ifdef SYSCALL_FILTER_MACHINE

#define PROGRAM_MOST 256
#define X32_BIT 0x40000000	/* x86-64's other calls, by the same number */
#define NEW_NAMESPACES (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | \
	CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

/* The same on all machines since Linux 5.1, and not in each libc's headers. */
enum {
	IO_URING_SETUP = 425,	/* up to FSPICK: io_uring, and new mounts */
	FSPICK = 433,
	CLONE3 = 435,
	PIDFD_GETFD = 438,
	PROCESS_MADVISE = 440,
	MOUNT_SETATTR = 442
};

static const unsigned refused[] = {
#ifndef TOKEND_SANITIZED	/* which looks for leaks by it */
	SYS_ptrace,
#endif
	SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, PIDFD_GETFD,
	PROCESS_MADVISE,
	SYS_bpf, SYS_perf_event_open, SYS_userfaultfd,
	SYS_add_key, SYS_request_key, SYS_keyctl,
	SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, MOUNT_SETATTR,
	SYS_unshare, SYS_setns, SYS_name_to_handle_at, SYS_open_by_handle_at,
	SYS_fanotify_init,
	SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load,
	SYS_reboot, SYS_swapon, SYS_swapoff, SYS_acct, SYS_quotactl,
	SYS_sethostname, SYS_setdomainname, SYS_syslog,
	SYS_settimeofday, SYS_clock_settime, SYS_adjtimex, SYS_clock_adjtime,
#ifdef SYS_iopl
	SYS_iopl, SYS_ioperm, SYS_modify_ldt,
#endif
};

static const unsigned families[] = { AF_UNIX, AF_INET, AF_INET6,
    AF_NETLINK };

struct program {
	struct sock_filter step[PROGRAM_MOST];
	unsigned short count;
};

static void
add_step(struct program *p, unsigned short code, unsigned value,
    unsigned char if_true, unsigned char if_false)
{
	if (p->count < PROGRAM_MOST)
		p->step[p->count++] = (struct sock_filter)BPF_JUMP(code,
		    value, if_true, if_false);
}

static void
load_word(struct program *p, size_t offset)
{
	add_step(p, BPF_LD | BPF_W | BPF_ABS, (unsigned)offset, 0, 0);
}

static void
return_verdict(struct program *p, unsigned verdict)
{
	add_step(p, BPF_RET | BPF_K, verdict, 0, 0);
}

static void
refuse_call(struct program *p, unsigned call, int error)
{
	add_step(p, BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1);
	return_verdict(p, SECCOMP_RET_ERRNO | (unsigned)error);
}

/* Arguments have 64 bits, and the low half is what the kernel takes here. */
static void
load_first_argument(struct program *p)
{
	size_t low = offsetof(struct seccomp_data, args[0]);

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	low += 4;
#endif
	load_word(p, low);
}

static void
add_sockets(struct program *p)
{
	const unsigned char count = sizeof(families) / sizeof(families[0]);
	unsigned char i;

	add_step(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0,
	    (unsigned char)(count + 3));
	load_first_argument(p);
	for (i = 0; i < count; i++)
		add_step(p, BPF_JMP | BPF_JEQ | BPF_K, families[i],
		    (unsigned char)(count - i), 0);
	return_verdict(p, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
	return_verdict(p, SECCOMP_RET_ALLOW);
}

/* clone3 has its flags where no filter sees them; libc then takes clone. */
static void
add_clones(struct program *p)
{
	refuse_call(p, CLONE3, ENOSYS);
	add_step(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4);
	load_first_argument(p);
	add_step(p, BPF_JMP | BPF_JSET | BPF_K, (unsigned)NEW_NAMESPACES, 0, 1);
	return_verdict(p, SECCOMP_RET_ERRNO | EPERM);
	return_verdict(p, SECCOMP_RET_ALLOW);
}

static void
write_program(struct program *p, int may_exec)
{
	size_t i;

	load_word(p, offsetof(struct seccomp_data, arch));
	add_step(p, BPF_JMP | BPF_JEQ | BPF_K, SYSCALL_FILTER_MACHINE, 1, 0);
	return_verdict(p, SECCOMP_RET_ERRNO | EPERM);
	load_word(p, offsetof(struct seccomp_data, nr));
	add_step(p, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
	return_verdict(p, SECCOMP_RET_ERRNO | EPERM);
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		refuse_call(p, refused[i], EPERM);
	add_step(p, BPF_JMP | BPF_JGE | BPF_K, IO_URING_SETUP, 0, 2);
	add_step(p, BPF_JMP | BPF_JGT | BPF_K, FSPICK, 1, 0);
	return_verdict(p, SECCOMP_RET_ERRNO | EPERM);
	if (!may_exec) {
		refuse_call(p, SYS_execve, EPERM);
		refuse_call(p, SYS_execveat, EPERM);
	}
	add_sockets(p);
	add_clones(p);
	return_verdict(p, SECCOMP_RET_ALLOW);
}

void
syscall_filter_enter(int may_exec)
{
	struct program p = { .count = 0 };
	struct sock_fprog filter = { .filter = p.step };

	write_program(&p, may_exec);
	filter.len = p.count;
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0);
}

#else

void
syscall_filter_enter(int may_exec)
{
	(void)may_exec;
}

#endif
