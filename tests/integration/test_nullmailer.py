# SPDX-License-Identifier: BSD-2-Clause
"""nullmailer's queue with our protocol module, tokend played: what stays, what goes, what bounces.

The real tokend is in test_nullmailer_sends.
"""

import pwd
import signal

from support.machine_case import ALICE
from support.mail_taker import MailTaker
from support.nullmailer import FOLDER, MODULE, SPOOL, NullmailerCase

TRIES = 10
REFUSED = "refused for bob@example.org: 550 5.1.1 no such user here (192.0.2.9.1)"


class Module(NullmailerCase):
    def setUp(self):
        super().setUp()
        for name, text in (("remotes", f"{ALICE} tokend\n"), ("adminaddr", f"{ALICE}\n"),
                           ("allmailfrom", f"{ALICE}\n"), ("pausetime", "0\n")):
            self.machine.write(f"{FOLDER}/{name}", text)
        self.taker = self.machine.do(MailTaker, self.stage.socket)
        self.addCleanup(self.taker.stop)

    def queue(self, text="To: bob@example.org\nSubject: x\n\nHello.\n.\nBye.\n", words="-t"):
        self.succeed(self.machine.sh(f"sendmail {words}", stdin=text))

    def run_once(self, arrived, ends=(0,)):
        """nullmailer-send goes through its queue; so many mails have been handed over then."""
        mail = pwd.getpwnam("mail")
        done = self.machine.sh("nullmailer-send", uid=mail.pw_uid, gid=mail.pw_gid)
        self.assertIn(done.status, ends, done.text)
        self.taker.wait(arrived)
        return done.text

    def test_goes(self):
        self.queue()
        told = self.run_once(1)
        mail, = self.taker.mails
        self.assertEqual(mail.request["account"], ALICE)
        self.assertEqual((mail.sender, mail.recipients), (ALICE, ["bob@example.org"]))
        self.assertEqual(mail.body, "Hello.\n.\nBye.\n")
        self.assertIn(f'tokend: account "{ALICE}": sent: 2.0.0 taken', told)
        self.assertEqual((self.queued(), self.failed()), ([], []))

    def test_stays_until_it_can_be_sent(self):
        self.queue()
        self.queue(words="root", text="for the administrator\n")
        for number, code in enumerate(("sign-in", "later", "config", "denied", "no-account",
                                       "rejected", "internal", "host", "version"), 1):
            self.taker.answer = code, f"{code} is why"
            told = self.run_once(2 * number)
            self.assertEqual(told.count(f'tokend: account "{ALICE}": {code} is why'), 2, told)
            self.assertIn("2 message(s) remain", told)
        self.assertEqual(len(self.queued()), 2)
        self.taker.answer = None
        self.run_once(20)
        *_, last, latest = self.taker.mails
        self.assertEqual({*last.recipients, *latest.recipients}, {"bob@example.org", ALICE})
        self.assertEqual((self.queued(), self.failed()), ([], []))

    def test_stays_without_tokend(self):
        self.machine.run("rm", self.stage.socket)
        self.queue()
        self.assertIn("start tokend", self.run_once(0))
        self.assertEqual(len(self.queued()), 1)

    def test_stays_without_the_module(self):
        self.machine.run("rm", MODULE)
        self.queue()
        for _ in range(TRIES):
            # A slow one writes to the program that was not executed, which ends it.
            told = self.run_once(0, (0, 128 + signal.SIGPIPE))
            if "Could not exec program" in told:
                break
        self.assertIn("Could not exec program", told)
        self.assertEqual(len(self.queued()), 1)

    def bounce(self):
        """The mail that nullmailer writes when one will never be sent."""
        self.wait_queue(1)
        self.taker.answer = None
        before = len(self.taker.mails)
        self.run_once(before + 1)
        self.assertEqual(self.queued(), [])
        found = self.taker.mails[before]
        self.assertEqual((found.sender, found.recipients), ("", [ALICE]))
        return found

    def test_is_returned(self):
        self.taker.answer = "message", REFUSED
        self.queue()
        self.run_once(1)
        body = self.bounce().body
        self.assertIn("Status: 5.1.1\n", body)
        self.assertIn(f"Diagnostic-Code: TOKEND; 5.1.1 account \"{ALICE}\": {REFUSED}\n", body)
        self.assertEqual(len(self.failed()), 1)

    def test_is_returned_for_its_age(self):
        self.taker.answer = "later", "the server 192.0.2.1.5 is away"
        self.machine.write(f"{FOLDER}/queuelifetime", "1\n")
        self.queue()
        self.machine.run("sh", "-c", f"touch -d '1 hour ago' {SPOOL}/queue/*")
        self.run_once(1)
        self.assertIn("Status: 4.4.7\n", self.bounce().body)

    def test_what_is_wrong(self):
        """By hand: nothing is handed over, and nullmailer would keep the mail."""
        self.machine.write("/tmp/mail", f"{ALICE}\nbob@example.org\n\nx\n")
        for given, status, said in (
                (f"host={ALICE}\nport=25\n", 1, '"port=25" means nothing here'),
                ("\n", 1, "no account"), ("host=../x\n\n", 18, "account"),
                ("host=" + "a" * 2000 + "\n\n", 1, "bytes")):
            done = self.machine.sh(f"{MODULE} 3</tmp/mail", stdin=given)
            self.assertEqual(done.status, status, done.text)
            self.assertIn(said, done.stderr)
            self.assertRegex(done.stdout, r"^4\.4\.7 .{20}")
        done = self.machine.sh(f"{MODULE} 3<&-", stdin=f"host={ALICE}\n\n")
        self.assertEqual(done.status, 12)
        done = self.machine.sh(f"{MODULE} 3</tmp/mail", stdin=f"--host={ALICE}\n\n")
        self.assertEqual((done.status, done.stdout), (0, "2.0.0 taken\n"))
        self.assertEqual(len(self.taker.mails), 1)
