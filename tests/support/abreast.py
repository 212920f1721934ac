# SPDX-License-Identifier: BSD-2-Clause
"""Runs test modules side by side: half of their time they wait for back-offs and for servers.

Modules share nothing but the machine. As root there is one installation, and each module sees a
fresh copy of it at the one path that is compiled in; a copy in memory, as several queues whose
every file is synced to one disk keep each other waiting beyond all deadlines. Who may not mount,
as root in a container may not, builds one for each runner. Modules that measure the machine, or
fill it, run by themselves at the end.
"""

import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from support import process, tap, waiting
from support.stage import Stage, as_root

ALONE = ("test_burst", "test_limits")
# The longest first, so that none of them is left over at the end.
LONG = ("test_faults", "test_doctor_postfix", "test_doctor_entries", "test_valgrind",
        "test_torture", "test_postfix_faults", "test_page_troubleshooting", "test_doctor_sockets")
MODULE_SECONDS = waiting.LONG_LIMIT
# Mounts are the module's own: they end with it.
WITH_COPY = ("unshare", "--mount", "sh", "-c",
             'mount -t tmpfs tmpfs "$1" && cp -a "$2/." "$1" && mount --bind "$1" "$2" && '
             'shift 2 && exec "$@"', "sh")
RESULT = re.compile(r"(ok|not ok) \d+ - ")


def run(runner, names, abreast, part):
    """Run modules by name, so many at a time; returns whether all is well."""
    whole = _Whole(runner, part)
    together = sorted((name for name in names if name not in ALONE), key=_place)
    alone = [name for name in names if name in ALONE]
    places = [tempfile.mkdtemp(prefix="tokend-stage-") for _ in range(abreast + 1)]
    try:
        print("TAP version 13", flush=True)
        if _may_mount():
            whole.install(places[-1])
        queue = collections.deque(together)
        threads = [threading.Thread(target=whole.work, args=(queue, place))
                   for place in places[:-1]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        whole.work(collections.deque(alone), places[0])
    finally:
        whole.stop()
        for place in places:
            shutil.rmtree(place, ignore_errors=True)
    print(f"1..{whole.number}", flush=True)
    tap.tell_slowest(whole.seconds)
    return whole.is_well


def _may_mount():
    return as_root() and process.run(["unshare", "--mount", "true"]).status == 0


def _place(name):
    return (LONG.index(name) if name in LONG else len(LONG), name)


class _Whole:
    """What all runners add up to."""

    def __init__(self, runner, part):
        self.number = 0
        self.is_well = True
        self.seconds = {}
        self._runner = runner
        self._part = part
        self._lock = threading.Lock()
        self._running = set()
        self._stopped = False
        self._installed = None

    def install(self, place):
        """What each module is to see a copy of."""
        Stage(place)
        self._installed = place

    def work(self, queue, place):
        """Take modules off the queue until it is empty."""
        while not self._stopped:
            try:
                name = queue.popleft()
            except IndexError:
                return
            begun = time.monotonic()
            status, told = self._run_module(name, place)
            with self._lock:
                self.seconds[name] = time.monotonic() - begun
                self._tell(name, status, told)

    def stop(self):
        """After an interruption: each runner ends what it has started."""
        self._stopped = True
        with self._lock:
            running = list(self._running)
        for module in running:
            module.terminate()
            module.wait()

    def _run_module(self, name, place):
        words = [sys.executable, self._runner, *(["-k", self._part] if self._part else []), name]
        if self._installed is not None:
            words = [*WITH_COPY, place, self._installed, *words]
            place = self._installed
        with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace",
                              env={**os.environ, "TOKEND_STAGE": place}) as module:
            with self._lock:
                self._running.add(module)
            try:
                told, _ = module.communicate(timeout=MODULE_SECONDS)
            except subprocess.TimeoutExpired:
                module.terminate()
                told, _ = module.communicate()
                told += f"not ok 0 - {name}: not done in {MODULE_SECONDS} s\n"
            with self._lock:
                self._running.discard(module)
            return module.returncode, told

    def _tell(self, name, status, told):
        failed = False
        for line in told.splitlines():
            found = RESULT.match(line)
            if found:
                self.number += 1
                failed = failed or found[1] == "not ok"
                line = f"{found[1]} {self.number} - {line[found.end():]}"
            elif re.match(r"TAP version|1\.\.\d", line):
                continue
            elif not line.startswith("#"):
                line = f"# {line}"
            print(line, flush=True)
        # A runner that died, or could not install, has said why.
        if status != 0 and not failed and not self._is_empty(told):
            self.number += 1
            failed = True
            print(f"not ok {self.number} - {name}: status {status}", flush=True)
        self.is_well = self.is_well and not failed

    def _is_empty(self, told):
        """With -k, a module may have no test of that name."""
        return self._part != "" and "no test has" in told
