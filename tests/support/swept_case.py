# SPDX-License-Identifier: BSD-2-Clause
"""Programs in which one thing after another fails: what runs them, and what must hold after it.

Each of these methods takes the words before the program's own (strace, say) and variables of its
environment (fail.c's, say).
"""

import contextlib
import os

from support import lineproto, process, stage, waiting
from support.case import CLIENT_ID, MAILBOX, IntegrationCase

SECONDS = 20
MBSYNCRC = "IMAPStore far\nHost localhost\nUser x\nPassCmd \"echo y\"\n"


class SweptCase(IntegrationCase):
    """No crash, no hang, no half-written file, and a text that says so."""

    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider(rotation="one-time")

    def judge(self, done):
        """A program's Result: success, or a status and a text."""
        self.evidence.add_text(f"standard error of {done.argv[-3:]}", done.stderr)
        self.assertGreaterEqual(done.status, 0, "a signal")
        if done.status != 0:
            self.assertRegex(done.text, r"\S", f"status {done.status} and not a word")

    def stored(self):
        """The refresh token that is stored, None if there is no file; which is whole."""
        path = os.path.join(self.stage.state, "credentials", MAILBOX)
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertTrue(text.endswith("\nend=yes\n\n"), "half a file")
        return dict(line.split("=", 1) for line in text.splitlines() if line)["refresh_token"]

    def wait_worker(self):
        waiting.until(lambda: process.count_running(self.stage.worker_path) == 0, SECONDS,
                      "the worker's end")

    def log_in(self, before=(), env=None):
        """`tokend login` for an account that is new each time."""
        self.stage.reset()
        self.stage.write_account(MAILBOX, **self.account_keys(self.provider))
        self.provider.store.withdraw(MAILBOX)
        consent = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        return process.run([*before, self.stage.tokend_path, "login", "--refresh-token-stdin",
                            MAILBOX], stdin=consent + "\n", env=env)

    def check_login(self, done):
        """All is stored, or nothing and the person is told."""
        self.judge(done)
        self.wait_worker()
        current = self.provider.store.current_refresh_token(MAILBOX)
        self.assertIn(self.stored(), {current} if done.status == 0 else {None, current})

    def begin_setup(self):
        """A home with an account, and what `tokend setup` makes of its .mbsyncrc."""
        self.home = self.make_home()
        self.sign_in(self.provider, home=self.home)
        self.home.write_account(MAILBOX, **self.account_keys(self.provider),
                                server_imap="localhost:993")
        self.succeed(self.set_up())
        self.edited = self.read_setup()
        self.assertNotEqual(self.edited, MBSYNCRC)
        self.listing = set(os.listdir(self.home.home))

    def set_up(self, before=(), env=None):
        self.home.write(".mbsyncrc", MBSYNCRC)
        return self.home.run([*before, self.stage.tokend_path, "setup", "--yes", "mbsync",
                              MAILBOX], env=env)

    def read_setup(self):
        with open(os.path.join(self.home.home, ".mbsyncrc"), encoding="utf-8") as file:
            return file.read()

    def check_setup(self, done):
        """The file is as it was or as edited, and no other file is left, but what this returns.

        What is done after the edit can fail by itself, and is named.
        """
        self.judge(done)
        self.assertIn(self.read_setup(),
                      {self.edited} if done.status == 0 or "files are changed" in done.stderr
                      else {MBSYNCRC}, done.stderr)
        left = set(os.listdir(self.home.home))
        self.assertLessEqual(self.listing, left)
        return left - self.listing

    def serve(self, before=(), env=None):
        """Started, asked until the answer is right, and ended: its Result."""
        log = os.path.join(self.folder, "serve.log")
        with open(log, "w", encoding="ascii"):
            pass
        running = process.Background([*before, self.stage.serve_path], log, env=env,
                                     group=bool(before))
        try:
            waiting.until(lambda: running.status is not None or self.answers(), SECONDS,
                          lambda: f"an answer:\n{running.output()}")
        finally:
            status = running.stop()
        return process.Result(["serve"], status, "", running.output())

    def answers(self):
        with contextlib.suppress(OSError, KeyError, ValueError):
            return lineproto.ask(self.stage.socket, lineproto.get(MAILBOX))["code"] == "ok"
        return False

    def begin_host(self):
        """A home with a token in its cache, and a host of a few lines."""
        self.home = self.make_home()
        self.sign_in(self.provider, home=self.home)
        self.token(home=self.home)
        self.host = os.path.join(self.folder, "host")
        process.must(["cc", "-O2", "-o", self.host, os.path.join(
            stage.source_folder(), "tests", "bench", "host.c"), "-lsasl2"])

    def log_in_by_plugin(self, before=(), env=None):
        return self.home.run([*before, self.host, "login", self.stage.sasl_path(), "XOAUTH2",
                              MAILBOX], env=env)

    def check_host(self, done):
        """It prints the SASL code, or says that libsasl2 did not begin."""
        self.assertIn(done.status, (0, 1), "the host's own status")
        self.assertRegex(done.text, r"\A(0|-\d+) \d+\n|SASL code -\d+", "a SASL code")
