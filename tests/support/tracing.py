# SPDX-License-Identifier: BSD-2-Clause
"""Running a program under strace(1), which kills it at a system call, or lets that call fail.

A first run without an injection tells which calls there are; each later run meets one of them. The
trace of the later run itself, not a guess from the first, says how far the program had come.
"""

import collections
import dataclasses
import os
import re
import shutil
import subprocess

from support import process, waiting

CALL = re.compile(r"(\w+)\(")
SECONDS = waiting.LIMIT

# Calls by which a program looks at the world, or changes it. Not close(2): one that strace fails is
# not made, which leaves a pipe open; the kernel closes whatever it says.
FALLIBLE = {
    "accept4", "chmod", "connect", "fallocate", "fchmod", "fcntl", "flock", "fsync",
    "ftruncate", "getrandom", "getsockopt", "lseek", "mkdir", "mkdirat", "newfstatat",
    "openat", "poll", "pread64", "pwrite64", "read", "recvfrom", "renameat", "sendto",
    "setsockopt", "shutdown", "socket", "socketpair", "unlinkat", "utimensat", "write",
}


@dataclasses.dataclass(frozen=True)
class Call:
    """One line of a trace: the number-th call of that name, arguments and result."""

    name: str
    number: int
    line: str

    def kill(self):
        return f"--inject={self.name}:signal=KILL:when={self.number}"

    def fail(self, error):
        return f"--inject={self.name}:error={error}:when={self.number}"


def is_there():
    return shutil.which("strace", path=process.CLEAN_PATH) is not None


def command(trace, *injections):
    """What goes in front of a program's own words; its children run untraced.

    The sanitizers cannot look for leaks while another process traces the program.
    """
    asan = f"{os.environ.get('ASAN_OPTIONS', '')}:detect_leaks=0"
    return ["strace", "-qq", "-yy", "-s", "16", "-o", trace, "-E", f"ASAN_OPTIONS={asan}",
            *injections]


def calls(trace):
    """The calls of a trace, in their order."""
    numbers = collections.Counter()
    found = []
    with open(trace, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            match = CALL.match(line)
            if match is not None:
                numbers[match[1]] += 1
                found.append(Call(match[1], numbers[match[1]], line.rstrip("\n")))
    return found


def run_on(argv, descriptors, *, env=None):
    """Run argv with {number: descriptor} at just those numbers; a status below 0 is a signal."""
    moves = " ".join(f"{number}<&{fd}" for number, fd in descriptors.items())
    running = subprocess.Popen(
        ["sh", "-c", f'exec "$@" {moves}', "sh", *argv], pass_fds=list(descriptors.values()),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env=process.clean_environment(env), cwd="/")
    for fd in descriptors.values():
        os.close(fd)
    return running


def finish(running, seconds=SECONDS):
    """(status, what it said on standard error)."""
    try:
        _, said = running.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        running.kill()
        running.communicate()
        raise
    return running.returncode, said.decode("utf-8", "replace")
