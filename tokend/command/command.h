/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.h - what a person types, one function a command.
 *
 * Each gets its own arguments (argv[0] is the command's name), talks to the
 * person, and returns the exit status. main.c has answered --help.
 */
#pragma once

#include <getopt.h>

#include "base/name.h"
#include "disk/scope.h"
#include "base/status.h"

int command_doctor(int argc, char *argv[]);
int command_import(int argc, char *argv[]);
int command_login(int argc, char *argv[]);
int command_refresh(int argc, char *argv[]);
int command_rekey(int argc, char *argv[]);
int command_remove(int argc, char *argv[]);
int command_revoke(int argc, char *argv[]);
int command_send(int argc, char *argv[]);
int command_sendmail(int argc, char *argv[]);
int command_serve(int argc, char *argv[]);
int command_setup(int argc, char *argv[]);
int command_status(int argc, char *argv[]);
int command_token(int argc, char *argv[]);
int command_tunnel(int argc, char *argv[]);

/* Prints why on stderr; returns the exit status. */
int command_failed(const struct failure *why);

/* Prints a warning on stderr. No secret may be an argument. */
void command_warn(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/*
 * Prints how a command is used: to stderr, and returns EX_USAGE; as --help to
 * stdout, and EX_OK.
 */
int command_usage(const char *command, int is_help);

/*
 * Reads options that are flags, each with its variable (getopt_long(3)), and
 * words_max words after them, the first of which is argv[optind]. 0; -1 after
 * the usage was printed: then the exit status is EX_USAGE.
 */
int command_flags(int argc, char *argv[], const struct option *options,
    int words_max);

/*
 * The name of the account: given, folded, if it is not NULL, else the only
 * account of the scope. 0, or -1 with why: STATUS_USAGE if there are several.
 */
int command_account(char name[NAME_MAX_LEN + 1], const struct scope *s,
    const char *given, struct failure *why);

/*
 * True if a tokend serve answers at the scope's socket, and so renews tokens
 * in time. A helper and spawn(8) renew only for a program that asks.
 */
int serve_is_running(const struct scope *s);
