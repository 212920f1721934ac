# SPDX-License-Identifier: BSD-2-Clause
"""Mails through the whole of nullmailer, from sendmail to the server: our module against its smtp.

nullmailer is Debian's, on a private machine (support/machine.py). Its own module logs in with a
password over verified TLS. The server is the one of the tests, in Python, and the same for both.
One mail is measured twice. The bar is for Linux as it is, which acknowledges late (nullmailer's
module writes in pieces, and waits 40 ms for that in each handshake of TLS). With a server that
acknowledges at once the start of our sender is what counts; HACKING, SENDING has the reasons. That
is how many mails are measured, too.
"""

import contextlib
import os
import statistics
import tempfile
import time
import unittest

from bench.place import CLIENT, MAILBOX, Row
from bench.sending import LINE, MAIL_BYTES, end_senders
from support import ca, machine, nullmailer, waiting
from support.provider import Provider
from support.smtp_sink import SmtpSink

PASSWORD = "of-the-benchmark"
ONE_BY_ONE = 15
MANY = 1000
ROUNDS = 3
STEP = 0.0005  # seconds
OURS = f"{MAILBOX} tokend\n"
THEIRS = ("localhost smtp --port={port} --user={user} --pass={password} --starttls "
          "--x509cafile={ca}\n")


def rows(place):
    with contextlib.ExitStack() as stack:
        try:
            queue = Queue(place, stack)
        except unittest.SkipTest as reason:
            print(f"# {reason}")
            return
        yield from queue.rows()


class Queue:
    """start_nullmailer() takes it for a test."""

    def __init__(self, place, stack):
        self.stage, self.addCleanup = place.stage, stack.callback
        folder = tempfile.mkdtemp(dir=place.folder)
        os.chmod(folder, 0o755)
        self.machine = machine.Machine(place.stage, folder)
        stack.callback(self.machine.stop)
        self.machine.install("nullmailer")
        self.machine.run("ln", "-s", self.stage.nullmailer_path, nullmailer.MODULE)
        self._write("me", "bench.example.org\n")
        self.mail = os.path.join(folder, "mail")
        with open(self.mail, "w", encoding="ascii") as file:
            file.write("Subject: x\n\n" + LINE * (MAIL_BYTES // len(LINE)))
        authority = ca.Authority(tempfile.mkdtemp(dir=folder))
        provider = self.machine.do(Provider)
        stack.callback(provider.stop)
        self.sink = self.machine.do(SmtpSink, authority.issue(), provider.store.introspect)
        stack.callback(self.sink.stop)
        self.sink.quiet, self.sink.password = True, PASSWORD
        self.theirs = THEIRS.format(port=self.sink.port, user=MAILBOX, password=PASSWORD,
                                    ca=authority.certificate)
        self._sign_in(provider, authority)
        serving = self.stage.serve()
        self.machine.do(serving.__enter__)
        stack.callback(self.machine.do, serving.__exit__, None, None, None)

    def _sign_in(self, provider, authority):
        provider.store.register(CLIENT)
        self.stage.write_account(
            MAILBOX, token_endpoint=provider.token_endpoint, client_id=CLIENT, hosts="localhost",
            send="smtp", allow_send="mail", server_smtp=f"localhost:{self.sink.port}",
            ca_file=authority.certificate)
        token = provider.store.authorise(CLIENT, MAILBOX)
        done = self.machine.do(self.stage.tokend, "login", "--refresh-token-stdin", MAILBOX,
                               stdin=token + "\n")
        if done.status != 0:
            raise RuntimeError(done.text)

    def _acknowledge_at_once(self):
        for address in ("127.0.0.1", "127.0.0.0/8"):
            self.machine.run("ip", "route", "replace", "local", address, "dev", "lo", "table",
                             "local", "proto", "kernel", "scope", "host", "src", "127.0.0.1",
                             "quickack", "1")

    def _write(self, name, text):
        self.machine.write(f"{nullmailer.FOLDER}/{name}", text)

    def _sh(self, command):
        done = self.machine.sh(command)
        if done.status != 0:
            raise RuntimeError(done.text)

    def _wait(self, count):
        waiting.until(lambda: len(self.sink.mails) >= count, waiting.LIMIT, f"{count} mails",
                      STEP)

    def _wait_queue(self):
        waiting.until(lambda: not self.machine.sh(f"ls {nullmailer.SPOOL}/queue").stdout,
                      waiting.LIMIT, "an empty queue")

    @contextlib.contextmanager
    def _sending(self, remote):
        """nullmailer-send by this line of remotes; it must have sent what is in the queue."""
        end_senders(self.stage)
        logins = len(self.sink.logins)
        self._write("remotes", remote)
        running = nullmailer.start_nullmailer(self)
        try:
            yield
            self._wait_queue()
        finally:
            running.stop()
        if (len(self.sink.logins) > logins) != (remote == OURS):
            raise RuntimeError(f"it was not sent by {remote.split()[1]}")

    def _send_one(self):
        count = len(self.sink.mails) + 1
        begun = time.perf_counter()
        self._sh("echo x | sendmail bob@example.org")
        self._wait(count)
        return time.perf_counter() - begun

    def _one(self, remote):
        """By a login each: our sender has ended. The first mail only shows that all is ready."""
        with self._sending(remote):
            self._send_one()
            self._wait_queue()
            end_senders(self.stage)
            return self._send_one()

    def _many(self, remote):
        """From the start of nullmailer-send, with all mails in its queue, to the last one's."""
        self._sh(f"i=0; while [ $i -lt {MANY} ]; do sendmail bob@example.org <{self.mail} || exit; "
                 "i=$((i + 1)); done")
        count = len(self.sink.mails) + MANY
        begun = time.perf_counter()
        with self._sending(remote):
            self._wait(count)
            return time.perf_counter() - begun

    def rows(self):
        yield from self._compare("one mail", self._one, ONE_BY_ONE, 1.3)
        self._acknowledge_at_once()
        yield from self._compare("one mail, acknowledged at once", self._one, ONE_BY_ONE, None)
        yield from self._compare(f"{MANY} mails of 4 kB", self._many, ROUNDS, 1.1)

    def _compare(self, what, send, rounds, bar):
        pairs = [(send(OURS), send(self.theirs)) for _ in range(rounds)]
        yield Row(f"{what}: time against nullmailer's own smtp",
                  statistics.median(ours / theirs for ours, theirs in pairs), bar)
        for name, times in zip(("our module", "its own smtp"), zip(*pairs)):
            yield Row(f"{what}, by {name}: time", statistics.median(times) * 1000, None, "ms")
