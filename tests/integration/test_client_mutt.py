# SPDX-License-Identifier: BSD-2-Clause
"""doc/clients/mutt.md with both programs, followed; and what `tokend setup mutt` makes."""

import os

from support.clients import GMAIL, WORK
from support.setup_case import SetupCase
from support.terminal import Terminal

PROGRAMS = ("mutt", "neomutt")
# Save a copy of the letter at home, and leave.
COPY = "push '<copy-message><kill-line>{home}/copied<enter><exit>'"

RICH = """\
# a muttrc as people have it
set realname="Alice"; set sort = threads	# mine
set folder=imaps://imap.gmail.com/ imap_user='alice@gmail.com' \\
    spoolfile=+INBOX
set imap_pass = "old" smtp_pass="old"
set imap_authenticators = login
macro index G "<change-folder>=INBOX<enter>" "set folder=x"
"""


class MuttCase(SetupCase):
    def fetch(self, program="mutt", options=""):
        """Read the inbox at a terminal: a copy of its letter is at home afterwards."""
        keys = COPY.format(home=self.alice.home)
        line = f"{program} {options} -e 'set confirmcreate=no sleep_time=0' -e \"{keys}\""
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

    def assert_works(self):
        for program in PROGRAMS:
            self.send(program)
            self.fetch(program)
        self.assert_smtp(*2 * [(GMAIL, "XOAUTH2")])
        self.assert_imap(*2 * [(GMAIL, "XOAUTH2")])


class Page(MuttCase):
    def test_gmail_with_both_programs(self):
        self.follow("mutt", "Gmail")
        self.send("neomutt")
        self.assert_smtp(*2 * [(GMAIL, "XOAUTH2")])
        for program in PROGRAMS:
            self.fetch(program)
        self.assert_imap(*2 * [(GMAIL, "XOAUTH2")])
        self.assert_nothing_to_do("mutt")

    def test_microsoft(self):
        self.follow("mutt", "Microsoft")
        self.assert_smtp((WORK, "XOAUTH2"))
        self.fetch()
        self.assert_imap((WORK, "XOAUTH2"))

    def test_the_other_mechanism(self):
        self.follow("mutt", "Gmail")
        self.edit(".muttrc", ("xoauth2", "oauthbearer"))
        for program in PROGRAMS:
            self.send(program)
            self.fetch(program)
        self.assert_imap(*2 * [(GMAIL, "OAUTHBEARER")])
        self.assert_smtp((GMAIL, "XOAUTH2"), *2 * [(GMAIL, "OAUTHBEARER")])

    def test_several_accounts(self):
        self.follow("mutt", "Several accounts")
        self.send()
        self.assert_smtp((GMAIL, "XOAUTH2"))
        for program in PROGRAMS:
            self.fetch(program, "-f imaps://outlook.office365.com/INBOX")
            self.fetch(program)
        self.assert_imap(*2 * [(GMAIL, "XOAUTH2"), (WORK, "XOAUTH2")])


class Setup(MuttCase):
    def test_in_an_empty_home(self):
        self.sign_in_alice(GMAIL)
        self.setup("mutt")
        self.assert_works()

    def test_a_file_that_is_there(self):
        self.sign_in_alice(GMAIL)
        self.alice.write(".muttrc", RICH)
        self.setup("mutt")
        self.assert_works()
        self.undo("mutt")
        self.assertEqual(self.alice.read(".muttrc"), RICH)

    def test_an_account_of_an_odd_name(self):
        odd = "my \"work\": $(id) `id` \\"
        self.sign_in_oddly(odd)
        self.setup("mutt", odd)
        self.assert_works()

    def test_neomutts_own_file(self):
        self.sign_in_alice(GMAIL)
        self.alice.write(".config/neomutt/neomuttrc", "set sort = threads\n")
        self.setup("mutt")
        self.assertFalse(self.machine.exists(f"{self.alice.home}/.muttrc"))
        self.fetch("neomutt")
        self.assert_imap((GMAIL, "XOAUTH2"))
