/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * show_sign_in.h - what a person sees of a sign-in, on standard error.
 */
#pragma once

#include <stdint.h>

#include "command/converse.h"

/*
 * event=open: the address to open, opened in the browser where there is one
 * and use_browser is set, else with the ways to a browser elsewhere.
 */
void show_sign_in_address(struct converse *c, int use_browser);

/* event=device: the code, where to enter it, and as a QR code. */
void show_sign_in_device(struct converse *c);

/* One line, written over the last one at a terminal; "" ends it. */
void show_sign_in_time(int64_t seconds);
void show_sign_in_time_end(void);

/*
 * The host to name behind ssh -L: how this machine was reached, or is called.
 * connection is SSH_CONNECTION's value or NULL.
 */
const char *show_sign_in_host(char host[256], const char *connection);
