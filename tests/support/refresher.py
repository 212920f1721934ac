# SPDX-License-Identifier: BSD-2-Clause
"""An account with a one-time refresh token, and a worker that runs under strace."""

import fcntl
import os
import re
import socket

from support import tracing, waiting
from support.case import CLIENT_ID, MAILBOX, IntegrationCase

SENT = re.compile(r"= \d+$")


class Refresher(IntegrationCase):
    """An account with a one-time refresh token, and a worker that runs under strace."""

    https = False

    def setUp(self):
        super().setUp()
        self.require_root()  # strace shows the files of a process that hides them to root only
        self.require_strace()
        self.provider = self.start_provider(https=self.https)
        self.provider.store.rotation = "one-time"
        self.sign_in(self.provider)
        self.trace = os.path.join(self.folder, "trace")
        self.lost = 0
        self.said = ""  # by the last worker, on standard error

    def path(self, folder, name=MAILBOX):
        return os.path.join(self.stage.state, folder, name)

    def stored(self):
        """The refresh token in the store; the file must be whole."""
        with open(self.path("credentials"), encoding="utf-8") as file:
            text = file.read()
        self.assertTrue(text.startswith("tokend-credential=1\n"), "another file")
        self.assertTrue(text.endswith("\nend=yes\n\n"), "half a file")
        return dict(line.split("=", 1) for line in text.splitlines() if line)["refresh_token"]

    def refresh(self, *injections, seconds=tracing.SECONDS, env=None):
        """Run the worker as tokend would; returns (status, its answer's attributes or None)."""
        lock = os.open(self.path("lock"), os.O_RDWR)
        fcntl.flock(lock, fcntl.LOCK_EX)
        ours, theirs = socket.socketpair()
        before = self.provider.count
        with ours:
            running = tracing.run_on(
                [*tracing.command(self.trace, *injections), self.stage.worker_path, "refresh",
                 "--force", "--", MAILBOX], {1: os.dup(theirs.fileno()), 3: lock}, env=env)
            theirs.close()
            ours.settimeout(seconds)
            answer = ours.recv(65536).decode()
        status, self.said = tracing.finish(running, seconds)
        self.evidence.add_text("standard error of the worker", self.said)
        self.wait_for_the_provider(before)
        return status, dict(line.split("=", 1) for line in answer.splitlines() if line) or None

    def wait_for_the_provider(self, before):
        """It may get to a request when its sender is long dead."""
        if any('"POST /token' in call.line and SENT.search(call.line)
               for call in tracing.calls(self.trace)):
            waiting.until(lambda: self.provider.count > before, waiting.LIMIT,
                          "the request that was sent")
        waiting.until(lambda: all(request.outcome != "unanswered"
                                  for request in self.provider.requests), waiting.LIMIT,
                          "the provider")

    def current(self):
        return self.provider.store.current_refresh_token(MAILBOX)

    def lock_is_free(self):
        fd = os.open(self.path("lock"), os.O_RDWR)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(fd)
        return True

    def reference(self):
        """The calls of a refresh where nothing goes wrong."""
        status, answer = self.refresh()
        self.assertEqual((status, answer["code"]), (0, "ok"))
        return tracing.calls(self.trace)

    def between_commit_and_rename(self):
        """Whether the last run had sent its request and not yet renamed what came."""
        done = tracing.calls(self.trace)
        sent = any('"POST /token' in call.line for call in done)
        renamed = any(call.name == "renameat" and "credentials" in call.line and
                      call.line.endswith("= 0") for call in done)
        return sent and not renamed

    def sign_in_again(self):
        self.provider.store.withdraw(MAILBOX)
        consent = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        self.succeed(self.stage.tokend("login", "--refresh-token-stdin", MAILBOX,
                                       stdin=consent + "\n"))

    def check_store(self, what, may_lose):
        """The account works on by itself, or was lost where nothing can save it."""
        self.assertTrue(waiting.until(self.lock_is_free, waiting.LIMIT,
                                      f"the lock, after {what}"))
        if self.stored() != self.current():
            self.assertTrue(may_lose, f"the account is lost after {what}")
            self.lost += 1
            self.sign_in_again()
        status, answer = self.refresh()
        self.assertEqual((status, answer and answer["code"]), (0, "ok"), f"after {what}")
        self.assertEqual(self.stored(), self.current(), f"after {what}")
        for folder in ("credentials", "cache", "state"):
            self.assertEqual(os.listdir(os.path.join(self.stage.state, folder)), [MAILBOX],
                             f"left in {folder}/ after {what}")
