# SPDX-License-Identifier: BSD-2-Clause
"""Mail by the APIs of Gmail and Graph, from `tokend send` to a service that keeps their rules."""

import re

from support import gmail_api, graph_api
from support.case import (CLIENT_ID, CLIENT_SECRET, MAILBOX, NAME_BEHIND_PROXY,
                          IntegrationCase)

UNAVAILABLE, LATER = 69, 75
FIXED = "Date: Sun, 29 Nov 2026 12:00:00 +0000\nMessage-ID: <1@example.org>\n"
MAIL = f"From: {MAILBOX}\nTo: bob@example.net\nSubject: \u00e9\n{FIXED}\nBody\n.\nlast"


class SendApiCase(IntegrationCase):
    way = "gmail"

    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()
        self.api = self.start_api()
        self.start_serve()

    def start_api(self):
        kind = gmail_api.GmailApi if self.way == "gmail" else graph_api.GraphApi
        api = kind(self.provider.store, self.authority.issue(NAME_BEHIND_PROXY))
        self.addCleanup(api.stop)
        return api

    def account(self, **keys):
        self.sign_in(self.provider, **{"send": self.way, "send_endpoint": self.api.base,
                                       "ca_file": self.authority.certificate, **keys})

    def send(self, *recipients, mail=MAIL, status=0, says=()):
        done = self.note(self.stage.tokend("send", MAILBOX, *(recipients or ("bob@example.net",)),
                                           stdin=mail))
        self.assertEqual(done.status, status, done.text)
        self.assert_says(done.text, *says)
        return done

    def mail_of(self, size):
        """A mail that has that many bytes when it is sent."""
        head = f"From: {MAILBOX}\nTo: bob@example.net\n{FIXED}\n"
        rest = size - len(head) - head.count("\n")
        line = "x" * 62 + "\n"
        text = line * (rest // 64)
        rest %= 64
        if rest == 1:
            text, rest = text[:-63], 65
        return head + text + ("y" * (rest - 2) + "\n" if rest else "")


class Both:
    """What holds for both ways."""

    def test_the_envelope_says_who_gets_it(self):
        self.account()
        for header, envelope in (("To: bob@example.net", ["bob@example.net"]),
                                 ("To: Bob <bob@example.net>, eve@example.net",
                                  ["bob@example.net"]),
                                 ("To: bob@example.net\nBcc: hidden@example.net",
                                  ["bob@example.net", "hidden@example.net"]),
                                 ("Bcc: hidden@example.net", ["hidden@example.net"]),
                                 ("To: undisclosed-recipients:;", ["one@example.net"]),
                                 ("To: root", ["one@example.net", "two@example.net"]),
                                 ("Cc: eve@example.net\nResent-To: eve@example.net",
                                  ["one@example.net"])):
            with self.subTest(header=header):
                self.send(*envelope, mail=f"From: {MAILBOX}\n{header}\n{FIXED}\nBody\n")
                self.assertEqual(self.api.mails[-1].recipients, tuple(sorted(envelope)))

    def test_the_content_arrives_as_it_is(self):
        self.account()
        self.send()
        content = self.api.mails[-1].content
        self.assertTrue(content.endswith(b"\r\n\r\nBody\r\n.\r\nlast\r\n"), content)
        self.assertIn("Subject: \u00e9\r\n".encode(), content)
        self.assertEqual(re.findall(rb"(?<!\r)\n", content), [])

    def test_the_connection_is_kept(self):
        self.account()
        for _ in range(4):
            self.send()
        self.assertEqual(len(self.api.mails), 4)
        self.assertEqual(self.api.handshakes, 1)

    def test_what_is_too_large_is_refused_before_anything_is_sent(self):
        self.account()
        self.send(mail=self.mail_of(self.most + 1), status=UNAVAILABLE,
                  says=(str(self.most + 1), "nothing was sent", "fix:"))
        self.assertEqual(self.api.handshakes, 0)
        self.send(mail=self.mail_of(self.most))
        self.assertEqual(len(self.api.mails[-1].content), self.most)

    def test_a_limit_holds_the_next_mail(self):
        self.account()
        self.api.per_minute, self.api.retry_after = 1, 600
        self.send()
        self.send(status=LATER, says=("does not take the mail now", "wait, and send less"))
        asked = len(self.api.requests)
        self.send(status=LATER, says=("no mail is sent before",))
        self.assertEqual(len(self.api.requests), asked, "the API was not asked")

    def test_a_revoked_token_is_replaced_once(self):
        self.account()
        self.send()
        self.provider.store.revoke_access()
        self.send()
        self.assertEqual(len(self.api.mails), 2)

    def test_a_server_that_is_not_verified_gets_nothing(self):
        self.account(ca_file=self.other_authority().certificate)
        self.send(status=LATER, says=("certificate", "not accepted", "ca_file"))
        self.assertEqual(self.api.requests, [])

    def test_it_goes_through_the_accounts_proxy(self):
        proxy = self.start_proxy()
        base = f"https://{NAME_BEHIND_PROXY}:{self.api.port}"
        self.account(proxy=proxy.url, send_endpoint=base, hosts=NAME_BEHIND_PROXY)
        self.api.base = base
        self.send(mail=self.mail_of(self.large))
        self.assertEqual(len(self.api.mails), 1)
        self.assertEqual(proxy.targets, [f"CONNECT {NAME_BEHIND_PROXY}:{self.api.port}"])

    def test_a_token_goes_to_hosts_of_the_account_only(self):
        self.account(hosts="mail.example.org")
        self.send(status=LATER)
        self.assertEqual(self.api.requests, [])


class Gmail(Both, SendApiCase):
    most, large = gmail_api.MOST, 6000000

    def test_a_broken_upload_goes_on(self):
        self.account()
        self.api.cuts = [1000000, 2500000]
        self.send(mail=self.mail_of(6000000))
        self.assertEqual([len(mail.content) for mail in self.api.mails], [6000000])
        self.assertIn(308, [status for _, _, status in self.api.requests])

    def test_an_api_that_is_off_is_said(self):
        self.account()
        self.api.enabled = False
        self.send(status=LATER, says=("accessNotConfigured", "enable the Gmail API"))

    def test_a_token_of_another_way_is_refused(self):
        self.account()
        self.api.granted = {"https://www.googleapis.com/auth/gmail.readonly"}
        self.send(status=LATER, says=("insufficientPermissions", "--send-only"))
        self.assertEqual(self.api.mails, [])


class Graph(Both, SendApiCase):
    way = "graph"
    most, large = 3145728, 2000000

    def test_a_token_of_another_way_is_refused(self):
        self.account()
        self.api.granted = {"https://outlook.office.com/SMTP.Send"}
        self.send(status=LATER, says=("audience", "--send-only"))
        self.api.granted = {"https://graph.microsoft.com/Mail.Read"}
        self.send(status=LATER, says=("ErrorAccessDenied", "Mail.Send"))
        self.assertEqual(self.api.mails, [])

    def test_an_app_sends_for_the_mailboxes_it_may(self):
        self.provider.store.register(CLIENT_ID, secret=CLIENT_SECRET,
                                     user="app@example.org")
        self.api.is_app = True
        self.stage.write_account(MAILBOX, **self.account_keys(
            self.provider, grant="client_credentials", user=MAILBOX, allow="postfix",
            send="graph", send_endpoint=self.api.base, ca_file=self.authority.certificate))
        self.send(status=LATER, says=("Test-ApplicationAccessPolicy",))
        self.api.mailboxes = {MAILBOX}
        self.send()
        self.assertEqual(self.api.requests[-1][1], "/v1.0/users/alice%40example.org/sendMail")

    def test_a_from_that_it_may_not_use_is_said(self):
        self.account()
        self.send(mail=MAIL.replace(MAILBOX, "boss@example.org"), status=LATER,
                  says=("ErrorSendAsDenied", "From"))
