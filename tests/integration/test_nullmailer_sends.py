# SPDX-License-Identifier: BSD-2-Clause
"""A mail through nullmailer's queue, our module, tokend and a real SMTP server, to the end."""

from support import waiting
from support.machine_case import ALICE
from support.nullmailer import NullmailerCase

REFUSED = "nobody@example.org"
LARGE = 11_000_000  # bytes; Postfix takes 10,240,000


class Sends(NullmailerCase):
    def setUp(self):
        super().setUp()
        self.refuse(REFUSED)
        self.log_in(send="smtp")
        self.succeed(self.machine.sh("tokend setup nullmailer --yes"))
        self._serve(None, None)
        self.evidence.add_file(self.stage.path("log/nullmailer.log"))

    def queue(self, text="Subject: x\n\nHello.\n", words="bob@example.org"):
        self.succeed(self.machine.sh(f"sendmail {words}", stdin=text))

    def wait_failure(self, text):
        waiting.until(lambda: text in self.nullmailer_log(), waiting.LIMIT, self.nullmailer_log)

    def refuse(self, recipient):
        """At the server, which has not served any client yet: smtpd(8) would go on."""
        submission = self.submission
        submission.write_config("recipients", f"/^{recipient}$/ REJECT 5.1.1 no such user here\n")
        path = f"{submission.config}/main.cf"
        with open(path, "a", encoding="utf-8") as main:
            main.write("smtpd_relay_restrictions = "
                       f"check_recipient_access regexp:{submission.config}/recipients,\n"
                       " permit_sasl_authenticated, reject\n")
        with open(f"{submission.config}/master.cf", encoding="utf-8") as file:
            master = file.read()
        submission.write_config("master.cf", "".join(
            line for line in master.splitlines(keepends=True)
            if "smtpd_relay_restrictions" not in line))
        submission.reload()

    def test_to_the_end(self):
        self.start_nullmailer()
        self.queue("Subject: for you\n\nHello.\n.\nBye.\n")
        self.queue("To: root\nBcc: bob@example.org\n\nHello root.\n", "-t")
        mails = b"\n".join(self.submission.wait_mails(3))
        self.assertIn(b"Hello.\n.\nBye.\n", mails)
        self.assertIn(b"Delivered-To: alice@gmail.com\n", mails)
        self.assertNotIn(b"Bcc:", mails)
        self.assertEqual(mails.count(b"Return-Path: <alice@gmail.com>\n"), 3)
        self.wait_queue(0)
        self.assertEqual({login[1] for login in self.submission.logins()}, {ALICE})

    def test_nothing_is_lost_while_the_sign_in_is_gone(self):
        self.provider.store.withdraw(ALICE)
        self.start_nullmailer()
        for number in range(3):
            self.queue(f"Subject: {number}\n\nHello.\n")
        self.wait_failure("tokend login")
        self.wait_queue(3)
        self.log_in(send="smtp")
        self.run_queue()
        self.submission.wait_mails(3)
        self.wait_queue(0)
        self.assertEqual(self.failed(), [])

    def test_refused_for_good(self):
        self.start_nullmailer()
        self.queue(words=REFUSED)
        bounce, = self.submission.wait_mails(1)
        self.assertIn(b"Status: 5.1.1\n", bounce)
        self.assertIn(b"no such user here", bounce)
        self.assertIn(b"Delivered-To: alice@gmail.com\n", bounce)
        self.wait_queue(0)

    def test_too_large(self):
        self.start_nullmailer()
        self.queue("Subject: large\n\n" + "x" * 70 + "\n" + ("y" * 70 + "\n") * (LARGE // 71))
        bounce, = self.submission.wait_mails(1)
        self.assertRegex(bounce.decode(), r"Status: 5\.\d\.\d\n")
        self.wait_queue(0)
