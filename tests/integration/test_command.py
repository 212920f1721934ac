# SPDX-License-Identifier: BSD-2-Clause
"""`tokend status`, `--help`, standard input, and the program that is told of errors."""

import json
import os
import re
import socket
import time

from support import faults, process, waiting
from support.case import CLIENT_ID, CLIENT_SECRET, MAILBOX, IntegrationCase

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
        self.assertEqual(self.provider.count, 1, "looking asks no provider")

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


class Worst(IntegrationCase):
    """The exit status is the worst account's; one that was revoked is not good."""

    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()

    def status(self, *args):
        return self.note(self.stage.tokend("status", *args))

    def test_revoked(self):
        self.sign_in(self.provider, revocation_endpoint=self.provider.revocation.endpoint)
        self.token()
        self.assertEqual(self.status().status, 0)
        self.succeed(self.stage.tokend("revoke", "--yes", MAILBOX))
        done = self.status()
        self.assertEqual(done.status, SIGN_IN, done.text)
        self.assert_says(done.stdout, "revoked here", f"tokend login {MAILBOX}")
        view, = json.loads(self.status("--json").stdout)
        self.assertEqual(view["code"], "sign-in")
        self.assertEqual(self.note(self.stage.tokend("token", MAILBOX)).status, SIGN_IN)
        self.assertEqual(self.status("--check").status, 2)
        self.sign_in(self.provider)
        self.assertEqual(self.status().status, 0)

    def test_revoked_with_a_secret_that_stays(self):
        """Whether a refresh token is in an encrypted file, only the worker can tell."""
        self.stage.write_account(MAILBOX, **self.account_keys(
            self.provider, client_secret=None,
            revocation_endpoint=self.provider.revocation.endpoint))
        token = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        self.succeed(self.stage.tokend("login", "--refresh-token-stdin", "--client-secret-stdin",
                                       MAILBOX, stdin=f"{token}\n{CLIENT_SECRET}\n"))
        self.succeed(self.stage.tokend("revoke", "--yes", MAILBOX))
        self.assertTrue(os.path.exists(os.path.join(self.stage.state, "credentials", MAILBOX)))
        self.assertEqual(self.status().status, SIGN_IN)

    def test_never_signed_in(self):
        self.stage.write_account(MAILBOX, **self.account_keys(self.provider))
        done = self.status()
        self.assertEqual(done.status, SIGN_IN, done.text)
        self.assert_says(done.stdout, "no refresh token is stored")

    def test_worst_is_not_the_first(self):
        self.sign_in(self.provider, "a@example.org")
        self.sign_in(self.provider, "b@example.org")
        self.provider.fault(faults.plain_status(503), times=1)
        self.assertEqual(self.note(self.stage.tokend("refresh", "a@example.org")).status, 75)
        self.provider.store.withdraw("b@example.org")
        self.assertEqual(self.note(self.stage.tokend("refresh", "b@example.org")).status, SIGN_IN)
        for args in ((), ("--json",)):
            self.assertEqual(self.status(*args).status, SIGN_IN)

    def test_list_of_many(self):
        """Trouble first, one line each, and a summary at the end."""
        names = [f"{letter}@example.org" for letter in "abcdefgh"]
        for name in names:
            self.sign_in(self.provider, name)
        self.provider.store.withdraw("f@example.org")
        self.stage.tokend("refresh", "f@example.org")
        lines = self.status().stdout.splitlines()
        self.assertEqual(len(lines), len(names) + 1)
        self.assertTrue(lines[0].startswith("sign-in   f@example.org: "), lines[0])
        self.assertEqual([line.split()[1] for line in lines[1:-1]],
                         [f"{name}:" for name in names if name[0] != "f"])
        self.assert_says(lines[-1], "8 accounts: 7 ok, 0 with a warning, 1 with a fault")

    def test_watch(self):
        self.sign_in(self.provider)
        log = os.path.join(self.folder, "watched")
        watched = process.Background([self.stage.tokend_path, "status", "--watch"], log)
        try:
            waiting.until(lambda: "renewed" in watched.output(), waiting.LIMIT, watched.output)
            self.assertNotIn("revoked", watched.output())
            self.provider.store.withdraw(MAILBOX)
            self.stage.tokend("refresh", MAILBOX)
            waiting.until(lambda: "revoked" in watched.output() or watched.status is not None,
                          waiting.LIMIT, watched.output)
            self.assertGreaterEqual(watched.output().count("\ntokend status, "), 1)
            self.assertNotIn("\x1b", watched.output())
        finally:
            status = watched.stop()
        self.assertEqual(status, SIGN_IN)


class Check(IntegrationCase):
    """`--check`: a line, a state and data, as monitoring plugins have them."""

    LINE = re.compile(r"TOKEND (OK|WARNING|CRITICAL|UNKNOWN) - [^|\n]+( \| [^|\n]+)?\n")
    STATES = {"OK": 0, "WARNING": 1, "CRITICAL": 2, "UNKNOWN": 3}

    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()

    def check(self, *args, state):
        done = self.note(self.stage.tokend("status", "--check", *args))
        found = self.LINE.fullmatch(done.stdout)
        self.assertIsNotNone(found, done.text)
        self.assertEqual((found[1], done.status, done.stderr), (state, self.STATES[state], ""))
        return done.stdout

    def test_good(self):
        self.sign_in(self.provider)
        self.token()
        self.assert_says(self.check(state="OK"), "1 account is good",
                         "| accounts=1;;;0 warnings=0;;;0 faults=0;;;0 ")
        line = self.check("--warning", "15m", "--critical", "60", state="OK")
        self.assertRegex(line, rf"'{MAILBOX}'=3[56]\d\ds;900:;60:;0\n$")
        self.assertEqual(self.provider.count, 1, "looking asks no provider")

    def test_thresholds(self):
        self.sign_in(self.provider)
        self.token()
        self.assert_says(self.check("--warning=2h", state="WARNING"), MAILBOX, "token is good for")
        self.check("--warning=1d", "--critical=2h", state="CRITICAL")
        self.check("--warning=2h", MAILBOX, state="WARNING")

    def test_one_that_no_program_has_asked_for_yet(self):
        self.sign_in(self.provider)
        os.remove(os.path.join(self.stage.state, "state", MAILBOX))
        self.check("--critical=5m", state="OK")

    def test_failure_that_passes(self):
        """As long as the token is good, mail goes."""
        self.sign_in(self.provider)
        self.token()
        self.provider.fault(faults.plain_status(503), times=1)
        self.stage.tokend("refresh", MAILBOX)
        self.assert_says(self.check(state="WARNING"), MAILBOX, "503", "next try in")
        os.remove(os.path.join(self.stage.state, "cache", MAILBOX))
        self.check(state="CRITICAL")

    def test_many_that_fail(self):
        for letter in "abcde":
            self.sign_in(self.provider, f"{letter}@example.org")
            self.provider.store.withdraw(f"{letter}@example.org")
            self.stage.tokend("refresh", f"{letter}@example.org")
        self.assert_says(self.check(state="CRITICAL"), "5 of 5 accounts: a@example.org",
                         "; and 2 more |", "faults=5;;;0")

    def test_name_that_would_break_the_data(self):
        self.sign_in(self.provider, "it's|a=b", mailbox=MAILBOX)
        self.token("it's|a=b")
        line = self.check("--warning=2h", state="WARNING")
        self.assertIn(" 'it''s_a_b'=", line)

    def test_nothing_to_look_at(self):
        self.assert_says(self.check(state="UNKNOWN"), "no account")
        self.assert_says(self.check("nobody@example.org", state="UNKNOWN"), "nobody@example.org")

    def test_wrong_use(self):
        for args in (("--warning", "soon"), ("--critical=5y",), ("--json",), ("a", "b")):
            done = self.note(self.stage.tokend("status", "--check", *args))
            self.assertEqual(done.status, 3, done.text)
        self.assertEqual(self.note(self.stage.tokend("status", "--warning=1h")).status, 64)

    def test_serve_that_is_gone(self):
        """A socket on which no process answers: each login fails, and no failure is remembered."""
        self.sign_in(self.provider)
        self.token()
        with self.stage.serve():
            self.check(state="OK")
        with socket.socket(socket.AF_UNIX) as left:
            if os.path.exists(self.stage.socket):
                os.remove(self.stage.socket)
            left.bind(self.stage.socket)
            os.chmod(self.stage.socket, 0o666)
        self.addCleanup(os.remove, self.stage.socket)
        self.assert_says(self.check(state="CRITICAL"), "no tokend serve answers",
                         self.stage.socket)


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
        done = self.note(process.run(["sh", "-c", script], stdin="for another program\n"))
        self.assertEqual(done.stdout, "for another program\n")


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
