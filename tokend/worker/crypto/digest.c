/* SPDX-License-Identifier: BSD-2-Clause */
#include "crypto/digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <sys/random.h>

int
digest_sha1(const void *data, size_t len, unsigned char out[SHA1_LEN])
{
	return EVP_Digest(data, len, out, NULL, EVP_sha1(), NULL) == 1 ? 0 :
	    -1;
}

int
digest_sha256(const void *data, size_t len, unsigned char out[SHA256_LEN])
{
	return EVP_Digest(data, len, out, NULL, EVP_sha256(), NULL) == 1 ? 0 :
	    -1;
}

int
random_fill(void *out, size_t len)
{
	ssize_t n;

	while ((n = getrandom(out, len, 0)) == -1 && errno == EINTR)
		continue;
	if (n == -1)
		return -1;
	if ((size_t)n == len)
		return 0;
	errno = EIO;	/* not for 256 bytes and fewer: getrandom(2) */
	return -1;
}
