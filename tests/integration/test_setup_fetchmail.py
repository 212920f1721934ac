# SPDX-License-Identifier: BSD-2-Clause
"""What `tokend setup fetchmail` makes, with the real program."""

from support.clients import GMAIL, WORK
from support.setup_case import SetupCase

MDA = "fetchmail --mda 'cat >>fetched'"

RICH = """\
# my mail
set daemon 300
defaults
    no rewrite

poll pop.example.net with proto POP3
    user 'alice' there with password 'a "word"' is alice here
poll gmail via imap.gmail.com proto IMAP port 993:
    user "alice@gmail.com" there, with password "old", is alice here, ssl
    keep
"""


class Setup(SetupCase):
    def assert_fetched(self, options=""):
        self.do(f"{MDA} {options}")
        self.assertIn("Subject: a letter", self.alice.read("fetched"))

    def test_in_an_empty_home(self):
        self.sign_in_alice(GMAIL)
        self.setup("fetchmail")
        self.assert_fetched()
        self.assert_imap((GMAIL, "XOAUTH2"))

    def test_a_file_that_is_there(self):
        self.sign_in_alice(GMAIL)
        self.alice.write(".fetchmailrc", RICH)
        self.setup("fetchmail")
        self.assert_fetched("-d0 gmail")
        self.assert_imap((GMAIL, "XOAUTH2"))
        self.undo("fetchmail")
        self.assertEqual(self.alice.read(".fetchmailrc"), RICH)

    def test_pop3_and_a_second_account(self):
        self.sign_in_alice(GMAIL, WORK)
        self.alice.write(".fetchmailrc", "poll pop.gmail.com proto pop3 user alice@gmail.com "
                          "is alice here ssl keep")
        self.setup("fetchmail", GMAIL)
        self.setup("fetchmail", WORK)
        self.assert_fetched()
        self.assertEqual(sorted(self.dovecot.logins(at_least=2)),
                         [("imap", WORK, "XOAUTH2"), ("pop3", GMAIL, "XOAUTH2")])
