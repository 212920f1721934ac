/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_plugin_file.c - the module of the build tree as a file: what it exports
 * and links, what its entry point says by itself, and when the gate is open.
 */
#include "client.h"
#include "fake_host.h"
#include "plugin_support.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"	/* last: check.h has a macro fail() */

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#define NOBODY 65534

/* ---- the file ---- */

TEST(one_symbol_is_exported)
{
	static const char *const hidden[] = {
		"mech_new", "mech_step", "xoauth2_encode", "slot_parse",
		"prompt_names", "client_get", "buf_add", "name_fold",
		"scope_own", "sock_connect", "client_settings_path",
		"sasl_server_plug_init", "sasl_canonuser_init",
		"sasl_auxprop_plug_init"
	};
	void *handle = dlopen(PLUGIN_FILE, RTLD_NOW | RTLD_LOCAL);
	size_t i;

	ck_assert_msg(handle != NULL, "%s", dlerror());
	ck_assert_ptr_nonnull(dlsym(handle, "sasl_client_plug_init"));
	for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		ck_assert_msg(dlsym(handle, hidden[i]) == NULL, "%s",
		    hidden[i]);
	ck_assert_int_eq(dlclose(handle), 0);
}

/* Runs readelf; NULL if there is none. */
static FILE *
read_elf(const char *options)
{
	char command[600];

	if (system("readelf --version >/dev/null 2>&1") != 0)
		return NULL;
	snprintf(command, sizeof(command), "LC_ALL=C readelf %s '%s'", options,
	    PLUGIN_FILE);
	return popen(command, "r");
}

TEST(libc_is_all_that_is_needed)
{
	char line[1024];
	int needed = 0, now = 0, relro = 0, nodelete = 0;
	FILE *f = read_elf("-dlW");

	if (f == NULL)
		return;
	while (fgets(line, sizeof(line), f) != NULL) {
		ck_assert_msg(strstr(line, "RPATH") == NULL &&
		    strstr(line, "RUNPATH") == NULL &&
		    strstr(line, "TEXTREL") == NULL, "%s", line);
		if (strstr(line, "(FLAGS_1)") != NULL) {
			now |= strstr(line, "NOW") != NULL;
			nodelete |= strstr(line, "NODELETE") != NULL;
		}
		relro |= strstr(line, "GNU_RELRO") != NULL;
		if (strstr(line, "GNU_STACK") != NULL)
			ck_assert_msg(strstr(line, "RWE") == NULL, "%s", line);
		if (strstr(line, "(NEEDED)") == NULL || SANITIZED)
			continue;
		needed++;
		/* Some machines keep a piece of libc in the linker. */
		ck_assert_msg(strstr(line, "[libc.so.6]") != NULL ||
		    strstr(line, "[ld-linux") != NULL ||
		    strstr(line, "[libc.musl") != NULL, "%s", line);
	}
	ck_assert_int_eq(pclose(f), 0);
	ck_assert_int_eq(nodelete, 0);
	if (!SANITIZED) {
		ck_assert_int_ge(needed, 1);
		ck_assert_int_eq(now, 1);
		ck_assert_int_eq(relro, 1);
	}
}

TEST(the_symbol_table_agrees)
{
	char line[1024], *name;
	int exported = 0;
	FILE *f = read_elf("--dyn-syms -W");

	if (f == NULL)
		return;
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strstr(line, " GLOBAL ") == NULL &&
		    strstr(line, " WEAK ") == NULL)
			continue;
		if (strstr(line, " UND ") != NULL)
			continue;
		line[strcspn(line, "\n")] = '\0';
		name = strrchr(line, ' ');
		ck_assert_ptr_nonnull(name);
		ck_assert_str_eq(name + 1, "sasl_client_plug_init");
		exported++;
	}
	ck_assert_int_eq(pclose(f), 0);
	ck_assert_int_eq(exported, 1);
}

/* `make install' and `make uninstall' look for these words. */
TEST(the_file_can_be_known_for_ours)
{
	static const char marker[] = "libxoauth2 of the tokend project";
	struct stat st;
	char *data = NULL;
	FILE *f = fopen(PLUGIN_FILE, "r");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fstat(fileno(f), &st), 0);
	data = malloc((size_t)st.st_size);
	ck_assert_ptr_nonnull(data);
	ck_assert_uint_eq(fread(data, 1, (size_t)st.st_size, f),
	    (size_t)st.st_size);
	ck_assert_ptr_nonnull(memmem(data, (size_t)st.st_size, marker,
	    strlen(marker)));
	free(data);
	fclose(f);
}

/* ---- the entry point, called by hand ---- */

static void *module;
static sasl_client_plug_init_t *entry;

static void
open_module(void)
{
	host_reset();
	world_open();
	module = dlopen(PLUGIN_FILE, RTLD_NOW | RTLD_LOCAL);
	ck_assert_msg(module != NULL, "%s", dlerror());
	/* POSIX's way around a data pointer that is a function's. */
	*(void **)&entry = dlsym(module, "sasl_client_plug_init");
	ck_assert(entry != NULL);
}

static void
close_module(void)
{
	ck_assert_int_eq(host.live, 0);
	dlclose(module);
	world_close();
}

FIXTURE(open_module, close_module);

TEST(the_table_is_what_the_design_says)
{
	sasl_client_plug_t *list = NULL, *p;
	int version = 0, count = 0, i;

	errno = 4711;
	ck_assert_int_eq(entry(&host.utils, SASL_CLIENT_PLUG_VERSION,
	    &version, &list, &count), SASL_OK);
	ck_assert_int_eq(errno, 4711);
	ck_assert_int_eq(version, SASL_CLIENT_PLUG_VERSION);
	ck_assert_int_eq(count, 2);
	ck_assert_str_eq(list[0].mech_name, "XOAUTH2");
	ck_assert_str_eq(list[1].mech_name, "OAUTHBEARER");
	for (i = 0; i < count; i++) {
		p = &list[i];
		ck_assert_uint_eq(p->max_ssf, 0);
		ck_assert_uint_eq(p->security_flags, SASL_SEC_NOANONYMOUS |
		    SASL_SEC_NODICTIONARY | SASL_SEC_PASS_CREDENTIALS);
		ck_assert_uint_eq(p->features, SASL_FEAT_WANT_CLIENT_FIRST |
		    SASL_FEAT_ALLOWS_PROXY);
		ck_assert_ptr_nonnull(p->required_prompts);
		ck_assert_uint_eq(p->required_prompts[0], SASL_CB_AUTHNAME);
		ck_assert_uint_eq(p->required_prompts[1], SASL_CB_LIST_END);
		ck_assert(p->mech_new != NULL && p->mech_step != NULL &&
		    p->mech_dispose != NULL && p->mech_free != NULL);
		ck_assert(p->idle == NULL && p->spare_fptr1 == NULL &&
		    p->spare_fptr2 == NULL);
	}
	/* libsasl frees in the order of its ranking, whatever that is. */
	ck_assert_int_eq(host.live, 1);
	list[1].mech_free(list[1].glob_context, &host.utils);
	ck_assert_int_eq(host.live, 1);
	ck_assert_str_eq(list[0].mech_name, "XOAUTH2");
	list[0].mech_free(list[0].glob_context, &host.utils);
	ck_assert_int_eq(host.live, 0);
}

TEST(versions_and_memory)
{
	sasl_client_plug_t *list = NULL;
	int version = 0, count = 0;

	ck_assert_int_eq(entry(&host.utils, SASL_CLIENT_PLUG_VERSION - 1,
	    &version, &list, &count), SASL_BADVERS);
	ck_assert_int_eq(count, 0);
	host.fail_at = 1;
	ck_assert_int_eq(entry(&host.utils, SASL_CLIENT_PLUG_VERSION,
	    &version, &list, &count), SASL_NOMEM);
	ck_assert_int_eq(count, 0);
	ck_assert_int_eq(entry(NULL, SASL_CLIENT_PLUG_VERSION, &version,
	    &list, &count), SASL_BADPARAM);
	/* A later libsasl is told what we are, and decides. */
	ck_assert_int_eq(entry(&host.utils, SASL_CLIENT_PLUG_VERSION + 1,
	    &version, &list, &count), SASL_OK);
	ck_assert_int_eq(version, SASL_CLIENT_PLUG_VERSION);
	list[0].mech_free(list[0].glob_context, &host.utils);
	list[1].mech_free(list[1].glob_context, &host.utils);
}

/* ---- the gate ---- */

static int
offered(void)
{
	sasl_client_plug_t *list = NULL;
	int version = 0, count = -1, i;

	ck_assert_int_eq(entry(&host.utils, SASL_CLIENT_PLUG_VERSION,
	    &version, &list, &count), SASL_OK);
	for (i = 0; i < count; i++)
		list[i].mech_free(list[i].glob_context, &host.utils);
	ck_assert_int_eq(host.live, 0);
	ck_assert_int_eq(host.texts, 0);
	return count;
}

TEST(the_gate_in_a_given_scope)
{
	ck_assert_int_eq(offered(), 2);
	scratch_write(scratch_path("config/accounts/alice.conf"), 0644, "");
	unlink(scratch_path("config/accounts/alice.conf"));
	ck_assert_int_eq(offered(), 2);
	ck_assert_int_eq(rmdir(scratch_path("config/accounts")), 0);
	ck_assert_int_eq(offered(), 0);
	world_settings("");
	ck_assert_int_eq(offered(), 2);
	unlink(scratch_path("config/plugin.conf"));
	ck_assert_int_eq(offered(), 0);
	/* An environment that is wrong shall be heard of. */
	unsetenv("TOKEND_STATE_DIR");
	ck_assert_int_eq(offered(), 2);
}

/* Runs f as a user who is not root; true if that was not possible. */
static int
as_a_user(int (*f)(void), int *result)
{
	int status = 0;
	pid_t pid;

	if (geteuid() != 0) {
		*result = f();
		return 0;
	}
	if (chown(scratch_path("."), NOBODY, NOBODY) == -1)
		return 1;
	if ((pid = fork()) == 0) {
		if (setresgid(NOBODY, NOBODY, NOBODY) == -1 ||
		    setresuid(NOBODY, NOBODY, NOBODY) == -1)
			_exit(99);
		_exit(f());
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	*result = WEXITSTATUS(status);
	return *result == 99;
}

static int
count_for_user(void)
{
	return offered();
}

static int
count_with_accounts(void)
{
	if (mkdir(scratch_path(".config"), 0755) == -1 ||
	    mkdir(scratch_path(".config/tokend"), 0755) == -1 ||
	    offered() != 0 ||
	    mkdir(scratch_path(".config/tokend/accounts"), 0755) == -1)
		return 98;
	return offered();
}

static int
count_elsewhere(void)
{
	unsetenv("HOME");
	if (offered() != 0)
		return 98;
	setenv("XDG_CONFIG_HOME", scratch_path(".config"), 1);
	if (offered() != 0)	/* no place for state */
		return 97;
	setenv("XDG_STATE_HOME", scratch_path("state"), 1);
	return offered();
}

/* Everything as it is for somebody who has never heard of tokend. */
TEST(the_gate_without_a_given_scope)
{
	int result = -1;

	if (access(client_settings_path, F_OK) == 0)
		return;		/* this machine is set up: not a stranger */
	unsetenv("TOKEND_CONFIG_DIR");
	unsetenv("TOKEND_STATE_DIR");
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	setenv("HOME", scratch_path("."), 1);
	if (as_a_user(count_for_user, &result))
		return;
	ck_assert_int_eq(result, 0);
	as_a_user(count_with_accounts, &result);
	ck_assert_int_eq(result, 2);
	as_a_user(count_elsewhere, &result);
	ck_assert_int_eq(result, 2);
	/* Root has no scope of its own, whatever lies in HOME. */
	if (geteuid() == 0)
		ck_assert_int_eq(offered(), 0);
}
