/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/log_tail.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/run.h"
#include "lineio.h"

#define PROGRAM_MOST 10000	/* ms */
#define OUTPUT_MAX 8388608	/* bytes that a program may print */

int
log_tail_file(const char *path, size_t most, struct buf *lines)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char block[16384];
	struct stat st;
	size_t left = most;
	ssize_t n = -1;

	if (fd == -1)
		return -1;
	errno = EINVAL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if (st.st_size > (off_t)most)
			lseek(fd, -(off_t)most, SEEK_END);
		while ((n = read(fd, block, left < sizeof(block) ? left :
		    sizeof(block))) > 0) {
			if (buf_add(lines, block, (size_t)n) == -1)
				break;
			left -= (size_t)n;
		}
	}
	close(fd);
	return n == -1 ? -1 : 0;
}

int
log_tail_program(char *words[], size_t most, struct buf *lines)
{
	static char locale[] = "LC_ALL=C";
	char *env[] = { locale, NULL };
	struct run_result r = RUN_RESULT_INIT;
	size_t skip;
	int result = -1;

	r.output.max = OUTPUT_MAX;
	run_program(&r, words, env, clock_ms() + PROGRAM_MOST);
	skip = r.output.len > most ? r.output.len - most : 0;
	if (r.end == RUN_EXITED && r.number == 0)
		result = buf_add(lines, buf_text(&r.output) + skip,
		    r.output.len - skip);
	run_result_free(&r);
	return result;
}
