/*
 * host.h - what is known of the program that has loaded the plugin.
 */
#ifndef TOKEND_HOST_H
#define TOKEND_HOST_H

/*
 * True for a program that makes the second step after each login that the
 * server took, also without data from it (HACKING has what was measured).
 */
int host_steps_at_success(void);

#endif
