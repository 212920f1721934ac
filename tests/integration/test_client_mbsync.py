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
