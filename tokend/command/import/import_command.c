/* SPDX-License-Identifier: BSD-2-Clause */
/* import_command.c - tokend import: accounts out of other tools' files. */
#include "command/import/import_command.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "account/place.h"
#include "base/base64.h"
#include "command/command.h"
#include "command/edit.h"
#include "command/explain.h"
#include "command/terminal/input_file.h"
#include "command/terminal/interrupt.h"

#define EVENT_MOST 150000	/* ms for one event: gpg may ask first */
#define CONFIG_MOST 12000	/* bytes: in base64 one attribute (attr.h) */

static const struct option options[] = {
	{ "client-id", required_argument, NULL, 'i' },
	{ "client-secret-stdin", no_argument, NULL, 's' },
	{ "config", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ "replace", no_argument, NULL, 'r' },
	{ "set", required_argument, NULL, 'k' },
	{ NULL, 0, NULL, 0 }
};

static int
set_key(struct keys *k, const char *text, struct failure *why)
{
	const char *equals = strchr(text, '='), *secret;
	char name[64] = "", **member;

	if (equals != NULL)
		snprintf(name, sizeof(name), "%.*s", (int)(equals - text),
		    text);
	if (equals == NULL || (member = edit_key(k, name)) == NULL)
		return fail(why, STATUS_CONFIG, "--set %.60s: is not "
		    "KEY=VALUE with a key of tokend.conf(5)", text);
	if ((secret = edit_argument(name, equals + 1)) != NULL)
		return fail(why, STATUS_CONFIG, "--set %s: %s", name, secret);
	if (edit_check(name, equals + 1, why) == -1)
		return -1;
	return key_copy(member, equals + 1, why);
}

enum typed {
	TYPED_USAGE,		/* not so */
	TYPED_WRONG,		/* with why */
	TYPED_HELP,
	TYPED_IMPORT
};

static enum typed
read_options(struct import_run *r, int *with_secret, int argc, char *argv[],
    struct failure *why)
{
	static char program[] = "tokend import";
	int option;

	argv[0] = program;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1)
		switch (option) {
		case 'c':
			r->config = optarg;
			break;
		case 'h':
			return TYPED_HELP;
		case 'i':
			r->client_id = optarg;
			break;
		case 'k':
			if (set_key(&r->keys, optarg, why) == -1)
				return TYPED_WRONG;
			break;
		case 'r':
			r->replace = 1;
			break;
		case 's':
			*with_secret = 1;
			break;
		default:
			return TYPED_USAGE;
		}
	if (argc - optind < 2 || argc - optind > 3)
		return TYPED_USAGE;
	r->format = argv[optind];
	r->file = argv[optind + 1];
	return argc - optind == 3 && name_fold(r->name, argv[optind + 2],
	    strlen(argv[optind + 2]), why) == -1 ? TYPED_WRONG : TYPED_IMPORT;
}

/* As the user who types this; the tokend user may not be allowed to read it. */
static int
open_file(const char *path, struct failure *why)
{
	int is_input = strcmp(path, "-") == 0;
	int fd = is_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) :
	    input_file_open(path, why);

	if (fd == -1)
		return !is_input ? -1 : fail(why, STATUS_CONFIG, "standard "
		    "input: %s", strerror(errno));
	if (!isatty(fd))
		return fd;
	close(fd);
	return fail(why, STATUS_CONFIG, "%.200s: is a terminal, and not a "
	    "file to import", path);
}

static int
add_config(struct buf *first, const char *path, struct failure *why)
{
	struct buf text = BUF_INIT(CONFIG_MOST);
	struct buf encoded = BUF_INIT(2 * CONFIG_MOST);
	int fd = open_file(path, why), result = -1;

	if (fd == -1)
		return -1;
	if (input_file_read(fd, &text, path, why) == 0)
		result = base64_add(&encoded, text.data, text.len) == -1 ||
		    attrs_add(first, "config", buf_text(&encoded)) == -1 ?
		    fail_memory(why) : 0;
	close(fd);
	buf_free(&text);
	buf_free(&encoded);
	return result;
}

static int
add_set(struct buf *first, const struct keys *k)
{
	const struct conf_key *key;
	char name[64];
	int result = 0;

	for (key = account_keys; key->name != NULL && result == 0; key++) {
		snprintf(name, sizeof(name), "set_%s", key->name);
		result = attrs_add(first, name, *(char *const *)
		    ((const char *)k + key->offset));
	}
	return result;
}

/* The first message; a path or an id with a line break in it is none. */
static int
send_first(struct import_run *r, struct failure *why)
{
	struct buf first = BUF_INIT(MESSAGE_BYTES_MAX);
	int result = -1;

	if (attrs_add(&first, "format", r->format) == -1 ||
	    attrs_add(&first, "path", strcmp(r->file, "-") == 0 ?
	    "standard input" : r->file) == -1 ||
	    attrs_add(&first, "name", *r->name != '\0' ? r->name : NULL) ==
	    -1 || attrs_add(&first, "client_id", r->client_id) == -1 ||
	    add_set(&first, &r->keys) == -1 ||
	    attrs_add(&first, "client_secret", r->client_secret.len > 0 ?
	    buf_text(&r->client_secret) : NULL) == -1)
		result = errno == ENOMEM ? fail_memory(why) :
		    fail(why, STATUS_CONFIG, "an argument is too long, or not "
		    "one line");
	else if (r->config == NULL || add_config(&first, r->config,
	    why) == 0)
		result = converse_send(&r->talk, &first, why);
	buf_free(&first);
	return result;
}

/* Until event=end. */
static int
follow_events(struct import_run *r, struct failure *why)
{
	int happened, result = 0;

	/* Between an account and its secrets there is no giving up. */
	while (result == 0 && (happened = converse_wait(&r->talk,
	    r->taking.is_bare ? WAIT_UNINTERRUPTED : WAIT_EVENT, EVENT_MOST,
	    why)) == CONVERSE_EVENT) {
		if (converse_is(&r->talk, "account"))
			result = import_account(r, why);
		else if (converse_is(&r->talk, "kept"))
			result = import_kept(r, why);
		else if (converse_is(&r->talk, "note"))
			explain_text(converse_value(&r->talk, "text"));
	}
	import_undo(r);
	if (result == -1 || happened == -1)
		return -1;
	return happened == CONVERSE_END ? 0 : fail(why, STATUS_LATER,
	    "%.200s: was not read in time", r->file);
}

static int
run_import(struct import_run *r, int with_secret, struct failure *why)
{
	int file, result;

	if (place_find(&r->scope, why) == -1 || (with_secret &&
	    ask_secret(&r->client_secret, "client secret", 0, why) == -1) ||
	    (file = open_file(r->file, why)) == -1)
		return -1;
	result = converse_open(&r->talk, &r->scope, "import", "-", file, why);
	close(file);
	return result == -1 || send_first(r, why) == -1 ? -1 :
	    follow_events(r, why);
}

int
command_import(int argc, char *argv[])
{
	struct import_run r = IMPORT_RUN_INIT;
	struct failure why = { .code = STATUS_OK };
	int with_secret = 0, status = EX_OK;

	switch (read_options(&r, &with_secret, argc, argv, &why)) {
	case TYPED_IMPORT:
		interrupt_block();
		if (run_import(&r, with_secret, &why) == -1)
			status = command_failed(&why);
		else if (r.refused.code != STATUS_OK)	/* which was said */
			status = status_exit(r.refused.code);
		break;
	case TYPED_HELP:
		status = command_usage("import", 1);
		break;
	case TYPED_WRONG:
		status = command_failed(&why);
		break;
	case TYPED_USAGE:
		status = command_usage("import", 0);
	}
	converse_close(&r.talk);
	keys_free(&r.keys);
	buf_free(&r.client_secret);
	buf_free(&r.taking.text);
	buf_free(&r.taking.before);
	interrupt_raise();
	return status;
}
