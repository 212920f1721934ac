/* SPDX-License-Identifier: BSD-2-Clause */
/* test_account.c - account files: layers, mistakes, endpoints */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/account.h"
#include "account/defaults.h"
#include "account/endpoint.h"
#include "knowledge/microsoft.h"

#include "unit.h"	/* last: check.h has a macro fail() */

/* What an account must have. */
#define ENDPOINT "token_endpoint = https://as.example.org/token\n"
#define NEEDED ENDPOINT "client_id = the-app\nhosts = mx.example.org\n"

static struct scope s;
static struct failure why;
static struct account a;

static void
setup(void)
{
	scratch_scope(&s);
	scratch_folder(scratch_path("config"), 0755);
	scratch_folder(scratch_path("config/accounts"), 0755);
	memset(&why, 0, sizeof(why));
	memset(&a, 0, sizeof(a));
}

static void
teardown(void)
{
	account_free(&a);
	scratch_teardown();
}

FIXTURE(setup, teardown);

static void
put(const char *file, const char *text)
{
	scratch_write(scratch_path("config/%s", file), 0640, text);
}

static int
load(const char *name)
{
	account_free(&a);
	return account_load(&a, &s, name, &why);
}

static void
load_text(const char *text)
{
	put("accounts/acct.conf", text);
	ck_assert_msg(load("acct") == 0, "%s", why.text);
}

static void
refuse_text(const char *text, const char *says)
{
	put("accounts/acct.conf", text);
	ck_assert_int_eq(load("acct"), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, says) != NULL, "\"%s\" is not in: %s",
	    says, why.text);
}

TEST(the_least_that_is_needed)
{
	load_text(NEEDED);
	ck_assert_str_eq(a.name, "acct");
	ck_assert_str_eq(a.path, scratch_path("config/accounts/acct.conf"));
	ck_assert_str_eq(a.token_endpoint, "https://as.example.org/token");
	ck_assert_str_eq(a.client_id, "the-app");
	ck_assert_str_eq(a.hosts, "mx.example.org");
	ck_assert_int_eq(a.grant, GRANT_REFRESH_TOKEN);
	ck_assert_int_eq(a.client_auth, CLIENT_AUTH_POST);
	ck_assert_int_eq(a.refresh_before, 0);
	ck_assert_int_eq(a.min_valid, 0);
	ck_assert_ptr_null(a.provider);
	ck_assert_ptr_null(a.client_secret);
	ck_assert_ptr_null(a.client_secret_file);
	ck_assert_ptr_null(a.scope);
	ck_assert_int_eq(a.scope_is_stated, 0);
	ck_assert_ptr_null(a.users.user);
	ck_assert_ptr_null(a.allow);
	ck_assert_int_eq(a.allow_is_own, 0);
	ck_assert_ptr_null(a.proxy);
	ck_assert_ptr_null(a.on_error);
	ck_assert_ptr_null(a.on_warning);
}

TEST(all_that_can_be_said)
{
	load_text(NEEDED "grant = client_credentials\n"
	    "client_secret = s3cr3t{with}<all>\nclient_auth = basic\n"
	    "scope = one two\nuser = u\nuser_smtp = us\nuser_imap = ui\n"
	    "user_pop = up\nallow = postfix @mail 1000\nrefresh_before = 15m\n"
	    "min_valid = 10m\nproxy = http://proxy:3128\nca_file = /ca\n"
	    "ca_dir = /cas\non_error = /bin/true\non_warning = /bin/echo\n"
	    "tenant = t\n");
	ck_assert_int_eq(a.grant, GRANT_CLIENT_CREDENTIALS);
	ck_assert_str_eq(a.client_secret, "s3cr3t{with}<all>");
	ck_assert_int_eq(a.client_auth, CLIENT_AUTH_BASIC);
	ck_assert_str_eq(a.scope, "one two");
	ck_assert_int_eq(a.scope_is_stated, 1);
	ck_assert_str_eq(a.users.user, "u");
	ck_assert_str_eq(a.users.smtp, "us");
	ck_assert_str_eq(a.users.imap, "ui");
	ck_assert_str_eq(a.users.pop, "up");
	ck_assert_str_eq(a.allow, "postfix @mail 1000");
	ck_assert_int_eq(a.allow_is_own, 1);
	ck_assert_int_eq(a.refresh_before, 900);
	ck_assert_int_eq(a.min_valid, 600);
	ck_assert_str_eq(a.proxy, "http://proxy:3128");
	ck_assert_str_eq(a.ca_file, "/ca");
	ck_assert_str_eq(a.ca_dir, "/cas");
	ck_assert_str_eq(a.on_error, "/bin/true");
	ck_assert_str_eq(a.on_warning, "/bin/echo");
}

TEST(a_name_is_folded)
{
	put("accounts/me@example.org.conf", NEEDED);
	ck_assert_int_eq(load("Me@Example.ORG"), 0);
	ck_assert_str_eq(a.name, "me@example.org");
	ck_assert_int_eq(load("../accounts/me@example.org"), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_int_eq(load(""), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
}

TEST(a_missing_file_is_no_account)
{
	char path[4200];

	ck_assert_int_eq(load("none"), -1);
	ck_assert_int_eq(why.code, STATUS_NO_ACCOUNT);
	snprintf(path, sizeof(path), "account \"none\": there is no "
	    "%s/accounts/none.conf: create it with \"tokend login none\"",
	    s.config);
	ck_assert_ptr_nonnull(strstr(why.text, path));
	rmdir(scratch_path("config/accounts"));
	ck_assert_int_eq(load("none"), -1);
	ck_assert_int_eq(why.code, STATUS_NO_ACCOUNT);
	rmdir(scratch_path("config"));
	ck_assert_int_eq(load("none"), -1);
	ck_assert_int_eq(why.code, STATUS_NO_ACCOUNT);
}

TEST(a_file_that_is_not_ours_alone_is_refused)
{
	const char *file = scratch_path("config/accounts/acct.conf");

	put("accounts/acct.conf", NEEDED);
	chmod(file, 0660);
	ck_assert_int_eq(load("acct"), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "others may write to it"));
	chmod(file, 0644);
	ck_assert_int_eq(load("acct"), 0);
	chmod(scratch_path("config/accounts"), 0777);
	ck_assert_int_eq(load("acct"), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	chmod(scratch_path("config/accounts"), 0755);
	unlink(file);
	ck_assert_int_eq(symlink("/dev/null", file), 0);
	ck_assert_int_eq(load("acct"), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "not a regular file"));
}

TEST(a_secret_is_not_for_everybody)
{
	const char *file = scratch_path("config/accounts/acct.conf");

	load_text(NEEDED "client_secret = s3cr3t\n");
	chmod(file, 0644);
	ck_assert_int_eq(load("acct"), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "every user may read it (mode "
	    "0644): \"chmod o= "));
	ck_assert_ptr_null(strstr(why.text, "s3cr3t"));
	chmod(file, 0640);
	ck_assert_int_eq(load("acct"), 0);
}

static const struct {
	const char *text, *says;
} wrong[] = {
	{ "", "token_endpoint is missing" },
	{ "client_id = x\nhosts = h\n", "token_endpoint is missing" },
	{ ENDPOINT "hosts = h\n", "client_id is missing" },
	{ ENDPOINT "client_id = x\n", "hosts is missing" },
	{ NEEDED "nonsense\n", "acct.conf:4: not `key = value`" },
	{ NEEDED "client_secert = x\n", "did you mean \"client_secret\"?" },
	{ NEEDED "hosts = h\n", "acct.conf:4: \"hosts\" is set for the "
	    "second time" },
	{ NEEDED "grant = password\n", "grant: is refresh_token, "
	    "client_credentials, jwt_bearer, metadata or command" },
	{ NEEDED "client_auth = none\n", "client_auth: is post or basic" },
	{ NEEDED "refresh_before = 0\n", "refresh_before: is 1 to 86400" },
	{ NEEDED "refresh_before = 2d\n", "refresh_before: is 1 to 86400" },
	{ NEEDED "min_valid = soon\n", "min_valid: is a time" },
	{ NEEDED "client_secret = a\nclient_secret_file = /b\n",
	    "client_secret_file: is set in addition to client_secret" },
	{ NEEDED "client_secret_file = b\n", "client_secret_file: is an "
	    "absolute path" },
	{ NEEDED "ca_file = b\n", "ca_file: is an absolute path" },
	{ NEEDED "ca_dir = b\n", "ca_dir: is an absolute path" },
	{ NEEDED "on_error = mail root\n", "on_error: is an absolute path" },
	{ NEEDED "on_warning = true\n", "on_warning: is an absolute path" },
	{ ENDPOINT "hosts = h\nclient_id = <your client id>\n",
	    "client_id: looks like a placeholder" },
	{ ENDPOINT "hosts = h\nclient_id = {client_id}\n",
	    "client_id: looks like a placeholder" },
	{ ENDPOINT "hosts = h\nclient_id = YOUR_CLIENT_ID\n",
	    "client_id: looks like a placeholder" },
	{ ENDPOINT "hosts = h\nclient_id = your-client-id\n",
	    "client_id: looks like a placeholder" },
	{ NEEDED "client_secret = changeme\n",
	    "client_secret: looks like a placeholder" },
	{ NEEDED "tenant = <tenant>\n", "tenant: looks like a placeholder" },
	{ NEEDED "provider = nobody\n", "there is no preset \"nobody\"" },
	{ NEEDED "provider = ../accounts/acct\n", "provider: is not a name" },
	{ "hosts = h\nclient_id = x\ntoken_endpoint = "
	    "http://as.example.org/t\n", "token_endpoint: is not https://" },
	{ "hosts = h\nclient_id = x\ntoken_endpoint = as.example.org\n",
	    "token_endpoint: is not https://" },
};

TABLE_TEST(a_mistake_is_told, wrong)
{
	refuse_text(wrong[_i].text, wrong[_i].says);
	ck_assert_ptr_nonnull(strstr(why.text, "config/accounts/acct.conf"));
}

TEST(a_mistake_shows_no_secret)
{
	refuse_text(NEEDED "client_secret = s3cr3t\ngrant = x\n", "grant");
	ck_assert_ptr_null(strstr(why.text, "s3cr3t"));
	refuse_text(NEEDED "client_secret = your-s3cr3t\n", "placeholder");
	ck_assert_ptr_null(strstr(why.text, "s3cr3t"));
	refuse_text(NEEDED "client_secret s3cr3t=\n", "acct.conf:4");
	ck_assert_ptr_null(strstr(why.text, "s3cr3t"));
}

TEST(a_preset_stands_behind)
{
	scratch_folder(scratch_path("config/providers"), 0755);
	put("providers/mine.conf", ENDPOINT "scope = preset\nhosts = p\n"
	    "scope_client_credentials = app\nrefresh_before = 20m\n"
	    "min_valid = 10m\nclient_auth = basic\n");
	load_text("provider = Mine\nclient_id = x\n");
	ck_assert_str_eq(a.token_endpoint, "https://as.example.org/token");
	ck_assert_str_eq(a.scope, "preset");
	ck_assert_int_eq(a.scope_is_stated, 0);
	ck_assert_str_eq(a.hosts, "p");
	ck_assert_int_eq(a.refresh_before, 1200);
	ck_assert_int_eq(a.min_valid, 600);
	ck_assert_int_eq(a.client_auth, CLIENT_AUTH_BASIC);
	/* What the account says goes before it. */
	load_text("provider = mine\nclient_id = x\nhosts = own\n"
	    "client_auth = post\nmin_valid = 30\n"
	    "token_endpoint = https://own.example.org/t\n");
	ck_assert_str_eq(a.hosts, "own");
	ck_assert_int_eq(a.client_auth, CLIENT_AUTH_POST);
	ck_assert_int_eq(a.min_valid, 30);
	ck_assert_int_eq(a.refresh_before, 1200);
	ck_assert_str_eq(a.token_endpoint, "https://own.example.org/t");
	/* The scope that is the grant's. */
	load_text("provider = mine\nclient_id = x\n"
	    "grant = client_credentials\n");
	ck_assert_str_eq(a.scope, "app");
	load_text("provider = mine\nclient_id = x\nscope = own\n"
	    "grant = client_credentials\n");
	ck_assert_str_eq(a.scope, "own");
	ck_assert_int_eq(a.scope_is_stated, 1);
	load_text("provider = mine\nclient_id = x\nscope = own\n");
	ck_assert_str_eq(a.scope, "own");
}

TEST(a_preset_may_be_wrong)
{
	scratch_folder(scratch_path("config/providers"), 0755);
	put("providers/mine.conf", ENDPOINT "client_secret = x\n");
	refuse_text("provider = mine\nclient_id = x\n",
	    "providers/mine.conf:2: unknown key \"client_secret\"");
	put("providers/mine.conf", "hosts = h\n");
	refuse_text("provider = mine\nclient_id = x\n",
	    "token_endpoint is missing, and no preset gives it");
	chmod(scratch_path("config/providers/mine.conf"), 0666);
	refuse_text("provider = mine\nclient_id = x\n",
	    "providers/mine.conf: others may write to it");
}

TEST(tokend_conf_is_the_weakest_layer)
{
	put("tokend.conf", "allow = postfix\nproxy = http://p:1\n"
	    "ca_file = /ca\nca_dir = /cas\non_error = /bin/true\n"
	    "on_warning = /bin/echo\nsocket = /run/x\n");
	load_text(NEEDED);
	ck_assert_str_eq(a.allow, "postfix");
	ck_assert_int_eq(a.allow_is_own, 0);
	ck_assert_str_eq(a.proxy, "http://p:1");
	ck_assert_str_eq(a.ca_file, "/ca");
	ck_assert_str_eq(a.ca_dir, "/cas");
	ck_assert_str_eq(a.on_error, "/bin/true");
	ck_assert_str_eq(a.on_warning, "/bin/echo");
	load_text(NEEDED "allow = dovecot\nproxy = http://q:2\n");
	ck_assert_str_eq(a.allow, "dovecot");
	ck_assert_int_eq(a.allow_is_own, 1);
	ck_assert_str_eq(a.proxy, "http://q:2");
	ck_assert_str_eq(a.ca_file, "/ca");
}

TEST(a_mistake_in_tokend_conf_is_told)
{
	put("tokend.conf", "client_id = x\n");
	refuse_text(NEEDED, "config/tokend.conf:1: unknown key");
	put("tokend.conf", "on_error = true\n");
	refuse_text(NEEDED, "config/tokend.conf: on_error: is an absolute");
	put("tokend.conf", "on_warning = true\n");
	refuse_text(NEEDED, "config/tokend.conf: on_warning: is an absolute");
	put("tokend.conf", "ca_file = ca\n");
	refuse_text(NEEDED, "config/tokend.conf: ca_file: is an absolute");
	put("tokend.conf", "ca_dir = ca\n");
	refuse_text(NEEDED, "config/tokend.conf: ca_dir: is an absolute");
	put("tokend.conf", "");
	chmod(scratch_path("config/tokend.conf"), 0666);
	refuse_text(NEEDED, "config/tokend.conf: others may write");
}

TEST(the_defaults_by_themselves)
{
	struct defaults d;

	ck_assert_int_eq(defaults_read(&d, &s, &why), 0);
	ck_assert_ptr_null(d.socket);
	ck_assert_ptr_null(d.allow);
	defaults_free(&d);
	put("tokend.conf", "socket = /run/a /run/b\nallow = x\n");
	ck_assert_int_eq(defaults_read(&d, &s, &why), 0);
	ck_assert_str_eq(d.socket, "/run/a /run/b");
	ck_assert_str_eq(d.allow, "x");
	defaults_free(&d);
	ck_assert_ptr_null(d.socket);
	put("tokend.conf", "allow = x\nsocket\n");
	ck_assert_int_eq(defaults_read(&d, &s, &why), -1);
	defaults_free(&d);
}

TEST(a_change_of_the_file_changes_its_stamp)
{
	char before[STAMP_MAX];
	struct stat st;

	load_text(NEEDED);
	memcpy(before, a.stamp, sizeof(before));
	ck_assert_int_eq(load("acct"), 0);
	ck_assert_str_eq(a.stamp, before);
	load_text(NEEDED "# and more\n");
	ck_assert_str_ne(a.stamp, before);
	ck_assert_int_eq(stat(scratch_path("config/accounts/acct.conf"), &st),
	    0);
	cache_stamp(before, &st);
	ck_assert_str_eq(a.stamp, before);
}

/* Those who may use an account are told what is wrong with its file. */
TEST(allow_is_found_in_a_broken_file)
{
	static const struct {
		const char *text, *allow;
	} files[] = {
		{ "allow = one two\nnonsense\n", "one two" },
		{ "nonsense\n\n\nallow=one", "one" },
		{ "grant = x\n  allow\t =  one \t\n", "one" },
		{ "# allow = no\nallowed = no\nallow\n", NULL },
		{ "", NULL },
	};
	char *allow;
	int i;

	for (i = 0; i < COUNT(files); i++) {
		put("accounts/acct.conf", files[i].text);
		allow = account_find_allow(&s, "acct");
		if (files[i].allow == NULL)
			ck_assert_ptr_null(allow);
		else
			ck_assert_str_eq(allow, files[i].allow);
		free(allow);
	}
	/* Without one, that of tokend.conf counts, as always. */
	put("tokend.conf", "allow = all\n");
	ck_assert_str_eq(allow = account_find_allow(&s, "acct"), "all");
	free(allow);
	/* A file that anybody could have written says nothing. */
	put("accounts/acct.conf", "allow = one\n");
	chmod(scratch_path("config/accounts/acct.conf"), 0666);
	ck_assert_str_eq(allow = account_find_allow(&s, "acct"), "all");
	free(allow);
}

static const struct {
	const char *url;
	int safe;
} urls[] = {
	{ "https://as.example.org/token", 1 },
	{ "HTTPS://as.example.org", 1 },
	{ "https://as.example.org:8443/x?y=z", 1 },
	{ "https://[2001:db8::1]/t", 1 },
	{ "https://", 0 },
	{ "https:///token", 0 },
	{ "http://as.example.org/token", 0 },
	{ "http://localhost/t", 1 },
	{ "http://LOCALHOST:8080/t", 1 },
	{ "http://localhost", 1 },
	{ "http://localhost?x", 1 },
	{ "http://127.0.0.1:8080/t", 1 },
	{ "http://[::1]:8080/t", 1 },
	{ "http://localhost.example.org/t", 0 },
	{ "http://localhostx/t", 0 },
	{ "http://127.0.0.1.example.org/t", 0 },
	{ "http://127.0.0.12/t", 0 },
	{ "http://localhost@evil.example.org/t", 0 },
	{ "http://localhost:x@evil.example.org/t", 0 },
	{ "http://localhost#@evil.example.org/t", 0 },
	{ "http://localhost\\@evil.example.org/t", 0 },
	{ "http://evil.example.org/localhost", 0 },
	{ "http://[::1].example.org/t", 0 },
	{ "http://2130706433/t", 0 },
	{ "http:/localhost/t", 0 },
	{ "ftp://localhost/t", 0 },
	{ "file:///etc/passwd", 0 },
	{ "localhost", 0 },
	{ "", 0 },
};

TABLE_TEST(an_endpoint_is_safe_or_not, urls)
{
	ck_assert_msg(!!endpoint_is_safe(urls[_i].url) == urls[_i].safe, "%s",
	    urls[_i].url);
}

static const struct {
	const char *url, *tenant, *complete, *says;
} endpoints[] = {
	{ "https://h/t", NULL, "https://h/t", NULL },
	{ "https://h/t", "x", "https://h/t", NULL },
	{ "https://h/{tenant}/t", "abc", "https://h/abc/t", NULL },
	{ "https://h/{tenant}", "a-b.c_d", "https://h/a-b.c_d", NULL },
	{ "http://localhost:1/{tenant}/t", "x", "http://localhost:1/x/t",
	    NULL },
	{ "https://h/{tenant}/t", NULL, NULL, "f: tenant: is missing" },
	{ "https://h/{tenant}/t", "a/b", NULL, "f: tenant: is an id" },
	{ "https://h/{tenant}/t", "a?b", NULL, "f: tenant: is an id" },
	{ "https://h/{tenant}/t", "a b", NULL, "f: tenant: is an id" },
	{ "https://h/{tenant}/{tenant}", "a", NULL, "f: k: is not a proper" },
	{ "https://h/{tenant", "a", NULL, "f: k: is not a proper" },
	{ "https://h/{cloud}", "a", NULL, "f: k: is not a proper" },
	{ "https://h/a b", NULL, NULL, "f: k: is not a proper" },
	{ "https://h/<x>", NULL, NULL, "f: k: is not a proper" },
	{ "https://u:p@h/t", NULL, NULL, "f: k: has a user name" },
	{ "http://h/t", NULL, NULL, "f: k: is not https://, so secrets would "
	    "be read on the way (http:// is for loopback only): write "
	    "https://h/t" },
	{ "as.example.org/t", NULL, NULL, ": write https://as.example.org/t" },
	{ "http://h/{tenant}", "a", NULL, "f: k: is not https://" },
};

TABLE_TEST(an_endpoint_is_completed, endpoints)
{
	char *url = strdup(endpoints[_i].url);

	ck_assert_int_eq(endpoint_complete(&url, endpoints[_i].tenant, "f",
	    "k", &why), endpoints[_i].complete != NULL ? 0 : -1);
	if (endpoints[_i].complete != NULL)
		ck_assert_str_eq(url, endpoints[_i].complete);
	else
		ck_assert_msg(strstr(why.text, endpoints[_i].says) != NULL,
		    "%s", why.text);
	free(url);
}

TEST(an_endpoint_has_a_limit)
{
	char *url = malloc(5000), tenant[1500];

	memset(url, 'x', 5000);
	memcpy(url, "https://", 8);
	url[2048] = '\0';
	ck_assert_int_eq(endpoint_complete(&url, NULL, "f", "k", &why), 0);
	url[2048] = 'x';
	url[2049] = '\0';
	ck_assert_int_eq(endpoint_complete(&url, NULL, "f", "k", &why), -1);
	memcpy(url + 1000, "{tenant}", 9);
	memset(tenant, 't', sizeof(tenant));
	tenant[sizeof(tenant) - 1] = '\0';
	ck_assert_int_eq(endpoint_complete(&url, tenant, "f", "k", &why), -1);
	ck_assert_str_eq(why.text, "f: k: is too long");
	free(url);
}

/* In all clouds, and no name that only has one of them in it. */
TEST(microsofts_hosts_are_known)
{
	static const struct {
		const char *url;
		int is_microsoft;
	} rows[] = {
		{ "https://login.microsoftonline.com/t/oauth2/v2.0/token", 1 },
		{ "https://Login.MicrosoftOnline.com:443/t", 1 },
		{ "https://login.microsoftonline.us/t/token", 1 },
		{ "https://login.partner.microsoftonline.cn/t/token", 1 },
		{ "https://login.chinacloudapi.cn/t/token", 1 },
		{ "https://login.windows.net/t/token", 1 },
		{ "https://sts.windows.net/t/", 1 },
		{ "https://westeurope.login.microsoft.com/t", 1 },
		{ "https://login.microsoftonline.com.example.org/t", 0 },
		{ "https://example.org//login.microsoftonline.com/t", 0 },
		{ "https://xlogin.microsoft.com/t", 0 },
		{ "https://graph.microsoft.com/", 0 },
		{ "https://accounts.google.com/", 0 }, { "", 0 }, { NULL, 0 }
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(microsoft_has(rows[i].url) ==
		    rows[i].is_microsoft, "%s", rows[i].url);
}
