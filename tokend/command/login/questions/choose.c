/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/login/questions/choose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "account/provider.h"
#include "command/converse.h"
#include "command/terminal/ask.h"
#include "base/name.h"
#include "base/number.h"

#define LOOK_UP_MS 10000	/* for the mail exchangers */
#define TIMES 3			/* that an answer may be wrong */

int
choices_read(struct choices *c, const struct scope *s, struct failure *why)
{
	size_t i, count = 0;

	c->keys = NULL;
	if (provider_list(&c->names, s, why) == -1)
		return -1;
	if (c->names.count == 0)
		return 0;
	c->keys = calloc(c->names.count, sizeof(*c->keys));
	if (c->keys == NULL)
		return fail_memory(why);
	for (i = 0; i < c->names.count; i++) {
		/* One that is wrong says so when it is asked for by name. */
		if (provider_read(c->names.name[i], NULL, s, "", &c->keys[i],
		    NULL) == 0) {
			c->names.name[count] = c->names.name[i];
			c->keys[count++] = c->keys[i];
		} else {
			keys_free(&c->keys[i]);
			free(c->names.name[i]);
		}
	}
	c->names.count = count;
	return 0;
}

void
choices_free(struct choices *c)
{
	size_t i;

	for (i = 0; i < c->names.count && c->keys != NULL; i++)
		keys_free(&c->keys[i]);
	free(c->keys);
	c->keys = NULL;
	names_free(&c->names);
}

int
choices_by_domain(const struct choices *c, const char *domain)
{
	size_t i;

	for (i = 0; i < c->names.count; i++)
		if (c->keys[i].domains != NULL &&
		    host_matches(c->keys[i].domains, domain))
			return (int)i;
	return -1;
}

int
choices_by_exchanger(const struct choices *c, const char *hosts)
{
	char host[256];
	size_t i, len;

	for (; *(hosts += strspn(hosts, " ")) != '\0'; hosts += len) {
		len = strcspn(hosts, " ");
		if (len >= sizeof(host))
			continue;
		snprintf(host, sizeof(host), "%.*s", (int)len, hosts);
		for (i = 0; i < c->names.count; i++)
			if (c->keys[i].mx != NULL &&
			    host_matches(c->keys[i].mx, host))
				return (int)i;
	}
	return -1;
}

static const char *
title(const struct choices *c, size_t i)
{
	return c->keys[i].title != NULL ? c->keys[i].title : c->names.name[i];
}

int
choices_parse(const struct choices *c, const char *answer)
{
	int64_t number = 0;
	size_t i, len = number_read(answer, &number);

	if (len > 0 && answer[len] == '\0')
		return number >= 1 && number <= (int64_t)c->names.count ?
		    (int)number - 1 : -1;
	for (i = 0; i < c->names.count; i++)
		if (strcasecmp(answer, c->names.name[i]) == 0 ||
		    strcasecmp(answer, title(c, i)) == 0)
			return (int)i;
	return -1;
}

struct exchanger {
	const struct choices *c;
	int found;
};

static void
take_exchangers(struct converse *talk, void *with)
{
	struct exchanger *e = with;

	if (converse_is(talk, "mx"))
		e->found = choices_by_exchanger(e->c,
		    converse_value(talk, "hosts"));
}

/* If this fails the person is asked without a suggestion. */
static int
find_by_exchangers(const struct choices *c, const struct scope *s,
    const char *domain)
{
	struct exchanger e = { .c = c, .found = -1 };
	const struct converse_job job = { .job = "discover", .account = "-",
	    .name = "domain", .value = domain, .how = WAIT_EVENT,
	    .timeout_ms = LOOK_UP_MS, .from = "the worker",
	    .on_event = take_exchangers, .with = &e };

	(void)converse_run(&job, s, NULL);
	return e.found;
}

static void
list_choices(const struct choices *c)
{
	size_t i;

	fputs("\nKnown providers:\n\n", stderr);
	for (i = 0; i < c->names.count; i++)
		fprintf(stderr, "  %2zu  %-20s  %.50s\n", i + 1,
		    c->names.name[i], title(c, i));
	fputs("\nFor any other, enter its issuer: an address that begins with "
	    "https://\n\n", stderr);
}

enum taken {
	TAKEN_FAILED = -1,	/* with why */
	TAKEN_NOT,		/* neither a provider nor an issuer */
	TAKEN
};

static enum taken
take_answer(const struct choices *c, const char *answer, struct keys *k,
    struct failure *why)
{
	int i = choices_parse(c, answer), result;

	if (strncmp(answer, "https://", 8) == 0)
		result = key_copy(&k->issuer, answer, why);
	else if (i != -1)
		result = key_copy(&k->provider, c->names.name[i], why);
	else
		return TAKEN_NOT;
	return result == 0 ? TAKEN : TAKEN_FAILED;
}

static int
ask_provider(const struct choices *c, const char *suggested, struct keys *k,
    struct failure *why)
{
	struct buf answer = BUF_INIT(ASK_LINE_MAX);
	enum taken taken = TAKEN_NOT;
	int i;

	if (suggested == NULL)
		list_choices(c);
	for (i = 0; i < TIMES && taken == TAKEN_NOT; i++) {
		if (ask_line(&answer, suggested != NULL ?
		    "Provider (? lists all)" : "Number or name", suggested,
		    0, why) == -1) {
			taken = TAKEN_FAILED;
			break;
		}
		taken = take_answer(c, buf_text(&answer), k, why);
		if (taken == TAKEN_NOT && strcmp(buf_text(&answer), "?") == 0)
			list_choices(c);
		else if (taken == TAKEN_NOT)
			fprintf(stderr, "\"%.50s\" is none of them. ? lists "
			    "them.\n", buf_text(&answer));
	}
	buf_free(&answer);
	if (taken == TAKEN_NOT)
		return fail(why, STATUS_CONFIG, "no provider was chosen; "
		    "nothing was changed");
	return taken == TAKEN ? 0 : -1;
}

static int
choose_by_domain(const struct choices *c, struct keys *k, const struct scope *s,
    const char *domain, const char *suggested, int is_asking,
    struct failure *why)
{
	int found = choices_by_domain(c, domain);

	if (found != -1) {
		fprintf(stderr, "%s: %s\n", domain, title(c, (size_t)found));
		return key_copy(&k->provider, c->names.name[found], why);
	}
	if (!is_asking)
		return 0;
	if (suggested != NULL)
		return ask_provider(c, suggested, k, why);
	if (*domain != '\0' && (found = find_by_exchangers(c, s,
	    domain)) != -1) {
		fprintf(stderr, "The mail of %s is hosted by: %s\n", domain,
		    title(c, (size_t)found));
	} else if (*domain != '\0') {
		fprintf(stderr, "The provider of %s is unknown.\n", domain);
	}
	return ask_provider(c, found != -1 ? c->names.name[found] : NULL, k,
	    why);
}

int
choose_provider(struct keys *k, const struct scope *s, const char *address,
    const char *suggested, int is_asking, struct failure *why)
{
	const char *at = strrchr(address, '@');
	struct choices c;
	int result = choices_read(&c, s, why);

	if (result == 0)
		result = choose_by_domain(&c, k, s, at != NULL ? at + 1 : "",
		    suggested, is_asking, why);
	choices_free(&c);
	return result;
}
