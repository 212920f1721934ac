/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * document.h - a file that is to be one JSON object.
 */
#ifndef TOKEND_DOCUMENT_H
#define TOKEND_DOCUMENT_H

#include "json/json.h"
#include "status.h"

/*
 * Parses text. NULL with why, which names path and what it should be ("a token
 * file of sasl-xoauth2").
 */
struct jdoc *document_parse(const char *text, size_t len, const char *path,
    const char *should_be, struct failure *why);

/* True for the JSON value true, and for the strings "yes" and "true". */
int document_says_yes(const struct jdoc *d, const char *name);

#endif
