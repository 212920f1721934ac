# SPDX-License-Identifier: BSD-2-Clause
"""Mails by a kept sender: what each costs, and what a large one takes of memory.

The server is the one of the tests, in Python. queued.py compares with what sends by a password.
"""

import os
import socket
import statistics
import tempfile
import threading
import time

from bench.place import MAILBOX, Row
from support import ca, lineproto, process, waiting
from support.smtp_sink import SmtpSink

MAIL_BYTES = 4096
ROUNDS = 300
LARGE_BYTES = 35 << 20
MEMORY_BAR = 8.0
LINE = "0123456789 0123456789 0123456789 0123456789 0123456789 012345\n"


def rows(place):
    authority = ca.Authority(tempfile.mkdtemp(dir=place.folder))
    sink = SmtpSink(authority.issue(), place.provider.store.introspect)
    sink.quiet = True
    place.sign_in(server_smtp=f"localhost:{sink.port}", send="smtp",
                  ca_file=authority.certificate)
    bench = Sending(place, sink)
    try:
        with place.stage.serve():
            yield from bench.by_socket()
            yield from bench.memory()
    finally:
        sink.stop()


def end_senders(stage):
    """Their sockets, too, are closed only when no trace of them is left."""
    ended = process.running(stage.worker_path)
    for pid in ended:
        os.kill(pid, 9)
    waiting.until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in ended), waiting.LIMIT,
                  "the senders' end")


class Sending:
    def __init__(self, place, sink):
        self.place, self.sink = place, sink
        self.small = self._mail("small", MAIL_BYTES)

    def _mail(self, name, size):
        path = os.path.join(self.place.folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(f"{MAILBOX}\nbob@example.org\n\nFrom: {MAILBOX}\nTo: bob@example.org\n"
                       f"Subject: x\nDate: Sun, 29 Nov 2026 15:00:00 +0000\n"
                       f"Message-ID: <{name}@example.org>\n\n")
            file.write(LINE * (size // len(LINE)))
        return path

    def _send(self, path):
        with socket.socket(socket.AF_UNIX) as connection, open(path, "rb") as mail:
            connection.connect(self.place.stage.socket)
            socket.send_fds(connection, [lineproto.message(
                {"verb": "send", "account": MAILBOX})], [mail.fileno()])
            answer = b""
            while part := connection.recv(65536):
                answer += part
        if b"\ncode=ok\n" not in answer:
            raise RuntimeError(answer.decode())

    def by_socket(self):
        self._send(self.small)
        took, before = [], len(self.sink.logins)
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            self._send(self.small)
            took.append(time.perf_counter() - begun)
        yield Row("a mail of 4 kB by a kept sender: time",
                  statistics.median(took) * 1000, None, "ms")
        yield Row(f"logins for {ROUNDS} mails", len(self.sink.logins) - before, 0)

    def memory(self):
        large = self._mail("large", LARGE_BYTES)
        end_senders(self.place.stage)
        peaks, sending = {}, threading.Thread(target=self._send, args=(large,))
        sending.start()
        while sending.is_alive():
            self._look(large, peaks)
            time.sleep(0.005)
        sending.join()
        if not peaks:
            raise RuntimeError("the large mail was gone before it could be looked at")
        for name, (private, whole) in sorted(peaks.items()):
            yield Row(f"a mail of 35 MB: private memory of {name}", private / 1024, MEMORY_BAR,
                      "MB")
            yield Row(f"a mail of 35 MB: all pages of {name}, shared ones too", whole / 1024,
                      None, "MB")

    def _look(self, large, peaks):
        for program in (self.place.stage.serve_path, self.place.stage.worker_path):
            for pid in process.running(program):
                try:
                    if process.has_open(pid, large):
                        self._note(os.path.basename(program), pid, peaks)
                except OSError:
                    continue

    @staticmethod
    def _note(name, pid, peaks):
        """In kB: what this process alone has, and its resident set at its largest."""
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            numbers = dict(line.split(":", 1) for line in file if ":" in line and
                           line.split(":")[0] in ("Private_Dirty", "Private_Clean"))
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            whole = next(line for line in file if line.startswith("VmHWM"))
        private = sum(int(value.split()[0]) for value in numbers.values())
        before = peaks.get(name, (0, 0))
        peaks[name] = (max(before[0], private), max(before[1], int(whole.split()[1])))
