/* SPDX-License-Identifier: BSD-2-Clause */
/* relay_account.c - the account for a relay, and what Postfix needs of it */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "account/account.h"
#include "account/server_tls.h"
#include "command/doctor/postfix/check_context.h"
#include "command/postfix/map.h"
#include "command/postfix/root_mail.h"
#include "files/folder.h"
#include "base/number.h"

#define SUBMISSION 587
#define SUBMISSIONS 465

struct server {
	const char *host;
	unsigned port;
};

static int
lists_host(const struct account *a, const struct server *s)
{
	return strcmp(a->hosts, "*") != 0 && host_matches(a->hosts, s->host);
}

/* HOST[:PORT] in an account's file, with a word of its own about TLS. */
static int
sets_tls(const struct account *a, const struct server *s)
{
	const char *server = a->server[SERVER_SMTP];
	size_t len = strlen(s->host);
	int64_t number = server_port(SERVER_SMTP);

	if (server == NULL || a->tls[SERVER_SMTP] == SERVER_TLS_BY_PORT ||
	    strncasecmp(server, s->host, len) != 0)
		return 0;
	if (server[len] == ':' && number_read(server + len + 1, &number) == 0)
		return 0;
	return (server[len] == ':' || server[len] == '\0') &&
	    number == s->port;
}

/* The first account that is for the server; a is to be freed if it is 1. */
static int
find_account(const struct check_context *c, struct account *a,
    int (*is_for)(const struct account *a, const struct server *s),
    const struct server *server)
{
	struct failure why;
	struct names n;
	int found = 0;
	size_t i;

	if (names_list(&n, &c->scope, &why) == -1)
		n.count = 0;
	for (i = 0; i < n.count && !found; i++) {
		found = account_load(a, &c->scope, n.name[i], &why) == 0 &&
		    is_for(a, server);
		if (!found)
			account_free(a);
	}
	names_free(&n);
	return found;
}

int
find_relay_account(const struct check_context *c, const char *host,
    char name[NAME_MAX_LEN + 1])
{
	const struct server server = { host, 0 };
	struct account a;

	if (!find_account(c, &a, lists_host, &server))
		return 0;
	memcpy(name, a.name, sizeof(a.name));
	account_free(&a);
	return 1;
}

enum server_tls
find_relay_tls(const struct check_context *c, const char *host, unsigned port)
{
	const struct server server = { host, port };
	enum server_tls tls;
	struct account a;

	if (!find_account(c, &a, sets_tls, &server))
		return SERVER_TLS_BY_PORT;
	tls = a.tls[SERVER_SMTP];
	account_free(&a);
	return tls;
}

int
find_mailbox(const struct check_context *c, const char *account,
    char mailbox[NAME_MAX_LEN + 1])
{
	struct failure why;
	struct account a;
	int found = 0;

	if (account_load(&a, &c->scope, account, &why) == 0) {
		snprintf(mailbox, NAME_MAX_LEN + 1, "%s",
		    account_mailbox(&a, SERVER_SMTP));
		found = root_mail_is_plain(mailbox);
	}
	account_free(&a);
	return found;
}

int
find_better_relay(const struct check_context *c, const char *account,
    const struct route *r, char wanted[ROUTE_TEXT_MAX])
{
	const char *server = NULL;
	struct failure why;
	struct account a;
	struct route its;
	int port = route_port(r), found = 0;

	if (r->is_bracketed && (port == SUBMISSION || port == SUBMISSIONS))
		return 0;
	memset(&its, 0, sizeof(its));
	if (account_load(&a, &c->scope, account, &why) == 0 &&
	    (server = a.server[SERVER_SMTP]) != NULL) {
		route_parse(&its, server);
		found = strcasecmp(its.host, r->host) == 0;
		snprintf(wanted, ROUTE_TEXT_MAX, "[%.250s]:%.31s", its.host,
		    its.port[0] != '\0' ? its.port : "587");
	}
	account_free(&a);
	return found && strcmp(wanted, r->nexthop) != 0;
}

/* The first table of the password map, and its file. */
static int
find_file(const struct check_context *c,
    const struct postfix_service *service, char file[SCOPE_PATH_MAX],
    char whole[SCOPE_PATH_MAX])
{
	size_t len = 0, type;
	const char *table = map_next(postfix_value(c->p, service,
	    "smtp_sasl_password_maps"), &len);

	snprintf(file, SCOPE_PATH_MAX, "%.900s/sasl_passwd", c->p->config);
	whole[0] = '\0';
	if (table == NULL || (type = strcspn(table, ":")) >= len)
		return 0;
	snprintf(whole, SCOPE_PATH_MAX, "%.*s", (int)len, table);
	snprintf(file, SCOPE_PATH_MAX, "%s", whole + type + 1);
	return map_is_compiled(table, len);
}

const char *
fix_entry(const struct check_context *c, char text[FIX_MAX],
    const struct route *r, const char *key, const char *user, int is_there)
{
	char file[SCOPE_PATH_MAX], table[SCOPE_PATH_MAX];
	int is_compiled = find_file(c, r->service, file, table);

	return fill_fix(c, text, is_there ?
	    (is_compiled ? FIX_LINE_COMPILED : FIX_LINE) :
	    (is_compiled ? FIX_ENTRY_COMPILED : FIX_ENTRY), KNOWN_VALUES(
	    { "file", file }, { "table", table }, { "key", key },
	    { "user", user }));
}

const char *
fix_route(const struct check_context *c, char text[FIX_MAX],
    const struct route *r, const char *key, const char *wanted,
    const char *account)
{
	char set[FIX_MAX];
	size_t len = 0;

	/* smtp(8) looks for the bare host as well. */
	if (strcmp(key, wanted) != 0 && strcmp(key, r->host) != 0) {
		fix_entry(c, text, r, wanted, account, *key != '\0');
		len = strlen(text);
		len += (size_t)snprintf(text + len, FIX_MAX - len, " ");
	}
	if (strcmp(r->parameter, "relayhost") == 0)
		known_fill(text + len, FIX_MAX - len,
		    postfix_fixes[FIX_SET].fix, KNOWN_VALUES({ "set",
		    fill_set(c, set, NULL, "relayhost", wanted) }));
	else
		known_fill(text + len, FIX_MAX - len,
		    postfix_fixes[FIX_ROUTE].fix, KNOWN_VALUES(
		    { "wanted", wanted }, { "relay", r->nexthop },
		    { "route_key", r->key }, { "parameter", r->parameter }));
	return text;
}
