/*
 * browser.h - the browser of the person at this machine.
 */
#ifndef TOKEND_BROWSER_H
#define TOKEND_BROWSER_H

/*
 * Has xdg-open(1) open the address, in a session of its own and with nothing
 * of our terminal. 0 once it runs; -1 where there is no browser at hand: no
 * desktop, over ssh, as root, no xdg-open.
 */
int browser_open(const char *url);

#endif
