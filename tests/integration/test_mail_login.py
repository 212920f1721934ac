# SPDX-License-Identifier: BSD-2-Clause
"""The worker's job mail-login: one real login with the account's token, in the server's words.

Dovecot and Postfix check the token at the provider; what Gmail and Exchange say is played.
"""

import base64
import json
import os
import random
import re

from support import mailscript, talk
from support.case import MAILBOX, IntegrationCase

TLS_PORTS = {"smtp": 465, "imap": 993, "pop": 995}
CHALLENGE = {"status": "400", "schemes": "Bearer", "scope": "https://mail.google.com/"}


def encoded(text):
    return base64.b64encode(text.encode())


class MailLogin(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()

    def account(self, name=MAILBOX, **more):
        """An account with a token in the cache; servers have certificates of the test's CA."""
        self.sign_in(self.provider, name, **{"ca_file": self.authority.certificate, **more})
        self.token(name)

    def login(self, service, server=None, name=MAILBOX):
        """The events of one login; the last is event=end."""
        with talk.Talk(self.stage.worker_path, "mail-login", name, service=service,
                       server=server) as job:
            job.finish()
            job.close()
            self.evidence.add_text("mail-login", job.text)
            return job.events

    def assert_logged_in(self, events, server, mechanism):
        self.assertEqual([event["event"] for event in events], ["mail", "end"], events)
        self.assertEqual(events[0]["server"], server)
        self.assertEqual(events[0]["mechanism"], mechanism)
        self.assertEqual(events[1]["code"], "ok")

    def assert_ends(self, events, code, *parts):
        self.assertEqual(events[-1]["event"], "end")
        self.assertEqual(events[-1]["code"], code, events)
        self.assert_says(events[-1]["text"], MAILBOX, *parts)

    def start_script(self, greeting, *answers):
        script = mailscript.MailScript(greeting, answers)
        self.addCleanup(script.stop)
        return script


class RealServers(MailLogin):
    def ports(self, dovecot):
        submission = self.start_submission(dovecot)
        return {"smtp": submission.port, "imap": dovecot.imap, "pop": dovecot.pop3}

    def test_starttls_with_both_mechanisms(self):
        self.account()
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            dovecot = self.start_dovecot(self.provider, mechanisms=(mechanism.lower(),))
            for service, port in self.ports(dovecot).items():
                with self.subTest(service=service, mechanism=mechanism):
                    wiretap = self.start_wiretap(port)
                    server = f"localhost:{wiretap.port}"
                    events = self.login(service, server)
                    self.assert_logged_in(events, server, mechanism)
                    self.assertNotIn("AUTH", wiretap.said("client").upper().replace(
                        "AUTHORIZATION", ""))
            self.assertEqual(dovecot.logins(mechanism=mechanism, at_least=2),
                             [("imap", MAILBOX, mechanism), ("pop3", MAILBOX, mechanism)])

    def test_tls_from_the_start_at_the_ports_for_it(self):
        address = f"127.{random.randint(1, 254)}.{random.randint(1, 254)}.{random.randint(1, 254)}"
        certificate = self.authority.issue(addresses=(address,))
        dovecot = self.start_dovecot(self.provider, certificate)
        submission = self.start_submission(dovecot, certificate=certificate)
        behind = {"smtp": submission.smtps, "imap": dovecot.imaps, "pop": dovecot.pop3s}
        wiretaps = {service: self.start_wiretap(behind[service], address=(address, port))
                    for service, port in TLS_PORTS.items()}
        self.account(hosts=address, server_smtp=f"{address}:465", server_imap=address,
                     server_pop=address)
        for service, wiretap in wiretaps.items():
            with self.subTest(service):
                self.assert_logged_in(self.login(service), f"{address}:{TLS_PORTS[service]}",
                                      "XOAUTH2")
                self.assertEqual(wiretap.said("client")[0], "\x16", "not a TLS handshake")

    def test_a_setting_decides_at_a_port_of_its_own(self):
        dovecot = self.start_dovecot(self.provider)
        submission = self.start_submission(dovecot)
        ports = {"smtp": submission.smtps, "imap": dovecot.imaps, "pop": dovecot.pop3s}
        for service, port in ports.items():
            with self.subTest(service):
                server = f"localhost:{port}"
                self.account(**{f"server_{service}": server, f"tls_{service}": "implicit"})
                self.assert_logged_in(self.login(service), server, "XOAUTH2")

    def test_the_other_way_into_tls_is_named(self):
        dovecot = self.start_dovecot(self.provider)
        self.account(tls_imap="implicit")
        self.assert_ends(self.login("imap", f"localhost:{dovecot.imap}"), "later",
                         f'if port {dovecot.imap} has STARTTLS, put "tls_imap = starttls"')
        self.account(tls_imap="starttls")
        self.assert_ends(self.login("imap", f"localhost:{dovecot.imaps}"), "later",
                         "has TLS from the start", '"tls_imap = implicit"')

    def test_servers_words_in_success_and_refusal(self):
        dovecot = self.start_dovecot(self.provider)
        ports = self.ports(dovecot)
        self.account()
        said = {service: self.login(service, f"localhost:{port}")[0]["said"]
                for service, port in ports.items()}
        self.assertIn("235 2.7.0 Authentication successful", said["smtp"])
        self.assertIn("OK", said["imap"])
        self.assertIn("+OK Logged in.", said["pop"])
        self.provider.store.revoke_access()
        for service, words in (("smtp", "535 5.7.8"), ("pop", "-ERR [AUTH]"),
                               ("imap", "NO [AUTHENTICATIONFAILED] Authentication failed.")):
            with self.subTest(service):
                events = self.login(service, f"localhost:{ports[service]}")
                self.assert_ends(events, "rejected", words, "check that user")
                self.assertIn(words, events[0]["said"])
                self.assertIn('"status":"401"', events[0]["said"])

    def test_mailbox_by_service(self):
        dovecot = self.start_dovecot(self.provider)
        self.account("robot", mailbox=MAILBOX, user="nobody@example.org", user_imap=MAILBOX)
        events = self.login("imap", f"localhost:{dovecot.imap}", "robot")
        self.assert_logged_in(events, f"localhost:{dovecot.imap}", "XOAUTH2")
        events = self.login("pop", f"localhost:{dovecot.pop3}", "robot")
        self.assertEqual(events[-1]["code"], "rejected")
        self.assert_says(events[-1]["text"], "robot", "nobody@example.org")

    def test_neither_mechanism_offered(self):
        dovecot = self.start_dovecot(self.provider, mechanisms=(), passwords={MAILBOX: "password"})
        self.account()
        for service, port in self.ports(dovecot).items():
            with self.subTest(service):
                events = self.login(service, f"localhost:{port}")
                self.assert_ends(events, "config", "XOAUTH2", "OAUTHBEARER", f":{port}")
                self.assertEqual(len(events), 1)

    def test_certificate_is_checked(self):
        other = self.other_authority()
        for certificate, words in ((other.issue(), "ca_file"),
                                   (self.authority.issue_for_only("mail.example.org"), "name")):
            dovecot = self.start_dovecot(self.provider, certificate)
            self.account()
            for server in (f"localhost:{dovecot.imap}", f"127.0.0.1:{dovecot.imap}"):
                events = self.login("imap", server)
                self.assert_ends(events, "later", "its certificate is not accepted", words,
                                 server)
                self.assertEqual(len(events), 1)
            self.assertEqual(dovecot.logins(), [])

    def test_without_tls_on_loopback_only(self):
        dovecot = self.start_dovecot(self.provider, tls="no")
        self.account(hosts="*")
        server = f"127.0.0.1:{dovecot.imap}"
        self.assert_logged_in(self.login("imap", server), server, "XOAUTH2")
        for service, port in (("imap", dovecot.imap), ("pop", dovecot.pop3)):
            wiretap = self.start_wiretap(port)
            events = self.login(service, f"[::ffff:127.0.0.1]:{wiretap.port}")
            self.assert_ends(events, "config", "no STARTTLS", str(TLS_PORTS[service]))
            self.assertNotIn("AUTH", wiretap.said("client").upper())


class PlayedServers(MailLogin):
    """Without TLS, as loopback may be; the words are those of the documents."""

    EHLO = b"250-mail.example.org\r\n250-AUTH LOGIN XOAUTH2\r\n250 SIZE 1000\r\n"
    GREETING = b"220 mail.example.org ESMTP\r\n"

    def setUp(self):
        super().setUp()
        self.account()

    def smtp(self, *answers):
        """The events, and the lines that the server heard."""
        script = self.start_script(self.GREETING, self.EHLO, *answers)
        events = self.login("smtp", f"localhost:{script.port}")
        script.stop()
        return events, script.heard

    def test_gmail_says_why_in_json_and_then_at_length(self):
        events, heard = self.smtp(
            b"334 \r\n", b"334 " + encoded(json.dumps(CHALLENGE)) + b"\r\n",
            b"535-5.7.8 Username and Password not accepted. For more information, go to\r\n"
            b"535 5.7.8  https://support.google.com/mail/?p=BadCredentials x - gsmtp\r\n")
        self.assertEqual(events[0]["said"], "535 5.7.8 Username and Password not accepted. For "
                         "more information, go to https://support.google.com/mail/?p=BadCredent"
                         f"ials x - gsmtp ({json.dumps(CHALLENGE)})")
        self.assert_ends(events, "rejected", "535 5.7.8", "check that user")
        self.assertEqual(heard[1], b"AUTH XOAUTH2\r\n")
        self.assertEqual(heard[3:], [b"\r\n"])
        token = self.provider.store.issued[-1]
        self.assertEqual(base64.b64decode(heard[2]),
                         f"user={MAILBOX}\x01auth=Bearer {token}\x01\x01".encode())

    def test_exchange_names_the_switch_and_so_do_we(self):
        for words, remedy in (
                ("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled "
                 "for the Tenant. Visit https://aka.ms/smtp_auth_disabled", "Set-CASMailbox"),
                ("535 5.7.3 Authentication unsuccessful [X.PROD.OUTLOOK.COM]", "SMTP.Send"),
                ("501 5.5.127 Token will expire soon", "min_valid = 600")):
            with self.subTest(words):
                events, _ = self.smtp(b"334 \r\n", words.encode() + b"\r\n")
                self.assertEqual(events[0]["said"], words)
                self.assert_ends(events, "rejected", words[:20], remedy)

    def test_what_was_sent_is_not_shown(self):
        events, heard = self.smtp(b"334 \r\n", lambda line: b"501 5.5.2 what is " + line)
        self.assertIn("***", events[0]["said"])
        self.assertNotIn(heard[2].strip().decode()[:24], events[0]["said"])

    def test_oauthbearer_says_where_and_acknowledges_the_refusal(self):
        challenge = encoded('{"status":"invalid_token"}')
        script = self.start_script(
            b"* OK ready\r\n",
            lambda line: b"* CAPABILITY IMAP4rev1 AUTH=OAUTHBEARER\r\n%s OK\r\n" % line.split()[0],
            b"+ \r\n", b"* OK still there\r\n+ " + challenge + b"\r\n",
            b"a1 NO [AUTHENTICATIONFAILED] no\r\n")
        events = self.login("imap", f"localhost:{script.port}")
        script.stop()
        self.assertEqual(events[0]["mechanism"], "OAUTHBEARER")
        self.assertEqual(events[0]["said"],
                         'NO [AUTHENTICATIONFAILED] no ({"status":"invalid_token"})')
        token = self.provider.store.issued[-1]
        self.assertEqual(
            base64.b64decode(script.heard[2]),
            f"n,a={MAILBOX},\x01auth=Bearer {token}\x01\x01".encode())
        self.assertEqual(base64.b64decode(script.heard[3]), b"\x01")

    def test_mailbox_is_opened_after_the_login(self):
        """Exchange takes a token for a mailbox that this user may not open, and says so here."""
        for answer, code in ((b"a2 BAD User is authenticated but not connected.\r\n", "rejected"),
                             (b"a2 OK [READ-ONLY] EXAMINE completed.\r\n", "ok")):
            with self.subTest(code):
                script = self.start_script(
                    b"* OK ready\r\n", lambda line: b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n"
                    + line.split()[0] + b" OK\r\n", b"+ \r\n", b"a1 OK done\r\n", answer)
                events = self.login("imap", f"localhost:{script.port}")
                script.stop()
                self.assertIn(b"a2 EXAMINE INBOX\r\n", script.heard)
                self.assertEqual(events[-1]["code"], code, events)

    def test_servers_that_do_not_come_to_an_answer(self):
        for answers, words in (((b"334 \r\n", b"334 \r\n", b"334 \r\n"), "asks for more"),
                               ((b"235 welcome\r\n",), "before it has the token"),
                               ((b"334 \r\n", b"5" * 9000), "a line without an end"),
                               ((b"334 \r\n", b"535-x\r\n" * 500), "too much"),
                               ((b"334 \r\n",), "closed the connection")):
            with self.subTest(words):
                events, _ = self.smtp(*answers)
                self.assert_ends(events, "later", "localhost", words)
                self.assertEqual(len(events), 1)

    def test_servers_that_are_none(self):
        for greeting, words in ((b"554 go away\r\n", "554 go away"),
                                ("554 go\u200b \u202eaway\r\n".encode(),
                                 "554 go\\u{200B} \\u{202E}away"),
                                (b"HTTP/1.1 400 Bad Request\r\n", "HTTP/1.1 400")):
            script = self.start_script(greeting)
            events = self.login("smtp", f"localhost:{script.port}")
            self.assert_ends(events, "later", "localhost", "SMTP", words)


class WithoutServer(MailLogin):
    def test_no_token_names_the_command(self):
        self.sign_in(self.provider)
        self.assert_ends(self.login("imap", "localhost:1"), "later", f"tokend refresh {MAILBOX}")

    def test_token_that_has_expired_is_none(self):
        self.account()
        path = os.path.join(self.stage.state, "cache", MAILBOX)
        with open(path, "r+", encoding="ascii") as cache:
            text = cache.read()
            cache.seek(0)
            # The same number of bytes, in the same file: as it was long ago.
            cache.write(re.sub(r"^expires=\d", "expires=0", text, flags=re.MULTILINE))
        script = self.start_script(b"220 x\r\n", b"250 AUTH XOAUTH2\r\n")
        events = self.login("smtp", f"localhost:{script.port}")
        script.stop()
        self.assert_ends(events, "later", f"tokend refresh {MAILBOX}")
        self.assertEqual(script.heard, [])

    def test_token_goes_to_the_accounts_hosts_only(self):
        self.account(hosts="mail.example.org")
        script = self.start_script(b"220 x\r\n", b"250 AUTH XOAUTH2\r\n")
        events = self.login("smtp", f"localhost:{script.port}")
        script.stop()
        self.assert_ends(events, "host", "localhost")
        self.assertNotIn("AUTH", "".join(map(str, script.heard)))

    def test_what_is_missing_or_wrong_is_named(self):
        self.account()
        for service, server, code, words in (
                ("imap", None, "config", "server_imap"),
                ("smtp", "user@mail:587", "config", "HOST:PORT"),
                ("pop", "host:0", "config", "HOST:PORT"), ("pop", "a/b", "config", "HOST:PORT"),
                ("pop", "localhost:70000", "config", "HOST:PORT"),
                ("nntp", "localhost", "internal", "smtp, imap or pop")):
            with self.subTest(service=service, server=server):
                self.assert_ends(self.login(service, server), code, words)
