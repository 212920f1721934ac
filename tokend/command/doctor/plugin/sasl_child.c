/* SPDX-License-Identifier: BSD-2-Clause */
/* sasl_child.c - the child of sasl_host.h, which has libsasl2 in it */
#include "command/doctor/plugin/sasl_host.h"

#include <dlfcn.h>
#include <sasl/sasl.h>
#include <sasl/saslplug.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/safe_path.h"

#define SERVER "mail.example.com"

/* What is called of libsasl2. */
struct calls {
	__typeof__(sasl_client_init) *init;
	__typeof__(sasl_client_plugin_info) *info;
	__typeof__(sasl_client_new) *new;
	__typeof__(sasl_client_start) *start;
	__typeof__(sasl_setprop) *setprop;
	__typeof__(sasl_errdetail) *errdetail;
	__typeof__(sasl_dispose) *dispose;
};

static void
take_error(char text[HOST_TEXT])
{
	const char *error = dlerror();

	snprintf(text, HOST_TEXT, "%s", error != NULL ? error :
	    "it cannot be opened");
}

/* The place of a file; one that an earlier child met keeps its own. */
static int
place_of(struct host *h, const char *path)
{
	size_t i;

	for (i = 0; i < h->files; i++)
		if (strcmp(h->file[i].path, path) == 0)
			return (int)i;
	if (h->files == HOST_FILES || strlen(path) >= HOST_PATH)
		return -1;
	snprintf(h->file[i].path, HOST_PATH, "%s", path);
	h->files++;
	return (int)i;
}

static int
others_may_write(const char *path)
{
	char *real = realpath(path, NULL);
	int result = real == NULL || safe_path_is_ours(real) != IS_TRUE;

	free(real);
	return result;
}

/*
 * libsasl2 asks this before it loads a file (SASL_CB_VERIFYFILE). One that
 * cannot be loaded is left out here, where the reason can be kept: libsasl2
 * would tell the system's log.
 */
static int
verify_file(void *context, const char *path, sasl_verify_type_t type)
{
	struct host *h = context;
	struct host_file *f;
	void *module;
	int at;

	if (type != SASL_VRFY_PLUGIN || (at = place_of(h, path)) == -1)
		return SASL_OK;
	f = &h->file[at];
	if (f->signal != 0)
		return SASL_CONTINUE;
	if (h->is_copy && others_may_write(path)) {
		snprintf(f->error, HOST_TEXT, "others may write there");
		return SASL_CONTINUE;
	}
	h->at = at;
	/* Stays open: it is loaded once more now, and may be asked about. */
	module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (module == NULL) {
		take_error(f->error);
		return SASL_CONTINUE;
	}
	return SASL_OK;
}

static void
note_mech(client_sasl_mechanism_t *m, sasl_info_callback_stage_t stage,
    void *context)
{
	struct host *h = context;
	struct host_mech *mech;
	Dl_info from;

	if (stage != SASL_INFO_LIST_MECH || m == NULL || m->plug == NULL ||
	    h->mechs == HOST_MECHS)
		return;
	mech = &h->mech[h->mechs++];
	snprintf(mech->name, sizeof(mech->name), "%s",
	    m->plug->mech_name != NULL ? m->plug->mech_name : "");
	mech->flags = m->plug->security_flags;
	mech->file[0] = '\0';
	if (dladdr((const void *)m->plug->mech_new, &from) != 0)
		snprintf(mech->file, sizeof(mech->file), "%s",
		    from.dli_fname);
}

static int
give_name(void *context, int id, const char **result, unsigned *len)
{
	(void)context;
	(void)id;
	*result = "nobody";
	if (len != NULL)
		*len = 6;
	return SASL_OK;
}

/* So that mechanisms with a password are as good as ours. */
static int
give_secret(sasl_conn_t *conn, void *context, int id, sasl_secret_t **secret)
{
	static sasl_secret_t none;

	(void)conn;
	(void)context;
	(void)id;
	*secret = &none;
	return SASL_OK;
}

typedef int (*any_call)(void);

/* No step is made, so no plugin does anything but get ready. */
static void
ask_host(const struct calls *c, struct host_question *q)
{
	const sasl_callback_t callbacks[] = {
		{ SASL_CB_USER, (any_call)(void (*)(void))give_name, NULL },
		{ SASL_CB_AUTHNAME, (any_call)(void (*)(void))give_name, NULL },
		{ SASL_CB_PASS, (any_call)(void (*)(void))give_secret, NULL },
		{ SASL_CB_LIST_END, NULL, NULL } };
	sasl_security_properties_t wanted = { .security_flags = q->flags };
	const char *chosen = NULL;
	sasl_conn_t *conn = NULL;
	int code;

	q->chosen[0] = q->words[0] = '\0';
	if (c->new("smtp", SERVER, NULL, NULL, callbacks, 0, &conn) != SASL_OK)
		return;
	code = c->setprop(conn, SASL_SEC_PROPS, &wanted);
	if (code == SASL_OK)
		code = c->start(conn, q->list, NULL, NULL, NULL, &chosen);
	if ((code == SASL_OK || code == SASL_CONTINUE) && chosen != NULL)
		snprintf(q->chosen, sizeof(q->chosen), "%s", chosen);
	else
		snprintf(q->words, sizeof(q->words), "%s",
		    c->errdetail(conn));
	c->dispose(&conn);
}

static void *
open_library(struct host *h, const char *path)
{
	void *library;

	if (path != NULL)
		library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	/* Two names of one interface: Fedora's is libsasl2.so.3. */
	else if ((library = dlopen("libsasl2.so.2", RTLD_NOW)) == NULL)
		library = dlopen("libsasl2.so.3", RTLD_NOW);
	if (library == NULL)
		take_error(h->error);
	return library;
}

static int
find_calls(struct calls *c, void *library, struct host *h)
{
	Dl_info from;
	char *real;

	c->init = dlsym(library, "sasl_client_init");
	c->info = dlsym(library, "sasl_client_plugin_info");
	c->new = dlsym(library, "sasl_client_new");
	c->start = dlsym(library, "sasl_client_start");
	c->setprop = dlsym(library, "sasl_setprop");
	c->errdetail = dlsym(library, "sasl_errdetail");
	c->dispose = dlsym(library, "sasl_dispose");
	if (c->init == NULL || c->info == NULL || c->new == NULL ||
	    c->start == NULL || c->setprop == NULL || c->errdetail == NULL ||
	    c->dispose == NULL) {
		take_error(h->error);
		return -1;
	}
	if (dladdr((const void *)c->init, &from) != 0) {
		real = realpath(from.dli_fname, NULL);
		snprintf(h->library, sizeof(h->library), "%s",
		    real != NULL ? real : from.dli_fname);
		free(real);
	}
	return 0;
}

void
sasl_child_run(struct host *h, const char *path)
{
	const sasl_callback_t callbacks[] = {
		{ SASL_CB_VERIFYFILE,
		    (any_call)(void (*)(void))verify_file, h },
		{ SASL_CB_LIST_END, NULL, NULL } };
	struct calls c;
	void *library;
	size_t i;

	h->error[0] = '\0';
	if (geteuid() == 0)
		unsetenv("SASL_PATH");
	if ((library = open_library(h, path)) == NULL ||
	    find_calls(&c, library, h) == -1)
		return;
	if (c.init(callbacks) != SASL_OK) {
		snprintf(h->error, sizeof(h->error), "sasl_client_init "
		    "fails");
		return;
	}
	h->at = -1;
	c.info(NULL, note_mech, h);
	for (i = 0; i < h->questions; i++)
		ask_host(&c, &h->question[i]);
}
