# SPDX-License-Identifier: BSD-2-Clause
"""doc/clients/msmtp.md and git.md, followed; and what `tokend setup` makes for both."""

import glob

from support.clients import GMAIL, WORK
from support.setup_case import SetupCase

RICH = """\
# A file as people have it
defaults
tls on
auth on
password from-the-defaults
logfile ~/.msmtp.log

account home
host mail.example.net
user alice
from alice@example.net

account gmail
  host "smtp.gmail.com"
  port 587
  user alice@gmail.com
  from alice@gmail.com
  password "gmail's own"

account second : gmail
from second@gmail.com

account default : gmail
"""

GIT_CONFIG = """\
[user]
\tname = Alice
\temail = alice@gmail.com
# mine
[sendemail]
\tsmtpServer = old
"""

PATCH = """\
From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
From: Alice <alice@gmail.com>
Date: Sun, 1 Nov 2026 12:00:00 +0000
Subject: [PATCH] a change

---
 a | 1 +
 1 file changed, 1 insertion(+)

diff --git a/a b/a
--- a/a
+++ b/a
@@ -0,0 +1 @@
+a
--
2.39.5
"""


class MsmtpCase(SetupCase):
    def send(self, account=""):
        self.do(f"echo 'Subject: test' | msmtp {account} bob@example.org")


class Page(MsmtpCase):
    def test_gmail(self):
        self.follow("msmtp", "Gmail")
        self.assert_smtp((GMAIL, "XOAUTH2"))
        self.assertIn(b"Subject: test", self.submission.mails()[0])

    def test_microsoft(self):
        self.follow("msmtp", "Microsoft")
        self.assert_smtp((WORK, "XOAUTH2"))

    def test_the_other_mechanism(self):
        self.follow("msmtp", "Gmail")
        self.edit(".msmtprc", ("xoauth2", "oauthbearer"))
        self.send()
        self.assert_smtp((GMAIL, "XOAUTH2"), (GMAIL, "OAUTHBEARER"))

    def test_setup_leaves_the_page_as_it_is(self):
        self.follow("msmtp", "Gmail")
        self.assert_nothing_to_do("msmtp")


class Setup(MsmtpCase):
    def test_in_an_empty_home(self):
        self.sign_in_alice(GMAIL)
        self.setup("msmtp")
        self.send()
        self.assert_smtp((GMAIL, "XOAUTH2"))

    def test_a_second_account_beside_the_first(self):
        self.sign_in_alice(GMAIL, WORK)
        for account in (GMAIL, WORK):
            self.assertIn(f"msmtp -a {account}", self.setup("msmtp", account).stdout)
        self.send()
        self.send(f"-a {WORK}")
        self.assert_smtp((GMAIL, "XOAUTH2"), (WORK, "XOAUTH2"))

    def test_a_file_that_is_there(self):
        self.sign_in_alice(GMAIL)
        self.alice.write(".msmtprc", RICH)
        self.setup("msmtp")
        for account in ("", "-a second"):
            self.send(account)
        self.assert_smtp(*2 * [(GMAIL, "XOAUTH2")])
        self.undo("msmtp")
        self.assertEqual(self.alice.read(".msmtprc"), RICH)

    def test_an_account_of_an_odd_name(self):
        odd = "my \"work\": $(id) \\"
        self.sign_in_oddly(odd)
        self.setup("msmtp", odd)
        self.send()
        self.assert_smtp((GMAIL, "XOAUTH2"))


class Git(SetupCase):
    """A patch by Alice goes to Bob, and a copy to herself."""

    def setUp(self):
        super().setUp()
        self.alice.write(".gitconfig", GIT_CONFIG)
        self.alice.write("0001-a-change.patch", PATCH)

    def assert_sent(self):
        mail, _to_herself = self.submission.wait_mails(2)
        self.assertIn(b"Subject: [PATCH] a change", mail)
        self.assertIn(b"X-Mailer: git-send-email", mail)
        self.assertEqual(self.submission.logins(), [("XOAUTH2", GMAIL)])

    def test_page(self):
        self.follow("git", "Gmail")
        self.assert_sent()
        self.assert_nothing_to_do("git")

    def test_setup(self):
        """msmtp's account and git's line, in files that are there; and undone."""
        self.sign_in_alice(GMAIL)
        self.setup("git")
        self.do("git send-email --to=bob@example.org 0001-a-change.patch")
        self.assert_sent()
        self.undo("git")
        self.assertEqual(self.alice.read(".gitconfig"), GIT_CONFIG)
        self.assertFalse(self.machine.exists(f"{self.alice.home}/.msmtprc"))
        self.assertEqual(self.machine.do(glob.glob, "/tmp/tokend-setup-*"), [])

    def test_what_git_cannot_read_stays(self):
        self.sign_in_alice(GMAIL)
        self.alice.write(".gitconfig", "[user\n")
        done = self.alice.sh(f"tokend setup --yes git {GMAIL}")
        self.assertEqual(done.status, 78, done.text)
        self.assert_says(done.stderr, f"{self.alice.home}/.gitconfig", "git config --file")
        self.assertEqual(self.alice.read(".gitconfig"), "[user\n")
        self.assertFalse(self.machine.exists(f"{self.alice.home}/.msmtprc"))
