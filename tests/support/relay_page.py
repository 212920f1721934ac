# SPDX-License-Identifier: BSD-2-Clause
"""The pages of doc/clients/ about mail servers that take the place of Postfix."""

import re

from support import nameserver, recipe, waiting
from support.machine_case import MachineCase
from support.syslog import Syslog

OWN_NAME = "relay.example.net"
SENT_SECONDS = waiting.LIMIT


class RelayPage(MachineCase):
    """A machine with a full name of its own and a DNS that answers at once, as mail servers need;
    and with `packages` in place of Postfix's commands.
    """

    packages = ()
    passwords = {}

    def setUp(self):
        super().setUp()
        self._name_machine()
        self.start_providers(passwords=self.passwords)
        if self.packages:
            self.machine.install(*self.packages)
        self.is_serving = False
        self.syslog = Syslog(self.machine, self.stage.path("log/syslog"))
        self.addCleanup(self.syslog.stop)

    def follow(self, page, *headings, **instead):
        for heading in headings:
            recipe.follow(page.under(heading), self.machine, None, {
                **instead, "tokend login": self._log_in,
                "systemctl enable --now tokend.socket": self._serve,
                "systemctl restart": lambda line, run: None})

    def relay(self, command, sender, arrived):
        """Have the command send a mail; so many are to have arrived then."""
        self.succeed(self.machine.sh(command, stdin=f"From: {sender}\nSubject: x\n\nHello.\n"))
        self.submission.wait_mails(arrived)

    def read_if_there(self, path):
        return self.machine.read(path) if self.machine.exists(path) else ""

    def _name_machine(self):
        short = self.machine.sh("uname -n").stdout.strip()
        self.machine.write("/etc/hosts", f"127.0.0.1 {OWN_NAME} {short}\n"
                           + self.machine.read("/etc/hosts"))
        resolver = self.machine.do(nameserver.NoNames)
        self.addCleanup(resolver.stop)
        self.machine.write("/etc/resolv.conf", "nameserver 127.0.0.1\n")

    def _log_in(self, line, _):
        account = line.split()[-1]
        keys = dict(re.findall(r"--set (\S+)=(\S+)", line))
        if account.endswith("@gmail.com"):
            self.log_in(account, **keys)
        else:
            self.log_in(account, provider="microsoft", tenant="example.com", **keys)

    def _serve(self, _line, _run):
        """In place of systemd's service, once."""
        if not self.is_serving:
            serving = self.stage.serve()
            self.machine.do(serving.__enter__)
            self.addCleanup(self.machine.do, serving.__exit__, None, None, None)
            self.is_serving = True


def wait_text(tell, words, seconds=SENT_SECONDS):
    """Wait until the words are in what tell() returns."""
    waiting.until(lambda: words in tell(), seconds, lambda: f"{words!r} in:\n{tell()[-3000:]}")
