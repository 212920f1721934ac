# SPDX-License-Identifier: BSD-2-Clause
"""When a consent expires, as the provider announces it: renewed before, warned of once, and told."""

import json
import os
import time

from support import oauth, process, waiting
from support.case import CLIENT_ID, MAILBOX, IntegrationCase

IDLE = 12  # seconds: a session that ends when it is idle; renewed after half of that
WEEK = 604799  # what Google announces for an app in "Testing"
LATER = 75
SIGN_IN = 77


class EndCase(IntegrationCase):
    """A provider that announces an end, and keeps to it where self.ends is set."""

    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()
        self.provider.grants["refresh_token"] = self.renew
        self.provider.store.rotation = "one-time"
        self.announced = {}  # members of an answer; those that are called tell the moment's
        self.idle = None
        self.ends = None

    def renew(self, client, form):
        now = time.time()
        if self.ends is not None and now > self.ends:
            raise oauth.OAuthError("invalid_grant", "Session not active")
        if self.idle is not None:
            self.ends = now + self.idle
        tokens = self.provider.store.refresh(client, form.get("refresh_token", ""))
        return {**self.provider.token_answer(*tokens),
                **{name: value() if callable(value) else value
                   for name, value in self.announced.items()}}

    def left(self):
        return int(self.ends - time.time())

    def log_in(self, **keys):
        """Returns what `tokend login` says."""
        self.stage.write_account(MAILBOX, allow="postfix",
                                 **self.account_keys(self.provider, **keys))
        token = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        return self.flat("login", "--refresh-token-stdin", MAILBOX, stdin=token + "\n")

    def flat(self, *words, status=0, **more):
        done = self.note(self.stage.tokend(*words, **more))
        self.assertEqual(done.status, status, done.text)
        return " ".join(done.text.split())

    def told(self):
        told, = json.loads(self.stage.tokend("status", "--json", MAILBOX).stdout)
        return told

    def doctor(self):
        done = self.note(self.stage.tokend("doctor", MAILBOX))
        return " ".join(done.text.split())

    def shift(self, seconds):
        """As if all that the files tell of had been so long ago."""
        times = {"consent_ends", "consent_since", "refreshed", "granted", "ends", "ends_since"}
        for folder in ("state", "credentials"):
            path = os.path.join(self.stage.state, folder, MAILBOX)
            with open(path, encoding="utf-8") as file:
                lines = file.read().split("\n")
            for at, line in enumerate(lines):
                name, _, value = line.partition("=")
                if name in times:
                    lines[at] = f"{name}={int(value) - seconds}"
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join(lines))

    def count_renewals(self):
        return len(self.provider.store.issued)


class Sessions(EndCase):
    """Keycloak: refresh_expires_in, put off by each renewal."""

    def test_planned_before_the_end(self):
        self.announced = {"refresh_expires_in": 1800}
        before = time.time()
        text = self.log_in()
        self.assert_says(text, "consent expires in 29 min" if "29 min" in text else
                         "consent expires in 30 min", "unless a renewal moves that",
                         "no tokend serve is here", f'"tokend refresh {MAILBOX}"')
        self.assertIn("renewed when a program asks", text)
        self.assertNotIn("by itself", text)
        told = self.told()
        self.assertAlmostEqual(told["consent_ends"], before + 1800, delta=10)
        self.assertAlmostEqual(told["fresh_until"], before + 900, delta=10)
        self.assertIs(told["consent_stays"], False)
        self.assert_says(self.flat("status", MAILBOX), "consent: expires in", "no tokend serve")
        self.assert_says(self.doctor(), "the consent expires in", "and let tokend serve run")

    def test_kept_alive_by_serve(self):
        self.idle, self.announced = IDLE, {"refresh_expires_in": IDLE}
        self.log_in()  # an account that is new to it is looked at within 30 s
        self.start_serve()
        text = self.log_in()
        self.assert_says(self.flat("status", MAILBOX), "renewed again in", "unless a renewal")
        self.provider.forget_requests()
        self.assert_says(text, "renewed automatically while the consent lasts",
                         "tokend serve renews the token before")
        self.assertRegex(text, rf"consent expires in ({IDLE}|{IDLE - 1}|{IDLE - 2}) s")
        waiting.until(lambda: self.count_renewals() >= 3, 4 * IDLE, "renewals of the session")
        self.assertGreater(self.ends, time.time())
        self.assertIs(self.told()["consent_stays"], False)
        self.assertIn("TOKEND OK", self.flat("status", "--check"))
        self.assertIn(", consent expires in", self.doctor())

    def test_kept_alive_after_a_change_of_the_file(self):
        """The token counts no more, and no client asks."""
        self.idle, self.announced = IDLE, {"refresh_expires_in": IDLE}
        self.log_in()
        self.stage.write_account(MAILBOX, allow="daemon", **self.account_keys(self.provider))
        self.provider.forget_requests()
        self.start_serve()
        waiting.until(lambda: self.count_renewals() >= 2, 3 * IDLE, "renewals of the session")
        self.assertGreater(self.ends, time.time())

    def test_end_without_one_that_renews(self):
        self.idle, self.announced = 2, {"refresh_expires_in": 2}
        self.log_in()
        waiting.until(lambda: time.time() > self.ends + 1, 10, "the session's end")
        self.assert_says(self.flat("status", MAILBOX), "was to expire at", f"tokend login {MAILBOX}")
        self.assert_says(self.flat("status", "--check", status=1), "WARNING",
                         "the consent expired")
        self.assert_says(self.flat("refresh", MAILBOX, status=SIGN_IN), "which was good until",
                         "as it had announced", f"tokend login {MAILBOX}")

    def test_offline_token_has_no_end(self):
        """A session's end at first; then 0, which is none."""
        self.announced = {"refresh_expires_in": 0}
        self.assertNotIn("consent", self.log_in())
        self.assertEqual(self.told()["consent_ends"], 0)
        self.assertNotIn("consent", self.flat("status", MAILBOX))
        self.announced = {"refresh_expires_in": 1800}
        self.flat("refresh", MAILBOX)
        self.assertNotEqual(self.told()["consent_ends"], 0)
        self.announced = {"refresh_expires_in": 0}
        self.flat("refresh", MAILBOX)
        self.assertEqual(self.told()["consent_ends"], 0)

    def test_grant_without_a_consent(self):
        """Old releases send one with client_credentials; nothing is renewed with it."""
        self.provider.grants["client_credentials"] = lambda client, form: {
            **self.provider.token_answer(self.provider.store.issue(MAILBOX), None),
            "refresh_token": "of no use", "refresh_expires_in": 60}
        self.stage.write_account(MAILBOX, **self.account_keys(
            self.provider, grant="client_credentials"))
        self.flat("refresh", MAILBOX)
        self.assertEqual(self.told()["consent_ends"], 0)

    def test_moves_as_soon_as_renewed(self):
        self.announced = {"refresh_expires_in": 1800}
        self.log_in()
        time.sleep(1.1)
        self.flat("refresh", MAILBOX)
        self.assertIs(self.told()["consent_stays"], False)


class Absolute(EndCase):
    """A consent for a time: each answer tells what is left of it."""

    def setUp(self):
        super().setUp()
        self.provider.store.rotation = "keep"
        self.log = os.path.join(self.folder, "warned")
        self.program = os.path.join(self.folder, "program")
        with open(self.program, "w", encoding="utf-8") as out:
            out.write(f"#!/bin/sh\nenv >>{self.log}\necho \"arguments: $#\" >>{self.log}\n"
                      f"echo end >>{self.log}\n")
        os.chmod(self.program, 0o755)
        os.chmod(self.folder, 0o777)

    def announce(self, seconds):
        self.ends = time.time() + seconds
        self.announced = {"refresh_token_expires_in": self.left}

    def warned(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log, encoding="utf-8") as told:
            return told.read()

    def test_warned_once(self):
        self.announce(WEEK)
        text = self.log_in(on_warning=self.program, on_error="/bin/false")
        self.assertIn("consent expires in 6 days", text)
        time.sleep(1.1)
        self.flat("refresh", MAILBOX)
        self.assert_says(self.flat("status", MAILBOX), "renewals do not move that",
                         f"tokend login {MAILBOX}")
        self.assertIn("TOKEND OK", self.flat("status", "--check"))
        self.assertEqual(self.warned(), "")
        # Six of the seven days later.
        self.ends -= 6 * 86400
        self.shift(6 * 86400)
        self.assert_says(self.flat("refresh", MAILBOX), "the consent expires in 23 h")
        told = waiting.until(lambda: self.warned().endswith("end\n") and self.warned(),
                             waiting.LIMIT, "on_warning to run")
        for _ in range(3):
            self.flat("refresh", MAILBOX)
        time.sleep(0.5)
        self.assertEqual(self.warned().count("end\n"), 1)
        self.assert_says(told, f"TOKEND_ACCOUNT={MAILBOX}", "TOKEND_CODE=warning",
                         "TOKEND_TEXT=", "the consent expires in 23 h",
                         f'"tokend login {MAILBOX}"', "arguments: 0")
        self.assert_says(self.flat("status", "--check", status=1), "WARNING",
                         "the consent expires in 23 h")
        self.assert_says(self.doctor(), "the consent expires in 23 h",
                         "mail stops until a person signs in", f"tokend login {MAILBOX}")
        self.assertIs(self.told()["consent_stays"], True)
        # A new consent expires when it says, and is warned of by itself.
        self.announce(WEEK)
        self.log_in(on_warning=self.program)
        self.assertNotIn("do not move", self.flat("status", MAILBOX))
        self.ends -= 6 * 86400
        self.shift(6 * 86400)
        self.flat("refresh", MAILBOX)
        waiting.until(lambda: self.warned().count("end\n") == 2, waiting.LIMIT, "the second")

    def test_warned_by_serve_in_time(self):
        """Nothing else makes a renewal due: the access token is good for an hour."""
        self.announce(12)
        self.log_in(on_warning=self.program)
        output = self.start_serve()
        waiting.until(lambda: self.warned().endswith("end\n"), 15, "the warning")
        self.assertGreater(self.ends, time.time())
        self.assert_says(output.output(), "the consent expires in", "renewals do not move that")
        count = self.count_renewals()
        waiting.until(lambda: time.time() > self.ends, 15, "the end")
        self.assertEqual(self.count_renewals(), count)
        self.assertLessEqual(count, 3)
        self.assertEqual(self.warned().count("end\n"), 1)

    def test_a_lost_state_costs_no_end(self):
        """It is with the credential, too; an older file has none and is read."""
        self.announce(WEEK)
        self.log_in()
        ends = self.told()["consent_ends"]
        os.unlink(os.path.join(self.stage.state, "state", MAILBOX))
        self.announced = {}
        self.flat("refresh", MAILBOX)
        self.assertEqual(self.told()["consent_ends"], ends)

    def test_dates_and_wall_clocks(self):
        for name, value in (
                ("refresh_token_expires_at", lambda: time.strftime(
                    "%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.ends))),
                ("refresh_token_expiration", lambda: int(self.ends)),
                ("x_refresh_token_expires_in", lambda: str(self.left()))):
            with self.subTest(name):
                self.announce(WEEK)
                self.announced = {name: value}
                self.assertIn("consent expires in 6 days", self.log_in())
                self.assertAlmostEqual(self.told()["consent_ends"], self.ends, delta=10)

    def test_revoked_and_removed(self):
        self.announce(WEEK)
        self.log_in()
        self.flat("revoke", MAILBOX)
        self.assertEqual(self.told()["consent_ends"], 0)


class Files(EndCase):
    def test_of_another_release(self):
        """The lines that are new are left out, as an older tokend leaves them."""
        self.announced = {"refresh_expires_in": 1800}
        self.log_in()
        for folder in ("state", "credentials"):
            path = os.path.join(self.stage.state, folder, MAILBOX)
            self.assertIn("ends=", process.run(["cat", path]).stdout)
            process.run(["sed", "-i", "-E", "/^(consent_|ends|warned)/d", path])
        os.chown(os.path.join(self.stage.state, "state", MAILBOX), self.stage.uid, -1)
        os.chown(os.path.join(self.stage.state, "credentials", MAILBOX), self.stage.uid, -1)
        self.assertEqual(self.told()["consent_ends"], 0)
        self.announced = {}
        self.flat("refresh", MAILBOX)
        self.announced = {"refresh_expires_in": 1800}
        self.flat("refresh", MAILBOX)
        self.assertNotEqual(self.told()["consent_ends"], 0)
