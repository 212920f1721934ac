/* SPDX-License-Identifier: BSD-2-Clause */
/* denial_findings.c - what SELinux or AppArmor denies tokend or the plugin */
#include "knowledge/findings/findings.h"

#define ENFORCED "Owners and modes look right, and access fails all the same."
#define APPARMOR(id, fix) KNOWN_FAULT(id, STATUS_DENIED, \
	"AppArmor's profile {profile} denies {program} the {what} of {path} " \
	"({mask}){ago}.", ENFORCED, fix)
#define SELINUX(id, fix) KNOWN_FAULT(id, STATUS_DENIED, \
	"SELinux denies {program} {what} of the {class} {path} " \
	"({type}){ago}.", ENFORCED, fix)

const struct known denial_findings[DENIAL_FINDINGS] = {
	[DENIAL_NONE] = KNOWN_OK("denial-none",
	    "No log has a denial of SELinux or AppArmor about tokend that "
	    "still holds."),
	[DENIAL_NO_LOG] = KNOWN_UNKNOWN("denial-no-log",
	    "Whether SELinux or AppArmor deny anything is in the logs, and "
	    "there are none here."),
	[DENIAL_NOT_ROOT] = KNOWN_UNKNOWN("denial-not-root",
	    "Whether SELinux or AppArmor deny anything is in the logs, which "
	    "only root can read."),
	/* One of the others, which was logged only. */
	[DENIAL_PERMISSIVE] = KNOWN_WARNING("denial-permissive", "{found}",
	    "It is permissive at present, and allowed it; once it is "
	    "enforcing, it will not.", "{fix}"),
	[APPARMOR_PROFILE] = APPARMOR("apparmor-profile",
	    "\"echo '{path} {access},' >> /etc/apparmor.d/local/{file}\", then "
	    "\"apparmor_parser -r /etc/apparmor.d/{file}\"."),
	[APPARMOR_OTHER] = APPARMOR("apparmor-other",
	    "Allow it in that profile: aa-logprof(8)."),
	[SELINUX_LABEL] = SELINUX("selinux-label",
	    "Its label ({type}) is of the place where it was made: "
	    "\"restorecon -Rv {path}\"."),
	[SELINUX_MODULE] = SELINUX("selinux-module",
	    "\"ausearch -m avc -c {program} --raw | audit2allow -M "
	    "tokend-local\", then \"semodule -i tokend-local.pp\"."),
	[SELINUX_OTHER] = SELINUX("selinux-other",
	    "Allow it in a module of the local policy: audit2allow(1)."),
};
