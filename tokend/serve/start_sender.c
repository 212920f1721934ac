/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/start_sender.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "passing.h"
#include "serve/exec_worker.h"

int
sender_start(const char *account, int report, int *packets)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), pair[2], error;

	if (null == -1)
		return errno;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
	    pair) == -1) {
		error = errno;
		close(null);
		return error;
	}
	error = exec_worker("send", 0, account, (const int[]){
	    [WORKER_STDIN] = pair[1], [WORKER_ANSWER] = null,
	    [WORKER_LOG] = exec_worker_log(null), [WORKER_LOCK] = null,
	    [WORKER_REPORT] = report });
	close(null);
	close(pair[1]);
	if (error == 0)
		*packets = pair[0];
	else
		close(pair[0]);
	return error;
}

int
sender_pass(int packets, const int files[SENDER_FILES])
{
	return passing_send(packets, "", 1, files, SENDER_FILES,
	    MSG_DONTWAIT) == -1 ? errno : 0;
}
