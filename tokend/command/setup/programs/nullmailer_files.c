/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/programs/nullmailer_files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/failure_text.h"
#include "base/name.h"
#include "base/shell_word.h"

#define BLANKS " \t\r"
#define LINE_MAX_LEN (SHELL_WORD_MAX(NAME_MAX_LEN) + sizeof(REMOTES_MODULE) + 2)

/* nullmailer reads words as sh(1) does. */
static int
write_line(struct buf *line, const char *account)
{
	return buf_adds(line, SHELL_NAME(account)) == -1 ||
	    buf_adds(line, " " REMOTES_MODULE) == -1 ? -1 : 0;
}

/* No server: an empty line, or a comment. */
static int
is_comment(const char *line, size_t len)
{
	size_t blanks = strspn(line, BLANKS);

	return blanks >= len || line[blanks] == '#';
}

int
remotes_set(struct setup_file *f, const char *account, size_t *dropped,
    struct failure *why)
{
	struct buf ours = BUF_INIT(LINE_MAX_LEN);
	struct buf text = BUF_INIT(SETUP_TEXT_MAX);
	const char *at = buf_text(&f->new);
	int has_ours = 0, result = write_line(&ours, account);
	size_t len, whole;

	for (*dropped = 0; result == 0 && *at != '\0'; at += whole) {
		len = strcspn(at, "\n");
		whole = len + (at[len] == '\n');
		if (len == ours.len && memcmp(at, ours.data, len) == 0 &&
		    !has_ours)
			has_ours = 1;
		else if (!is_comment(at, len)) {
			++*dropped;
			continue;
		}
		result = buf_add(&text, at, whole);
	}
	if (result == 0 && !has_ours)
		result = (text.len > 0 && text.data[text.len - 1] != '\n' &&
		    buf_adds(&text, "\n") == -1) || buf_add(&text, ours.data,
		    ours.len) == -1 || buf_adds(&text, "\n") == -1 ? -1 : 0;
	if (result == 0)
		result = setup_replace(f, &text, why);
	else
		fail(why, errno == ENOMEM ? STATUS_INTERNAL : STATUS_CONFIG,
		    "%s: %s", f->path, strerror(errno));
	buf_free(&ours);
	buf_free(&text);
	return result;
}

int
address_file_set(struct setup_file *f, const char *address,
    char kept[ADDRESS_SHOWN], struct failure *why)
{
	struct buf text = BUF_INIT(SETUP_TEXT_MAX);
	const char *is = buf_text(&f->new);
	char line[ADDRESS_SHOWN + 4];
	size_t len;

	kept[0] = '\0';
	is += strspn(is, BLANKS);
	len = strcspn(is, "\n");
	while (len > 0 && strchr(BLANKS, is[len - 1]) != NULL)
		len--;
	if (len == strlen(address) && memcmp(is, address, len) == 0)
		return 0;
	if (len > 0) {
		snprintf(line, sizeof(line), "%.*s", (int)len, is);
		make_printable(line, sizeof(line));
		text_cut(kept, ADDRESS_SHOWN, line);
		return 0;
	}
	if (buf_adds(&text, address) == -1 || buf_adds(&text, "\n") == -1) {
		buf_free(&text);
		return fail_memory(why);
	}
	return setup_replace(f, &text, why);
}
