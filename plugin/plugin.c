/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plugin.c - the entry point: whether there is anything to offer, and what.
 *
 * This file is loaded into every program that uses libsasl2, so it does next
 * to nothing there: it looks for a plugin.conf and for an accounts/ folder.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "disk/conf.h"
#include "marker.h"
#include "mech.h"
#include "base/name.h"
#include "disk/scope.h"

/* The one symbol that libxoauth2.so exports. */
extern __attribute__((visibility("default")))
sasl_client_plug_init_t sasl_client_plug_init;

/*
 * For `make install', `make uninstall' and `tokend doctor'. The linker would
 * leave out what nothing refers to, with clang -flto (--gc-sections).
 */
static const char marker[] __attribute__((used)) =
    PLUGIN_MARKER " " PACKAGE_VERSION;

/*
 * All that one sasl_client_init allocates, in one piece, because libsasl
 * keeps pointers into the list of mechanisms until it frees each of them. The
 * list comes first, so that a leak checker in a host that never ends libsasl
 * sees the whole of it pointed to.
 */
struct offer {
	sasl_client_plug_t list[MECHANISMS];
	struct role roles[MECHANISMS];
	struct client_settings settings;
	struct failure failure;
	unsigned held;	/* mechanisms that libsasl has not freed yet */
};

/*
 * libsasl always has a procedure for this one. NULL would stand for a
 * password too, and hide us from hosts that give none.
 */
static const unsigned long required[] = {
	SASL_CB_AUTHNAME,
	SASL_CB_LIST_END
};

/*
 * TOKEND_CONFIG_DIR replaces the system's folder, and its plugin.conf with
 * it. An environment that is wrong is left for client_get to tell of.
 */
static const char *
settings_path(char path[SCOPE_PATH_MAX + 16])
{
	struct scope scope;

	if (scope_own(&scope, NULL) != IS_TRUE || scope.kind != SCOPE_GIVEN)
		return client_settings_path;
	snprintf(path, SCOPE_PATH_MAX + 16, "%s/plugin.conf", scope.config);
	return path;
}

/*
 * Puts the mechanisms that `mechanisms' names into order[], which without it
 * holds all of them. Returns how many, -1 with why for a word that is none.
 */
static int
read_order(enum mechanism order[MECHANISMS], const char *words,
    const char *path, struct failure *why)
{
	size_t len;
	int count = 0, i, m;

	for (;; words += len) {
		words += strspn(words, " \t");
		if ((len = strcspn(words, " \t")) == 0)
			return count;
		for (m = 0; m < MECHANISMS; m++)
			if (strlen(mech_name((enum mechanism)m)) == len &&
			    equal_folded(words, mech_name((enum mechanism)m),
			    len))
				break;
		for (i = 0; i < count && (int)order[i] != m; i++)
			continue;
		if (m == MECHANISMS || i < count)
			return conf_fail(why, path, "mechanisms",
			    "wants XOAUTH2, OAUTHBEARER or both, each once");
		order[count++] = (enum mechanism)m;
	}
}

/* Called once for each mechanism of the list that libsasl took in. */
static void
mech_free(void *glob_context, const sasl_utils_t *utils)
{
	struct role *role = glob_context;
	struct offer *o = role->owner;

	if (--o->held > 0)
		return;
	client_settings_free(&o->settings);
	utils->free(o);
}

static void
fill_mechanism(struct offer *o, unsigned i, enum mechanism mechanism,
    int is_broken)
{
	struct role *role = &o->roles[i];
	sasl_client_plug_t *p = &o->list[i];

	role->mechanism = mechanism;
	role->settings = &o->settings;
	role->broken = is_broken ? &o->failure : NULL;
	role->owner = o;
	p->mech_name = mech_name(mechanism);
	/*
	 * Above PLAIN and LOGIN in libsasl's ranking, below what never shows
	 * its secret. Not NOPLAINTEXT: who reads a token can use it, and no
	 * host of weight tells us of its TLS, so its own option has to guard.
	 */
	p->security_flags = SASL_SEC_NOANONYMOUS | SASL_SEC_NODICTIONARY |
	    SASL_SEC_PASS_CREDENTIALS;
	p->features = SASL_FEAT_WANT_CLIENT_FIRST | SASL_FEAT_ALLOWS_PROXY;
	p->required_prompts = required;
	p->glob_context = role;
	p->mech_new = mech_new;
	p->mech_step = mech_step;
	p->mech_dispose = mech_dispose;
	p->mech_free = mech_free;
}

/*
 * Fills o. Returns how many mechanisms to offer, -1 without memory. With a
 * plugin.conf that is wrong all are, and each login fails by what is wrong
 * with it: else no message would say why they are gone.
 */
static int
prepare_offer(struct offer *o)
{
	enum mechanism order[MECHANISMS] = { MECH_XOAUTH2, MECH_OAUTHBEARER };
	char space[SCOPE_PATH_MAX + 16] = "";
	const char *path = settings_path(space);
	int found = client_settings_read(&o->settings, path, &o->failure);
	int count = MECHANISMS, i;

	if (found == -1 && o->failure.code == STATUS_INTERNAL)
		return -1;
	if (found == 0 && !client_has_own_scope())
		return 0;
	if (found == 1 && o->settings.mechanisms != NULL) {
		count = read_order(order, o->settings.mechanisms, path,
		    &o->failure);
		if (count == -1) {
			found = -1;
			count = MECHANISMS;
			order[0] = MECH_XOAUTH2;
			order[1] = MECH_OAUTHBEARER;
		}
	}
	for (i = 0; i < count; i++)
		fill_mechanism(o, (unsigned)i, order[i], found == -1);
	return count;
}

/*
 * libsasl2 calls this once a process, as root and before the jail in Postfix.
 * Offers both mechanisms if tokend is set up for this process, else none
 * (SASL_OK, *plugcount 0): installing the file changes nothing.
 */
__attribute__((visibility("default"))) int
sasl_client_plug_init(const sasl_utils_t *utils, int max_version,
    int *out_version, sasl_client_plug_t **pluglist, int *plugcount)
{
	struct offer *o = NULL;
	int saved = errno, count = 0;

	(void)*(const volatile char *)marker;
	if (utils == NULL || out_version == NULL || pluglist == NULL ||
	    plugcount == NULL)
		return SASL_BADPARAM;
	*out_version = SASL_CLIENT_PLUG_VERSION;
	*pluglist = NULL;
	*plugcount = 0;
	if (max_version < SASL_CLIENT_PLUG_VERSION)
		return SASL_BADVERS;
	if ((o = utils->malloc(sizeof(*o))) == NULL)
		return SASL_NOMEM;
	memset(o, 0, sizeof(*o));
	count = prepare_offer(o);
	if (count > 0) {
		o->held = (unsigned)count;
		*pluglist = o->list;
		*plugcount = count;
	} else {
		client_settings_free(&o->settings);
		utils->free(o);
	}
	errno = saved;
	return count == -1 ? SASL_NOMEM : SASL_OK;
}
