# SPDX-License-Identifier: BSD-2-Clause
"""Out of memory after the token request: no one-time token is lost by it (DESIGN 7.7).

Each allocation that the worker makes once its request is sent fails in turn, in libcurl, OpenSSL,
json-c and tokend alike; then all of them from the first one on.
"""

import os
import subprocess

from support import process, stage, tap
from support.case import MAILBOX
from support.refresher import Refresher

SOURCE = os.path.join(stage.source_folder(), "tests/support/short_of_memory.c")
MOST = 1000  # allocations after the request, which no refresh comes near to
FOR_GOOD = 1_000_000_000


class Answer(Refresher):
    def setUp(self):
        super().setUp()
        if process.PRELOAD in os.environ:
            tap.allowed_skip("the sanitizer has its own malloc, which nothing stands before")
        self.library = os.path.join(self.folder, "short_of_memory.so")
        self.report = os.path.join(self.folder, "report")
        done = subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", self.library, SOURCE, "-ldl"],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.fail(f"{SOURCE}:\n{done.stderr}")

    def short(self, first, count):
        """A refresh in which these allocations fail; (status, answer, whether one was met)."""
        with open(self.report, "wb"):
            pass
        status, answer = self.refresh(env={
            "LD_PRELOAD": self.library, "SHORT_FROM": str(first), "SHORT_FOR": str(count),
            "SHORT_REPORT": self.report})
        return status, answer, os.path.getsize(self.report) > 0

    def sweep(self, count, step=1):
        """From each step-th allocation after the request on `count` fail: (met, lost, good)."""
        met, lost, good = 0, [], 0
        for first in range(1, MOST, step):
            self.provider.forget_requests()
            status, answer, was_met = self.short(first, count)
            if not was_met:
                break
            met += 1
            good += answer is not None and answer["code"] == "ok"
            self.assertEqual(self.provider.count, 1, f"requests, allocation {first}")
            if self.stored() != self.current():
                lost.append((first, status, answer))
                self.sign_in_again()
            elif answer is not None and answer["code"] != "ok":
                self.assert_says(answer["text"], "memory")
        self.assertLess(first, MOST - step, "it comes to an end")
        return met, lost, good

    def test_once(self):
        met, lost, good = self.sweep(1)
        self.assertEqual(lost, [], f"of {met}")
        self.assertGreater(met, 20, "allocations after the request")
        print(f"# {met} allocations after the request failed, {good} with a token all the same")
        self.assert_works()

    def test_for_good(self):
        """The new refresh token is stored without any memory but what was there before."""
        met, lost, _ = self.sweep(FOR_GOOD, step=6)
        self.assertEqual(lost, [], f"of {met}")
        self.assertGreater(met, 5)
        self.assert_works()

    def assert_works(self):
        status, answer = self.refresh()
        self.assertEqual((status, answer["code"]), (0, "ok"))
        self.assertEqual(self.stored(), self.current())
        self.assertEqual(os.listdir(os.path.join(self.stage.state, "credentials")), [MAILBOX])


class AnswerByTls(Answer):
    """The same where OpenSSL needs memory for what it receives."""

    https = True
