/* SPDX-License-Identifier: BSD-2-Clause */
/* test_sealed.c - credentials that are encrypted on the disk */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "store/store.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define BASE64 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define OTHER "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define TOKEN "1//0a-refresh-token-that-nobody-may-see"
#define SECRET "GOCSPX-and-this-secret-too"

static struct scope s;
static struct failure why;
static struct credential c;
static struct keyring v;
static struct buf content;

static void
setup(void)
{
	scratch_scope(&s);
	memset(&why, 0, sizeof(why));
	scratch_folder(s.config, 0700);
	scratch_folder(s.state, 0700);
	scratch_folder(scratch_path("state/credentials"), 0700);
	unsetenv("CREDENTIALS_DIRECTORY");
	c = (struct credential)CREDENTIAL_INIT;
	v = (struct keyring)KEYRING_INIT;
	content = (struct buf)BUF_INIT(CREDENTIAL_FILE_MAX);
}

static void
teardown(void)
{
	credential_free(&c);
	keyring_wipe(&v);
	buf_free(&content);
	scratch_teardown();
}

FIXTURE(setup, teardown);

static void
configure(const char *key, const char *before)
{
	char text[1024] = "", line[400];

	if (key != NULL) {
		snprintf(line, sizeof(line), "credentials_key = %s/%s\n",
		    scratch(), key);
		strcat(text, line);
	}
	if (before != NULL) {
		snprintf(line, sizeof(line), "credentials_key_before = "
		    "%s/%s\n", scratch(), before);
		strcat(text, line);
	}
	scratch_write(scratch_path("config/tokend.conf"), 0600, text);
}

static void
put_key(const char *name, const char *text)
{
	scratch_write(scratch_path("%s", name), 0600, text);
}

static void
opens(void)
{
	keyring_wipe(&v);
	ck_assert_msg(keyring_read(&v, &s, &why) == 0, "%s", why.text);
}

/* Stores a credential of the account as the configuration says. */
static void
store_as(const char *account, const char *token)
{
	credential_free(&c);
	buf_reset(&content);
	ck_assert_int_eq(buf_adds(&c.refresh_token, token), 0);
	ck_assert_int_eq(buf_adds(&c.client_secret, SECRET), 0);
	c.granted = 1234567890;
	opens();
	ck_assert_int_eq(credential_seal(&c, &v, account, &content), 0);
	scratch_bytes(scratch_path("state/credentials/%s", account), 0600,
	    content.data, content.len);
	credential_free(&c);
}

static int
reads(const char *account)
{
	credential_free(&c);
	memset(&why, 0, sizeof(why));
	return credential_read(&c, &s, account, &why);
}

static void
expect(const char *account, const char *token)
{
	ck_assert_msg(reads(account) == 0, "%s", why.text);
	ck_assert_str_eq(buf_text(&c.refresh_token), token);
	ck_assert_str_eq(buf_text(&c.client_secret), SECRET);
	ck_assert_int_eq(c.granted, 1234567890);
}

/* It says so in one line, and that file is not to be replaced. */
static void
expect_locked(const char *says)
{
	ck_assert_int_eq(reads("acct"), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_int_eq(c.is_locked, 1);
	ck_assert_ptr_nonnull(strstr(why.text, "account \"acct\""));
	ck_assert_msg(strstr(why.text, says) != NULL, "\"%s\" is not in: %s",
	    says, why.text);
	ck_assert_ptr_null(strchr(why.text, '\n'));
	ck_assert_uint_eq(c.refresh_token.len, 0);
}

static void
expect_damaged(void)
{
	ck_assert_int_eq(reads("acct"), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_int_eq(c.is_locked, 0);
	ck_assert_msg(strstr(why.text, "state/credentials/acct is damaged") !=
	    NULL, "%s", why.text);
	ck_assert_uint_eq(c.refresh_token.len, 0);
}

TEST(what_is_closed_is_opened)
{
	char *before = NULL;

	put_key("key", HEX "\n");
	configure("key", NULL);
	store_as("acct", TOKEN);
	expect("acct", TOKEN);
	ck_assert_str_eq(c.key_id, v.key.id);
	/* The same again is another file: the nonce is new. */
	buf_reset(&content);
	ck_assert_int_eq(credential_seal(&c, &v, "acct", &content), 0);
	before = scratch_read(scratch_path("state/credentials/acct"));
	ck_assert_ptr_nonnull(before);
	ck_assert_str_ne(buf_text(&content), before);
	free(before);
}

TEST(the_largest_credential_has_room)
{
	static char large[SECRET_MAX + 1];

	memset(large, 'x', SECRET_MAX);
	put_key("key", HEX "\n");
	configure("key", NULL);
	opens();
	ck_assert_int_eq(buf_adds(&c.refresh_token, large), 0);
	ck_assert_int_eq(buf_adds(&c.client_secret, large), 0);
	ck_assert_int_eq(buf_adds(&c.client_key, large), 0);
	ck_assert_int_eq(buf_adds(&c.key_password, large), 0);
	ck_assert_int_eq(credential_seal(&c, &v, "acct", &content), 0);
	ck_assert_uint_le(content.len, CREDENTIAL_FILE_MAX);
	scratch_bytes(scratch_path("state/credentials/acct"), 0600,
	    content.data, content.len);
	ck_assert_msg(reads("acct") == 0, "%s", why.text);
	ck_assert_str_eq(buf_text(&c.key_password), large);
}

/* Without the setting the file is what it always was. */
TEST(without_a_key_nothing_changes)
{
	store_as("acct", TOKEN);
	ck_assert_str_eq(buf_text(&content), "tokend-credential=1\n"
	    "refresh_token=" TOKEN "\nclient_secret=" SECRET "\n"
	    "granted=1234567890\nend=yes\n\n");
	expect("acct", TOKEN);
	ck_assert_str_eq(c.key_id, "");
}

/* Turned on: what is in the clear is read, and closed when it is stored. */
TEST(a_clear_one_is_read_with_a_key)
{
	store_as("acct", TOKEN);
	put_key("key", HEX "\n");
	configure("key", NULL);
	expect("acct", TOKEN);
	store_as("acct", TOKEN);
	ck_assert_ptr_nonnull(strstr(buf_text(&content),
	    "tokend-credential=2\nkey="));
	expect("acct", TOKEN);
}

static const char *const forms[] = { HEX, HEX "\n", HEX "\r\n", BASE64,
	BASE64 "\n", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n",
	"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F" };

TABLE_TEST(a_key_is_bytes_or_hex_or_base64, forms)
{
	unsigned char raw[SEAL_KEY_LEN];
	int i;

	for (i = 0; i < SEAL_KEY_LEN; i++)
		raw[i] = (unsigned char)i;
	put_key("key", forms[_i]);
	configure("key", NULL);
	store_as("acct", TOKEN);
	ck_assert_mem_eq(v.key.key, raw, sizeof(raw));
	scratch_bytes(scratch_path("key"), 0600, raw, sizeof(raw));
	expect("acct", TOKEN);
}

static const char *const no_keys[] = { "", "\n", "secret\n",
	"a passphrase of just 32 letters.", HEX "00\n", "0" HEX, "zz" HEX,
	"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd\n",
	"0001020304050607 8090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n" };

TABLE_TEST(what_is_no_key, no_keys)
{
	put_key("key", no_keys[_i]);
	configure("key", NULL);
	ck_assert_int_eq(keyring_read(&v, &s, &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "/key is no key"));
	ck_assert_ptr_nonnull(strstr(why.text, "openssl rand -hex 32"));
	ck_assert_str_eq(v.key.id, "");
}

static const mode_t modes[] = { 0604, 0644, 0620, 0602 };

TABLE_TEST(a_key_that_others_can_read_is_none, modes)
{
	put_key("key", HEX "\n");
	configure("key", NULL);
	store_as("acct", TOKEN);
	ck_assert_int_eq(chmod(scratch_path("key"), modes[_i]), 0);
	expect_locked("chmod");
	ck_assert_int_eq(chmod(scratch_path("key"), 0640), 0);
	expect("acct", TOKEN);
}

TEST(a_key_that_is_missing_or_another)
{
	put_key("key", HEX "\n");
	configure("key", NULL);
	store_as("acct", TOKEN);
	ck_assert_int_eq(unlink(scratch_path("key")), 0);
	expect_locked("/key: No such file or directory: put the key back");
	put_key("key", OTHER "\n");
	expect_locked("is encrypted with the key");
	configure(NULL, NULL);
	expect_locked("names no key");
	put_key("old", OTHER "\n");
	configure(NULL, "old");
	expect_locked("is encrypted with the key");
	configure("old", "nowhere");
	expect_locked("/nowhere of credentials_key_before cannot be read");
	put_key("key", HEX "\n");
	configure("key", NULL);
	expect("acct", TOKEN);
}

/* While the key changes both are good; and so it is turned off. */
TEST(the_key_before_opens_and_does_not_close)
{
	char id[KEYRING_ID_LEN + 1];

	put_key("old", HEX "\n");
	configure("old", NULL);
	store_as("acct", TOKEN);
	snprintf(id, sizeof(id), "%s", v.key.id);
	put_key("new", OTHER "\n");
	configure("new", "old");
	expect("acct", TOKEN);
	ck_assert_str_eq(c.key_id, id);
	store_as("acct", TOKEN);
	ck_assert_str_ne(v.key.id, id);
	configure("new", NULL);
	expect("acct", TOKEN);
	configure(NULL, "new");
	expect("acct", TOKEN);
	store_as("acct", TOKEN);
	ck_assert_ptr_nonnull(strstr(buf_text(&content), TOKEN));
	/* A key before it that is gone is no obstacle where none needs it. */
	configure("new", "gone");
	expect("acct", TOKEN);
}

TEST(another_accounts_file_is_not_taken_for_this_one)
{
	put_key("key", HEX "\n");
	configure("key", NULL);
	store_as("other", TOKEN);
	ck_assert_int_eq(rename(scratch_path("state/credentials/other"),
	    scratch_path("state/credentials/acct")), 0);
	expect_damaged();
}

/* Each byte of it: whole, or said to be damaged or locked; never a crash. */
TEST(a_file_with_one_byte_changed)
{
	char *file;
	size_t i, len;

	put_key("key", HEX "\n");
	configure("key", NULL);
	store_as("acct", TOKEN);
	file = scratch_read(scratch_path("state/credentials/acct"));
	ck_assert_ptr_nonnull(file);
	len = strlen(file);
	for (i = 0; i < len; i++) {
		file[i] = (char)(file[i] ^ 1);
		scratch_bytes(scratch_path("state/credentials/acct"), 0600,
		    file, len);
		ck_assert_int_eq(reads("acct"), -1);
		ck_assert_int_eq(why.code, STATUS_CONFIG);
		ck_assert_uint_eq(c.refresh_token.len, 0);
		file[i] = (char)(file[i] ^ 1);
	}
	for (i = 0; i < len; i++) {
		scratch_bytes(scratch_path("state/credentials/acct"), 0600,
		    file, i);
		ck_assert_int_eq(reads("acct"), -1);
		ck_assert_uint_eq(c.refresh_token.len, 0);
	}
	scratch_bytes(scratch_path("state/credentials/acct"), 0600, file, len);
	expect("acct", TOKEN);
	free(file);
}

static const char *const spoilt[] = {
	"tokend-credential=2\nend=yes\n\n",
	"tokend-credential=2\nkey=0011\nnonce=AAAA\nsealed0=AAAA\nend=yes\n\n",
	"tokend-credential=2\nkey=%s\nend=yes\n\n",
	"tokend-credential=2\nkey=%s\nnonce=AAAA\nsealed0=AAAA\nend=yes\n\n",
	"tokend-credential=2\nkey=%s\nnonce=AAAAAAAAAAAAAAAA\nend=yes\n\n",
	"tokend-credential=2\nkey=%s\nnonce=AAAAAAAAAAAAAAAA\nsealed0=AAAA\n"
	    "end=yes\n\n",
	"tokend-credential=2\nkey=%s\nnonce=AAAAAAAAAAAAAAAA\nsealed0=!\n"
	    "end=yes\n\n",
	"tokend-credential=2\nkey=%s\nnonce=AAAAAAAAAAAAAAAA\n"
	    "sealed0=AAAAAAAAAAAAAAAAAAAAAAAAAAAA\nend=yes\n\n",
	"tokend-credential=2\nkey=%s\nnonce=AAAAAAAAAAAAAAAA\n"
	    "sealed0=AAAAAAAAAAAAAAAAAAAAAAAAAAAA\nend=no\n\n"
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
TABLE_TEST(a_file_of_another_form, spoilt)
{
	char text[512];

	put_key("key", HEX "\n");
	configure("key", NULL);
	opens();
	snprintf(text, sizeof(text), spoilt[_i], v.key.id);
	scratch_write(scratch_path("state/credentials/acct"), 0600, text);
	expect_damaged();
}
#pragma GCC diagnostic pop

/* Nothing of it is there, in no encoding, without the key. */
TEST(a_stolen_file_is_of_no_use)
{
	struct buf all = BUF_INIT(1 << 20), encoded = BUF_INIT(256);
	char *file, *line;
	int i;

	put_key("key", HEX "\n");
	configure("key", NULL);
	store_as("acct", TOKEN);
	file = scratch_read(scratch_path("state/credentials/acct"));
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(buf_adds(&all, file), 0);
	/* What is behind each base64, too. */
	for (line = strtok(file, "\n"); line != NULL;
	    line = strtok(NULL, "\n"))
		if (strchr(line, '=') != NULL)
			(void)base64_decode(&all, strchr(line, '=') + 1,
			    strlen(strchr(line, '=') + 1));
	for (i = 0; i < 3; i++) {
		ck_assert_ptr_null(memmem(all.data, all.len, &TOKEN[i],
		    strlen(TOKEN) - 2));
		buf_reset(&encoded);
		ck_assert_int_eq(base64_add(&encoded, &TOKEN[i],
		    (strlen(TOKEN) - 3) / 3 * 3), 0);
		ck_assert_ptr_null(memmem(all.data, all.len, encoded.data,
		    encoded.len));
	}
	ck_assert_ptr_null(memmem(all.data, all.len, SECRET, strlen(SECRET)));
	ck_assert_ptr_null(memmem(all.data, all.len, "\0\1\2\3\4\5\6\7", 8));
	ck_assert_ptr_null(memmem(all.data, all.len, HEX, 16));
	free(file);
	buf_free(&all);
	buf_free(&encoded);
}

TEST(a_credential_of_systemd)
{
	char text[64] = "credentials_key = systemd:tokend-key\n";

	scratch_write(scratch_path("config/tokend.conf"), 0600, text);
	scratch_folder(scratch_path("given"), 0700);
	put_key("given/tokend-key", HEX "\n");
	ck_assert_int_eq(keyring_read(&v, &s, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text,
	    "/run/credentials/tokend.service/tokend-key"));
	ck_assert_int_eq(setenv("CREDENTIALS_DIRECTORY",
	    scratch_path("given"), 1), 0);
	store_as("acct", TOKEN);
	expect("acct", TOKEN);
	ck_assert_ptr_nonnull(strstr(v.key.path, "/given/tokend-key"));
	/* Those of another unit. */
	ck_assert_int_eq(setenv("CREDENTIALS_DIRECTORY",
	    scratch_path("state"), 1), 0);
	expect_locked("/run/credentials/tokend.service/tokend-key");
}

static const char *const values[] = { "key", "./key", "systemd:",
	"systemd:../x", "systemd:a/b", "systemd:.", "file:/x" };

TABLE_TEST(what_a_key_may_be_called, values)
{
	char text[128];

	snprintf(text, sizeof(text), "credentials_key = %s\n", values[_i]);
	scratch_write(scratch_path("config/tokend.conf"), 0600, text);
	ck_assert_int_eq(keyring_read(&v, &s, &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, "credentials_key: is an absolute path, "
	    "or systemd:NAME") != NULL, "%s", why.text);
}
