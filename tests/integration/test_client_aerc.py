# SPDX-License-Identifier: BSD-2-Clause
"""aerc, by doc/clients/aerc.md, at a terminal."""

from support.clients import GMAIL, ClientCase
from support.terminal import Terminal

COMPOSE = ":compose -H 'To: you@example.org' -H 'Subject: hello'"


class Aerc(ClientCase):
    def read_and_send(self):
        """The one letter is on the screen; then another one goes out, written by no editor."""
        terminal = self.machine.do(
            Terminal, self._place("terminal"), ["aerc"], uid=self.alice.uid, cwd=self.alice.home,
            env={"HOME": self.alice.home, "EDITOR": "true"})
        self.addCleanup(terminal.stop)
        terminal.wait("a letter")
        terminal.enter(COMPOSE)
        terminal.wait("Send this email")
        terminal.key("y")
        mail, = self.submission.wait_mails(1)
        self.assertIn(b"Subject: hello\n", mail)
        self.evidence.add_text("what aerc shows", terminal.text)

    def test_page(self):
        self.follow("aerc")
        self.read_and_send()
        self.assert_logins(("imap", "XOAUTH2"))
        self.assertEqual(self.submission.logins(), [("XOAUTH2", GMAIL)])

    def test_other_mechanism(self):
        self.follow("aerc")
        self.edit(".config/aerc/accounts.conf", ("xoauth2", "oauthbearer"))
        self.read_and_send()
        self.assert_logins(("imap", "OAUTHBEARER"))
        self.assertEqual(self.submission.logins(), [("OAUTHBEARER", GMAIL)])
