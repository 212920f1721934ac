/*
 * client_auth.h - how a client proves to the token endpoint who it is (RFC
 * 6749 2.3.1).
 */
#ifndef TOKEND_CLIENT_AUTH_H
#define TOKEND_CLIENT_AUTH_H

#include "account/account.h"
#include "buf.h"
#include "oauth/form.h"
#include "store/store.h"
#include "status.h"

#define AUTHORIZATION_MAX (2 * FORM_MAX)

/*
 * Finds the client's secret: the one typed at login, else client_secret, else
 * what client_secret_file holds now (it is read each time, as such files get
 * replaced), without one newline at its end. An empty secret is a public
 * client. Returns 0, or -1 with a whole text: STATUS_CONFIG or _INTERNAL.
 */
int client_secret_find(const struct account *a, const struct credential *c,
    struct buf *secret, struct failure *why);

/*
 * Adds client_id and secret to form, or for `client_auth = basic` fills
 * authorization instead; never both. A public client is named in the form.
 * Returns 0, or -1 with errno as buf_add does.
 */
int client_authenticate(const struct account *a, const struct buf *secret,
    struct buf *form, struct buf *authorization);

#endif
