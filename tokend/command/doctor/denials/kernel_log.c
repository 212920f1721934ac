/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/denials/kernel_log.h"

#include <sys/klog.h>

#define KLOG_READ_ALL 3		/* syslog(2) */

int
kernel_log_read(char *text, int most)
{
	return klogctl(KLOG_READ_ALL, text, most);
}
