/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.h - what a person types, one function a command.
 *
 * Each gets its own arguments (argv[0] is the command's name), talks to the
 * person, and returns the exit status.
 */
#ifndef TOKEND_COMMAND_H
#define TOKEND_COMMAND_H

#include "name.h"
#include "proto.h"
#include "scope.h"
#include "status.h"

int command_doctor(int argc, char *argv[]);
int command_import(int argc, char *argv[]);
int command_login(int argc, char *argv[]);
int command_refresh(int argc, char *argv[]);
int command_rekey(int argc, char *argv[]);
int command_remove(int argc, char *argv[]);
int command_revoke(int argc, char *argv[]);
int command_serve(int argc, char *argv[]);
int command_setup(int argc, char *argv[]);
int command_status(int argc, char *argv[]);
int command_token(int argc, char *argv[]);
int command_tunnel(int argc, char *argv[]);

/* Says why on stderr; returns the exit status. */
int command_failed(const struct failure *why);

/* Says on stderr what is not quite right. No secret may be an argument. */
void command_warn(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/*
 * Prints how a command is used: to stderr, and returns EX_USAGE; as --help to
 * stdout, and EX_OK.
 */
int command_usage(const char *command, int is_help);

/*
 * The name of the account: argv[i] folded if it is there, else the only
 * account of the scope. 0, or -1 with why: STATUS_USAGE where there are more.
 */
int command_account(char name[NAME_MAX_LEN + 1], const struct scope *s,
    const char *given, struct failure *why);

/*
 * Starts the worker on an account by hand, under its lock, and waits for its
 * answer. 0, or -1 with a->failure.
 */
int command_work(struct answer *a, const struct scope *s, const char *verb,
    const char *name);

#endif
