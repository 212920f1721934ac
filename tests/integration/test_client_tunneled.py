# SPDX-License-Identifier: BSD-2-Clause
"""The pages of OpenSMTPD, dma and nullmailer: they know passwords, and go through the tunnel."""

import pwd
import re

from support import masking, process, recipe, waiting
from support.machine_case import ALICE
from support.relay_page import RelayPage, wait_text

UNIT = "/etc/systemd/system/tokend-smtp.service"
PORT = 925


class Tunneled(RelayPage):
    def follow_google(self, page):
        self.follow(recipe.Page(page), "Google", **{
            "systemctl enable --now tokend-smtp": self._start_tunnel,
            "systemctl restart opensmtpd": self._start_smtpd,
            "systemctl restart nullmailer": self._start_nullmailer})

    def keep_secret(self, path):
        """The password that the page has put there."""
        password = re.search(r"[:|=]([^:|=\s]+)$", self.machine.read(path).strip())[1]
        masking.add(password, "the tunnel's password")

    def _start_tunnel(self, _line, _run):
        words = re.search(r"ExecStart=(.*)", self.machine.read(UNIT))[1].split()
        self._start(words, "tunnel.log")
        waiting.until(lambda: self.machine.do(waiting.accepts, ("127.0.0.1", PORT)), waiting.LIMIT,
                      "tunnel")

    def _start_smtpd(self, _line, _run):
        self._start(["smtpd", "-d"], "smtpd.log")
        waiting.until(lambda: self.machine.do(waiting.accepts, ("127.0.0.1", 25)), waiting.LIMIT,
                      "smtpd")

    def _start_nullmailer(self, _line, _run):
        """As Debian's unit does, as the user mail."""
        mail = pwd.getpwnam("mail")
        self._start(["nullmailer-send"], "nullmailer.log", uid=mail.pw_uid, gid=mail.pw_gid)

    def _start(self, words, log, **options):
        path = self.stage.path(f"log/{log}")
        running = self.machine.do(process.Background, words, path, group=True, **options)
        self.addCleanup(running.stop)


class OpenSmtpd(Tunneled):
    packages = ("opensmtpd",)

    def test_google(self):
        self.follow_google("opensmtpd")
        self.keep_secret("/etc/smtpd.secrets")
        self.relay(f"sendmail -f {ALICE} rcpt@example.org", ALICE, 1)
        self.assertEqual(self.submission.logins(), [("XOAUTH2", ALICE)])


class Dma(Tunneled):
    packages = ("dma",)

    def test_google(self):
        self.follow_google("dma")
        self.keep_secret("/etc/dma/auth.conf")
        self.relay(f"sendmail -f {ALICE} rcpt@example.org", ALICE, 1)
        self.assertEqual(self.submission.logins(), [("XOAUTH2", ALICE)])


class Nullmailer(Tunneled):
    packages = ("nullmailer",)

    def test_google_and_a_login_that_fails(self):
        self.follow_google("nullmailer")
        self.keep_secret("/etc/nullmailer/remotes")
        self.relay(f"sendmail -f {ALICE} rcpt@example.org", ALICE, 1)
        self.assertEqual(self.submission.logins(), [("XOAUTH2", ALICE)])
        self.provider.refuse_logins = True
        self.succeed(self.machine.sh(f"sendmail -f {ALICE} rcpt@example.org", stdin="x\n"))
        wait_text(self.sending_log, "Sending failed")
        self.assertEqual(self.machine.sh("ls /var/spool/nullmailer/failed").stdout, "")
        self.assertNotEqual(self.machine.sh("ls /var/spool/nullmailer/queue").stdout, "")

    def sending_log(self):
        with open(self.stage.path("log/nullmailer.log"), encoding="utf-8") as log:
            return log.read()
