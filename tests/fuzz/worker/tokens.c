/* SPDX-License-Identifier: BSD-2-Clause */
/* tokens.c - what is within a token, a key file, and what a program printed */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "common/date.h"
#include "grant/arc.h"
#include "grant/printed.h"
#include "grant/service_account.h"
#include "base/name.h"
#include "oauth/identity.h"
#include "store/store.h"

static void
add_jwt(struct buf *token, const char *data, size_t len)
{
	MUST(buf_adds(token, "e30.") == 0);
	MUST(base64url_add(token, data, len) == 0);
	MUST(buf_adds(token, ".c2ln") == 0);
}

/* The claims of an ID token, then those of an access token. */
FUZZ_TARGET(identity)
{
	struct buf id = BUF_INIT(2 * len + 64), access = id;
	struct part p = fuzz_part(&data, &len);
	const char *user = NULL;
	struct account a = { .name = "alice@example.org" };
	struct person again = { .is_accepted = 0 };
	struct identity i;
	size_t at = 0;

	memset(&i, 0, sizeof(i));
	add_jwt(&id, p.data, p.len);
	add_jwt(&access, data, len);
	identity_read(&i, &id, &access);
	for (at = 0; at < PERSON_NAMES; at++)
		fuzz_printable(i.person.name[at]);
	fuzz_printable(i.audience);
	fuzz_printable(i.scope);
	fuzz_printable(i.roles);
	user = person_shown_name(&a, &i.person);
	MUST(user == NULL || user[0] != '\0');
	/* What was kept is taken again as it is. */
	for (at = 0; at < PERSON_NAMES; at++)
		person_add(&again, i.person.name[at]);
	MUST(memcmp(&again, &i.person, sizeof(again)) == 0);
	buf_free(&id);
	buf_free(&access);
}

FUZZ_TARGET(printed)
{
	struct token_answer answer = TOKEN_ANSWER_INIT;
	char *text = fuzz_text(data, len);
	const char *what = "not said";

	if (printed_read(&answer, text, strlen(text), 1000000000, &what) ==
	    0) {
		MUST(token_is_clean(buf_text(&answer.access_token),
		    answer.access_token.len));
		MUST(answer.expires_in >= 1 &&
		    answer.expires_in <= EXPIRES_IN_MAX);
	} else {
		MUST(what != NULL);
	}
	(void)date_read(text);
	token_answer_free(&answer);
	free(text);
}

FUZZ_TARGET(keyfile)
{
	struct buf content = fuzz_buf(data, len, SECRET_MAX);
	struct failure why = { .code = STATUS_OK };
	struct service_account s;
	char path[ARC_PATH_MAX] = "";

	memset(&s, 0, sizeof(s));
	(void)service_account_is(&content);
	if (service_account_read(&s, &content, "the key", &why) == 0)
		MUST(s.client_email != NULL && s.private_key != NULL);
	else
		fuzz_printable(why.text);
	service_account_free(&s);
	/* Whoever names a file: it is one in the agent's folder. */
	if (arc_key_path(path, buf_text(&content)) == 0)
		MUST(strncmp(path, "/var/opt/azcmagent/tokens/", 26) == 0 &&
		    strchr(path + 26, '/') == NULL);
	buf_free(&content);
}

/* What was read is written, and read again as the same. */
FUZZ_TARGET(credential)
{
	const struct scope *s = fuzz_scope();
	struct credential c = CREDENTIAL_INIT;
	struct buf first = BUF_INIT(CREDENTIAL_FILE_MAX), second = first;
	struct failure why = { .code = STATUS_OK };

	fuzz_file(s->state, "credentials/acct", data, len);
	if (credential_read(&c, s, "acct", &why) == 0) {
		MUST(credential_format(&c, &first) == 0);
		credential_free(&c);
		fuzz_file(s->state, "credentials/acct", first.data,
		    first.len);
		MUST(credential_read(&c, s, "acct", &why) == 0);
		MUST(credential_format(&c, &second) == 0);
		MUST(first.len == second.len &&
		    memcmp(first.data, second.data, first.len) == 0);
	} else {
		fuzz_printable(why.text);
	}
	credential_free(&c);
	buf_free(&first);
	buf_free(&second);
}
