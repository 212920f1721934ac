/* SPDX-License-Identifier: BSD-2-Clause */
/* examine.c - see examine.h */
#include "examine/examine.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "knowledge/mail_advice.h"
#include "name.h"
#include "shell_word.h"

/* What means nothing to PowerShell; an @ does at a word's begin alone. */
static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.@_-";

/* Servers of Exchange Online, in all clouds. */
static const char exchange[] = "*.office365.com *.office365.us *.outlook.com "
    "partner.outlook.cn *.partner.outlook.cn *.mx.microsoft";

const char *const examine_service[SERVERS] = { [SERVER_SMTP] = "SMTP",
    [SERVER_IMAP] = "IMAP", [SERVER_POP] = "POP3" };

static struct finding *
next(struct examination *x, const char *check, enum verdict verdict,
    enum status code)
{
	struct finding *f = &x->finding[x->count < EXAMINE_MOST ?
	    x->count++ : EXAMINE_MOST - 1];

	*f = (struct finding){ .check = check, .verdict = verdict,
	    .code = code };
	return f;
}

struct finding *
examine_add(struct examination *x, const char *check, enum verdict verdict,
    enum status code, const char *found, ...)
{
	struct finding *f = next(x, check, verdict, code);
	char text[FINDING_TEXT_MAX + 1] = "";
	va_list args;

	va_start(args, found);
	finding_vtext(text, found, args);
	va_end(args);
	finding_text(f->found, "%s: %s", x->name, text);
	return f;
}

struct finding *
examine_failure(struct examination *x, const char *check,
    const struct failure *why)
{
	struct finding *f = next(x, check, VERDICT_FAULT, why->code);
	char prefix[TEXT_NAME_MAX + 16] = "";
	const char *text = why->text;

	snprintf(prefix, sizeof(prefix), "account \"%s\": ", x->name);
	if (strncmp(text, prefix, strlen(prefix)) == 0)
		text += strlen(prefix);
	finding_text(f->found, "%s: %s", x->name, text);
	return f;
}

static const char *
default_meaning(enum status code)
{
	switch (code) {
	case STATUS_SIGN_IN:
		return "No new access token comes until a person has signed "
		    "in again.";
	case STATUS_LATER:
		return "No new access token comes until this has passed; "
		    "tokend tries again by itself.";
	default:
		return "No new access token comes until this is mended.";
	}
}

void
examine_advise(const struct examination *x, struct finding *f,
    const struct detail *d)
{
	finding_text(f->matters, "%s", d->meaning[0] != '\0' ? d->meaning :
	    default_meaning(f->code));
	if (d->remedy[0] != '\0')
		finding_text(f->fix, "%s", d->remedy);
	else if (f->code == STATUS_SIGN_IN)
		finding_text(f->fix, "Run \"tokend login %s\".",
		    SHELL_NAME(x->account.name));
	else if (f->code == STATUS_CONFIG)
		finding_text(f->fix, "Correct %s as said, then run "
		    "\"tokend refresh %s\".", x->account.path,
		    SHELL_NAME(x->account.name));
	else
		finding_text(f->fix, "Run \"tokend refresh %s\" to try at "
		    "once.", SHELL_NAME(x->account.name));
}

const char *
examine_powershell(char quoted[POWERSHELL_MAX], const char *word)
{
	size_t len = 0;

	if (strchr("@-", *word) == NULL &&
	    word[strspn(word, plain)] == '\0' &&
	    strlen(word) < POWERSHELL_MAX) {
		snprintf(quoted, POWERSHELL_MAX, "%s", word);
		return quoted;
	}
	quoted[len++] = '\'';
	for (; *word != '\0' && len < POWERSHELL_MAX - 4; word++) {
		if (*word == '\'')
			quoted[len++] = '\'';
		quoted[len++] = *word;
	}
	quoted[len++] = '\'';
	quoted[len] = '\0';
	return quoted;
}

void
examine_advise_mail(const struct examination *x, struct finding *f,
    enum account_server service, const char *said)
{
	const struct account *a = &x->account;
	const struct mail_advice *advice = mail_advice_find(said);
	const char *user = examine_user(x, service);
	char quoted[POWERSHELL_MAX], identity[POWERSHELL_MAX + 16];
	char permission[POWERSHELL_MAX + 16];
	/* In a command of Exchange's the mailbox is a word of PowerShell's. */
	const struct text_place places[] = {
	    { "-Identity USER", identity }, { "Permission USER", permission },
	    { "USER", user }, { "NAME", SHELL_NAME(a->name) },
	    { "CLIENT", a->client_id != NULL ? a->client_id : "ID" },
	    { NULL, NULL } };

	examine_powershell(quoted, user);
	snprintf(identity, sizeof(identity), "-Identity %s", quoted);
	snprintf(permission, sizeof(permission), "Permission %s", quoted);

	finding_text(f->matters, "%s", advice->meaning);
	text_fill(f->fix, sizeof(f->fix), advice->machine != NULL &&
	    a->grant != GRANT_REFRESH_TOKEN ? advice->machine :
	    advice->steps, places);
}

const char *
examine_user(const struct examination *x, enum account_server service)
{
	static const char *const words[SERVERS] = { [SERVER_SMTP] = "smtp",
	    [SERVER_IMAP] = "imap", [SERVER_POP] = "pop" };
	const char *user = users_for_service(&x->account.users,
	    words[service]);

	return user != NULL ? user : x->account.name;
}

void
examine_host(const struct examination *x, enum account_server service,
    char host[256])
{
	const char *server = x->account.server[service];
	size_t len = 0;

	host[0] = '\0';
	if (server == NULL)
		return;
	len = server[0] == '[' ? strcspn(server, "]") : strcspn(server, ":");
	server += server[0] == '[';
	snprintf(host, 256, "%.*s", (int)len, server);
}

int
examine_is_exchange(const struct examination *x)
{
	char host[256] = "";
	int i = 0;

	for (i = 0; i < SERVERS; i++) {
		examine_host(x, (enum account_server)i, host);
		if (host[0] != '\0' && host_matches(exchange, host))
			return 1;
	}
	return 0;
}
