# SPDX-License-Identifier: BSD-2-Clause
"""A disk that is slow costs no one-time token: time is looked at before one is spent.

The worker's every fsync is delayed by strace(1); a call that is delayed by seconds is what a busy
disk, an SD card or a network file system does.
"""

import os
import time

from support import faults, process, tap, tracing
from support.case import MAILBOX
from support.refresher import Refresher

LATE = 19.8  # seconds; the provider may take 20
LIFE = 30  # seconds after which an alarm once ended a worker, whatever it was doing


def delay(call, seconds, when=""):
    return f"--inject={call}:delay_enter={int(1000000 * seconds)}{when}"


class SlowDisk(Refresher):
    """One-time refresh tokens, and a disk that takes its time for each sync."""

    def test_late_answer_is_stored(self):
        """The request is begun in good time, and then everything takes as long as it may."""
        self.provider.fault(faults.slow(LATE), times=1)
        begun = time.monotonic()
        status, answer = self.refresh(delay("fsync", 1.7), delay("renameat", 6, ":when=1"),
                                      seconds=120)
        self.assertEqual((status, answer and answer["code"]), (0, "ok"))
        self.assertGreater(time.monotonic() - begun, LIFE, "slow enough to prove anything")
        self.assertEqual(self.stored(), self.current())
        self.assert_works()

    def test_nothing_is_spent_where_storing_would_take_too_long(self):
        before = self.stored()
        status, answer = self.refresh(delay("fsync", 2.6))
        self.assertEqual((status, answer["code"]), (75, "later"))
        self.assert_says(answer["text"], self.stage.state, "too slow", "the provider is not asked")
        self.assertEqual(self.provider.count, 0, "asked in spite of a slow disk")
        self.assertFalse(any('"POST /token' in call.line for call in tracing.calls(self.trace)))
        self.assertEqual((self.stored(), self.current()), (before, before))
        self.assert_works()

    def assert_works(self):
        """The next refresh, on a disk that is as it should be."""
        status, answer = self.refresh()
        self.assertEqual((status, answer["code"]), (0, "ok"))
        self.assertEqual(self.stored(), self.current())
        self.assertEqual(os.listdir(os.path.join(self.stage.state, "credentials")),
                         [MAILBOX])


class FixedFile(Refresher):
    """A credential that no new file can replace is found before its token is spent."""

    def refuse(self, attribute, path):
        before = self.stored()
        self.addCleanup(process.run, ["chattr", f"-{attribute}", path])
        if process.run(["chattr", f"+{attribute}", path]).status != 0:
            tap.allowed_skip(f"chattr +{attribute} does not work here")
        status, answer = self.refresh()
        self.assertEqual((status, answer["code"]), (75, "later"))
        self.assert_says(answer["text"], self.path("credentials"), "immutable", "the provider is not asked")
        self.assertEqual(self.provider.count, 0, "asked although nothing can be stored")
        self.assertEqual((self.stored(), self.current()), (before, before))
        fix = answer["text"].split('"')[-2]
        self.assertRegex(fix, r"^chattr -ia ")
        process.must(fix.split())
        status, answer = self.refresh()
        self.assertEqual((status, answer["code"]), (0, "ok"))
        self.assertEqual(self.stored(), self.current())

    def test_immutable(self):
        self.refuse("i", self.path("credentials"))

    def test_append_only_folder(self):
        """A file can be made there, and no name be given to another."""
        self.refuse("a", os.path.dirname(self.path("credentials")))
