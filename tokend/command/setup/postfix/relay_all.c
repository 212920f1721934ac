/* SPDX-License-Identifier: BSD-2-Clause */
/* relay_all.c - the account relays all mail; see relay.h */
#include <string.h>

#include "disk/cachefile.h"
#include "command/setup/postfix/table.h"
#include "command/setup/plan.h"
#include "command/setup/postfix/relay.h"
#include "base/name.h"

#define POSTMAP "/usr/sbin/postmap"

/* Tables whose text is a file that postmap(1) reads; a dbm is not ours. */
static const char *const table_types[] = { "texthash:", "hash:", "btree:",
    "lmdb:", NULL };

const char *
relay_table_path(const char *table)
{
	size_t i, len;

	for (i = 0; table_types[i] != NULL; i++) {
		len = strlen(table_types[i]);
		if (strncmp(table, table_types[i], len) == 0 &&
		    table[len] == '/' && strpbrk(table, ", \t") == NULL)
			return table + len;
	}
	return NULL;
}

/* "[smtp.gmail.com]:587", "smtp.gmail.com": is it the account's server? */
static int
is_our_relay(const struct relaying *p, const char *relayhost)
{
	const char *host = relayhost + (relayhost[0] == '[');
	size_t len = strcspn(host, "]:");

	return len == strlen(p->host) && equal_folded(host, p->host, len);
}

/* The relay as it is spelled in main.cf, which is the key in the map. */
static enum truth
find_relay(const struct relaying *p, struct buf *relay, struct failure *why)
{
	if (relay_get(p, "relayhost", relay, why) == -1)
		return IS_UNKNOWN;
	if (relay->len > 0)
		return is_our_relay(p, relay->data) ? IS_TRUE : IS_FALSE;
	return buf_adds(relay, p->relay) == -1 ? fail_memory(why) : IS_TRUE;
}

/* Where no other mail is relayed, or treated differently. */
static const struct usual_value usual[] = {
	{ "transport_maps", "-" },
	{ "sender_dependent_relayhost_maps", "-" },
	{ "sender_dependent_default_transport_maps", "-" },
	{ "smtp_tls_policy_maps", "-" },
	{ "smtp_tls_per_site", "-" },
	{ "smtp_sender_dependent_authentication", "no" },
	{ "default_transport", "smtp" },
	{ "smtp_sasl_type", "cyrus" },
	{ "smtp_tls_security_level", "- none may encrypt verify secure" },
	{ NULL, NULL }
};

/* smtp_sasl_password_maps, as it is. */
struct passwords {
	struct buf table;	/* "texthash:/etc/postfix/sasl_passwd" */
	const char *path;	/* in it; NULL: there is no table yet */
	struct buf login;	/* of the relay: "USER:PASSWORD" */
	size_t others;		/* more relays */
};

#define PASSWORDS_INIT { .table = BUF_INIT(RELAY_VALUE_MAX), \
	.login = BUF_INIT(SETUP_TEXT_MAX) }

/*
 * Looked at only: what changes is decided later. IS_FALSE: it is of a kind that
 * cannot be read.
 */
static enum truth
read_passwords(const struct relaying *p, const char *relay,
    struct passwords *t, struct failure *why)
{
	const struct setup_file *f;
	enum truth is_read = IS_TRUE;
	struct setup look;

	if (relay_get(p, "smtp_sasl_password_maps", &t->table, why) == -1)
		return IS_UNKNOWN;
	if (t->table.len == 0)
		return IS_TRUE;
	if ((t->path = relay_table_path(t->table.data)) == NULL)
		return IS_FALSE;
	plan_init(&look);
	if ((f = setup_file(&look, t->path, why)) == NULL ||
	    table_get(f, relay, &t->login, why) == IS_UNKNOWN)
		is_read = IS_UNKNOWN;
	else
		t->others = table_others(f, relay);
	plan_free(&look);
	return is_read;
}

static void
free_passwords(struct passwords *t)
{
	buf_free(&t->table);
	buf_free(&t->login);
}

/* USER:PASSWORD: is the user the account, or its mailbox? */
static int
is_our_login(const struct relaying *p, const char *login)
{
	const char *name = p->s->account->name;
	const char *user = users_for_service(&p->s->account->users, "smtp");
	size_t len = strcspn(login, ":");

	return words_equal(login, len, name, strlen(name)) || (user != NULL &&
	    words_equal(login, len, user, strlen(user)));
}

/* Nothing else is relayed, or treated differently, by this Postfix. */
static enum truth
is_free(const struct relaying *p, const struct passwords *t,
    struct failure *why)
{
	enum truth is_usual = relay_is_usual(p, usual, why), overrides;

	if (is_usual != IS_TRUE)
		return is_usual;
	overrides = relay_overrides(p, "smtp/unix", "smtp_", NULL, why);
	if (overrides != IS_FALSE)
		return overrides == IS_TRUE ? IS_FALSE : IS_UNKNOWN;
	return t->others == 0 && (t->login.len == 0 ||
	    is_our_login(p, t->login.data)) ? IS_TRUE : IS_FALSE;
}

enum truth
relay_is_alone(struct relaying *p, struct failure *why)
{
	struct buf relay = BUF_INIT(RELAY_VALUE_MAX);
	struct passwords t = PASSWORDS_INIT;
	char login[RELAY_WORDS_MAX];
	enum truth is_alone = find_relay(p, &relay, why);

	if (is_alone == IS_TRUE)
		is_alone = read_passwords(p, buf_text(&relay), &t, why);
	if (is_alone == IS_TRUE && relay_login(p, login, why) == -1)
		is_alone = IS_UNKNOWN;
	if (is_alone == IS_TRUE) {
		is_alone = is_free(p, &t, why);
		p->is_free = is_alone == IS_TRUE;
		if (is_alone == IS_FALSE &&
		    strcmp(buf_text(&t.login), login) == 0)
			is_alone = IS_TRUE;
	}
	free_passwords(&t);
	buf_free(&relay);
	return is_alone;
}

/* The login into the table there is, or into one of our own. */
static int
set_login(struct relaying *p, const char *relay, struct buf *table,
    struct failure *why)
{
	char path[SCOPE_PATH_MAX], login[RELAY_WORDS_MAX];
	struct setup_file *f;

	if (relay_login(p, login, why) == -1 || relay_get(p,
	    "smtp_sasl_password_maps", table, why) == -1)
		return -1;
	if (table->len == 0 && (buf_adds(table, "texthash:") == -1 ||
	    buf_adds(table, p->folder) == -1 ||
	    buf_adds(table, "/sasl_passwd") == -1))
		return fail_memory(why);
	if (scope_path(path, relay_table_path(table->data), "") == -1)
		return fail(why, STATUS_CONFIG, "%s: too long a path",
		    table->data);
	if ((f = setup_file(p->s, path, why)) == NULL)
		return -1;
	f->mode = 0600;
	if (table_set(f, relay, login, why) == -1)
		return -1;
	return strncmp(table->data, "texthash:", 9) == 0 || !plan_changes(f) ?
	    0 : setup_step(p->s, why, POSTMAP, table->data);
}

/* A value that will do stays as it is written. */
static int
set_filter(struct relaying *p, struct failure *why)
{
	struct buf value = BUF_INIT(RELAY_VALUE_MAX);
	int result = relay_get(p, "smtp_sasl_mechanism_filter", &value, why);

	if (result == 0 && strcasestr(buf_text(&value), "xoauth2") == NULL &&
	    strcasestr(buf_text(&value), "oauthbearer") == NULL)
		result = relay_set(p, "smtp_sasl_mechanism_filter",
		    RELAY_MECHANISMS, why);
	buf_free(&value);
	return result;
}

static int
set_security(struct relaying *p, struct failure *why)
{
	struct buf value = BUF_INIT(RELAY_VALUE_MAX);
	int result = relay_get(p, "smtp_sasl_tls_security_options", &value,
	    why);

	if (result == 0 && strstr(buf_text(&value), "noplaintext") != NULL)
		result = relay_set(p, "smtp_sasl_tls_security_options",
		    "noanonymous", why);
	if (result == 0)
		result = relay_get(p, "smtp_tls_CAfile", &value, why);
	if (result == 0 && value.len == 0)
		result = relay_set(p, "smtp_tls_CAfile", p->ca_file, why);
	buf_free(&value);
	return result;
}

static int
set_parameters(struct relaying *p, const char *relay, const char *table,
    struct failure *why)
{
	return relay_set(p, "relayhost", relay, why) == -1 ||
	    relay_set(p, "smtp_sasl_auth_enable", "yes", why) == -1 ||
	    relay_set(p, "smtp_sasl_password_maps", table, why) == -1 ||
	    set_filter(p, why) == -1 || set_security(p, why) == -1 ||
	    relay_set(p, "smtp_tls_security_level", "secure", why) == -1 ||
	    (p->is_wrapped && relay_set(p, "smtp_tls_wrappermode", "yes",
	    why) == -1) ? -1 : 0;
}

/* That cache would end the account by one refused token: libxoauth2(8). */
static int
note_cache(const struct relaying *p, struct failure *why)
{
	enum truth is_off = relay_is(p, "smtp_sasl_auth_cache_name", "", why);

	if (is_off != IS_FALSE)
		return is_off == IS_TRUE ? 0 : -1;
	return setup_note(p->s, why, "smtp_sasl_auth_cache_name is set in "
	    "%s/main.cf: a token that was refused once would then end the "
	    "account for 90 days. Remove it: \"postconf -X "
	    "smtp_sasl_auth_cache_name\".", p->folder);
}

int
relay_all(struct relaying *p, struct failure *why)
{
	struct buf relay = BUF_INIT(RELAY_VALUE_MAX);
	struct buf table = BUF_INIT(RELAY_VALUE_MAX);
	int result = -1;

	if (find_relay(p, &relay, why) == IS_TRUE &&
	    set_login(p, relay.data, &table, why) == 0 &&
	    (!p->is_free || (relay_root(p, why) == 0 &&
	    relay_rewrite(p, why) == 0)) && relay_copy_out(p, why) == 0 &&
	    set_parameters(p, relay.data, table.data, why) == 0 &&
	    relay_set_rewriting(p, why) == 0 &&
	    note_cache(p, why) == 0)
		result = relay_copy_back(p, p->main, why);
	if (result == 0 && !p->is_free && plan_changes(p->main))
		result = fail(why, STATUS_CONFIG, "%s/main.cf: relays by %s "
		    "with a token, as it does by others, and lacks a setting "
		    "that could break those: nothing was changed; "
		    "postfix-several.md of tokend's pages has what to set for "
		    "which", p->folder, relay.data);
	buf_free(&relay);
	buf_free(&table);
	return result;
}
