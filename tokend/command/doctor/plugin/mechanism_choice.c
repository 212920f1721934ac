/* SPDX-License-Identifier: BSD-2-Clause */
/* mechanism_choice.c - what a host would choose of a server's list */
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

static int
is_ours(const struct host *h, const struct host_question *q, const char **file)
{
	const struct host_mech *m = host_find(h, q->chosen);

	*file = m != NULL ? m->file : "";
	return m != NULL && host_is_ours(m->file, NULL);
}

/* True if some plugin of ours offers anything. */
static int
is_on(const struct host *h)
{
	size_t i;

	for (i = 0; i < h->mechs; i++)
		if (host_is_ours(h->mech[i].file, NULL))
			return 1;
	return 0;
}

static void
check_choice(struct doctor *d, struct host *h)
{
	const struct host_question *q = h->question;
	const char *file = "";
	enum plugin_finding found = CHOICE_OK;
	size_t i = 0;

	if (host_run(h, NULL) == -1 || !is_on(h) ||
	    strstr(q->words, OWN_WORDS) != NULL) {
		found = CHOICE_UNKNOWN;
	} else {
		/* What is wrong at one of them is so at the others. */
		while (i < SERVERS_KNOWN && is_ours(h, &q[i], &file))
			i++;
		if (i < SERVERS_KNOWN)
			found = q[i].chosen[0] == '\0' ? CHOICE_NOTHING :
			    CHOICE_OTHER;
		else
			i = 0;
	}
	doctor_found(d, CHECK, &plugin_findings[found], KNOWN_VALUES(
	    { "host", servers[i].server }, { "list", q[i].list },
	    { "words", q[i].words }, { "mechanism", q[i].chosen },
	    { "file", file[0] != '\0' ? file : "its own" },
	    { "host_second", servers[1].server },
	    { "mechanism_second", q[1].chosen },
	    { "mechanism_strict", q[SERVERS_KNOWN].chosen[0] != '\0' ?
	    q[SERVERS_KNOWN].chosen : "nothing, as it should" }));
}

void
doctor_choice(struct doctor *d)
{
	struct host *h = host_make();
	size_t i;

	if (h == NULL) {
		doctor_found(d, CHECK, &check_findings[CHECK_NO_MEMORY], NULL);
		return;
	}
	for (i = 0; i < SERVERS_KNOWN; i++)
		host_ask(h, servers[i].list, SASL_SEC_NOANONYMOUS);
	host_ask(h, servers[0].list,
	    SASL_SEC_NOANONYMOUS | SASL_SEC_NOPLAINTEXT);
	check_choice(d, h);
	host_free(h);
}
