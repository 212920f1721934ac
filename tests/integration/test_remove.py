# SPDX-License-Identifier: BSD-2-Clause
"""`tokend remove`: an account goes, with all that is kept of it; what is left over is seen."""

import json
import os
import threading
import time

from support import faults, visitor, waiting
from support.case import MAILBOX, IntegrationCase
from support.piped import Piped
from support.terminal import Terminal

FOLDERS = ("credentials", "cache", "state", "lock", "tunnel", "holds")


class RemoveCase(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()

    def account(self, name=MAILBOX, **keys):
        """Signed in, with a token, a local password, and the marks of an interrupted renewal."""
        self.sign_in(self.provider, name, mailbox=MAILBOX,
                     revocation_endpoint=self.provider.revocation.endpoint, **keys)
        self.token(name)
        self.succeed(self.stage.tokend("tunnel", "--new-password", name))
        for folder in ("credentials", "cache", "state"):
            with open(os.path.join(self.stage.state, folder, f".{name}.new"), "w",
                      encoding="ascii") as mark:
                mark.write("tokend: a renewal is under way\n")
        holds = os.path.join(self.stage.state, "holds")
        owner = os.stat(self.stage.state)
        os.makedirs(holds, mode=0o700, exist_ok=True)
        with open(os.path.join(holds, name), "w", encoding="ascii") as hold:
            hold.write("tokend-hold=1\n")
        for path in (holds, hold.name):
            os.chown(path, owner.st_uid, owner.st_gid)

    def stored(self):
        found = []
        for folder in FOLDERS:
            path = os.path.join(self.stage.state, folder)
            if os.path.isdir(path):
                found += [f"{folder}/{name}" for name in os.listdir(path)]
        return found

    def remove(self, *words, status=0):
        done = self.note(self.stage.tokend("remove", *words))
        self.assertEqual(done.status, status, done.text)
        return done


class Remove(RemoveCase):
    def test_nothing_is_left(self):
        self.account()
        self.assertEqual(len(self.stored()), 9)
        self.assert_says(self.remove("--yes", MAILBOX).stdout, MAILBOX, "has revoked", "removed")
        self.assertEqual(self.provider.revocation.requests, [("refresh_token", True)])
        self.assertIsNone(self.provider.store.current_refresh_token(MAILBOX))
        self.assertEqual(self.stored(), [])
        self.assertFalse(os.path.exists(self.stage.account_path(MAILBOX)))
        self.assertEqual(self.note(self.stage.tokend("token", MAILBOX)).status, 67)
        self.assert_says(self.succeed(self.stage.tokend("status")).stdout, "no account")
        self.assertEqual(self.stored(), [], "looking leaves nothing")

    def test_the_only_one_needs_no_name_and_others_stay(self):
        self.account("it's $(x)")
        self.remove("--yes")
        self.account("a@example.org")
        self.account("b@example.org")
        self.assert_says(self.remove("--yes", status=64).stderr, "give the name of one")
        self.remove("--yes", "A@Example.ORG")
        self.token("b@example.org")

    def test_without_a_terminal_it_wants_to_be_told(self):
        self.account()
        before = self.stored()
        self.assert_says(self.remove(MAILBOX, status=64).stderr, "--yes", "nothing was changed")
        self.assertEqual(self.stored(), before)
        self.assertEqual(self.provider.revocation.requests, [])

    def test_consent_that_another_machine_uses(self):
        self.account()
        self.assert_says(self.remove("--yes", "--keep-consent", MAILBOX).stdout, "stays")
        self.assertEqual(self.provider.revocation.requests, [])
        self.assertEqual(self.stored(), [])

    def test_provider_that_is_down(self):
        """Nothing goes before the provider was told, except with --forget."""
        self.account()
        before = self.stored()
        self.provider.fault(faults.plain_status(503), path="/revoke")
        self.assert_says(self.remove("--yes", MAILBOX, status=75).text, "503")
        self.assertEqual([name for name in self.stored() if "/." not in name],
                         [name for name in before if "/." not in name])
        self.assertTrue(os.path.exists(self.stage.account_path(MAILBOX)))
        self.remove("--yes", "--forget", MAILBOX)
        self.assertEqual(self.stored(), [])

    def test_file_that_is_wrong(self):
        self.account()
        with open(self.stage.account_path(MAILBOX), "a", encoding="utf-8") as file:
            file.write("no_such_key = 1\n")
        self.assert_says(self.remove("--yes", MAILBOX, status=78).stderr, "no_such_key",
                         "--forget")
        self.remove("--yes", "--forget", MAILBOX)
        self.assertEqual(self.stored(), [])
        self.assertFalse(os.path.exists(self.stage.account_path(MAILBOX)))

    def test_what_is_not_there(self):
        self.assert_says(self.remove("--yes", "nobody@example.org", status=67).stderr,
                         "nobody@example.org")
        self.assertEqual(self.stored(), [])

    def test_signed_in_again_afterwards(self):
        self.account()
        self.remove("--yes", MAILBOX)
        self.sign_in(self.provider)
        self.token()

    def test_during_a_sign_in(self):
        """Its tokens would belong to no account, and be forgotten."""
        self.account(scope="mail", authorization_endpoint=self.provider.authorization.endpoint)
        running = Piped(os.path.join(self.folder, "login"), [
            self.stage.tokend_path, "login", "--no-test", "--no-receiver", MAILBOX])
        self.addCleanup(running.stop)
        address = running.wait(r"^(https?://\S+[?&]response_type=\S+)$")[1]
        self.remove("--yes", MAILBOX)
        running.enter(visitor.answer(address))
        self.assertEqual(running.wait_end(), 67, running.text)
        self.assert_says(" ".join(running.text.split()), "was removed during this sign-in")
        self.evidence.add_text("tokend login", running.text)
        waiting.until(lambda: set(self.stored()) <= {f"lock/{MAILBOX}"}, waiting.LIMIT,
                      lambda: f"the worker to take back its reservations: {self.stored()}")
        self.assertNotIn("left over", self.succeed(self.stage.tokend("status")).stdout)

    def test_waits_for_a_renewal(self):
        """What is being renewed is not stored after all else is gone."""
        self.account()
        self.provider.fault(faults.slow(2), times=1)
        renewal = threading.Thread(target=self.stage.tokend, args=("refresh", MAILBOX))
        before = self.provider.count
        renewal.start()
        while self.provider.count == before:
            time.sleep(0.01)
        self.remove("--yes", MAILBOX)
        renewal.join()
        self.assertEqual(self.stored(), [])
        self.assertIsNone(self.provider.store.current_refresh_token(MAILBOX))

    def test_a_person_is_asked(self):
        self.account()
        shown = Terminal(os.path.join(self.folder, "terminal"),
                         [self.stage.tokend_path, "remove", MAILBOX])
        self.addCleanup(shown.stop)
        shown.wait(r"Remove it\?")
        self.assert_says(shown.screen, "consent at the provider")
        shown.enter("n")
        shown.wait("nothing was changed")
        self.token()


class LeftOver(RemoveCase):
    """The account's file was removed by hand."""

    def setUp(self):
        super().setUp()
        self.account()
        os.remove(self.stage.account_path(MAILBOX))

    def test_status_and_doctor_name_it(self):
        command = f"tokend remove {MAILBOX}"
        self.assert_says(self.succeed(self.stage.tokend("status")).stdout, "left over", command)
        found = json.loads(self.note(self.stage.tokend("doctor", "--json")).stdout)
        told, = [one for one in found if command in one["mend"]]
        self.assertEqual((told["check"], told["verdict"]), ("accounts", "warning"))
        self.assert_says(self.remove("--yes", MAILBOX).stdout, "account page")
        self.assertEqual(self.stored(), [])
        self.assertNotIn("left over", self.stage.tokend("status").stdout)

    def test_an_account_beside_it_is_none(self):
        self.sign_in(self.provider, "b@example.org")
        shown = self.succeed(self.stage.tokend("status")).stdout
        self.assertEqual(shown.count("left over"), 1)


class MadeBySetup(IntegrationCase):
    def test_is_named_with_what_takes_it_back(self):
        provider = self.start_provider()
        home = self.make_home()
        for name in (MAILBOX, "b@example.org"):
            self.sign_in(provider, name, home=home)
            home.write_account(name, **self.account_keys(provider, server_smtp="localhost:2525"))
        for name in (MAILBOX, "b@example.org"):
            self.succeed(home.tokend("setup", "--yes", "msmtp", name))
        done = self.note(home.tokend("remove", "--yes", "--keep-consent", MAILBOX))
        self.assertEqual(done.status, 0, done.text)
        self.assertEqual(done.stdout.count("tokend setup --undo msmtp\n"), 2, done.text)
        for _ in range(2):
            self.succeed(home.tokend("setup", "--undo", "--yes", "msmtp"))
        self.assertFalse(os.path.exists(os.path.join(home.home, ".msmtprc")))
        done = self.note(home.tokend("remove", "--yes", "--keep-consent", "b@example.org"))
        self.assertNotIn("--undo", done.stdout)
