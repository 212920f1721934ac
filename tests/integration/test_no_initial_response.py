# SPDX-License-Identifier: BSD-2-Clause
"""Servers that take no initial response (no SASL-IR), and an account without a token to give.

A client learns that only when the server waits for its first response. What fails there, whatever
the mechanism, leaves mbsync waiting; no plugin can tell that step from the first one of a client
that has not asked the server yet, so that an answer which the server could refuse is not ours.
"""

import os

from support import saslhosts, verdicts
from support.case import MAILBOX, IntegrationCase
from support.terminal import Terminal

HANGS = 10  # seconds, for what never ends

MUTTRC = """
set folder="imap://localhost:{port}/" spoolfile="imap://localhost:{port}/INBOX"
set imap_user="{user}" imap_authenticators="xoauth2" ssl_starttls=no ssl_force_tls=no
set imap_oauth_refresh_command="{command}"
set sleep_time=0 imap_passive=no
push "<quit>"
"""


class NoInitialResponse(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()
        self.home = self.make_home()
        self.home.write_account(MAILBOX, **self.account_keys(self.provider))

    def serve(self, protocol, **options):
        server = verdicts.VerdictServer(protocol, lambda _: verdicts.REFUSE, initial=False,
                                        **options)
        self.addCleanup(server.stop)
        return server

    def mbsync(self, server, mechanism, password="", **options):
        argv, stdin = saslhosts.mbsync(self.home, server.port, MAILBOX, mechanism, password)
        return self.note(self.home.run(["timeout", str(HANGS), *argv], stdin=stdin, **options))

    def test_mbsync(self):
        """It says why, and has to be ended: mbsync.md says how. Newer ones may end themselves."""
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            with self.subTest(mechanism):
                server = self.serve("imap")
                done = self.mbsync(server, mechanism)
                self.assertNotEqual(done.status, 0, done.text)
                self.assert_says(done.text, MAILBOX, f"tokend login {MAILBOX}")
                self.assertEqual(server.shown, [])

    def test_mbsync_with_a_password(self):
        """It is mbsync's own: PLAIN that fails there leaves it waiting in the same way."""
        statuses = []
        for mechanism, password in (("PLAIN", "PassCmd false\n"), ("XOAUTH2", "")):
            server = self.serve("imap", mechanisms=mechanism)
            done = self.mbsync(server, mechanism, password,
                               sasl_path=self.stage.sasl_path("plain"))
            self.assertIn(b"AUTHENTICATE " + mechanism.encode(), b"".join(server.heard))
            statuses.append(done.status)
        self.assertEqual(statuses[0], statuses[1])

    def test_all_other_hosts_end(self):
        for name, protocol, command in saslhosts.HOSTS:
            if name == "mbsync":
                continue
            with self.subTest(name):
                server = self.serve(protocol)
                argv, stdin = command(self.home, server.port, MAILBOX, "XOAUTH2")
                done = self.note(self.home.run(argv, stdin=stdin))
                self.assertTrue(server.heard, f"it came to the server: {done.text}")
                self.assertNotIn("\nAuthenticated.", done.stdout)
                self.assertEqual([token for token in server.shown if token], [])

    def test_mutt(self):
        """No host of the plugin: it runs `tokend token` first, and sends nothing without one."""
        for program in ("mutt", "neomutt"):
            with self.subTest(program):
                server = self.serve("imap")
                rc = self.home.write("muttrc", MUTTRC.format(
                    port=server.port, user=MAILBOX,
                    command=f"{self.stage.tokend_path} token {MAILBOX}"))
                terminal = Terminal(
                    os.path.join(self.folder, f"terminal-{program}"),
                    [program, "-F", rc],
                    uid=self.home.uid, cwd=self.home.home,
                    # Their uid has no entry in passwd(5), and without a name they only end.
                    env=self.home.environment(USER="alice", SHELL="/bin/sh"))
                try:
                    terminal.wait_end()
                    self.assertIn(b"CAPABILITY", b"".join(server.heard))
                    self.assertNotIn(b"AUTHENTICATE", b"".join(server.heard))
                finally:
                    terminal.stop()
