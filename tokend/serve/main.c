/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - tokend-serve: answers plugins, on sockets or on one channel. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include "account/place.h"
#include "common/descriptors.h"
#include "common/date.h"
#include "common/sandbox.h"
#include "common/log.h"
#include "files/folder.h"
#include "lineio.h"
#include "serve/listen_sockets.h"
#include "serve/listener.h"
#include "serve/request/session.h"

static int
refuse_arguments(void)
{
	fputs("tokend: serve: wrong arguments, see \"tokend serve --help\"\n",
	    stderr);
	return EX_USAGE;
}

static int
is_socket(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

static int
serve_stdio(void)
{
	struct failure why;
	struct scope s;
	int fd;

	if (!is_socket(STDIN_FILENO)) {
		fputs("tokend: serve --stdio: standard input is not a "
		    "socket\n", stderr);
		return EX_USAGE;
	}
	restore_signals();
	alarm(SESSION_ALARM);
	if ((fd = channel_from_stdin()) == -1)
		return EX_OSERR;
	if (place_find(&s, &why) == -1 || place_enter(&s, &why) == -1) {
		log_warning("%s", why.text);
		session_refuse(fd, &why);
		return status_exit(why.code);
	}
	session(fd, &s, SESSION_PATIENCE);
	return EX_OK;
}

static int
open_sockets(struct sockets *all, const struct scope *s, int argc,
    char *argv[], struct failure *why)
{
	int i;

	if (sockets_inherit(all, why) == -1)
		return -1;
	for (i = 1; i < argc; i += 2)
		if (sockets_add(all, argv[i + 1], why) == -1)
			return -1;
	return all->count > 0 ? 0 : sockets_add_configured(all, s, why);
}

#define LIST_MAX 400	/* bytes of each list in the line of the start */

/* Where there is no more room, how many more there are. */
static void
add_to_list(char list[LIST_MAX], const char *word, size_t left)
{
	size_t len = strlen(list);

	if (len + strlen(word) + 32 < LIST_MAX)
		snprintf(list + len, LIST_MAX - len, "%s%s",
		    len > 0 ? ", " : "", word);
	else if (strstr(list, " more") == NULL)
		snprintf(list + len, LIST_MAX - len, " and %zu more", left);
}

/* Of a socket from systemd the kernel knows the path. */
static void
list_sockets(char list[LIST_MAX], const struct sockets *all)
{
	struct sockaddr_un address;
	socklen_t len;
	int i;

	for (i = 0; i < all->count; i++) {
		len = sizeof(address);
		memset(&address, 0, sizeof(address));
		if (all->path[i] == NULL && (getsockname(all->fd[i],
		    (struct sockaddr *)&address, &len) == -1 ||
		    address.sun_path[0] == '\0'))
			snprintf(address.sun_path, sizeof(address.sun_path),
			    "descriptor %d", all->fd[i]);
		add_to_list(list, all->path[i] != NULL ? all->path[i] :
		    address.sun_path, (size_t)(all->count - i));
	}
}

/* One line, so that a log says what ran with what. */
static void
log_start(const struct sockets *all, const struct scope *s)
{
	char where[LIST_MAX] = "", names[LIST_MAX] = "";
	struct failure why;
	struct names n;
	size_t i;

	list_sockets(where, all);
	if (names_list(&n, s, &why) == 0) {
		for (i = 0; i < n.count; i++)
			add_to_list(names, n.name[i], n.count - i);
		log_info("serving: listening on %s; %zu account%s%s%s", where,
		    n.count, n.count == 1 ? "" : "s", n.count > 0 ? ": " : "",
		    names);
	} else {
		log_info("serving: listening on %s; accounts not known: %s",
		    where, why.text);
	}
	names_free(&n);
}

static int
listen_until_stopped(const struct sockets *all, const struct scope *s,
    struct failure *why)
{
	const int64_t begun = clock_ms();
	char duration[DURATION_MAX];

	log_start(all, s);
	if (listener_run(all, s, why) == -1)
		return -1;
	log_info("stopped after %s", duration_text(duration,
	    (clock_ms() - begun) / 1000));
	return 0;
}

static int
serve_sockets(int argc, char *argv[])
{
	struct sockets all = { .count = 0 };
	struct failure why;
	struct scope s;
	int status = EX_OK;

	log_open("tokend", LOG_TO_STDERR);
	listener_catch_signals();
	/* listen() before the user changes: clients look for root's uid. */
	if (place_find(&s, &why) == -1 ||
	    open_sockets(&all, &s, argc, argv, &why) == -1 ||
	    place_enter(&s, &why) == -1 ||
	    listen_until_stopped(&all, &s, &why) == -1)
		status = status_exit(why.code);
	if (status != EX_OK)
		log_warning("%s", why.text);
	sockets_close(&all);
	return status;
}

int
main(int argc, char *argv[])
{
	int i;

	guard_process();
	/* Our folders and files give their own modes; parents get 0755. */
	umask(022);
	log_open("tokend", LOG_TO_SYSLOG);
	if (argc == 2 && strcmp(argv[1], "--stdio") == 0)
		return serve_stdio();
	for (i = 1; i < argc; i += 2)
		if (strcmp(argv[i], "--socket") != 0 || i + 1 == argc)
			return refuse_arguments();
	return serve_sockets(argc, argv);
}
