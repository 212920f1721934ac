/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nullmailer.h - where nullmailer of this machine has what: for setup and
 * doctor.
 */
#pragma once

#include <pwd.h>

#define NULLMAILER_FOLDER "/etc/nullmailer"
#define NULLMAILER_MODULE "tokend"	/* its file, and its word in remotes */

/*
 * The folder of its protocol modules, which distributions choose: the one that
 * has its own module for SMTP. NULL: it is not installed.
 */
const char *nullmailer_modules(void);

/* The program that shows as whom nullmailer-send runs; NULL as above. */
const char *nullmailer_queue_program(void);

/* The user it runs as; NULL where that is not known. */
const struct passwd *nullmailer_user(void);
