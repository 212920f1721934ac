/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mail_passing.h - refusals that say that they are temporary.
 *
 * The server cannot take the login now, or has seen too many. The token is not
 * the reason: it is neither dropped nor counted as refused.
 */
#pragma once

/*
 * True if said, the final words of a refusal and what its challenge decodes to
 * (sasl.h), say so: by SMTP's code, by IMAP's or POP3's response code, by the
 * words, or by the challenge.
 */
int mail_passing(const char *said);

/*
 * The same of a challenge alone, a JSON object: XOAUTH2's status is that of
 * HTTP, OAUTHBEARER's an error of OAuth (RFC 7628 3.2.2).
 */
int mail_challenge_passing(const char *challenge);
