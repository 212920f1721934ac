# SPDX-License-Identifier: BSD-2-Clause
"""s-nail, by doc/clients/s-nail.md."""

from support.clients import ClientCase


class SNail(ClientCase):
    def test_page(self):
        imap, pop, _ = self.follow("s-nail")
        for listed in (imap, pop):
            self.assertIn("a letter", listed.stdout)
        self.assert_logins(("imap", "XOAUTH2"), ("pop3", "XOAUTH2"))
        self.assert_sent("XOAUTH2", "It works.")

    def test_refused_token_is_told(self):
        self.follow("s-nail")
        self.provider.refuse_logins = True
        done = self.alice.sh("echo again | s-nail -A gmail -S sendwait -s again you@example.org")
        self.assertNotEqual(done.status, 0)
        self.submission.wait_mails(1)
