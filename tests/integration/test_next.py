# SPDX-License-Identifier: BSD-2-Clause
"""The end of `tokend login` names what is typed next, and it works as it is printed."""

import re
import shlex

from support.case import CLIENT_ID
from support.machine_case import ALICE, MachineCase
from support.machine_postfix import MachinePostfix

COMMAND = re.compile(r"^    (tokend setup \S+ .*)$", re.MULTILINE)
OWN = ["aerc", "fetchmail", "getmail", "git", "mbsync", "msmtp", "mutt", "offlineimap"]
PROGRAMS = ("/usr/bin/mbsync", "/usr/bin/msmtp", "/usr/bin/mutt", "/usr/bin/neomutt",
            "/usr/bin/fetchmail", "/usr/lib/git-core/git-send-email", "/usr/bin/aerc",
            "/usr/bin/getmail", "/usr/bin/offlineimap")


class Next(MachineCase):
    def setUp(self):
        super().setUp()
        self.start_providers()
        MachinePostfix(self.machine)

    def login(self, run, account=ALICE, **keys):
        token = self.provider.store.authorise(CLIENT_ID, ALICE)
        settings = {"client_id": CLIENT_ID, **(keys or {"provider": "google"})}
        words = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        return self.succeed(run(shlex.join(["tokend", "login", "--refresh-token-stdin", *words,
                                            account]), stdin=token + "\n")).stdout

    def commands(self, said, run):
        """The programs that were named; each command is typed as it is printed."""
        found = COMMAND.findall(said)
        for line in found:
            done = self.succeed(run(line.replace("tokend setup", "tokend setup --yes")))
            if line.split()[2] in OWN:
                self.assertRegex(done.stdout, f"`(neo)?{line.split()[2]}.*`")
        return sorted(line.split()[2] for line in found)

    def test_root(self):
        said = self.login(self.machine.sh)
        self.assertEqual(self.commands(said, self.machine.sh), ["postfix"])
        self.assertIn(f"    tokend token {ALICE}\n", said)

    def test_root_without_a_mail_server(self):
        self.machine.run("mv", "/usr/sbin/postconf", "/usr/sbin/postconf.gone")
        said = self.login(self.machine.sh)
        self.assertEqual(COMMAND.findall(said), [])
        page = re.search(r"^    (/\S+/README\.md)$", said, re.MULTILINE)[1]
        self.assertIn("postfix.md", self.machine.read(page))

    def test_a_persons_own_programs(self):
        person = self.add_person()
        said = self.login(person.sh)
        self.assertEqual(self.commands(said, person.sh), OWN)

    def test_only_programs_that_the_account_has_a_server_for(self):
        person = self.add_person()
        said = self.login(person.sh, token_endpoint="https://oauth2.googleapis.com/token",
                          server_smtp="smtp.gmail.com", hosts="smtp.gmail.com")
        self.assertEqual([line.split()[2] for line in COMMAND.findall(said)],
                         ["msmtp", "mutt", "git"])

    def test_none_of_them(self):
        self.machine.run("rm", *PROGRAMS)
        person = self.add_person()
        self.assertEqual(COMMAND.findall(self.login(person.sh)), [])

    def test_a_name_with_blanks_and_quotes(self):
        person = self.add_person()
        said = self.login(person.sh, account="alice's mail", provider="google", user=ALICE)
        self.assertIn("mbsync 'alice'\\''s mail'\n", said)
