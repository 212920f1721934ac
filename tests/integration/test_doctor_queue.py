# SPDX-License-Identifier: BSD-2-Clause
"""Mail that waits because of a login: how many, since when, why, and what makes it leave."""

from support import doctor
from support.doctor_postfix_case import DoctorPostfixCase
from support.machine_case import ALICE
from support.machine_postfix import SOCKET

ACCOUNT = f"/etc/tokend/accounts/{ALICE}.conf"
MAIN = "/etc/postfix/main.cf"


class Queue(DoctorPostfixCase):
    def queue_findings(self):
        return [each for each in self.look() if each["check"] == "queue"]

    def test_an_empty_queue_is_good(self):
        found, = self.queue_findings()
        self.assertEqual(found["verdict"], "ok")

    def test_what_waits_is_told_and_leaves_by_the_mend(self):
        self.machine.run("mv", SOCKET, f"{SOCKET}.away")
        self.postfix.send()
        self.postfix.send()
        self.postfix.wait_log("status=deferred.*remote authentication server unavailable")
        found, = self.queue_findings()
        self.assertEqual((found["verdict"], found["code"]), ("fault", "later"))
        self.assert_says(found["found"], "2 mails wait", "remote authentication server",
                         "no tokend listens")
        self.machine.run("mv", f"{SOCKET}.away", SOCKET)
        doctor.fix(self.machine, found)
        self.submission.wait_mails(2)
        found, = self.queue_findings()
        self.assertEqual(found["verdict"], "ok")

    def test_refused_token(self):
        """It may be the cached token: a refusal without a challenge is not reported to tokend."""
        self.provider.refuse_logins = True
        self.postfix.send()
        self.postfix.wait_log("status=deferred.*SASL authentication failed; server .* said: 535")
        found, = self.queue_findings()
        self.assertEqual((found["verdict"], found["code"]), ("fault", "rejected"))
        self.assert_says(found["matters"], "with no challenge", "tokend status")
        self.assert_says(found["mend"], f"\"tokend refresh {ALICE}\"", "postqueue")
        self.provider.refuse_logins = False
        doctor.fix(self.machine, found)
        self.submission.wait_mails(1)

    def test_mail_of_other_relays_is_not_ours(self):
        """No account is for that server: its password is none of tokend's."""
        self.machine.name("mail.example.net")
        self.postfix.set(relayhost="[mail.example.net]:587", smtp_sasl_mechanism_filter="plain",
                         smtp_tls_security_level="encrypt")
        self.write_entry("[mail.example.net]:587 bob:a-password-of-bob")
        # Only a start puts the new name into the jail.
        self.postfix.stop()
        self.postfix.start()
        self.postfix.send()
        self.postfix.wait_log(r"status=deferred .*server mail.example.net\[.*offered no compatible")
        found, = self.queue_findings()
        self.assertEqual(found["verdict"], "ok", found)
        self.assertIn("1 mail", found["found"])

    def test_what_tokend_did_not_send(self):
        """By pipe(8), which quotes tokend-sendmail."""
        transport = ("tokend-send/unix=tokend-send unix - n n - 2 pipe flags=q user=mail "
                     "null_sender= argv=/usr/libexec/tokend-sendmail --account ${nexthop} -i "
                     "-f ${sender} -- ${recipient}")
        self.postfix.must(f"postconf -M '{transport}'")
        self.postfix.set(default_transport=f"tokend-send:{ALICE}", relayhost="")
        self.postfix.reload()
        self.postfix.send()
        self.postfix.send()
        self.postfix.wait_log("status=deferred .*Command output: tokend sendmail: ")
        found, = self.queue_findings()
        self.assertEqual((found["verdict"], found["code"]), ("fault", "later"))
        self.assert_says(found["found"], "mails wait", "may not use it", "allow_send")
        self.assert_says(found["mend"], "postqueue")
        self.assert_said("no way to send", f"tokend login --send-only {ALICE}", MAIN)
        self.machine.run("sed", "-i", "$ a send = smtp", ACCOUNT)
        doctor.fix(self.machine, self.assert_said("mail, as which pipe(8) runs",
                                                  '"allow_send = mail"'))
        found, = self.postfix_findings()
        self.assertEqual(found["verdict"], "ok")
        self.assert_says(found["found"], "hands mail to tokend", ALICE)
        self.postfix.flush_all()
        self.submission.wait_mails(2)
        self.postfix.set(default_transport="tokend-send:nobody@gmail.com")
        self.assert_said("nobody@gmail.com", "there is none")

    def postfix_findings(self):
        return [each for each in self.look() if each["check"] == "postfix"]

    def assert_said(self, *words):
        found, = [each for each in self.postfix_findings() if each["verdict"] == "fault"]
        self.assert_says(f"{found['found']} {found['matters']} {found['mend']}", *words)
        return found
