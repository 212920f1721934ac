# SPDX-License-Identifier: BSD-2-Clause
"""The base of tests of what `tokend doctor` says of providers and mail servers.

Plant a fault, see it named, mend it by what the finding says, see it gone.
"""

import json
import os
import re

from support import waiting
from support.machine_case import ALICE, MachineCase

COLUMNS = 80
POSTFIX = "/etc/postfix/main.cf"


class LiveCase(MachineCase):
    """Findings are dicts as --json prints them."""

    def start_providers(self, *args, **options):
        """And no Postfix of the machine's own: looking at it would take most of the time."""
        super().start_providers(*args, **options)
        if self.machine.exists(POSTFIX):
            self.machine.do(os.unlink, POSTFIX)

    def copy_account(self, copies, name=ALICE):
        """More accounts with the same consent."""
        for folder, suffix in (("/etc/tokend/accounts", ".conf"),
                               ("/var/lib/tokend/credentials", "")):
            for each in copies:
                self.machine.run("cp", "-p", f"{folder}/{name}{suffix}",
                                 f"{folder}/{each}{suffix}")

    def doctor(self, *args, env=None, account=ALICE):
        """All findings of a run, as root."""
        done = self.machine.sh(" ".join(["tokend doctor --json", *args, account]), env=env,
                               timeout=waiting.LIMIT)
        self.note(done)
        findings = json.loads(done.stdout)
        faults = [each for each in findings if each["verdict"] == "fault"]
        self.assertEqual(done.status == 0, not faults, done.text)
        for each in findings:
            if each["verdict"] in ("warning", "fault"):
                self.assertTrue(each["found"] and each["matters"], each)
        return findings

    def findings(self, check, verdict, *args, **options):
        return [each for each in self.doctor(*args, **options)
                if each["check"] == check and each["verdict"] == verdict]

    def assert_finds(self, check, verdict, *args, says=(), mend=(), code=None, **options):
        """One finding of that check and verdict, and what it names; returns it."""
        found = self.findings(check, verdict, *args, **options)
        self.assertEqual(len(found), 1, found)
        self.assert_says(found[0]["found"] + found[0]["matters"], *says)
        self.assert_says(found[0]["mend"], *mend)
        if code is not None:
            self.assertEqual(found[0]["code"], code)
        return found[0]

    def assert_mended(self, *args, checks=("proxy", "endpoint", "clock", "provider", "token",
                                           "claims", "mail"), **options):
        """No fault of those checks any more."""
        self.assertEqual([each for each in self.doctor(*args, **options) if
                          each["verdict"] == "fault" and each["check"] in checks], [])

    @staticmethod
    def quoted(finding, beginning=""):
        """The first of what a mend puts in quotes, to be typed or put into a file."""
        return next(text for text in re.findall(r'"([^"]*)"', finding["mend"])
                    if text.startswith(beginning))

    def account_file(self, name=ALICE):
        return f"/etc/tokend/accounts/{name}.conf"

    def change_account(self, line, name=ALICE, without=None):
        """Put a line into the account's file, in the place of one with the same key."""
        key = without or line.partition(" =")[0]
        path = self.account_file(name)
        kept = [each for each in self.machine.read(path).splitlines()
                if each.partition(" =")[0] != key]
        self.machine.write(path, "\n".join([*kept, *([line] if line else []), ""]), 0o640,
                           (0, self.stage.gid))

    def curl_logs_in(self, name=ALICE, host="imap.gmail.com"):
        """A mail program gets in with the account's token."""
        self.succeed(self.machine.sh(
            f'curl -sS --max-time 20 --user {name} --oauth2-bearer "$(tokend token {name})" '
            f"imaps://{host}/ -o /dev/null"))
