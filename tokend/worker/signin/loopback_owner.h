/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loopback_owner.h - which user is at the other end of a TCP connection on
 * this machine.
 */
#pragma once

/*
 * True if the peer's socket, of a connection over loopback, was made by a
 * process of our own user. False too where the kernel does not tell. Not even
 * root: a service of root's may make requests that another user words.
 */
int loopback_owner_is_us(int fd);
