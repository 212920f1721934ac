/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sasl_child.h - what the child of sasl_host.h does, inside of libsasl2.
 */
#ifndef TOKEND_SASL_CHILD_H
#define TOKEND_SASL_CHILD_H

#include "command/doctor/plugin/sasl_host.h"

/* Opens the library and fills h; the process ends soon after. */
void sasl_child_run(struct host *h, const char *library);

#endif
