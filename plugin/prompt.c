/* SPDX-License-Identifier: BSD-2-Clause */
#include "prompt.h"

#include <string.h>

#include "base/name.h"

/*
 * The type that libsasl hands every callback out by is not the one it has;
 * gcc lets only void (*)(void) stand between the two without a warning.
 */
typedef void (*any_function)(void);

/*
 * ASCII's, whatever the host's locale. libsasl would take them off too, but
 * stumbles over some names with leading ones. NUL: neomutt counts it in.
 */
static int
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0';
}

static struct text
trim_blanks(const char *data, size_t len)
{
	struct text t = { data, len };

	while (t.len > 0 && is_blank(t.data[t.len - 1]))
		t.len--;
	while (t.len > 0 && is_blank(t.data[0])) {
		t.data++;
		t.len--;
	}
	return t;
}

/* Where the host wrote its answer to our prompt, NULL if there is none. */
static const sasl_interact_t *
find_prompt(sasl_interact_t **prompt_need, unsigned long id)
{
	const sasl_interact_t *p;

	if (prompt_need == NULL || *prompt_need == NULL)
		return NULL;
	for (p = *prompt_need; p->id != SASL_CB_LIST_END; p++)
		if (p->id == id)
			return p;
	return NULL;
}

/*
 * Calls the host's procedure for a name. Returns 1 if there is one (which may
 * still give nothing), 0 if the host wants to be prompted, -1 if it has never
 * heard of the name.
 */
static int
call_for_name(const sasl_utils_t *utils, unsigned long id, struct text *name)
{
	sasl_callback_ft procedure = NULL;
	void *context = NULL;
	const char *result = NULL;

	switch (utils->getcallback(utils->conn, id, &procedure, &context)) {
	case SASL_OK:
		break;
	case SASL_INTERACT:
		return 0;
	default:
		return -1;
	}
	/*
	 * No length is asked for. libsasl's own procedure for the user name
	 * writes a size_t where the type promises an unsigned int, and all
	 * other mechanisms do without, so hosts are used to it.
	 */
	if (procedure != NULL && ((sasl_getsimple_t *)(any_function)procedure)(
	    context, (int)id, &result, NULL) == SASL_OK && result != NULL)
		*name = trim_blanks(result, strlen(result));
	return 1;
}

/* Makes the list of prompts, which asks for the user name alone. */
static int
ask_host(const sasl_utils_t *utils, sasl_interact_t **prompt_need,
    struct failure *why)
{
	sasl_interact_t *list;

	if (prompt_need == NULL)
		return fail(why, STATUS_CONFIG, "this program names no user "
		    "and cannot be asked for one: set the user name in its "
		    "configuration");
	if ((list = utils->malloc(2 * sizeof(*list))) == NULL)
		return fail_memory(why);
	memset(list, 0, 2 * sizeof(*list));
	list[0].id = SASL_CB_AUTHNAME;
	list[0].challenge = "Authentication Name";
	list[0].prompt = "User name";
	list[1].id = SASL_CB_LIST_END;
	*prompt_need = list;
	return 0;
}

static int
check_names(const struct names *n, struct failure *why)
{
	int shown = n->authname.len < NAME_SHOWN ? (int)n->authname.len :
	    NAME_SHOWN;

	if (n->authname.len == 0)
		return fail(why, STATUS_CONFIG, "this program gives an empty "
		    "user name: set the user name in its configuration");
	if (n->authname.len > PROMPT_NAME_MAX || n->user.len > PROMPT_NAME_MAX)
		return fail(why, STATUS_CONFIG, "this program gives a user "
		    "name of more than %d bytes", PROMPT_NAME_MAX);
	if (!text_is_clean(n->authname.data, n->authname.len))
		return fail(why, STATUS_CONFIG, "user \"%.*s\": a user name "
		    "is UTF-8 without control characters", shown,
		    n->authname.data);
	if (!text_is_clean(n->user.data, n->user.len))
		return fail(why, STATUS_CONFIG, "user \"%.*s\": the name to "
		    "act for is not UTF-8 without control characters", shown,
		    n->authname.data);
	return 0;
}

int
prompt_names(const sasl_utils_t *utils, sasl_interact_t **prompt_need,
    struct names *names, struct failure *why)
{
	const sasl_interact_t *answer = find_prompt(prompt_need,
	    SASL_CB_AUTHNAME);

	memset(names, 0, sizeof(*names));
	if (answer != NULL) {
		/* Not every host sets the length; 0 says: to the NUL. */
		if (answer->result != NULL)
			names->authname = trim_blanks(answer->result,
			    answer->len > 0 ? answer->len :
			    strlen(answer->result));
		/* The list is ours; what it points to is the host's. */
		utils->free(*prompt_need);
		*prompt_need = NULL;
	} else if (call_for_name(utils, SASL_CB_AUTHNAME,
	    &names->authname) == 0) {
		return ask_host(utils, prompt_need, why);
	}
	call_for_name(utils, SASL_CB_USER, &names->user);
	if (names->user.len == 0)
		names->user.data = NULL;
	return check_names(names, why) == -1 ? -1 : 1;
}

struct text
prompt_password(const sasl_utils_t *utils)
{
	struct text password = { NULL, 0 };
	sasl_callback_ft procedure = NULL;
	sasl_secret_t *secret = NULL;
	void *context = NULL;

	if (utils->getcallback(utils->conn, SASL_CB_PASS, &procedure,
	    &context) != SASL_OK || procedure == NULL)
		return password;
	/*
	 * sasl.h says that we erase the password after use. The hosts that
	 * keep theirs and hand it out again say otherwise, so it is left.
	 */
	if (((sasl_getsecret_t *)(any_function)procedure)(utils->conn, context,
	    SASL_CB_PASS, &secret) == SASL_OK && secret != NULL) {
		password.data = (const char *)secret->data;
		password.len = secret->len;
	}
	return password;
}
