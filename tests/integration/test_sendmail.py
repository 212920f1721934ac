# SPDX-License-Identifier: BSD-2-Clause
"""tokend-sendmail as programs call it: the mail file that tokend is given, and the exit status.

tokend is played here. What it does with a mail is in other modules.
"""

import os

from support import process, tap, waiting
from support.machine_case import ALICE, MachineCase
from support.mail_taker import MailTaker
from support.syslog import Syslog

PLUGIN_CONF = "/etc/tokend/plugin.conf"
SENDMAIL = "/usr/libexec/tokend-sendmail"
NAMES = ("/usr/sbin/sendmail", "/usr/lib/sendmail", "/usr/bin/mailq", "/usr/bin/newaliases")
BOB = "bob@example.org"
PATCH = """\
From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
From: Alice <alice@gmail.com>
Date: Sun, 29 Nov 2026 12:00:00 +0000
Subject: [PATCH] a patch

It changes a file.
---
 file | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

--\x20
2.39.5
"""
PHP = """mail("bob@example.org", "from PHP", "Hello.\\n.\\nBye.", "Bcc: carol@example.org",
"-f alice@gmail.com") or exit(1);"""
PERL = """
use Mail::Mailer;
my $mail = Mail::Mailer->new("sendmail");
$mail->open({ To => ["bob\\@example.org", "carol\\@example.org"], Subject => "from Perl" });
print $mail "Hello.\\nBye.\\n.\\nNot this.\\n";
$mail->close or die;
"""


class SendmailCase(MachineCase):
    """A machine whose sendmail is ours, and a person on it."""

    def setUp(self):
        super().setUp()
        for name in NAMES:
            self.machine.run("ln", "-sf", SENDMAIL, name)
        self.machine.write(PLUGIN_CONF, f"sendmail_account = {ALICE}\n")
        self.person = self.add_person()
        self.taker = self.machine.do(MailTaker, self.stage.socket)
        self.addCleanup(self.taker.stop)
        self.syslog = Syslog(self.machine, self.stage.path("log/syslog"))
        self.addCleanup(self.syslog.stop)

    def take(self, command, stdin="", sender="alice", status=0):
        """The one mail that a command of the person's hands over."""
        before = len(self.taker.mails)
        done = self.person.sh(command, stdin=stdin)
        self.assertEqual(done.status, status, done.text)
        mail = self.taker.wait(before + 1)[-1]
        self.assertEqual(mail.sender, sender)
        self.assertEqual(mail.request["verb"], "send")
        self.assertEqual(mail.request["account"], ALICE)
        return mail


class Programs(SendmailCase):
    """Each program's own words, and the mail that it makes."""

    def test_mailx(self):
        self.machine.unpack("bsd-mailx")
        mail = self.take("bsd-mailx -s 'from mailx' -b carol@example.org bob@example.org",
                         stdin="Hello.\nBye.\n")
        self.assertEqual(mail.recipients, [BOB, "carol@example.org"])
        self.assertIn("Subject: from mailx\n", mail.header)
        self.assertEqual(mail.body, "Hello.\nBye.\n")

    def test_s_nail(self):
        mail = self.take("s-nail -r alice@gmail.com -s 'from s-nail' -b carol@example.org "
                         "bob@example.org", stdin="Hello.\n.\nBye.\n", sender=ALICE)
        self.assertEqual(sorted(mail.recipients), [BOB, "carol@example.org"])
        self.assertEqual(mail.body, "Hello.\n.\nBye.\n")

    def test_php(self):
        if process.PRELOAD in os.environ:
            tap.allowed_skip("PHP loads a module with RTLD_DEEPBIND, which no sanitizer allows")
        self.person.write("mail.php", f"<?php {PHP}\n")
        mail = self.take("php mail.php", sender=ALICE)
        self.assertEqual(mail.recipients, [BOB, "carol@example.org"])
        self.assertIn("Subject: from PHP", mail.header)
        self.assertNotIn("carol", mail.content.decode())
        self.assertIn("Hello.\n.\nBye.", mail.body)

    def test_perl(self):
        self.person.write("mail.pl", PERL)
        mail = self.take("perl mail.pl")
        self.assertEqual(mail.recipients, [BOB, "carol@example.org"])
        # Without -i a dot alone ends the mail, for every sendmail.
        self.assertEqual(mail.body, "Hello.\nBye.\n")

    def test_git(self):
        self.person.write("0001.patch", PATCH)
        self.person.write(".gitconfig", "[user]\nname = Alice\nemail = alice@gmail.com\n")
        mail = self.take("git send-email --quiet "
                         "--from=alice@gmail.com --to=bob@example.org --bcc=carol@example.org --envelope-sender=bounce@gmail.com "
                         "--suppress-cc=all --confirm=never 0001.patch",
                         sender="bounce@gmail.com")
        self.assertEqual(mail.recipients, [BOB, "carol@example.org"])
        self.assertIn("It changes a file.\n", mail.body)

    def test_mutt(self):
        mail = self.take("mutt -e 'set from=alice@gmail.com use_envelope_from realname=A copy=no' "
                         "-s 'from mutt' -b carol@example.org bob@example.org",
                         stdin="Hello.\n.\nBye.\n", sender=ALICE)
        self.assertEqual(mail.recipients, [BOB, "carol@example.org"])
        self.assertEqual(mail.body, "Hello.\n.\nBye.\n")

    def test_large_mail(self):
        """35 MB, written as it comes, and the file has no name."""
        before = self.machine.do(os.listdir, "/var/tmp")
        lines = "head -c 26000000 /dev/zero | base64"
        mail = self.take(f"(echo Subject: x; echo; {lines}) | sendmail -i bob@example.org")
        self.assertGreater(len(mail.content), 35_000_000)
        self.assertEqual(self.machine.do(os.listdir, "/var/tmp"), before)


class CommandLine(SendmailCase):
    def test_recipients_of_the_header(self):
        mail = self.take("sendmail -oi -t -F 'Alice A.'",
                         stdin="To: root,\n (x) Bob <bob@example.org>\nBcc: c@example.org\n\nHi\n")
        self.assertEqual(mail.recipients, ["root", BOB, "c@example.org"])
        self.assertEqual(mail.header, 'From: "Alice A." <alice>\nTo: root,\n (x) Bob '
                         '<bob@example.org>')
        self.assertEqual(mail.body, "Hi\n")

    def test_send(self):
        mail = self.take(f"tokend send {ALICE} -f '' bob@example.org", stdin="\nx\n.\ny", sender="")
        self.assertEqual(mail.recipients, [BOB])
        self.assertEqual(mail.content, b"\nx\n.\ny")
        said = self.person.sh(f"tokend send -v {ALICE} bob@example.org", stdin="\nx")
        self.assertEqual((said.status, said.stdout), (0, "Sent: 2.0.0 taken\n"))

    def test_account(self):
        self.machine.run("rm", PLUGIN_CONF)
        done = self.person.sh("sendmail bob@example.org", stdin="x\n")
        self.assertEqual(done.status, 75)
        self.assert_says(done.stderr, '"sendmail_account = NAME"', "plugin.conf", "--account NAME")
        waiting.until(lambda: "sendmail_account" in self.syslog.text(), waiting.LIMIT, "the log")
        self.take(f"tokend sendmail --account {ALICE.upper()} bob@example.org", stdin="x\n")

    def test_exit_status(self):
        for code, text, status in (("message", "550 5.1.1 no such user", 69),
                                   ("later", "421 try later", 75),
                                   ("sign-in", "the grant was revoked", 75),
                                   ("config", "add send = smtp", 75), ("denied", "no", 75)):
            self.taker.answer = code, text
            done = self.person.sh("sendmail bob@example.org", stdin="x\n")
            self.assertEqual(done.status, status, code)
            self.assertEqual(done.stderr, f'tokend sendmail: account "{ALICE}": {text}\n')
            waiting.until(lambda: text in self.syslog.text(), waiting.LIMIT, text)
            quiet = self.person.sh("sendmail -oeq bob@example.org", stdin="x\n")
            self.assertEqual((quiet.status, quiet.text), (status, ""))

    def test_nothing_is_handed_over(self):
        """What is wrong in itself, and what could not be read whole."""
        for command, status, said in (
                ("sendmail", 64, "no recipient"), ("sendmail -bs", 64, "not supported"),
                ("sendmail a@b@c", 69, '"a@b@c"'), ("sendmail -t", 69, "no recipient"),
                ("sendmail root <&-", 75, "standard input"), ("sendmail root </", 75, "directory"),
                ("tokend send", 64, "no account"), (f"tokend send {ALICE}", 64, "no recipient"),
                (f"tokend send {ALICE} root --nonsense", 64, "--nonsense")):
            done = self.person.sh(command, stdin="")
            self.assertEqual(done.status, status, done.text)
            self.assertIn(said, done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1)
        self.machine.run("mount", "-t", "tmpfs", "-o", "size=64k,mode=1777", "tmpfs", "/var/tmp")
        done = self.person.sh("head -c 1000000 /dev/zero | sendmail root")
        self.assertEqual(done.status, 75)
        self.assertIn("No space left", done.stderr)
        done = self.person.sh("ulimit -f 8; head -c 100000 /dev/zero | TMPDIR=/tmp sendmail root")
        self.assertEqual(done.status, 75)
        self.assertIn("File too large", done.stderr)
        self.assertEqual(self.taker.mails, [])

    def test_closed_output(self):
        """What was handed over was sent, whoever reads our words."""
        self.take("sendmail -v root >&- 2>&-", stdin="x\n")
        self.take("sendmail -v root | :", stdin="x\n")
        self.person.write("log", "x" * 100_000)
        self.take("ulimit -f 8; sendmail -v root >>log", stdin="x\n")

    def test_no_queue_and_no_aliases(self):
        for command, said in (("mailq", "queue is empty"), ("sendmail -bp", "queue is empty"),
                              ("newaliases", "account's own mailbox"),
                              ("sendmail -bi", "account's own mailbox"),
                              ("sendmail -q", "no queue")):
            done = self.person.sh(command)
            self.assertEqual((done.status, done.stderr), (0, ""), command)
            self.assertIn(said, done.stdout)

    def test_no_service(self):
        self.machine.run("rm", self.stage.socket)
        for run, said in ((self.machine, "start tokend"), (self.person, "tokend login")):
            done = run.sh("sendmail root", stdin="x\n")
            self.assertEqual(done.status, 75)
            self.assertIn(said, done.stderr)
