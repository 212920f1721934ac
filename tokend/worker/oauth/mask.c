/* mask.c - see mask.h */
#include "oauth/mask.h"

#include <string.h>

#include "status.h"

static const char *const public_fields[] = {
	"grant_type", "client_id", "scope", "resource", "audience",
	"client_assertion_type", "redirect_uri", "token_type_hint"
};

int
mask_add(struct mask *m, const char *secret)
{
	if (*secret == '\0')
		return 0;
	return buf_add(&m->sent, secret, strlen(secret) + 1);
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

int
mask_add_form(struct mask *m, const struct buf *form)
{
	const char *field = buf_text(form), *value = NULL;
	size_t len = 0, name = 0, encoded = 0;

	for (; *field != '\0'; field += len + (field[len] == '&')) {
		len = strcspn(field, "&");
		note_spent(m, field, len);
		name = strcspn(field, "=");
		if (name >= len || is_public(field, name))
			continue;
		value = field + name + 1;
		encoded = len - name - 1;
		if (buf_add(&m->sent, value, encoded) == -1 ||
		    buf_add(&m->sent, "", 1) == -1 ||
		    form_decode(&m->sent, value, encoded) == -1 ||
		    buf_add(&m->sent, "", 1) == -1)
			return -1;
	}
	return 0;
}

static size_t
common(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t n = 0;

	while (n < a_len && n < b_len && a[n] == b[n])
		n++;
	return n;
}

/* The longest run at text that stands somewhere in one secret, or 0. */
static size_t
run_in(const char *secret, size_t secret_len, const char *text, size_t len)
{
	size_t least = secret_len < MASK_RUN ? secret_len : MASK_RUN;
	const char *end = secret + secret_len, *at = secret;
	size_t best = 0, n = 0;

	if (least == 0 || len < least)
		return 0;
	while (best < len && (at = memmem(at, (size_t)(end - at), text,
	    least)) != NULL) {
		n = common(at, (size_t)(end - at), text, len);
		if (n > best)
			best = n;
		at++;
	}
	return best;
}

static size_t
run_in_any(const struct mask *m, const char *text, size_t len)
{
	const char *secret = buf_text(&m->sent);
	const char *end = secret + m->sent.len;
	size_t best = 0, n = 0;

	for (; secret < end; secret += strlen(secret) + 1) {
		n = run_in(secret, strlen(secret), text, len);
		if (n > best)
			best = n;
	}
	return best;
}

void
mask_copy(const struct mask *m, char *out, size_t size, const char *text,
    size_t len)
{
	static const char stars[] = "***";
	size_t left = len < MASK_INPUT_MAX ? len : MASK_INPUT_MAX;
	size_t done = 0, n = 0;
	int was_masked = 0;

	/* Room for the stars is kept, so that no run is cut into parts. */
	while (left > 0 && done + sizeof(stars) <= size) {
		n = run_in_any(m, text, left);
		if (n == 0) {
			out[done++] = *text;
			n = 1;
			was_masked = 0;
		} else if (!was_masked) {
			memcpy(out + done, stars, sizeof(stars) - 1);
			done += sizeof(stars) - 1;
			was_masked = 1;
		}
		text += n;
		left -= n;
	}
	out[done] = '\0';
	make_printable(out);
}

void
mask_free(struct mask *m)
{
	buf_free(&m->sent);
}
