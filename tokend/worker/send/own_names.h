/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * own_names.h - the names of this machine, which the addresses of its own
 * programs have ("root@HOSTNAME") and which no mail server outside accepts.
 */
#pragma once

#define OWN_NAME_MAX 255

struct own_names {
	char host[OWN_NAME_MAX + 1];	/* gethostname(2) */
	char full[OWN_NAME_MAX + 1];	/* the same with its domain */
	/* What programs put after the @; "" if that is no name of the host. */
	char mail[OWN_NAME_MAX + 1];
	int is_read;
};

/*
 * Reads mailname (/etc/mailname) and hosts (/etc/hosts); what cannot be read is
 * left empty. No name server is asked, which may take its time. A mailname
 * counts if it is the host's name with a domain, its full name, or below that:
 * the domain of people's addresses is none of this machine's.
 */
void own_names_read(struct own_names *n, const char *mailname,
    const char *hosts);

/* True if domain is one of them, or a domain without a dot, or localhost's. */
int own_names_have(const struct own_names *n, const char *domain);

/*
 * True if the address, a sender's, is of this machine: its domain is one of
 * those, and not that of people, address and from. Without a domain it is, too.
 * n is read at the first call that needs it, if its is_read is 0.
 */
int own_names_have_sender(struct own_names *n, const char *sender,
    const char *address, const char *from);
