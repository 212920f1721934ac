"""tokend/clients/msmtp.md and git.md, followed; and what `tokend setup` makes for both."""

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
