# SPDX-License-Identifier: BSD-2-Clause
"""Mail servers that refuse a token: what that costs, and whom.

One server's refusal must not affect others, and no number of servers, or of names that a
client makes up for them, may cause token requests without end.
"""

import base64
import os
import re
import time

from support import faults, lineproto, mailclients
from support.case import MAILBOX, IntegrationCase
from support.mailscript import MailScript

IMAP, SMTP = "imap.example.org", "smtp.example.org"
LOGINS = 30
NAMES = 40


class RejectCase(IntegrationCase):
    """A provider, a server that takes its tokens, and a user; by the helper or by serve."""

    by_serve = False

    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()
        self.dovecot = self.start_dovecot(self.provider)
        self.home = self.make_home()
        self.place = self.home
        allow = {}
        if self.by_serve:
            self.stage.write_plugin_conf(mode=0o644)
            self.place = self.stage
            allow = {"allow": str(self.home.uid)}
        self.sign_in(self.provider, home=None if self.by_serve else self.home,
                     hosts=f"{IMAP} {SMTP} *.x", **allow)
        if self.by_serve:
            self.start_serve()

    def log_in(self, host, port=None):
        return self.note(mailclients.perl_imap(self.home, port or self.dovecot.imap, MAILBOX,
                                               host=host))

    def state_path(self):
        return os.path.join(self.place.state, "state", MAILBOX)

    def read_state(self):
        with open(self.state_path(), encoding="utf-8") as file:
            return file.read()

    def skip_the_wait(self):
        """As if the next replacement were due by now."""
        changed = re.sub(r"(?m)^replace_at=\d+$", f"replace_at={int(time.time()) - 1}",
                         self.read_state())
        with open(self.state_path(), "r+", encoding="utf-8") as file:
            file.write(changed)
            file.truncate()


class Refusals(RejectCase):
    def test_two_servers_in_turn_are_both_rejected(self):
        """IMAP and SMTP are switched off for the mailbox, and two programs go on and on."""
        self.provider.refuse_logins = True
        for number in range(LOGINS):
            done = self.log_in((IMAP, SMTP)[number % 2])
            self.assertNotEqual(done.status, 0)
        self.assertLessEqual(self.provider.count, 3)
        self.skip_the_wait()
        for _ in range(2):
            for host in (IMAP, SMTP):
                done = self.log_in(host)
        for host in (IMAP, SMTP):
            done = self.log_in(host)
            self.assert_says(done.text, MAILBOX, f"{host} refused two fresh tokens",
                             "tokend refresh")
        self.assertLessEqual(self.provider.count, 4)

    def test_one_servers_refusal_costs_no_other(self):
        """The one refuses while the provider is down: the other goes on with the token."""
        stranger = self.start_provider()
        refusing = self.start_dovecot(stranger)
        self.assertEqual(self.log_in(IMAP).status, 0)
        self.provider.fault(faults.plain_status(503))
        self.assertNotEqual(self.log_in(SMTP, refusing.imap).status, 0)
        for _ in range(3):
            self.assertEqual(self.log_in(IMAP).status, 0)
            done = self.log_in(SMTP, refusing.imap)
            self.assertNotEqual(done.status, 0)
            self.assert_says(done.text, MAILBOX, "503")
            self.assertEqual(refusing.logins(), [])
        self.assertEqual(len(self.provider.store.issued), 1)
        self.provider.clear_faults()
        self.succeed(self.place.tokend("refresh", MAILBOX))
        self.assertEqual(self.log_in(SMTP).status, 0)
        self.assertEqual(len(self.provider.store.issued), 2)

    def test_token_that_is_worth_nothing_is_replaced_for_all(self):
        self.assertEqual(self.log_in(IMAP).status, 0)
        self.provider.store.revoke_access()
        self.assertNotEqual(self.log_in(SMTP).status, 0)
        self.assertEqual(self.log_in(SMTP).status, 0)
        self.assertEqual(self.log_in(IMAP).status, 0)
        self.assertEqual(len(self.provider.store.issued), 2)


class RefusalsByServe(Refusals):
    by_serve = True

    def test_name_for_each_refusal(self):
        """One peer that calls the server otherwise each time: `hosts` admits all of them."""
        refused = 0
        for number in range(NAMES):
            host = f"h{number}.x"
            answer = lineproto.ask(self.stage.socket, {
                **lineproto.get(MAILBOX, host=host), "mechanism": "XOAUTH2"})
            self.assertEqual(answer["code"], "ok", "no other host's refusal is this one's")
            done = lineproto.ask(self.stage.socket, {
                "verb": "reject", "account": MAILBOX, "id": answer["id"], "host": host,
                "challenge": "{}"})
            refused += done["code"] == "ok"
        self.assertGreaterEqual(refused, NAMES - 2)
        self.assertLessEqual(self.provider.count, 4)


class Passing(RejectCase):
    """What says of itself that it passes: neither dropped, nor counted, however often."""

    def test_token_is_kept(self):
        self.assertEqual(self.log_in(SMTP).status, 0)
        for status in (b'"503"', b"429", b'"temporarily_unavailable"'):
            for _ in range(2):
                words = b'{"status":' + status + b"}"
                script = MailScript(b"* OK ready\r\n", [
                    b"+ " + base64.b64encode(words) + b"\r\n", b"a NO [UNAVAILABLE] no\r\n"])
                self.addCleanup(script.stop)
                self.assertNotEqual(self.log_in(SMTP, script.port).status, 0)
                self.assertEqual(len(script.heard), 2, "the challenge was answered")
        self.assertEqual(self.log_in(SMTP).status, 0)
        self.assertEqual(self.provider.count, 1)


class PassingByServe(Passing):
    by_serve = True


class Echoes(RejectCase):
    """A server's words reach our log and state; what it echoes of the token does not.

    In front of the echo stands what no token has, or it could be a part of one.
    """

    def refuse_with(self, spoil):
        def challenge(line):
            token = base64.b64decode(line.split()[-1]).split(b"Bearer ")[1].rstrip(b"\x01")
            self.token_shown = token.decode()
            words = b'{"status":"401","detail":"! ' + spoil(token) + b'"}'
            return b"+ " + base64.b64encode(words) + b"\r\n"
        script = MailScript(b"* OK ready\r\n", [challenge, b"a NO no\r\n"])
        self.addCleanup(script.stop)
        self.assertNotEqual(self.log_in(SMTP, script.port).status, 0)

    def assert_masked(self):
        told = self.read_state() + self.diagnostics()
        self.assertRegex(self.read_state(), r"detail\":\"! \S*\*\*\*")
        kept = re.sub(r"[\s\\]", "", told)
        runs = [self.token_shown[i:i + 8] for i in range(len(self.token_shown) - 7)]
        self.assertEqual([run for run in runs if run in kept], [])

    def test_what_is_left_of_the_token_is_masked(self):
        for spoil in (lambda token: token, lambda token: token[:-1], lambda token: token[1:],
                      lambda token: token[:9] + b" " + token[9:],
                      lambda token: b"\\r\\n".join([token[:20], token[20:]]),
                      lambda token: b"".join(b"%%%02X" % byte for byte in token),
                      lambda token: b"".join(b"\\u%04x" % byte for byte in token),
                      lambda token: base64.b64encode(b"user=me\x01auth=Bearer " + token)):
            with self.subTest(spoil(b"-a-token-as-an-example-")):
                self.succeed(self.place.tokend("refresh", MAILBOX))
                self.refuse_with(spoil)
                self.assert_masked()


class EchoesByServe(Echoes):
    by_serve = True
