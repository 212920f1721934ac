# SPDX-License-Identifier: BSD-2-Clause
"""The pages of OpenSMTPD and dma: they know passwords, and go through the tunnel."""

import re

from support import masking, process, recipe, waiting
from support.machine_case import ALICE
from support.relay_page import RelayPage

UNIT = "/etc/systemd/system/tokend-smtp.service"
PORT = 925


class Tunneled(RelayPage):
    def follow_google(self, page):
        self.follow(recipe.Page(page), "Google", **{
            "systemctl enable --now tokend-smtp": self._start_tunnel,
            "systemctl restart opensmtpd": self._start_smtpd})

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
