"""What `tokend setup fetchmail` makes, with the real program."""

from support.clients import GMAIL, WORK, ClientCase

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


class Setup(ClientCase):
    def assert_fetched(self, options=""):
        self.do(f"{MDA} {options}")
        self.assertIn("Subject: a letter", self.alice.read("fetched"))
        self.do("rm fetched")

    def test_in_an_empty_home(self):
        self.log_in(GMAIL, self.alice)
        self.do(f"tokend setup --yes fetchmail {GMAIL}")
        self.assert_fetched()
        self.assertEqual(self.dovecot.logins(at_least=1), [("imap", GMAIL, "XOAUTH2")])

    def test_a_file_that_is_there(self):
        self.log_in(GMAIL, self.alice)
        self.alice.write(".fetchmailrc", RICH)
        self.do(f"tokend setup --yes fetchmail {GMAIL}")
        self.assert_fetched("-d0 gmail")
        self.assertEqual(self.dovecot.logins(at_least=1), [("imap", GMAIL, "XOAUTH2")])
        self.assertIn("nothing to do", self.do(f"tokend setup fetchmail {GMAIL}").stdout)
        self.do("tokend setup --yes --undo fetchmail")
        self.assertEqual(self.alice.read(".fetchmailrc"), RICH)

    def test_pop3_and_a_second_account(self):
        self.log_in(WORK, self.alice, "microsoft", tenant="example.com")
        self.log_in(GMAIL, self.alice)
        self.alice.write(".fetchmailrc", "poll pop.gmail.com proto pop3 user alice@gmail.com "
                         "is alice here ssl keep")
        for account in (GMAIL, WORK):
            self.do(f"tokend setup --yes fetchmail {account}")
        self.assert_fetched()
        self.assertEqual(sorted(self.dovecot.logins(at_least=2)),
                         [("imap", WORK, "XOAUTH2"), ("pop3", GMAIL, "XOAUTH2")])
