# SPDX-License-Identifier: BSD-2-Clause
"""A renewal that is cut off between its request and the storing of its answer is told of as that.

No protocol closes that moment. But who reads the log, the status or the failure has to learn that
a one-time token was spent here, and not that a person withdrew a consent.
"""

import json
import os
import signal
import threading

from support import doctor, faults, lineproto, process, waiting
from support.case import MAILBOX, IntegrationCase
from support.refresher import Refresher

SIGN_IN = 77
LATER = 75
# The renames of a refresh, in their order.
CREDENTIAL, CACHE, STATE = 1, 2, 3
CUT_OFF = "was interrupted before its answer was stored"
WITHDRAWN = "withdrawn"


def kill_at(call, number=1):
    return f"--inject={call}:signal=KILL:when={number}"


class Interrupted(Refresher):
    """A worker that is killed; each test looks at what the next run says."""

    def kill(self, call, number=1):
        status, _ = self.refresh(kill_at(call, number))
        self.assertEqual(status, -signal.SIGKILL)

    def status(self):
        """What `tokend status` says: (the text, the object of its JSON)."""
        shown = self.note(self.stage.tokend("status", MAILBOX))
        told, = json.loads(self.note(self.stage.tokend("status", "--json", MAILBOX)).stdout)
        return " ".join(shown.stdout.split()), told

    def assert_told_as_refusal(self):
        status, answer = self.refresh()
        self.assertEqual((status, answer["code"]), (SIGN_IN, "sign-in"))
        self.assert_says(answer["text"], MAILBOX, "invalid_grant", "probably spent", "interrupted",
                         f"tokend login {MAILBOX}")
        text, told = self.status()
        self.assert_says(text, "interrupted", "probably spent", f"tokend login {MAILBOX}")
        self.assert_says(told["meaning"], "interrupted before its answer was stored on this machine")
        self.assertNotIn(WITHDRAWN, text)

    def test_next_run_says_so(self):
        self.kill("renameat", CREDENTIAL)
        text, told = self.status()
        self.assert_says(text, "interrupted:", CUT_OFF)
        self.assertGreater(told["interrupted"], 0)
        self.assert_told_as_refusal()
        self.assert_says(self.said, MAILBOX, CUT_OFF)
        # One line for one interruption; the failure goes on being explained.
        self.assert_told_as_refusal()
        self.assertNotIn("tokend-worker was killed", self.said)
        self.sign_in_again()
        text, told = self.status()
        self.assertNotIn("interrupted", text)
        self.assertEqual(told["interrupted"], 0)
        self.provider.store.withdraw(MAILBOX)
        _, answer = self.refresh()
        self.assertNotIn("interrupted", answer["text"])

    def test_wherever_it_was_killed(self):
        """From the request to the rename, and with what came written already or not."""
        for call, number in (("pwrite64", 2), ("ftruncate", 1), ("fsync", 3)):
            with self.subTest(call):
                self.kill(call, number)
                self.assertTrue(self.between_commit_and_rename())
                self.assertGreater(self.status()[1]["interrupted"], 0)
                self.assert_told_as_refusal()
                self.sign_in_again()

    def test_it_is_remembered_while_the_provider_is_down(self):
        self.kill("renameat", CREDENTIAL)
        self.provider.down()
        status, answer = self.refresh()
        self.assertEqual((status, answer["code"]), (LATER, "later"))
        self.assert_says(self.said, CUT_OFF)
        self.provider.up()
        self.assert_told_as_refusal()

    def test_doctor_says_so_before_the_next_try(self):
        self.kill("renameat", CREDENTIAL)
        found = self.odd()
        self.assert_says(found["found"], MAILBOX, CUT_OFF, "tokend-worker was killed")
        self.assert_says(found["mend"], f"tokend refresh {MAILBOX}", f"tokend login {MAILBOX}")
        self.assert_told_as_refusal()
        self.assertEqual(doctor.warnings(self.doctor(), "accounts"), [])
        self.assertEqual(len(doctor.faults(self.doctor(), "accounts")), 1)

    def odd(self):
        found, = doctor.warnings(self.doctor(), "accounts")
        return found

    def doctor(self):
        return json.loads(self.note(self.stage.tokend("doctor", "--json")).stdout)

    def test_request_without_an_answer(self):
        """Nothing was killed: the provider renewed, and its answer was lost on the way."""
        for lost in (faults.lost_answer, faults.truncated):
            with self.subTest(lost.__name__):
                self.provider.fault(lost, times=1)
                self.assert_unanswered()

    def assert_unanswered(self):
        status, answer = self.refresh()
        self.assertEqual((status, answer["code"]), (LATER, "later"))
        text, told = self.status()
        self.assert_says(text, "interrupted:", "was sent and not answered", "lost on the way")
        self.assertGreater(told["interrupted"], 0)
        self.assert_says(self.odd()["found"], "was sent and not answered")
        status, answer = self.refresh()
        self.assertEqual((status, answer["code"]), (SIGN_IN, "sign-in"))
        self.assert_says(answer["text"], MAILBOX, "invalid_grant", "probably spent",
                         "was sent and not answered", f"tokend login {MAILBOX}")
        text, told = self.status()
        self.assert_says(told["meaning"], "sent and not answered")
        self.assertNotIn(WITHDRAWN, text)
        self.sign_in_again()
        self.assertEqual(self.status()[1]["interrupted"], 0)

    def test_what_was_not_sent_is_not_in_doubt(self):
        self.provider.down()
        self.assertEqual(self.refresh()[0], LATER)
        self.assertEqual(self.status()[1]["interrupted"], 0)

    def test_token_that_lasts_is_renewed_and_the_log_says_what_happened(self):
        self.provider.store.rotation = "keep"
        self.kill("renameat", 1)  # of the access token: no other came
        self.assertGreater(self.status()[1]["interrupted"], 0)
        status, answer = self.refresh()
        self.assertEqual((status, answer["code"]), (0, "ok"))
        self.assert_says(self.said, CUT_OFF)
        self.assertEqual(self.status()[1]["interrupted"], 0)

    def test_nothing_is_said_where_nothing_is_lost(self):
        """Killed before there is a mark, or once the refresh token is stored."""
        for call, number in (("fallocate", 1), ("renameat", CACHE), ("renameat", STATE)):
            with self.subTest(f"{call} {number}"):
                self.kill(call, number)
                self.assertEqual(self.status()[1]["interrupted"], 0)
                status, answer = self.refresh()
                self.assertEqual((status, answer["code"]), (0, "ok"))
                self.assertNotIn("interrupted", self.said)

    def test_refusal_by_a_host_does_not_hide_it(self):
        token = self.token()
        with open(self.path("cache"), encoding="utf-8") as file:
            number = next(line for line in file if line.startswith("id="))[3:].strip()
        self.kill("renameat", CREDENTIAL)
        self.start_serve()
        lineproto.ask(self.stage.socket, {
            "verb": "reject", "account": MAILBOX, "id": number, "host": "localhost",
            "challenge": "no"})
        self.assertGreater(self.status()[1]["interrupted"], 0)
        self.assertTrue(token)
        self.assert_told_as_refusal()


class Serving(IntegrationCase):
    """tokend sees its worker go."""

    def test_workers_death_is_in_the_log(self):
        self.require_root()
        provider = self.start_provider()
        provider.store.rotation = "one-time"
        self.sign_in(provider)
        release = threading.Event()
        self.addCleanup(release.set)
        provider.fault(faults.held(release), times=1)
        serve = self.start_serve()
        answers = []
        client = threading.Thread(target=lambda: answers.append(
            lineproto.ask(self.stage.socket, lineproto.get(MAILBOX))))
        client.start()
        waiting.until(lambda: provider.count == 1, waiting.LIMIT, "the token request")
        worker, = process.running(self.stage.worker_path)
        # What is under way is not interrupted.
        told, = json.loads(self.stage.tokend("status", "--json", MAILBOX).stdout)
        self.assertEqual(told["interrupted"], 0)
        os.kill(worker, signal.SIGKILL)
        client.join()
        self.assertEqual(answers[0]["code"], "internal")
        line, = [line for line in serve.output().splitlines() if "ended during a renewal" in line]
        self.assert_says(line, MAILBOX, "killed")
