"""`tokend status`, `--help`, standard input, and the program that is told of errors."""

import json
import os
import time

from support import faults, process, waiting
from support.case import MAILBOX, IntegrationCase

SIGN_IN = 77
COMMANDS = ("import", "login", "refresh", "serve", "status", "token")


class Status(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()

    def status(self, *args, status=0):
        done = self.note(self.stage.tokend("status", *args))
        self.assertEqual(done.status, status, done.text)
        return done.stdout

    def json(self, *args, status=0):
        return json.loads(self.status("--json", *args, status=status))

    def test_no_account(self):
        self.assert_says(self.status(), self.stage.config)
        self.assertEqual(self.json(), [])

    def test_good_account(self):
        self.sign_in(self.provider)
        self.token()
        self.assert_says(self.status(), MAILBOX, "token good for")
        view, = self.json(MAILBOX)
        self.assertEqual((view["account"], view["code"], view["text"]), (MAILBOX, "ok", ""))
        self.assertAlmostEqual(view["expires"], time.time() + 3600, delta=30)
        self.assertEqual(self.provider.count, 1, "looking asks nobody")

    def test_failing_account_among_good_ones(self):
        self.sign_in(self.provider, "good@example.org")
        self.sign_in(self.provider)
        self.provider.store.withdraw(MAILBOX)
        self.assertEqual(self.note(self.stage.tokend("refresh", MAILBOX)).status, SIGN_IN)
        self.assert_says(self.status(status=SIGN_IN), "good@example.org", MAILBOX,
                         "invalid_grant", "tokend login")
        views = {view["account"]: view for view in self.json(status=SIGN_IN)}
        self.assertEqual(views["good@example.org"]["code"], "ok")
        self.assertEqual(views[MAILBOX]["code"], "sign-in")
        self.assertEqual(views[MAILBOX]["failures"], 1)
        self.assertGreater(views[MAILBOX]["retry_after"], 0)

    def test_hostile_words_stay_json_and_printable(self):
        self.sign_in(self.provider)
        self.provider.fault(faults.oauth_error(400, "invalid_grant",
                                               'quote " backslash \\ \x1b[31m\u202eturned\n end'))
        self.stage.tokend("refresh", MAILBOX)
        view, = self.json(status=SIGN_IN)
        self.assert_says(view["text"], 'quote "', "end")
        for text in (view["text"], *self.status(status=SIGN_IN).splitlines()):
            self.assertNotRegex(text, "[\x00-\x1f\x7f-\x9f\u202e]")
        self.assertIn("\\u{202E}turned", view["text"])


class Manners(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()

    def test_help_goes_to_standard_output(self):
        for command in COMMANDS:
            with self.subTest(command):
                done = self.note(self.stage.tokend(command, "--help"))
                self.assertEqual((done.status, done.stderr), (0, ""))
                self.assert_says(done.stdout, f"tokend {command}")

    def test_token_leaves_standard_input_alone(self):
        """Mail programs run it with their own standard input: not a byte of it may go."""
        self.sign_in(self.provider)
        script = f"{self.stage.tokend_path} token {MAILBOX} >/dev/null; cat"
        done = self.note(process.run(["sh", "-c", script], stdin="for somebody else\n"))
        self.assertEqual(done.stdout, "for somebody else\n")


class OnError(IntegrationCase):
    """`on_error`: run once when a person must act, with the facts, and without a secret."""

    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()
        self.told = os.path.join(self.folder, "told")
        self.program = os.path.join(self.folder, "program")
        with open(self.program, "w", encoding="utf-8") as out:
            out.write(f"#!/bin/sh\nenv >>{self.told}\necho \"arguments: $#\" >>{self.told}\n"
                      f"echo end >>{self.told}\n")
        os.chmod(self.program, 0o755)
        os.chmod(self.folder, 0o777)
        self.evidence.add_file(self.told)

    def what_was_told(self):
        if not os.path.exists(self.told):
            return ""
        with open(self.told, encoding="utf-8") as told:
            return told.read()

    def test_once_for_a_lost_consent(self):
        self.sign_in(self.provider, on_error=self.program)
        self.provider.store.withdraw(MAILBOX)
        for _ in range(3):
            self.assertEqual(self.note(self.stage.tokend("refresh", MAILBOX)).status, SIGN_IN)
        told = waiting.until(lambda: self.what_was_told().endswith("end\n")
                             and self.what_was_told(), waiting.LIMIT, "on_error to run")
        self.assertEqual(told.count("end\n"), 1)
        self.assert_says(told, f"TOKEND_ACCOUNT={MAILBOX}", "TOKEND_CODE=sign-in",
                         "TOKEND_TEXT=", "invalid_grant", "arguments: 0")

    def test_not_for_what_passes(self):
        self.sign_in(self.provider, on_error=self.program)
        self.provider.fault(faults.plain_status(503), times=1)
        self.assertEqual(self.note(self.stage.tokend("refresh", MAILBOX)).status, 75)
        self.succeed(self.stage.tokend("refresh", MAILBOX))
        self.assertEqual(self.what_was_told(), "")
