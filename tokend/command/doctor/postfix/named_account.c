/* SPDX-License-Identifier: BSD-2-Clause */
/* named_account.c - the account that an entry of the map names */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "account/account.h"
#include "account/allow.h"
#include "account/server_tls.h"
#include "command/doctor/postfix/check_context.h"
#include "command/postfix/root_mail.h"
#include "files/folder.h"
#include "name.h"
#include "nearest.h"
#include "number.h"
#include "shell_word.h"

#define HOSTS_SHOWN 200	/* bytes of a line that is printed whole */

#define GROUPS_MOST 64
#define SUBMISSION 587
#define SUBMISSIONS 465

int
sight_account_for(const struct sight *s, const char *host,
    char name[NAME_MAX_LEN + 1])
{
	struct failure why;
	struct account a;
	struct names n;
	int found = 0;
	size_t i;

	if (names_list(&n, &s->scope, &why) == -1)
		n.count = 0;
	for (i = 0; i < n.count && !found; i++) {
		if (account_load(&a, &s->scope, n.name[i], &why) == 0 &&
		    strcmp(a.hosts, "*") != 0 && host_matches(a.hosts, host)) {
			memcpy(name, a.name, sizeof(a.name));
			found = 1;
		}
		account_free(&a);
	}
	names_free(&n);
	return found;
}

/* HOST[:PORT] in an account's file. */
static int
is_server(const char *server, const char *host, unsigned port)
{
	size_t len = strlen(host);
	int64_t number = server_port(SERVER_SMTP);

	if (strncasecmp(server, host, len) != 0)
		return 0;
	if (server[len] == ':')
		return number_read(server + len + 1, &number) > 0 &&
		    number == port;
	return server[len] == '\0' && number == port;
}

enum server_tls
sight_tls_for(const struct sight *s, const char *host, unsigned port)
{
	enum server_tls set = SERVER_TLS_BY_PORT;
	struct failure why;
	struct account a;
	struct names n;
	size_t i;

	if (names_list(&n, &s->scope, &why) == -1)
		n.count = 0;
	for (i = 0; i < n.count && set == SERVER_TLS_BY_PORT; i++) {
		if (account_load(&a, &s->scope, n.name[i], &why) == 0 &&
		    a.server[SERVER_SMTP] != NULL &&
		    is_server(a.server[SERVER_SMTP], host, port))
			set = a.tls[SERVER_SMTP];
		account_free(&a);
	}
	names_free(&n);
	return set;
}

int
sight_mailbox(const struct sight *s, const char *account,
    char mailbox[NAME_MAX_LEN + 1])
{
	const char *user;
	struct failure why;
	struct account a;
	int found = 0;

	if (account_load(&a, &s->scope, account, &why) == 0) {
		user = users_for_service(&a.users, "smtp");
		snprintf(mailbox, NAME_MAX_LEN + 1, "%s",
		    user != NULL && user[0] != '\0' ? user : a.name);
		found = root_mail_is_plain(mailbox);
	}
	account_free(&a);
	return found;
}

int
sight_relay_for(const struct sight *s, const char *account,
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
	if (account_load(&a, &s->scope, account, &why) == 0 &&
	    (server = a.server[SERVER_SMTP]) != NULL) {
		route_parse(&its, server);
		found = strcasecmp(its.host, r->host) == 0;
		snprintf(wanted, ROUTE_TEXT_MAX, "[%.250s]:%.31s", its.host,
		    its.port[0] != '\0' ? its.port : "587");
	}
	account_free(&a);
	return found && strcmp(wanted, r->nexthop) != 0;
}

/* True if the user is one of numbers' uids, or in one of their @gids. */
static int
is_allowed(const struct passwd *pw, const char *numbers)
{
	gid_t groups[GROUPS_MOST];
	int64_t number = 0;
	int count = GROUPS_MOST, i, is_group;
	size_t len;

	if (getgrouplist(pw->pw_name, pw->pw_gid, groups, &count) == -1)
		count = GROUPS_MOST;
	for (; (numbers = words_next(numbers, &len)) != NULL; numbers += len) {
		is_group = *numbers == '@';
		if (number_read(numbers + is_group, &number) == 0)
			continue;
		if (!is_group && (uid_t)number == pw->pw_uid)
			return 1;
		for (i = 0; is_group && i < count; i++)
			if ((gid_t)number == groups[i])
				return 1;
	}
	return 0;
}

static void
check_allow(struct sight *s, const struct account *a)
{
	const char *owner = postfix_value(s->p, NULL, "mail_owner");
	const struct passwd *pw = getpwnam(owner);
	struct buf numbers = BUF_INIT(ALLOW_LIST_MAX);
	struct finding f = sight_begin(VERDICT_FAULT);

	if (pw == NULL || allow_numbers(a->allow, &numbers) == -1 ||
	    is_allowed(pw, buf_text(&numbers))) {
		buf_free(&numbers);
		return;
	}
	buf_free(&numbers);
	f.code = STATUS_DENIED;
	finding_text(f.found, "Account \"%s\": %s may not use it, as whom "
	    "Postfix in %s asks.", a->name, owner, s->p->config);
	finding_text(f.matters, "tokend answers as if there were no such "
	    "account: \"may not use it, or there is no such account\".");
	finding_text(f.fix, "The line \"allow = %s%s%s\" in %s.",
	    a->allow != NULL ? a->allow : "", a->allow != NULL ? " " : "",
	    owner, a->path);
	sight_tell(s, &f);
}

static void
check_hosts(struct sight *s, const struct route *r, const struct account *a)
{
	struct finding f = sight_begin(VERDICT_FAULT);

	/* Without brackets mail goes to the MX of it, whatever that is. */
	if (!r->is_bracketed || host_matches(a->hosts, r->host))
		return;
	f.code = STATUS_HOST;
	finding_text(f.found, "Account \"%s\" is not for %s, to which Postfix "
	    "in %s sends with it (%s).", a->name, r->host, s->p->config,
	    r->parameter);
	finding_text(f.matters, "tokend gives a token for the servers in "
	    "`hosts` and for no other, so that a wrong map does not take it "
	    "to a stranger. If this one is right, it has to be listed.");
	/* A line that is cut would be typed as it stands. */
	if (strlen(a->hosts) <= HOSTS_SHOWN)
		finding_text(f.fix, "The line \"hosts = %s %s\" in %s.",
		    a->hosts, r->host, a->path);
	else
		finding_text(f.fix, "Add %s to the line `hosts` in %s.",
		    r->host, a->path);
	sight_tell(s, &f);
}

/* Copies a name without what people put around an address. */
static void
strip_name(char to[NAME_MAX_LEN + 1], const char *name)
{
	size_t used = 0;

	for (; *name != '\0' && used < NAME_MAX_LEN; name++)
		if (strchr("<>[]()\"'`, \t", *name) == NULL)
			to[used++] = *name;
	to[used] = '\0';
}

/* How sure it is that the account is meant by name: 3, 2, 1; 0: it is not. */
static int
rate_name(const char *name, const char *account)
{
	struct nearest n = { .word = NULL };
	size_t len = strcspn(account, "@");
	char plain[NAME_MAX_LEN + 1];

	strip_name(plain, name);
	if (strcmp(plain, account) == 0)
		return 3;
	nearest_compare(&n, plain, account);
	if (nearest_found(&n) != NULL)
		return 2;
	return len > 0 && len == strcspn(plain, "@") &&
	    strncmp(plain, account, len) == 0;
}

/* The account that is most likely meant: 1, or 0 if there is none. */
static int
find_meant(const struct sight *s, const char *name,
    char meant[NAME_MAX_LEN + 1])
{
	struct failure why;
	struct names n;
	int best = 0, rate;
	size_t i;

	if (names_list(&n, &s->scope, &why) == -1)
		return 0;
	for (i = 0; i < n.count; i++) {
		rate = rate_name(name, n.name[i]);
		if (rate <= best)
			continue;
		best = rate;
		snprintf(meant, NAME_MAX_LEN + 1, "%s", n.name[i]);
	}
	names_free(&n);
	return best > 0;
}

/* Its name there, or the nearest one: no second account is wanted. */
static void
tell_meant(struct sight *s, const struct route *r, const struct entry *e,
    const char *meant)
{
	struct finding f = sight_begin(VERDICT_FAULT);

	f.code = STATUS_NO_ACCOUNT;
	finding_text(f.found, "Postfix in %s: the entry for %s names the "
	    "account \"%s\", which is not there; \"%s\" is.", s->p->config,
	    e->key, e->account, meant);
	finding_text(f.matters, "The plugin takes the name as it is written, "
	    "without brackets, quotes or blanks, and finds no such account. "
	    "(If another one is meant, sign in for it by tokend login.)");
	sight_mend_entry(s, &f, r, e->key, meant, 1);
	sight_tell(s, &f);
}

static void
tell_missing(struct sight *s, const struct route *r, const struct entry *e)
{
	struct finding f = sight_begin(VERDICT_FAULT);
	char meant[NAME_MAX_LEN + 1];

	if (find_meant(s, e->account, meant)) {
		tell_meant(s, r, e, meant);
		return;
	}

	f.code = STATUS_NO_ACCOUNT;
	finding_text(f.found, "Postfix in %s: the entry for %s names the "
	    "account \"%s\", which is not in %s/accounts.", s->p->config,
	    e->key, e->account, s->scope.config);
	finding_text(f.matters, "Nobody has signed in for it, or it has "
	    "another name there (\"tokend status\" shows all), which the "
	    "entry can give as \"tokend:NAME\" behind its user.");
	finding_text(f.fix, "\"tokend login --set allow=%s %s\".",
	    SHELL_NAME(postfix_value(s->p, NULL, "mail_owner")),
	    SHELL_NAME(e->account));
	sight_tell(s, &f);
}

void
postfix_check_account(struct sight *s, const struct route *r,
    const struct entry *e)
{
	struct failure why;
	struct account a;

	/* What is wrong in its file, the check of the accounts tells. */
	if (account_load(&a, &s->scope, e->account, &why) == 0) {
		check_hosts(s, r, &a);
		check_allow(s, &a);
	} else if (why.code == STATUS_NO_ACCOUNT) {
		tell_missing(s, r, e);
	} else if (geteuid() != 0) {
		doctor_unknown(s->d, "postfix", "Account \"%s\", as whom "
		    "Postfix logs in, is shown to root only.", e->account);
	}
	account_free(&a);
}
