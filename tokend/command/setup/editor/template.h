/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * template.h - texts of a recipe, and what an edit has for their placeholders:
 *   {account} {user} {host} {port}
 *   {user%}		percent-encoded, as in a URL
 *   {url_host}		an address of IPv6 in brackets
 *   {port!}		":PORT", or nothing where a URL's scheme says it
 *   {implicit?A:B}	A where TLS begins with the first byte, else B
 *   {command}		tokend with the recipe's command and the account
 *   {label}		the name of a new block
 *   any of the edit's own values
 * In lists of templates "|" is between them; one that ends in "*" is a
 * beginning.
 */
#pragma once

#include "base/buf.h"
#include "base/status.h"
#include "command/setup/editor/recipe.h"
#include "base/truth.h"

/*
 * Appends the template of len bytes, its placeholders filled, as values in
 * quotes where the grammar wants them (is_quoted). -1 with why.
 */
int template_fill(struct edit *e, const char *template, size_t len,
    int is_quoted, struct buf *out, struct failure *why);

/* The same of a whole string, without quotes. */
int edit_fill(struct edit *e, const char *template, struct buf *out,
    struct failure *why);

/*
 * The next of the templates in list, filled, in place of what out has; without
 * a "*" at its end, which only a template can have (is_beginning). IS_FALSE: no
 * more; IS_UNKNOWN with why.
 */
enum truth template_next(struct edit *e, const char **list, struct buf *out,
    int *is_beginning, struct failure *why);
