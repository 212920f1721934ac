"""`tokend tunnel --listen`: programs that can only be given a host and a password."""

import base64
import time

from support.machine_case import ALICE
from support.tunnel import TunnelCase

WRONG_SECONDS = 1.5


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
                      [f"a LOGIN {{1}}", f"x {{{len(password)}}}", password],
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
        for codes in ("535", "535", "535"):
            begun = time.monotonic()
            self.assertEqual(peer.ask(f"AUTH PLAIN {plain('wrong')}")[:3], codes)
            self.assertGreater(time.monotonic() - begun, WRONG_SECONDS)
        self.assertEqual(peer.rest(), b"")
        self.assertEqual(len(self.provider.requests), before)
        self.assertEqual(self.submission.logins(), [])
