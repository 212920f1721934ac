/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plugin.h - the one symbol that libxoauth2.so exports.
 */
#ifndef TOKEND_PLUGIN_H
#define TOKEND_PLUGIN_H

#include <sasl/sasl.h>
#include <sasl/saslplug.h>

/*
 * What libsasl2 calls once a process, as root and before the jail in Postfix.
 * Offers both mechanisms if tokend is set up for this process, and none
 * (SASL_OK, *plugcount 0) if it is not: installing the file changes nothing.
 */
extern __attribute__((visibility("default")))
sasl_client_plug_init_t sasl_client_plug_init;

#endif
