/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.h - what is known of the program that has loaded the plugin.
 */
#pragma once

/*
 * True for a program that makes the second step after each login that the
 * server took, also without data from it (HACKING has what was measured).
 *
 * known keeps the answer for the next call, in any thread, since the look-up
 * costs more than the rest of a login: 0 before the first.
 */
int host_steps_at_success(_Atomic int *known);
