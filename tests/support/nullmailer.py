# SPDX-License-Identifier: BSD-2-Clause
"""nullmailer of Debian on a private machine, in place of Postfix's commands."""

import os
import pwd
import re

from support import process, waiting
from support.relay_page import RelayPage

FOLDER = "/etc/nullmailer"
MODULES = "/usr/lib/nullmailer"
MODULE = f"{MODULES}/tokend"
SPOOL = "/var/spool/nullmailer"
LOG = "log/nullmailer.log"


class NullmailerCase(RelayPage):
    """The package is installed; nothing is configured, and nothing runs."""

    packages = ("nullmailer",)

    def setUp(self):
        super().setUp()
        self.machine.run("ln", "-s", self.stage.nullmailer_path, MODULE)
        for name in ("remotes", "adminaddr"):
            self.machine.run("truncate", "-s", "0", f"{FOLDER}/{name}")
        self.sender = None

    def status(self, path):
        found = self.machine.do(os.stat, path)
        return found.st_mode, found.st_uid, found.st_gid

    def start_nullmailer(self):
        self.sender = start_nullmailer(self)

    def run_queue(self):
        self.machine.sh(f"echo 1 >{SPOOL}/trigger")

    def nullmailer_log(self):
        if self.sender is None:
            return ""
        with open(self.stage.path(LOG), encoding="utf-8") as log:
            return log.read()

    def queued(self):
        return self.machine.sh(f"ls {SPOOL}/queue").stdout.split()

    def failed(self):
        return self.machine.sh(f"ls {SPOOL}/failed").stdout.split()

    def wait_nullmailer_log(self, pattern):
        waiting.until(lambda: re.search(pattern, self.nullmailer_log()), waiting.LIMIT,
                      lambda: f"{pattern!r} in:\n{self.nullmailer_log()[-3000:]}")

    def wait_queue(self, count=0):
        waiting.until(lambda: len(self.queued()) == count, waiting.LIMIT,
                      lambda: f"{count} in the queue:\n{self.nullmailer_log()[-3000:]}")


def start_nullmailer(case):
    """As Debian's unit does, as the user mail."""
    mail = pwd.getpwnam("mail")
    running = case.machine.do(process.Background, ["nullmailer-send"], case.stage.path(LOG),
                              group=True, uid=mail.pw_uid, gid=mail.pw_gid)
    case.addCleanup(running.stop)
    return running
