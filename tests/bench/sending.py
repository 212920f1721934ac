# SPDX-License-Identifier: BSD-2-Clause
"""Mails by a kept sender: what each costs, and what a large one takes of memory.

nullmailer's own module smtp, with a password over verified TLS, is the comparison. The folder that
has it is TOKEND_NULLMAILER, by default /usr/lib/nullmailer. The server is the one of the tests, in
Python, and the same for both. It acknowledges late, as Linux does by default, and nullmailer's smtp
waits 40 ms for that; queued.py compares without it.
"""

import os
import socket
import statistics
import subprocess
import tempfile
import threading
import time

from bench.place import MAILBOX, Row
from support import ca, lineproto, process, waiting
from support.smtp_sink import SmtpSink

OWN = os.environ.get("TOKEND_NULLMAILER", "/usr/lib/nullmailer")
PASSWORD = "of-the-benchmark"
MAIL_BYTES = 4096
ROUNDS = 300
ONE_BY_ONE = 15
LARGE_BYTES = 35 << 20
MEMORY_BAR = 8.0
LINE = "0123456789 0123456789 0123456789 0123456789 0123456789 012345\n"


def rows(place):
    authority = ca.Authority(tempfile.mkdtemp(dir=place.folder))
    sink = SmtpSink(authority.issue(), place.provider.store.introspect)
    sink.quiet = True
    sink.password = PASSWORD
    place.sign_in(server_smtp=f"localhost:{sink.port}", send="smtp",
                  ca_file=authority.certificate)
    bench = Sending(place, sink, authority)
    try:
        with place.stage.serve():
            yield from bench.by_socket()
            yield from bench.against_smtp()
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
    def __init__(self, place, sink, authority):
        self.place, self.sink, self.authority = place, sink, authority
        self.small = self._mail("small", MAIL_BYTES)
        self.ours = place.stage.nullmailer_path

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

    def _run(self, module, options):
        begun = time.perf_counter()
        with open(self.small, "rb") as mail:
            done = subprocess.run(["sh", "-c", f'exec "$0" 3<&{mail.fileno()}', module],
                                  input=options, capture_output=True, check=False,
                                  pass_fds=[mail.fileno()], env=process.clean_environment(
                                      {"HELOHOST": "bench.example.org"}))
        if done.returncode != 0:
            raise RuntimeError(f"{module}: {done.returncode} {done.stdout} {done.stderr}")
        return time.perf_counter() - begun

    def _ours(self):
        return self._run(self.ours, f"host={MAILBOX}\n\n".encode())

    def _theirs(self):
        return self._run(os.path.join(OWN, "smtp"), (
            f"host=localhost\nport={self.sink.port}\nuser={MAILBOX}\npass={PASSWORD}\n"
            f"starttls\nx509cafile={self.authority.certificate}\n\n").encode())

    def against_smtp(self):
        if not os.path.exists(os.path.join(OWN, "smtp")):
            print(f"# no {OWN}/smtp: nothing to compare with")
            return
        first = []
        for _ in range(ONE_BY_ONE):
            end_senders(self.place.stage)
            first.append((self._ours(), self._theirs()))
        many = [(self._ours(), self._theirs()) for _ in range(ROUNDS)]
        for what, pairs, bar in (("the first mail", first, 1.3), ("one of many", many, 1.1)):
            yield Row(f"{what} by our module: time against nullmailer's smtp",
                      statistics.median(ours / theirs for ours, theirs in pairs), bar)
            yield Row(f"{what} by our module: time",
                      statistics.median(ours for ours, _ in pairs) * 1000, None, "ms")

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
