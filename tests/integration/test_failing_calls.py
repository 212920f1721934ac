# SPDX-License-Identifier: BSD-2-Clause
"""System calls that fail, in the programs that test_torture leaves out.

`tokend login`, setup and serve, and the plugin in a host: each call that may fail does so once. No
crash, no hang, no half-written file, and waiting clients get an answer.
"""

import contextlib
import os

from support import process, tracing, waiting
from support.case import MAILBOX
from support.swept_case import SECONDS, SweptCase

GUARDED = "PR_SET_DUMPABLE"  # the first that main() does
ERRORS = ("EIO", "ENOSPC", "EINTR", "EMFILE")
OLD_COPY = "..mbsyncrc.tokend-old"


class FailingCalls(SweptCase):
    """A sweep over one program; its children run as they are."""

    def setUp(self):
        super().setUp()
        self.require_strace()
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

    def check_login(self, done):
        """No draft is left, either."""
        super().check_login(done)
        self.assertEqual(os.listdir(os.path.join(self.stage.config, "accounts")),
                         [f"{MAILBOX}.conf"])

    def test_login(self):
        self.sweep(self.log_in, self.check_login, GUARDED, 30)

    def check_setup(self, done):
        """Nothing is left that can be removed."""
        left = super().check_setup(done)
        self.assertLessEqual(left, {OLD_COPY} if self.failed == "unlinkat" else set())

    def test_setup(self):
        self.begin_setup()
        self.sweep(self.set_up, self.check_setup, GUARDED, 20)

    def check_serve(self, _):
        """Nothing of it stays, and no socket that is dead is in the way of the next."""
        waiting.until(lambda: process.count_running(self.stage.serve_path) == 0, SECONDS,
                      "the end of all")

    def test_serve(self):
        self.sign_in(self.provider)
        self.token()
        self.sweep(self.serve, self.check_serve, GUARDED, 20)

    def log_in_by_plugin(self, before=(), env=None):
        if self.forget:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(os.path.join(self.home.state, "cache", MAILBOX))
        return super().log_in_by_plugin(before, env)

    def test_plugin_in_a_host(self):
        self.begin_host()
        for self.forget in (False, True):
            with self.subTest("helper" if self.forget else "cache"):
                self.sweep(self.log_in_by_plugin, self.check_host, ".config/tokend",
                           20 if self.forget else 3, but="write(1<")
