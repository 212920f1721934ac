/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * discovery.c - the endpoint of an issuer as it is kept on the disk;
 * discovery.c is compiled in
 */
#include "issuer/discovery.c"

#include "fuzz.h"

#define ISSUER "https://as.example.org/t"

static void
write_file(const struct account *a, const struct scope *s, const char *data,
    size_t len)
{
	char name[2 * SHA256_LEN + 1], path[sizeof(FOLDER) + sizeof(name)];

	MUST(make_name(a, name) == 0);
	snprintf(path, sizeof(path), "%s/%s", FOLDER, name);
	fuzz_file(s->state, path, data, len);
}

/*
 * A refresh token goes where the file says: to https alone, and where the
 * file is of this issuer. What was read is written, and read as the same.
 */
FUZZ_TARGET(discovery)
{
	char issuer[] = ISSUER;
	const struct account a = { .name = "acct", .issuer = issuer };
	const struct scope *s = fuzz_scope();
	struct buf again = BUF_INIT(2 * DISCOVERY_FILE_MAX);
	struct record k, same;
	struct url url;

	write_file(&a, s, data, len);
	if (read_record(&k, &a, s) == 0) {
		MUST(url_read(&url, k.token_endpoint) == 0 && url.is_tls);
		MUST(format_record(&k, &a, &again) == 0);
		write_file(&a, s, again.data, again.len);
		MUST(again.len > DISCOVERY_FILE_MAX ||
		    read_record(&same, &a, s) == 0);
		if (again.len <= DISCOVERY_FILE_MAX) {
			MUST(strcmp(same.token_endpoint,
			    k.token_endpoint) == 0);
			MUST(same.asked == k.asked &&
			    same.renew_at == k.renew_at &&
			    same.is_doubted == k.is_doubted);
			(void)is_old(&same);
			free(same.token_endpoint);
		}
	}
	free(k.token_endpoint);
	buf_free(&again);
}
