# SPDX-License-Identifier: BSD-2-Clause
"""A private network and private mounts, for addresses and paths that are fixed.

A cloud's metadata service is always at the same address, and an agent's keys always lie in the
same folder: here they can be had without touching the machine.
"""

import contextlib
import ctypes
import os
import socket
from concurrent import futures

from support import process

CLONE_NEWNS = 0x00020000
CLONE_NEWNET = 0x40000000
CLONE_NEWUTS = 0x04000000
QUEUED = 4


@contextlib.contextmanager
def host_name(name):
    """What this thread starts, threads too, takes the machine for this one. Needs root.

    libsasl2 looks up the machine's name for each connection, and not every /etc/hosts has it.
    """
    with open("/proc/thread-self/ns/uts", encoding="ascii") as before:
        _call("unshare", CLONE_NEWUTS)
        try:
            socket.sethostname(name)
            yield
        finally:
            _call("setns", before.fileno(), CLONE_NEWUTS)


class Namespace:
    """do(function, ...) runs it inside; so do the programs and the servers that it starts.

    One thread of this process lives there, and the namespaces end with it. Needs root.
    """

    def __init__(self):
        self._sockets = []
        self._thread = futures.ThreadPoolExecutor(1)
        self.do(self._enter)

    def do(self, function, *args, **options):
        return self._thread.submit(function, *args, **options).result()

    def run(self, *argv, **options):
        """A program that the test itself needs there."""
        return self.do(process.must, argv, **options)

    def add_address(self, address):
        self.run("ip", "address", "add", f"{address}/32", "dev", "lo")

    def add_silence(self, address, port):
        """Who connects there hears nothing, not even a refusal: the listen queue is full."""
        self.add_address(address)
        self.do(self._fill_queue, (address, port))

    def mount_file(self, source, path):
        self.run("mount", "--bind", source, path)

    def mount_empty(self, path):
        self.run("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", path)

    def stop(self):
        self._thread.shutdown()
        for each in self._sockets:
            each.close()

    def _fill_queue(self, address):
        listener = socket.socket()
        self._sockets.append(listener)
        listener.bind(address)
        listener.listen(0)
        for _ in range(QUEUED):
            client = socket.socket()
            self._sockets.append(client)
            client.setblocking(False)
            client.connect_ex(address)

    def _enter(self):
        _call("unshare", CLONE_NEWNS | CLONE_NEWNET)
        process.must(["mount", "--make-rprivate", "/"])
        process.must(["ip", "link", "set", "lo", "up"])


def _call(function, *args):
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, function)(*args) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")
