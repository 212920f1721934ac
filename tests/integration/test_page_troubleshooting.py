# SPDX-License-Identifier: BSD-2-Clause
"""troubleshooting.md: each line of it is really in the log, and what it says sends the mail."""

import os
import re

from support import doctor, recipe, stage
from support.doctor_case import PASSWORDS, RELAY
from support.doctor_postfix_case import DoctorPostfixCase
from support.machine_case import ALICE
from support.machine_postfix import SOCKET

ACCOUNT = f"/etc/tokend/accounts/{ALICE}.conf"


def symptoms():
    """{heading: the line below it that the reader's log has}."""
    path = os.path.join(stage.source_folder(), recipe.FOLDER, "troubleshooting.md")
    with open(path, encoding="utf-8") as page:
        return dict(re.findall(r"^## (.*)\n\n    (.*)$", page.read(), re.MULTILINE))


class Symptoms(DoctorPostfixCase):
    def setUp(self):
        super().setUp()
        self.page = recipe.Page("troubleshooting")
        self.symptoms = symptoms()

    def change_account(self, expression, line=""):
        text = re.sub(expression, "", self.machine.read(ACCOUNT), flags=re.MULTILINE)
        self.machine.write(ACCOUNT, text + line, 0o640, (0, self.stage.gid))

    def suffer(self, heading, plant, check, words, cause=None, instead=None):
        """plant() brings the symptom of heading; the doctor's check names words; cause: the
        heading of the mend, if it is another."""
        with self.subTest(heading, cause=cause):
            plant()
            self.postfix.reload()
            self.machine.write("/var/log/mail.log", "", 0o644)
            self.postfix.reload()
            self.postfix.send()
            self.postfix.wait_log(re.escape(self.symptoms[heading]))
            self.postfix.wait_log("status=deferred")
            named = [each for each in doctor.faults(self.look(), check)
                     if words.lower() in " ".join(each.values()).lower()]
            self.assertTrue(named, f"{check}: {words}")
            recipe.follow(self.page.under(cause or heading), self.machine, None, instead)
            self.postfix.flush_all()
            self._arrived += 1
            self.submission.wait_mails(self._arrived)

    def test_mechanisms(self):
        self.suffer("No worthy mechs found",
                    lambda: self.machine.run("rm", "/etc/tokend/plugin.conf"),
                    "plugin", "switched off", "The plugin is not switched on")
        self.suffer("No worthy mechs found",
                    lambda: self.postfix.must("postconf -X smtp_sasl_tls_security_options"),
                    "postfix", "noplaintext", "An option excludes it")
        self.suffer("offered no supported AUTH mechanisms",
                    lambda: self.postfix.set(smtp_sasl_mechanism_filter="plain"),
                    "postfix", "smtp_sasl_mechanism_filter")
        self.suffer("Server certificate not verified",
                    lambda: self.postfix.must("postconf -X smtp_tls_CAfile"),
                    "postfix", "CAfile")

    def test_accounts(self):
        self.suffer("may not use it, or there is no such account",
                    lambda: self.change_account("^allow.*\n"), "postfix", "may not use it")
        self.suffer("not for the server",
                    lambda: self.change_account("^hosts.*\n", "hosts = imap.gmail.com\n"),
                    "postfix", "is not for smtp.gmail.com")
        self.suffer("refused the refresh token", self.withdraw, "queue", "refused the refresh",
                    instead={"tokend login": lambda line, run: self.log_in(allow="postfix")})

    def withdraw(self):
        self.provider.store.withdraw(ALICE)
        self.machine.run("rm", f"/var/lib/tokend/cache/{ALICE}")

    def test_entries(self):
        self.suffer("the password is none of tokend's words",
                    lambda: self.write_entry(f"{RELAY} {ALICE}:a-password"),
                    "postfix", "takes no passwords")
        self.suffer("the password is the path of a file",
                    lambda: self.write_entry(f"{RELAY} {ALICE}:/etc/tokens/{ALICE}"),
                    "postfix", "path of a file")
        self.write_entry(f"{RELAY} {ALICE}:tokend")
        self.suffer("no tokend listens",
                    lambda: self.machine.run("mv", SOCKET, f"{SOCKET}.away"),
                    "queue", "no tokend listens", instead={"systemctl": self.come_back})
        self.suffer("local data error while talking to",
                    lambda: self.postfix.set(smtp_sasl_password_maps=f"hash:{PASSWORDS}"),
                    "postfix", "never compiled")

    def come_back(self, _line, _run):
        self.machine.run("mv", f"{SOCKET}.away", SOCKET)
