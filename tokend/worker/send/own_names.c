/* SPDX-License-Identifier: BSD-2-Clause */
#include "send/own_names.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "send/envelope.h"

#define LINES_MOST 10000
#define BLANKS " \t\r\n"

static void
copy_name(char name[OWN_NAME_MAX + 1], const char *from, size_t len)
{
	if (len <= OWN_NAME_MAX)
		snprintf(name, OWN_NAME_MAX + 1, "%.*s", (int)len, from);
}

static void
read_mailname(struct own_names *n, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[1024] = "";

	if (file == NULL)
		return;
	if (fgets(line, sizeof(line), file) != NULL)
		copy_name(n->mail, line, strcspn(line, BLANKS));
	fclose(file);
}

/* hosts(5): an address, the full name, others. True if it is of this host. */
static int
take_hosts_line(struct own_names *n, const char *line)
{
	const char *full = NULL, *word = line;
	size_t full_len = 0, len = strcspn(line, BLANKS "#");

	for (word += len; *(word += strspn(word, BLANKS)) != '\0' &&
	    *word != '#'; word += len) {
		len = strcspn(word, BLANKS "#");
		if (full == NULL) {
			full = word;
			full_len = len;
		}
		if (len == strlen(n->host) &&
		    strncasecmp(word, n->host, len) == 0) {
			copy_name(n->full, full, full_len);
			return 1;
		}
	}
	return 0;
}

static void
read_hosts(struct own_names *n, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[1024] = "";
	int i = 0;

	if (file == NULL)
		return;
	while (i++ < LINES_MOST && fgets(line, sizeof(line), file) != NULL)
		if (take_hosts_line(n, line))
			break;
	fclose(file);
}

static int
is_or_is_below(const char *name, const char *domain)
{
	size_t len = strlen(name), n = strlen(domain);

	return len >= n && strcasecmp(name + len - n, domain) == 0 &&
	    (len == n || name[len - n - 1] == '.');
}

/* "relay.example.net" of "relay"; "example.com" is no host's full name. */
static int
is_host_with_domain(const char *name, const char *host)
{
	size_t n = strlen(host);

	return n > 0 && strncasecmp(name, host, n) == 0 && name[n] == '.' &&
	    strchr(name + n + 1, '.') != NULL;
}

/*
 * Many have the organisation's domain there, which is that of people's
 * addresses. The name with another domain than in hosts is the host's, too: a
 * name server may have that one.
 */
static int
is_name_of_host(const struct own_names *n, const char *name)
{
	return is_host_with_domain(name, n->host) ||
	    (strchr(n->full, '.') != NULL && is_or_is_below(name, n->full)) ||
	    (strchr(n->host, '.') != NULL && is_or_is_below(name, n->host));
}

void
own_names_read(struct own_names *n, const char *mailname, const char *hosts)
{
	memset(n, 0, sizeof(*n));
	if (gethostname(n->host, OWN_NAME_MAX) == -1)
		n->host[0] = '\0';
	read_mailname(n, mailname);
	if (n->host[0] != '\0')
		read_hosts(n, hosts);
	if (!is_name_of_host(n, n->mail))
		n->mail[0] = '\0';
	n->is_read = 1;
}

int
own_names_have(const struct own_names *n, const char *domain)
{
	return (domain[0] != '[' && strchr(domain, '.') == NULL) ||
	    strcasecmp(domain, "localhost.localdomain") == 0 ||
	    strcasecmp(domain, n->host) == 0 ||
	    strcasecmp(domain, n->full) == 0 ||
	    strcasecmp(domain, n->mail) == 0;
}

static int
has_domain(const char *address, const char *domain)
{
	const char *its = envelope_domain(address);

	return its != NULL && strcasecmp(its, domain) == 0;
}

int
own_names_have_sender(struct own_names *n, const char *sender,
    const char *address, const char *from)
{
	const char *domain = envelope_domain(sender);

	if (domain == NULL)
		return 1;
	if (has_domain(address, domain) || has_domain(from, domain))
		return 0;
	if (!n->is_read)
		own_names_read(n, "/etc/mailname", "/etc/hosts");
	return own_names_have(n, domain);
}
