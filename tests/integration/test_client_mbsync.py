"""tokend/clients/mbsync.md, followed; and what `tokend setup mbsync` makes."""

from support.clients import GMAIL, WORK, ClientCase


class Page(ClientCase):
    def test_gmail(self):
        self.follow("mbsync", "Gmail")
        self.assertEqual(self.dovecot.logins(at_least=1), [("imap", GMAIL, "XOAUTH2")])
        self.assertIn("Subject: a letter", self.do("cat Mail/INBOX/new/*").stdout)

    def test_microsoft(self):
        self.follow("mbsync", "Microsoft")
        self.assertEqual(self.dovecot.logins(at_least=1), [("imap", WORK, "XOAUTH2")])

    def test_the_other_mechanism(self):
        self.follow("mbsync", "Gmail")
        self.edit(".mbsyncrc", ("XOAUTH2", "OAUTHBEARER"))
        self.do("mbsync gmail")
        self.assertEqual(self.dovecot.logins(at_least=2)[1], ("imap", GMAIL, "OAUTHBEARER"))


RICH = """\
# Two accounts, with what people have in such files.
CopyArrivalDate yes

IMAPAccount home
Host imap.example.net
User alice
Pass "a \\"quoted\\" password"
AuthMechs LOGIN

\tIMAPAccount gmail   # the one
\t  Host IMAP.gmail.com
\t  User "alice@gmail.com"
\t  PassCmd "pass show gmail"
\t  SSLType IMAPS

IMAPStore gmail
Account gmail

MaildirStore mail
Path ~/Mail/
Inbox ~/Mail/INBOX

Channel gmail
Far :gmail:
Near :mail:
Patterns INBOX
Create Near
SyncState *
"""


class Setup(ClientCase):
    def test_in_an_empty_home(self):
        self.log_in(GMAIL, self.alice)
        self.do(f"tokend setup --yes mbsync {GMAIL}")
        self.do(f"mbsync {GMAIL}")
        self.assertEqual(self.dovecot.logins(at_least=1), [("imap", GMAIL, "XOAUTH2")])
        self.assertIn("Subject: a letter", self.do(f"cat Mail/{GMAIL}/INBOX/new/*").stdout)

    def test_a_second_account_beside_the_first(self):
        self.log_in(GMAIL, self.alice)
        self.log_in(WORK, self.alice, "microsoft", tenant="example.com")
        for account in (GMAIL, WORK):
            self.do(f"tokend setup --yes mbsync {account}")
        self.do("mbsync -a")
        self.assertEqual(sorted(self.dovecot.logins(at_least=2)),
                         [("imap", WORK, "XOAUTH2"), ("imap", GMAIL, "XOAUTH2")])
        self.assertIn("nothing to do", self.do(f"tokend setup mbsync {GMAIL}").stdout)

    def test_a_file_that_is_there(self):
        """What else is in it stays; what was is there again, byte for byte."""
        self.log_in(GMAIL, self.alice)
        self.alice.write(".mbsyncrc", RICH)
        self.do("mkdir Mail")
        self.do(f"tokend setup --yes mbsync {GMAIL}")
        self.do("mbsync gmail")
        self.assertEqual(self.dovecot.logins(at_least=1), [("imap", GMAIL, "XOAUTH2")])
        made = self.alice.read(".mbsyncrc")
        self.assertEqual(made, RICH.replace("\t  PassCmd \"pass show gmail\"\n", "").replace(
            "\t  SSLType IMAPS\n", "\t  SSLType IMAPS\n\t  AuthMechs XOAUTH2\n"))
        self.assertIn("nothing to do", self.do(f"tokend setup mbsync {GMAIL}").stdout)
        self.do("tokend setup --yes --undo mbsync")
        self.assertEqual(self.alice.read(".mbsyncrc"), RICH)
