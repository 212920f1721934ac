/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/login/show_sign_in.h"

#include <langinfo.h>
#include <locale.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "command/terminal/ask.h"
#include "command/terminal/browser.h"
#include "command/explain.h"
#include "base/shell_word.h"
#include "command/login/qr_print.h"

#define LOGIN_MAX 64
#define QR_TEXT_MAX 262144	/* the largest code there is, in UTF-8 */

const char *
show_sign_in_host(char host[256], const char *connection)
{
	const char *at = connection;
	int i;

	/* client address, client port, our address, our port: ssh(1) */
	for (i = 0; i < 2 && at != NULL; i++)
		if ((at = strchr(at, ' ')) != NULL)
			at++;
	if (at != NULL && strcspn(at, " ") > 0) {
		snprintf(host, 256, "%.*s", (int)strcspn(at, " "), at);
		make_printable(host, 256);
	} else if (gethostname(host, 256) == -1) {
		snprintf(host, 256, "HOST");
	}
	host[255] = '\0';
	return host;
}

/* The login's user: after ssh, this process may run as root. */
static const char *
login_user(char user[LOGIN_MAX])
{
	const struct passwd *pw;

	if (getlogin_r(user, LOGIN_MAX) == 0 && *user != '\0')
		return user;
	pw = getpwuid(geteuid());
	snprintf(user, LOGIN_MAX, "%s", pw != NULL ? pw->pw_name : "");
	return user;
}

/* The server's port, where it is not ssh's own; "". */
static const char *
ssh_port(const char *connection)
{
	const char *at = connection != NULL ? strrchr(connection, ' ') : NULL;

	return at == NULL || at[1] == '\0' || strcmp(at, " 22") == 0 ||
	    at[1 + strspn(at + 1, "0123456789")] != '\0' ? "" : at + 1;
}

static void
print_ssh(const char *port, int is_six)
{
	const char *connection = getenv("SSH_CONNECTION");
	const char *address = is_six ? "[::1]" : "127.0.0.1";
	const char *other = ssh_port(connection);
	char host[256], user[LOGIN_MAX], whole[LOGIN_MAX + 256];
	char word[SHELL_WORD_MAX(sizeof(whole))];

	login_user(user);
	snprintf(whole, sizeof(whole), "%s%s%s", user,
	    *user != '\0' ? "@" : "", show_sign_in_host(host, connection));
	fprintf(stderr, "\n    ssh %s%s%s-L %s:%s:%s %s\n\n",
	    *other != '\0' ? "-p " : "", other, *other != '\0' ? " " : "",
	    port, address, port, shell_word(word, sizeof(word), whole));
}

/* The browser is elsewhere: how its last step can reach this machine. */
static void
show_remote_browser(struct converse *c)
{
	const char *port = converse_value(c, "port");

	if (*port == '\0') {
		explain_text("The browser ends on a page that it cannot load. "
		    "Copy that page's address from the address bar, and "
		    "paste it here.");
		return;
	}
	explain_text("At the end the browser must reach this machine. If it "
	    "runs on another one, run this there first, and leave it running:");
	print_ssh(port, strstr(converse_value(c, "redirect"), "//[::1]") !=
	    NULL);
	explain_text("Without that the browser ends on a page that it cannot "
	    "load. Copy that page's address from the address bar, and paste "
	    "it here.");
}

void
show_sign_in_address(struct converse *c, int use_browser)
{
	const char *url = converse_value(c, "url");
	const char *start = converse_value(c, "start");
	int browser = use_browser && *start != '\0' ? browser_open(start) : -1;
	int is_open = browser != -1;

	fputs(is_open ? "\nYour browser opens this address. Sign in there, "
	    "and accept the request:\n\n" : "\nOpen this address in a "
	    "browser, sign in, and accept the request:\n\n", stderr);
	/* In one piece and from the first column: it is to be copied. */
	fprintf(stderr, "%s\n\n", url);
	if (is_open && browser_failed(browser)) {
		explain_text("xdg-open(1) has failed, so no browser was "
		    "opened. Open the address yourself.");
		is_open = 0;
	}
	if (!is_open || *converse_value(c, "port") == '\0')
		show_remote_browser(c);
	if (ask_is_possible())
		fprintf(stderr, "Waiting for %sthe final address, "
		    "not shown (Ctrl-C cancels):\n",
		    *converse_value(c, "port") != '\0' ?
		    "the browser, or for " : "");
	else
		fputs(*converse_value(c, "port") != '\0' ?
		    "Waiting for the browser.\n" :
		    "Waiting for the final address on standard input.\n",
		    stderr);
}

static int
is_utf8(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	int result;

	if (locale == (locale_t)0)
		return 0;
	result = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
	freelocale(locale);
	return result;
}

/* 0 if the code was drawn. */
static int
show_qr(const char *modules)
{
	struct buf drawn = BUF_INIT(QR_TEXT_MAX);
	const char *term = getenv("TERM");
	struct winsize size;
	int with_colour = getenv("NO_COLOR") == NULL && term != NULL &&
	    strcmp(term, "dumb") != 0, result;

	if (!isatty(STDERR_FILENO) || !is_utf8() ||
	    ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == -1)
		return -1;
	result = qr_print(&drawn, modules, size.ws_col, with_colour);
	if (result == 0)
		fputs(buf_text(&drawn), stderr);
	buf_free(&drawn);
	return result;
}

/* The code comes last, so that all of it is visible in 24 lines. */
void
show_sign_in_device(struct converse *c)
{
	const char *complete = converse_value(c, "verification_uri_complete");

	fprintf(stderr, "\nOpen this address on any device, and enter the "
	    "code:\n\n    %s\n    code   %s\n\n",
	    converse_value(c, "verification_uri"),
	    converse_value(c, "user_code"));
	if (show_qr(converse_value(c, "qr")) != 0 && *complete != '\0')
		fprintf(stderr, "Or open this address, which includes the "
		    "code; the page must show the same code:\n\n    %s\n\n",
		    complete);
	if (!isatty(STDERR_FILENO))
		fputs("Waiting.\n", stderr);
}

void
show_sign_in_time(int64_t seconds)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\rWaiting, %2d:%02d left (Ctrl-C cancels) ",
		    (int)(seconds / 60), (int)(seconds % 60));
}

void
show_sign_in_time_end(void)
{
	if (isatty(STDERR_FILENO))
		fputc('\n', stderr);
}
