/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/units.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>


#define SYSTEMD "/run/systemd/system"	/* sd_booted(3) */
#define QUEUE_SOCKET "/var/spool/postfix/run/tokend/socket"
#define STATE_MAX 4096

enum { SERVICE, SOCKET, QUEUE, UNITS };	/* QUEUE: for Postfix only */

struct unit {
	const char *name;
	int is_enabled, is_active;
};

/* A socket cannot join a service that runs, so that is stopped for a moment. */
static const char *const stop[] = { SYSTEMCTL, "stop", "tokend.socket",
    "tokend.service", NULL };

/* False where systemd has it not, or an administrator has masked it. */
static int
look_at(struct unit *u)
{
	struct buf state = BUF_INIT(STATE_MAX);
	struct failure why;
	int status = setup_tool(&state, &why, SYSTEMCTL, "is-enabled",
	    u->name);
	int is_known = status != -1 && state.len > 0 &&
	    strncmp(state.data, "not-found", 9) != 0 &&
	    strncmp(state.data, "masked", 6) != 0;

	u->is_enabled = status == 0;
	u->is_active = is_known && setup_tool(NULL, &why, SYSTEMCTL, "-q",
	    "is-active", u->name) == 0;
	buf_free(&state);
	return is_known;
}

/* The sockets come before the service, which takes those that are there. */
static int
plan_undo(struct setup *s, const struct unit *units, size_t count,
    struct failure *why)
{
	static const struct {
		const char *words[2];
		int is_enabled, is_active;
	} ways[] = { { { "disable", "--now" }, 0, 0 }, { { "disable" }, 0, 1 },
	    { { "stop" }, 1, 0 } };
	size_t k, i, n;

	for (k = 0; k < sizeof(ways) / sizeof(ways[0]); k++) {
		const char *words[SETUP_ARGS + 1] = { SYSTEMCTL,
		    ways[k].words[0], ways[k].words[1] };
		const size_t first = n = words[2] != NULL ? 3 : 2;

		for (i = count; i-- > 0;)
			if (units[i].is_enabled == ways[k].is_enabled &&
			    units[i].is_active == ways[k].is_active)
				words[n++] = units[i].name;
		if (n > first && plan_step(s, words, STEP_UNDO, why) == -1)
			return -1;
	}
	return 0;
}

static int
plan_units(struct setup *s, const struct unit *units, size_t count,
    struct failure *why)
{
	const char *start[SETUP_ARGS + 1] = { SYSTEMCTL, "enable", "--now" };
	const char *const again[] = { SYSTEMCTL, "enable",
	    units[SOCKET].name, NULL };
	int joins = 0;
	size_t i;

	for (i = SOCKET; i < count; i++)
		joins |= units[SERVICE].is_active && !units[i].is_active;
	for (i = 0; i < count; i++)
		start[3 + i] = units[count - 1 - i].name;
	if ((joins && plan_step(s, stop, STEP_SETUP, why) == -1) ||
	    plan_step(s, start, STEP_SETUP, why) == -1 ||
	    plan_undo(s, units, count, why) == -1)
		return -1;
	/* The service has Also=tokend.socket, for disable, too. */
	return !units[SERVICE].is_enabled && units[SOCKET].is_enabled ?
	    plan_step(s, again, STEP_UNDO, why) : 0;
}

int
is_socket(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

enum truth
units_plan(struct setup *s, int postfix, struct failure *why)
{
	struct unit units[UNITS] = { { .name = "tokend.service" },
	    { .name = "tokend.socket" }, { .name = "tokend-postfix.socket" } };
	size_t count = postfix ? UNITS : QUEUE, i;
	int is_on = 1;

	if (access(SYSTEMD, F_OK) == -1)
		return IS_FALSE;
	for (i = 0; i < count; i++) {
		if (!look_at(&units[i]))
			return IS_FALSE;
		is_on &= units[i].is_enabled && units[i].is_active;
	}
	/* What made the socket is no unit, and answers. */
	if (!units[count - 1].is_active && is_socket(postfix ?
	    QUEUE_SOCKET : TOKEND_SOCKET_PATH))
		return IS_TRUE;
	return is_on || plan_units(s, units, count, why) == 0 ? IS_TRUE :
	    IS_UNKNOWN;
}

int
units_restart(struct setup *s, const char *unit, struct failure *why)
{
	return setup_step_if(s, why, SYSTEMCTL, "-q", "is-active",
	    unit) == -1 ? -1 : setup_step(s, why, SYSTEMCTL, "restart", unit);
}
