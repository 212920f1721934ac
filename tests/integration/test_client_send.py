# SPDX-License-Identifier: BSD-2-Clause
"""doc/clients/nullmailer.md and postfix-send.md, by hand; and what becomes of mail that fails.

A day without a sign-in, mail that is never taken, a sender and recipients of each kind.
"""

from support import machine_postfix, recipe, waiting
from support.first_use import receive_roots_mail
from support.machine_case import ALICE
from support.nullmailer import NullmailerCase
from support.relay_page import RelayPage
from support.send_machine import HELLO, ByNullmailer, ByPostfix

COUNT = 5
NOBODY = "nobody@elsewhere.example"


class ByHand:
    """The page's own blocks, as they are typed."""

    def follow_page(self, page, heading, **instead):
        recipe.follow(page.under(heading), self.machine, self.person,
                      {"tokend login": self.log_in_once, "systemctl enable": self._serve,
                       **instead})

    def log_in_once(self, line, _):
        self.assertIn("--send-only --set allow_send=mail", line)
        self.log_in(send="smtp", allow_send="mail")

    def assert_hello(self):
        mail, = self.submission.wait_mails(1)
        self.assertIn(b"It works.", mail)
        self.assertIn(f"Return-Path: <{ALICE}>".encode(), mail)
        self.assertEqual(self.submission.logins(), [("XOAUTH2", ALICE)])


class NullmailerByHand(ByHand, NullmailerCase):
    def test_page(self):
        page = recipe.Page("nullmailer")
        self.person = self.add_person()
        self.follow_page(page, "Google", **{"systemctl restart": lambda *_: self.start_nullmailer()})
        self.assert_hello()
        self.follow_page(page, "What to know")


class PostfixByHand(ByHand, RelayPage):
    def test_page(self):
        page = recipe.Page("postfix-send")
        self.person = self.add_person()
        postfix = machine_postfix.MachinePostfix(self.machine)
        receive_roots_mail(postfix)
        self.addCleanup(lambda: self.evidence.add_text("mail.log", postfix.log()))
        self.addCleanup(postfix.stop)
        postfix.start()
        self.follow_page(page, "By hand")
        self.assert_hello()
        self.follow_page(page, "What to know")


class Fates:
    """What a queue makes of tokend's answers."""

    # smtpd(8) looks at them at RCPT.
    submission_options = {"smtpd_sender_restrictions": "check_recipient_access inline:{{"
                          f"{NOBODY} = 550 5.1.1 No such user here}}}}"}

    def setUp(self):
        super().setUp()
        self.begin()

    def send(self, words, recipient="bob@example.org", options=""):
        self.succeed(self.machine.sh(f"sendmail {options} {recipient}",
                                     stdin=f"Subject: {words}\n\n{words}\n"))

    def test_sign_in_that_has_expired(self):
        """Nothing is lost, the reason is in the log, and a sign-in has it all delivered."""
        self.provider.store.withdraw(ALICE)
        self.assertEqual(self.machine.sh(f"tokend refresh {ALICE}").status, 77)
        for number in range(COUNT):
            self.send(f"number {number}")
        self.wait_deferred(f"tokend login .*{ALICE}")
        self.try_again()
        waiting.until(lambda: len(self.queued_mails()) == COUNT, waiting.LIMIT, "a queue")
        self.assertEqual(self.submission.mails(), [])
        self.log_in(send="smtp", allow_send="mail")
        self.try_again()
        mails = self.submission.wait_mails(COUNT)
        for number in range(COUNT):
            self.assertEqual(sum(f"\nnumber {number}\n".encode() in mail for mail in mails), 1)
        waiting.until(lambda: not self.queued_mails(), waiting.LIMIT, "an empty queue")

    def test_recipient_that_is_refused(self):
        """It is returned to the mailbox, with the server's words."""
        self.send("to nobody", NOBODY)
        self.returned("No such user here")
        mail, = self.submission.wait_mails(1)
        self.assertIn(NOBODY.encode(), mail)
        self.assertIn(b"No such user here", mail)
        self.assertRegex(mail, rb"(?m)^Return-Path: <(MAILER-DAEMON)?>")
        self.assertEqual(self.queued_mails(), [])

    def test_no_token_for_who_sends(self):
        """The user mail may send, and gets no token; another user may neither."""
        self.machine.run("useradd", "--system", "mallory")
        for user in ("mail", "mallory"):
            done = self.note(self.machine.sh(f"runuser -u {user} -- tokend token {ALICE}"))
            self.assertNotEqual(done.status, 0)
            self.assertEqual(done.stdout, "")
        done = self.note(self.machine.sh(
            f"runuser -u mallory -- tokend send {ALICE} bob@example.org", stdin=HELLO))
        self.assertEqual(done.status, 75)
        self.assert_says(done.stderr, "allow_send")
        self.succeed(self.machine.sh(f"runuser -u mail -- tokend send {ALICE} bob@example.org",
                                     stdin=HELLO))
        self.submission.wait_mails(1)


class FatesByNullmailer(Fates, ByNullmailer):
    pass


class FatesByPostfix(Fates, ByPostfix):
    def test_several_domains_at_once(self):
        """One mail for all recipients; addresses with quotes as in SMTP."""
        self.send("to all", "bob@example.org carol@gmail.com '\"a b\"@example.com'")
        self.submission.wait_mails(3)
        self.assertEqual(len(self.submission.log_lines(r"nrcpt=3")), 1)
        self.assertEqual(len(self.submission.log_lines(r"smtpd.*sasl_username")), 1)
        self.assertEqual(len(self.submission.log_lines(r"(orig_)?to=<\"a b\"@example.com>")), 1)
