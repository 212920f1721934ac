# SPDX-License-Identifier: BSD-2-Clause
"""System calls that fail, in the programs that test_torture leaves out (DESIGN 7.2, 7.6).

`tokend login`, setup and serve, and the plugin in a host: each call that may fail does so once. No
crash, no hang, no half-written file, and whoever waits is told.
"""

import contextlib
import os

from support import lineproto, process, stage, tracing, waiting
from support.case import CLIENT_ID, MAILBOX, IntegrationCase

SECONDS = 20
GUARDED = "PR_SET_DUMPABLE"  # the first that main() does
ERRORS = ("EIO", "ENOSPC", "EINTR", "EMFILE")
OLD_COPY = "..mbsyncrc.tokend-old"
MBSYNCRC = "IMAPStore far\nHost localhost\nUser x\nPassCmd \"echo y\"\n"


class FailingCalls(IntegrationCase):
    """A sweep over one program; its children run as they are."""

    def setUp(self):
        super().setUp()
        self.require_root()
        self.require_strace()
        self.provider = self.start_provider(rotation="one-time")
        self.failed = None

    def sweep(self, run, check, place, least, but="nothing"):
        """run(words before the program's own) for each call after the first that names the place.

        but: how those calls begin that are another program's own.
        """
        folder = os.path.join(self.folder, "traces")
        os.makedirs(folder, exist_ok=True)
        os.chmod(folder, 0o1777)
        trace = os.path.join(folder, "trace")
        check(run(tracing.command(trace)))
        every = tracing.calls(trace)
        began = next(index for index, call in enumerate(every) if place in call.line)
        every = [call for call in every[began:] if call.name in tracing.FALLIBLE
                 and not call.line.startswith(but)]
        met = 0
        for index, call in enumerate(every):
            error = ERRORS[index % len(ERRORS)]
            with self.subTest(call=f"{call.name} No. {call.number}", error=error,
                              line=call.line[:100]):
                os.unlink(trace)
                self.failed = call.name
                done = run(tracing.command(trace, call.fail(error)))
                met += any("(INJECTED)" in made.line for made in tracing.calls(trace))
                self.judge(done)
                check(done)
        self.assertGreater(met, least, "calls that failed")

    def judge(self, done):
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

    def log_in(self, before):
        self.stage.reset()
        self.stage.write_account(MAILBOX, **self.account_keys(self.provider))
        self.provider.store.withdraw(MAILBOX)
        consent = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        return process.run([*before, self.stage.tokend_path, "login", "--refresh-token-stdin",
                            MAILBOX], stdin=consent + "\n")

    def check_login(self, done):
        """All is stored, or nothing and the person is told; no draft is left."""
        waiting.until(lambda: process.count_running(self.stage.worker_path) == 0, SECONDS,
                      "the worker's end")
        current = self.provider.store.current_refresh_token(MAILBOX)
        self.assertIn(self.stored(), {current} if done.status == 0 else {None, current})
        self.assertEqual(os.listdir(os.path.join(self.stage.config, "accounts")),
                         [f"{MAILBOX}.conf"])

    def test_login(self):
        self.sweep(self.log_in, self.check_login, GUARDED, 30)

    def set_up(self, before):
        self.home.write(".mbsyncrc", MBSYNCRC)
        return self.home.run([*before, self.stage.tokend_path, "setup", "--yes", "mbsync",
                              MAILBOX])

    def check_setup(self, done):
        """The file is what it was, or what it shall be, and nothing is left that can be removed."""
        with open(os.path.join(self.home.home, ".mbsyncrc"), encoding="utf-8") as file:
            self.assertIn(file.read(),
                          {self.edited} if done.status == 0 or "files are changed" in done.stderr
                          else {MBSYNCRC}, done.stderr)
        left = set(os.listdir(self.home.home)) - self.listing
        self.assertLessEqual(left, {OLD_COPY} if self.failed == "unlinkat" else set())

    def test_setup(self):
        self.home = self.make_home()
        self.sign_in(self.provider, home=self.home)
        self.home.write_account(MAILBOX, **self.account_keys(self.provider),
                                server_imap="localhost:993")
        self.succeed(self.set_up([]))
        with open(os.path.join(self.home.home, ".mbsyncrc"), encoding="utf-8") as file:
            self.edited = file.read()
        self.assertNotEqual(self.edited, MBSYNCRC)
        self.listing = set(os.listdir(self.home.home))
        self.sweep(self.set_up, self.check_setup, GUARDED, 20)

    def serve(self, before):
        """Started, asked until the answer is right, and ended: its Result."""
        log = os.path.join(self.folder, "serve.log")
        with open(log, "w", encoding="ascii"):
            pass
        running = process.Background([*before, self.stage.serve_path], log, group=True)
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

    def check_serve(self, _):
        """Nothing of it stays, and no socket that is dead is in the way of the next."""
        waiting.until(lambda: process.count_running(self.stage.serve_path) == 0, SECONDS,
                      "the end of all")

    def test_serve(self):
        self.sign_in(self.provider)
        self.token()
        self.sweep(self.serve, self.check_serve, GUARDED, 20)

    def log_in_by_plugin(self, before):
        if self.forget:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(os.path.join(self.home.state, "cache", MAILBOX))
        return self.home.run([*before, self.host, "login", self.stage.sasl_path(), "XOAUTH2",
                              MAILBOX])

    def check_host(self, done):
        """It prints the SASL code, or says that libsasl2 did not begin."""
        self.assertIn(done.status, (0, 1), "the host's own status")
        self.assertRegex(done.text, r"\A(0|-\d+) \d+\n|SASL code -\d+", "a SASL code")

    def test_plugin_in_a_host(self):
        self.home = self.make_home()
        self.sign_in(self.provider, home=self.home)
        self.token(home=self.home)
        self.host = os.path.join(self.folder, "host")
        process.must(["cc", "-O2", "-o", self.host, os.path.join(
            stage.source_folder(), "tests", "bench", "host.c"), "-lsasl2"])
        for self.forget in (False, True):
            with self.subTest("helper" if self.forget else "cache"):
                self.sweep(self.log_in_by_plugin, self.check_host, ".config/tokend",
                           20 if self.forget else 3, but="write(1<")
