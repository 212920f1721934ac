/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_mail.c - a mail from an account to itself, on the way of every mail:
 * by tokend's service.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "command/command.h"
#include "command/explain.h"
#include "command/login/login.h"
#include "command/terminal/ask.h"
#include "command/terminal/interrupt.h"

#define INDENT 15

/* What the sending process says in the end; less than a pipe takes at once. */
struct outcome {
	struct failure why;
	char said[FAILURE_TEXT_MAX + 1];
};

static const char *
find_address(const struct account *a)
{
	const char *address = a->users.user != NULL ? a->users.user : a->name;

	return strchr(address, '@') != NULL ? address : NULL;
}

/*
 * A mail file (tokend-client/PROTOCOL) that has no name; Date and Message-ID
 * are added on its way.
 */
static int
write_mail(const char *address, const char *account, struct failure *why)
{
	int fd = memfd_create("mail", MFD_CLOEXEC);

	if (fd != -1 && dprintf(fd, "%s\n%s\n\n"
	    "From: <%s>\nTo: <%s>\nSubject: tokend: test mail of %s\n"
	    "Auto-Submitted: auto-generated\n"
	    "Content-Type: text/plain; charset=utf-8\n"
	    "Content-Transfer-Encoding: 8bit\nMIME-Version: 1.0\n\n"
	    "\"tokend login\" has sent this mail by the account %s, on the\n"
	    "way that all mails of that account go.\n", address, address,
	    address, address, account, account) > 0)
		return fd;
	fail(why, STATUS_LATER, "account \"%s\": no room for a test mail: %s",
	    account, strerror(errno));
	if (fd != -1)
		close(fd);
	return -1;
}

static void
send_in_child(const char *account, int mail, int to)
{
	struct answer a = ANSWER_INIT;
	struct client_settings s;
	struct outcome o;

	memset(&o, 0, sizeof(o));
	if (client_settings_read(&s, client_settings_path, &o.why) != -1) {
		if (client_send(&s, account, mail, &a) == -1) {
			o.why = a.failure;
			failure_name(&o.why, account);
		}
		snprintf(o.said, sizeof(o.said), "%s", a.said != NULL ?
		    a.said : "");
	}
	_exit(write(to, &o, sizeof(o)) == sizeof(o) ? 0 : 1);
}

/* Until it ends, or Ctrl-C: a mail that is on its way cannot be called back. */
static int
wait_for_child(const char *account, int from, struct outcome *o)
{
	struct pollfd p = { .fd = from, .events = POLLIN };

	if (interrupt_poll(&p, 1, CLIENT_SEND_DEADLINE) == 1 &&
	    read(from, o, sizeof(*o)) == sizeof(*o))
		return o->why.code == STATUS_OK ? 0 : -1;
	return fail(&o->why, STATUS_LATER, "account \"%s\": %s before it was "
	    "known whether the test mail was sent", account,
	    interrupt_came() ? "interrupted" : "the sending ended");
}

static int
send_mail(const char *account, int mail, struct outcome *o)
{
	int channel[2], result;
	pid_t child;

	if (pipe(channel) == -1)
		return fail(&o->why, STATUS_LATER, "account \"%s\": no pipe "
		    "for a test mail: %s", account, strerror(errno));
	if ((child = fork()) == 0) {
		close(channel[0]);
		send_in_child(account, mail, channel[1]);
	}
	close(channel[1]);
	result = child == -1 ? fail(&o->why, STATUS_LATER, "account \"%s\": "
	    "no process for a test mail: %s", account, strerror(errno)) :
	    wait_for_child(account, channel[0], o);
	close(channel[0]);
	if (child != -1) {
		kill(child, SIGKILL);
		while (waitpid(child, NULL, 0) == -1 && errno == EINTR)
			continue;
	}
	return result;
}

static enum truth
may_send(struct login *l, const char *address)
{
	char question[PERSON_NAME_MAX + 80];

	if (l->o.test_mail || !l->is_asking)
		return l->o.test_mail ? IS_TRUE : IS_FALSE;
	snprintf(question, sizeof(question), "Send a test mail to %s?",
	    address);
	return ask_yes(question, &l->why);
}

int
login_test_mail(struct login *l)
{
	const char *address = find_address(&l->account);
	enum truth agreed;
	struct outcome o;
	int mail;

	if (l->account.send == SEND_NONE || address == NULL)
		return 0;
	fflush(stdout);
	if ((agreed = may_send(l, address)) == IS_FALSE)
		return 0;
	if (agreed == IS_UNKNOWN || (mail = write_mail(address,
	    l->account.name, &l->why)) == -1) {
		command_failed(&l->why);
		return -1;
	}
	memset(&o, 0, sizeof(o));
	if (send_mail(l->account.name, mail, &o) == -1) {
		l->why = o.why;
		command_failed(&l->why);
	} else {
		make_printable(o.said, sizeof(o.said));
		explain_line(stdout, "  test mail", INDENT, o.said[0] != '\0' ?
		    o.said : "taken");
	}
	close(mail);
	return l->why.code == STATUS_OK ? 0 : -1;
}
