/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * placeholder.h - values that were copied with an example and not filled in.
 */
#pragma once

/* True for `your-client-id', `<...>', `xxxx-xxxx', the ids of examples. */
int is_placeholder(const char *value);

/* True for a GUID: 8-4-4-4-12 hexadecimal digits. */
int is_guid(const char *value);
