/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spare.h - memory for libcurl and OpenSSL that is there when malloc(3) has
 * none left.
 *
 * An answer that breaks off in a library, because it got no memory for a line
 * of the head, is as lost as one that was never stored: the token that it
 * brought cannot be asked for twice. So some memory is taken, and touched,
 * before the request, and handed out where malloc fails.
 */
#pragma once

#include <curl/curl.h>

/*
 * First thing in a program: has OpenSSL use what is here, and ends the process
 * if there is no memory even for that. libcurl uses it from transfer_begin on.
 */
void spare_begin(void);

/* What curl_global_init(CURL_GLOBAL_DEFAULT) does, with what is here. */
CURLcode spare_init_curl(void);

/*
 * Takes the spare memory, once in the life of a process. 0, or -1 where there
 * is none now.
 */
int spare_reserve(void);
