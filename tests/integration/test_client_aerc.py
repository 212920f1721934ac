# SPDX-License-Identifier: BSD-2-Clause
"""aerc, by doc/clients/aerc.md and by `tokend setup aerc`, at a terminal."""

from support.clients import GMAIL
from support.setup_case import SetupCase
from support.terminal import Terminal

FILE = ".config/aerc/accounts.conf"
OTHER = """\
; another account
[home]
source = imaps://alice@imap.example.net
default = INBOX
"""
PASSWORDS = OTHER + """\

[gmail]
  source = imaps://alice%40gmail.com:secret@imap.gmail.com
  outgoing = smtp://alice%40gmail.com:secret@smtp.gmail.com:587
  from = Alice <alice@gmail.com>
"""

COMPOSE = ":compose -H 'To: you@example.org' -H 'Subject: hello'"


class Aerc(SetupCase):
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

    def test_setup_leaves_the_page_as_it_is(self):
        self.follow("aerc")
        self.assert_nothing_to_do("aerc")

    def test_setup(self):
        """A new account, next to another one; what was is there again, byte for byte."""
        self.sign_in_alice(GMAIL)
        self.setup("aerc")
        self.read_and_send()
        self.assert_logins(("imap", "XOAUTH2"))
        self.assertEqual(self.submission.logins(), [("XOAUTH2", GMAIL)])
        self.undo("aerc")
        self.alice.write(FILE, OTHER)
        self.setup("aerc")
        self.assertTrue(self.alice.read(FILE).startswith(OTHER + "\n[alice@gmail.com]\n"))
        self.undo("aerc")
        self.assertEqual(self.alice.read(FILE), OTHER)

    def test_setup_of_an_account_that_is_there(self):
        """Its passwords go, what else is in it stays, and it reads and sends."""
        self.sign_in_alice(GMAIL)
        self.alice.write(FILE, PASSWORDS)
        self.do(f"chmod 600 {FILE}")
        self.setup("aerc")
        made = self.alice.read(FILE)
        self.assertTrue(made.startswith(OTHER + "\n[gmail]\n  source = imaps+xoauth2://"))
        self.assertIn("\n  from = Alice <alice@gmail.com>\n", made)
        self.assertNotIn("secret", made)
        self.alice.write(FILE, made[len(OTHER):])
        self.read_and_send()
        self.assertEqual(self.submission.logins(), [("XOAUTH2", GMAIL)])
