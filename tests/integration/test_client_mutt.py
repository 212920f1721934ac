"""tokend/clients/mutt.md with both programs, followed; and what `tokend setup mutt` makes."""

import os

from support.clients import GMAIL, WORK, ClientCase
from support.terminal import Terminal

# In a new mailbox of IMAP: save a copy of the letter at home, and leave.
COPY = "push '<copy-message><kill-line>{home}/copied<enter><exit>'"


class MuttCase(ClientCase):
    def fetch(self, program="mutt", options=""):
        """Read the inbox at a terminal: a copy of its letter is at home afterwards."""
        keys = COPY.format(home=self.alice.home)
        line = f"{program} {options} -e 'set confirmcreate=no copy=no' -e \"{keys}\""
        terminal = self.machine.do(
            Terminal, os.path.join(self.folder, f"terminal-{next(self._numbers)}"),
            ["sh", "-c", line], uid=self.alice.uid, cwd=self.alice.home,
            env={"HOME": self.alice.home, "TERM": "screen"})
        try:
            status = self.machine.do(terminal.wait_end)
            self.assertEqual(status, 0, self.machine.do(lambda: terminal.text))
        finally:
            self.machine.do(terminal.stop)
        self.assertIn("Subject: a letter", self.alice.read("copied"))
        self.do("rm copied")

    def send(self, program="mutt"):
        self.do(f"echo The text. | {program} -s test bob@example.org")


class Page(MuttCase):
    def test_gmail_with_both_programs(self):
        self.follow("mutt", "Gmail")
        self.submission.wait_mails(1)
        self.send("neomutt")
        self.submission.wait_mails(2)
        self.assertEqual(self.submission.logins(), 2 * [("XOAUTH2", GMAIL)])
        for program in ("mutt", "neomutt"):
            self.fetch(program)
        self.assertEqual(self.dovecot.logins(at_least=2), 2 * [("imap", GMAIL, "XOAUTH2")])

    def test_microsoft(self):
        self.follow("mutt", "Microsoft")
        self.submission.wait_mails(1)
        self.assertEqual(self.submission.logins(), [("XOAUTH2", WORK)])
        self.fetch()
        self.assertEqual(self.dovecot.logins(at_least=1), [("imap", WORK, "XOAUTH2")])

    def test_the_other_mechanism(self):
        self.follow("mutt", "Gmail")
        self.edit(".muttrc", ("xoauth2", "oauthbearer"))
        for program in ("mutt", "neomutt"):
            self.send(program)
            self.fetch(program)
        self.assertEqual(self.dovecot.logins(at_least=2), 2 * [("imap", GMAIL, "OAUTHBEARER")])
        self.submission.wait_mails(3)
        self.assertEqual(self.submission.logins()[1:], 2 * [("OAUTHBEARER", GMAIL)])


RICH = """\
# a muttrc as people have it
set realname="Alice"; set sort = threads	# mine
set folder=imaps://imap.gmail.com/ imap_user='alice@gmail.com' \\
    spoolfile=+INBOX
set imap_pass = "old" smtp_pass="old"
set imap_authenticators = login
macro index G "<change-folder>=INBOX<enter>" "set folder=x"
"""


class Setup(MuttCase):
    def setUp(self):
        super().setUp()
        self.log_in(GMAIL, self.alice)

    def assert_works(self):
        for program in ("mutt", "neomutt"):
            self.send(program)
            self.fetch(program)
        self.submission.wait_mails(2)
        self.assertEqual(self.submission.logins(), 2 * [("XOAUTH2", GMAIL)])
        self.assertEqual(self.dovecot.logins(at_least=2), 2 * [("imap", GMAIL, "XOAUTH2")])

    def test_in_an_empty_home(self):
        self.do(f"tokend setup --yes mutt {GMAIL}")
        self.assert_works()

    def test_a_file_that_is_there(self):
        self.alice.write(".muttrc", RICH.replace("", ""))
        before = self.alice.read(".muttrc")
        self.do(f"tokend setup --yes mutt {GMAIL}")
        self.assert_works()
        self.assertIn("nothing to do", self.do(f"tokend setup mutt {GMAIL}").stdout)
        self.do("tokend setup --yes --undo mutt")
        self.assertEqual(self.alice.read(".muttrc"), before)
