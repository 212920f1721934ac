# SPDX-License-Identifier: BSD-2-Clause
"""The line protocol of tokend, spoken by hand: what no real plugin would send, and fake listeners.

Written from tokend-client/PROTOCOL and not from the code, so that the two check each other.
"""

import contextlib
import os
import socket
import struct
import threading

from support import waiting

SECONDS = waiting.LIMIT
ACCEPT_SECONDS = 0.05


def message(attributes, first="tokend=1"):
    """A message as bytes; attributes is a dict or a list of pairs."""
    pairs = attributes.items() if isinstance(attributes, dict) else attributes
    return "".join([f"{first}\n", *(f"{name}={value}\n" for name, value in pairs),
                    "\n"]).encode()


def get(account, **more):
    """The attributes of a get request, as a command would make it."""
    return {"verb": "get", "account": account, "authid": account, "mechanism": "none", **more}


def exchange(path, content, half_close=False):
    """Send bytes and read to the end; what came back, or b"" where the other side hung up."""
    with socket.socket(socket.AF_UNIX) as connection:
        # A full queue is waited for, as the plugin does; settimeout() would make it EAGAIN.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SECONDS, 0))
        connection.connect(path)
        connection.settimeout(SECONDS)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(content)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        return _read_all(connection)


def ask(path, attributes):
    """One request, one answer; returns the answer's attributes, the version among them."""
    lines = exchange(path, message(attributes)).decode().split("\n")
    if lines[-2:] != ["", ""]:
        raise ValueError("the answer does not end with an empty line")
    pairs = [line.split("=", 1) for line in lines[:-2]]
    if pairs[0] != ["tokend", "1"] or len({name for name, _ in pairs}) != len(pairs):
        raise ValueError(f"not an answer of tokend: {[name for name, _ in pairs]}")
    return dict(pairs)


def _read_all(connection):
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while True:
            part = connection.recv(65536)
            if not part:
                break
            found += part
    return found


class FakeListener:
    """Something that listens where tokend should, and answers every request alike."""

    def __init__(self, path, answer, uid=0):
        """answer: bytes to send; None says nothing and holds the connection.

        uid: who listens; the kernel notes that at listen(2).
        """
        self._answer = answer
        self._open = []
        self._stopping = threading.Event()
        self.requests = []
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(path)
        os.chmod(path, 0o666)
        os.seteuid(uid)
        try:
            self._socket.listen(16)
        finally:
            os.seteuid(0)
        self._socket.settimeout(ACCEPT_SECONDS)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self):
        """The thread first: one that still accepts would do so on the number's next socket."""
        self._stopping.set()
        self._thread.join()
        self._socket.close()
        for connection in self._open:
            connection.close()

    def _serve(self):
        while not self._stopping.is_set():
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            self.requests.append(connection.recv(65536))
            if self._answer is None:
                self._open.append(connection)
                continue
            with connection, contextlib.suppress(OSError):
                connection.sendall(self._answer)
