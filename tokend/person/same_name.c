/* SPDX-License-Identifier: BSD-2-Clause */
#include "person/same_name.h"

#include <string.h>
#include <strings.h>

#include "base/name.h"

#define GUEST "#EXT#"
#define UUID_LEN 36
#define ENDING_MAX 6	/* bytes of "co.uk", "com.br" */

/*
 * Public providers, where each person has an own mailbox. A domain that ends
 * in a dot stands for all countries of it. is_one: its domains are names of the
 * same mailboxes; else a mailbox may have further names in them. dots says what
 * counts as a dot, and drop what does not count at all. has_tags: "+tag" is
 * for every mailbox.
 */
static const struct family {
	const char *domains;
	int is_one;
	const char *dots, *drop;
	int has_tags;
} families[] = {
	{ "gmail.com googlemail.com", 1, "", ".", 1 },
	{ "outlook. hotmail. live. msn.com", 0, "", "", 1 },
	{ "yandex. ya.ru", 1, "-", "", 1 },
	{ "icloud.com me.com mac.com", 1, "", "", 1 },
	{ "proton.me protonmail.com pm.me", 1, "", "", 1 },
	{ "fastmail.com fastmail.fm", 0, "", "", 1 },
	{ "yahoo. ymail.com rocketmail.com", 0, "", "", 0 },
	{ "aol.com aim.com", 0, "", "", 0 },
	{ "mail.ru", 0, "", "", 1 },
	{ "inbox.ru", 0, "", "", 1 },
	{ "list.ru", 0, "", "", 1 },
	{ "bk.ru", 0, "", "", 1 },
	{ "seznam.cz", 0, "", "", 0 },
	{ "email.cz", 0, "", "", 0 },
	{ "post.cz", 0, "", "", 0 },
	{ "gmx.", 0, "", "", 0 },
	{ "web.de", 0, "", "", 0 },
	{ "comcast.net", 0, "", "", 0 }
};

/* Sign-in names of companies may end so; no mail comes there. */
static const char inner[] = "local localdomain internal intranet lan corp "
    "home private";

int
name_is_address(const char *name)
{
	return strchr(name, '@') != NULL;
}

static int
starts_with(const char *name, const char *prefix)
{
	return strncasecmp(name, prefix, strlen(prefix)) == 0;
}

/* What goes in front of it; 0 if nothing does. */
static size_t
prefix_length(const char *name)
{
	static const char *const schemes[] = { "mailto:", "acct:", "smtp:" };
	static const char host[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
	const char *slash = strchr(name, '\\');
	size_t i, n = strspn(name, host);

	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (starts_with(name, schemes[i]))
			return strlen(schemes[i]);
	if (name_is_address(name))
		return name[n] == '#' && memchr(name, '.', n) != NULL &&
		    name_is_address(name + n) &&
		    !starts_with(name + n, GUEST) ? n + 1 : 0;
	return slash != NULL && slash[1] != '\0' ?
	    (size_t)(slash + 1 - name) : 0;
}

/* ann_example.com#EXT#@tenant: no domain has an '_', so the last is the @. */
static int
restore_guest(char *name)
{
	char *mark = strchr(name, '#'), *at = NULL;

	while (mark != NULL && !starts_with(mark, GUEST "@"))
		mark = strchr(mark + 1, '#');
	if (mark == NULL || (at = memrchr(name, '_', (size_t)(mark - name))) ==
	    NULL || at == name || at + 1 == mark)
		return 0;
	*mark = '\0';
	*at = '@';
	return 1;
}

int
name_plain(char plain[PERSON_NAME_MAX], const char *name)
{
	size_t front = 0, len = 0;

	if (strlen(name) >= PERSON_NAME_MAX)
		return -1;
	strcpy(plain, name);
	/* Each turn makes it shorter. */
	do {
		front = prefix_length(plain);
		memmove(plain, plain + front, strlen(plain + front) + 1);
	} while (front > 0 || restore_guest(plain));
	len = strlen(plain);
	while (len > 0 && name_is_address(plain) && plain[len - 1] == '.')
		plain[--len] = '\0';
	return len > 0 ? 0 : -1;
}

static int
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0x80)
			return 0;
	return 1;
}

/* It names a record of a directory, and no mailbox. */
static int
is_uuid(const char *name)
{
	return strlen(name) == UUID_LEN && name[8] == '-' &&
	    strspn(name, "0123456789abcdefABCDEF-") == UUID_LEN;
}

static int
is_equal(const char *a, const char *b)
{
	return strlen(a) == strlen(b) && equal_folded(a, b, strlen(a));
}

static enum likeness
compare_bare(const char *a, const char *b)
{
	if (is_equal(a, b))
		return NAMES_SAME;
	if (is_uuid(a) || is_uuid(b))
		return NAMES_UNCOMPARABLE;
	/* Their letters may differ only in case, or in how they are coded. */
	return is_ascii(a) && is_ascii(b) ? NAMES_OTHER : NAMES_MAYBE;
}

static int
is_domain_of(const char *domains, const char *domain)
{
	const char *word = domains, *dot = NULL;
	size_t len = 0;

	for (; (word = words_next(word, &len)) != NULL; word += len) {
		if (strncasecmp(domain, word, len) != 0)
			continue;
		dot = strchr(domain + len, '.');
		if (word[len - 1] != '.' ? domain[len] == '\0' :
		    strlen(domain + len) <= ENDING_MAX && (dot == NULL ||
		    strchr(dot + 1, '.') == NULL))
			return 1;
	}
	return 0;
}

static const struct family *
find_family(const char *domain)
{
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (is_domain_of(families[i].domains, domain))
			return &families[i];
	return NULL;
}

static int
is_private_domain(const char *domain)
{
	const char *last = strrchr(domain, '.');

	return last == NULL || words_have(inner, last + 1, strlen(last + 1));
}

/* The local part without what does not count in it; f may be NULL. */
static void
copy_local(char to[PERSON_NAME_MAX], const char *name, const struct family *f,
    int without_tag)
{
	const char *at = strrchr(name, '@');
	size_t n = 0;

	for (; name < at && (*name != '+' || !without_tag || n == 0); name++)
		if (f == NULL || strchr(f->drop, *name) == NULL)
			to[n++] = f != NULL && strchr(f->dots, *name) != NULL ?
			    '.' : *name;
	to[n] = '\0';
}

static int
is_local_equal(const char *a, const char *b, const struct family *f,
    int without_tag)
{
	char one[PERSON_NAME_MAX], other[PERSON_NAME_MAX];

	copy_local(one, a, f, without_tag);
	copy_local(other, b, f, without_tag);
	return is_equal(one, other);
}

static enum likeness
compare_addresses(const char *a, const char *b)
{
	const char *here = strrchr(a, '@') + 1, *there = strrchr(b, '@') + 1;
	const struct family *f = find_family(here), *g = find_family(there);
	int is_one = is_equal(here, there) || (f != NULL && f == g &&
	    f->is_one);

	if (is_one && is_local_equal(a, b, f, f != NULL && f->has_tags))
		return NAMES_SAME;
	if (!is_one && (is_private_domain(here) || is_private_domain(there)))
		return NAMES_UNCOMPARABLE;
	if (f != g)
		return NAMES_OTHER;
	if (is_local_equal(a, b, f, 1))
		return NAMES_MAYBE;
	return is_ascii(a) && is_ascii(b) ? NAMES_OTHER : NAMES_MAYBE;
}

enum likeness
name_compare(const char *a, const char *b)
{
	if (name_is_address(a) != name_is_address(b))
		return NAMES_UNCOMPARABLE;
	return name_is_address(a) ? compare_addresses(a, b) :
	    compare_bare(a, b);
}
