/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * choose.h - which provider an address is of.
 */
#pragma once

#include "account/keys.h"
#include "files/folder.h"
#include "disk/scope.h"
#include "base/status.h"

/* The presets that can be read, as two arrays of one length. */
struct choices {
	struct names names;
	struct keys *keys;
};

/* 0, or -1 with why; c is to be freed either way. */
int choices_read(struct choices *c, const struct scope *s,
    struct failure *why);
void choices_free(struct choices *c);

/*
 * The preset that lists the domain, or the first of the blank-separated mail
 * exchangers: an index, or -1.
 */
int choices_by_domain(const struct choices *c, const char *domain);
int choices_by_exchanger(const struct choices *c, const char *hosts);

/*
 * What a person may answer to the list: a number from 1 on, a preset's name,
 * or its title. An index, or -1.
 */
int choices_parse(const struct choices *c, const char *answer);

/*
 * Finds the provider of address: by its domain, else (is_asking) by the mail
 * exchangers and by the person, who may answer with an issuer too, and takes
 * suggested with an empty answer, unless it is NULL. Sets
 * provider or issuer in k, which become allocated; neither if it is not known
 * and nobody could be asked. 0, or -1 with why.
 */
int choose_provider(struct keys *k, const struct scope *s,
    const char *address, const char *suggested, int is_asking,
    struct failure *why);
