# SPDX-License-Identifier: BSD-2-Clause
"""doc/clients/daemons.md: what reports by mail, by nullmailer and by Postfix; and their pages."""

import os

from support import process, recipe
from support.machine_case import ALICE
from support.send_machine import ByGmail, ByGraph, ByNullmailer, ByPostfix

PROGRAMS = ("bsd-mailx", "fail2ban", "smartmontools", "monit", "unattended-upgrades")
WARNING = "/usr/share/smartmontools/smartd_warning.sh"
# As smartd(8) sets it for -M test.
SMARTD = {"SMARTD_MAILER": "/usr/share/smartmontools/smartd-runner", "SMARTD_ADDRESS": "root",
          "SMARTD_DEVICE": "/dev/sda", "SMARTD_DEVICESTRING": "/dev/sda", "SMARTD_DEVICETYPE": "sat",
          "SMARTD_DEVICEINFO": "a disk", "SMARTD_FAILTYPE": "EmailTest",
          "SMARTD_TFIRST": "Sun Nov 29 12:00:00 2026 UTC", "SMARTD_TFIRSTEPOCH": "1795953600",
          "SMARTD_PREVCNT": "0", "SMARTD_NEXTDAYS": "",
          "SMARTD_MESSAGE": "TEST EMAIL from smartd for device: /dev/sda"}
JAIL = """\
[mine]
enabled = true
banaction = dummy
filter = sshd
backend = polling
logpath = /var/log/mine.log
"""
PATCH = """\
From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
From: Alice <alice@gmail.com>
Date: Sun, 29 Nov 2026 12:00:00 +0000
Subject: [PATCH] hello

---
 a | 1 +

diff --git a/a b/a
new file mode 100644
index 0000000..257cc56
--- /dev/null
+++ b/a
@@ -0,0 +1 @@
+foo
--
2.39.5
"""


class Daemons:
    """Each sends as its package has it do; the account's mailbox gets it, from the account."""

    def setUp(self):
        super().setUp()
        self.machine.unpack(*PROGRAMS)
        self.machine.run("ln", "-sf", "bsd-mailx", "/usr/bin/mail")
        self.person = self.add_person()
        self.begin()
        self.page = recipe.Page("daemons")
        self.count = 0

    def assert_arrives(self, *parts, sender=None):
        self.count += 1
        mail = self.wait_arrived(self.count)[-1].decode()
        self.assert_says(mail, *parts)
        self.assertRegex(mail, rf"(?m)^From: .*{sender or self.account}")
        if self.api is None:
            self.assertIn(f"Return-Path: <{self.account}>", mail)

    def follow_page(self, heading, **instead):
        return recipe.follow(self.page.under(heading), self.machine, self.person,
                             {"systemctl": lambda *_: None, **instead})

    def test_all(self):
        """One test, as the packages' scripts take seconds."""
        for test in (self.by_cron, self.by_mail, self.by_php, self.by_git, self.by_fail2ban,
                     self.by_smartd, self.by_unattended_upgrades):
            test()

    def by_cron(self):
        self.machine.run("find", "/etc/cron.d", "-type", "f", "-delete")
        self.follow_page("cron")
        running = self.machine.do(process.Background, ["/usr/sbin/cron", "-f"],
                                  os.path.join(self.folder, "cron.log"), group=True)
        self.addCleanup(running.stop)
        self.assert_arrives("Subject: Cron <root@", "This machine has started.")

    def by_mail(self):
        self.follow_page("mail(1)")
        self.assert_arrives("Subject: backup", "It is done.", "To: root")
        self.succeed(self.person.sh("echo x | s-nail -s other root"))
        self.assert_arrives("Subject: other")

    def by_php(self):
        self.follow_page("PHP")
        self.assert_arrives("Subject: hello from PHP", "It works.")

    def by_git(self):
        self.person.write("0001-hello.patch", PATCH)
        # To bob alone: whether it is one mail for both or two is the mail server's affair.
        self.succeed(self.person.sh("git config --global sendemail.suppressCc all"))
        self.follow_page("git send-email")
        self.assert_arrives("Subject: [PATCH] hello", "To: bob@example.org", sender=ALICE)

    def by_fail2ban(self):
        self.follow_page("fail2ban")
        self.machine.write("/etc/fail2ban/jail.d/defaults-debian.conf", JAIL)
        self.machine.write("/var/log/mine.log", "")
        self.machine.run("mkdir", "-p", "/run/fail2ban")
        running = self.machine.do(process.Background, ["fail2ban-server", "-xf", "start"],
                                  os.path.join(self.folder, "fail2ban.log"), group=True)
        self.addCleanup(running.stop)
        self.assert_arrives("Subject: [Fail2Ban] mine: started")
        self.succeed(self.machine.sh("fail2ban-client set mine banip 192.0.2.1"))
        self.assert_arrives("The IP 192.0.2.1 has just been banned")
        self.succeed(self.machine.sh("fail2ban-client stop"))
        self.assert_arrives("Subject: [Fail2Ban] mine: stopped")

    def by_smartd(self):
        """There is no disk here: smartd's own script is run as smartd runs it."""
        self.follow_page("smartd")
        self.assertRegex(self.machine.read("/etc/smartd.conf"),
                         r"(?m)^DEVICESCAN -M test .*-M exec /usr/share/smartmontools/smartd-runner")
        self.succeed(self.machine.sh(WARNING, env=SMARTD))
        self.assert_arrives("TEST EMAIL from smartd for device: /dev/sda")

    def by_unattended_upgrades(self):
        self.follow_page("unattended-upgrades")
        done = self.note(self.machine.sh("apt-config dump Unattended-Upgrade"))
        self.assert_says(done.stdout, 'Unattended-Upgrade::Mail "root";', "on-change")


class DaemonsAndMonit(Daemons):
    def test_all(self):
        super().test_all()
        self.by_monit()

    def by_monit(self):
        """It sends by SMTP, to this machine's server."""
        self.follow_page("monit")
        running = self.machine.do(process.Background, ["monit", "-I", "-c", "/etc/monit/monitrc"],
                                  os.path.join(self.folder, "monit.log"), group=True)
        self.addCleanup(running.stop)
        self.assert_arrives("Subject: monit alert", "monit 5")


class DaemonsByNullmailer(Daemons, ByNullmailer):
    pass


class DaemonsByPostfix(DaemonsAndMonit, ByPostfix):
    pass


class DaemonsByGmailAndNullmailer(Daemons, ByGmail, ByNullmailer):
    pass


class DaemonsByGmailAndPostfix(DaemonsAndMonit, ByGmail, ByPostfix):
    pass


class AuthorOfPatch:
    """Graph lets a mailbox send as another one that has allowed it: git's author is one."""

    def begin(self):
        self.api.mailboxes = {ALICE}
        super().begin()


class DaemonsByGraphAndNullmailer(Daemons, AuthorOfPatch, ByGraph, ByNullmailer):
    pass


class DaemonsByGraphAndPostfix(DaemonsAndMonit, AuthorOfPatch, ByGraph, ByPostfix):
    pass
