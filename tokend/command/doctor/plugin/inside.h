/*
 * inside.h - what the child of host.h does, inside of libsasl2.
 */
#ifndef TOKEND_DOCTOR_INSIDE_H
#define TOKEND_DOCTOR_INSIDE_H

#include "command/doctor/plugin/host.h"

/* Opens the library and fills h; whoever calls it ends soon after. */
void inside_run(struct host *h, const char *library);

#endif
