"""tokend/clients/msmtp.md and git.md, followed; and what `tokend setup` makes for both."""

import glob

from support.clients import GMAIL, WORK, ClientCase

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


class Page(ClientCase):
    def test_gmail(self):
        self.follow("msmtp", "Gmail")
        self.assertIn(b"Subject: test", self.submission.wait_mails(1)[0])
        self.assertEqual(self.submission.logins(), [("XOAUTH2", GMAIL)])

    def test_microsoft(self):
        self.follow("msmtp", "Microsoft")
        self.submission.wait_mails(1)
        self.assertEqual(self.submission.logins(), [("XOAUTH2", WORK)])

    def test_the_other_mechanism(self):
        self.follow("msmtp", "Gmail")
        self.edit(".msmtprc", ("xoauth2", "oauthbearer"))
        self.do("echo 'Subject: test' | msmtp bob@example.org")
        self.submission.wait_mails(2)
        self.assertEqual(self.submission.logins()[1], ("OAUTHBEARER", GMAIL))


class Git(ClientCase):
    def setUp(self):
        super().setUp()
        self.alice.write(".gitconfig", "[user]\n\tname = Alice\n\temail = alice@gmail.com\n")
        self.alice.write("0001-a-change.patch", PATCH)

    def test_page(self):
        self.follow("git", "Gmail")
        mail, _to_herself = self.submission.wait_mails(2)
        self.assertIn(b"Subject: [PATCH] a change", mail)
        self.assertIn(b"X-Mailer: git-send-email", mail)
        self.assertEqual(self.submission.logins(), [("XOAUTH2", GMAIL)])

    def test_setup(self):
        """msmtp's account and git's line, in files that are there; and taken back."""
        before = self.alice.read(".gitconfig") + "# mine\n[sendemail]\n\tsmtpServer = old\n"
        self.alice.write(".gitconfig", before)
        self.log_in(GMAIL, self.alice)
        self.do(f"tokend setup --yes git {GMAIL}")
        self.do("git send-email --to=bob@example.org 0001-a-change.patch")
        self.submission.wait_mails(2)
        self.assertEqual(self.submission.logins(), [("XOAUTH2", GMAIL)])
        self.assertIn("nothing to do", self.do(f"tokend setup git {GMAIL}").stdout)
        self.do("tokend setup --yes --undo git")
        self.assertEqual(self.alice.read(".gitconfig"), before)
        self.assertFalse(self.machine.exists(f"{self.alice.home}/.msmtprc"))
        self.assertEqual(self.machine.do(glob.glob, "/tmp/tokend-setup-*"), [])


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


class Setup(ClientCase):
    def send(self, account=""):
        self.do(f"echo 'Subject: test' | msmtp {account} bob@example.org")

    def test_in_an_empty_home(self):
        self.log_in(GMAIL, self.alice)
        self.do(f"tokend setup --yes msmtp {GMAIL}")
        self.send()
        self.submission.wait_mails(1)
        self.assertEqual(self.submission.logins(), [("XOAUTH2", GMAIL)])

    def test_a_second_account_beside_the_first(self):
        self.log_in(GMAIL, self.alice)
        self.log_in(WORK, self.alice, "microsoft", tenant="example.com")
        for account in (GMAIL, WORK):
            done = self.do(f"tokend setup --yes msmtp {account}")
            self.assertIn(f"msmtp -a {account}", done.stdout)
        self.send()
        self.send(f"-a {WORK}")
        self.submission.wait_mails(2)
        self.assertEqual(self.submission.logins(), [("XOAUTH2", GMAIL), ("XOAUTH2", WORK)])

    def test_a_file_that_is_there(self):
        self.log_in(GMAIL, self.alice)
        self.alice.write(".msmtprc", RICH)
        self.do(f"tokend setup --yes msmtp {GMAIL}")
        for account in ("", "-a second"):
            self.send(account)
        self.submission.wait_mails(2)
        self.assertEqual(self.submission.logins(), 2 * [("XOAUTH2", GMAIL)])
        self.assertIn("nothing to do", self.do(f"tokend setup msmtp {GMAIL}").stdout)
        self.do("tokend setup --yes --undo msmtp")
        self.assertEqual(self.alice.read(".msmtprc"), RICH)
