/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/mask.h"

#include <string.h>

#include "echo.h"

static const char *const public_fields[] = {
	"grant_type", "client_id", "scope", "resource", "audience",
	"client_assertion_type", "redirect_uri", "token_type_hint"
};

int
mask_add(struct mask *m, const char *secret)
{
	return echo_add(&m->sent, secret, strlen(secret));
}

static int
is_public(const char *name, size_t len)
{
	size_t i = 0;

	for (i = 0; i < sizeof(public_fields) / sizeof(public_fields[0]); i++)
		if (strlen(public_fields[i]) == len &&
		    memcmp(public_fields[i], name, len) == 0)
			return 1;
	return 0;
}

static void
note_spent(struct mask *m, const char *field, size_t len)
{
	static const char code[] = "grant_type=authorization_code";
	static const char device[] = "device_code=";

	if (len == sizeof(code) - 1 && memcmp(field, code, len) == 0)
		m->spent = SPENT_CODE;
	else if (strncmp(field, device, sizeof(device) - 1) == 0)
		m->spent = SPENT_DEVICE_CODE;
}

static void
note_proof(struct mask *m, const char *field)
{
	if (strncmp(field, "client_secret=", 14) == 0)
		m->proof = PROOF_SECRET;
	else if (strncmp(field, "client_assertion=", 17) == 0)
		m->proof = PROOF_ASSERTION;
}

int
mask_add_form(struct mask *m, const struct buf *form)
{
	struct buf plain = BUF_INIT(FORM_MAX);
	const char *field = buf_text(form), *value = NULL;
	size_t len = 0, name = 0, encoded = 0;
	int result = 0;

	if (m->proof == PROOF_UNKNOWN)
		m->proof = PROOF_NONE;
	for (; result == 0 && *field != '\0';
	    field += len + (field[len] == '&')) {
		len = strcspn(field, "&");
		note_spent(m, field, len);
		note_proof(m, field);
		name = strcspn(field, "=");
		if (name >= len || is_public(field, name))
			continue;
		value = field + name + 1;
		encoded = len - name - 1;
		buf_reset(&plain);
		if (form_decode(&plain, value, encoded) == -1 ||
		    echo_add(&m->sent, value, encoded) == -1 ||
		    echo_add(&m->sent, buf_text(&plain), plain.len) == -1)
			result = -1;
	}
	buf_free(&plain);
	return result;
}

void
mask_copy(const struct mask *m, char *out, size_t size, const char *text,
    size_t len)
{
	echo_mask(&m->sent, out, size, text, len);
}

void
mask_free(struct mask *m)
{
	buf_free(&m->sent);
}
