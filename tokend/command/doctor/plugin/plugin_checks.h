/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plugin_checks.h - the parts of the check of the plugin.
 */
#pragma once

#include "command/doctor/doctor.h"
#include "command/doctor/plugin/sasl_host.h"
#include "knowledge/findings/findings.h"

#define OWN_WORDS "tokend: "	/* the plugin's, after libsasl2's */
#define PLUGIN_CHECK "plugin"

static inline void
report_plugin(struct doctor *d, enum plugin_finding found,
    const struct known_value *values)
{
	doctor_found(d, PLUGIN_CHECK, &plugin_findings[found], values);
}

/* other_plugins.c: other files that offer our mechanisms; which is chosen. */
void check_other_plugins(struct doctor *d, const struct host *h);

/* other_plugins.c: other copies of libsasl2, and what they find. */
void check_other_libraries(struct doctor *d, const struct host *h,
    const char *ours);

/*
 * plugin_switch.c: whether ours offers its mechanisms to this uid. 1 if it
 * does; else 0, which is reported.
 */
int check_plugin_switch(struct doctor *d, const struct host *h,
    const char *ours);
