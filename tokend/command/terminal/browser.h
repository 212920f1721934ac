/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * browser.h - the browser of the person at this machine.
 */
#pragma once

/* False without a desktop, over ssh, as root, and without xdg-open(1). */
int browser_is_there(void);

/*
 * Has xdg-open(1) open the address, which other users can read in its
 * arguments, in a session of its own and with nothing of our terminal. Returns
 * a descriptor for browser_failed, which closes it; -1 where no browser is
 * there.
 */
int browser_open(const char *url);

/*
 * True if xdg-open(1) ends without success within a few seconds. One that goes
 * on is the browser itself, on some desktops.
 */
int browser_failed(int fd);
