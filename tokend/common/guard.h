/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guard.h - what a process of ours gives up before it reads anything.
 */
#ifndef TOKEND_GUARD_H
#define TOKEND_GUARD_H

/*
 * No core file, no ptrace(2), no /proc/PID/mem for processes of the same user:
 * secrets will pass through this process. The first call in main(), because
 * what is read earlier is in memory already. A change of user resets it.
 */
void guard_process(void);

#endif
