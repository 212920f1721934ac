# SPDX-License-Identifier: BSD-2-Clause
"""Alpine, by doc/clients/alpine.md, at a terminal."""

from support import recipe
from support.clients import GMAIL, ClientCase
from support.terminal import Terminal

# It has no plugin to load, and a memory fault of its own.
WITHOUT_SANITIZER = {"LD_PRELOAD": ""}


class Alpine(ClientCase):
    def setUp(self):
        super().setUp()
        self.follow("msmtp", "Gmail")
        recipe.leave_out(recipe.Page("msmtp").blocks)
        self.alice.sh("mkdir mail")
        # That page's own mail.
        self.submission.wait_mails(1)

    def alpine(self):
        started = self.machine.do(
            Terminal, self._place("terminal"), ["alpine", "-i"], uid=self.alice.uid,
            cwd=self.alice.home, env={"HOME": self.alice.home, **WITHOUT_SANITIZER})
        self.addCleanup(started.stop)
        started.wait("GREETING TEXT")
        started.key("E")
        return started

    def test_page(self):
        self.follow("alpine")
        terminal = self.alpine()
        terminal.wait("a letter")
        terminal.key("c")
        terminal.wait("Attchmnt:")
        terminal.enter("you@example.org")
        terminal.key("C-x")
        terminal.wait("Send message")
        terminal.key("y")
        mail = self.submission.wait_mails(2)[-1]
        self.assertIn(b"\nTo: you@example.org\n", mail)
        self.assert_logins(("imap", "XOAUTH2"))
        self.assertEqual(self.submission.logins()[-1][1], GMAIL)
        self.evidence.add_text("what Alpine shows", terminal.text)
