# SPDX-License-Identifier: BSD-2-Clause
"""Memory that runs out, at any allocation of any program of ours (DESIGN 7.2, 7.6).

No crash, no hang, no half-written file, a text that says so, and the next run works. The worker is
followed until its request; what comes after it is test_memory_answer's. The plugin by itself, every
single allocation, is unit/test_mech_memory.
"""

import contextlib
import os
import socket

from support import lineproto, process, stage, tracing, waiting
from support.case import CLIENT_ID, MAILBOX, IntegrationCase
from support.failing import Failing

SECONDS = 20
MBSYNCRC = "IMAPStore far\nHost localhost\nUser x\nPassCmd \"echo y\"\n"


class Memory(IntegrationCase):
    """A sweep over one program; each test has its own run, and what must hold after it."""

    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider(rotation="one-time")

    def sweep(self, program, run, check, least, **options):
        """run(environment) for each allocation of the program; check(what run gave) after it.

        options: Failing's.
        """
        failing = Failing(self.folder, program, **options)
        check(run(failing.environment(0)))
        numbers = failing.numbers()
        met = 0
        for number in numbers:
            with self.subTest(allocation=number):
                result = run(failing.environment(number))
                self.assertEqual(failing.crashed(), 0, f"a signal: {result.stderr[-2000:]}")
                met += failing.met()
                check(result)
        self.assertGreater(met, least, "allocations that failed")

    def judge(self, done):
        """A program's Result: well, or with a status and a text."""
        self.evidence.add_text(f"standard error of {done.argv[:2]}", done.stderr)
        self.assertGreaterEqual(done.status, 0, "a signal")
        if done.status != 0:
            self.assertRegex(done.text, r"\S", f"status {done.status} and not a word")
            self.assertNotRegex(done.text, "too long|longer than", "what was not the cause")

    def stored(self):
        """The refresh token that is stored, None if there is no file; which is whole."""
        path = os.path.join(self.stage.state, "credentials", MAILBOX)
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertTrue(text.endswith("\nend=yes\n\n"), "half a file")
        return dict(line.split("=", 1) for line in text.splitlines() if line)["refresh_token"]

    def forget(self):
        for folder in ("cache", "state"):
            path = os.path.join(self.stage.state, folder, MAILBOX)
            if os.path.exists(path):
                os.unlink(path)

    def wait_worker(self):
        waiting.until(lambda: process.count_running(self.stage.worker_path) == 0, SECONDS,
                      "the worker's end")

    def works(self):
        """The account is what it was: nothing is lost."""
        self.wait_worker()
        self.assertEqual(self.stored(), self.provider.store.current_refresh_token(MAILBOX))
        self.forget()
        self.assertIn(self.token(), self.provider.store.issued)
        self.wait_worker()

    def test_token_from_the_cache(self):
        self.sign_in(self.provider)
        self.token()
        self.sweep("tokend", lambda env: self.stage.tokend("token", MAILBOX, env=env), self.judge,
                   10)
        self.works()

    def ask(self, env):
        """`tokend token` without one in the cache."""
        self.forget()
        return self.stage.tokend("token", MAILBOX, env=env)

    def check_ask(self, done):
        self.judge(done)
        self.wait_worker()
        self.assertEqual(self.stored(), self.provider.store.current_refresh_token(MAILBOX))

    def test_token_that_is_fetched(self):
        self.sign_in(self.provider)
        self.sweep("tokend", self.ask, self.check_ask, 10)
        self.works()

    def test_worker(self):
        self.sign_in(self.provider)
        self.sweep("tokend-worker", self.ask, self.check_ask, 40, until_request=True)
        self.works()

    def test_one_session(self):
        self.sign_in(self.provider)
        self.sweep("tokend-serve", self.session, self.check_ask, 5)
        self.works()

    def session(self, env):
        """One request to `tokend-serve --stdio`, without a token in the cache."""
        self.forget()
        ours, theirs = socket.socketpair()
        answer = b""
        with ours:
            running = tracing.run_on([self.stage.serve_path, "--stdio"],
                                     {0: os.dup(theirs.fileno())}, env=env)
            theirs.close()
            ours.settimeout(SECONDS)
            with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                ours.sendall(lineproto.message(lineproto.get(MAILBOX, wait=5000)))
                while part := ours.recv(65536):
                    answer += part
        status, said = tracing.finish(running)
        self.assertTrue(answer.endswith(b"\n\n") or not answer, "half an answer")
        return process.Result(["serve", "--stdio"], status, answer.decode(), said)

    def test_serve(self):
        """It starts and answers, or says why not; an answerer that dies is replaced."""
        self.sign_in(self.provider)
        self.token()
        self.sweep("tokend-serve", self.serve, self.judge, 10)
        self.works()

    def serve(self, env):
        """Started, asked until the answer is right, and ended: its Result."""
        log = os.path.join(self.folder, "serve.log")
        with open(log, "w", encoding="ascii"):
            pass
        running = process.Background([self.stage.serve_path], log, env=env)
        try:
            waiting.until(lambda: running.status is not None or self.answers(), SECONDS,
                          lambda: f"an answer:\n{running.output()}")
        finally:
            status = running.stop()
        return process.Result(["serve"], status, "", running.output())

    def answers(self):
        try:
            return lineproto.ask(self.stage.socket, lineproto.get(MAILBOX))["code"] == "ok"
        except (OSError, KeyError, ValueError):
            return False

    def log_in(self, env):
        """`tokend login` for an account that is new each time."""
        self.stage.reset()
        self.stage.write_account(MAILBOX, **self.account_keys(self.provider))
        self.provider.store.withdraw(MAILBOX)
        self.consent = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        return self.stage.tokend("login", "--refresh-token-stdin", MAILBOX,
                                 stdin=self.consent + "\n", env=env)

    def check_login(self, done):
        """All is stored, or nothing and the person is told."""
        self.judge(done)
        self.wait_worker()
        current = self.provider.store.current_refresh_token(MAILBOX)
        self.assertIn(self.stored(), {current} if done.status == 0 else {None, current})

    def test_login(self):
        self.sweep("tokend", self.log_in, self.check_login, 8)

    def test_login_in_its_worker(self):
        self.sweep("tokend-worker", self.log_in, self.check_login, 40, until_request=True)

    def set_up(self, env):
        self.home.write(".mbsyncrc", MBSYNCRC)
        return self.home.tokend("setup", "--yes", "mbsync", MAILBOX, env=env)

    def check_setup(self, done):
        """The file is what it was, or what it shall be, and nothing lies beside it.

        What is done after the edit can fail by itself, and is named.
        """
        self.judge(done)
        with open(os.path.join(self.home.home, ".mbsyncrc"), encoding="utf-8") as file:
            self.assertIn(file.read(),
                          {self.edited} if done.status == 0 or "files are changed" in done.stderr
                          else {MBSYNCRC}, done.stderr)
        self.assertEqual(sorted(os.listdir(self.home.home)), self.listing)

    def test_setup(self):
        self.home = self.make_home()
        self.sign_in(self.provider, home=self.home)
        self.home.write_account(MAILBOX, **self.account_keys(self.provider),
                                server_imap="localhost:993")
        self.succeed(self.set_up({}))
        with open(os.path.join(self.home.home, ".mbsyncrc"), encoding="utf-8") as file:
            self.edited = file.read()
        self.assertNotEqual(self.edited, MBSYNCRC)
        self.listing = sorted(os.listdir(self.home.home))
        self.sweep("tokend", self.set_up, self.check_setup, 20)

    def test_plugin_in_a_host(self):
        """A host of a few lines; what fails is what the plugin itself asks for."""
        home = self.make_home()
        self.sign_in(self.provider, home=home)
        self.token(home=home)
        host = os.path.join(self.folder, "host")
        process.must(["cc", "-O2", "-o", host, os.path.join(
            stage.source_folder(), "tests", "bench", "host.c"), "-lsasl2"])
        words = [host, "login", self.stage.sasl_path(), "XOAUTH2", MAILBOX]
        self.sweep("host", lambda env: home.run(words, env=env), self.check_host, 4,
                   within="libxoauth2.so")

    def check_host(self, done):
        """It prints the SASL code, or says that libsasl2 did not begin."""
        self.assertIn(done.status, (0, 1), "the host's own status")
        self.assertRegex(done.text, r"\A(0|-\d+) \d+\n|SASL code -\d+", "a SASL code")
