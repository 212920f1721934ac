/*
 * forms.h - answers that cannot be right, by their form alone.
 *
 * Each returns a whole sentence that says why, and what is wanted in its
 * place; NULL where nothing is known against the answer.
 */
#ifndef TOKEND_FORMS_H
#define TOKEND_FORMS_H

#include "account/keys.h"

#define FORMS_MAX 300

/* By what the preset says of its client ids. */
const char *forms_client_id(char text[FORMS_MAX], const struct keys *preset,
    const char *id);

/* Microsoft's; a grant without a person has no tenant of a common name. */
const char *forms_tenant(const struct keys *preset, int has_person,
    const char *tenant);

/* token_endpoint: where the secret is sent. */
const char *forms_secret(const char *token_endpoint, const char *client_id,
    const char *secret);

/* The way to paste a code by hand that Google has ended. */
const char *forms_redirect(const char *uri);

/* Of two quotes around a value, both are left out. 1 if there were any. */
int forms_unquote(char *value, size_t *len);

#endif
