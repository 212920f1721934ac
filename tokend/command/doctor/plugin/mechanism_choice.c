/* SPDX-License-Identifier: BSD-2-Clause */
/* mechanism_choice.c - which mechanism would a host choose of a server's list? */
#include <sasl/sasl.h>
#include <string.h>
#include <unistd.h>

#include "command/doctor/plugin/plugin_checks.h"

#define CHECK "choice"

/* As these servers have them in their answer to EHLO. */
static const struct {
	const char *server;
	const char *list;
} servers[] = {
	{ "smtp.gmail.com",
	    "LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH" },
	{ "smtp.office365.com", "LOGIN XOAUTH2" },
};

#define SERVERS_KNOWN (sizeof(servers) / sizeof(servers[0]))

static void
tell_other(struct doctor *d, const char *server, const struct host_question *q,
    const char *file)
{
	struct finding f = { .check = CHECK, .verdict = DOCTOR_FAULT,
	    .code = STATUS_CONFIG };

	if (q->chosen[0] == '\0')
		finding_text(f.found, "Of %s's list (%s) libsasl2 chooses "
		    "nothing: %s.", server, q->list, q->words);
	else
		finding_text(f.found, "Of %s's list (%s) libsasl2 chooses %s "
		    "of %s, and not tokend's.", server, q->list, q->chosen,
		    file[0] != '\0' ? file : "its own");
	finding_text(f.matters, "A program that leaves the choice to libsasl2 "
	    "logs in without tokend, and a password that is none is refused.");
	finding_text(f.mend, "Mend what is said of the plugin above: the "
	    "choice follows from it.");
	doctor_report(d, &f);
}

static int
is_ours(const struct host *h, const struct host_question *q, const char **file)
{
	const struct host_mech *m = host_find(h, q->chosen);
	char version[32];

	*file = m != NULL ? m->file : "";
	return m != NULL && host_is_ours(m->file, version);
}

/* True if some plugin of ours offers anything. */
static int
is_on(const struct host *h)
{
	char version[32];
	size_t i;

	for (i = 0; i < h->mechs; i++)
		if (host_is_ours(h->mech[i].file, version))
			return 1;
	return 0;
}

static void
look(struct doctor *d, struct host *h)
{
	const char *file;
	size_t i;

	if (host_run(h, NULL) == -1 || !is_on(h) ||
	    strstr(h->question[0].words, OWN_WORDS) != NULL) {
		doctor_unknown(d, CHECK, "tokend's plugin offers nothing that "
		    "works to this user, so there is nothing to choose.");
		return;
	}
	for (i = 0; i < SERVERS_KNOWN; i++)
		if (!is_ours(h, &h->question[i], &file))
			break;
	/* What is wrong at one of them is so at the others. */
	if (i < SERVERS_KNOWN)
		tell_other(d, servers[i].server, &h->question[i], file);
	else
		doctor_ok(d, CHECK, "libsasl2 chooses %s at %s and %s at "
		    "%s; where a program forbids plaintext (noplaintext) %s.",
		    h->question[0].chosen, servers[0].server,
		    h->question[1].chosen, servers[1].server,
		    h->question[SERVERS_KNOWN].chosen[0] != '\0' ?
		    h->question[SERVERS_KNOWN].chosen :
		    "nothing, as it should");
}

void
doctor_choice(struct doctor *d)
{
	struct host *h = host_make();
	size_t i;

	if (h == NULL) {
		doctor_unknown(d, CHECK, "Out of memory.");
		return;
	}
	for (i = 0; i < SERVERS_KNOWN; i++)
		host_ask(h, servers[i].list, SASL_SEC_NOANONYMOUS);
	host_ask(h, servers[0].list,
	    SASL_SEC_NOANONYMOUS | SASL_SEC_NOPLAINTEXT);
	look(d, h);
	host_free(h);
}
