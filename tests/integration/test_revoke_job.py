# SPDX-License-Identifier: BSD-2-Clause
"""The worker's job revoke, driven directly, and `tokend revoke`: the provider first, then here."""

import os

from support import faults
from support.case import CLIENT_ID, CLIENT_SECRET, MAILBOX, IntegrationCase
from support.stage import as_root
from support.talk import Talk

LATER, CONFIG = "later", "config"
REVOKE = "/revoke"
TYPED_SECRET = "a secret that was typed"


class Revoke(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()

    def account(self, **more):
        """Signed in, with an access token in the cache."""
        keys = {"revocation_endpoint": self.provider.revocation.endpoint, **more}
        self.sign_in(self.provider, **keys)
        self.token()

    def revoke(self, name=MAILBOX, **first):
        """The notes of one job, as one text, and its end."""
        with Talk(self.stage.worker_path, "revoke", name, **(first or {"forget": "no"})) as job:
            end = job.finish()
            job.close()
            self.evidence.add_text("revoke", job.text)
            self.assertEqual({event["event"] for event in job.events} - {"note"}, {"end"})
            return "\n".join(event.get("text", "") for event in job.events[:-1]), end

    def path(self, kind, name=MAILBOX):
        return os.path.join(self.stage.state, kind, name)

    def stored(self):
        return [kind for kind in ("credentials", "cache") if os.path.exists(self.path(kind))]

    def assert_dropped(self):
        self.assertEqual(self.stored(), [])
        done = self.note(self.stage.tokend("token", MAILBOX))
        self.assertEqual(done.status, 77, done.text)
        self.assert_says(done.stderr, "no refresh token is stored", f"tokend login {MAILBOX}")
        self.assertTrue(os.path.exists(self.stage.account_path(MAILBOX)))

    def assert_kept(self):
        self.assertEqual(self.stored(), ["credentials", "cache"])
        self.succeed(self.stage.tokend("refresh", MAILBOX))


class Told(Revoke):
    def test_the_consent_is_gone_on_both_sides(self):
        self.account()
        notes, end = self.revoke()
        self.assertEqual(end, {"event": "end", "code": "ok"})
        self.assert_says(notes, MAILBOX, "localhost has revoked its refresh token")
        self.assertEqual(self.provider.revocation.requests, [("refresh_token", True)])
        self.assertIsNone(self.provider.store.current_refresh_token(MAILBOX))
        self.assert_dropped()

    def test_a_token_that_was_dead_already(self):
        self.account()
        self.provider.store.withdraw(MAILBOX)
        _, end = self.revoke()
        self.assertEqual(end["code"], "ok")
        self.assert_dropped()

    def test_a_provider_that_says_so(self):
        self.account()
        self.provider.fault(faults.oauth_error(400, "invalid_token", "Token expired or revoked"),
                            path=REVOKE)
        notes, end = self.revoke()
        self.assertEqual(end["code"], "ok")
        self.assert_says(notes, "was not valid any more")
        self.assert_dropped()

    def test_a_past_failure_is_forgotten(self):
        self.account()
        self.provider.fault(faults.oauth_error(400, "invalid_grant"))
        self.assertEqual(self.note(self.stage.tokend("refresh", MAILBOX)).status, 77)
        _, end = self.revoke()
        self.assertEqual(end["code"], "ok")
        with open(self.path("state"), encoding="utf-8") as state:
            self.assertIn("code=ok\n", state.read())
        self.assert_dropped()

    def test_the_endpoint_that_the_issuer_names(self):
        self.account(revocation_endpoint=None, issuer=self.provider.issuer.identifier)
        _, end = self.revoke()
        self.assertEqual(end["code"], "ok")
        self.assertEqual(self.provider.revocation.requests, [("refresh_token", True)])

    def test_an_applications_access_token(self):
        self.provider.store.register(CLIENT_ID, secret=CLIENT_SECRET, user=MAILBOX)
        self.stage.write_account(MAILBOX, **self.account_keys(
            self.provider, grant="client_credentials",
            revocation_endpoint=self.provider.revocation.endpoint))
        token = self.token()
        notes, end = self.revoke()
        self.assertEqual(end["code"], "ok")
        self.assert_says(notes, "has revoked its access token")
        self.assertEqual(self.provider.revocation.requests, [("access_token", True)])
        self.assertFalse(self.provider.store.introspect(token)["active"])
        self.assertEqual(self.stored(), [])


class TypedSecrets(Revoke):
    """What was typed at the sign-in stands beside the refresh token, and is not the consent."""

    def type_secret(self, **keys):
        self.provider.store.register(CLIENT_ID, secret=TYPED_SECRET, user=MAILBOX)
        self.stage.write_account(MAILBOX, **self.account_keys(
            self.provider, client_secret=None, **keys,
            revocation_endpoint=self.provider.revocation.endpoint))
        token = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        with Talk(self.stage.worker_path, "sign-in", MAILBOX, way="given",
                  client_secret=TYPED_SECRET,
                  refresh_token=None if keys else token) as job:
            job.expect("token")
            job.say(keep="yes")
            self.assertEqual(job.finish()["code"], "ok")

    def test_a_clients_secret_stays_for_the_next_consent(self):
        self.type_secret()
        _, end = self.revoke()
        self.assertEqual(end["code"], "ok")
        self.assertEqual(self.provider.revocation.requests, [("refresh_token", True)])
        self.assertEqual(self.stored(), ["credentials"])
        with open(self.path("credentials"), encoding="utf-8") as file:
            left = file.read()
        self.assertIn(f"client_secret={TYPED_SECRET}\n", left)
        self.assertNotIn("refresh_token", left)
        owner = os.stat(self.path("credentials"))
        self.assertEqual((owner.st_uid, owner.st_mode & 0o777), (self.stage.uid, 0o600))

    def test_an_applications_secret_is_its_consent(self):
        self.type_secret(grant="client_credentials")
        _, end = self.revoke()
        self.assertEqual(end["code"], "ok")
        self.assertEqual(self.stored(), [])


class NotTold(Revoke):
    def test_no_endpoint(self):
        self.account(revocation_endpoint=None)
        notes, end = self.revoke()
        self.assertEqual(end["code"], "ok")
        self.assert_says(notes, MAILBOX, "no revocation endpoint",
                         "the provider's own account page")
        self.assertEqual(self.provider.revocation.requests, [])
        self.assert_dropped()

    def test_tokens_that_it_does_not_revoke(self):
        self.account()
        self.provider.fault(faults.oauth_error(400, "unsupported_token_type"), path=REVOKE)
        notes, end = self.revoke()
        self.assertEqual(end["code"], "ok")
        self.assert_says(notes, "localhost does not revoke a refresh token", "account page")
        self.assert_dropped()

    def test_nothing_is_dropped_where_telling_fails(self):
        self.account()
        for name, fault, code, parts in (
                ("503", faults.plain_status(503, 7), LATER, ["HTTP 503", "try again"]),
                ("html", faults.html(404), LATER, ["HTTP 404", "revocation_endpoint"]),
                ("closed", faults.closed, LATER, ["closed the connection"]),
                ("redirect", faults.redirect(), LATER, ["HTTP 307", "revocation_endpoint"]),
                ("client", faults.oauth_error(401, "invalid_client", "Who are you?"), CONFIG,
                 ["invalid_client", "Who are you?"])):
            with self.subTest(name):
                self.provider.clear_faults()
                self.provider.fault(fault, path=REVOKE)
                notes, end = self.revoke()
                self.assertEqual(end["code"], code, end)
                self.assert_says(end["text"], MAILBOX, "localhost", *parts)
                self.assert_says(notes, "nothing was dropped")
                self.assert_kept()
        self.assertEqual(self.provider.revocation.requests, [])

    def test_retry_after(self):
        self.account()
        self.provider.fault(faults.plain_status(503, 7), path=REVOKE)
        self.assertEqual(self.revoke()[1]["retry_after"], "7")

    def test_a_provider_that_is_down(self):
        self.account()
        self.provider.down()
        notes, end = self.revoke()
        self.assertEqual(end["code"], LATER)
        self.assert_says(end["text"], MAILBOX, "cannot connect", "revocation_endpoint")
        self.assert_says(notes, "nothing was dropped")
        self.provider.up()
        self.assert_kept()

    def test_an_issuer_without_metadata(self):
        self.account(revocation_endpoint=None, issuer=self.provider.issuer.identifier)
        self.provider.issuer.served = set()
        _, end = self.revoke()
        self.assertEqual(end["code"], CONFIG)
        self.assert_says(end["text"], MAILBOX, "no metadata for this issuer")
        self.assert_kept()

    def test_forgetting_all_the_same(self):
        self.account()
        self.provider.fault(faults.plain_status(503), path=REVOKE)
        notes, end = self.revoke(forget="yes")
        self.assertEqual(end["code"], "ok")
        self.assert_says(notes, MAILBOX, "HTTP 503")
        self.assertNotIn("nothing was dropped", notes)
        self.assert_dropped()

    def test_a_damaged_store(self):
        self.account()
        with open(self.path("credentials"), "w", encoding="utf-8") as file:
            file.write("tokend-credential=1\n")
        _, end = self.revoke()
        self.assertEqual(end["code"], CONFIG)
        self.assert_says(end["text"], "is damaged")
        self.assertEqual(self.stored(), ["credentials", "cache"])
        _, end = self.revoke(forget="yes")
        self.assertEqual(end["code"], "ok")
        self.assert_dropped()

    def test_nothing_is_stored(self):
        self.stage.write_account(MAILBOX, **self.account_keys(self.provider))
        notes, end = self.revoke()
        self.assertEqual(end["code"], "ok")
        self.assert_says(notes, MAILBOX, "no token is stored")

    def test_no_such_account(self):
        _, end = self.revoke("nobody@example.org")
        self.assertEqual(end["code"], "no-account")


class Command(Revoke):
    """`tokend revoke`, with its own process and, as root, its own user for the worker."""

    def test_it_tells_and_drops(self):
        self.account()
        done = self.succeed(self.stage.tokend("revoke", "--yes", MAILBOX))
        self.assert_says(done.stdout, "localhost has revoked its refresh token",
                         f"tokend login {MAILBOX}")
        self.assertLess(max(map(len, done.stdout.splitlines())), 160)
        self.assert_dropped()

    def test_it_forgets_when_told_to(self):
        self.account()
        self.provider.fault(faults.plain_status(503), path=REVOKE)
        done = self.note(self.stage.tokend("revoke", "--yes", MAILBOX))
        self.assertEqual(done.status, 75, done.text)
        self.assert_says(done.text, "HTTP 503", "nothing was dropped")
        self.assert_kept()
        self.succeed(self.stage.tokend("revoke", "--yes", "--forget", MAILBOX))
        self.assert_dropped()

    def test_as_a_user(self):
        if not as_root():
            self.skipTest("needs root: a user of its own")
        home = self.make_home()
        self.sign_in(self.provider, home=home,
                     revocation_endpoint=self.provider.revocation.endpoint)
        self.succeed(home.tokend("revoke", "--yes", MAILBOX))
        self.assertEqual(self.provider.revocation.requests, [("refresh_token", True)])
        self.assertFalse(os.path.exists(os.path.join(home.state, "credentials", MAILBOX)))
