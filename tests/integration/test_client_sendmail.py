# SPDX-License-Identifier: BSD-2-Clause
"""doc/clients/sendmail.md: Debian's sendmail as a client, its queue, and what it logs."""

from support import recipe
from support.machine_case import ALICE
from support.relay_page import RelayPage, wait_text

DIRECTLY = "sendmail -Am -odq"
RUN_QUEUE = "sendmail -Am -q"


class Sendmail(RelayPage):
    packages = ("sendmail-cf", "sendmail-base", "sendmail-bin")

    def setUp(self):
        super().setUp()
        self.page = recipe.Page("sendmail")
        self.follow(self.page, "Google")

    def queue(self):
        self.succeed(self.machine.sh(f"{DIRECTLY} -f {ALICE} rcpt@example.org",
                                     stdin=f"From: {ALICE}\nSubject: x\n\nHello.\n"))

    def run_queue(self):
        self.succeed(self.machine.sh(RUN_QUEUE))

    def test_both_mechanisms(self):
        self.relay(f"sendmail -Am -f {ALICE} rcpt@example.org", ALICE, 1)
        wait_text(self.syslog.text, "AUTH=client, relay=smtp.gmail.com., mech=XOAUTH2, bits=0")
        self.assertIn("verify=OK", self.syslog.text())
        self.follow(self.page, "OAUTHBEARER")
        self.queue()
        self.run_queue()
        self.submission.wait_mails(2)
        self.assertEqual(self.submission.logins(), [("XOAUTH2", ALICE), ("OAUTHBEARER", ALICE)])

    def test_another_certificate_gets_no_token(self):
        self.machine.name("mail.example.net")
        self.machine.run("sed", "-i", "s/smtp.gmail.com/mail.example.net/g", "/etc/mail/tokend.m4",
                         "/etc/mail/authinfo", "/etc/mail/access")
        self.machine.sh("cd /etc/mail && makemap hash authinfo < authinfo && make")
        self.queue()
        self.run_queue()
        wait_text(self.syslog.text, "stat=Deferred: 403 4.7.0")
        self.assertIn("CN test+20server does not match mail.example.net", self.syslog.text())
        self.assertEqual(self.submission.logins() + self.submission.refusals(), [])

    def test_no_token_defers_and_a_refusal_returns_the_mail(self):
        stored = f"/var/lib/tokend/credentials/{ALICE}"
        self.machine.sh(f"mv {stored} /root; rm /var/lib/tokend/cache/{ALICE}")
        self.queue()
        self.run_queue()
        wait_text(self.syslog.text, "stat=Deferred: Temporary AUTH failure")
        self.assertIn("AUTH=client, relay=smtp.gmail.com., temporary failure, connection abort",
                      self.syslog.text())
        told = self.note(self.machine.sh(f"tokend status {ALICE}"))
        self.assert_says(told.stdout, ALICE, "no refresh token is stored")
        self.machine.sh(f"mv /root/{ALICE} {stored}; tokend refresh {ALICE}")
        self.provider.refuse_logins = True
        self.run_queue()
        wait_text(self.syslog.text, "Recipient address rejected")
        self.assertEqual(len(self.submission.refusals()), 1)
