/* SPDX-License-Identifier: BSD-2-Clause */
/* server_login.c - see examine.h: a real login at a mail server */
#include <stdio.h>
#include <string.h>

#include "state/token_cache.h"
#include "examine/examine.h"
#include "lineio.h"
#include "knowledge/mail_advice.h"
#include "mail/sasl.h"
#include "name.h"
#include "shell_word.h"

#define LOGIN_MS 12000
#define LONG_TOKEN 1000	/* bytes; in base64 a line of about 1500 */

static const char *const settings_names[SERVERS] = {
	[SERVER_SMTP] = "server_smtp", [SERVER_IMAP] = "server_imap",
	[SERVER_POP] = "server_pop"
};

struct login {
	struct examination *x;
	enum account_server service;
	struct mail_settings settings;
	enum trouble_kind trouble;
	const char *user;
	const char *token;		/* NULL: there is none that is valid */
};

struct mail_settings
examine_mail_settings(const struct examination *x,
    enum account_server service)
{
	const struct account *a = &x->account;

	return (struct mail_settings){ .service = service,
	    .server = a->server[service], .tls = a->tls[service],
	    .setting = settings_names[service], .ca_file = a->ca_file,
	    .ca_dir = a->ca_dir };
}

static struct mail *
connect_to(struct login *l)
{
	struct failure why;
	struct mail *m = NULL;
	struct finding *f = NULL;

	l->trouble = TROUBLE_NONE;
	m = mail_open(&l->settings, clock_ms() + LOGIN_MS, &why);
	if (m != NULL)
		return m;
	f = examine_failure(l->x, "mail", &why);
	finding_text(f->matters, "No mail program of this machine gets any "
	    "further with this server.");
	examine_mend_trouble(f, l->x, l->trouble, l->settings.setting,
	    l->settings.server);
	return NULL;
}

static void
tell_offers(struct login *l, const struct mail *m)
{
	struct mail_about about;
	const char *offered = NULL, *before = NULL;

	mail_tell(m, &about);
	offered = about.offered + strspn(about.offered, " ");
	before = about.offered_before + strspn(about.offered_before, " ");
	examine_add(l->x, "mail", VERDICT_OK, STATUS_OK, "%s answers (%s), "
	    "and offers %.120s%s%.120s; its certificate was checked with "
	    "%.100s.", mail_server(m), about.address,
	    offered[0] != '\0' ? offered : "no mechanism",
	    before[0] != '\0' ? ", and before TLS " : "", before,
	    about.trusted[0] != '\0' ? about.trusted : "the system's");
}

static void
tell_none(struct login *l, const struct mail *m)
{
	struct finding *f = examine_add(l->x, "mail", VERDICT_FAULT,
	    STATUS_CONFIG, "%s offers neither XOAUTH2 nor OAUTHBEARER.",
	    mail_server(m));

	finding_text(f->matters, "No token opens it; Postfix says \"offered "
	    "no supported AUTH mechanisms\", others \"No worthy mechs "
	    "found\".");
	finding_text(f->fix, "Correct %s in %s, if that is not the "
	    "provider's server; or use a password there, without tokend.",
	    l->settings.setting, l->x->account.path);
}

static int
has_word(const char *text, const char *word)
{
	size_t len = 0;

	for (text += strspn(text, " "); *text != '\0';
	    text += len + strspn(text + len, " ")) {
		len = strcspn(text, " ");
		if (len == strlen(word) && equal_folded(text, word, len))
			return 1;
	}
	return 0;
}

/* plugin.conf may leave out just the one that the server has. */
static void
look_at_plugin(struct login *l, const struct mail *m, const char *plugin)
{
	enum sasl_mechanism offered = SASL_XOAUTH2;
	struct finding *f = NULL;
	int i = 0;

	for (i = 0; i < SASL_MECHANISMS; i++)
		if (mail_offers(m, sasl_names[i]) &&
		    has_word(plugin, sasl_names[i]))
			return;
	if (sasl_choose(m, &offered) == -1)
		return;
	f = examine_add(l->x, "mail", VERDICT_FAULT, STATUS_CONFIG,
	    "%s offers %s, and plugin.conf has %.60s alone.", mail_server(m),
	    sasl_names[offered], plugin);
	finding_text(f->matters, "Programs that use the plugin find no "
	    "mechanism in common with this server.");
	finding_text(f->fix, "Put the line \"mechanisms = xoauth2 "
	    "oauthbearer\" into plugin.conf in the place of the one there, "
	    "and restart the programs (\"postfix reload\").");
}

static int
look_at_hosts(struct login *l, const struct mail *m)
{
	const struct account *a = &l->x->account;
	struct finding *f = NULL;

	if (host_matches(a->hosts, mail_host(m)))
		return 1;
	f = examine_add(l->x, "mail", VERDICT_FAULT, STATUS_HOST, "its hosts "
	    "do not list %s.", mail_host(m));
	finding_text(f->matters, "Tokens go to the servers in hosts only, so "
	    "a program that logs in there gets none.");
	finding_text(f->fix, "Put the line \"hosts = %.200s%s%s\" into %s.",
	    a->hosts, a->hosts[0] != '\0' ? " " : "", mail_host(m), a->path);
	return 0;
}

static void
tell_refused(struct login *l, const char *server, const char *mechanism,
    const char *said)
{
	struct finding *f = examine_add(l->x, "mail", VERDICT_FAULT,
	    mail_advice_find(said)->code, "%s refuses %.80s by %s: %s",
	    server, l->user, mechanism, said);

	examine_advise_mail(l->x, f, l->service, said);
}

/* Some servers hang up at a line that is longer than they take. */
static void
advise_again(const struct login *l, const struct mail *m, struct finding *f)
{
	size_t len = strlen(l->token);

	if (len < LONG_TOKEN)
		finding_text(f->fix, "Try again: \"tokend doctor --live "
		    "%s\". If it lasts, see who answers at %s.",
		    SHELL_NAME(l->x->account.name), mail_server(m));
	else
		finding_text(f->fix, "Once more to be sure: \"tokend doctor "
		    "--live %s\". If it lasts, the token is too long for %s: it "
		    "has %zu bytes, and many servers take lines of 2048 only, "
		    "where RFC 4954 asks for 12288. Have the provider put less "
		    "into it (groups and other claims), or that server's "
		    "administrator raise its limit.",
		    SHELL_NAME(l->x->account.name),
		    mail_server(m), len);
}

static void
log_in(struct login *l, struct mail *m, enum sasl_mechanism mechanism)
{
	char said[SASL_SAID_MAX + 1] = "";
	struct failure why;
	struct finding *f = NULL;
	int result = sasl_login(m, l->service, mechanism, l->user, l->token,
	    said, &why);

	if (result == 1 && l->service == SERVER_IMAP)
		result = sasl_open_inbox(m, l->token, said, &why);
	if (result == 1) {
		examine_add(l->x, "mail", VERDICT_OK, STATUS_OK, "%s lets "
		    "%.80s in by %s: %.200s", mail_server(m), l->user,
		    sasl_names[mechanism], said);
	} else if (result == 0) {
		tell_refused(l, mail_server(m), sasl_names[mechanism], said);
	} else {
		f = examine_failure(l->x, "mail", &why);
		finding_text(f->matters, "A login by %s does not come to an "
		    "end there.", sasl_names[mechanism]);
		advise_again(l, m, f);
	}
	if (result != -1)
		sasl_leave(m, l->service);
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
			if ((m = connect_to(l)) == NULL)
				return;
		}
		log_in(l, m, (enum sasl_mechanism)i);
	}
	mail_close(m);
}

static void
look(struct login *l, struct mail *m, const char *plugin)
{
	enum sasl_mechanism first = SASL_XOAUTH2;

	tell_offers(l, m);
	if (sasl_choose(m, &first) == -1) {
		tell_none(l, m);
	} else if (look_at_hosts(l, m)) {
		if (plugin != NULL)
			look_at_plugin(l, m, plugin);
		if (l->token != NULL) {
			log_in_by_each(l, m);
			return;
		}
		examine_add(l->x, "mail", VERDICT_UNKNOWN, STATUS_OK, "no "
		    "login at %s: there is no token that is valid now.",
		    mail_server(m));
	}
	mail_close(m);
}

void
examine_login(struct examination *x, enum account_server service,
    const char *plugin)
{
	const struct account *a = &x->account;
	struct cache c = CACHE_INIT;
	int64_t now = clock_seconds();
	struct login l = { .x = x, .service = service,
	    .settings = examine_mail_settings(x, service),
	    .user = examine_user(x, service) };
	struct mail *m = NULL;

	l.settings.trouble = &l.trouble;
	if (token_cache_read(&c, x->scope, a, now) == 0 && now < c.expires)
		l.token = c.token;
	if ((m = connect_to(&l)) != NULL)
		look(&l, m, plugin);
	cache_free(&c);
}
