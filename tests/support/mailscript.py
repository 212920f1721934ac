# SPDX-License-Identifier: BSD-2-Clause
"""A mail server on loopback that says what a test has written down, whatever it is told.

The words of Gmail and of Exchange cannot be had from them here; how they are read can be tested.
"""

import contextlib
import socket
import threading

from support import waiting

SECONDS = waiting.LIMIT


class MailScript:
    """greeting, then answers in turn, one for each line that comes; heard has those lines.

    An answer of None is silence until the end; one that is callable gets the line.
    """

    def __init__(self, greeting, answers):
        self.heard = []
        self._greeting = greeting
        self._answers = answers
        self._stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self):
        self._stopping.set()
        self._thread.join(SECONDS)
        self._listener.close()

    def _serve(self):
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError, OSError):
                client, _ = self._listener.accept()
                client.settimeout(SECONDS)
                with client, client.makefile("rwb", buffering=0) as stream:
                    self._talk(stream)

    def _talk(self, stream):
        stream.write(self._greeting)
        for answer in self._answers:
            line = stream.readline()
            if not line:
                return
            self.heard.append(line)
            if answer is None:
                self._stopping.wait(SECONDS)
                return
            stream.write(answer(line) if callable(answer) else answer)
        stream.readline()
