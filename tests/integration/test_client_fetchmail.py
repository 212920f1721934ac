# SPDX-License-Identifier: BSD-2-Clause
"""fetchmail 6.4, by doc/clients/fetchmail.md: IMAP by its plugin, POP3 by a local password."""

from support.clients import GMAIL, ClientCase
from support.tunnel import start_unit

SPOOL = "/var/mail/alice"
LINES = b"".join(b"line %d of a long letter\r\n" % number for number in range(50000))


class Fetchmail(ClientCase):
    def fetch(self, heading):
        """Follow the section; fetchmail's status 0 says that it has fetched something."""
        units = f"{self.alice.home}/.config/systemd/user"
        self.follow("fetchmail", heading, {
            "systemctl": lambda line, _: start_unit(self, self.alice, line, units)})
        self.assertIn("The text.", self.machine.read(SPOOL))


class BothMechanisms(Fetchmail):
    def test_imap_by_the_plugin(self):
        self.fetch("IMAP")
        self.assert_logins(("imap", "XOAUTH2"))

    def test_pop3_by_a_local_password(self):
        self.fetch("POP3")
        self.assert_logins(("pop3", "XOAUTH2"))

    def test_pop3_by_the_plugin(self):
        self.fetch("IMAP")
        self.edit(".fetchmailrc", ("imap.gmail.com protocol IMAP", "pop.gmail.com protocol POP3"),
                  ("tunnel imap", "tunnel pop"))
        self.dovecot.deliver(GMAIL, b"Message-ID: <2@example.net>\r\n\r\nAnother.\r\n")
        self.do("fetchmail")
        self.assertIn("Another.", self.machine.read(SPOOL))
        self.assert_logins(("imap", "XOAUTH2"), ("pop3", "XOAUTH2"))

    def test_a_long_letter_whole(self):
        self.fetch("IMAP")
        self.dovecot.deliver(GMAIL, b"From: bob@example.net\r\n\r\n" + LINES)
        self.do("fetchmail")
        self.assertIn(LINES.decode().replace("\r\n", "\n"), self.machine.read(SPOOL))

    def test_shows_why_it_cannot(self):
        self.fetch("IMAP")
        self.provider.refuse_logins = True
        done = self.alice.sh("fetchmail --verbose")
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.text, "BYE", "refused the login of alice@gmail.com")


class OtherMechanism(Fetchmail):
    dovecot_options = {"mechanisms": ("oauthbearer",)}

    def test_imap_by_the_plugin(self):
        self.fetch("IMAP")
        self.assert_logins(("imap", "OAUTHBEARER"))
