# SPDX-License-Identifier: BSD-2-Clause
"""doc/clients/nullmailer.md and postfix-send.md, by hand; and what becomes of mail that fails.

A day without a sign-in, mail that is never taken, a sender and recipients of each kind, a limit of
the provider: by SMTP, and by the APIs of Gmail and of Graph.
"""

import email
import json
import re
import time

from support import machine_postfix, process, recipe, waiting
from support.first_use import receive_roots_mail
from support.machine_case import ALICE
from support.nullmailer import NullmailerCase
from support.relay_page import RelayPage
from support.send_machine import HELLO, ByGmail, ByGraph, ByNullmailer, ByPostfix

COUNT = 5
NOBODY = "nobody@elsewhere.example"
PAUSE = 5  # seconds that a provider asks for
TRY_SECONDS = 0.3
CRON_JOB = "MAILTO=root\n@reboot root echo said by cron\n"


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
        self.follow_page(page, "Google",
                         **{"systemctl restart": lambda *_: self.start_nullmailer()})
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


class Oauthbearer:
    """A server that offers no XOAUTH2."""

    submission_options = {"smtpd_sasl_mechanism_filter": "oauthbearer"}

    def test_mechanism(self):
        self.begin()
        self.succeed(self.machine.sh("sendmail bob@example.org", stdin=HELLO))
        self.wait_arrived(1)
        self.assertEqual(self.submission.logins(), [("OAUTHBEARER", ALICE)])


class OauthbearerByNullmailer(Oauthbearer, ByNullmailer):
    pass


class OauthbearerByPostfix(Oauthbearer, ByPostfix):
    pass


class Fates:
    """What a queue makes of tokend's answers."""

    # smtpd(8) looks at them at RCPT.
    submission_options = {"smtpd_sender_restrictions": "check_recipient_access inline:{{"
                          f"{NOBODY} = 550 5.1.1 No such user here}}}}"}
    refusal = "No such user here"

    def setUp(self):
        super().setUp()
        self.begin()

    def send(self, words, recipient="bob@example.org", options=""):
        self.succeed(self.machine.sh(f"sendmail {options} {recipient}",
                                     stdin=f"Subject: {words}\n\n{words}\n"))

    def wait_sent(self):
        waiting.until(lambda: not self.queued_mails(), waiting.LIMIT, "an empty queue")

    def try_until(self, count):
        """Once is too early for a mail that is being deferred just then."""
        def has_arrived():
            self.try_again()
            return len(self.arrived()) >= count
        waiting.until(has_arrived, waiting.LIMIT, f"{count} mails", step=TRY_SECONDS)

    def test_sign_in_that_has_expired(self):
        """Nothing is lost, the reason is in the log, and a sign-in has it all delivered."""
        self.provider.store.withdraw(self.account)
        self.assertEqual(self.machine.sh(f"tokend refresh {self.account}").status, 77)
        for number in range(COUNT):
            self.send(f"number {number}")
        self.wait_deferred(f"tokend login .*{self.account}")
        self.try_again()
        waiting.until(lambda: len(self.queued_mails()) == COUNT, waiting.LIMIT, "a queue")
        self.assertEqual(self.arrived(), [])
        self.sign_in(allow_send="mail")
        self.try_until(COUNT)
        mails = self.wait_arrived(COUNT)
        for number in range(COUNT):
            self.assertEqual(sum(f"number {number}" in mail.decode().splitlines()
                                 for mail in mails), 1)
        self.wait_sent()

    def test_recipient_that_is_refused(self):
        """It is returned to the mailbox, with the server's words."""
        self.send("to nobody", NOBODY)
        self.returned(self.refusal)
        mail, = self.wait_arrived(1)
        self.assertIn(NOBODY.encode(), mail)
        self.assertIn(self.refusal.encode(), mail)
        self.assert_returned(mail)
        self.wait_sent()

    def assert_returned(self, mail):
        self.assertRegex(mail, rb"(?m)^Return-Path: <(MAILER-DAEMON)?>")

    def test_no_token_for_who_sends(self):
        """The user mail may send, and gets no token; another user may neither."""
        self.machine.run("useradd", "--system", "mallory")
        for user in ("mail", "mallory"):
            done = self.note(self.machine.sh(f"runuser -u {user} -- tokend token {self.account}"))
            self.assertNotEqual(done.status, 0)
            self.assertEqual(done.stdout, "")
        done = self.note(self.machine.sh(
            f"runuser -u mallory -- tokend send {self.account} bob@example.org", stdin=HELLO))
        self.assertEqual(done.status, 75)
        self.assert_says(done.stderr, "allow_send")
        self.succeed(self.machine.sh(
            f"runuser -u mail -- tokend send {self.account} bob@example.org", stdin=HELLO))
        self.wait_arrived(1)


class FatesByNullmailer(Fates, ByNullmailer):
    pass


class FatesByPostfix(Fates, ByPostfix):
    def test_several_recipients(self):
        """One that is refused costs the others nothing; addresses with quotes as in SMTP."""
        self.send("to all", f"bob@example.org {NOBODY} carol@gmail.com '\"a b\"@example.com'")
        self.returned(self.refusal)
        self.wait_sent()
        self.assertEqual(self.postfix.log().count("status=bounced"), 1)
        self.submission.wait_mails(4)
        self.assertEqual(len(self.submission.log_lines(r"(orig_)?to=<\"a b\"@example.com>")), 1)
        for recipient in ("bob@example.org", "carol@gmail.com"):
            self.assertEqual(len(self.submission.log_lines(rf"to=<{recipient}>.*sent")), 1)


class ApiFates(Fates):
    """The service has no envelope, and says when it takes more."""

    def begin(self):
        self.api.unknown = {NOBODY}
        super().begin()

    def assert_returned(self, mail):
        self.assertEqual(self.api.mails[0].recipients, (self.account,))

    def test_who_gets_it(self):
        """The recipients of the envelope, by a From that the service takes; cron's mail, too."""
        self.machine.run("find", "/etc/cron.d", "-type", "f", "-delete")
        self.machine.write("/etc/cron.d/report", CRON_JOB)
        cron = self.machine.do(process.Background, ["cron", "-f"],
                               self.stage.path("log/cron.log"), group=True)
        self.addCleanup(cron.stop)
        mail = email.message_from_bytes(self.wait_arrived(1)[0])
        self.assertIn(self.account, mail["From"])
        self.assertIn("Cron Daemon", mail["From"])
        headers = ("To: bob@example.org", "Bcc: hidden@example.org",
                   "To: bob@example.org\nBcc: hidden@example.org")
        for number, header in enumerate(headers, 2):
            self.succeed(self.machine.sh("sendmail -t", stdin=f"{header}\n{HELLO}"))
            self.wait_arrived(number)
        self.send("of the envelope alone")
        self.wait_arrived(5)
        self.assertEqual([mail.recipients for mail in self.api.mails], [
            (self.account,), ("bob@example.org",), ("hidden@example.org",),
            ("bob@example.org", "hidden@example.org"), ("bob@example.org",)])

    def test_limit_of_the_provider(self):
        """The mail is kept; the service is not asked before its time, however often it is tried."""
        self.api.per_minute, self.api.retry_after = 0, PAUSE
        begun = time.monotonic()
        self.send("later")
        self.wait_deferred("does not take the mail now")
        self.api.per_minute = None
        self.try_until(1)
        # A hold is in whole seconds.
        self.assertGreaterEqual(time.monotonic() - begun, PAUSE - 1)
        self.wait_sent()
        self.assertEqual([status // 100 for _, _, status in self.api.requests], [4, 2])

    def told(self):
        told, = json.loads(self.machine.sh(f"tokend status --json {self.account}").stdout)
        return told

    def test_quota_of_a_day(self):
        """The mail is kept; the service is not asked again, and status says until when."""
        self.api.refusing = self.quota
        begun = time.time()
        self.send("tomorrow")
        self.wait_deferred(f"{self.quota[1]}.*wait until tomorrow")
        self.try_until_log("no mail is sent before")
        self.assertEqual(len(self.queued_mails()), 1)
        self.assertEqual([status for _, _, status in self.api.requests], [self.quota[0]])
        told = self.told()
        self.assertGreater(told["send_held_until"], begun + 600)
        self.assert_says(told["send_held"], self.quota[1])
        shown = self.machine.sh(f"tokend status {self.account}").stdout
        self.assert_says(" ".join(shown.split()), "no mail is sent until", self.quota[1])
        self.api.refusing = None
        # An account's file that has changed is tried at once.
        self.machine.run("touch", f"/etc/tokend/accounts/{self.account}.conf")
        self.try_until(1)
        self.wait_sent()

    def test_policy_of_the_organisation(self):
        """A person has to change something: the mail is kept, and the log says what."""
        self.api.refusing = self.policy
        self.send("once it may")
        self.wait_deferred(f"{self.policy[1]}.*{self.remedy}")
        self.assertEqual(len(self.queued_mails()), 1)
        self.assertEqual((self.arrived(), self.told()["send_held_until"]), ([], 0))
        self.api.refusing = None
        self.try_until(1)
        self.wait_sent()

    def try_until_log(self, words):
        """The mail is tried until its second answer is in the log."""
        def is_deferred():
            self.try_again()
            return re.search(words, self.queue_log())
        waiting.until(is_deferred, waiting.LIMIT, self.queue_log, step=TRY_SECONDS)


class FatesByGmail(ApiFates):
    refusal = "Invalid To header"
    quota = 403, "dailyLimitExceeded", "Daily Limit Exceeded"
    policy = 403, "domainPolicy", "The domain administrators have disabled Gmail apps."
    remedy = "API controls"


class FatesByGraph(ApiFates):
    refusal = f"'{NOBODY}' is not resolved"
    quota = 429, "ErrorExceededMessageLimit", "The message limit of this mailbox is exceeded."
    policy = (403, "ErrorAccessDenied", "Access to OData is disabled: [RAOP] : Blocked by tenant "
              "configured AppOnly AccessPolicy settings.")
    remedy = "Test-ApplicationAccessPolicy"


class FatesByGmailAndNullmailer(FatesByGmail, ByGmail, ByNullmailer):
    pass


class FatesByGmailAndPostfix(FatesByGmail, ByGmail, ByPostfix):
    pass


class FatesByGraphAndNullmailer(FatesByGraph, ByGraph, ByNullmailer):
    pass


class FatesByGraphAndPostfix(FatesByGraph, ByGraph, ByPostfix):
    pass
