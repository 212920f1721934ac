/* client_credentials.c - the application itself signs in (RFC 6749 4.4). */
#include "grant/way.h"
#include "oauth/form.h"

static int
fill(const struct account *a, const struct credential *c, struct buf *form,
    struct failure *why)
{
	(void)c;	/* its secret is client authentication */
	/* Nothing was granted before that a scope could be left out for. */
	if (form_add(form, "grant_type", "client_credentials") == -1 ||
	    form_add(form, "scope", a->scope) == -1)
		return fail_memory(why);
	return 0;
}

const struct way way_client_credentials = {
	GRANT_CLIENT_CREDENTIALS, 0, fill
};
