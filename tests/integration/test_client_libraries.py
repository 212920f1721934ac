# SPDX-License-Identifier: BSD-2-Clause
"""Programs that people write themselves, by doc/clients/libraries.md."""

from support.clients import GMAIL, ClientCase

LETPAN = r"""
import ctypes
import sys

lib = ctypes.CDLL("libetpan.so.20")
mechanism, user = sys.argv[1].encode(), b"alice@gmail.com"


def log_in(kind, host, port, authenticate, *, meet=()):
    new = getattr(lib, kind + "_new")
    new.restype = ctypes.c_void_p
    session = ctypes.c_void_p(new(ctypes.c_size_t(0), None))
    getattr(lib, kind + "_ssl_connect")(session, host, port)
    for name in meet:
        getattr(lib, name)(session)
    print(kind, getattr(lib, authenticate)(session, mechanism, host, None, None, user, user,
                                           b"tokend", None))


log_in("mailimap", b"imap.gmail.com", 993, "mailimap_authenticate")
log_in("mailpop3", b"pop.gmail.com", 995, "mailpop3_auth")
log_in("mailsmtp", b"smtp.gmail.com", 465, "mailesmtp_auth_sasl", meet=["mailesmtp_ehlo"])
"""

LUA = r"""
local sasl = require("cyrussasl")
sasl.client_init()
local client = sasl.client_new("imap", "imap.gmail.com", nil, nil)
sasl.set_username(client, "alice@gmail.com")
print(sasl.client_start(client, "XOAUTH2"))
"""
SASL_BADPARAM = "-7"


class Libraries(ClientCase):
    def test_page(self):
        *_, printed = self.follow("libraries")
        self.assertIn("Subject: a letter", printed.stdout)
        self.assert_logins(("imap", "XOAUTH2"))
        self.assert_sent("XOAUTH2", "It works.")

    def test_perl_by_the_other_mechanism(self):
        self.follow("libraries")
        self.edit("send.pl", ("XOAUTH2", "OAUTHBEARER"))
        self.do("perl send.pl")
        self.submission.wait_mails(2)
        self.assertEqual(self.submission.logins()[1], ("OAUTHBEARER", GMAIL))

    def test_python_shows_the_servers_words(self):
        self.follow("libraries")
        self.provider.refuse_logins = True
        done = self.alice.sh("python3 newest.py")
        self.assertNotEqual(done.status, 0)
        self.assertIn("[AUTHENTICATIONFAILED]", done.stderr)

    def test_libetpan(self):
        self.log_in(GMAIL, self.alice)
        self.alice.write("letpan.py", LETPAN)
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            done = self.do(f"python3 letpan.py {mechanism}")
            self.assertEqual(done.stdout.split(), ["mailimap", "0", "mailpop3", "0",
                                                   "mailsmtp", "0"])
        self.assert_logins(("imap", "XOAUTH2"), ("pop3", "XOAUTH2"),
                           ("imap", "OAUTHBEARER"), ("pop3", "OAUTHBEARER"))

    def test_lua_is_refused_for_want_of_a_name(self):
        self.log_in(GMAIL, self.alice)
        self.alice.write("start.lua", LUA)
        self.assertEqual(self.do("lua5.1 start.lua").stdout.split()[0], SASL_BADPARAM)
