# SPDX-License-Identifier: BSD-2-Clause
"""Gates in front of tokend-serve: clients gather at one until all are there, on any machine.

Nothing is answered before a gate is opened, so a client that waits at it waits for tokend.
"""

import os
import signal

from support import process

SHELL = os.path.realpath("/bin/sh")
SCRIPT = "#!/bin/sh\n: <'{fifo}'\nexec '{program}' \"$@\"\n"
LISTENS = 0x10000  # __SO_ACCEPTCON, in the flags of /proc/net/unix


class ProgramGate:
    """In the place of tokend-serve: each start of it waits. For helpers and spawn(8)."""

    def __init__(self, stage):
        self._place = stage.serve_path
        self.program = stage.serve_path + ".gated"
        self._fifo = stage.path("gate")
        self._writer = None
        os.mkfifo(self._fifo)
        os.chmod(self._fifo, 0o644)
        os.rename(self._place, self.program)
        with open(self._place, "w", encoding="utf-8") as script:
            script.write(SCRIPT.format(fifo=self._fifo, program=self.program))
        os.chmod(self._place, 0o755)

    def count_waiting(self):
        return len(process.running(SHELL, self._place))

    def open(self):
        """For all that wait, and for all that come."""
        self._writer = os.open(self._fifo, os.O_RDWR)

    def remove(self):
        if self._writer is None:
            self.open()
        os.rename(self.program, self._place)
        os.close(self._writer)
        os.unlink(self._fifo)


class ServeGate:
    """`tokend serve`, stopped: connections wait in the queue of its socket."""

    def __init__(self, stage, serve, path):
        """serve is what start_serve() returned; path is where it listens."""
        self.program = stage.serve_path
        self._path = path
        os.kill(serve.pid, signal.SIGSTOP)  # first, as it starts the others
        self._stopped = [serve.pid, *(pid for pid in process.running(self.program)
                                      if pid != serve.pid)]
        for pid in self._stopped[1:]:
            os.kill(pid, signal.SIGSTOP)

    def count_waiting(self):
        found = 0
        with open("/proc/net/unix", encoding="utf-8") as table:
            for words in map(str.split, table):
                found += words[-1] == self._path and not int(words[3], 16) & LISTENS
        return found

    def open(self):
        for pid in self._stopped:
            os.kill(pid, signal.SIGCONT)
        self._stopped = []

    remove = open
