/* SPDX-License-Identifier: BSD-2-Clause */
/* tls_level.c - no token without TLS, and none to another server */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "account/server_tls.h"
#include "command/doctor/postfix/check_context.h"
#include "command/postfix/map.h"

#define NOPLAINTEXT "noplaintext"

/* From "no TLS" to "the server is verified". */
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
 * What counts for r: the policy for it, else the level, else the
 * older parameters. word holds 64 bytes; true if it is a policy's.
 */
static int
find_level(const struct check_context *c, const struct route *r, char word[64])
{
	const char *policies = postfix_value(c->p, r->service,
	    "smtp_tls_policy_maps");
	const char *level = postfix_value(c->p, r->service,
	    "smtp_tls_security_level");
	struct buf value = BUF_INIT(4096);
	struct failure why;
	int is_policy;

	is_policy = map_find(c->p, policies, r->nexthop, &value, &why) ==
	    LOOKUP_FOUND;
	if (is_policy)
		level = buf_text(&value);
	else if (*level == '\0')
		level = postfix_is(c->p, r->service, "smtp_enforce_tls", "yes")
		    ? "encrypt" : postfix_is(c->p, r->service, "smtp_use_tls",
		    "yes") ? "may" : "none";
	snprintf(word, 64, "%.*s", (int)strcspn(level, " \t,"), level);
	buf_free(&value);
	return is_policy;
}

static void
check_level(struct check_context *c, const struct route *r, const char *word,
    enum level level, int is_policy)
{
	const char *options = postfix_value(c->p, r->service,
	    "smtp_sasl_security_options");
	char for_relay[ROUTE_TEXT_MAX + 8] = "", set[FIX_MAX], fix[FIX_MAX];

	if (level >= LEVEL_ENCRYPT)
		return;
	if (is_policy)
		snprintf(for_relay, sizeof(for_relay), " for %s", r->nexthop);
	fill_set(c, set, r->service, "smtp_tls_security_level", "secure");
	fill_fix(c, fix, is_policy ? FIX_POLICY : FIX_SET,
	    KNOWN_VALUES({ "relay", r->nexthop }, { "set", set }));
	report_postfix(c, strcasestr(options, NOPLAINTEXT) == NULL ?
	    TLS_CLEAR : level == LEVEL_NONE ? TLS_NONE : TLS_MAY,
	    KNOWN_VALUES({ "transport", r->service->name },
	    { "for_relay", for_relay }, { "level", word }, { "fix", fix }));
}

/*
 * The options that apply are those of the strongest state of the session. By
 * default each is what the next is, as the service has that.
 */
static void
check_plaintext(struct check_context *c, const struct route *r,
    enum level level)
{
	static const char *const names[] = {
	    "smtp_sasl_tls_verified_security_options",
	    "smtp_sasl_tls_security_options", "smtp_sasl_security_options" };
	const struct postfix_service *service = r->service;
	const char *name;
	size_t i = level == LEVEL_VERIFIED ? 0 : 1;

	while (i < 2 && !postfix_is_stated(c->p, names[i]) &&
	    !postfix_is_override(c->p, service, names[i]))
		i++;
	if (level == LEVEL_NONE || strcasestr(postfix_value(c->p, service,
	    names[i]), NOPLAINTEXT) == NULL)
		return;
	/* The fix is for TLS alone. */
	name = names[i == 0 ? 0 : 1];
	report_setting(c, TLS_NO_PLAINTEXT, service, name, "noanonymous", NULL);
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

/* Without a bundle the package has to restore it, for smtp(8) to read. */
static void
report_ca(struct check_context *c, const struct route *r,
    enum postfix_finding found, const char *folder, const char *inside)
{
	static const char name[] = "smtp_tls_CAfile";
	const char *set = postfix_value(c->p, r->service, name);
	const char *bundle = find_bundle(set);
	char fix[FIX_MAX], command[FIX_MAX];

	if (bundle != NULL)
		fill_fix(c, fix, FIX_SET, KNOWN_VALUES({ "set",
		    fill_set(c, command, r->service, name, bundle) }));
	else
		fill_fix(c, fix, FIX_PACKAGE, KNOWN_VALUES(
		    { "file", *set != '\0' ? set : "the certificates" },
		    { "command", access("/usr/bin/apt-get", X_OK) == 0 ?
		    "apt-get install --reinstall ca-certificates" :
		    "dnf reinstall ca-certificates" }));
	report_postfix(c, found, KNOWN_VALUES(
	    { "transport", r->service->name }, { "file", set },
	    { "folder", folder }, { "inside", inside }, { "fix", fix }));
}

/* smtp_tls_CAfile is read before the jail, smtp_tls_CApath inside of it. */
static void
check_ca(struct check_context *c, const struct route *r)
{
	const struct postfix_service *service = r->service;
	const char *file = postfix_value(c->p, service, "smtp_tls_CAfile");
	const char *folder = postfix_value(c->p, service, "smtp_tls_CApath");
	char inside[SCOPE_PATH_MAX];

	snprintf(inside, sizeof(inside), "%s%s",
	    postfix_value(c->p, NULL, "queue_directory"), folder);
	if (*file != '\0') {
		if (access(file, R_OK) == -1)
			report_ca(c, r, CA_UNREADABLE, folder, inside);
	} else if (*folder == '\0') {
		if (!postfix_is(c->p, service, "tls_append_default_CA", "yes"))
			report_ca(c, r, CA_NONE, folder, inside);
	} else if (service->is_jailed && access(inside, R_OK | X_OK) == -1) {
		report_ca(c, r, CA_JAILED, folder, inside);
	}
}

/* As the account for that server says; a port of its own may be either. */
static void
check_wrapper(struct check_context *c, const struct route *r)
{
	static const char name[] = "smtp_tls_wrappermode";
	int is_on = postfix_is(c->p, r->service, name, "yes");
	int port = route_port(r);
	enum server_tls set;

	if (port == -1)
		return;
	set = find_relay_tls(c, r->host, (unsigned)port);
	if (is_on == server_is_implicit(SERVER_SMTP, (unsigned)port, set) ||
	    (is_on && set == SERVER_TLS_BY_PORT && port != 25 && port != 587))
		return;
	report_setting(c, is_on ? WRAPPER_ON : WRAPPER_OFF, r->service, name,
	    is_on ? "no" : "yes", KNOWN_VALUES({ "port", KNOWN_NUMBER(port) },
	    { "host", r->host }));
}

/* With a level these older parameters have no effect. */
static void
check_remnants(struct check_context *c, const struct route *r)
{
	static const char *const names[] = { "smtp_use_tls",
	    "smtp_enforce_tls" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (postfix_is_stated(c->p, names[i]) && *postfix_value(c->p,
		    r->service, "smtp_tls_security_level") != '\0')
			report_postfix(c, TLS_REMNANT,
			    KNOWN_VALUES({ "parameter", names[i] }));
}

void
check_tls(struct check_context *c, const struct route *r)
{
	char word[64];
	int is_policy = find_level(c, r, word);
	enum level level = level_of(word, strlen(word));

	check_level(c, r, word, level, is_policy);
	check_plaintext(c, r, level);
	if (strcasecmp(word, "verify") == 0 || strcasecmp(word, "secure") == 0)
		check_ca(c, r);
	check_wrapper(c, r);
	check_remnants(c, r);
}
