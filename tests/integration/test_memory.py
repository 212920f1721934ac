# SPDX-License-Identifier: BSD-2-Clause
"""Memory that runs out, at any allocation of any program of ours.

No crash, no hang, no half-written file, a text that says so, and the next run works. The worker is
followed until its request; what comes after it is test_memory_answer's. The plugin by itself, every
single allocation, is unit/test_mech_memory.
"""

import contextlib
import os
import socket

from support import lineproto, process, tracing
from support.case import MAILBOX
from support.failing import Failing
from support.swept_case import SECONDS, SweptCase


class Memory(SweptCase):
    """A sweep over one program; each test has its own run, and what must hold after it."""

    def sweep(self, program, run, check, least, **options):
        """run(env=environment) for each allocation of the program; check(what run gave) after it.

        options: Failing's.
        """
        failing = Failing(self.folder, program, **options)
        check(run(env=failing.environment(0)))
        numbers = failing.numbers()
        met = 0
        for number in numbers:
            with self.subTest(allocation=number):
                result = run(env=failing.environment(number))
                self.assertEqual(failing.crashed(), 0, f"a signal: {result.stderr[-2000:]}")
                met += failing.met()
                check(result)
        self.assertGreater(met, least, "allocations that failed")

    def judge(self, done):
        super().judge(done)
        if done.status != 0:
            self.assertNotRegex(done.text, "too long|longer than", "what was not the cause")

    def forget(self):
        for folder in ("cache", "state"):
            path = os.path.join(self.stage.state, folder, MAILBOX)
            if os.path.exists(path):
                os.unlink(path)

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

    def test_login(self):
        self.sweep("tokend", self.log_in, self.check_login, 8)

    def test_login_in_its_worker(self):
        self.sweep("tokend-worker", self.log_in, self.check_login, 40, until_request=True)

    def check_setup(self, done):
        self.assertEqual(super().check_setup(done), set())

    def test_setup(self):
        self.begin_setup()
        self.sweep("tokend", self.set_up, self.check_setup, 20)

    def test_plugin_in_a_host(self):
        """What fails is what the plugin itself asks for."""
        self.begin_host()
        self.sweep("host", self.log_in_by_plugin, self.check_host, 4, within="libxoauth2.so")
