# SPDX-License-Identifier: BSD-2-Clause
"""Mail that the relay refuses after the login: senders are rewritten, and doctor reads the log."""

import os
import re

from support import doctor, recipe, stage, waiting
from support.doctor_case import RECIPE
from support.doctor_postfix_case import DoctorPostfixCase
from support.machine_case import ALICE
from support.machine_postfix import start_tokend
from support.postfix_page import PostfixPage
from support.setup_postfix_case import MAIN, SetupPostfixCase

WORK = "alice@example.com"
RELAY = "[smtp.office365.com]:587"
HOST = "relay.example.net"
TABLE = "/etc/postfix/tokend_generic"
DENIED = (f"554 5.2.252 SendAsDenied; {WORK} not allowed to send as root@{HOST}; "
          "STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied")
ROWS = "The mail server's words after the login"


def hold_senders(submission, allowed, words=DENIED):
    """As Exchange does: the mail of any other sender is refused at its end."""
    submission.write_config("senders", f"/^{re.escape(allowed)}$/ DUNNO\n/./ {words}\n")
    submission.write_config("main.cf", submission.main + (
        "smtpd_end_of_data_restrictions = "
        f"check_sender_access regexp:{submission.config}/senders\n"))
    submission.reload()


def remember(test):
    with open(f"{test.submission.config}/main.cf", encoding="utf-8") as file:
        test.submission.main = file.read()


class Setup(SetupPostfixCase):
    def setUp(self):
        super().setUp()
        self.log_in(WORK, provider="microsoft", tenant="example.com")
        remember(self)
        self.configure(f"mydestination = {HOST}")

    def set_up_work(self, *words):
        done = self.succeed(self.machine.sh(" ".join(("tokend setup", *words, "postfix", WORK))))
        self.settle()
        return done

    def test_crons_mail_reaches_exchange(self):
        hold_senders(self.submission, WORK)
        before = self.files()
        done = self.set_up_work("--yes")
        self.assert_says(done.stdout, TABLE, f"+@{HOST}", WORK,
                         f"+smtp_generic_maps = texthash:{TABLE}")
        self.assertIn("nothing to do", self.set_up_work("--yes").stdout)
        start_tokend(self)
        self.start_postfix()
        self.machine.sh(f"sendmail {WORK}", stdin="Subject: by cron\n\nHello.\n")
        mail = self.submission.wait_mails(1)[0]
        self.assertIn(f"Return-Path: <{WORK}>".encode(), mail)
        self.assertRegex(mail, f"(?m)^From: .*{WORK}".encode())
        self.postfix.stop()
        self.succeed(self.setup_postfix("--undo", "--yes"))
        self.assertEqual(self.files(), before)

    def test_a_domain_that_is_not_this_machines(self):
        """Its addresses are other people's, too: recipients stay as they are."""
        self.configure("myorigin = example.com")
        hold_senders(self.submission, WORK)
        done = self.set_up_work("--yes")
        self.assert_says(done.stdout, "+sender_canonical_maps = texthash:/etc/postfix/"
                         "tokend_canonical", "+root@example.com")
        start_tokend(self)
        self.start_postfix()
        self.machine.sh("sendmail root@example.com", stdin="Subject: by cron\n\nHello.\n")
        mail = self.submission.wait_mails(1)[0]
        self.assertIn(f"Return-Path: <{WORK}>".encode(), mail)
        self.assertIn(b"root@example.com", mail)

    def test_what_rewrites_already_stays(self):
        for line in (f"smtp_generic_maps = inline:{{ {{ root@{HOST} = bob@example.com }} }}",
                     f"sender_canonical_maps = inline:{{ {{ @{HOST} = bob@example.com }} }}",
                     "canonical_maps = inline:{ { root = bob@example.com } }"):
            with self.subTest(line):
                self.configure(line)
                self.assertNotIn(TABLE, self.set_up_work("--dry-run").stdout)
                self.machine.run("postconf", "-X", line.split()[0])
                self.settle()

    def test_another_table_is_kept(self):
        self.configure("smtp_generic_maps = inline:{ { a@example.org = b@example.org } }")
        self.set_up_work("--yes")
        self.assertEqual(self.main("smtp_generic_maps"),
                         f"inline:{{ {{ a@example.org = b@example.org }} }}, texthash:{TABLE}")

    def test_gmail_needs_none(self):
        done = self.succeed(self.machine.sh(f"tokend setup --dry-run postfix {ALICE}"))
        self.assertIn(MAIN, done.stdout)
        self.assertNotIn("smtp_generic_maps", done.stdout)


class OnThePage(PostfixPage):
    def test_typed(self):
        remember(self)
        self.postfix.set(mydestination=HOST)
        hold_senders(self.submission, WORK)
        self.start_postfix()
        page = recipe.Page("postfix")
        self.follow(page, "Microsoft", "systemd")
        recipe.leave_out(page.blocks)
        self.postfix.must(f"sendmail {WORK}", stdin="Subject: by cron\n\nHello.\n")
        self.assertIn(f"Return-Path: <{WORK}>".encode(), self.submission.wait_mails(1)[0])


class Doctor(DoctorPostfixCase):
    def setUp(self):
        super().setUp()
        remember(self)
        self.log_in(WORK, provider="microsoft", tenant="example.com", allow="postfix")
        self.postfix.set(**dict(RECIPE, relayhost=RELAY, myorigin=HOST, mydestination=HOST))
        self.write_entry(f"{RELAY} {WORK}:tokend")
        self.postfix.reload()

    def lost(self):
        return [each for each in self.look() if each["check"] == "queue" and
                each["verdict"] in ("fault", "warning")]

    def date_back(self):
        """What rewrites is older than what the log says."""
        self.machine.sh("touch -d '1 hour ago' /etc/postfix/main.cf")

    def send_as_cron(self):
        self.date_back()
        self.postfix.must(f"sendmail {WORK}", stdin="Subject: by cron\n\nHello.\n")
        self.postfix.wait_log("status=(bounced|deferred|sent)")

    def test_nothing_rewrites(self):
        self.postfix.set(virtual_alias_maps=f"inline:{{ {{ root = {WORK} }} }}")
        self.plant("true", f"root@{HOST}", "lost", verdict="warning")
        self.assert_sound()
        hold_senders(self.submission, WORK)
        self.assert_mail_leaves(sender=f"root@{HOST}")

    def test_a_mail_that_has_left_the_queue(self):
        hold_senders(self.submission, WORK)
        self.send_as_cron()
        waiting.until(lambda: self.postfix.waiting_mails() == 0, waiting.LIMIT, "an empty queue")
        found, = self.lost()
        self.assertEqual((found["verdict"], found["code"]), ("fault", "rejected"))
        self.assert_says(found["found"], "1 mail", f"root@{HOST}", "smtp.office365.com",
                         "SendAsDenied", "left the queue")
        told, = [each for each in doctor.warnings(self.look(), "postfix")
                 if "rewrites" in each["found"]]
        doctor.fix(self.machine, told)
        self.assertEqual(self.lost(), [])
        self.send_as_cron()
        self.submission.wait_mails(1)
        self.date_back()
        self.machine.sh(f"touch -d '1 hour ago' {TABLE}")
        self.assertEqual(self.lost(), [], "the next mail has ended it")

    def write_log(self, *answers):
        """As Postfix logs a mail from number-N@... that was answered so."""
        date = self.machine.sh("date '+%b %e %T'").stdout.strip()
        lines = []
        for at, answer in enumerate(answers):
            mail = f"4AB{at:08}"
            lines += [f"{date} relay postfix/qmgr[8]: {mail}: from=<number-{at}@{HOST}>, size=300, "
                      "nrcpt=1 (queue active)\n",
                      f"{date} relay postfix/smtp[9]: {mail}: to=<rcpt@example.org>, "
                      "relay=smtp.office365.com[127.0.0.1]:587, delay=0.2, delays=0/0/0.1/0.1, "
                      "dsn=5.0.0, status=bounced (host smtp.office365.com[127.0.0.1] said: "
                      f"{answer} (in reply to end of DATA command))\n"]
        self.date_back()
        self.machine.write("/var/log/mail.log", "".join(lines), 0o644)

    def test_each_line_of_the_page(self):
        path = os.path.join(stage.source_folder(), recipe.FOLDER, "troubleshooting.md")
        with open(path, encoding="utf-8") as page:
            part = page.read().split(f"\n## {ROWS}\n")[1].split("\n## ")[0]
        lines = re.findall(r"^\| `(.*?)` .*\| (.*) \|$", part, re.MULTILINE)
        self.assertGreater(len(lines), 20)
        self.write_log(*(line for line, _ in lines))
        lost = self.lost()
        for at, (line, mend) in enumerate(lines):
            with self.subTest(line):
                found, = [each for each in lost if f"number-{at}@" in each["found"]]
                self.assert_says(found["found"], line)
                words = mend if "`" not in mend else re.findall("`(.*?)`", mend)[0]
                if words != "tokend doctor":
                    self.assert_says(found["mend"] + found["matters"], words.split(",")[0])

    def test_what_is_not_known_and_what_is_not_ours(self):
        self.write_log("550 5.1.1 No such user", "550 5.9.9 The moon is full")
        found, = self.lost()
        self.assertEqual(found["verdict"], "warning")
        self.assertIn("moon", found["found"])

    def test_a_log_that_was_rotated(self):
        """By logrotate, which leaves the newest as it is or not, and by Postfix itself."""
        self.write_log("554 5.2.252 SendAsDenied; no")
        for name, pack in (("mail.log.1", "cat"), ("mail.log-20261101.gz", "gzip -c"),
                           ("mail.log.20261101-000000.gz", "gzip -c")):
            with self.subTest(name):
                self.machine.sh(f"cd /var/log && {pack} mail.log >{name} && "
                                "mv mail.log whole && : >mail.log")
                found, = self.lost()
                self.assert_says(found["found"], "SendAsDenied", "left the queue")
                self.machine.sh(f"cd /var/log && rm {name} && mv whole mail.log")

    def test_a_mail_that_waited_too_long(self):
        hold_senders(self.submission, "nobody", "432 4.3.2 Concurrent connections limit exceeded")
        self.send_as_cron()
        self.postfix.wait_log("status=deferred")
        found, = self.lost()
        self.assertIn("waits in the queue", found["found"])
        self.postfix.must("postsuper -e ALL")
        self.postfix.must("postqueue -f")
        self.postfix.wait_log("expired, returned to sender")
        found, = self.lost()
        self.assert_says(found["found"], "waited too long", "Concurrent")
