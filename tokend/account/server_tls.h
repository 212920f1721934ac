/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * server_tls.h - the mail servers that an account may have, and how TLS begins
 * there. Whatever logs in there, or is set up to, goes by this rule: sign-in,
 * doctor, tunnel and setup.
 */
#pragma once

enum account_server {
	SERVER_SMTP,
	SERVER_IMAP,
	SERVER_POP,
	SERVERS
};

/* As an account sets it. */
enum server_tls {
	SERVER_TLS_BY_PORT,
	SERVER_TLS_IMPLICIT,	/* with the first byte, RFC 8314 */
	SERVER_TLS_STARTTLS	/* RFC 3207, 2595 */
};

/* "imap", for files, messages and users_for_service (cachefile.h). */
const char *server_word(enum account_server which);

/* The server of a word; SERVERS for any other word, and for NULL. */
enum account_server server_find(const char *word);

/* The key in an account's file that names it: "server_imap". */
const char *server_key(enum account_server which);

/* The port where none is given: 587, 993 or 995. */
unsigned server_port(enum account_server which);

/* The port of TLS from the first byte: 465, 993 or 995 (RFC 8314). */
unsigned server_port_tls(enum account_server which);

/*
 * True if TLS begins with the first byte: as set, else at server_port_tls().
 * Anywhere else it begins by STARTTLS.
 */
int server_is_implicit(enum account_server which, unsigned port,
    enum server_tls set);

/* The key in an account's file that sets it: "tls_imap". */
const char *server_tls_key(enum account_server which);

/* The word in an account's file; NULL for SERVER_TLS_BY_PORT. */
const char *server_tls_word(enum server_tls set);

/* 0, or -1: it is no such word, or NULL. */
int server_tls_parse(enum server_tls *set, const char *word);
