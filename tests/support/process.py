# SPDX-License-Identifier: BSD-2-Clause
"""Starting and ending programs: with a clean environment, an own uid if wanted, and a deadline.

A test must not hang on a program that hangs, must not pass its own environment on (a SASL_PATH or
a proxy setting of the developer's would change what is tested), and ends only what it started.
"""

import atexit
import contextlib
import glob
import os
import signal
import subprocess
from concurrent import futures
from dataclasses import dataclass

from support import waiting

CLEAN_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
PASSED_ON = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")
# Programs that load a sanitized plugin must have the sanitizer's library before all others.
PRELOAD = "TOKEND_PRELOAD"
EXIT_SECONDS = waiting.LIMIT


@dataclass
class Result:
    """What a program that ended left behind; text is both streams, for messages and searches."""

    argv: list
    status: int
    stdout: str
    stderr: str

    @property
    def text(self):
        return self.stdout + self.stderr


def clean_environment(extra=None):
    """The environment of a program under test: nothing but what the test names."""
    environment = {"PATH": CLEAN_PATH, "LANG": "C"}
    environment.update((name, os.environ[name]) for name in PASSED_ON if name in os.environ)
    if PRELOAD in os.environ:
        environment["LD_PRELOAD"] = os.environ[PRELOAD]
    environment.update(extra or {})
    return environment


def identity(uid, gid=None):
    """Popen's arguments for running as uid, in that one group; nothing for ourselves."""
    if uid is None or uid == os.geteuid():
        return {}
    return {"user": uid, "group": uid if gid is None else gid, "extra_groups": []}


def run(argv, *, stdin=None, env=None, uid=None, gid=None, cwd="/", timeout=waiting.LIMIT,
        group=False):
    """Run a program to its end and return its Result; a status below 0 is a signal.

    group: what it starts in its turn is ended too, when the wait is cut short.
    """
    argv = [str(word) for word in argv]
    with subprocess.Popen(
            argv, stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment(env), cwd=cwd,
            start_new_session=group, **identity(uid, gid)) as program:
        try:
            told = program.communicate(None if stdin is None else _as_bytes(stdin), timeout)
        except BaseException:
            if group:
                _end_group(program)
            program.kill()
            raise
    return Result(argv, program.returncode, *map(_as_text, told))


def _end_group(leader):
    """Politely first: a compiler, for one, then removes its temporary files."""
    with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
        os.killpg(leader.pid, signal.SIGTERM)
        leader.wait(EXIT_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader.pid, signal.SIGKILL)


def must(argv, **options):
    """Run a program that the tests themselves need; its failure is a broken test environment."""
    done = run(argv, **options)
    if done.status != 0:
        raise RuntimeError(f"{argv[0]} ended with status {done.status}:\n{done.text}")
    return done


def _as_bytes(value):
    return value if isinstance(value, bytes) else value.encode()


def _as_text(value):
    return value.decode("utf-8", "replace")


class Background:
    """A program that runs beside the test, its output in a file; ended by its own pid.

    One that its test did not come to end, because the run was interrupted, ends with the run.
    """

    _alive = set()

    def __init__(self, argv, log, *, env=None, uid=None, gid=None, cwd="/", group=False):
        """group: it leads a process group of its own, which gets the signal that ends it."""
        self.log = log
        self.group = group
        with open(log, "ab") as output:
            self._process = subprocess.Popen(
                [str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, env=clean_environment(env), cwd=cwd, start_new_session=group,
                **identity(uid, gid))
        self.pid = self._process.pid
        self._alive.add(self)

    @classmethod
    def stop_all(cls):
        for left in list(cls._alive):
            left.stop()

    @property
    def status(self):
        """The exit status, or None while it runs."""
        return self._process.poll()

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def require_running(self):
        """For use inside a wait: no need to sit out a deadline for a program that is gone."""
        if self.status is not None:
            raise RuntimeError(f"{self.log} ended with status {self.status}:\n{self.output()}")

    def send_signal(self, number):
        if self.status is None:
            if self.group:
                os.killpg(self.pid, number)
            else:
                os.kill(self.pid, number)

    def stop(self, number=signal.SIGTERM):
        """End it and return its status; a program that ignores the signal is killed and told of."""
        self._alive.discard(self)
        self.send_signal(number)
        try:
            return self._process.wait(EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.send_signal(signal.SIGKILL)
            self._process.wait(EXIT_SECONDS)
            raise RuntimeError(f"{self.log}: did not end within {EXIT_SECONDS} s") from None


def in_parallel(jobs, meanwhile):
    """Run all jobs (callables) at once, one thread each; returns their results in order.

    meanwhile() runs beside them, and its failure is the caller's once the jobs have ended.
    """
    with futures.ThreadPoolExecutor(len(jobs)) as pool:
        running = [pool.submit(job) for job in jobs]
        meanwhile()
        return [each.result() for each in running]


def has_open(pid, path):
    folder = f"/proc/{pid}/fd"
    return any(os.path.realpath(os.path.join(folder, name)) == path
               for name in os.listdir(folder))


def running(program, *arguments):
    """The pids of all that run this very file now, with these arguments first.

    By the file, as copies of an installation may all have the one name (abreast.py).
    """
    found = []
    name = os.path.basename(program)
    for link in glob.glob("/proc/[0-9]*/exe"):
        with contextlib.suppress(OSError):
            # The link first: a crowd of processes is looked at again and again.
            if os.path.basename(os.readlink(link)) == name and \
                    os.path.samefile(link, program) and _has_arguments(link, arguments):
                found.append(int(link.split("/")[2]))
    return found


def _has_arguments(link, arguments):
    if not arguments:
        return True
    with open(os.path.join(os.path.dirname(link), "cmdline"), "rb") as line:
        words = line.read().decode(errors="replace").split("\0")[1:]
    return words[:len(arguments)] == list(arguments)


def count_running(program):
    return len(running(program))


atexit.register(Background.stop_all)
