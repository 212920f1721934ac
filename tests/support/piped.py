# SPDX-License-Identifier: BSD-2-Clause
"""A program without a terminal: pipes, as a script or a unit has it, talked to while it runs."""

import contextlib
import os
import re
import signal
import subprocess

from support import process, waiting

SECONDS = waiting.LIMIT


class Piped:
    """Standard output and standard error each in a file of folder; stop() ends it."""

    def __init__(self, folder, argv, *, env=None, uid=None, gid=None, cwd="/"):
        os.makedirs(folder, exist_ok=True)
        self.argv = [str(word) for word in argv]
        self._files = [os.path.join(folder, name) for name in ("stdout", "stderr")]
        out, err = (open(path, "wb") for path in self._files)
        with out, err:
            self._process = subprocess.Popen(
                self.argv, stdin=subprocess.PIPE, stdout=out, stderr=err, cwd=cwd,
                env=process.clean_environment(env), **process.identity(uid, gid))
        self.pid = self._process.pid

    @property
    def stdout(self):
        return self._read(self._files[0])

    @property
    def stderr(self):
        return self._read(self._files[1])

    @property
    def text(self):
        return self.stdout + self.stderr

    @property
    def status(self):
        return self._process.poll()

    def wait(self, pattern, seconds=SECONDS):
        """Wait until pattern matches something that was said; returns the match."""
        def found():
            ended = self.status is not None
            match = re.search(pattern, self.text, re.MULTILINE)
            if match is None and ended:
                raise AssertionError(f"ended with status {self.status} and never said "
                                     f"{pattern!r}:\n{self.text}")
            return match
        return waiting.until(found, seconds, lambda: f"{pattern!r}:\n{self.text}")

    def enter(self, text=""):
        self._process.stdin.write(f"{text}\n".encode())
        self._process.stdin.flush()

    def close_input(self):
        self._process.stdin.close()

    def send_signal(self, number):
        self._process.send_signal(number)

    def wait_end(self, seconds=SECONDS):
        """Wait for the end; returns the exit status, below 0 for a signal."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.argv} has not ended in {seconds} s:\n{self.text}") \
                from None

    def stop(self):
        if self.status is None:
            self.send_signal(signal.SIGKILL)
            self._process.wait(SECONDS)
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    @staticmethod
    def _read(path):
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()
