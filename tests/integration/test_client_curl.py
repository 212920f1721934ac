"""curl, by tokend/clients/curl.md."""

from support.client_case import BOTH, LETTER, ClientCase


class Curl(ClientCase):
    def assert_page(self, mechanism):
        done = self.follow("curl")
        self.assertEqual([result.stdout.splitlines() for result in done],
                         [LETTER.decode().splitlines()] * 2 + [[]])
        self.assert_logins(("imap", mechanism), ("pop3", mechanism))
        self.assert_sent(mechanism, "It works.")

    def test_takes_oauthbearer_where_both_are_offered(self):
        self.start(BOTH)
        self.assert_page("OAUTHBEARER")

    def test_takes_xoauth2(self):
        self.start(("xoauth2",))
        self.assert_page("XOAUTH2")
