# SPDX-License-Identifier: BSD-2-Clause
"""Memory errors and leaks, in the real programs: valgrind's word on every process of a login."""

import glob
import os

from support import keys, mailclients, waiting
from support.case import MAILBOX, IntegrationCase

SECONDS = waiting.LONG_LIMIT
# Below valgrind, on a busy machine, a renewal may take longer than tokend waits for one.
TRIES = 4
LATER = 75


class Valgrind(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider(https=True)
        self.dovecot = self.start_dovecot(self.provider)
        self.home = self.make_home()
        self.reports = self.home.make_folder("valgrind")

    def wrapper(self, leaks):
        """The command that runs a program, and all that it starts, under valgrind."""
        return ["valgrind", "--trace-children=yes", f"--leak-check={leaks}",
                "--errors-for-leak-kinds=definite", f"--log-file={self.reports}/%p"]

    def finished_reports(self):
        """What valgrind says of each process; a worker may live longer than who asked for it."""
        found = []
        for path in glob.glob(f"{self.reports}/*"):
            with open(path, encoding="utf-8", errors="replace") as report:
                found.append(report.read())
        return found if all("ERROR SUMMARY" in text for text in found) else None

    def assert_clean(self, *programs):
        """Each of the programs was looked at, and no process of any has an error."""
        found = waiting.until(self.finished_reports, SECONDS, "every process to end")
        commands = {line.split()[2] for text in found for line in text.splitlines()
                    if " Command: " in line}
        self.assertLessEqual(set(programs), {os.path.basename(name) for name in commands})
        self.assertEqual([text for text in found if "ERROR SUMMARY: 0 errors" not in text], [])

    def tokend(self, *args, status=0, **options):
        for _ in range(TRIES):
            done = self.home.run([*self.wrapper("full"), self.stage.tokend_path, *args],
                                 timeout=SECONDS, **options)
            self.evidence.add_text(f"stderr of tokend {args[0]}", done.stderr)
            if done.status != LATER:
                break
        self.assertEqual(done.status, status, done.stderr)

    def test_command_and_worker(self):
        self.sign_in(self.provider, home=self.home)
        self.tokend("token", MAILBOX)
        self.tokend("refresh", MAILBOX)
        self.tokend("status", MAILBOX)
        self.provider.store.withdraw(MAILBOX)
        self.tokend("refresh", MAILBOX, status=77)
        self.assert_clean("tokend", "tokend-worker")

    def test_assertions(self):
        """Keys that sign, one that does not open, and a certificate."""
        self.provider.store.register("robot", user=MAILBOX)
        folder = keys.KeyFolder(self.home.make_folder("keys"), self.home.gid)
        for kind, password, status in (("rsa", None, 0), ("ec", None, 0),
                                       ("ec", "hidden from valgrind", 78)):
            key = folder.make(kind, password)
            self.provider.assertions.trust(
                "robot", key.public, {"rsa": "PS256", "ec": "ES256"}[kind],
                x5t_S256=key.thumbprint("sha256"))
            for path in (key.path, key.certificate):
                os.chown(path, self.home.uid, self.home.gid)
            self.home.write_account(MAILBOX, **self.account_keys(
                self.provider, grant="client_credentials", client_id="robot", client_secret=None,
                client_key=key.path, client_certificate=key.certificate))
            self.tokend("refresh", MAILBOX, status=status)
        self.assert_clean("tokend", "tokend-worker")

    def test_login_through_the_plugin(self):
        """Without a token, with a cached one, and with one that the server refuses.

        Not for leaks: imtest frees nothing at its end.
        """
        self.sign_in(self.provider, home=self.home)
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            self.assertTrue(any(self.log_in(mechanism) for _ in range(TRIES)))
            self.assertTrue(self.log_in(mechanism))
            self.provider.store.revoke_access()
            self.assertFalse(self.log_in(mechanism))
            self.succeed(self.home.tokend("refresh", MAILBOX))
        self.assert_clean("imtest", "tokend-serve")

    def log_in(self, mechanism):
        done = mailclients.cyrus_test("imtest", self.home, self.dovecot.imaps, MAILBOX,
                                      mechanism=mechanism, wrapper=self.wrapper("no"),
                                      timeout=SECONDS)
        self.note(done, may_show_response=True)
        return mailclients.is_authenticated(done)
