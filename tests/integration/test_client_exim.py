# SPDX-License-Identifier: BSD-2-Clause
"""doc/clients/exim.md: Debian's Exim, its plaintext authenticator and the token command."""

from support import recipe
from support.machine_case import ALICE
from support.relay_page import RelayPage, wait_text

WORK = "alice@example.com"
CAROL = "carol@gmail.com"
LOG = "/var/log/exim4/mainlog"
CONFIG = "/etc/exim4/update-exim4.conf.conf"
LONG_TOKEN = 2900


class Exim(RelayPage):
    packages = ("exim4-base", "exim4-config", "exim4-daemon-light")

    def setUp(self):
        super().setUp()
        # Here the providers are on loopback, which Exim takes for this machine.
        self.machine.run("sed", "-i", "s/^dc_local_interfaces=.*/dc_local_interfaces=127.0.0.9/",
                         CONFIG)
        self.page = recipe.Page("exim")
        self.addCleanup(lambda: self.evidence.add_text(LOG, self.log()))

    def log(self):
        return self.read_if_there(LOG)

    def send(self, sender, arrived):
        self.relay(f"sendmail -odf -f {sender} rcpt@example.org", sender, arrived)

    def assert_set_up(self, account):
        """What the page has is what setup writes, which knows where tokend is."""
        self.machine.sh(f"sed -i s,/usr/bin/tokend,{self.stage.prefix}/bin/tokend, "
                        "/etc/exim4/conf.d/auth/20_tokend")
        done = self.note(self.machine.sh(f"tokend setup --dry-run exim {account}"))
        self.assertIn("nothing to do", self.succeed(done).stdout)

    def test_google(self):
        self.follow(self.page, "Google", "The route", "XOAUTH2", "Enable it")
        self.assert_set_up(ALICE)
        self.send(ALICE, 1)
        self.follow(self.page, "Several accounts")
        self.send(CAROL, 2)
        self.send("other@example.org", 3)
        self.assertEqual(self.submission.logins(),
                         [("XOAUTH2", ALICE), ("XOAUTH2", CAROL), ("XOAUTH2", ALICE)])
        self.assertIn("CV=yes", self.log())

    def test_the_other_mechanism_and_a_refusal(self):
        self.follow(self.page, "Google", "The route", "OAUTHBEARER", "Enable it")
        self.send(ALICE, 1)
        self.assertEqual(self.submission.logins(), [("OAUTHBEARER", ALICE)])
        self.provider.refuse_logins = True
        self.machine.sh("sendmail -odf -f alice@gmail.com rcpt@example.org", stdin="x\n")
        wait_text(self.log, "tokend authenticator failed H=smtp.gmail.com [127.0.0.1] 535 5.7.8")
        self.assertIn("defer (-42)", self.log())

    def test_another_certificate_gets_no_token(self):
        self.follow(self.page, "Google", "The route", "XOAUTH2", "Enable it")
        self.machine.name("mail.example.net")
        self.machine.run("sed", "-i", "s/smtp.gmail.com/mail.example.net/",
                         "/etc/exim4/conf.d/main/02_tokend")
        self.machine.run("update-exim4.conf")
        self.machine.sh("sendmail -odf -f alice@gmail.com rcpt@example.org", stdin="x\n")
        wait_text(self.log, "certificate verification failed")
        self.assertEqual(self.submission.logins() + self.submission.refusals(), [])

    def test_microsoft(self):
        self.provider.store.token_length = LONG_TOKEN
        self.follow(self.page, "Microsoft", "The route", "XOAUTH2", "Enable it")
        self.assert_set_up(WORK)
        self.send(WORK, 1)
        self.assertEqual(self.submission.logins(), [("XOAUTH2", WORK)])
