# SPDX-License-Identifier: BSD-2-Clause
"""What programs of a private machine tell syslog, which is all that some tell: in a file."""

import os
import socket
import threading

DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
DEV = "/run/dev"


class Syslog:
    """Listens at /dev/log of a machine, whose /dev becomes its own; stop() ends it."""

    def __init__(self, machine, path):
        self._path = path
        self._file = open(path, "w", encoding="utf-8")
        machine.run("mkdir", DEV)
        for name in DEVICES:
            machine.run("touch", f"{DEV}/{name}")
            machine.run("mount", "--bind", f"/dev/{name}", f"{DEV}/{name}")
        machine.run("mount", "--rbind", DEV, "/dev")
        self._socket = machine.do(_listen)
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def text(self):
        with open(self._path, encoding="utf-8") as told:
            return told.read()

    def stop(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()
        self._file.close()

    def _take(self):
        while True:
            line = self._socket.recv(8192)
            if not line:
                return
            print(line.decode("utf-8", "replace"), file=self._file, flush=True)


def _listen():
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind("/dev/log")
    os.chmod("/dev/log", 0o666)
    return listener
