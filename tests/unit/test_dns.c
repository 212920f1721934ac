/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_dns.c - mail exchangers, out of answers that a stranger wrote. What is
 * asked over a network is in tests/integration.
 */
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

#include "net/dns.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#undef res_nquery	/* a macro for the next in glibc before 2.34 */
int __wrap_res_nquery(res_state, const char *, int, int, unsigned char *,
    int);
int __wrap___res_nquery(res_state, const char *, int, int, unsigned char *,
    int);

/* What the name server says, in place of a network. */
static struct {
	unsigned char bytes[4096];
	int len;		/* -1: nothing, for the reason error */
	int error;
	char asked[256];
	int tries, seconds;
	unsigned long options;
} server;

static struct dns_hosts hosts;
static struct failure why;

int
__wrap_res_nquery(res_state state, const char *name, int class, int type,
    unsigned char *answer, int size)
{
	ck_assert_int_eq(class, 1);
	ck_assert_int_eq(type, 15);
	ck_assert_int_ge(size, server.len);
	snprintf(server.asked, sizeof(server.asked), "%s", name);
	server.tries = state->retry;
	server.seconds = state->retrans;
	server.options = state->options;
	state->res_h_errno = server.error;
	if (server.len > 0)
		memcpy(answer, server.bytes, (size_t)server.len);
	return server.len;
}

int
__wrap___res_nquery(res_state state, const char *name, int class, int type,
    unsigned char *answer, int size)
{
	return __wrap_res_nquery(state, name, class, type, answer, size);
}

static void
add(const void *bytes, size_t len)
{
	ck_assert_uint_le((size_t)server.len + len, sizeof(server.bytes));
	memcpy(server.bytes + server.len, bytes, len);
	server.len += (int)len;
}

static void
add_name(const char *name)
{
	unsigned char len = 0;

	for (; *name != '\0'; name += len + (name[len] == '.')) {
		len = (unsigned char)strcspn(name, ".");
		add(&len, 1);
		add(name, len);
	}
	add("", 1);
}

/* The head of an answer about example.org with that many records. */
static void
begin(int records)
{
	unsigned char count = (unsigned char)records;

	memset(&server, 0, sizeof(server));
	add("\0\1\x81\x80\0\1\0", 7);
	add(&count, 1);
	add("\0\0\0\0", 4);
	add_name("example.org");
	add("\0\x0f\0\1", 4);
}

/* A record of example.org, whose name is at 12 in the answer. */
static void
add_record(int type, int preference, const char *name)
{
	unsigned char head[12] = { 0xc0, 12, 0, (unsigned char)type, 0, 1, 0,
	    0, 0, 60, 0, 0 };
	unsigned char number[2] = { (unsigned char)(preference >> 8),
	    (unsigned char)preference };
	int at = server.len;

	add(head, sizeof(head));
	add(number, sizeof(number));
	add_name(name);
	server.bytes[at + 11] = (unsigned char)(server.len - at - 12);
}

static void
finds(const char *list)
{
	char found[8192] = "";
	size_t i = 0;

	ck_assert_msg(dns_mail_hosts("example.org", &hosts, &why) == 0, "%s",
	    why.text);
	for (i = 0; i < hosts.count; i++) {
		strncat(found, i > 0 ? " " : "", sizeof(found) - 1 -
		    strlen(found));
		strncat(found, hosts.host[i].name, sizeof(found) - 1 -
		    strlen(found));
	}
	ck_assert_str_eq(found, list);
}

TEST(gives_the_best_first)
{
	begin(4);
	add_record(15, 20, "b.example.net");
	add_record(15, 300, "c.example.net");
	add_record(15, 5, "a.example.net");
	add_record(15, 20, "b2.example.net");
	finds("a.example.net b.example.net b2.example.net c.example.net");
	ck_assert_str_eq(server.asked, "example.org");
	ck_assert_int_eq(server.tries, 2);
	ck_assert_int_eq(server.seconds, 3);
	ck_assert(server.options & RES_IGNTC);
	ck_assert(!(server.options & RES_USEVC));
}

TEST(keeps_the_best_sixteen)
{
	char name[32], list[1024] = "";
	int i = 0;

	begin(40);
	for (i = 39; i >= 0; i--) {
		snprintf(name, sizeof(name), "h%d.example.net", i);
		add_record(15, i, name);
	}
	for (i = 0; i < 16; i++)
		snprintf(list + strlen(list), sizeof(list) - strlen(list),
		    "%sh%d.example.net", i > 0 ? " " : "", i);
	finds(list);
	begin(40);
	for (i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "h%d.example.net", i);
		add_record(15, i, name);
	}
	finds(list);
}

static const char *const odd_names[] = {
	"", "localhost", "a b.example", "a\x1b[31m.example", "a\\.example",
	"-a.example", "a-.example", "a\xc3\xa9.example", "a/b.example",
	"a;b.example"
};

TABLE_TEST(leaves_odd_names_out, odd_names)
{
	begin(2);
	add_record(15, 0, odd_names[_i]);
	add_record(15, 1, "mx_1.Example-2.net");
	finds("mx_1.Example-2.net");
}

TEST(takes_mx_records_only)
{
	begin(2);
	add_record(5, 0, "alias.example.net");
	add_record(15, 1, "a.example.net");
	finds("a.example.net");
	/* Null MX, RFC 7505. */
	begin(1);
	add_record(15, 0, "");
	finds("");
}

static const struct {
	int error, result;
} nothing[] = {
	{ HOST_NOT_FOUND, 0 }, { NO_DATA, 0 }, { TRY_AGAIN, -1 },
	{ NO_RECOVERY, -1 }, { NETDB_INTERNAL, -1 }
};

TABLE_TEST(tells_none_from_no_answer, nothing)
{
	memset(&server, 0, sizeof(server));
	server.len = -1;
	server.error = nothing[_i].error;
	hosts.count = 7;
	ck_assert_int_eq(dns_mail_hosts("example.org", &hosts, &why),
	    nothing[_i].result);
	ck_assert_uint_eq(hosts.count, 0);
	if (nothing[_i].result == 0)
		return;
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_str_eq(why.text, "example.org: its mail exchangers cannot "
	    "be looked up: check DNS (/etc/resolv.conf)");
}

/* At every length, and with every byte of it changed, it ends well. */
TEST(bears_what_is_malformed)
{
	int whole = 0, i = 0;
	unsigned char byte = 0;

	begin(2);
	add_record(15, 10, "a.example.net");
	add_record(15, 20, "b.example.net");
	whole = server.len;
	for (server.len = 1; server.len < whole; server.len++)
		if (dns_mail_hosts("example.org", &hosts, &why) == -1)
			ck_assert_int_eq(why.code, STATUS_LATER);
		else
			ck_assert_uint_le(hosts.count, 1);
	for (i = 0; i < whole; i++)
		for (byte = 1; byte != 0; byte = (unsigned char)(byte << 1)) {
			server.bytes[i] ^= byte;
			if (dns_mail_hosts("example.org", &hosts, &why) == 0)
				ck_assert_uint_le(hosts.count, 2);
			server.bytes[i] ^= byte;
		}
	/* A name that points at itself. */
	server.bytes[whole - 2] = 0xc0;
	server.bytes[whole - 1] = (unsigned char)(whole - 2);
	finds("a.example.net");
}

static const struct {
	const char *name;
	int is_clean;
} domains[] = {
	{ "example.org", 1 }, { "a.b", 1 }, { "xn--bcher-kva.example", 1 },
	{ "EXAMPLE.org", 1 }, { "1.2", 1 }, { "example", 0 }, { "", 0 },
	{ ".", 0 }, { ".org", 0 }, { "example.org.", 0 }, { "a..b", 0 },
	{ "a b.org", 0 }, { "a@b.org", 0 }, { "b\xc3\xbc" "cher.example", 0 },
	{ "-a.org", 0 }, { "a-.org", 0 }, { "a.org\n", 0 }, { "*.org", 0 },
	{ "[1.2]", 0 }
};

TABLE_TEST(asks_for_clean_names_only, domains)
{
	begin(0);
	ck_assert_int_eq(dns_name_is_clean(domains[_i].name),
	    domains[_i].is_clean);
	ck_assert_int_eq(dns_mail_hosts(domains[_i].name, &hosts, &why),
	    domains[_i].is_clean - 1);
	ck_assert_str_eq(server.asked, domains[_i].is_clean ?
	    domains[_i].name : "");
	if (!domains[_i].is_clean)
		ck_assert_int_eq(why.code, STATUS_CONFIG);
}

TEST(limits_names)
{
	char name[512];
	int i = 0;

	for (i = 0; i < 500; i++)
		name[i] = i % 64 == 63 ? '.' : 'a';
	name[253] = '\0';
	ck_assert(dns_name_is_clean(name));
	name[253] = 'a';
	name[254] = '\0';
	ck_assert(!dns_name_is_clean(name));
	memset(name, 'a', 64);
	memcpy(name + 64, ".org", 5);
	ck_assert(!dns_name_is_clean(name));
	ck_assert(dns_name_is_clean(name + 1));
}
