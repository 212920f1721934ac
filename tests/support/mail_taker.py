# SPDX-License-Identifier: BSD-2-Clause
"""What listens where tokend should and takes every mail (verb=send), to see what it was given.

Written from tokend-client/PROTOCOL, as support/lineproto is. It sends nothing.
"""

import contextlib
import os
import socket
import stat
import threading

from support import lineproto, waiting

FILES_MAX = 4


class Mail:
    """A request, and the mail file that came with it."""

    def __init__(self, request, data):
        lines = request.decode().split("\n")
        self.request = dict(line.split("=", 1) for line in lines if "=" in line)
        envelope, _, self.content = data.partition(b"\n\n")
        if data.startswith(b"\n"):
            envelope, _, self.content = data[1:].partition(b"\n\n")
            envelope = b"\n" + envelope
        self.sender, *self.recipients = envelope.decode().split("\n")
        self.header, _, self.body = self.content.decode().partition("\n\n")


class MailTaker:
    """Answers every mail alike: taken, until `answer` is set to (code, text)."""

    def __init__(self, path):
        self.answer = None
        self.mails = []
        self.broken = []
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(path)
        os.chmod(path, 0o666)
        self._socket.listen(16)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def wait(self, count):
        """The mails, once there are so many."""
        waiting.until(lambda: len(self.mails) >= count or self.broken, waiting.LIMIT,
                      f"{count} mails")
        if self.broken or len(self.mails) != count:
            raise AssertionError(f"{len(self.mails)} mails, not {count}; {self.broken}")
        return self.mails

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self._take(connection)

    def _take(self, connection):
        connection.settimeout(waiting.LIMIT)
        request, files, _, _ = socket.recv_fds(connection, 65536, FILES_MAX)
        try:
            while request and not request.endswith(b"\n\n"):
                request += connection.recv(65536)
            if not request:
                return
            if len(files) != 1 or not stat.S_ISREG(os.fstat(files[0]).st_mode):
                self.broken.append(f"{len(files)} files came with {request!r}")
                return
            size = os.fstat(files[0]).st_size
            self.mails.append(Mail(request, os.pread(files[0], size, 0)))
        finally:
            for file in files:
                os.close(file)
        code, text = self.answer or ("ok", None)
        told = {"said": "2.0.0 taken"} if code == "ok" else {"text": text}
        connection.sendall(lineproto.message({"code": code, **told}))
