# SPDX-License-Identifier: BSD-2-Clause
"""nmh, by doc/clients/nmh.md."""

import os
import re
import stat

from support.clients import ClientCase

TOKEN_FILE = "Mail/.token"


class Nmh(ClientCase):
    def test_page(self):
        *_, fetched, sent = self.follow("nmh")
        self.assertIn("a letter", fetched.stdout)
        self.assertEqual(sent.text, "")
        self.assert_logins(("pop3", "XOAUTH2"))
        self.assert_sent("XOAUTH2", "It works.")
        mode = self.machine.do(os.stat, f"{self.alice.home}/{TOKEN_FILE}").st_mode
        self.assertEqual(stat.S_IMODE(mode), 0o600)

    def test_old_token_file(self):
        self.follow("nmh")
        self.alice.write(TOKEN_FILE, re.sub(r"(?m)^(expire-\S+) .*", r"\1 1",
                                             self.alice.read(TOKEN_FILE)))
        done = self.alice.sh("/usr/bin/mh/inc")
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.text, "no valid credentials -- run mhlogin")

    def test_not_by_the_plugin(self):
        self.follow("nmh")
        host = "machine smtp.gmail.com login alice@gmail.com password tokend\n"
        self.alice.write(".netrc", host)
        profile = self.alice.read(".mh_profile").replace("xoauth2", "oauthbearer")
        self.alice.write(".mh_profile", f"credentials: file:.netrc\n{profile}")
        self.alice.write("Mail/draft", self.alice.read("Mail/,draft"))
        done = self.alice.sh("/usr/bin/mh/send draft")
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.text, "Improper SASL protocol response: 235")
