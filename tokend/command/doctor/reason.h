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

/* The first that fits; NULL if no login has to do with it. */
const struct reason *reason_find(const char *text);

#endif
