# SPDX-License-Identifier: BSD-2-Clause
"""What a process of ours gives up before it reads anything: core files, and being traced.

Of each command and each job of the worker, by the order of its system calls.
"""

import os
import re

from support import tracing
from support.case import MAILBOX, IntegrationCase

GUARDS = {
    "core": r"(prlimit64|setrlimit)\(.*RLIMIT_CORE, \{rlim_cur=0, rlim_max=0\}",
    "dumpable": r"prctl\(PR_SET_DUMPABLE, (SUID_DUMP_DISABLE|0)\)",
}
COMMANDS = (
    ("login", "--refresh-token-stdin", MAILBOX), ("revoke", "--yes", MAILBOX),
    ("import", "mutt_oauth2", "--client-id", "app", "-"), ("setup", "mbsync", MAILBOX),
    ("token", MAILBOX), ("status",), ("doctor",), ("refresh", MAILBOX),
    ("tunnel", "imap", "127.0.0.1:1", MAILBOX), ("serve", "--stdio"),
)
JOBS = ("refresh", "sign-in", "import", "discover", "revoke", "mail-login", "examine", "tunnel")
STANDARD_INPUT = r"(read|readv|recvfrom|recvmsg)\(0[<,]"


class Guard(IntegrationCase):
    """A user with one account of their own."""

    def setUp(self):
        super().setUp()
        self.require_strace()
        self.home = self.make_home()
        self.home.write_account(MAILBOX, **self.account_keys(self.start_provider()))
        self.trace = os.path.join(self.home.make_folder("trace"), "calls")

    def assert_guarded_first(self, *argv):
        """All that a program reads before is its own: its file and its libraries."""
        self.note(self.home.run([*tracing.command(self.trace), *argv], stdin="secret\n"))
        left = dict(GUARDS)
        place = f"({re.escape(self.home.home)}|{re.escape(self.stage.config)})"
        for call in tracing.calls(self.trace):
            left = {name: pattern for name, pattern in left.items()
                    if not re.match(pattern, call.line)}
            if re.match(STANDARD_INPUT, call.line) or re.search(rf'"{place}/', call.line):
                # The first line is execve's, whose words may name a place.
                if call.name != "execve":
                    break
        self.assertEqual(left, {}, argv)

    def test_commands(self):
        for words in COMMANDS:
            with self.subTest(command=words[0]):
                self.assert_guarded_first(self.stage.tokend_path, *words)

    def test_worker(self):
        for job in JOBS:
            with self.subTest(job=job):
                self.assert_guarded_first(self.stage.worker_path, job, "--", MAILBOX)
