# SPDX-License-Identifier: BSD-2-Clause
"""Each command that is printed is typed as it is, whatever an account is called and wherever its
files are: what a shell makes of it names the account, or the file, whole.
"""

import os
import re
import shlex

from support.case import IntegrationCase

NAMES = ("it's me@example.org", "a b@example.org", "$(id)@example.org", "a;b&c@example.org",
         "*@example.org", "`id`@example.org")
PLAIN = "alice@example.org"
SETTINGS = {"token_endpoint": "http://127.0.0.1:1/token", "client_id": "app",
            "hosts": "127.0.0.1"}
ODD_FOLDER = "it's my $HOME"
FILES = ("chmod", "chown", "chgrp", "rm", "mv", "cp", "sed")


class PrintedCase(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.home = self.make_home()

    @staticmethod
    def printed(text):
        """What stands in double quotes and begins like a command, however lines are broken."""
        return re.findall(r'"((?:tokend|' + "|".join(FILES) + r') [^"]*)"',
                          " ".join(text.split()))

    def run_all(self, name, env=None):
        """What the commands say of the account; each says how to go on."""
        said = ""
        for words in (["token"], ["refresh"], ["status"], ["doctor"], ["tunnel", "imap", "h"],
                      ["revoke", "--forget", "--yes"]):
            option = [words[0], *words[1:], name]
            said += self.note(self.home.tokend(*option, stdin="", env=env)).text + "\n"
        return said


class Names(PrintedCase):
    def check(self, name, said):
        commands = [line for line in self.printed(said) if line.startswith("tokend ")]
        about = [shlex.split(line) for line in commands if "NAME" not in line and
                 shlex.split(line)[1] in ("login", "refresh", "revoke", "token", "status",
                                          "doctor")]
        about = [words for words in about if len(words) > 2]
        self.assertTrue(about, said)
        for words in about:
            self.assertEqual(words[-1], name, said)

    def test_of_an_account_without_a_consent(self):
        for name in (PLAIN, *NAMES):
            with self.subTest(name):
                self.home.write_account(name, **SETTINGS)
                self.check(name, self.run_all(name))

    def test_of_an_account_that_is_not_there(self):
        for name in (PLAIN, *NAMES):
            with self.subTest(name):
                said = "\n".join(self.note(self.home.tokend(word, name)).text
                                 for word in ("token", "refresh", "doctor"))
                self.check(name, said)

    def test_of_a_refusal(self):
        """By the provider, with the steps that are kept for status and doctor."""
        provider = self.start_provider()
        for name in NAMES:
            with self.subTest(name):
                self.home.write_account(name, **SETTINGS | {
                    "token_endpoint": provider.token_endpoint, "user": PLAIN})
                self.home.tokend("login", "--refresh-token-stdin", "--no-test", name,
                                 stdin="no-such-token\n")
                self.check(name, self.run_all(name))

    def test_after_an_import(self):
        for name in NAMES:
            with self.subTest(name):
                path = self.home.write("client.json", '{"installed": {"client_id": "id"}}')
                done = self.note(self.home.tokend("import", "google-client", path, name))
                self.check(name, done.text)


class Places(PrintedCase):
    def test_of_files(self):
        self.home.make_folder(ODD_FOLDER, "tokend", "accounts")
        env = {"XDG_CONFIG_HOME": os.path.join(self.home.home, ODD_FOLDER)}
        path = os.path.join(env["XDG_CONFIG_HOME"], "tokend", "accounts", f"{PLAIN}.conf")
        text = "\n".join(f"{key} = {value}" for key, value in SETTINGS.items())
        self.home.write(os.path.relpath(path, self.home.home), text)
        os.chmod(path, 0o666)
        said = self.run_all(PLAIN, env=env)
        commands = [shlex.split(line) for line in self.printed(said)
                    if not line.startswith("tokend")]
        self.assertIn(["chmod", "go-w", path], commands, said)
        for words in commands:
            self.assertEqual(words[-1], path, said)
