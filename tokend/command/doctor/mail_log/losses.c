/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/mail_log/losses.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/postfix/postfix.h"

#define MAILS_KNOWN 1024	/* of which the sender is remembered */
#define RELAYS_KNOWN 8

struct mail {
	char id[sizeof(((struct logged *)0)->id)];
	char sender[LOGGED_WORD];
	int is_report;		/* of a bounce, which has no sender */
	char relay[LOGGED_WORD], why[LOGGED_TEXT];	/* last deferral */
};

struct reading {
	struct losses *l;
	struct mail mails[MAILS_KNOWN];		/* a ring, next to be used: */
	size_t next;
	struct {
		char name[LOGGED_WORD];
		int is_ours;
	} relays[RELAYS_KNOWN];
	size_t relay_count;
};

static struct mail *
find_mail(struct reading *r, const char *id)
{
	size_t i;

	/* The newest first: an id may come again. */
	for (i = 1; i <= MAILS_KNOWN; i++) {
		struct mail *m = &r->mails[(r->next + MAILS_KNOWN - i) %
		    MAILS_KNOWN];

		if (m->id[0] == '\0')
			return NULL;
		if (strcmp(m->id, id) == 0)
			return m;
	}
	return NULL;
}

static struct mail *
add_mail(struct reading *r, const char *id)
{
	struct mail *m = &r->mails[r->next];

	r->next = (r->next + 1) % MAILS_KNOWN;
	memset(m, 0, sizeof(*m));
	snprintf(m->id, sizeof(m->id), "%s", id);
	return m;
}

static int
is_our_relay(struct reading *r, const char *name)
{
	size_t i;
	int is_ours;

	for (i = 0; i < r->relay_count; i++)
		if (strcmp(r->relays[i].name, name) == 0)
			return r->relays[i].is_ours;
	is_ours = strcmp(name, "none") != 0 && r->l->is_ours(r->l->with, name);
	if (r->relay_count < RELAYS_KNOWN) {
		snprintf(r->relays[r->relay_count].name, LOGGED_WORD, "%s",
		    name);
		r->relays[r->relay_count++].is_ours = is_ours;
	}
	return is_ours;
}

/* If it is about the mailbox and not about a sender, any mail ends it. */
static int
is_ended_by(const struct loss *loss, const char *relay, const char *sender)
{
	int is_of_sender = loss->reason->kind == SENDING_SENDER ||
	    loss->reason->kind == SENDING_CONTENT;

	return strcmp(loss->relay, relay) == 0 && (!is_of_sender ||
	    strcmp(loss->sender, sender) == 0);
}

static void
take_sent(struct losses *l, const char *relay, const char *sender)
{
	size_t i = 0;

	while (i < l->count) {
		if (is_ended_by(&l->loss[i], relay, sender))
			l->loss[i] = l->loss[--l->count];
		else
			i++;
	}
}

static void
add_loss(struct losses *l, const struct logged *line, const char *sender,
    const char *relay, const char *why)
{
	const struct known *reason = reason_find_refusal(why);
	struct loss *loss = l->loss;

	if (reason == NULL || (line->when != 0 && line->when < l->since))
		return;
	while (loss < l->loss + l->count && (loss->reason != reason ||
	    strcmp(loss->sender, sender) != 0 ||
	    strcmp(loss->relay, relay) != 0))
		loss++;
	if (loss == l->loss + LOSSES_MAX)
		return;
	if (loss == l->loss + l->count) {
		l->count++;
		memset(loss, 0, sizeof(*loss));
		loss->reason = reason;
		snprintf(loss->sender, sizeof(loss->sender), "%s", sender);
		snprintf(loss->relay, sizeof(loss->relay), "%s", relay);
	}
	loss->mails++;
	loss->last = line->when;
	loss->is_expired = line->kind == LOGGED_EXPIRED;
	snprintf(loss->words, sizeof(loss->words), "%s", why);
}

static void
take_line(struct reading *r, const struct logged *line)
{
	struct mail *m = find_mail(r, line->id);

	if (m == NULL)
		m = add_mail(r, line->id);
	switch (line->kind) {
	case LOGGED_SENDER:
		snprintf(m->sender, sizeof(m->sender), "%s", line->sender);
		m->is_report = m->sender[0] == '\0';
		break;
	case LOGGED_DEFERRED:
		snprintf(m->relay, sizeof(m->relay), "%s", line->relay);
		snprintf(m->why, sizeof(m->why), "%s", line->text);
		break;
	case LOGGED_SENT:
		take_sent(r->l, line->relay, m->sender);
		break;
	case LOGGED_BOUNCED:
		if (!m->is_report && is_our_relay(r, line->relay))
			add_loss(r->l, line, m->sender, line->relay,
			    line->text);
		break;
	case LOGGED_EXPIRED:
		if (!m->is_report && m->relay[0] != '\0' &&
		    (reason_of_sendmail(m->why) != NULL ||
		    is_our_relay(r, m->relay)))
			add_loss(r->l, line, m->sender, m->relay, m->why);
		break;
	}
}

int
losses_read(struct losses *l, struct buf *lines)
{
	struct reading *r = calloc(1, sizeof(*r));
	char *at = lines->data, *text;
	struct logged line;

	if (r == NULL)
		return -1;
	r->l = l;
	l->count = 0;
	while ((text = postfix_next_line(&at)) != NULL)
		if (logged_parse(&line, text, l->now))
			take_line(r, &line);
	free(r);
	return 0;
}
