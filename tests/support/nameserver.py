# SPDX-License-Identifier: BSD-2-Clause
"""A scripted name server, in a network and a /etc/resolv.conf of its own.

Written out as a program: `nameserver.py PLAN PROGRAM ARGUMENT...`, as root, becomes PROGRAM, with
loopback as its only network and 127.0.0.1 port 53 answering as the JSON file PLAN says:
{"mx": {domain: [[preference, host], ...] | "silent" | "refused" | "failure"}, "log": path,
"resolv": path}. A domain that is not in it does not exist. Each question is a line in the log.
"""

import fcntl
import json
import os
import shlex
import socket
import struct
import sys
import threading

from support import process

LOOPBACK_UP = struct.pack("16sH14x", b"lo", 0x1 | 0x40)  # IFF_UP, IFF_RUNNING
SIOCSIFFLAGS = 0x8914
QUESTION_AT = 12
NAME_OF_QUESTION = b"\xc0\x0c"
MX, IN, TTL = 15, 1, 60
CODES = {"failure": 2, None: 3, "refused": 5}
LOOK_SECONDS = 0.2


class NameServer:
    """The files of one such program; `program` is what to run in place of the worker."""

    def __init__(self, folder, program, mx):
        os.makedirs(folder, mode=0o755)
        self._log = os.path.join(folder, "questions")
        resolv = self._write(os.path.join(folder, "resolv.conf"), "nameserver 127.0.0.1\n")
        plan = self._write(os.path.join(folder, "plan"),
                           json.dumps({"mx": mx, "log": self._log, "resolv": resolv}))
        words = ["unshare", "--mount", "--net", sys.executable, __file__, plan, program]
        tests = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        self.program = self._write(
            os.path.join(folder, "program"),
            f'#!/bin/sh\nPYTHONPATH={shlex.quote(tests)} exec {shlex.join(words)} "$@"\n')
        os.chmod(self.program, 0o755)

    @property
    def questions(self):
        """The names that were asked for, in order."""
        if not os.path.exists(self._log):
            return []
        with open(self._log, encoding="ascii") as log:
            return log.read().split()

    @staticmethod
    def _write(path, text):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


class NoNames:
    """127.0.0.1 port 53, where started, knows no name at all: DNS that answers at once."""

    def __init__(self):
        self._server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._server.bind(("127.0.0.1", 53))
        self._thread = threading.Thread(target=self._answer_all, daemon=True)
        self._thread.start()

    def stop(self):
        self._server.sendto(b"", self._server.getsockname())
        self._thread.join()
        self._server.close()

    def _answer_all(self):
        while True:
            packet, client = self._server.recvfrom(4096)
            if not packet:
                return
            self._server.sendto(_answer(packet, _question(packet)[1], None), client)


def _encode(name):
    labels = [label.encode() for label in name.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def _question(packet):
    """The name asked for, and where the question ends."""
    labels, at = [], QUESTION_AT
    while packet[at] != 0:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("ascii"))
        at += 1 + packet[at]
    return ".".join(labels), at + 5


def _answer(packet, end, said):
    """RFC 1035 section 4.1; None is silence. What the plan does not name does not exist."""
    if said == "silent":
        return None
    records, code = (said, 0) if isinstance(said, list) else ([], CODES[said])
    data = [struct.pack("!H", preference) + _encode(host) for preference, host in records]
    return (packet[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(data), 0, 0)
            + packet[QUESTION_AT:end]
            + b"".join(NAME_OF_QUESTION + struct.pack("!HHIH", MX, IN, TTL, len(each)) + each
                       for each in data))


def _serve(server, plan, parent):
    """As long as the program lives whose name server this is."""
    server.settimeout(LOOK_SECONDS)
    while os.getppid() == parent:
        try:
            packet, client = server.recvfrom(4096)
        except TimeoutError:
            continue
        name, end = _question(packet)
        with open(plan["log"], "a", encoding="ascii") as log:
            log.write(f"{name}\n")
        said = plan["mx"].get(name)
        answer = _answer(packet, end, said)
        if answer is not None:
            server.sendto(answer, client)


def _main(path, program, *args):
    with open(path, encoding="utf-8") as file:
        plan = json.load(file)
    process.must(["mount", "--bind", plan["resolv"], "/etc/resolv.conf"])
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    fcntl.ioctl(server, SIOCSIFFLAGS, LOOPBACK_UP)
    server.bind(("127.0.0.1", 53))
    parent = os.getpid()
    if os.fork() == 0:
        # The conversation is the program's alone.
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        _serve(server, plan, parent)
        os._exit(0)
    del os.environ["PYTHONPATH"]
    os.execv(program, [program, *args])


if __name__ == "__main__":
    _main(*sys.argv[1:])
