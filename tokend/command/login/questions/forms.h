/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forms.h - answers that cannot be right, by their form alone.
 *
 * Each returns a whole sentence that says why, and what is wanted in its
 * place; NULL where nothing is known against the answer.
 */
#pragma once

#include "account/keys.h"

#define FORMS_MAX 300

/* By what the preset says of its client ids, and RFC 6749, A.1. */
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

/* A mail address: a name, an @ and a domain, and nothing around them. */
const char *forms_address(const char *address);

/*
 * What mail programs put around an address: a display name and brackets,
 * "mailto:", quotes, a dot at the end. 1 if there was any of it.
 */
int forms_bare_address(char *value, size_t *len);

/*
 * Of a line as a page shows it, such as "Application (client) ID: VALUE", the
 * value is left. For values without blanks. 1 if there was more.
 */
int forms_unlabel(char *value, size_t *len);

/* Of two quotes around a value, both are left out. 1 if there were any. */
int forms_unquote(char *value, size_t *len);
