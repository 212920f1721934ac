# SPDX-License-Identifier: BSD-2-Clause
"""`tokend login` with what is there already: a refresh token, a client's secret (scripts)."""

import os

from support import faults
from support.case import CLIENT_ID, CLIENT_SECRET, MAILBOX
from support.sign_in import (APP, CONFIG, LATER, SECRET_FILE, SIGN_IN, USAGE, USER,
                             SignInCase)

ROBOT = "robot-of-the-tests"
ROBOT_SECRET = "secret/of+the&robot=%41"


class GivenCase(SignInCase):
    def give(self, *options, stdin="", status=0, says=(), name=USER):
        done = self.note(self.home.tokend("login", *options, "--no-test", name, stdin=stdin))
        self.assertEqual(done.status, status, done.text)
        self.assert_says(" ".join(done.text.split()), *says)
        return done


class RefreshToken(GivenCase):
    def setUp(self):
        super().setUp()
        self.consent = self.provider.store.authorise(APP, USER)

    def test_new_account(self):
        self.give(*self.settings(), "--refresh-token-stdin", stdin=self.consent + "\n")
        self.assert_signed_in()
        self.assertEqual(self.provider.authorization.requests, [])

    def test_with_the_clients_secret(self):
        """Two lines, in the order that --help states."""
        consent = self.provider.store.authorise(CLIENT_ID, USER)
        self.give(*self.settings(client=CLIENT_ID), "--client-secret-stdin",
                  "--refresh-token-stdin", stdin=f"{consent}\n{CLIENT_SECRET}\n")
        self.assertEqual(self.provider.requests[0].client_auth, "post")
        self.assertIn(consent, self.credential())

    def test_no_newline_and_windows_newline(self):
        for name, end in (("a@example.org", ""), ("b@example.org", "\r\n")):
            with self.subTest(end):
                self.give(*self.settings(), "--user", USER, "--refresh-token-stdin",
                          stdin=self.consent + end, name=name)

    def test_refused(self):
        self.give(*self.settings(), "--refresh-token-stdin", stdin="no-such-token-anywhere\n",
                  status=SIGN_IN, says=("invalid_grant",))
        self.assert_nothing_kept()

    def test_provider_is_down(self):
        """It was neither proven nor refuted, and there was nothing before."""
        self.provider.down()
        self.give(*self.settings(), "--refresh-token-stdin", stdin=self.consent + "\n",
                  status=LATER, says=("stored",))
        self.provider.up()
        self.succeed(self.home.tokend("refresh", USER))
        self.assert_signed_in()

    def test_nothing_or_nonsense_on_standard_input(self):
        for stdin in ("", "\n", "tab\tinside\n", "escape\x1b[2J\n", "a" * 20000):
            with self.subTest(stdin[:12]):
                self.give(*self.settings(), "--refresh-token-stdin", stdin=stdin, status=CONFIG,
                          says=("standard input",))
                self.assert_nothing_kept()
        self.assertEqual(self.provider.count, 0)

    def test_rotated_at_once(self):
        """The first refresh spends a one-time token: its successor is what is stored."""
        self.provider.store.rotation = "one-time"
        self.give(*self.settings(), "--refresh-token-stdin", stdin=self.consent + "\n")
        self.assertNotIn(self.consent, self.credential())
        self.assert_signed_in()


class ClientCredentials(GivenCase):
    def setUp(self):
        super().setUp()
        self.provider.store.register(ROBOT, secret=ROBOT_SECRET, user=USER)

    def options(self, **more):
        return [*self.settings(client=ROBOT, flow=None, **more), "--grant", "client_credentials"]

    def test_secret_by_standard_input(self):
        self.give(*self.options(), "--client-secret-stdin", stdin=ROBOT_SECRET + "\n")
        keys = self.account()
        self.assertEqual(keys["grant"], "client_credentials")
        self.assertNotIn("client_secret", keys)
        self.assertTrue(self.provider.store.introspect(self.token(home=self.home))["active"])

    def test_basic(self):
        self.give(*self.options(client_auth="basic"), "--client-secret-stdin",
                  stdin=ROBOT_SECRET)
        self.assertEqual(self.provider.requests[-1].client_auth, "basic")

    def test_secret_in_a_file(self):
        path = self.home.write(SECRET_FILE, ROBOT_SECRET + "\n")
        self.give(*self.options(client_secret_file=path))
        self.assertEqual(self.account()["client_secret_file"], path)

    def test_wrong_secret(self):
        self.give(*self.options(), "--client-secret-stdin", stdin="wrong-secret-of-a-robot\n",
                  status=CONFIG, says=("invalid_client",))
        self.assert_nothing_kept()

    def test_new_secret_of_an_account(self):
        """Secrets end (AADSTS7000222): the new one takes the place, the settings stay."""
        self.give(*self.options(), "--client-secret-stdin", stdin=ROBOT_SECRET)
        with open(os.path.join(self.home.accounts, f"{USER}.conf"), encoding="utf-8") as text:
            before = text.read()
        self.provider.store.register(ROBOT, secret="another secret of the robot".replace(" ", "-"),
                                     user=USER)
        self.give("--client-secret-stdin", stdin="another-secret-of-the-robot\n")
        with open(os.path.join(self.home.accounts, f"{USER}.conf"), encoding="utf-8") as text:
            self.assertEqual(text.read(), before)
        self.assertIn("another-secret-of-the-robot", self.credential())

    def test_no_secret_at_all(self):
        self.give(*self.options(), status=CONFIG, says=("--client-secret-stdin",))
        self.assert_nothing_kept()

    def test_refresh_token_is_not_for_this_grant(self):
        self.give(*self.options(), "--refresh-token-stdin", stdin="a-refresh-token\n",
                  status=CONFIG, says=("refresh token",))
        self.assert_nothing_kept()

    def test_provider_fails(self):
        self.provider.fault(faults.oauth_error(400, "unauthorized_client", "Ask the admin"))
        self.give(*self.options(), "--client-secret-stdin", stdin=ROBOT_SECRET, status=CONFIG,
                  says=("unauthorized_client", "Ask the admin"))
        self.assert_nothing_kept()


class Options(GivenCase):
    """What is wrong is said before anybody is asked anything."""

    def test_secrets_are_no_arguments(self):
        for key in ("client_secret", "proxy"):
            value = {"client_secret": CLIENT_SECRET, "proxy": f"http://a:{CLIENT_SECRET}@b"}[key]
            with self.subTest(key):
                done = self.give(*self.settings(), "--set", f"{key}={value}", status=USAGE)
                self.assertNotIn(CLIENT_SECRET, done.text)
        self.assert_nothing_kept()

    def test_nonsense(self):
        for words in (["--nonsense"], ["--set", "x"], ["--set", "no_key=1"],
                      ["--set", "client_id=a\nuser=b"], ["--service", "nntp"],
                      ["--device", "--no-receiver"], ["--client-id", "a", "--client-id", "b"],
                      ["one@example.org"]):
            with self.subTest(words):
                self.give(*words, status=USAGE)
        self.assert_nothing_kept()

    def test_unknown_provider(self):
        self.give("--provider", "nobody", "--client-id", APP, status=CONFIG,
                  says=("nobody", "google"))
        self.assert_nothing_kept()

    def test_no_account_and_no_options(self):
        self.give(status=67, says=(MAILBOX, "--provider"))
        self.assert_nothing_kept()

    def test_names_that_are_none(self):
        for name in ("../alice", ".hidden", "a/b", "a\x1bb", "n" * 201, "ali\u200bce",
                     "alice\u202emoc", "alice\u00ad"):
            with self.subTest(name):
                done = self.note(self.home.tokend("login", *self.settings(), "--no-test", "--",
                                                  name))
                self.assertNotEqual(done.status, 0)
                self.assertNotRegex(done.text, "[\x1b\u200b\u202e\u00ad]")
        self.assert_nothing_kept()
