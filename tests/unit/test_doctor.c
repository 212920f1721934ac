/* SPDX-License-Identifier: BSD-2-Clause */
/* test_doctor.c - findings, denials, placeholders, and what a plugin file is */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/placeholder.h"
#include "command/doctor/accounts/accounts.h"
#include "command/doctor/denials/denial.h"
#include "command/doctor/plugin/sasl_host.h"
#include "common/finding.h"
#include "common/message.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define AVC "type=AVC msg=audit(1700000000.123:4): avc:  denied  { read " \
	"open } for pid=8 comm=\"smtp\" path=\"/srv/tokend/x\" " \
	"scontext=a:b:c:s0 tcontext=system_u:object_r:tmp_t:s0:c1 " \
	"tclass=file permissive=0"
#define APPARMOR "kernel: audit: type=1400 audit(1700000001.5:9): " \
	"apparmor=\"DENIED\" operation=\"exec\" profile=\"msmtp\" " \
	"name=\"/usr/bin/tokend\" comm=\"msmtp\" requested_mask=\"x\" " \
	"denied_mask=\"x\""

static void
setup(void)
{
	scratch_setup();
}

static void
teardown(void)
{
	scratch_teardown();
}

FIXTURE(setup, teardown);

TEST(a_finding_travels_whole)
{
	struct finding f = { .check = "plugin", .verdict = VERDICT_FAULT,
	    .code = STATUS_DENIED }, back;
	struct message t = MESSAGE_INIT;

	strcpy(f.found, "found 1");
	strcpy(f.matters, "a \x1b[31m");
	strcpy(f.fix, "\"rm x\"");
	ck_assert_int_eq(finding_format(&f, &t.raw), 0);
	ck_assert_int_eq(attrs_end(&t.raw), 0);
	ck_assert_int_eq(attrs_parse(&t.attrs, &t.raw, NULL), 0);
	ck_assert_int_eq(finding_parse(&back, &t.attrs), 0);
	ck_assert_str_eq(back.check, "plugin");
	ck_assert_int_eq(back.verdict, VERDICT_FAULT);
	ck_assert_int_eq(back.code, STATUS_DENIED);
	ck_assert_str_eq(back.found, "found 1");
	ck_assert_str_eq(back.matters, "a ?[31m");
	ck_assert_str_eq(back.fix, "\"rm x\"");
	message_free(&t);
}

static void
check_cut(const char *text)
{
	struct buf raw = BUF_INIT(MESSAGE_BYTES_MAX);
	struct finding f;
	struct attrs a;

	ck_assert_int_eq(attrs_add(&raw, "check", "plugin"), 0);
	ck_assert_int_eq(attrs_add(&raw, "verdict", "ok"), 0);
	ck_assert_int_eq(attrs_add(&raw, "found", text), 0);
	ck_assert_int_eq(attrs_end(&raw), 0);
	ck_assert_int_eq(attrs_parse(&a, &raw, NULL), 0);
	ck_assert_int_eq(finding_parse(&f, &a), 0);
	ck_assert_uint_le(strlen(f.found), FINDING_TEXT_MAX);
	ck_assert_str_eq(f.found + strlen(f.found) - 3, "...");
	ck_assert_ptr_null(strchr(f.found, '?'));
	buf_free(&raw);
}

/* With a byte in front of them the cut falls within a character. */
TEST(a_long_text_is_cut_between_characters)
{
	char given[FINDING_TEXT_MAX + 200] = "x";
	size_t i;

	for (i = 1; i + 2 < sizeof(given); i += 2)
		memcpy(given + i, "\xc3\xa9", 3);
	check_cut(given);
	check_cut(given + 1);
}

TEST(what_is_no_finding_is_refused)
{
	static const char *const wrong[] = { "check=a\nverdict=good\n\n",
	    "check=a\nverdict=bad\nfound=x\n\n", "verdict=good\nfound=x\n\n" };
	struct buf raw = BUF_INIT(MESSAGE_BYTES_MAX);
	struct finding f;
	struct attrs a;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		buf_reset(&raw);
		ck_assert_int_eq(buf_adds(&raw, wrong[i]), 0);
		ck_assert_int_eq(attrs_parse(&a, &raw, NULL), 0);
		ck_assert_int_eq(finding_parse(&f, &a), -1);
	}
	buf_free(&raw);
}

TEST(a_denial_of_selinux)
{
	struct denial a;
	struct finding f = { .check = "denials" };

	ck_assert_int_eq(denial_parse(&a, AVC, strlen(AVC)), 1);
	ck_assert_int_eq(a.when, 1700000000);
	ck_assert_str_eq(a.what, "read open");
	ck_assert_str_eq(a.comm, "smtp");
	ck_assert_str_eq(a.path, "/srv/tokend/x");
	ck_assert_str_eq(a.type, "tmp_t");
	ck_assert_str_eq(a.tclass, "file");
	ck_assert(!a.is_apparmor && !a.is_permissive);
	denial_describe(&a, &f, a.when + 60);
	ck_assert_int_eq(f.verdict, VERDICT_FAULT);
	ck_assert_ptr_nonnull(strstr(f.fix, "\"restorecon -Rv "
	    "/srv/tokend/x\""));
}

TEST(a_denial_of_apparmor)
{
	struct denial a, b;

	ck_assert_int_eq(denial_parse(&a, APPARMOR, strlen(APPARMOR)), 1);
	ck_assert_int_eq(a.when, 1700000001);
	ck_assert(a.is_apparmor);
	ck_assert_str_eq(a.profile, "msmtp");
	ck_assert_str_eq(a.path, "/usr/bin/tokend");
	ck_assert_str_eq(a.what, "exec");
	ck_assert_str_eq(a.mask, "x");
	ck_assert_int_eq(denial_parse(&b, AVC, strlen(AVC)), 1);
	ck_assert(denial_equal(&a, &a) && !denial_equal(&a, &b));
}

/* Every prefix: no byte behind the line is looked at. */
TEST(a_line_may_end_anywhere)
{
	static const char *const lines[] = { AVC, APPARMOR };
	struct denial a;
	char *copy;
	size_t i, len;

	for (i = 0; i < 2; i++)
		for (len = 0; len <= strlen(lines[i]); len++) {
			copy = malloc(len + 1);
			ck_assert_ptr_nonnull(copy);
			memcpy(copy, lines[i], len);
			/* Not a string: what reads on is caught by valgrind. */
			denial_parse(&a, copy, len);
			free(copy);
		}
}

TEST(other_lines_are_no_denials)
{
	static const char *const lines[] = { "", "tokend: denied",
	    "avc: denied { read } for comm=\"smtp\" path=\"/srv/x\"",
	    "apparmor=\"ALLOWED\" name=\"/usr/bin/tokend\"" };
	struct denial a;
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		ck_assert_int_eq(denial_parse(&a, lines[i], strlen(lines[i])),
		    0);
}

TEST(placeholders)
{
	static const char *const yes[] = { "<id>", "{id}", "[id]", "YOUR_ID",
	    "your-client-id", "changeme", "xxx", "XXXX-XXXX",
	    "xxx.apps.googleusercontent.com", "CLIENT_ID",
	    "00000000-0000-0000-0000-000000000000" };
	static const char *const no[] = { "", "xx", "client-of-the-tests",
	    "xxl-shop", "1f0c2a53-6b1d-4a53-9c2e-7d5e0f3b8a41",
	    "1-abc.apps.googleusercontent.com", "yourself", "example.com" };
	size_t i;

	for (i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		ck_assert_msg(is_placeholder(yes[i]), "%s", yes[i]);
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		ck_assert_msg(!is_placeholder(no[i]), "%s", no[i]);
	ck_assert(is_guid("1f0c2a53-6B1D-4a53-9c2e-7d5e0f3b8a41"));
	ck_assert(!is_guid("1f0c2a53-6b1d-4a53-9c2e-7d5e0f3b8a4"));
	ck_assert(!is_guid("1f0c2a53-6b1d-4a53-9c2e-7d5e0f3b8a411"));
	ck_assert(!is_guid("1f0c2a53-6b1d-4a53-9c2e_7d5e0f3b8a41"));
	ck_assert(!is_guid("1f0c2a53"));
}

TEST(a_plugin_is_known_by_its_marker)
{
	char version[32];

	scratch_write(scratch_path("ours"), 0644, "libxoauth2 of the tokend "
	    "project 1.2-3");
	scratch_write(scratch_path("old"), 0644, "x libxoauth2 of the tokend "
	    "project");
	scratch_write(scratch_path("other"), 0644, "libxoauth2");
	scratch_write(scratch_path("empty"), 0644, "");
	ck_assert_int_eq(host_is_ours(PLUGIN_FILE, version), 1);
	ck_assert_int_ne(version[0], '\0');
	ck_assert_int_eq(host_is_ours(scratch_path("ours"), version), 1);
	ck_assert_int_eq(strncmp(version, "1.2-", 4), 0);
	ck_assert_int_eq(host_is_ours(scratch_path("old"), version), 1);
	ck_assert_str_eq(version, "");
	ck_assert_int_eq(host_is_ours(scratch_path("other"), version), 0);
	ck_assert_int_eq(host_is_ours(scratch_path("empty"), version), 0);
	ck_assert_int_eq(host_is_ours(scratch_path("none"), version), 0);
	ck_assert_int_eq(host_is_ours(scratch(), version), 0);
}

/* What check_queue_account says of an account with that allow_send. */
static char *
check_user(const char *allowed)
{
	struct scope s;
	const struct mail_queue q = { .check = "nullmailer",
	    .program = "nullmailer", .scope = &s, .user = "mail",
	    .uid = 12345, .gid = 12345 };
	char text[4096], *said = NULL;
	struct doctor d = { .is_json = 1, .channel = -1 };
	size_t size = 0;

	scratch_scope(&s);
	scratch_folder(scratch_path("config"), 0755);
	scratch_folder(scratch_path("config/accounts"), 0755);
	snprintf(text, sizeof(text), "token_endpoint = https://x.example/t\n"
	    "client_id = x\nhosts = mx.example\nserver_smtp = mx.example:587\n"
	    "send = smtp\n%s", allowed);
	scratch_write(scratch_path("config/accounts/a.conf"), 0640, text);
	ck_assert_ptr_nonnull(d.to = open_memstream(&said, &size));
	ck_assert_int_eq(check_queue_account(&d, &q, "a"), 0);
	fclose(d.to);
	scratch_teardown();
	return said;
}

FIXTURE(NULL, NULL);

/* A line that is to be typed is shown whole, or not at all. */
TEST(a_user_who_may_not_send)
{
	char allowed[2048] = "allow_send =", *said;
	size_t len = strlen(allowed);
	int i;

	said = check_user("");
	ck_assert_ptr_nonnull(strstr(said, "allow_send = mail\\\""));
	free(said);
	said = check_user("allow_send = 1 2\n");
	ck_assert_ptr_nonnull(strstr(said, "allow_send = 1 2 mail\\\""));
	free(said);
	for (i = 0; i < 200; i++)
		len += (size_t)snprintf(allowed + len, sizeof(allowed) - len,
		    " %d", 20000 + i);
	said = check_user(allowed);
	ck_assert_ptr_nonnull(strstr(said, "Write mail at the end of the line "
	    "allow_send"));
	ck_assert_ptr_null(strstr(said, "20000"));
	free(said);
}
