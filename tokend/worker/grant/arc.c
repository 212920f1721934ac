/* SPDX-License-Identifier: BSD-2-Clause */
#include "grant/arc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/file.h"

static const char folder[] = "/var/opt/azcmagent/tokens/", suffix[] = ".key";

int
arc_key_path(char path[ARC_PATH_MAX], const char *challenge)
{
	static const char begin[] = "Basic realm=";
	static const char known[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	const char *name = NULL;
	int is_quoted = 0;
	size_t len = 0;

	if (strncasecmp(challenge, begin, strlen(begin)) != 0)
		return -1;
	challenge += strlen(begin);
	is_quoted = *challenge == '"';
	challenge += is_quoted;
	if (strncmp(challenge, folder, strlen(folder)) != 0)
		return -1;
	name = challenge + strlen(folder);
	len = strspn(name, known);
	if (len <= strlen(suffix) || *name == '.' || strncmp(name + len -
	    strlen(suffix), suffix, strlen(suffix)) != 0 ||
	    strcmp(name + len, is_quoted ? "\"" : "") != 0 ||
	    strlen(folder) + len >= ARC_PATH_MAX)
		return -1;
	snprintf(path, ARC_PATH_MAX, "%s%.*s", folder, (int)len, name);
	return 0;
}

static int
fail_open(const char *path, int error, struct failure *why)
{
	if (error == EACCES)
		return fail(why, STATUS_CONFIG, "%s may not be read by the "
		    "user of tokend (uid %ld): add it to the group himds",
		    path, (long)geteuid());
	return fail(why, STATUS_LATER, "%s, which the agent names, cannot be "
	    "read: %s: check the agent (azcmagent show)", path,
	    strerror(error));
}

static int
fail_content(const char *path, struct failure *why)
{
	return fail(why, STATUS_LATER, "%s, which the agent names, holds no "
	    "key of up to %d bytes: check the agent (azcmagent show)", path,
	    ARC_KEY_MAX);
}

/* One word of printable ASCII: it becomes a part of a header's line. */
static int
take_key(struct buf *key, const struct buf *content)
{
	const char *text = buf_text(content);
	size_t len = content->len, i = 0;

	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	for (i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f)
			return 0;
	return len > 0 && buf_add(key, text, len) == -1 ? -1 : 0;
}

int
arc_key_read(struct buf *key, const char *path, struct failure *why)
{
	struct buf content = BUF_INIT(ARC_KEY_MAX);
	struct stat st;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int result = -1;

	if (fd == -1)
		return fail_open(path, errno, why);
	if (fstat(fd, &st) == -1)
		fail_open(path, errno, why);
	else if (!S_ISREG(st.st_mode))
		fail_content(path, why);
	else if (file_read(fd, &content) == -1)
		(void)(errno == EMSGSIZE ? fail_content(path, why) :
		    fail_open(path, errno, why));
	else if (take_key(key, &content) == -1)
		fail_memory(why);
	else
		result = key->len > 0 ? 0 : fail_content(path, why);
	close(fd);
	buf_free(&content);
	return result;
}
