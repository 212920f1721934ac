# SPDX-License-Identifier: BSD-2-Clause
"""doc/clients/mbsync.md, followed; and what `tokend setup mbsync` makes."""

import re

from support.clients import GMAIL, WORK
from support.setup_case import SetupCase

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


class Page(SetupCase):
    def test_gmail(self):
        self.follow("mbsync", "Gmail")
        self.assert_imap((GMAIL, "XOAUTH2"))
        self.assertIn("Subject: a letter", self.do("cat Mail/INBOX/new/*").stdout)

    def test_microsoft(self):
        self.follow("mbsync", "Microsoft")
        self.assert_imap((WORK, "XOAUTH2"))

    def test_the_other_mechanism(self):
        self.follow("mbsync", "Gmail")
        self.edit(".mbsyncrc", ("XOAUTH2", "OAUTHBEARER"))
        self.do("mbsync gmail")
        self.assert_imap((GMAIL, "XOAUTH2"), (GMAIL, "OAUTHBEARER"))

    def test_setup_leaves_the_page_as_it_is(self):
        self.follow("mbsync", "Gmail")
        self.assert_nothing_to_do("mbsync")


class Setup(SetupCase):
    def test_in_an_empty_home(self):
        self.sign_in_alice(GMAIL)
        run = re.search("^Run it: `(.*)`[.]$", self.setup("mbsync").stdout, re.MULTILINE)[1]
        self.assertEqual(run, f"mbsync {GMAIL}")
        self.do(run)
        self.assert_imap((GMAIL, "XOAUTH2"))
        self.assertIn("Subject: a letter", self.do(f"cat Mail/{GMAIL}/INBOX/new/*").stdout)

    def test_a_second_account_beside_the_first(self):
        self.sign_in_alice(GMAIL, WORK)
        self.setup("mbsync", GMAIL)
        self.setup("mbsync", WORK)
        self.do("mbsync -a")
        self.assert_imap((GMAIL, "XOAUTH2"), (WORK, "XOAUTH2"))

    def test_a_file_that_is_there(self):
        """What else is in it stays; what was is there again, byte for byte."""
        self.sign_in_alice(GMAIL)
        self.alice.write(".mbsyncrc", RICH)
        self.do("mkdir Mail")
        self.setup("mbsync")
        self.do("mbsync gmail")
        self.assert_imap((GMAIL, "XOAUTH2"))
        self.assertEqual(
            self.alice.read(".mbsyncrc"),
            RICH.replace("\t  PassCmd \"pass show gmail\"\n", "").replace(
                "\t  SSLType IMAPS\n", "\t  SSLType IMAPS\n\t  AuthMechs XOAUTH2\n"))
        self.undo("mbsync")
        self.assertEqual(self.alice.read(".mbsyncrc"), RICH)

    def test_an_account_of_an_odd_name(self):
        odd = "my \"work\": $HOME #1 \\"
        self.sign_in_oddly(odd)
        self.setup("mbsync", odd)
        self.do("mbsync -a")
        self.assert_imap((GMAIL, "XOAUTH2"))
