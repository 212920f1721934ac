/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tokend-worker - refreshes one account's token, or does a command's job, and
 * ends.
 *
 * `tokend` starts it when there is work (serve/start_worker.h says with which
 * descriptors), so that what answers stays small and what speaks HTTP lives
 * for seconds.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "account/place.h"
#include "common/descriptors.h"
#include "common/sandbox.h"
#include "common/log.h"
#include "confine.h"
#include "files/folder.h"
#include "files/lock.h"
#include "issuer/discovery.h"
#include "job/jobs.h"
#include "lineio.h"
#include "base/name.h"
#include "net/spare.h"
#include "refresh/budget.h"
#include "refresh/renew.h"

/*
 * Seconds until the request is sent: killing costs nothing so far. Then
 * refresh/budget.h counts.
 */
#define REFRESH_LIFE (BUDGET_TOTAL / 1000)
#define RENEW_LIFE 15		/* seconds: two looks at an issuer */
#define SIGN_IN_LIFE (30 * 60 + 330)	/* a person, and the keeping */
#define INPUT_WAIT 5000		/* ms for what a command writes at once */
#define ANSWER_WAIT 2000	/* ms */

/* All but `refresh`, which has an answer and a lock, and no conversation. */
static const struct job_kind {
	const char *word;
	int (*run)(struct job *j);
	unsigned life;		/* seconds, whatever it waits for; 0: no end */
	int needs_account;
	int makes_state;	/* it may be the first that keeps anything */
	int takes_packets;	/* the job sets its own alarms, jobs.h */
} kinds[] = {
	{ "sign-in", sign_in_run, SIGN_IN_LIFE, 1, 1, 0 },
	{ "import", import_run, 600, 0, 1, 0 },
	{ "discover", discover_run, 60, 0, 0, 0 },
	{ "revoke", revoke_run, 60, 1, 0, 0 },
	{ "mail-login", mail_login_run, 60, 1, 0, 0 },
	{ "examine", examine_run, 120, 1, 0, 0 },
	{ "rekey", rekey_run, 3600, 0, 0, 0 },
	{ "tunnel", tunnel_run, 0, 1, 0, 0 },
	{ "send", send_run, 0, 1, 1, 1 },
	{ NULL, NULL, 0, 0, 0, 0 }
};

/*
 * The lock must be this account's and held, or a second worker could spend
 * the same token.
 */
static int
check_lock(const struct scope *s, const char *account, struct failure *why)
{
	struct stat ours, named;
	int folder = folder_open(s, "lock", why), same;

	if (folder == -1)
		return -1;
	same = fstat(WORKER_LOCK, &ours) == 0 &&
	    fstatat(folder, account, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	    ours.st_dev == named.st_dev && ours.st_ino == named.st_ino &&
	    flock(WORKER_LOCK, LOCK_EX | LOCK_NB) == 0;
	close(folder);
	if (same)
		return 0;
	return fail(why, STATUS_INTERNAL, "account \"%s\": its lock was not "
	    "handed over: tokend-worker is started by tokend only", account);
}

static int
enter_scope(struct scope *s, const struct confine *c, struct failure *why)
{
	if (place_find(s, why) == -1 || place_enter(s, why) == -1)
		return -1;
	/* Only now: parents that place_enter makes are for others, too. */
	umask(077);
	return confine(s, c, why);
}

/* True if a process waits for our answer, and logs or shows its text. */
static int
has_client(void)
{
	struct stat st;

	return fstat(WORKER_ANSWER, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* True if what an issuer said is to be renewed. */
static int
renew_token(struct answer *a, struct scope *s, int by_hand, const char *account)
{
	const struct confine c = { .account = account };
	int is_ours = 0, done = 0;

	if (enter_scope(s, &c, &a->failure) == 0 &&
	    (is_ours = check_lock(s, account, &a->failure) == 0))
		done = refresh_account(a, s, account, by_hand);
	if (a->failure.code != STATUS_OK)
		failure_name(&a->failure, account);
	if (a->failure.code != STATUS_OK && (done & REFRESH_ASKED) == 0 &&
	    !has_client())
		log_warning("%s", a->failure.text);
	if (is_ours)
		lock_clear_time(WORKER_LOCK);
	return (done & REFRESH_DISCOVERY_DUE) != 0;
}

/* No process waits for it: answer, lock and standard error are closed. */
static void
renew_metadata(const struct scope *s, const char *account)
{
	int null = open("/dev/null", O_RDWR);

	alarm(RENEW_LIFE);
	log_open("tokend-worker", LOG_TO_SYSLOG);
	close(WORKER_LOCK);
	if (null == -1 || dup2(null, WORKER_ANSWER) == -1 ||
	    dup2(null, STDERR_FILENO) == -1)
		return;
	discovery_renew(s, account);
}

static int
run_refresh(int by_hand, const char *account)
{
	struct buf message = BUF_INIT(PROTO_MESSAGE_MAX);
	struct answer a = ANSWER_INIT;
	struct scope s;
	int is_due = 0;

	alarm(REFRESH_LIFE);
	/* The lock stays ours: on_error must not inherit it. */
	fcntl(WORKER_LOCK, F_SETFD, FD_CLOEXEC);
	is_due = renew_token(&a, &s, by_hand, account);
	if (answer_encode(&a, &message) == 0)
		io_send(WORKER_ANSWER, &message, clock_ms() + ANSWER_WAIT);
	buf_free(&message);
	answer_free(&a);
	if (is_due)
		renew_metadata(&s, account);
	return status_exit(a.failure.code);
}

/* The job's own name; "-" is no name that an account can have. */
static int
name_job(struct job *j, const struct job_kind *k, const char *given,
    char name[NAME_MAX_LEN + 1])
{
	j->account = k->needs_account ? name : "-";
	return k->needs_account ? name_fold(name, given, strlen(given),
	    &j->why) : 0;
}

/* The first message, from the command. */
static int
receive_first(struct job *j)
{
	if (message_receive(j->fd, &j->first, clock_ms() + INPUT_WAIT) == 0)
		return 0;
	return fail(&j->why, STATUS_INTERNAL, "the job did not arrive: "
	    "tokend-worker is started by tokend only");
}

static int
run_job(const struct job_kind *k, const char *account)
{
	struct job j = { .fd = WORKER_STDIN, .account = account,
	    .first = MESSAGE_INIT };
	struct confine c = { .account = k->needs_account ? account : NULL,
	    .makes_state = k->makes_state };
	char name[NAME_MAX_LEN + 1] = "";
	struct scope s;

	alarm(k->life);
	/* What a job starts does not take part in the conversation. */
	fcntl(j.fd, F_SETFD, FD_CLOEXEC);
	j.scope = &s;
	if (!k->takes_packets && receive_first(&j) == 0)
		c.is_draft = job_says(&j, "draft", "yes");
	if (j.why.code == STATUS_OK && enter_scope(&s, &c, &j.why) == 0)
		(void)name_job(&j, k, account, name);
	if ((j.why.code == STATUS_OK || k->takes_packets) && k->run(&j) == 0)
		j.why.code = STATUS_OK;
	if (j.why.code != STATUS_OK && k->needs_account)
		failure_name(&j.why, account);
	if (!k->takes_packets)
		job_end(&j);
	message_free(&j.first);
	return status_exit(j.why.code);
}

static const struct job_kind *
find_kind(const char *word)
{
	const struct job_kind *k = kinds;

	while (k->word != NULL && strcmp(k->word, word) != 0)
		k++;
	return k->word != NULL ? k : NULL;
}

static int
print_usage(void)
{
	fputs("tokend-worker is started by tokend, see tokend(8)\n", stderr);
	return EX_USAGE;
}

int
main(int argc, char *argv[])
{
	const struct job_kind *k;
	enum log_to where = LOG_TO_STDERR;
	int i = 2, force = 0;

	guard_process();
	spare_begin();
	if (argc < 2 || ((k = find_kind(argv[1])) == NULL &&
	    strcmp(argv[1], "refresh") != 0))
		return print_usage();
	for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--force") == 0)
			force = 1;
		else if (strcmp(argv[i], "--syslog") == 0)
			where = LOG_TO_SYSLOG;
		else
			return print_usage();
	}
	if (i + 2 != argc)
		return print_usage();
	log_open("tokend-worker", where);
	/* A limit of the host's on files is a write that fails, and no end. */
	signal(SIGXFSZ, SIG_IGN);
	/* OpenSSL's store takes a URI for a file's name first. */
	if (chdir("/") == -1)
		log_warning("cannot change to the root folder: %s",
		    strerror(errno));
	return k != NULL ? run_job(k, argv[i + 1]) :
	    run_refresh(force, argv[i + 1]);
}
