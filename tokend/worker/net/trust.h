/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trust.h - where the system's certificates are.
 *
 * Of its own accord libcurl trusts a bundle and a folder, and reads all of the
 * bundle for each connection: 145 certificates are 9 of 10 instructions of a
 * refresh. Of a folder whose files are named by their subjects' hashes OpenSSL
 * reads what it needs. Such a folder is asked first, and the bundle where a
 * server is not accepted by it: so what is trusted is the same.
 */
#pragma once

/*
 * The folder that libcurl was built with, if OpenSSL can use it alone. NULL:
 * there is none, nothing in it is named by a hash, no bundle is known to turn
 * to afterwards, or libcurl uses another TLS library, which would read all of
 * the folder.
 */
const char *trust_folder(void);

/* True if a file in folder is named by a hash, and can be read. */
int trust_is_hashed(const char *folder);

/* The bundle that libcurl was built with, or else its folder; "": not known. */
const char *trust_bundle(void);
