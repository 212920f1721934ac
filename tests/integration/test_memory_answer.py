# SPDX-License-Identifier: BSD-2-Clause
"""Out of memory after the token request: no one-time token is lost by it.

Each allocation that the worker makes once its request is sent fails in turn, in libcurl, OpenSSL,
json-c and tokend alike; then all of them from the first one on.
"""

import os

from support.case import MAILBOX
from support.failing import Failing
from support.refresher import Refresher

MOST = 1000  # allocations after the request, which no refresh comes near to
FOR_GOOD = 1_000_000_000


class Answer(Refresher):
    def setUp(self):
        super().setUp()
        self.failing = Failing(self.folder, "tokend-worker", after_request=True)

    def sweep(self, count, step=1):
        """From each step-th allocation after the request on `count` fail: (met, lost, good)."""
        met, lost, good = 0, [], 0
        for first in range(1, MOST, step):
            self.provider.forget_requests()
            status, answer = self.refresh(env=self.failing.environment(first, count))
            if not self.failing.met():
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
