/* SPDX-License-Identifier: BSD-2-Clause */
/* tls_level.c - no token without TLS, and none to somebody else's server */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "account/server_tls.h"
#include "command/doctor/postfix/check_context.h"
#include "command/postfix/map.h"

#define NOPLAINTEXT "noplaintext"

/* From "no TLS" to "the server is who it says". */
enum level {
	LEVEL_NONE,
	LEVEL_MAY,	/* if the server has it, or its DNS */
	LEVEL_ENCRYPT,
	LEVEL_VERIFIED
};

static enum level
level_of(const char *word, size_t len)
{
	static const struct {
		const char *word;
		enum level level;
	} levels[] = { { "none", LEVEL_NONE }, { "may", LEVEL_MAY },
		{ "half-dane", LEVEL_MAY }, { "dane", LEVEL_MAY },
		{ "encrypt", LEVEL_ENCRYPT }, { "dane-only", LEVEL_VERIFIED },
		{ "fingerprint", LEVEL_VERIFIED },
		{ "verify", LEVEL_VERIFIED }, { "secure", LEVEL_VERIFIED } };
	size_t i;

	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strlen(levels[i].word) == len &&
		    strncasecmp(levels[i].word, word, len) == 0)
			return levels[i].level;
	return LEVEL_NONE;
}

/*
 * What counts on the way to r: the policy for it, else the level, else the
 * older parameters. word holds 64 bytes; true if it is a policy's.
 */
static int
find_level(const struct sight *s, const struct route *r, char word[64])
{
	const char *policies = postfix_value(s->p, r->service,
	    "smtp_tls_policy_maps");
	const char *level = postfix_value(s->p, r->service,
	    "smtp_tls_security_level");
	struct buf value = BUF_INIT(4096);
	struct failure why;
	int is_policy;

	is_policy = map_find(s->p, policies, r->nexthop, &value, &why) == 1;
	if (is_policy)
		level = buf_text(&value);
	else if (*level == '\0')
		level = postfix_is(s->p, r->service, "smtp_enforce_tls", "yes")
		    ? "encrypt" : postfix_is(s->p, r->service, "smtp_use_tls",
		    "yes") ? "may" : "none";
	snprintf(word, 64, "%.*s", (int)strcspn(level, " \t,"), level);
	buf_free(&value);
	return is_policy;
}

static void
mend_level(struct sight *s, struct finding *f, const struct route *r,
    int is_policy)
{
	char reload[SIGHT_COMMAND_MAX];

	if (is_policy)
		finding_text(f->fix, "Write \"secure\" for the level of %s "
		    "in smtp_tls_policy_maps, then %s.", r->nexthop,
		    sight_reload(s, reload));
	else
		sight_mend(s, f, r->service, "smtp_tls_security_level",
		    "secure");
}

static void
check_level(struct sight *s, const struct route *r, const char *word,
    enum level level, int is_policy)
{
	const char *options = postfix_value(s->p, r->service,
	    "smtp_sasl_security_options");
	int is_open = strcasestr(options, NOPLAINTEXT) == NULL;
	struct finding f;

	if (level >= LEVEL_ENCRYPT)
		return;
	f = sight_begin(is_open || level == LEVEL_NONE ? VERDICT_FAULT :
	    VERDICT_WARNING);
	finding_text(f.found, "Postfix in %s, transport %s: the TLS level%s%s "
	    "is %s%s.", s->p->config, r->service->name,
	    is_policy ? " for " : "", is_policy ? r->nexthop : "",
	    word, is_open ? ", and smtp_sasl_security_options lets a login "
	    "go out in clear" : "");
	if (is_open)
		finding_text(f.matters, "A token can leave without TLS. Who "
		    "reads it can use it.");
	else if (level == LEVEL_NONE)
		finding_text(f.matters, "Without TLS Postfix sends no token, "
		    "and servers offer no login. The log says \"No worthy "
		    "mechs found\".");
	else
		finding_text(f.matters, "Where a server, or somebody between, "
		    "hides TLS, no mail leaves; and nobody checks who gets "
		    "the token.");
	mend_level(s, &f, r, is_policy);
	sight_tell(s, &f);
}

/*
 * The options that apply are those of the strongest state of the session. By
 * default each is what the next is, as the service has that.
 */
static void
check_plaintext(struct sight *s, const struct route *r, enum level level)
{
	static const char *const names[] = {
	    "smtp_sasl_tls_verified_security_options",
	    "smtp_sasl_tls_security_options", "smtp_sasl_security_options" };
	const struct postfix_service *service = r->service;
	const char *name;
	size_t i = level == LEVEL_VERIFIED ? 0 : 1;
	struct finding f;

	while (i < 2 && !postfix_is_stated(s->p, names[i]) &&
	    !postfix_is_override(s->p, service, names[i]))
		i++;
	if (level == LEVEL_NONE || strcasestr(postfix_value(s->p, service,
	    names[i]), NOPLAINTEXT) == NULL)
		return;
	/* What is mended is for TLS alone. */
	name = names[i == 0 ? 0 : 1];
	f = sight_begin(VERDICT_FAULT);
	finding_text(f.found, "Postfix in %s, transport %s: %s is \"%.100s\".",
	    s->p->config, service->name, name,
	    postfix_value(s->p, service, name));
	finding_text(f.matters, "XOAUTH2 and OAUTHBEARER send a token as it "
	    "is, so " NOPLAINTEXT " excludes them, also under TLS. The log "
	    "says \"No worthy mechs found\".");
	sight_mend(s, &f, service, name, "noanonymous");
	sight_tell(s, &f);
}

/* A bundle that is there, and is not what is set; NULL for none. */
static const char *
find_bundle(const char *set)
{
	static const char *const bundles[] = {
	    "/etc/ssl/certs/ca-certificates.crt",
	    "/etc/pki/tls/certs/ca-bundle.crt",
	    "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem" };
	size_t i;

	for (i = 0; i < sizeof(bundles) / sizeof(bundles[0]); i++)
		if (strcmp(bundles[i], set) != 0 &&
		    access(bundles[i], R_OK) == 0)
			return bundles[i];
	return NULL;
}

/* No bundle is there: the package has to bring it, and smtp(8) to read it. */
static void
mend_package(const struct sight *s, struct finding *f, const char *name)
{
	char reload[SIGHT_COMMAND_MAX];

	finding_text(f->fix, "Bring %s back: \"%s\", then %s.", name,
	    access("/usr/bin/apt-get", X_OK) == 0 ?
	    "apt-get install --reinstall ca-certificates" :
	    "dnf reinstall ca-certificates", sight_reload(s, reload));
}

static void
tell_ca(struct sight *s, const struct route *r, const char *found,
    const char *matters)
{
	static const char name[] = "smtp_tls_CAfile";
	const char *set = postfix_value(s->p, r->service, name);
	const char *bundle = find_bundle(set);
	struct finding f = sight_begin(VERDICT_FAULT);

	finding_text(f.found, "Postfix in %s, transport %s: %s",
	    s->p->config, r->service->name, found);
	finding_text(f.matters, "%s The log says \"Server certificate not "
	    "verified\", or \"not trusted\".", matters);
	if (bundle != NULL)
		sight_mend(s, &f, r->service, name, bundle);
	else
		mend_package(s, &f, *set != '\0' ? set : "the certificates");
	sight_tell(s, &f);
}

/* smtp_tls_CAfile is read before the jail, smtp_tls_CApath inside of it. */
static void
check_ca(struct sight *s, const struct route *r)
{
	const struct postfix_service *service = r->service;
	const char *file = postfix_value(s->p, service, "smtp_tls_CAfile");
	const char *folder = postfix_value(s->p, service, "smtp_tls_CApath");
	const char *queue = postfix_value(s->p, NULL, "queue_directory");
	char found[FINDING_TEXT_MAX + 1], inside[SCOPE_PATH_MAX];

	if (*file != '\0') {
		if (access(file, R_OK) == 0)
			return;
		finding_text(found, "smtp_tls_CAfile is %.200s, which cannot "
		    "be read.", file);
		tell_ca(s, r, found, "Without it no server is trusted.");
		return;
	}
	if (*folder == '\0') {
		if (!postfix_is(s->p, service, "tls_append_default_CA", "yes"))
			tell_ca(s, r, "no smtp_tls_CAfile is set.", "The TLS "
			    "level asks for a certificate that is trusted, "
			    "and nobody is.");
		return;
	}
	snprintf(inside, sizeof(inside), "%s%s", queue, folder);
	if (!service->is_jailed || access(inside, R_OK | X_OK) == 0)
		return;
	finding_text(found, "smtp_tls_CApath is %.100s, smtp(8) is jailed, "
	    "and there is no %.200s.", folder, inside);
	tell_ca(s, r, found, "That folder is looked into from within the "
	    "jail. A CAfile is read before it.");
}

/* As the account for that server says; a port of its own may be either. */
static void
check_wrapper(struct sight *s, const struct route *r)
{
	static const char name[] = "smtp_tls_wrappermode";
	int is_on = postfix_is(s->p, r->service, name, "yes");
	int port = route_port(r);
	enum server_tls set;
	struct finding f;

	if (port == -1)
		return;
	set = sight_tls_for(s, r->host, (unsigned)port);
	if (is_on == server_is_implicit(SERVER_SMTP, (unsigned)port, set) ||
	    (is_on && set == SERVER_TLS_BY_PORT && port != 25 && port != 587))
		return;
	f = sight_begin(VERDICT_FAULT);
	finding_text(f.found, "Postfix in %s, transport %s: %s is %s, and mail "
	    "goes to port %d of %s.", s->p->config, r->service->name, name,
	    is_on ? "yes" : "no", port, r->host);
	finding_text(f.matters, is_on ? "That port begins without TLS, so the "
	    "connection fails." : "That port begins with TLS, and Postfix "
	    "waits for a greeting that does not come.");
	sight_mend(s, &f, r->service, name, is_on ? "no" : "yes");
	sight_tell(s, &f);
}

/* Once there is a level the older parameters say nothing. */
static void
check_remnants(struct sight *s, const struct route *r)
{
	static const char *const names[] = { "smtp_use_tls",
	    "smtp_enforce_tls" };
	char option[SIGHT_COMMAND_MAX];
	struct finding f;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!postfix_is_stated(s->p, names[i]) || *postfix_value(s->p,
		    r->service, "smtp_tls_security_level") == '\0')
			continue;
		f = sight_begin(VERDICT_WARNING);
		finding_text(f.found, "Postfix in %s: main.cf sets %s.",
		    s->p->config, names[i]);
		finding_text(f.matters, "It has no effect beside "
		    "smtp_tls_security_level, and misleads who reads it.");
		finding_text(f.fix, "\"postconf%s -X %s\".",
		    sight_option(s, option), names[i]);
		sight_tell(s, &f);
	}
}

void
postfix_check_tls(struct sight *s, const struct route *r)
{
	char word[64];
	int is_policy = find_level(s, r, word);
	enum level level = level_of(word, strlen(word));

	check_level(s, r, word, level, is_policy);
	check_plaintext(s, r, level);
	if (strcasecmp(word, "verify") == 0 || strcasecmp(word, "secure") == 0)
		check_ca(s, r);
	check_wrapper(s, r);
	check_remnants(s, r);
}
