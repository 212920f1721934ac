# SPDX-License-Identifier: BSD-2-Clause
"""`tokend revoke`: the provider is told (RFC 7009), and what was stored is dropped."""

import os

from support import faults
from support.sign_in import LATER, USER, SignInCase


class Revoke(SignInCase):
    def setUp(self):
        super().setUp()
        self.sign_in_by_code(revocation_endpoint=self.provider.revocation.endpoint)

    def sign_in_by_code(self, name=USER, **keys):
        running = self.begin(*self.settings(**keys), "--no-test", name=name)
        self.visit(running)
        self.expect(running)

    def revoke(self, *words, status=0):
        done = self.note(self.home.tokend("revoke", *words))
        self.assertEqual(done.status, status, done.text)
        return done.text

    def assert_nothing_stored(self):
        for folder in ("credentials", "cache"):
            self.assertEqual(os.listdir(os.path.join(self.home.state, folder)), [])

    def test_consent_is_gone_on_both_sides(self):
        token = self.token(home=self.home)
        self.revoke(USER)
        self.assertIn(("refresh_token", True), self.provider.revocation.requests)
        self.assertIsNone(self.provider.store.current_refresh_token(USER))
        self.assertFalse(self.provider.store.introspect(token)["active"])
        self.assert_nothing_stored()
        self.assertEqual(os.listdir(self.home.accounts), [f"{USER}.conf"])

    def test_afterwards_a_token_needs_a_new_sign_in(self):
        self.revoke(USER)
        self.provider.forget_requests()
        done = self.note(self.home.tokend("token", USER))
        self.assertEqual(done.status, 77, done.text)
        self.assert_says(done.text, USER, "tokend login")
        self.assertEqual(self.provider.count, 0, "there is nothing to ask with")

    def test_unknown_to_the_provider_is_revoked_as_well(self):
        self.provider.store.withdraw(USER)
        self.revoke(USER)
        self.assert_nothing_stored()

    def test_provider_that_is_down(self):
        """A token that may still be good is not thrown away without a word."""
        self.provider.down()
        said = self.revoke(USER, status=LATER)
        self.provider.up()
        self.assert_says(said, USER)

    def test_provider_that_fails(self):
        self.provider.fault(faults.plain_status(503), path="/revoke")
        self.assert_says(self.revoke(USER, status=LATER), USER, "503")

    def test_provider_without_an_endpoint(self):
        self.sign_in_by_code(name="b@example.org")
        self.assert_says(self.revoke("b@example.org"), "b@example.org")
        self.assertEqual(self.provider.revocation.requests, [])
        self.assertNotIn("b@example.org",
                         os.listdir(os.path.join(self.home.state, "credentials")))
