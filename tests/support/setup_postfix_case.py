# SPDX-License-Identifier: BSD-2-Clause
"""The base of the tests of `tokend setup postfix`: a private machine with Debian's own Postfix."""

import os

from support.machine_case import ALICE, MachineCase
from support.machine_postfix import MachinePostfix

RELAY = "[smtp.gmail.com]:587"
MAIN, MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"


class SetupPostfixCase(MachineCase):
    """A provider, an account without `allow`, and a Postfix as Debian installs it."""

    dovecot_options = {}
    keys = {}  # of the account

    def setUp(self):
        super().setUp()
        self.start_providers(**self.dovecot_options)
        self.log_in(**self.keys)
        self.postfix = MachinePostfix(self.machine)
        self.settle()

    def configure(self, *lines):
        """Lines of main.cf; dated back, as Postfix waits until the file is a second old."""
        self.machine.run("postconf", "-e", *lines)
        self.settle()

    def settle(self):
        self.machine.run("touch", "-d", "1 minute ago", MAIN)

    def setup_postfix(self, *words):
        return self.note(self.machine.sh(" ".join(("tokend setup", *words, "postfix"))))

    def set_up(self, *words):
        done = self.succeed(self.setup_postfix("--yes", *words))
        self.settle()
        return done

    def files(self):
        """All that may change: text, mode and owner by path; what postmap makes is left out."""
        paths = self.machine.sh("find /etc/postfix /etc/tokend -type f ! -name '*.db'").stdout
        return {path: (self.machine.read(path), self.status(path)) for path in paths.split()}

    def status(self, path):
        found = self.machine.do(os.stat, path)
        return found.st_mode, found.st_uid, found.st_gid

    def main(self, name):
        return self.machine.sh(f"postconf -h {name}").stdout.strip()

    def start_postfix(self):
        self.addCleanup(lambda: self.evidence.add_text("mail.log", self.postfix.log()))
        self.addCleanup(self.postfix.stop)
        self.postfix.start()

    def send(self, sender=ALICE, recipient="bob@example.org"):
        before = len(self.submission.mails())
        self.machine.sh(f"sendmail -f {sender} {recipient}", stdin="Subject: test\n\nHello.\n")
        self.submission.wait_mails(before + 1)

    def assert_relays(self):
        self.start_postfix()
        self.send()
        self.assertEqual(self.submission.logins(), [("XOAUTH2", ALICE)])
