/*
 * browser.h - the browser of the person at this machine.
 */
#ifndef TOKEND_BROWSER_H
#define TOKEND_BROWSER_H

/* False without a desktop, over ssh, as root, and without xdg-open(1). */
int browser_is_there(void);

/*
 * Has xdg-open(1) open the address, which other users can read in its
 * arguments, in a session of its own and with nothing of our terminal. 0 once
 * it runs; -1 where no browser is there.
 */
int browser_open(const char *url);

#endif
