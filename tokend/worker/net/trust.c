/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/trust.h"

#include <curl/curl.h>
#include <dirent.h>
#include <string.h>
#include <unistd.h>

/* Length of a hash in a file's name; openssl-rehash(1). */
#define HASH_LEN 8

/* HHHHHHHH.N; not HHHHHHHH.rN, which is a list of revoked certificates. */
static int
is_hashed(const char *name)
{
	const char *number = name + HASH_LEN + 1;

	return strspn(name, "0123456789abcdef") == HASH_LEN &&
	    name[HASH_LEN] == '.' && *number != '\0' &&
	    number[strspn(number, "0123456789")] == '\0';
}

/* One is enough: whatever a folder lacks, the bundle is asked for. */
int
trust_is_hashed(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry = NULL;
	int is_found = 0;

	if (dir == NULL)
		return 0;
	while (!is_found && (entry = readdir(dir)) != NULL)
		is_found = is_hashed(entry->d_name) &&
		    faccessat(dirfd(dir), entry->d_name, R_OK, 0) == 0;
	closedir(dir);
	return is_found;
}

#if LIBCURL_VERSION_NUM >= 0x074600	/* 7.70.0 */

static const curl_version_info_data *
find_build(void)
{
	const curl_version_info_data *built =
	    curl_version_info(CURLVERSION_NOW);

	return built->age >= CURLVERSION_SEVENTH ? built : NULL;
}

static int
is_openssl(const char *library)
{
	return library != NULL && (strncmp(library, "OpenSSL/", 8) == 0 ||
	    strncmp(library, "LibreSSL/", 9) == 0);
}

const char *
trust_folder(void)
{
	const curl_version_info_data *built = find_build();

	return built != NULL && built->capath != NULL &&
	    built->cainfo != NULL && is_openssl(built->ssl_version) &&
	    trust_is_hashed(built->capath) ? built->capath : NULL;
}

const char *
trust_bundle(void)
{
	const curl_version_info_data *built = find_build();

	if (built != NULL && built->cainfo != NULL)
		return built->cainfo;
	return built != NULL && built->capath != NULL ? built->capath : "";
}

#else

const char *
trust_folder(void)
{
	return NULL;
}

const char *
trust_bundle(void)
{
	return "";
}

#endif
