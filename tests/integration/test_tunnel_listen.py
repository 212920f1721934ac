# SPDX-License-Identifier: BSD-2-Clause
"""`tokend tunnel --listen`: programs that can only be given a host and a password."""

import base64
import os
import re
import signal
import time

from support import loopback, process, tls, waiting
from support.machine_case import ALICE
from support.tunnel import SECONDS, TunnelCase

WRONG_SECONDS = 1.5
PLACES = 32
LATER, CONFIG = 75, 78


def plain(password, name="whoever"):
    return base64.b64encode(f"\0{name}\0{password}".encode()).decode()


def encoded(text):
    return base64.b64encode(text.encode()).decode()


class Logins(TunnelCase):
    def test_smtp(self):
        password = self.make_password()
        port = self.listen(f"smtp smtp.gmail.com:587 {ALICE}")
        for login in ([f"AUTH PLAIN {plain(password)}"], ["AUTH PLAIN", plain(password)],
                      ["AUTH LOGIN", encoded("x"), encoded(password)],
                      [f"AUTH LOGIN {encoded('x')}", encoded(password)]):
            with self.subTest(len(login)):
                peer = self.connect(port)
                self.assertRegex(peer.hear(), "^220 ")
                self.assertEqual([peer.ask("EHLO me"), peer.hear()],
                                 ["250-tokend", "250 AUTH PLAIN LOGIN"])
                self.assertRegex(peer.ask(f"MAIL FROM:<{ALICE}>"), "^530 ")
                for line in login:
                    answer = peer.ask(line)
                self.assertRegex(answer, "^235 ")
                self.assertRegex(peer.ask(f"MAIL FROM:<{ALICE}>"), "^250 ")
                self.assertRegex(peer.ask("QUIT"), "^221 ")
                self.assertIsNone(peer.hear())

    def test_pop(self):
        password = self.make_password()
        port = self.listen(f"pop pop.gmail.com {ALICE}")
        for login in (["USER x", f"PASS {password}"], [f"AUTH PLAIN {plain(password)}"],
                      ["AUTH PLAIN", plain(password)]):
            with self.subTest(login[0][:10]):
                peer = self.connect(port)
                self.assertRegex(peer.hear(), "^.OK ")
                self.assertRegex(peer.ask("STAT"), "^-ERR ")
                for line in login:
                    answer = peer.ask(line)
                self.assertRegex(answer, "^.OK")
                self.assertEqual(peer.ask("STAT"), "+OK 0 0")

    def test_imap(self):
        password = self.make_password()
        port = self.listen(f"imap imap.gmail.com {ALICE}")
        for login in ([f"a LOGIN x {password}"], [f'a login "x" "{password}"'],
                      ["a LOGIN {1}", f"x {{{len(password)}}}", password],
                      [f"a LOGIN {{1+}}\r\nx {{{len(password)}+}}\r\n{password}"],
                      [f"a AUTHENTICATE PLAIN {plain(password)}"],
                      ["a AUTHENTICATE PLAIN", plain(password)]):
            with self.subTest(login[0][:20]):
                peer = self.connect(port)
                self.assertRegex(peer.hear(), r"^\* OK \[CAPABILITY IMAP4rev1 ")
                self.assertRegex(peer.ask("a SELECT INBOX"), "^a BAD ")
                for line in login:
                    answer = peer.ask(line)
                self.assertRegex(answer, r"^a OK \[CAPABILITY IMAP4rev1 .*IDLE.*\] ")
                self.assertRegex(peer.ask("b NOOP"), "^b OK ")

    def test_wrong_passwords_are_slow_and_few(self):
        self.make_password()
        port = self.listen(f"smtp smtp.gmail.com {ALICE}")
        peer = self.connect(port)
        peer.hear()
        before = len(self.provider.requests)
        for _ in range(3):
            begun = time.monotonic()
            self.assertEqual(peer.ask(f"AUTH PLAIN {plain('wrong')}")[:3], "535")
            self.assertGreater(time.monotonic() - begun, WRONG_SECONDS)
        self.assertEqual(peer.rest(), b"")
        self.assertEqual(len(self.provider.requests), before)
        self.assertEqual(self.submission.logins(), [])
        self.wait_log("the local program's password is wrong")

    def test_a_new_password_replaces_the_old_one(self):
        old = self.make_password()
        port = self.listen(f"pop pop.gmail.com {ALICE}", address="::1")
        new = self.make_password()
        self.assertNotEqual(old, new)
        for password, answer in ((old, "-ERR"), (new, "+OK")):
            peer = self.connect(port, "::1")
            peer.hear()
            self.assertEqual(peer.ask(f"PASS {password}").split()[0], answer)

    def test_where_it_is_kept(self):
        password = self.make_password()
        path = f"{self.person.home}/.local/state/tokend/tunnel/{ALICE}"
        self.assertEqual(self.machine.read(path), password)
        self.assertEqual(self.person.sh(f"stat -c %a {path}").stdout.strip(), "600")
        self.person.sh(f"chmod 644 {path}")
        done = self.tunnel(f"--listen 127.0.0.1:1143 imap imap.gmail.com {ALICE}", None)
        self.assertEqual(done.status, CONFIG)
        self.assert_says(done.stderr, path)
        self.person.sh(f"rm {path}")
        done = self.tunnel(f"--listen 127.0.0.1:1143 imap imap.gmail.com {ALICE}", None)
        self.assertEqual(done.status, CONFIG)
        self.assert_says(done.stderr, f"tokend tunnel --new-password {ALICE}")


class Service(TunnelCase):
    def log_in_by_hand(self, port, password):
        """A local program that is joined with pop.gmail.com."""
        peer = self.connect(port)
        peer.hear()
        self.assertEqual(peer.ask(f"PASS {password}"), "+OK welcome")
        return peer

    def test_a_fresh_token_for_every_connection(self):
        self.provider.store.lifetime = 8
        self.person.sh(f"tokend refresh {ALICE}")
        password = self.make_password()
        port = self.listen(f"pop pop.gmail.com {ALICE}")
        first = self.log_in_by_hand(port, password)
        self.wait_expiry(self.provider)
        self.log_in_by_hand(port, password)
        self.assertEqual(first.ask("STAT"), "+OK 0 0")

    def test_a_failure_is_told_and_the_next_program_served(self):
        password = self.make_password()
        port = self.listen(f"smtp smtp.gmail.com {ALICE}")
        self.provider.refuse_logins = True
        peer = self.connect(port)
        peer.hear()
        answer = peer.ask(f"AUTH PLAIN {plain(password)}")
        self.assertRegex(answer, "^535 5.7.8 .*refused the login")
        self.assertEqual(peer.rest(), b"")
        self.wait_log(answer.split(" ", 2)[2])
        self.provider.refuse_logins = False
        peer = self.connect(port)
        peer.hear()
        self.assertRegex(peer.ask(f"AUTH PLAIN {plain(password)}"), "^235 ")

    def test_ends_with_all_of_its_tunnels(self):
        password = self.make_password()
        port = self.listen(f"pop pop.gmail.com {ALICE}")
        joined, silent = self.log_in_by_hand(port, password), self.connect(port)
        silent.hear()
        self.assertEqual(self.listener.stop(), 0)
        self.assertEqual(joined.rest() + silent.rest(), b"")

    def test_who_says_nothing_makes_room(self):
        password = self.make_password()
        port = self.listen(f"pop pop.gmail.com {ALICE}")
        joined = self.log_in_by_hand(port, password)
        self.wait_log("is joined")
        silent = []
        for _ in range(PLACES):
            silent.append(self.connect(port))
            self.assertRegex(silent[-1].hear(), "^.OK ")
        self.assertEqual(silent[0].rest(), b"")
        self.assertEqual(joined.ask("STAT"), "+OK 0 0")
        self.log_in_by_hand(port, password)

    def test_no_process_for_a_local_program(self):
        self.make_password()
        port = self.listen(f"pop pop.gmail.com {ALICE}", before="prlimit --nproc=0")
        files = os.listdir(f"/proc/{self.listener.pid}/fd")
        for _ in range(5):
            self.assertEqual(self.connect(port).rest(), b"")
        self.wait_log("no process for a local program")
        self.assertEqual(os.listdir(f"/proc/{self.listener.pid}/fd"), files)

    def test_large_mail_and_half_close(self):
        password = self.make_password()
        port = self.listen(f"smtp smtp.gmail.com {ALICE}")
        peer = self.connect(port)
        peer.hear()
        peer.ask(f"AUTH PLAIN {plain(password)}")
        lines = b"".join(b"line %d\r\n" % number for number in range(200000))
        mail = b"Subject: long\r\n\r\n" + lines
        peer.send(b"MAIL FROM:<alice@gmail.com>\r\nRCPT TO:<bob@example.org>\r\n"
                  b"BDAT %d LAST\r\n" % len(mail) + mail + b"QUIT\r\n")
        peer.finish()
        self.assertIn(b"\r\n221 ", peer.rest())
        self.assertTrue(self.submission.wait_mails(1)[0].endswith(lines.replace(b"\r\n", b"\n")))

    def test_port_that_is_taken(self):
        self.make_password()
        port = self.listen(f"imap imap.gmail.com {ALICE}")
        done = self.tunnel(f"--listen 127.0.0.1:{port} imap imap.gmail.com {ALICE}", None)
        self.assertEqual(done.status, LATER, done.text)
        self.assert_says(done.stderr, f"127.0.0.1:{port}", "in use")

    def test_as_root_it_becomes_the_tokend_user(self):
        self.log_in("bob@gmail.com")
        password = self.make_password("bob@gmail.com", person=None)
        port = loopback.free_port()
        running = self.machine.do(
            process.Background, ["tokend", "tunnel", "--listen", f"127.0.0.1:{port}", "pop",
                                 "pop.gmail.com", "bob@gmail.com"],
            os.path.join(self.folder, "root.log"))
        self.addCleanup(running.stop)
        waiting.until(lambda: "listening on" in running.output(), SECONDS, running.output)
        peer = self.log_in_by_hand(port, password)
        pids = [*process.running(self.stage.tokend_path, "tunnel"),
                *process.running(self.stage.worker_path, "tunnel")]
        self.assertEqual({_uid(pid) for pid in pids}, {self.stage.uid})
        self.assertEqual(peer.ask("STAT"), "+OK 0 0")


class Tls(TunnelCase):
    """STARTTLS with a certificate of the machine's own."""

    def serve_tls(self, words, name="localhost", before=""):
        certificate, key = self.authority.issue(name)
        for source, path in ((certificate, "local.pem"), (key, "local.key")):
            with open(source, encoding="ascii") as file:
                self.person.write(path, file.read())
        home = self.person.home
        return self.listen(words, before=before, options=f"--certificate {home}/local.pem --key "
                           f"{home}/local.key")

    def test_curl_by_all_protocols(self):
        password = self.make_password()
        self.dovecot.deliver(ALICE, b"Subject: a letter\r\n\r\ntext\r\n")
        ports = {"imap": self.serve_tls(f"imap imap.gmail.com {ALICE}"),
                 "pop": self.serve_tls(f"pop pop.gmail.com {ALICE}"),
                 "smtp": self.serve_tls(f"smtp smtp.gmail.com {ALICE}")}
        self.person.write("netrc", f"machine localhost login x password {password}\n")
        curl = "curl -sS --ssl-reqd --netrc-file netrc"
        for command, expected in (
                (f"{curl} imap://localhost:{ports['imap']}/INBOX';MAILINDEX=1'", "a letter"),
                (f"{curl} pop3://localhost:{ports['pop']}/1", "a letter"),
                (f"{curl} smtp://localhost:{ports['smtp']} --mail-from {ALICE} "
                 "--mail-rcpt bob@example.org -T -", "")):
            with self.subTest(command.split()[5]):
                done = self.person.sh(command, stdin="Subject: by curl\n\nIt works.\n")
                self.assertEqual(done.status, 0, done.text)
                self.assertIn(expected, done.stdout)
        self.assertIn(b"It works.", self.submission.wait_mails(1)[0])

    def test_much_through_tls(self):
        password = self.make_password()
        port = self.serve_tls(f"smtp smtp.gmail.com {ALICE}")
        peer = self.connect(port)
        peer.hear()
        self.assertEqual(peer.ask("STARTTLS"), "220 2.0.0 go ahead")
        peer.secure(self.authority)
        self.assertEqual([peer.ask("EHLO x"), peer.hear()],
                         ["250-tokend", "250 AUTH PLAIN LOGIN"])
        peer.ask(f"AUTH PLAIN {plain(password)}")
        lines = b"".join(b"line %d\r\n" % number for number in range(200000))
        mail = b"Subject: long\r\n\r\n" + lines
        peer.send(b"MAIL FROM:<alice@gmail.com>\r\nRCPT TO:<bob@example.org>\r\n"
                  b"BDAT %d LAST\r\n" % len(mail) + mail + b"QUIT\r\n")
        self.assertIn(b"\r\n221 ", peer.rest())
        self.assertTrue(self.submission.wait_mails(1)[0].endswith(lines.replace(b"\r\n", b"\n")))

    def test_old_versions_of_tls_are_refused(self):
        """On a machine whose OpenSSL was told to accept them."""
        self.make_password()
        self.person.write("openssl.cnf", tls.LAX)
        port = self.serve_tls(f"smtp smtp.gmail.com {ALICE}",
                              before=f"env OPENSSL_CONF={self.person.home}/openssl.cnf")
        for version in (tls.OLD, tls.GOOD):
            peer = self.connect(port)
            peer.hear()
            self.assertEqual(peer.ask("STARTTLS"), "220 2.0.0 go ahead")
            if version is tls.OLD:
                with self.assertRaises(OSError):
                    peer.secure(self.authority, version)
                self.wait_log("come to no TLS")
        peer.secure(self.authority, version)
        self.assertEqual(peer.ask("EHLO x"), "250-tokend")

    def test_what_stands_behind_starttls_is_refused(self):
        self.make_password()
        peer = self.connect(self.serve_tls(f"smtp smtp.gmail.com {ALICE}"))
        peer.hear()
        peer.send(b"STARTTLS\r\nNOOP\r\n")
        self.assertEqual(peer.hear(), "220 2.0.0 go ahead")
        self.assertEqual(peer.rest(), b"")
        self.wait_log("in clear")

    def test_who_makes_no_tls(self):
        self.make_password()
        peer = self.connect(self.serve_tls(f"imap imap.gmail.com {ALICE}"))
        self.assertIn("STARTTLS", peer.hear())
        self.assertEqual(peer.ask("a STARTTLS"), "a OK go ahead")
        peer.send(b"what is a handshake\r\n")
        peer.rest()
        self.wait_log("come to no TLS")

    def test_who_is_slow_with_tls_is_no_worker_that_stays(self):
        self.make_password()
        port = self.serve_tls(f"imap imap.gmail.com {ALICE}")
        peer = self.connect(port)
        peer.hear()
        self.assertEqual(peer.ask("a STARTTLS"), "a OK go ahead")
        self.assertEqual(self.workers(), 1)
        children = f"/proc/{self.listener.pid}/task/{self.listener.pid}/children"
        with open(children, encoding="ascii") as file:
            os.kill(int(file.read()), signal.SIGTERM)
        self.assertEqual(peer.rest(), b"")
        waiting.until(lambda: self.workers() == 0, SECONDS, "the worker to end")

    def test_files_that_are_wrong(self):
        self.make_password()
        certificate, key = self.authority.issue("localhost")
        for name, source in (("right.pem", certificate), ("right.key", key)):
            with open(source, encoding="ascii") as file:
                self.person.write(name, file.read())
        self.person.write("open.key", self.person.read("right.key"), 0o644)
        for options, words in (("--certificate none.pem --key right.key", "none.pem"),
                               ("--certificate right.pem --key open.key", "chmod"),
                               ("--certificate right.key --key right.key", "--certificate"),
                               ("--certificate right.pem --key right.pem", "--key")):
            done = self.tunnel(f"--listen 127.0.0.1:1143 {options} imap imap.gmail.com {ALICE}",
                               None, timeout=waiting.LIMIT)
            self.assertEqual(done.status, CONFIG, done.text)
            self.assert_says(done.stderr, words)


def _uid(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(r"^Uid:\s+(\d+)", file.read(), re.MULTILINE)[1])
