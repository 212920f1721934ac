# SPDX-License-Identifier: BSD-2-Clause
"""`tokend setup` at a terminal, and when the machine fails it: nothing is lost or half done."""

import glob

from support import process, terminal
from support.case import IntegrationCase

ACCOUNT = "alice@gmail.com"
MUTT = "set sleep_time = 0\nset imap_pass = the-password-of-bob\n"
KEYS = {"provider": "google", "client_id": "client-of-the-tests"}


class SetupFaults(IntegrationCase):
    """A person with a muttrc in their home."""

    def setUp(self):
        super().setUp()
        self.home = self.make_home()
        self.home.write_account(ACCOUNT, **KEYS)
        self.path = self.home.write(".muttrc", MUTT)

    def read(self):
        with open(self.path, encoding="utf-8") as file:
            return file.read()

    def begin(self, *words):
        running = terminal.Terminal(
            self._place("terminal"), [self.stage.tokend_path, "setup", *words, "mutt", ACCOUNT],
            env=self.home.environment(), uid=self.home.uid, cwd=self.home.home)
        self.addCleanup(running.stop)
        self.addCleanup(lambda: self.evidence.add_text("terminal", running.text))
        return running

    def test_asked_and_refused(self):
        running = self.begin()
        running.wait(r"Make this change\? \[y/N\] ")
        self.assertNotIn("the-password-of-bob", running.text)
        running.enter()
        self.assertEqual(running.wait_end(), 1, running.text)
        self.assert_says(running.text, "nothing was changed")
        self.assertEqual(self.read(), MUTT)

    def test_asked_and_taken(self):
        running = self.begin()
        running.wait(r"Make this change\? \[y/N\] ")
        running.enter("y")
        self.assertEqual(running.wait_end(), 0, running.text)
        for line in running.screen.splitlines():
            self.assertLessEqual(len(line), terminal.COLUMNS)
        self.assertIn(MUTT.splitlines()[0], self.read())
        self.assertIn("tokend", self.read())

    def test_ctrl_c(self):
        running = self.begin()
        running.wait(r"Make this change\? \[y/N\] ")
        running.key("C-c")
        self.assertEqual(running.wait_end(), 130, running.text)
        self.assertEqual(self.read(), MUTT)

    def test_killed_anywhere(self):
        """At each system call of the writing, by strace's injection of SIGKILL."""
        self.require_strace()
        self.succeed(self.home.tokend("setup", "--yes", "mutt", ACCOUNT))
        self.changed = self.read()
        self.revert_change("before")
        left = set()
        for call in ("fsync", "renameat", "linkat", "unlinkat", "fchmod"):
            for number in range(1, 9):
                if self.kill_at(call, number):
                    left.add(self.read() == MUTT)
                self.revert_change(f"{call} {number}")
        self.assertEqual(left, {True, False}, "killed before and after the file was in place")

    def kill_at(self, call, number):
        """True if it was killed; then the file is the old or the new one whole."""
        done = process.run(
            ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
             f"inject={call}:signal=SIGKILL:when={number}", self.stage.tokend_path,
             "setup", "--yes", "mutt", ACCOUNT],
            env=self.home.environment(), uid=self.home.uid, cwd=self.home.home)
        self.assertTrue(self.read() in (MUTT, self.changed), self.read())
        return done.status != 0

    def revert_change(self, when):
        """Whatever is left of it; where nothing was begun there is nothing to undo."""
        done = self.home.tokend("setup", "--yes", "--undo", "mutt")
        if done.status != 0:
            self.assert_says(done.stderr, "no change to undo")
        self.assertEqual(self.read(), MUTT, f"{when}: {done.text}")
        self.assertEqual(self.home.tokend("setup", "--yes", "--undo", "mutt").status, 78, when)
        self.assertEqual(glob.glob(f"{self.home.home}/.*tokend-*"), [], when)
