# SPDX-License-Identifier: BSD-2-Clause
"""What was granted, against what the account asks for: renewals stay within it, and it is told."""

import json
import os

from support import oauth
from support.case import CLIENT_ID, CLIENT_SECRET, MAILBOX
from support.sign_in import USER, SignInCase

WANTED = "openid mail offline_access"
GRANTED = "openid mail"


class GrantedCase(SignInCase):
    def setUp(self):
        super().setUp()
        self.scope = GRANTED
        self.provider.grants["refresh_token"] = self.renew

    def renew(self, client, form):
        """RFC 6749 section 6: no renewal asks for what was not granted."""
        if not set(form.get("scope", "").split()) <= set(self.scope.split()):
            raise oauth.OAuthError("invalid_scope", "requested scope is not allowed")
        tokens = self.provider.store.refresh(client, form.get("refresh_token", ""))
        return self.provider.token_answer(*tokens, scope=self.scope)

    def log_in(self, *says, granted=GRANTED, **settings):
        self.provider.authorization.granted_scope = self.scope = granted
        running = self.begin(*self.settings(**settings), "--no-test")
        self.visit(running)
        self.expect(running, 0, *says)
        self.provider.forget_requests()
        return running

    def flat(self, *words, status=0):
        done = self.note(self.home.tokend(*words))
        self.assertEqual(done.status, status, done.text)
        return " ".join(done.text.split())

    def told(self, name=USER):
        told, = json.loads(self.home.tokend("status", "--json", name).stdout)
        return told


class SignedIn(GrantedCase):
    def test_less_than_asked(self):
        self.log_in("not granted", "offline_access", f"tokend login {USER}", scope=WANTED)
        self.assertIn(f"scope={GRANTED}", self.credential().replace("%20", " "))
        for _ in range(2):
            self.assert_says(self.flat("refresh", USER), "a new token",
                             "has not granted \"offline_access\"", f"tokend login {USER}")
        self.assertEqual([request.scope for request in self.provider.requests], [None, None])
        self.assert_says(self.flat("status", USER), "has not granted", "offline_access")
        told = self.told()
        self.assertEqual((told["scope"], told["not_granted"]), (GRANTED, "offline_access"))
        self.assert_says(self.flat("doctor", USER, status=self.home.tokend(
            "doctor", USER).status), '"offline_access" was not granted', f"tokend login {USER}")

    def test_one_service_of_two(self):
        self.log_in("has not granted \"smtp\"", granted="imap", scope="imap smtp")
        self.assertEqual(self.told()["not_granted"], "smtp")
        self.assert_says(self.flat("refresh", USER), "a new token", "smtp")

    def test_all_is_granted(self):
        running = self.log_in(granted=WANTED, scope=WANTED)
        self.assertNotIn("granted", running.text)
        self.assertNotIn("granted", self.flat("refresh", USER))
        self.assertNotIn("granted", self.flat("status", USER))
        self.assertEqual(self.provider.requests[-1].scope, WANTED)

    def test_file_that_asks_for_less_or_more_later(self):
        """A part is asked for by name, and does not become all that was granted."""
        self.log_in(granted="imap smtp", scope="imap smtp")
        for scope, sent in (("imap", "imap"), ("imap smtp", "imap smtp"), ("imap pop", None)):
            with self.subTest(scope):
                self.home.write_account(USER, **{**self.account(), "scope": scope})
                self.flat("refresh", USER)
                self.assertEqual(self.provider.requests[-1].scope, sent)

    def test_rotation_keeps_it(self):
        self.provider.store.rotation = "one-time"
        self.log_in(granted="imap smtp", scope="imap smtp")
        for _ in range(2):
            self.flat("refresh", USER)
            self.assertIn("scope=imap smtp", self.credential())
            self.assertEqual(self.provider.requests[-1].scope, "imap smtp")


class Consent(GrantedCase):
    """OpenID Connect Core 11: without prompt=consent offline_access may be left out."""

    def prompt(self, **settings):
        self.log_in(**settings)
        return self.provider.authorization.requests[-1].more.get("prompt")

    def test_is_asked_where_offline_access_is(self):
        self.assertEqual(self.prompt(scope=WANTED), "consent")
        self.assertIsNone(self.prompt(scope="openid mail"))
        self.assertEqual(self.prompt(
            scope=WANTED, authorization_parameters="a=b&prompt=login"), "login")


class Imported(GrantedCase):
    def test_first_renewal_tells(self):
        path = self.home.write(MAILBOX, json.dumps({
            "access_token": "", "expiry": "0",
            "refresh_token": self.provider.store.authorise(CLIENT_ID, MAILBOX)}), 0o600)
        config = self.home.write("sasl.conf", json.dumps({
            "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
            "token_endpoint": self.provider.token_endpoint}), 0o600)
        self.flat("import", "sasl-xoauth2", "--config", config, "--set",
                  "hosts=127.0.0.1", "--set", f"scope={WANTED}", path)
        os.unlink(path)
        os.unlink(config)
        self.assert_says(self.flat("refresh", MAILBOX), "a new token",
                         "has not granted \"offline_access\"")
        self.assertIsNone(self.provider.requests[-1].scope)
        self.assertEqual(self.told(MAILBOX)["not_granted"], "offline_access")
