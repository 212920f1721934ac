# SPDX-License-Identifier: BSD-2-Clause
"""A trace of strace(1) as events: what became of files, and what was said to whom.

Only what a rule about order, or a power cut, has to know: a place is a path below one folder, a
write has its bytes. Other calls are events, too, by their name alone.
"""

import dataclasses
import os
import re

from support import tracing

OPTIONS = ("-xx", "-s", "200000")
PATH = r"<([^<>]*)>"
STRING = r'"((?:\\x[0-9a-f]{2})*)"'
DESCRIPTOR = re.compile(r"\w+\((\d+)" + PATH)
REQUEST = b"POST /token "
RECORD = re.compile(rb"\x17\x03\x03(..)", re.DOTALL)  # of TLS, with application data
HANDSHAKE_MAX = 200  # bytes of such a record that ends a handshake or the connection


@dataclasses.dataclass(frozen=True)
class Event:
    """kind: create, allocate, write, size, sync, rename, unlink; request, send, receive,
    reply; tell, hear: in a job's conversation; look, which asks whether there is something
    without waiting for it; and of any other call, as of one that failed, its name and section:
    poll(2).

    place: the path below the folder, or what a socket is; to: a rename's new path.
    """

    kind: str
    place: str = ""
    to: str = ""
    data: bytes = b""
    number: int = 0

    def __str__(self):
        return " ".join(part for part in (self.kind, self.place, self.to) if part)


def _bytes(escaped):
    return bytes.fromhex(escaped.replace("\\x", ""))


def _texts(line):
    return [_bytes(text) for text in re.findall(STRING, line)]


def _plain(line):
    """The paths of descriptors as they are: -xx writes them in hex, too."""
    return re.sub(r"<((?:\\x[0-9a-f]{2})+)>",
                  lambda match: f"<{_bytes(match[1]).decode(errors='replace')}>", line)


def _is_request(data):
    """The request for a token; by TLS any, of which there must be no other then."""
    record = RECORD.match(data)
    return data.startswith(REQUEST) or (
        record is not None and int.from_bytes(record[1], "big") > HANDSHAKE_MAX)


class Trace:
    """Events of a traced program, below a folder."""

    def __init__(self, path, folder):
        self._folder = folder.rstrip("/") + "/"
        made = (self._event(call) for call in tracing.calls(path))
        self.events = [event for event in made if event is not None]

    def _below(self, path):
        return path.removeprefix(self._folder) if path.startswith(self._folder) else None

    def _event(self, call):
        line = _plain(call.line)
        if re.search(r"^poll\(.*, 0\) = |^recvfrom\(.* = -1 EAGAIN ", line):
            return Event("look")
        if not re.search(r"= (\d+|0x[0-9a-f]+)(<.*>)?$|= \d+ \(|= \?$", line):
            return Event(f"{call.name}(2)")  # it failed, and changed nothing
        match = DESCRIPTOR.match(line)
        place = self._below(match[2]) if match else None
        make = getattr(self, f"_{call.name}", None)
        found = make(line, place) if make else None
        if found is None and match and re.match(r"(TCP|UDP|UNIX)", match[2]):
            found = self._said(call.name, line, match)
        return found or Event(f"{call.name}(2)", place or "")

    @staticmethod
    def _said(name, line, match):
        """Bytes to or from a socket; descriptor 1 is where an answer goes, 0 has the command."""
        kind = {"sendto": "send", "sendmsg": "send", "write": "send", "recvfrom": "receive",
                "recvmsg": "receive", "read": "receive"}.get(name)
        if kind is None:
            return None
        texts = _texts(line)
        data = texts[0] if texts else b""
        if match[1] == "1":
            return Event("reply", data=data)
        if match[1] == "0":
            return Event({"send": "tell", "receive": "hear"}[kind], data=data)
        return Event("request" if kind == "send" and _is_request(data) else kind, data=data)

    def _openat(self, line, _):
        result = re.search(r"= \d+" + PATH + "$", line)
        place = self._below(result[1]) if result else None
        return Event("create", place) if place and "O_CREAT" in line and "O_EXCL" in line else None

    def _fallocate(self, line, place):
        return place and Event("allocate", place, number=int(re.search(r"(\d+)\) += 0$", line)[1]))

    def _ftruncate(self, line, place):
        return place and Event("size", place, number=int(re.search(r"(\d+)\) += 0$", line)[1]))

    def _pwrite64(self, line, place):
        where = re.search(r"(\d+)\) += (\d+)$", line)
        return place and Event("write", place, data=_texts(line)[0][:int(where[2])],
                               number=int(where[1]))

    def _fsync(self, _, place):
        return place and Event("sync", place)

    _fdatasync = _fsync

    def _names(self, line):
        """The names of renameat(2) and the like, each below the folder of its descriptor."""
        found = re.findall(r"\d+" + PATH + ", " + STRING, line)
        return [self._below(os.path.join(folder, _bytes(name).decode()))
                for folder, name in found]

    def _renameat(self, line, _):
        names = self._names(line)
        return None if None in names else Event("rename", *names)

    _renameat2 = _renameat

    def _unlinkat(self, line, _):
        name, = self._names(line) or [None]
        return name and Event("unlink", name)
