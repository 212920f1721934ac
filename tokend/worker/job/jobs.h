/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jobs.h - the jobs of common/message.h. main.c has a table of them, and ends
 * the conversation. Each returns 0, or -1 with j->why.
 */
#pragma once

#include "command_job.h"

int sign_in_run(struct job *j);
int import_run(struct job *j);
int discover_run(struct job *j);
int revoke_run(struct job *j);
int mail_login_run(struct job *j);
int examine_run(struct job *j);
int rekey_run(struct job *j);
int tunnel_run(struct job *j);

/*
 * This one has a conversation for each mail and none of its own. It runs with
 * j->why set, too, and then tells each mail that.
 */
int send_run(struct job *j);
