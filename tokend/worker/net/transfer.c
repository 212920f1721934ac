/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/transfer.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/spare.h"
#include "net/trust.h"

int
transfer_begin(struct transfer *t, struct failure *why)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	/* Counted by libcurl, so this undoes no other user's. */
	if (spare_init_curl() != CURLE_OK)
		return fail_memory(why);
	if ((t->curl = curl_easy_init()) == NULL) {
		curl_global_cleanup();
		return fail_memory(why);
	}
	/* CURLOPT_NOSIGNAL leaves this to us: OpenSSL may write(2). */
	sigaction(SIGPIPE, &ignore, &t->before);
	return 0;
}

void
transfer_end(struct transfer *t)
{
	curl_easy_cleanup(t->curl);
	curl_global_cleanup();
	sigaction(SIGPIPE, &t->before, NULL);
}

/*
 * The one that is not named is unset, or the built-in one stays trusted. Of
 * the system's the folder is a built-in one, so only the bundle is unset.
 */
static CURLcode
set_trust(struct transfer *t, CURLoption file, CURLoption dir)
{
	CURLcode code = CURLE_OK;

	if (t->ca_file == NULL && t->ca_dir == NULL)
		return t->folder == NULL ? CURLE_OK :
		    curl_easy_setopt(t->curl, file, NULL);
	code = curl_easy_setopt(t->curl, file, t->ca_file);
	if (code != CURLE_OK)
		return code;
	code = curl_easy_setopt(t->curl, dir, t->ca_dir);
	/* A TLS library without folders has none to unset. */
	return t->ca_dir == NULL ? CURLE_OK : code;
}

static CURLcode
set_protocol(struct transfer *t, const char *protocol)
{
	CURLcode code = CURLE_OK;

#if LIBCURL_VERSION_NUM >= 0x075500	/* 7.85.0 */
	TRANSFER_SET(t, code, CURLOPT_PROTOCOLS_STR, protocol);
	TRANSFER_SET(t, code, CURLOPT_REDIR_PROTOCOLS_STR, "https");
#else
	static const struct {
		const char *name;
		long bit;
	} known[] = { { "https", CURLPROTO_HTTPS }, { "http", CURLPROTO_HTTP },
	    { "smtp", CURLPROTO_SMTP }, { "smtps", CURLPROTO_SMTPS },
	    { "imap", CURLPROTO_IMAP }, { "imaps", CURLPROTO_IMAPS },
	    { "pop3", CURLPROTO_POP3 }, { "pop3s", CURLPROTO_POP3S } };
	long bits = 0;
	size_t i = 0;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, protocol) == 0)
			bits = known[i].bit;
	TRANSFER_SET(t, code, CURLOPT_PROTOCOLS, bits);
	TRANSFER_SET(t, code, CURLOPT_REDIR_PROTOCOLS, (long)CURLPROTO_HTTPS);
#endif
	TRANSFER_SET(t, code, CURLOPT_FOLLOWLOCATION, 0L);
	return code;
}

/* libcurl 8 says of no connection that it is there before TLS is, too. */
static CURLcode
note_tls(CURL *curl, void *context, void *of)
{
	struct transfer *t = of;

	(void)curl;
	(void)context;
	t->has_begun_tls = 1;
	return CURLE_OK;
}

CURLcode
transfer_set(struct transfer *t, const char *url, const char *protocol,
    long connect_ms, long total_ms)
{
	CURLcode code = set_protocol(t, protocol);

	TRANSFER_SET(t, code, CURLOPT_ERRORBUFFER, t->detail);
	TRANSFER_SET(t, code, CURLOPT_NOSIGNAL, 1L);
	TRANSFER_SET(t, code, CURLOPT_URL, url);
#if LIBCURL_VERSION_NUM >= 0x075700	/* 7.87.0 */
	/* Else cleaning up waits for a name server that does not answer. */
	TRANSFER_SET(t, code, CURLOPT_QUICK_EXIT, 1L);
#endif
	TRANSFER_SET(t, code, CURLOPT_SSL_VERIFYPEER, 1L);
	TRANSFER_SET(t, code, CURLOPT_SSL_VERIFYHOST, 2L);
	TRANSFER_SET(t, code, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	/* There is no second connection to keep a session for. */
	TRANSFER_SET(t, code, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	TRANSFER_SET(t, code, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
	TRANSFER_SET(t, code, CURLOPT_TIMEOUT_MS, total_ms);
	t->total_ms = total_ms;
	t->has_begun_tls = 0;
	/* Another TLS library has no such hook, and less to say. */
	curl_easy_setopt(t->curl, CURLOPT_SSL_CTX_FUNCTION, note_tls);
	curl_easy_setopt(t->curl, CURLOPT_SSL_CTX_DATA, t);
	if (t->ca_file == NULL && t->ca_dir == NULL && !t->needs_bundle)
		t->folder = trust_folder();
	return code != CURLE_OK ? code :
	    set_trust(t, CURLOPT_CAINFO, CURLOPT_CAPATH);
}

int
transfer_use_bundle(struct transfer *t, CURLcode code)
{
	curl_off_t spent = 0;
	long left = t->total_ms;
	CURLcode set = CURLE_OK;

	if (t->folder == NULL || code != CURLE_PEER_FAILED_VERIFICATION ||
	    access(trust_bundle(), R_OK) == -1)
		return 0;
	t->folder = NULL;
	t->needs_bundle = 1;
	curl_easy_getinfo(t->curl, CURLINFO_TOTAL_TIME_T, &spent);
	left -= (long)(spent / 1000);
	TRANSFER_SET(t, set, CURLOPT_TIMEOUT_MS, left > 0 ? left : 1L);
	TRANSFER_SET(t, set, CURLOPT_CAINFO, trust_bundle());
	/* A libcurl that knows no such proxies has none to go through. */
	(void)curl_easy_setopt(t->curl, CURLOPT_PROXY_CAINFO, trust_bundle());
	t->detail[0] = '\0';
	return set == CURLE_OK;
}

const char *
transfer_trusted(const struct transfer *t)
{
	if (t->ca_file != NULL || t->ca_dir != NULL)
		return t->ca_file != NULL ? t->ca_file : t->ca_dir;
	return t->folder != NULL ? t->folder : trust_bundle();
}

void
transfer_address(const struct transfer *t, char address[TRANSFER_ADDRESS_MAX])
{
	const char *found = NULL;

	if (curl_easy_getinfo(t->curl, CURLINFO_PRIMARY_IP, &found) !=
	    CURLE_OK || found == NULL)
		found = "";
	snprintf(address, TRANSFER_ADDRESS_MAX, "%s", found);
}

CURLcode
transfer_secure_proxy(struct transfer *t)
{
	CURLcode code = set_trust(t, CURLOPT_PROXY_CAINFO,
	    CURLOPT_PROXY_CAPATH);

	TRANSFER_SET(t, code, CURLOPT_PROXY_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	return code;
}

int
transfer_fail_setting(const struct transfer *t, CURLcode code,
    struct failure *why)
{
	if (code == CURLE_OUT_OF_MEMORY)
		return fail_memory(why);
	return fail(why, STATUS_INTERNAL, "%s: not asked: libcurl %s refuses "
	    "a setting (%s)", t->host, LIBCURL_VERSION,
	    curl_easy_strerror(code));
}

/*
 * Which limit was met. CURLINFO_CONNECT_TIME_T would not tell: in 7.88 it is
 * not set before the TLS handshake is done.
 */
static enum trouble_kind
find_slow_step(const struct transfer *t, int has_answer, long *seconds)
{
	curl_off_t name = 0, tls = 0, total = 0;
	long port = 0;

	curl_easy_getinfo(t->curl, CURLINFO_NAMELOOKUP_TIME_T, &name);
	curl_easy_getinfo(t->curl, CURLINFO_PRIMARY_PORT, &port);
	curl_easy_getinfo(t->curl, CURLINFO_APPCONNECT_TIME_T, &tls);
	curl_easy_getinfo(t->curl, CURLINFO_TOTAL_TIME_T, &total);
	*seconds = (long)((total + 500000) / 1000000);
	/* 0 in 7.x, -1 in 8.x: not connected */
	if (port <= 0 && !t->has_begun_tls)
		return name == 0 ? TROUBLE_NAME_SLOW : TROUBLE_CONNECT_SLOW;
	if (t->is_tls && tls == 0)
		return TROUBLE_TLS_SLOW;
	return has_answer ? TROUBLE_SLOW : TROUBLE_SILENT;
}

/* By OpenSSL's words, and GnuTLS's. */
static enum trouble_kind
find_certificate_trouble(const char *words)
{
	if (strstr(words, "expired") != NULL ||
	    strstr(words, "expiration") != NULL ||
	    strstr(words, "not yet valid") != NULL ||
	    strstr(words, "not activated") != NULL)
		return TROUBLE_CERTIFICATE_TIME;
	if (strstr(words, "subject name") != NULL ||
	    strstr(words, "host name") != NULL)
		return TROUBLE_CERTIFICATE_NAME;
	return TROUBLE_CERTIFICATE;
}

enum trouble_kind
transfer_trouble(const struct transfer *t, CURLcode code, int has_answer,
    long *number)
{
	switch (code) {
	case CURLE_OUT_OF_MEMORY:
		return TROUBLE_MEMORY;
#if LIBCURL_VERSION_NUM >= 0x080600
	case CURLE_TOO_LARGE:
		return TROUBLE_LINE_LONG;
#endif
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return TROUBLE_NAME;
	case CURLE_COULDNT_CONNECT:
		curl_easy_getinfo(t->curl, CURLINFO_OS_ERRNO, number);
		return TROUBLE_CONNECT;
	case CURLE_OPERATION_TIMEDOUT:
		return find_slow_step(t, has_answer, number);
	case CURLE_SSL_CACERT_BADFILE:
		return TROUBLE_TRUST;
	case CURLE_PEER_FAILED_VERIFICATION:
		return find_certificate_trouble(transfer_detail(t, code,
		    TROUBLE_CERTIFICATE));
	case CURLE_SSL_CONNECT_ERROR:
		return TROUBLE_TLS;
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_FAIL_REWIND:	/* a kept connection, see upload.h */
		return TROUBLE_CLOSED;
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return has_answer ? TROUBLE_BROKEN : TROUBLE_CLOSED;
	default:
		return TROUBLE_OTHER;
	}
}

const char *
transfer_detail(const struct transfer *t, CURLcode code,
    enum trouble_kind kind)
{
	/* libcurl's longer text is for TLS only: see trouble.h. */
	return (kind == TROUBLE_CERTIFICATE ||
	    kind == TROUBLE_CERTIFICATE_TIME ||
	    kind == TROUBLE_CERTIFICATE_NAME || kind == TROUBLE_TLS) &&
	    t->detail[0] != '\0' ? t->detail : curl_easy_strerror(code);
}
