# SPDX-License-Identifier: BSD-2-Clause
"""imtest, pop3test, smtptest and sivtest, by doc/clients/cyrus-tools.md."""

from support import recipe
from support.clients import GMAIL, ClientCase

SIEVE = 4190
SIVTEST = ("echo LOGOUT | /usr/lib/cyrus/bin/sivtest -t '' -m {mechanism} "
           "-a alice@gmail.com -u alice@gmail.com imap.gmail.com")


class CyrusTools(ClientCase):
    dovecot_options = {"sieve": SIEVE}

    def run_tool(self, line, run):
        """The login, which they print, is theirs to show."""
        done = run(line, may_show_response=True)
        self.assertIn("\nAuthenticated.", done.stdout, done.text)
        return done

    def test_page(self):
        done = self.follow("cyrus-tools", instead={"echo": self.run_tool})
        self.assertIn("C: AUTH XOAUTH2", done[-1].stdout)
        self.assert_logins(("imap", "XOAUTH2"), ("pop3", "XOAUTH2"))

    def test_other_mechanism(self):
        self.log_in(GMAIL, self.alice)
        _, tools = recipe.Page("cyrus-tools").blocks
        for _, line in tools.commands:
            done = self.run_tool(line.replace("XOAUTH2", "OAUTHBEARER"), self.alice.sh)
        self.assertIn("C: AUTH OAUTHBEARER", done.stdout)
        self.assert_logins(("imap", "OAUTHBEARER"), ("pop3", "OAUTHBEARER"))

    def test_sivtest(self):
        self.log_in(GMAIL, self.alice)
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            self.run_tool(SIVTEST.format(mechanism=mechanism), self.alice.sh)
        self.assert_logins(("managesieve", "XOAUTH2"), ("managesieve", "OAUTHBEARER"))

    def test_name_behind_an_alias_is_refused(self):
        hosts = self.machine.read("/etc/hosts")
        self.machine.write("/etc/hosts", hosts.replace(
            " imap.gmail.com\n", " behind.example.net imap.gmail.com\n"))
        self.log_in(GMAIL, self.alice)
        _, tools = recipe.Page("cyrus-tools").blocks
        done = self.alice.sh(tools.commands[0][1], may_show_response=True)
        self.assertIn("authorization failure", done.stdout)
        self.assertEqual(self.dovecot.logins(), [])
