/* SPDX-License-Identifier: BSD-2-Clause */
/* ssmtp.c - tokend setup ssmtp: the patched sSMTP, by the plugin. */
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/setup/allow_user.h"
#include "command/setup/editor/recipe_rows.h"
#include "command/setup/installed.h"
#include "command/setup/system.h"
#include "disk/file.h"
#include "base/name.h"
#include "base/shell_word.h"

#define CONFIG "/etc/ssmtp/ssmtp.conf"
#define BINARY_MAX 4194304	/* bytes; Debian's has 40,000 */
#define MARK "SASLMechanisms"	/* a key that the patch brings */
#define GROUP_MAX 64

/* KEY=VALUE; the last one counts. */
static const struct grammar grammar = { .separators = "= \t",
    .assignment = "=", .comment = "#", .comment_at = COMMENT_ANYWHERE,
    .has_one_word = 1, .insert = INSERT_END, .before = "", .between = "=" };

const struct recipe ssmtp_recipe = {
	.program = "ssmtp", .grammar = &grammar, .server = SERVER_SMTP,
	.rules = {
	{ RULE_SET, "MailHub", .value = "{host}:{port}" },
	{ RULE_DROP, .names = "RemotePort" },
	{ RULE_SET, "UseTLS", .value = "YES" },
	{ RULE_SET, "UseSTARTTLS", .value = "{implicit?NO:YES}" },
	{ RULE_SET, "AuthUser", .value = "{account}" },
	/* The plugin would refuse a password. */
	{ RULE_DROP, .names = "AuthPass" },
	{ RULE_SET, "UseSASL", .value = "YES" },
	{ RULE_SET, "SASLMechanisms", .value = "xoauth2",
	    .good = "oauthbearer|xoauth2,oauthbearer|oauthbearer,xoauth2" },
	{ RULE_SET, "TLSVerify", "YES", .flags = RULE_OPTIONAL } }
};

enum edit_result
ssmtp_edit(struct edit *e, struct failure *why)
{
	if (strpbrk(e->m->account, "#=\" ") != NULL)
		return fail(why, STATUS_CONFIG, "account \"%s\": ssmtp.conf "
		    "cannot have such a name: give the account one without "
		    "blanks, '#' and '='", e->m->account);
	return edit_blocks(e, why);
}

/* The program has to know our keys. */
static int
check_patch(const char *path, struct failure *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), result = 0;
	struct buf program = BUF_INIT(BINARY_MAX);

	if (fd == -1 || file_read(fd, &program) == -1)
		result = fail(why, STATUS_CONFIG, "%s: cannot be read", path);
	else if (memmem(buf_text(&program), program.len, MARK,
	    strlen(MARK)) == NULL)
		result = fail(why, STATUS_CONFIG, "%s knows passwords only: "
		    "build it with tokend's patch, or give it a password of "
		    "`tokend tunnel --listen`; the page on sSMTP has both",
		    path);
	if (fd != -1)
		close(fd);
	buf_free(&program);
	return result;
}

/* The group that sSMTP runs as, for any user. -1 with why. */
static int
find_group(gid_t *gid, char group[GROUP_MAX], const char *path,
    struct failure *why)
{
	const struct group *gr = NULL;
	struct stat st;

	if (stat(path, &st) == 0 && (st.st_mode & S_ISGID) != 0)
		gr = getgrgid(st.st_gid);
	if (gr == NULL || strlen(gr->gr_name) + 1 >= GROUP_MAX)
		return fail(why, STATUS_CONFIG, "%s is not setgid, as Debian's "
		    "is: install it with `install -g mail -m 2755`", path);
	*gid = st.st_gid;
	group[0] = '@';
	memcpy(group + 1, gr->gr_name, strlen(gr->gr_name) + 1);
	return 0;
}

/* `allow` of the account's file has the group. */
static int
allow_group(struct setup *s, const char *group, struct failure *why)
{
	const char *allow = s->account->allow;

	return allow != NULL && words_have(allow, group, strlen(group)) ? 0 :
	    allow_user(s, "allow", allow, group, why);
}

/* The file that switches the plugin on, for those who can read it. */
static int
switch_on(struct setup *s, gid_t gid, const char *group, struct failure *why)
{
	struct setup_file *f = setup_file_in(s, s->scope->config,
	    "/plugin.conf", why);

	if (f == NULL)
		return -1;
	if (!f->existed) {
		f->mode = 0640;
		f->gid = gid;
		return 0;
	}
	if ((f->st.st_mode & S_IROTH) != 0 || ((f->st.st_mode & S_IRGRP) != 0
	    && f->st.st_gid == gid))
		return 0;
	return setup_note(s, why, "sSMTP cannot read %s, which switches the "
	    "plugin on: `chgrp %s %s && chmod 640 %s`.", f->path, group + 1,
	    SHELL_WORD(f->path), SHELL_WORD(f->path));
}

int
setup_ssmtp(struct setup *s, struct failure *why)
{
	char path[SCOPE_PATH_MAX], group[GROUP_MAX];
	struct edit e = { .recipe = &ssmtp_recipe };
	struct setup_file *f;
	struct mailbox m;
	gid_t gid = 0;

	if (mailbox_take(&m, s->account, SERVER_SMTP, why) == -1 ||
	    program_find(path, "ssmtp", why) == -1 ||
	    check_patch(path, why) == -1 ||
	    find_group(&gid, group, path, why) == -1 ||
	    allow_group(s, group, why) == -1 ||
	    switch_on(s, gid, group, why) == -1 ||
	    (f = setup_file(s, s->config != NULL ? s->config : CONFIG,
	    why)) == NULL)
		return -1;
	f->mode = 0640;
	f->gid = gid;
	e.text = &f->new;
	e.path = f->path;
	e.m = &m;
	if (ssmtp_edit(&e, why) == EDIT_FAILED)
		return -1;
	return system_answer(s, why);
}
