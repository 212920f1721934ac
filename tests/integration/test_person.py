# SPDX-License-Identifier: BSD-2-Clause
"""Whose a token is: one judgement for the sign-in, an import's first renewal, status and doctor."""

import json
import os

from support.case import CLIENT_ID, CLIENT_SECRET, MAILBOX
from support import authorization
from support.sign_in import OK, SIGN_IN, USER, SignInCase

LOCAL, DOMAIN = USER.split("@")
OTHER = f"bob@{DOMAIN}"
GUEST = f"{LOCAL}_{DOMAIN}#EXT#@tenant.onmicrosoft.com"

# Claims, and what they say of an account for USER.
CLAIMS = (
    ({"email": USER}, "same"),
    ({"email": USER.upper()}, "same"),
    ({"preferred_username": "as17", "email": USER}, "same"),
    ({"upn": OTHER, "email": USER}, "same"),
    ({"emails": [OTHER, USER]}, "same"),
    ({"upn": GUEST}, "same"),
    ({"unique_name": f"live.com#{USER}"}, "same"),
    ({}, "unknown"),
    ({"preferred_username": LOCAL}, "unknown"),
    ({"preferred_username": "bob"}, "unknown"),
    ({"login_hint": "O.CiRkYzE0ZTQ"}, "unknown"),
    ({"upn": f"{LOCAL}@tenant.onmicrosoft.com"}, "unknown"),
    ({"email": f"{LOCAL}+list@{DOMAIN}"}, "unknown"),
    ({"upn": "as17@corp.local"}, "unknown"),
    ({"email": OTHER}, "other"),
    ({"email": f"{LOCAL}@gmail.com"}, "other"),
    ({"upn": GUEST.replace(LOCAL, "bob")}, "other"),
    ({"preferred_username": "bob", "emails": [OTHER]}, "other"))


class PersonCase(SignInCase):
    def setUp(self):
        super().setUp()
        self.renewed = None  # claims of a renewal's ID token
        self.provider.grants["refresh_token"] = self.renew

    def renew(self, client, form):
        tokens = self.provider.store.refresh(client, form.get("refresh_token", ""))
        answer = self.provider.token_answer(*tokens)
        if self.renewed is not None:
            answer["id_token"] = authorization.unsigned_jwt(
                {"iss": self.provider.base, "sub": "1", **self.renewed})
        return answer

    def sign_in_as(self, claims, *options, status=OK, says=()):
        self.provider.authorization.id_token = claims
        running = self.begin(*self.settings(), "--no-test", *options)
        self.visit(running)
        self.expect(running, status, *says)
        return running

    def told(self, name=USER):
        told, = json.loads(self.home.tokend("status", "--json", name).stdout)
        return told

    def findings(self, *options, name=USER):
        """What doctor says of the person: verdict and finding."""
        done = self.note(self.home.tokend("doctor", "--json", *options, name))
        return [each for each in json.loads(done.stdout)
                if each["check"] == "claims" and
                ("account is for" in each["found"] or "accepted" in each["found"])]

    def text(self, *words, status=OK, home=None):
        done = self.note((home or self.home).tokend(*words))
        self.assertEqual(done.status, status, done.text)
        return " ".join(done.text.split())

    def assert_other(self, person, name=USER):
        """Everywhere alike: a fault of doctor, a warning of the others."""
        self.assertEqual((self.told(name)["person"], self.told(name)["signed_in"]),
                         ("other", person))
        for options in ((), ("--live",)):
            fault, = self.findings(*options, name=name)
            self.assertEqual(fault["verdict"], "fault")
            self.assert_says(fault["found"], f"is of {person}, and the account is for {name}")
            self.assert_says(fault["mend"], f'"tokend login {name}"',
                             f'"tokend login --any-user {name}"')
        self.assert_says(self.text("status", name), f"is of {person}", f"tokend login {name}")
        self.assert_says(self.text("refresh", name), "a new token", f"is of {person}")
        self.assert_says(self.text("status", "--check", name, status=1), f"is of {person}")
        return fault

    def assert_no_fault(self, person, name=USER):
        self.assertEqual(self.told(name)["person"], person)
        for options in ((), ("--live",)):
            self.assertEqual([each for each in self.findings(*options, name=name)
                              if each["verdict"] != "ok"], [])
        for words in (("status", name), ("refresh", name)):
            self.assertNotIn("the account is for", self.text(*words))
        self.text("status", "--check", name)


class SignedIn(PersonCase):
    def test_claims(self):
        for claims, whose in CLAIMS:
            with self.subTest(claims):
                if whose == "other":
                    self.sign_in_as(claims, status=SIGN_IN, says=("the account is for", USER))
                    continue
                self.sign_in_as(claims)
                self.assertEqual(self.told()["person"], whose)
        self.assert_no_fault("unknown")

    def test_bare_name_breaks_nothing(self):
        """`user = alice` would be no mailbox there."""
        self.sign_in_as({"preferred_username": LOCAL})
        self.renewed = {"preferred_username": LOCAL}
        self.assert_no_fault("unknown")

    def test_other_bare_name_is_offered_as_no_mailbox(self):
        self.provider.authorization.id_token = {"preferred_username": "bob"}
        running = self.begin(*self.settings(), "--user", LOCAL, "--no-test")
        self.visit(running)
        self.expect(running, SIGN_IN, "bob has signed in, but the account is for alice")
        self.assertNotIn("--user bob", running.text)

    def test_renewal_that_names_less(self):
        """The sign-in name of the access token is known from the sign-in."""
        self.sign_in_as({"upn": OTHER, "email": USER})
        self.renewed = {"upn": OTHER}
        self.text("refresh", USER)
        self.assert_no_fault("same")

    def test_accepted(self):
        """The decision at the sign-in holds until another person signs in."""
        self.sign_in_as({"email": OTHER}, "--any-user")
        self.assert_no_fault("accepted")
        self.assert_says(self.findings()[0]["found"], OTHER, "accepted")
        self.renewed = {"email": f"carol@{DOMAIN}"}
        self.text("refresh", USER)
        self.assert_other(f"carol@{DOMAIN}")
        self.sign_in_as({"email": USER})
        self.renewed = None
        self.assert_no_fault("same")

    def test_revoked(self):
        self.sign_in_as({"email": OTHER}, "--any-user")
        self.text("revoke", "--forget", USER)
        self.assertEqual((self.told()["person"], self.told()["signed_in"]), ("unknown", ""))


class Imported(PersonCase):
    def bring_in(self, *options):
        path = self.home.write(MAILBOX, json.dumps({
            "access_token": "", "expiry": "0",
            "refresh_token": self.provider.store.authorise(CLIENT_ID, MAILBOX)}), 0o600)
        config = self.home.write("sasl.conf", json.dumps({
            "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
            "token_endpoint": self.provider.token_endpoint}), 0o600)
        self.text("import", "sasl-xoauth2", "--config", config, "--set", "hosts=127.0.0.1",
                  *options, path)
        os.unlink(path)
        os.unlink(config)

    def test_first_renewal_is_of_another(self):
        self.bring_in()
        self.assertEqual(self.told(MAILBOX)["person"], "unknown")
        self.renewed = {"email": OTHER}
        self.assert_says(self.text("refresh", MAILBOX), "warning", f"is of {OTHER}",
                         f"the account is for {MAILBOX}")
        fault = self.assert_other(OTHER, MAILBOX)
        # The line that is given is enough, as it stands.
        line = next(part for part in fault["mend"].split('"') if part.startswith("user = "))
        with open(os.path.join(self.home.accounts, f"{MAILBOX}.conf"), "r+",
                  encoding="utf-8") as file:
            kept = [each for each in file.read().splitlines() if not each.startswith("user")]
            file.seek(0)
            file.truncate()
            file.write("\n".join([*kept, line]) + "\n")
        self.assert_no_fault("same", MAILBOX)

    def test_first_renewal_cannot_tell(self):
        self.bring_in()
        self.renewed = {"preferred_username": "bob"}
        self.assertNotIn("warning", self.text("refresh", MAILBOX))
        self.assert_no_fault("unknown", MAILBOX)

    def test_another_import_starts_again(self):
        self.bring_in()
        self.renewed = {"email": OTHER}
        self.text("refresh", MAILBOX)
        self.renewed = None
        self.bring_in("--replace")
        self.assert_no_fault("unknown", MAILBOX)
