"""What programs of a private machine tell syslog, which is all that some tell."""

import os
import socket
import threading

DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
DEV = "/run/dev"


class Syslog:
    """Listens at /dev/log of a machine, whose /dev becomes its own; stop() ends it."""

    def __init__(self, machine):
        self._lines = []
        machine.run("mkdir", DEV)
        for name in DEVICES:
            machine.run("touch", f"{DEV}/{name}")
            machine.run("mount", "--bind", f"/dev/{name}", f"{DEV}/{name}")
        machine.run("mount", "--rbind", DEV, "/dev")
        self._socket = machine.do(_listen)
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def text(self):
        return "\n".join(self._lines)

    def stop(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _take(self):
        while True:
            line = self._socket.recv(8192)
            if not line:
                return
            self._lines.append(line.decode("utf-8", "replace"))


def _listen():
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind("/dev/log")
    os.chmod("/dev/log", 0o666)
    return listener
