/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * syscall_filter.h - system calls that no process of ours ever needs.
 */
#pragma once

/*
 * Lets them fail with EPERM from now on, here and in all children: to trace,
 * to mount, to change namespaces, modules, keys, BPF, io_uring and the like;
 * sockets but local ones, IPv4, IPv6 and netlink; and exec, unless may_exec.
 * A list of what is refused and not of what is allowed, as libc, its name
 * services and OpenSSL's modules call what they like. no_new_privs must be
 * set. Without an effect where the kernel or the machine is not known.
 */
void syscall_filter_enter(int may_exec);
