# SPDX-License-Identifier: BSD-2-Clause
"""curl, by doc/clients/curl.md."""

from support.clients import LETTER, ClientCase


class Curl(ClientCase):
    """It takes the other mechanism where the server offers both."""

    mechanism = "OAUTHBEARER"

    def test_page(self):
        done = self.follow("curl")
        self.assertEqual([result.stdout.splitlines() for result in done],
                         [LETTER.decode().splitlines()] * 2 + [[]])
        self.assert_logins(("imap", self.mechanism), ("pop3", self.mechanism))
        self.assert_sent(self.mechanism, "It works.")


class CurlWithXoauth2(Curl):
    dovecot_options = {"mechanisms": ("xoauth2",)}
    mechanism = "XOAUTH2"
