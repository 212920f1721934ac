# SPDX-License-Identifier: BSD-2-Clause
"""`tokend tunnel` on standard input and output: with the programs that run a command in place of a
connection, by hand, and with servers that are odd.
"""

import contextlib
import hashlib
import os
import re
import signal
import subprocess
import threading

from support import evidence, mailscript, process, waiting
from support.machine_case import ALICE
from support.tunnel import SECONDS, TunnelCase

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


class Tunnel(TunnelCase):
    def start(self, words):
        """The command by pipes, both ways at the test's pace."""
        started = self.machine.do(
            subprocess.Popen, ["tokend", "tunnel", *words.split()], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/",
            env=process.clean_environment({"HOME": self.person.home}),
            **process.identity(self.person.uid))
        self.addCleanup(_end, started)
        return started


class Dialogues(Tunnel):
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
                # Not DATA: since Postfix 3.9 nothing may come after it before its answer.
                "RCPT TO:<bob@example.org>\r\nBDAT 17 LAST\r\nSubject: x\r\n\r\ny\r\nQUIT\r\n")
            self.assertEqual(done.status, 0, done.text)
            self.assertIn("250 AUTH PLAIN LOGIN", done.stdout)
            self.assertIn("250-SIZE", done.stdout)
            self.assertNotIn("STARTTLS", done.stdout)
            self.assertNotIn("XOAUTH2", done.stdout)
        self.assertIn(b"from mine.example.org", self.submission.wait_mails(2)[0])

    def test_no_secret_in_arguments_and_environments(self):
        program = self.start(f"pop pop.gmail.com {ALICE}")
        self.assertIn(b"+OK", program.stdout.readline())
        self.assertEqual(self.workers(), 1)
        self.assertEqual(evidence.of_running_processes(), [])
        program.communicate(b"QUIT\r\n", timeout=SECONDS)
        self.assertEqual(program.returncode, 0)


class Programs(Tunnel):
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
        done = self.person.sh(
            # ncurses of Debian 13 opens no terminal without a size.
            "TERM=xterm script -qec \"stty rows 24 cols 80; "
            "mutt -R -e 'push <save-message>=../copied<enter>y<exit>'\" "
            "/dev/null", stdin="y", timeout=SECONDS)
        self.assertIn("by mutt", done.text)
        self.assertEqual(self.dovecot.logins(at_least=1), [("imap", ALICE, "XOAUTH2")])

    def test_much_in_both_directions(self):
        """50 MB into the mailbox as a literal, and 50 MB out of it, while more goes in."""
        size = BIG // len(LINE) * len(LINE)
        program = self.start(f"imap imap.gmail.com {ALICE}")
        program.stdout.readline()
        talk = self.machine.do(_Talk, program)
        talk.say(b"a APPEND INBOX {%d+}\r\n" % size, LINE * (size // len(LINE)), b"\r\n")
        self.assertRegex(talk.until(b"a "), b"a OK")
        talk.say(b"b SELECT INBOX\r\n")
        talk.until(b"b OK")
        talk.say(b"c FETCH 1 BODY.PEEK[]\r\nd APPEND INBOX {%d+}\r\n" % size,
                 LINE * (size // len(LINE)), b"\r\n")
        self.assertEqual(talk.literal(), hashlib.sha256(LINE * (size // len(LINE))).digest())
        talk.until(b"d OK")
        talk.say(b"e LOGOUT\r\n")
        talk.until(b"e OK")
        self.assertEqual(program.wait(SECONDS), 0)


class Failures(Tunnel):
    def assert_told(self, service, status, *parts, options="", account=ALICE, host=None):
        """The local program and standard error have the same text, in one line."""
        server, beginning = DIALOGUES[service]
        done = self.tunnel(f"{options} {service} {host or server} {account}", "")
        self.assertEqual(done.status, status, done.text)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assert_says(done.stderr, account, *parts)
        self.assertTrue(done.stdout.startswith(beginning), done.stdout)
        self.assertEqual(len(done.stdout.splitlines()), 1, done.stdout)
        self.assertIn(done.stderr.removeprefix("tokend: ").strip(), done.stdout)

    def test_no_account(self):
        for service in DIALOGUES:
            self.assert_told(service, NO_ACCOUNT, "tokend login", account="nobody@gmail.com")

    def test_a_server_that_the_account_does_not_list(self):
        self.assert_told("imap", CONFIG, "outlook.office365.com", "hosts",
                         host="outlook.office365.com")
        self.assertEqual(self.dovecot.logins(), [])

    def test_a_token_that_the_server_refuses_is_given_up(self):
        self.provider.refuse_logins = True
        self.assert_told("imap", CONFIG, "refused the login", "401")
        count = len(self.provider.requests)
        self.provider.refuse_logins = False
        done = self.tunnel(f"imap imap.gmail.com {ALICE}", "a LOGOUT\r\n")
        self.assertEqual(done.status, 0, done.text)
        self.assertEqual(len(self.provider.requests), count + 1)

    def test_consent_is_gone(self):
        self.provider.store.withdraw(ALICE)
        self.person.sh(f"rm .local/state/tokend/cache/{ALICE}")
        for service in DIALOGUES:
            self.assert_told(service, DENIED, "invalid_grant", "tokend login")

    def test_a_certificate_of_somebody_else(self):
        self.machine.name("mail.google.test")
        self.person.write(f".config/tokend/accounts/{ALICE}.conf", self.person.read(
            f".config/tokend/accounts/{ALICE}.conf") + "hosts = *\n")
        self.assert_told("imap", LATER, "certificate", host="mail.google.test")

    def test_mechanism_that_is_not_offered(self):
        only = self.machine.do(self.start_dovecot, self.provider,
                               self.authority.issue("imap.gmail.com"), mechanisms=("xoauth2",))
        self.assert_told("imap", CONFIG, "OAUTHBEARER", options="--mechanism oauthbearer",
                         host=f"imap.gmail.com:{only.imap}")

    def test_usage(self):
        for words in ("", "imap", "imap host", f"nntp host {ALICE}", f"imap h/o {ALICE}",
                      f"imap host:0 {ALICE}", f"imap host:x {ALICE}", f"imap @host {ALICE}",
                      f"--mechanism PLAIN imap host {ALICE}", f"--key /k imap host {ALICE}",
                      f"imap host {ALICE} more", "--new-password", "--what",
                      f"--certificate /c --key /k imap host {ALICE}",
                      f"--new-password --listen 127.0.0.1:1 {ALICE}",
                      *(f"--listen {address} imap host {ALICE}" for address in (
                          "1143", "0.0.0.0:1143", "192.0.2.1:1143", "[::]:1143", "127.0.0.1",
                          "127.0.0.1:0", "127.0.0.1:65536", "localhost:1143", "::1:1143"))):
            with self.subTest(words):
                done = self.tunnel(words, "")
                self.assertEqual(done.status, USAGE, done.text)
                self.assertEqual(done.stdout, "")


class OddServers(Tunnel):
    """Played without TLS, which literal loopback may do."""

    LISTS = b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n"

    def setUp(self):
        super().setUp()
        self.person.write(f".config/tokend/accounts/{ALICE}.conf", self.person.read(
            f".config/tokend/accounts/{ALICE}.conf") + "hosts = *\n")

    def play(self, *answers):
        """A script behind the login; its port."""
        script = self.machine.do(
            mailscript.MailScript, b"* OK ready\r\n",
            [lambda line: self.LISTS + line.split()[0] + b" OK\r\n", b"+ \r\n",
             b"a1 OK in\r\n", *answers])
        self.addCleanup(script.stop)
        return script.port

    def test_answers_that_are_none(self):
        for answer, words in ((b"x" * 9000, "line without an end"),
                              (b"* CAPABILITY x\r\n" * 900, "too much")):
            with self.subTest(words):
                port = self.play(answer)
                done = self.tunnel(f"imap 127.0.0.1:{port} {ALICE}", "")
                self.assertEqual(done.status, LATER, done.text)
                self.assertTrue(done.stdout.startswith("* BYE [UNAVAILABLE] "), done.stdout)
                self.assert_says(done.stdout, words)

    def test_what_is_not_printable_is_not_shown(self):
        port = self.play(b"* CAPABILITY X\x1b[2JY \xe2\x80\x8bZ\r\na3 OK\r\n")
        done = self.tunnel(f"imap 127.0.0.1:{port} {ALICE}", "b LOGOUT\r\n")
        self.assertIn("[CAPABILITY X?[2JY \\u{200B}Z]", done.stdout)

    def test_silence_after_the_login_has_no_limit_but_the_local_end_has(self):
        port = self.play(b"* CAPABILITY IDLE\r\na3 OK\r\n", None)
        program = self.start(f"imap 127.0.0.1:{port} {ALICE}")
        self.assertIn(b"PREAUTH", program.stdout.readline())
        program.stdin.write(b"b IDLE\r\n")
        program.stdin.close()
        self.assertEqual(program.wait(SECONDS), 0)


class Ends(Tunnel):
    def test_a_killed_command_ends_the_worker(self):
        program = self.start(f"imap imap.gmail.com {ALICE}")
        program.stdout.readline()
        self.assertEqual(self.workers(), 1)
        program.kill()
        waiting.until(lambda: self.workers() == 0, SECONDS, "the worker to end")
        waiting.until(lambda: "Disconnected" in self.dovecot.log_text(), SECONDS, "a logout")

    def test_a_killed_worker_ends_the_command(self):
        program = self.start(f"imap imap.gmail.com {ALICE}")
        program.stdout.readline()
        for pid in process.running(self.stage.worker_path, "tunnel"):
            os.kill(pid, signal.SIGKILL)
        self.assertNotEqual(program.wait(SECONDS), 0)
        self.assertIn(b"the worker", program.stderr.read())

    def test_a_killed_server_ends_both(self):
        program = self.start(f"imap imap.gmail.com {ALICE}")
        program.stdout.readline()
        self.machine.do(self.dovecot.stop)
        program.wait(SECONDS)
        waiting.until(lambda: self.workers() == 0, SECONDS, "the worker to end")

    def test_a_local_program_that_is_gone_ends_both(self):
        program = self.start(f"imap imap.gmail.com {ALICE}")
        program.stdout.readline()
        program.stdout.close()
        program.stdin.close()
        self.assertEqual(program.wait(SECONDS), 0)
        waiting.until(lambda: self.workers() == 0, SECONDS, "the worker to end")


class _Talk:
    """Pipes both ways: what is said is written by a thread, so that what comes can be read."""

    def __init__(self, program):
        self._program = program
        self._writer = None

    def say(self, *parts):
        if self._writer is not None:
            self._writer.join()
        self._writer = threading.Thread(target=self._write, args=parts)
        self._writer.start()

    def until(self, beginning):
        """The line that begins so; what comes before it is dropped."""
        while True:
            line = self._program.stdout.readline()
            if line.startswith(beginning) or not line:
                return line

    def literal(self):
        """The digest of the next literal."""
        length = int(re.search(rb"\{(\d+)\}\r\n$", self.until(b"* "))[1])
        digest = hashlib.sha256()
        while length > 0:
            part = self._program.stdout.read(min(length, 1 << 20))
            digest.update(part)
            length -= len(part)
        return digest.digest()

    def _write(self, *parts):
        for part in parts:
            self._program.stdin.write(part)
        self._program.stdin.flush()


def _end(program):
    program.kill()
    program.wait()
    for stream in (program.stdin, program.stdout, program.stderr):
        with contextlib.suppress(OSError):
            stream.close()
