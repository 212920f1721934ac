/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For programs below a preloaded libasan. It looks for this name as soon as
 * somebody allocates, and that a name is not found is told in the user's
 * language. libgpg-error allocates while it holds gettext's lock, before
 * libasan is up: without this, msmtp and curl hang at their start.
 */
char *swift_demangle(void);

char *
swift_demangle(void)
{
	return 0;
}
