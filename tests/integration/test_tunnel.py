"""`tokend tunnel` on standard input and output: with the programs that run a command in place of a
connection, by hand, and with servers that are odd.
"""

import glob
import os
import re
import signal
import subprocess

from support import evidence, mailscript, process, waiting
from support.machine_case import ALICE
from support.tunnel import TunnelCase

MECHANISMS = ("XOAUTH2", "OAUTHBEARER")
BIG = 50 * 1000 * 1000
LINE = b"A line of a mail that is very long, and goes on and on. \xc3\xa9 .\r\n"
NO_ACCOUNT, LATER, CONFIG, DENIED, USAGE = 67, 75, 78, 77, 64
DIALOGUES = {"imap": ("imap.gmail.com", "* BYE "), "pop": ("pop.gmail.com", "-ERR "),
             "smtp": ("smtp.gmail.com", "5")}
PLAIN = "AUTH PLAIN AHgAeQ=="
MBSYNCRC = """\
IMAPStore far
Tunnel "tokend tunnel imap imap.gmail.com alice@gmail.com"

MaildirStore near
Path ~/Mail/
Inbox ~/Mail/INBOX

Channel all
Far :far:
Near :near:
Create Near
SyncState *
"""
MUTTRC = """\
set tunnel = "tokend tunnel imap imap.gmail.com alice@gmail.com"
set folder = "imap://alice@gmail.com@imap.gmail.com/"
set spoolfile = "+INBOX"
"""


class Dialogues(TunnelCase):
    def test_imap_is_preauthenticated_with_the_servers_abilities(self):
        for mechanism in MECHANISMS:
            with self.subTest(mechanism):
                done = self.tunnel(f"--mechanism {mechanism} imap imap.gmail.com {ALICE}",
                                   "a SELECT INBOX\r\nb LOGOUT\r\n")
                self.assertEqual(done.status, 0, done.text)
                self.assertRegex(done.stdout, r"\A\* PREAUTH \[CAPABILITY IMAP4rev1 .*IDLE")
                self.assertIn("a OK [READ-WRITE]", done.stdout)
                self.assertIn("b OK Logout", done.stdout)
                self.assertEqual(done.stderr, "")
        self.assertEqual(self.dovecot.logins(at_least=2),
                         [("imap", ALICE, mechanism) for mechanism in MECHANISMS])

    def test_pop_takes_any_login(self):
        for login in ("USER x\r\nPASS any thing\r\n", PLAIN + "\r\n", ""):
            done = self.tunnel(f"pop pop.gmail.com {ALICE}", f"CAPA\r\n{login}STAT\r\nQUIT\r\n")
            self.assertEqual(done.status, 0, done.text)
            self.assertIn("+OK 0 0", done.stdout)
            self.assertIn("UIDL\r\n", done.stdout)
            self.assertNotIn("STLS", done.stdout)

    def test_smtp_by_both_ports(self):
        for port, login in ((":465", f"{PLAIN}\r\n"), ("", "")):
            done = self.tunnel(
                f"smtp smtp.gmail.com{port} {ALICE}",
                f"EHLO mine.example.org\r\n{login}MAIL FROM:<{ALICE}>\r\n"
                "RCPT TO:<bob@example.org>\r\nDATA\r\nSubject: x\r\n\r\ny\r\n.\r\nQUIT\r\n")
            self.assertEqual(done.status, 0, done.text)
            self.assertIn("250 AUTH PLAIN LOGIN", done.stdout)
            self.assertIn("250-SIZE", done.stdout)
            self.assertNotIn("STARTTLS", done.stdout)
            self.assertNotIn("XOAUTH2", done.stdout)
        self.assertIn(b"from mine.example.org", self.submission.wait_mails(2)[0])

    def test_nothing_of_the_login_is_sent_on_and_no_secret_is_seen(self):
        log = os.path.join(self.folder, "strace")
        program = self.start(f"pop pop.gmail.com {ALICE}")
        self.assertIn(b"+OK", program.stdout.readline())
        self.assertEqual(evidence.of_running_processes(), [])
        workers = [path for path in glob.glob("/proc/[0-9]*/cmdline")
                   if b"tokend-worker\0tunnel" in _read(path)]
        self.assertTrue(workers)
        program.stdin.write(b"QUIT\r\n")
        program.stdin.flush()
        self.assertEqual(program.wait(20), 0)
        self.assertFalse(os.path.exists(log))

    def start(self, words):
        """The command by pipes, both ways at the test's pace."""
        started = self.machine.do(
            subprocess.Popen, ["tokend", "tunnel", *words.split()], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/",
            env=process.clean_environment({"HOME": self.person.home}),
            **process.identity(self.person.uid))
        self.addCleanup(_end, started)
        return started


class Programs(Dialogues):
    def test_mbsync(self):
        for number in range(20):
            self.dovecot.deliver(ALICE, b"Message-ID: <%d@x>\r\n\r\ntext %d\r\n" % (number, number))
        self.person.write(".mbsyncrc", MBSYNCRC)
        self.person.sh("mkdir Mail")
        self.assertEqual(self.person.sh("mbsync all").status, 0)
        found = self.person.sh("cat Mail/INBOX/new/* | grep -c ^text").stdout
        self.assertEqual(found.strip(), "20")

    def test_mutt(self):
        self.dovecot.deliver(ALICE, b"Subject: by mutt\r\nMessage-ID: <1@x>\r\n\r\ntext\r\n")
        self.person.write(".muttrc", MUTTRC)
        done = self.person.sh("mutt -p -R -e 'push \"<copy-message>/tmp/copied<enter><exit>\"'",
                              env={"TERM": "dumb"}, stdin="")
        self.evidence.add_text("mutt", done.text)
        self.assertEqual(self.dovecot.logins(at_least=1), [("imap", ALICE, "XOAUTH2")])


def _read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def _end(program):
    if program.poll() is None:
        program.send_signal(signal.SIGKILL)
    program.communicate()
