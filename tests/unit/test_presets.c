/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_presets.c - the presets that are installed, and an administrator's own
 *
 * provider.c is compiled in here, so that the presets of the source tree are
 * used in place of the installed ones.
 */
static const char *presets = "/nonexistent";
#undef TOKEND_PROVIDERS_DIR
#define TOKEND_PROVIDERS_DIR presets
#include "account/provider.c"

#include <stdlib.h>
#include <sys/stat.h>

#include "account/account.h"
#include "account/endpoint.h"
#include "account/send_right.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define ENDPOINT "token_endpoint = https://as.example.org/token\n"
#define LINE_MOST 80

static struct scope s;
static struct failure why;
static struct account a;
static struct keys k;

static void
setup(void)
{
	scratch_scope(&s);
	scratch_folder(scratch_path("config"), 0755);
	scratch_folder(scratch_path("config/accounts"), 0755);
	scratch_folder(scratch_path("config/providers"), 0755);
	memset(&why, 0, sizeof(why));
	memset(&a, 0, sizeof(a));
	memset(&k, 0, sizeof(k));
}

static void
teardown(void)
{
	account_free(&a);
	keys_free(&k);
	scratch_teardown();
}

FIXTURE(setup, teardown);

static void
put(const char *file, const char *text)
{
	scratch_write(scratch_path("config/%s", file), 0640, text);
}

static int
load(const char *text)
{
	put("accounts/acct.conf", text);
	account_free(&a);
	return account_load(&a, &s, "acct", &why);
}

static void
load_text(const char *text)
{
	ck_assert_msg(load(text) == 0, "%s", why.text);
}

static void
refuse_text(const char *text, const char *says)
{
	ck_assert_int_eq(load(text), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, says) != NULL, "\"%s\" is not in: %s",
	    says, why.text);
}

/* A preset by itself. */
static void
read_preset(const char *name)
{
	keys_free(&k);
	ck_assert_msg(provider_read(name, NULL, &s, "f", &k, &why) == 0,
	    "%s", why.text);
}

/* NULL, or an address whose every secret is safe on the way. */
static void
check_endpoint(const char *name, const char *url)
{
	ck_assert_msg(url == NULL || (endpoint_is_safe(url) &&
	    strncmp(url, "https://", 8) == 0), "%s: %s", name, url);
}

/* The hosts that a token may go to hold the host that a login is tried at. */
static void
check_server(const char *name, const char *server)
{
	char host[256];

	if (server == NULL)
		return;
	snprintf(host, sizeof(host), "%.*s", (int)strcspn(server, ":"),
	    server);
	ck_assert_msg(strstr(k.hosts, host) != NULL, "%s: %s", name, server);
}

TEST(each_has_what_a_sign_in_needs)
{
	struct names n;
	size_t i;

	ck_assert_int_eq(provider_list(&n, &s, &why), 0);
	ck_assert_uint_ge(n.count, 13);
	for (i = 0; i < n.count; i++) {
		read_preset(n.name[i]);
		ck_assert_msg(k.title != NULL && k.token_endpoint != NULL &&
		    k.scope != NULL && k.hosts != NULL &&
		    k.client_type != NULL, "%s", n.name[i]);
		/* What has no person needs no page for one. */
		ck_assert_msg((k.authorization_endpoint != NULL) ==
		    (k.grant == NULL), "%s", n.name[i]);
		ck_assert_msg(strcmp(k.client_type, "public") == 0 ||
		    strcmp(k.client_type, "confidential") == 0 ||
		    strcmp(k.client_type, "any") == 0, "%s", n.name[i]);
		check_endpoint(n.name[i], k.token_endpoint);
		check_endpoint(n.name[i], k.authorization_endpoint);
		check_endpoint(n.name[i], k.response_issuer);
		check_endpoint(n.name[i], k.device_authorization_endpoint);
		check_endpoint(n.name[i], k.revocation_endpoint);
		check_endpoint(n.name[i], k.send_endpoint);
		ck_assert_msg((k.send_endpoint != NULL) ==
		    (k.send_api != NULL), "%s", n.name[i]);
		check_server(n.name[i], k.server_smtp);
		check_server(n.name[i], k.server_imap);
		check_server(n.name[i], k.server_pop);
	}
	names_free(&n);
}

/* What is not of a preset. */
#define STATED ENDPOINT "client_id = the-app\nhosts = mx.example.org\n"
#define GOOGLE "provider = google\nclient_id = the-app\n"
#define MICROSOFT "provider = microsoft\nclient_id = the-app\ntenant = t\n"

TEST(an_account_sends_only_if_it_says_so)
{
	load_text(GOOGLE);
	ck_assert_int_eq(a.send, SEND_NONE);
	ck_assert_str_eq(a.scope, "https://mail.google.com/");
	load_text(GOOGLE "send = smtp\n");
	ck_assert_int_eq(a.send, SEND_SMTP);
	ck_assert_str_eq(a.scope, "https://mail.google.com/");
	ck_assert_ptr_nonnull(strstr(a.hosts, "imap.gmail.com"));
	refuse_text(GOOGLE "send = pigeon\n", "smtp, gmail or graph");
	refuse_text(STATED "send = smtp\n", "server_smtp");
	refuse_text(STATED "send = gmail\n", "send_endpoint");
}

/* Its token opens nothing else. */
TEST(an_api_has_its_own_host_and_scope)
{
	load_text(GOOGLE "send = gmail\n");
	ck_assert_str_eq(a.hosts, "gmail.googleapis.com");
	ck_assert_str_eq(a.scope,
	    "https://www.googleapis.com/auth/gmail.send");
	load_text(MICROSOFT "send = graph\n");
	ck_assert_str_eq(a.hosts, "graph.microsoft.com");
	ck_assert_str_eq(a.scope,
	    "https://graph.microsoft.com/Mail.Send offline_access");
	load_text(MICROSOFT "send = graph\ngrant = client_credentials\n");
	ck_assert_str_eq(a.scope, "https://graph.microsoft.com/.default");
	load_text(MICROSOFT "cloud = usgov\nsend = graph\n");
	ck_assert_str_eq(a.hosts, "graph.microsoft.us");
	load_text(STATED "send = graph\n"
	    "send_endpoint = http://[::1]:8080\nscope = mine\n");
	/* hosts are the file's own */
	ck_assert_str_eq(a.hosts, "mx.example.org");
	ck_assert_str_eq(a.scope, "mine");
	load_text(ENDPOINT "client_id = x\nsend = graph\n"
	    "send_endpoint = http://[::1]:8080\n");
	ck_assert_str_eq(a.hosts, "[::1]");
	refuse_text(MICROSOFT "send = gmail\n", "smtp and graph");
	refuse_text(GOOGLE "send = gmail\n"
	    "send_endpoint = http://example.org\n", "send_endpoint");
}

#define G "https://www.googleapis.com/auth/"
#define O "https://outlook.office.com/"
#define GR "https://graph.microsoft.com/"

static void
judge(const char *text, const char *granted, enum send_right expected,
    const char *named)
{
	char words[GRANTED_MAX + 1];

	load_text(text);
	ck_assert_msg(send_right_judge(&a, granted, words) == expected,
	    "%s: %s", text, granted);
	ck_assert_str_eq(words, named);
}

/* As providers spell it in their answers. */
TEST(a_right_to_send_alone_is_told_from_more_and_less)
{
	judge(GOOGLE "send = gmail\n", G "gmail.send", SEND_RIGHT_ALONE, "");
	judge(GOOGLE "send = gmail\n", "openid " G "userinfo.email "
	    G "gmail.send", SEND_RIGHT_ALONE, "");
	judge(GOOGLE "send = gmail\n", "", SEND_RIGHT_ALONE, "");
	judge(GOOGLE "send = gmail\n", "openid " G "userinfo.email",
	    SEND_RIGHT_MISSING, G "gmail.send");
	judge(GOOGLE "send = gmail\n", G "gmail.send " G "gmail.readonly",
	    SEND_RIGHT_WIDER, G "gmail.readonly");
	judge(GOOGLE "send = gmail\nscope = https://mail.google.com/\n", "",
	    SEND_RIGHT_WIDER, "https://mail.google.com/");
	judge(MICROSOFT "send = graph\n", GR "Mail.Send " GR "User.Read "
	    "profile openid email", SEND_RIGHT_ALONE, "");
	judge(MICROSOFT "send = graph\n", "Mail.Send Mail.Read",
	    SEND_RIGHT_WIDER, "Mail.Read");
	judge(MICROSOFT "send = smtp\nscope = " O "SMTP.Send "
	    "offline_access\n", O "SMTP.Send", SEND_RIGHT_ALONE, "");
	judge(MICROSOFT "send = smtp\nscope = " O "SMTP.Send "
	    "offline_access\n", O "SMTP.Send " O "IMAP.AccessAsUser.All",
	    SEND_RIGHT_WIDER, O "IMAP.AccessAsUser.All");
	judge(MICROSOFT "send = smtp\nscope = " O "SMTP.Send "
	    "offline_access\n", O "User.Read", SEND_RIGHT_MISSING,
	    O "SMTP.Send");
}

/* What also fetches mail is not meant to send alone; an app has roles. */
TEST(other_accounts_are_not_judged)
{
	judge(MICROSOFT "send = smtp\n", O "SMTP.Send " O
	    "IMAP.AccessAsUser.All", SEND_RIGHT_UNKNOWN, "");
	ck_assert(!send_right_is_meant(&a));
	judge(MICROSOFT "send = graph\ngrant = client_credentials\n", "",
	    SEND_RIGHT_UNKNOWN, "");
	ck_assert(send_right_is_meant(&a));
	judge(GOOGLE, "", SEND_RIGHT_UNKNOWN, "");
	judge(GOOGLE "send = smtp\n", "", SEND_RIGHT_UNKNOWN, "");
	judge(STATED "send = smtp\nserver_smtp = mx.example.org\n"
	    "scope = send\n", "send read", SEND_RIGHT_UNKNOWN, "");
}

TEST(each_makes_an_account)
{
	struct names n;
	char text[NAME_MAX_LEN + 64];
	size_t i;

	ck_assert_int_eq(provider_list(&n, &s, &why), 0);
	for (i = 0; i < n.count; i++) {
		snprintf(text, sizeof(text), "provider = %s\nclient_id = x\n"
		    "tenant = t\n", n.name[i]);
		load_text(text);
	}
	names_free(&n);
}

/* People read them at a terminal of 80 columns. */
TEST(each_has_its_steps)
{
	struct buf text = BUF_INIT(65536);
	struct names n;
	const char *line;
	size_t i, len;

	ck_assert_int_eq(provider_list(&n, &s, &why), 0);
	for (i = 0; i < n.count; i++) {
		if (strcmp(n.name[i], "microsoft-usgov") == 0 ||
		    strcmp(n.name[i], "microsoft-china") == 0)
			continue;
		buf_reset(&text);
		ck_assert_msg(provider_steps(n.name[i], NULL, &s, &text,
		    &why) == 0, "%s", n.name[i]);
		for (line = buf_text(&text); *line != '\0'; line += len + 1) {
			len = strcspn(line, "\n");
			ck_assert_msg(len <= LINE_MOST && line[len] == '\n' &&
			    memchr(line, '\t', len) == NULL, "%s: %.*s",
			    n.name[i], (int)len, line);
		}
	}
	names_free(&n);
	buf_free(&text);
}

TEST(another_cloud_has_the_steps_of_the_usual_one)
{
	struct buf text = BUF_INIT(65536), cloud = BUF_INIT(65536);

	ck_assert_int_eq(provider_steps("microsoft", NULL, &s, &text, &why),
	    0);
	ck_assert_int_eq(provider_steps("microsoft", "usgov", &s, &cloud,
	    &why), 0);
	ck_assert_str_eq(buf_text(&cloud), buf_text(&text));
	put("providers/microsoft-usgov.txt", "of their own\n");
	buf_reset(&cloud);
	ck_assert_int_eq(provider_steps("microsoft", "usgov", &s, &cloud,
	    &why), 0);
	ck_assert_str_eq(buf_text(&cloud), "of their own\n");
	ck_assert_int_eq(provider_steps("nobody", "usgov", &s, &cloud, &why),
	    1);
	buf_free(&text);
	buf_free(&cloud);
}

TEST(a_cloud_is_a_preset_of_its_own)
{
	load_text("provider = microsoft\ncloud = usgov\nclient_id = x\n"
	    "tenant = t\n");
	ck_assert_str_eq(a.token_endpoint, "https://login.microsoftonline.us/"
	    "t/oauth2/v2.0/token");
	ck_assert_ptr_null(strstr(a.hosts, ".com"));
	load_text("provider = microsoft\ncloud = china\nclient_id = x\n"
	    "tenant = t\ngrant = client_credentials\n");
	ck_assert_str_eq(a.scope, "https://partner.outlook.cn/.default");
	refuse_text("provider = microsoft\ncloud = mars\nclient_id = x\n"
	    "tenant = t\n", "there is no preset \"microsoft-mars\"");
	refuse_text(ENDPOINT "cloud = usgov\nclient_id = x\nhosts = h\n",
	    "cloud: needs a provider");
}

TEST(the_presets_there_are_are_named)
{
	refuse_text("provider = gogle\nclient_id = x\n", "there are:");
	ck_assert_ptr_nonnull(strstr(why.text, " google"));
	ck_assert_ptr_nonnull(strstr(why.text, " microsoft"));
}

TEST(the_presets_that_are_installed_are_right)
{
	load_text("provider = google\nclient_id = x\n");
	ck_assert_str_eq(a.token_endpoint,
	    "https://oauth2.googleapis.com/token");
	ck_assert_str_eq(a.scope, "https://mail.google.com/");
	/* It says whose answer it is, and where no metadata is asked for. */
	ck_assert_str_eq(a.response_issuer, "https://accounts.google.com");
	ck_assert_ptr_null(a.issuer);
	ck_assert_ptr_nonnull(strstr(a.hosts, "imap.gmail.com"));
	ck_assert_str_eq(a.authorization_parameters,
	    "access_type=offline&prompt=consent");
	ck_assert_ptr_null(a.redirect_uri);
	/* Google refuses the mail scope there. */
	ck_assert_ptr_null(a.device_authorization_endpoint);
	load_text("provider = outlook\nclient_id = x\n");
	ck_assert_str_eq(a.token_endpoint, "https://login.microsoftonline.com/"
	    "consumers/oauth2/v2.0/token");
	ck_assert_str_eq(a.server[SERVER_SMTP], "smtp-mail.outlook.com:587");
	load_text("provider = microsoft\nclient_id = x\n"
	    "tenant = contoso.example\n");
	ck_assert_str_eq(a.redirect_uri, "http://localhost");
	ck_assert_ptr_null(a.revocation_endpoint);
	ck_assert_str_eq(a.token_endpoint, "https://login.microsoftonline.com/"
	    "contoso.example/oauth2/v2.0/token");
	ck_assert_int_eq(a.refresh_before, 900);
	ck_assert_ptr_nonnull(strstr(a.scope, "offline_access"));
	load_text("provider = microsoft\nclient_id = x\ntenant = t\n"
	    "grant = client_credentials\n");
	ck_assert_str_eq(a.scope, "https://outlook.office365.com/.default");
	refuse_text("provider = microsoft\nclient_id = x\n",
	    "tenant: is missing");
	refuse_text("provider = microsoft\nclient_id = x\n"
	    "tenant = https://login.example.org/t\n",
	    "tenant: is an id or a domain");
}

TEST(an_own_preset_goes_before_an_installed_one)
{
	put("providers/google.conf", ENDPOINT "hosts = own\n");
	load_text("provider = google\nclient_id = x\n");
	ck_assert_str_eq(a.hosts, "own");
}

TEST(an_administrator_adds_his_own)
{
	struct buf text = BUF_INIT(65536);
	struct names n;
	size_t i, found = 0;

	put("providers/ours.conf", ENDPOINT "title = Ours\nscope = mail\n"
	    "authorization_endpoint = https://as.example.org/auth\n"
	    "hosts = *.example.org\ndomains = example.org\n");
	put("providers/ours.txt", "Ask the help desk.\n");
	ck_assert_int_eq(provider_list(&n, &s, &why), 0);
	for (i = 0; i < n.count; i++)
		found += strcmp(n.name[i], "ours") == 0;
	names_free(&n);
	ck_assert_uint_eq(found, 1);
	ck_assert_int_eq(provider_steps("ours", NULL, &s, &text, &why), 0);
	ck_assert_str_eq(buf_text(&text), "Ask the help desk.\n");
	buf_free(&text);
	load_text("provider = ours\nclient_id = x\n");
	ck_assert_str_eq(a.authorization_endpoint,
	    "https://as.example.org/auth");
	ck_assert_str_eq(a.hosts, "*.example.org");
}

/* The presets' folder, from where this file was compiled. */
static void
find_presets(void)
{
	static const char here[] = __FILE__;
	const char *slash = strrchr(here, '/');
	char path[4200], *folder;

	snprintf(path, sizeof(path), "%.*s/../../tokend/providers",
	    slash != NULL ? (int)(slash - here) : 1,
	    slash != NULL ? here : ".");
	if ((folder = realpath(path, NULL)) != NULL)
		presets = folder;
}

int
main(void)
{
	find_presets();
	return unit_run();
}
