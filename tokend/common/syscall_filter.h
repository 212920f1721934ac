/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * syscall_filter.h - system calls that no process of ours ever needs.
 */
#pragma once

#include <linux/audit.h>

/* What the numbers of the calls belong to; other machines have no filter. */
#if defined(__x86_64__) && !defined(__ILP32__)
#define SYSCALL_FILTER_MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define SYSCALL_FILTER_MACHINE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define SYSCALL_FILTER_MACHINE AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define SYSCALL_FILTER_MACHINE AUDIT_ARCH_PPC64LE
#elif defined(__arm__) && defined(__ARM_EABI__)
#define SYSCALL_FILTER_MACHINE AUDIT_ARCH_ARM
#endif

/*
 * Lets them fail with EPERM from now on, here and in all children: to trace,
 * to mount, to change namespaces, modules, keys, BPF, io_uring and the like;
 * sockets but local ones, IPv4, IPv6 and netlink; and exec, unless may_exec.
 * A list of what is refused and not of what is allowed, as libc, its name
 * services and OpenSSL's modules call what they like. no_new_privs must be
 * set. Without an effect where the kernel or the machine is not known.
 */
void syscall_filter_enter(int may_exec);
