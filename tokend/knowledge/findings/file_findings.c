/* SPDX-License-Identifier: BSD-2-Clause */
/* file_findings.c - owners, modes and room of what tokend reads and writes */
#include "knowledge/findings/findings.h"

#define JUDGED(id, fix) KNOWN_FAULT(id, STATUS_CONFIG, "{failure}.", \
	"tokend reads no file that another user could have written, or " \
	"should not have seen.", fix)

#define NO_ACCESS(id, fix) KNOWN_FAULT(id, STATUS_CONFIG, \
	"{file} cannot be read by the user {user}: {error}.", \
	"tokend runs as that user, and finds no account there.", fix)

/* No command changes a file there. */
#define MOUNTED "{point} is mounted read-only: change the file where that " \
	"is made. In Kubernetes set the volume's defaultMode and the pod's " \
	"fsGroup (tokend's group); in Docker and Podman the secret's uid and " \
	"mode, or the file on the host."
#define MOUNTED_HERE MOUNTED " On a machine of your own: \"{command}\", and " \
	"look again."

#define STORE(id, code, found, fix) KNOWN_FAULT(id, code, found, \
	"No token is renewed until that is fixed, and mail waits. The " \
	"provider and the consents are not the reason: no person has to sign " \
	"in again.", fix)
#define READ_ONLY "The store {folder} cannot be written: what is mounted at " \
	"{point} is read-only."
#define CLOSED "The user {user} cannot use the store {folder}: {names}."

const struct known file_findings[FILE_FINDINGS] = {
	[FILE_LINK] = JUDGED("file-link", "\"cp -pL {sh:file} "
	    "{sh:file}.new\", then \"mv {sh:file}.new {sh:file}\"."),
	/* Only the failure knows what is wrong on the path of a link. */
	[FILE_LINK_PATH] = JUDGED("file-link-path", "{remedy}."),
	[FILE_LINK_FOLDER] = JUDGED("file-link-folder", "Move the folder that "
	    "it leads to to {file} itself."),
	[FILE_OTHER_KIND] = JUDGED("file-other-kind", "Move it away: \"mv "
	    "{sh:file} {sh:file}.old\"."),
	[FILE_OWNER] = JUDGED("file-owner", "\"chown {owner} {sh:file}\"."),
	[FILE_WRITABLE] = JUDGED("file-writable", "\"chmod go-w {sh:file}\"."),
	[FILE_READABLE] = JUDGED("file-readable", "\"chmod o= {sh:file}\". A "
	    "user who could read it may have the secret: renew it at the "
	    "provider."),
	[FILE_MOUNTED] = JUDGED("file-mounted", MOUNTED),
	[FILE_MOUNTED_HERE] = JUDGED("file-mounted-here", MOUNTED_HERE),
	[FILE_NO_ACCESS] = NO_ACCESS("file-no-access", "\"chgrp {group} "
	    "{sh:file}\", then \"chmod g+rX {sh:file}\"."),
	[FILE_NO_ACCESS_OWN] = NO_ACCESS("file-no-access-own", "\"chown {user} "
	    "{sh:file}\", then \"chmod u+rwX {sh:file}\"."),
	[FILE_NO_ACCESS_MOUNTED] = NO_ACCESS("file-no-access-mounted",
	    MOUNTED),
	[FILE_NO_ACCESS_MOUNTED_HERE] = NO_ACCESS("file-no-access-mounted-here",
	    MOUNTED_HERE),
	/* A platform's choice, and at most a reason to ask for another one. */
	[FILE_PLATFORM] = KNOWN_WARNING("file-platform",
	    "{file}: holds a secret, and every user here may read it (mode "
	    "{mode}), as the platform has made it.",
	    "tokend uses it as it is. It is no secret from other programs "
	    "that run here.",
	    "If other programs do run here: in Kubernetes set defaultMode to "
	    "0440 and fsGroup to tokend's group; in Docker and Podman give "
	    "the secret a uid and mode 0400."),
	/* Of the store several may apply, which become one finding. */
	[STORE_VOLUME] = STORE("store-volume", STATUS_CONFIG, READ_ONLY,
	    "This container may not change its mounts. Give it a volume of "
	    "its own at {folder} that is writable: in Kubernetes one without "
	    "readOnly, in Docker and Podman --volume tokend:{folder}."),
	[STORE_READ_ONLY] = STORE("store-read-only", STATUS_CONFIG, READ_ONLY,
	    "{by_root}\"{command}\"."),
	[STORE_FULL] = STORE("store-full", STATUS_LATER,
	    "There is no room in the store {folder}: the file system at "
	    "{point} is full.",
	    "Make room at {point}: df(1) and df -i show what is taken. tokend "
	    "then goes on by itself."),
	[STORE_CLOSED] = STORE("store-closed", STATUS_CONFIG, CLOSED,
	    "{by_root}\"{command}\"."),
	[STORE_FAILED] = KNOWN_FAULT("store-failed", STATUS_CONFIG,
	    "{failure}", "No token is renewed until that is fixed.", NULL)
};
