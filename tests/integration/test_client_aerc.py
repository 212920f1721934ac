# SPDX-License-Identifier: BSD-2-Clause
"""aerc, by doc/clients/aerc.md and by `tokend setup aerc`, at a terminal."""

import random
import re

from support.clients import GMAIL, WORK
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

# In place of sh(1), for what aerc runs to get a password.
SHELL = """\
#!/bin/bash
printf 'RAN %s\\n' "$2" >>~/reads
"""
READS = re.compile(r"^(?:RAN (.*)|DEBUG .* accounts.conf: \[(.*)\] from = (.*))$", re.MULTILINE)
FILES = 60
OURS = ("imaps://alice%40gmail.com:secret@imap.gmail.com",
        "imaps+xoauth2://alice%40gmail.com@imap.gmail.com",
        '"imaps+oauthbearer://alice%40gmail.com@imap.gmail.com" ; "c"',
        "'imap://alice@gmail.com@IMAP.gmail.com?token_endpoint=https://x' # it's")
THEIRS = ("imaps://bob@imap.example.net # alice%40gmail.com@imap.gmail.com", "maildir://~/Mail",
          "imaps://alice%40gmail.com:x@outlook.office365.com",
          '"imaps://alice%40gmail.com@imap.gmail.com')
HEADS = ("gmail", "home", "a", "a.b", " x ", "b]", "x")
COMMANDS = ("source-cred-cmd = echo one", "source-cred-cmd = 'echo two' ; c",
            'source-cred-cmd = "echo" "three"', "source-cred-cmd=", "source-cred-cmd = '' # c",
            "source-cred-cmd = tokend token alice@gmail.com", "\tsource-cred-cmd =echo four#c", "",
            "Source-cred-cmd = five", "source-cred-cmd = echo \\\n  six",
            "source-cred-cmd = `echo #seven`")
FROMS = ("from = A <a@example.org>", '  from = "B <b@example.org>" # c',
         "from=`C <c@example.org>`", "from = D \\\n  <d@example.org>", "from = E <e@example.org>;c")
ODD = ("", "", "", "\n", "# c", "; c\\", "   # \\", "x = `a`", "x = y\\", "x = `\n`",
       'x = """a\nb"""', "x = %(from)s", "x: y", "archive = `A;`", "x = 'y", "Source = z")


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
        self.edit(FILE, ("xoauth2", "oauthbearer"))
        self.assert_nothing_to_do("aerc")
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
        self.assertEqual(self.do(f"stat -c %a {FILE}").stdout, "600\n")
        self.read_and_send()
        self.assert_logins(("imap", "XOAUTH2"))
        self.assertEqual(self.submission.logins(), [("XOAUTH2", GMAIL)])
        self.undo("aerc")
        self.alice.write(FILE, OTHER)
        self.setup("aerc")
        self.assertTrue(self.alice.read(FILE).startswith(OTHER + "\n[alice@gmail.com]\n"))
        self.undo("aerc")
        self.assertEqual(self.alice.read(FILE), OTHER)

    def test_setup_for_microsoft(self):
        """By STARTTLS, with the line that this version needs."""
        self.sign_in_alice(WORK)
        self.setup("aerc", WORK)
        self.assertIn("\noutgoing = smtp+xoauth2://alice%40example.com@smtp.office365.com:587\n",
                      self.alice.read(FILE))
        self.read_and_send()
        self.assertEqual(self.submission.logins(), [("XOAUTH2", WORK)])

    def test_setup_of_an_account_that_is_there(self):
        """Its passwords go, also from what is shown; what else is in it stays."""
        self.sign_in_alice(GMAIL)
        self.alice.write(FILE, PASSWORDS)
        self.do(f"chmod 600 {FILE}")
        self.assertNotIn("secret", self.setup("aerc").stdout)
        made = self.alice.read(FILE)
        self.assertTrue(made.startswith(OTHER + "\n[gmail]\n  source = imaps+xoauth2://"))
        self.assertIn("\n  from = Alice <alice@gmail.com>\n", made)
        self.assertNotIn("secret", made)
        self.alice.write(FILE, made[len(OTHER):])
        self.read_and_send()
        self.assertEqual(self.submission.logins(), [("XOAUTH2", GMAIL)])

    def test_what_is_not_understood_stays(self):
        self.sign_in_alice(GMAIL)
        text = PASSWORDS + "signature-cmd = cat \\\n  file\n"
        self.alice.write(FILE, text)
        done = self.alice.sh(f"tokend setup --yes aerc {GMAIL}")
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, f"{self.alice.home}/{FILE}:10: by its backslash")
        self.assertEqual(self.alice.read(FILE), text)

    def reads(self, text):
        """What aerc has of the file: {account: (sender, command or None)}; {}: it refuses it.

        It says so where its output is no terminal, before it looks for one.
        """
        self.alice.write(FILE, text)
        self.do(f"chmod 600 {FILE}; rm -f reads; :")
        self.alice.sh("PATH=~/bin:$PATH TMPDIR=~ aerc >>reads 2>/dev/null </dev/null")
        found, ran = {}, None
        for command, account, sender in READS.findall(self.alice.read("reads")):
            if account:
                found[account] = (sender, ran)
            ran = None if account else command
        return found

    def make_file(self, rng):
        """The text; and {account: whether it is alice's}, for one that aerc takes."""
        sections, text = {}, ""
        for head in rng.sample(HEADS, rng.randint(1, 2)):
            sections[head] = rng.random() < 0.5
            lines = ["source = " + rng.choice(OURS if sections[head] else THEIRS),
                     rng.choice(COMMANDS), rng.choice(FROMS), rng.choice(ODD)]
            rng.shuffle(lines)
            text += f"[{head}]" + rng.choice(("\n", " ; c\n")) + "\n".join(lines) + "\n"
        return text, sections

    def test_aerc_reads_what_was_set(self):
        """Accounts of alice's get the command; of all others nothing that aerc reads changes."""
        self.sign_in_alice(GMAIL)
        self.alice.write("bin/sh", SHELL)
        self.do("chmod 755 bin/sh")
        rng = random.Random(3)
        taken = ours = 0
        for _ in range(FILES):
            text, sections = self.make_file(rng)
            old = self.reads(text)
            done = self.alice.sh(f"tokend setup --yes aerc {GMAIL}")
            made = self.alice.read(FILE)
            if done.status != 0 or not old:
                self.assertTrue(done.status == 0 or made == text, text)
                continue
            taken += 1
            new = self.reads(made)
            if not any(sections.values()):
                old[GMAIL] = (GMAIL, None)
                sections[GMAIL] = True
            self.assertEqual(list(new), list(old), f"{text}\n{made}")
            for name, (sender, command) in new.items():
                ours += sections[name]
                # An address by itself has brackets in some versions.
                self.assertEqual(sender.strip("<>"), old[name][0].strip("<>"), f"{text}\n{made}")
                if sections[name]:
                    self.assertRegex(command or "", rf"^(/\S+/)?tokend token {GMAIL}$",
                                     f"{text}\n{made}")
                else:
                    self.assertEqual(command, old[name][1], f"{text}\n{made}")
        self.evidence.add_text("files", f"{taken} of {FILES} taken, {ours} accounts of alice's")
        self.assertGreater(min(taken, ours), FILES // 10)
