/*
 * reason.h - why a mail waits, where a login has to do with it, as data.
 */
#ifndef TOKEND_DOCTOR_REASON_H
#define TOKEND_DOCTOR_REASON_H

#include "status.h"

struct reason {
	const char *words;	/* in Postfix's text, which are sought */
	enum status code;
	int is_ours;		/* the plugin's text stands in the log */
	const char *matters;
	const char *mend;	/* postqueue -f comes behind it */
};

/*
 * Fills r with what fits best: what a server said of a login (mail_advice.h),
 * else the first of our own. 0; -1 if no login has to do with it.
 */
int reason_find(struct reason *r, const char *text);

/* True if both are the same one. */
int reason_equal(const struct reason *a, const struct reason *b);

#endif
