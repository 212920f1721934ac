/* SPDX-License-Identifier: BSD-2-Clause */
/* server_login.c - see examine.h: a real login at a mail server */
#include <stdio.h>
#include <string.h>

#include "examine/examine.h"
#include "lineio.h"
#include "mail/sasl.h"
#include "base/name.h"

#define LOGIN_MS 12000
#define LONG_TOKEN 1000	/* bytes; in base64 a line of about 1500 */

struct login {
	struct examination *x;
	struct mail_settings settings;
	enum trouble_kind trouble;
	const char *user;
	const char *token;		/* NULL: there is none that is valid */
};

static struct mail *
open_connection(struct login *l)
{
	struct failure why;
	struct mail *m = NULL;

	l->trouble = TROUBLE_NONE;
	m = mail_open(&l->settings, clock_ms() + LOGIN_MS, &why);
	if (m == NULL)
		examine_unconnected(l->x, "mail", SERVER_UNREACHED, l->trouble,
		    &why, l->settings.setting, l->settings.server);
	return m;
}

static void
report_offers(struct login *l, const struct mail *m)
{
	struct mail_description about;
	const char *offered = NULL, *before = NULL;

	mail_describe(m, &about);
	offered = about.offered + strspn(about.offered, " ");
	before = about.offered_before + strspn(about.offered_before, " ");
	examine_found(l->x, "mail", before[0] != '\0' ? SERVER_OK_EARLY :
	    SERVER_OK, KNOWN_VALUES({ "server", mail_server(m) },
	    { "address", about.address },
	    { "offered", offered[0] != '\0' ? offered : "no mechanism" },
	    { "offered_before", before }, { "trusted",
	    about.trusted[0] != '\0' ? about.trusted : "the system's" }));
}

/* plugin.conf may leave out just the one that the server has. */
static void
check_plugin(struct login *l, const struct mail *m, const char *plugin)
{
	enum sasl_mechanism offered = SASL_XOAUTH2;
	int i = 0;

	for (i = 0; i < SASL_MECHANISMS; i++)
		if (mail_offers(m, sasl_names[i]) && words_have(plugin,
		    sasl_names[i], strlen(sasl_names[i])))
			return;
	if (sasl_choose(m, &offered) == 0)
		examine_found(l->x, "mail", SERVER_OTHER_MECHANISM,
		    KNOWN_VALUES({ "server", mail_server(m) },
		    { "mechanism", sasl_names[offered] },
		    { "plugin", plugin }));
}

static int
check_hosts(struct login *l, const struct mail *m)
{
	const char *hosts = l->x->account.hosts;
	char before[512] = "";

	if (host_matches(hosts, mail_host(m)))
		return 1;
	snprintf(before, sizeof(before), "%s%s", hosts,
	    hosts[0] != '\0' ? " " : "");
	examine_found(l->x, "mail", SERVER_NOT_IN_HOSTS, KNOWN_VALUES(
	    { "host", mail_host(m) }, { "hosts", before }));
	return 0;
}

static void
log_in(struct login *l, struct mail *m, enum sasl_mechanism mechanism)
{
	const char *name = sasl_names[mechanism];
	char said[SASL_SAID_MAX + 1] = "";
	size_t len = strlen(l->token);
	struct failure why;
	enum sasl_result result = sasl_login_mailbox(m, mechanism, l->user,
	    l->token, said, &why);

	if (result == SASL_TAKEN)
		examine_found(l->x, "mail", LOGIN_OK, KNOWN_VALUES(
		    { "server", mail_server(m) }, { "user", l->user },
		    { "mechanism", name }, { "said", said }));
	else if (result == SASL_REFUSED)
		examine_refused(l->x, mail_service(m), mail_server(m), name,
		    said);
	else
		examine_failed(l->x, "mail", len < LONG_TOKEN ? LOGIN_LOST :
		    LOGIN_LOST_LONG, &why, KNOWN_VALUES(
		    { "server", mail_server(m) }, { "mechanism", name },
		    { "count", KNOWN_NUMBER((long long)len) }));
	if (result != SASL_FAILED)
		sasl_log_out(m);
}

/* One connection for each mechanism; the first is there already. */
static void
log_in_by_each(struct login *l, struct mail *m)
{
	int i = 0, used = 0, offers[SASL_MECHANISMS];

	for (i = 0; i < SASL_MECHANISMS; i++)
		offers[i] = mail_offers(m, sasl_names[i]);
	for (i = 0; i < SASL_MECHANISMS; i++) {
		if (!offers[i])
			continue;
		if (used++ > 0) {
			mail_close(m);
			if ((m = open_connection(l)) == NULL)
				return;
		}
		log_in(l, m, (enum sasl_mechanism)i);
	}
	mail_close(m);
}

static void
check_server(struct login *l, struct mail *m, const char *plugin)
{
	enum sasl_mechanism first = SASL_XOAUTH2;

	report_offers(l, m);
	if (sasl_choose(m, &first) == -1) {
		examine_found(l->x, "mail", SERVER_NO_MECHANISM, KNOWN_VALUES(
		    { "server", mail_server(m) },
		    { "setting", l->settings.setting }));
	} else if (check_hosts(l, m)) {
		if (plugin != NULL)
			check_plugin(l, m, plugin);
		if (l->token != NULL) {
			log_in_by_each(l, m);
			return;
		}
		examine_found(l->x, "mail", SERVER_NO_TOKEN,
		    KNOWN_VALUES({ "server", mail_server(m) }));
	}
	mail_close(m);
}

void
examine_login(struct examination *x, enum account_server service,
    const char *plugin)
{
	struct cache c = CACHE_INIT;
	struct login l = { .x = x,
	    .settings = mail_settings_of(&x->account, service),
	    .user = account_mailbox(&x->account, service) };
	struct mail *m = NULL;

	l.settings.trouble = &l.trouble;
	if (examine_token(x, &c))
		l.token = c.token;
	if ((m = open_connection(&l)) != NULL)
		check_server(&l, m, plugin);
	cache_free(&c);
}
