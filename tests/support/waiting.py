# SPDX-License-Identifier: BSD-2-Clause
"""Waiting for things that other processes do.

A test that sleeps for a fixed time is either slow or flaky; one that waits for a condition is as
quick as the machine and fails with a sentence that says what never came.
"""

import contextlib
import socket
import time

STEP = 0.02
# Seconds after which something hangs. A wait that fails a test has this limit: a machine may be
# slow, and a shorter one would measure the machine. What a test has to say about time it measures
# by the program's own limits, and says so.
LIMIT = 300
# The same for a build, an installation of packages, a module of tests, or what valgrind runs.
LONG_LIMIT = 3600


class NeverCame(AssertionError):
    """A condition did not come true before its deadline."""


def until(condition, seconds, what, step=STEP):
    """Return the first true value of condition().

    what completes "waited in vain for ..."; it may be a callable, to show how things stand then.
    step: seconds between two looks, for a condition that costs something.
    """
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise NeverCame(f"waited {seconds} s in vain for {what() if callable(what) else what}")
        time.sleep(step)


class Stopwatch:
    """How long something takes, for a test that judges it.

    Time in which some process of the machine had to wait for a CPU or a disk is left out, where
    the kernel counts it: it is the machine's, and a busy one fails no test.
    """

    def __init__(self):
        self._begun = time.monotonic()
        self._stalled = _stalled()

    def elapsed(self):
        """Seconds on the clock."""
        return time.monotonic() - self._begun

    def seconds(self):
        """Those in which nothing had to wait for the machine."""
        return self.elapsed() - (_stalled() - self._stalled)


def _stalled():
    """Seconds since the machine began, by /proc/pressure; 0 where there is none."""
    total = 0
    for resource in ("cpu", "io"):
        with contextlib.suppress(OSError), \
                open(f"/proc/pressure/{resource}", encoding="ascii") as told:
            total += int(told.readline().rsplit("total=", 1)[1])
    return total / 1e6


def accepts(address):
    """Whether a process accepts connections at (host, port) or at a Unix socket path."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        try:
            probe.connect(address)
        except OSError:
            return False
    return True
