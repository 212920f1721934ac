/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * defaults.h - tokend.conf: where to listen, and what all accounts of the
 * scope start from.
 */
#pragma once

#include "disk/scope.h"
#include "base/status.h"

/* NULL: not set. Owned. */
struct defaults {
	char *socket;		/* paths, blank-separated */
	char *allow;
	char *proxy;
	char *ca_file;
	char *ca_dir;
	char *on_error;
	char *on_warning;
	char *credentials_key;	/* key_path.h */
	char *credentials_key_before;
};

/* 0, also where there is no tokend.conf; -1 with STATUS_CONFIG. */
int defaults_read(struct defaults *d, const struct scope *s,
    struct failure *why);
void defaults_free(struct defaults *d);
