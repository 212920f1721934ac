# SPDX-License-Identifier: BSD-2-Clause
"""What a refusal by the provider becomes: one line, and the whole of it in `status`."""

import json
import os

from support import faults
from support.case import CLIENT_ID, MAILBOX, IntegrationCase
from support.terminal import Terminal

SIGN_IN = 77
CONFIG = 78
COLUMNS = 80
UNUSED = ("AADSTS700082: The refresh token has expired due to inactivity. The token was issued on "
          "2026-01-01T00:00:00.0000000Z and was inactive for 90.00:00:00.\r\n"
          "Trace ID: 11111111-2222-3333-4444-555555555555\r\n"
          "Correlation ID: 66666666-7777-8888-9999-000000000000\r\n"
          "Timestamp: 2026-11-21 00:00:00Z")


class Advice(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()

    def refuse(self, error, description=None, status=400, **keys):
        """A refresh that the provider refuses; what it said on standard error."""
        self.sign_in(self.provider, **keys)
        self.provider.fault(faults.oauth_error(status, error, description), times=1)
        done = self.note(self.stage.tokend("refresh", MAILBOX))
        self.assertNotEqual(done.status, 0)
        return done.stderr

    def shown(self, status):
        """What `status` shows: its text, and its parts by name."""
        done = self.note(self.stage.tokend("status", MAILBOX))
        self.assertEqual(done.status, status, done.text)
        parts, name = {}, None
        for line in done.stdout.splitlines():
            self.assertLessEqual(len(line), COLUMNS, line)
            if line[:2] == "  " and line[2:3].strip() and ":" in line[:13]:
                name, _, line = line.strip().partition(":")
                parts[name] = ""
            if name is not None:
                parts[name] = f"{parts[name]} {line.strip()}".strip()
        return done.stdout, parts

    def json(self):
        view, = json.loads(self.stage.tokend("status", "--json", MAILBOX).stdout)
        return view

    def test_number_of_microsoft(self):
        line = self.refuse("invalid_grant", UNUSED, user="alice")
        self.assertEqual(line.count("\n"), 1, "a log has room for one line")
        self.assert_says(line, "AADSTS700082", f"tokend login {MAILBOX}")
        self.assertNotIn("Trace ID", line)
        text, parts = self.shown(SIGN_IN)
        self.assert_says(text, "grant refresh_token", "user alice")
        self.assertEqual(parts["error"], "invalid_grant")
        self.assert_says(parts["meaning"], "90 days", f'"tokend refresh {MAILBOX}"')
        self.assertEqual(parts["to do"], f'Run "tokend login {MAILBOX}".')
        self.assertEqual(parts["its words"], UNUSED.replace("\r\n", " "))
        self.assertEqual(parts["look up"],
                         "https://login.microsoftonline.com/error?code=700082")
        view = self.json()
        self.assertEqual([view[name] for name in ("error", "meaning", "remedy", "words",
                                                  "look_up", "grant", "user")],
                         [parts["error"], parts["meaning"], parts["to do"], parts["its words"],
                          parts["look up"], "refresh_token", "alice"])

    def test_unknown_error_passes_whole(self):
        words = " ".join(f"word{number}" for number in range(180))
        self.refuse("strange_error", words)
        _, parts = self.shown(CONFIG)
        self.assertEqual(parts["error"], "strange_error")
        self.assertEqual(parts["its words"], words)
        self.assertEqual(parts["to do"], "check the account's file and the app's registration")
        self.assertNotIn("meaning", parts)
        self.assertEqual(self.json()["look_up"], "")

    def test_endless_words_are_cut(self):
        self.refuse("invalid_grant", "four " * 2000)
        _, parts = self.shown(SIGN_IN)
        self.assertTrue(("four " * 2000).startswith(parts["its words"]))
        self.assertIn(len(parts["its words"]), range(2040, 2049))

    def test_nobody_signs_in_for_a_machine(self):
        """The advice is for who runs it, whatever the provider calls the error."""
        secret = "secret of the robot"
        self.provider.store.register("a-robot", secret=secret, user=MAILBOX)
        self.stage.write_account(MAILBOX, **self.account_keys(
            self.provider, grant="client_credentials", client_id="a-robot",
            client_secret=secret))
        for error, number, says in (
                ("invalid_grant", 700082, "the secret, and"), ("invalid_grant", 65001, "consent"),
                ("invalid_client", 7000222, f"--client-secret-stdin {MAILBOX}"),
                ("interaction_required", 53003, "Conditional Access")):
            with self.subTest(number):
                self.provider.fault(faults.oauth_error(400, error, f"AADSTS{number}: No."), times=1)
                done = self.note(self.stage.tokend("refresh", MAILBOX))
                self.assertEqual(done.status, CONFIG)
                text, parts = self.shown(CONFIG)
                self.assert_says(text, says)
                self.assertNotIn("sign in again", done.stderr + text)
                self.assertNotIn("Run \"tokend login", parts["to do"])

    def test_masked_in_every_word(self):
        """Providers echo what was sent; neither the line nor the whole may show it."""
        token = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        self.stage.write_account(MAILBOX, **self.account_keys(self.provider))
        self.succeed(self.stage.tokend("login", "--refresh-token-stdin", MAILBOX,
                                       stdin=token + "\n"))
        self.provider.fault(faults.oauth_error(400, "invalid_grant",
                                               f"{'no ' * 200}your {token} is bad"), times=1)
        self.note(self.stage.tokend("refresh", MAILBOX))
        _, parts = self.shown(SIGN_IN)
        self.assertTrue(parts["its words"].endswith("no your *** is bad"), parts["its words"])
        with open(os.path.join(self.stage.state, "state", MAILBOX), encoding="utf-8") as state:
            self.assertNotIn(token, state.read())

    def test_forgotten_when_it_works_again(self):
        self.refuse("invalid_grant", UNUSED)
        self.succeed(self.stage.tokend("refresh", MAILBOX))
        text, parts = self.shown(0)
        self.assertEqual(parts, {})
        self.assert_says(text, "renewed when a program asks in")
        self.assertEqual([self.json()[name] for name in ("error", "meaning", "words")],
                         ["", "", ""])

    def at_a_terminal(self, script):
        """The exit status of a command whose standard error is a terminal, and its screen."""
        self.provider.fault(faults.oauth_error(400, "invalid_grant", UNUSED), times=1)
        terminal = Terminal(os.path.join(self.folder, "terminal"), ["sh", "-c", script], lines=40)
        try:
            return terminal.wait_end(), terminal.text
        finally:
            terminal.stop()

    def test_whole_at_a_terminal(self):
        self.sign_in(self.provider)
        status, text = self.at_a_terminal(f"{self.stage.tokend_path} refresh {MAILBOX}")
        self.assertEqual(status, SIGN_IN)
        self.assert_says(text, "its words:", "Trace ID", "look up:", "error?code=700082",
                         f'Run "tokend login {MAILBOX}"')

    def test_whole_of_a_sign_in_that_fails(self):
        """Nothing of it is kept, so it is not in the state: the conversation brings it."""
        self.stage.write_account(MAILBOX, **self.account_keys(self.provider))
        token = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        typed = os.path.join(self.folder, "typed")
        with open(typed, "w", encoding="ascii") as out:
            out.write(token + "\n")
        status, text = self.at_a_terminal(
            f"{self.stage.tokend_path} login --refresh-token-stdin {MAILBOX} <{typed}")
        self.assertEqual(status, SIGN_IN)
        self.assert_says(text, "its words:", "Trace ID", "look up:", "error?code=700082")
        _, parts = self.shown(SIGN_IN)
        self.assertEqual(list(parts), ["sign-in"])
