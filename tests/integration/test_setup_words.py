# SPDX-License-Identifier: BSD-2-Clause
"""Whatever is in an account's name and in its mailbox: what `tokend setup` writes is read back whole
by the programs themselves, or is refused with the reason and nothing is written.
"""

import ast
import os
import pwd
import re
import shlex
import shutil
import urllib.parse

from support.case import IntegrationCase
from support.user_home import UserHome

PLAIN = "alice@example.org"
ODD = ("it's@example.org", "a$home@example.org", "`id`@example.org", "$(id)@example.org",
       '"a b"@example.org', "a\\b@example.org", "a\\\\@example.org", "a%u%b@example.org",
       "#a@example.org", "{a}@example.org", "a;b,c@example.org", "*@example.org",
       "\u00fcn\u00ef@example.org", "~a@example.org", "=a@example.org", "!a@example.org", 'a"',
       "a b", "a\\")
SETTINGS = {"token_endpoint": "https://127.0.0.1:1/token", "client_id": "app", "hosts": "*",
            "server_smtp": "smtp.example.org:587", "server_imap": "imap.example.org"}
REFUSED = 78
QUOTED = re.compile(r"\\(.)")


class Words(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.require_root()
        # These programs want a uid that has a name.
        self.home = UserHome(self.stage, pwd.getpwnam("nobody").pw_uid)
        self.addCleanup(self.home.remove)

    def run_program(self, *words):
        return self.home.run(list(words), stdin="")

    def each(self, program, file):
        """(name, mailbox) of each account that the program is set up for, afresh."""
        for odd in ODD:
            for name, mailbox in ((odd, PLAIN), (PLAIN, odd)):
                self.home.write_account(name, **SETTINGS, user=mailbox)
                done = self.note(self.home.tokend("setup", "--yes", program, name))
                path = os.path.join(self.home.home, file)
                with self.subTest(program=program, name=name, mailbox=mailbox):
                    if done.status == 0:
                        again = self.home.tokend("setup", "--dry-run", program, name)
                        self.assertIn("nothing to do", again.text)
                        yield name, mailbox
                        self.succeed(self.home.tokend("setup", "--yes", "--undo", program))
                    else:
                        self.assertEqual(done.status, REFUSED, done.text)
                        self.assertIn(f'account "{name}"', done.stderr)
                    self.assertFalse(os.path.exists(path), done.text)

    def assert_token_command(self, command, name):
        """As the shell splits it."""
        self.assertEqual(shlex.split(command), [self.stage.tokend_path, "token", name])

    def test_msmtp(self):
        for name, mailbox in self.each("msmtp", ".msmtprc"):
            # The command is looked at here, and would have no token to print.
            path = os.path.join(self.home.home, ".msmtprc")
            text = self.read(path)
            command = re.search("^passwordeval (.*)$", text, re.MULTILINE)[1]
            self.assert_token_command(command, name)
            shutil.copy(path, path + ".try")
            with open(path + ".try", "w", encoding="utf-8") as file:
                file.write(text.replace(command, "echo token"))
            os.chown(path + ".try", self.home.uid, self.home.uid)
            done = self.run_program("msmtp", "-C", path + ".try", "--pretend", "bob@example.org")
            shown = dict(re.findall("^(user|from) += (.*)$", done.stdout, re.MULTILINE))
            self.assertEqual(shown, {"user": mailbox, "from": mailbox}, done.text)

    def test_msmtp_would_expand_the_sender(self):
        self.home.write_account(PLAIN, **SETTINGS, user="a%Ub@example.org")
        done = self.home.tokend("setup", "--yes", "msmtp", PLAIN)
        self.assertEqual(done.status, REFUSED)
        self.assert_says(done.stderr, PLAIN, "a%Ub@example.org", "nothing was changed")

    def test_aerc(self):
        """It runs the command by sh, in place of which is one that says what it was given."""
        sh = self.home.write("sh", "#!/bin/bash\nprintf %s \"$2\" >~/ran\n", 0o755)
        for name, mailbox in self.each("aerc", ".config/aerc/accounts.conf"):
            self.run_program("env", f"PATH={os.path.dirname(sh)}:{os.environ['PATH']}",
                             f"TMPDIR={self.home.home}", "aerc")
            self.assert_token_command(self.read(os.path.join(self.home.home, "ran")), name)
            text = self.read(os.path.join(self.home.home, ".config/aerc/accounts.conf"))
            user = re.search("^source = imaps[+]xoauth2://(.*)@imap.example.org$", text,
                             re.MULTILINE)[1]
            self.assertEqual(urllib.parse.unquote(user), mailbox)

    @staticmethod
    def read(path):
        with open(path, encoding="utf-8") as file:
            return file.read()

    def test_mutt(self):
        for name, mailbox in self.each("mutt", ".muttrc"):
            for program in ("mutt", "neomutt"):
                self.assertEqual(self.mutt(program, "imap_user"), mailbox)
                self.assert_token_command(self.mutt(program, "imap_oauth_refresh_command"), name)
                self.assert_token_command(self.mutt(program, "smtp_oauth_refresh_command"), name)
                url = self.mutt(program, "smtp_url")
                self.assertEqual(urllib.parse.unquote(url[len("smtp://"):url.rindex("@")]),
                                 mailbox)

    def mutt(self, program, variable):
        """As it shows the value: in double quotes, with backslashes."""
        done = self.run_program(program, "-F", os.path.join(self.home.home, ".muttrc"),
                                "-Q", variable)
        value = done.stdout.strip().partition("=")[2].strip()
        return QUOTED.sub(r"\1", value[1:-1]) if value[:1] == '"' else value

    def test_fetchmail(self):
        for name, mailbox in self.each("fetchmail", ".fetchmailrc"):
            done = self.run_program("fetchmail", "--configdump", "-f",
                                    os.path.join(self.home.home, ".fetchmailrc"))
            # It shows bytes beyond ASCII in a way of its own.
            if mailbox.isascii():
                self.assertEqual(self.dumped(done, "remote"), mailbox)
            self.assertEqual(self.dumped(done, "plugin").split(), [
                self.stage.tokend_path, "tunnel", "imap", "imap.example.org", name])

    @staticmethod
    def dumped(done, key):
        return ast.literal_eval(re.search(f"[\"']{key}[\"']:(.*),$", done.stdout,
                                          re.MULTILINE)[1])
