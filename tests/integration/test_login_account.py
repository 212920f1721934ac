# SPDX-License-Identifier: BSD-2-Clause
"""What `tokend login` does to the account: all of it or nothing, and nothing of its settings."""

import os
import signal

from support import authorization, faults, process, visitor, waiting
from support.case import CLIENT_ID, CLIENT_SECRET
from support.sign_in import APP, CONFIG, LATER, OK, SIGN_IN, USER, SignInCase

OTHER = "bob@example.org"
GRAPH = "https://graph.microsoft.com/Mail.Send"
OUTLOOK = "https://outlook.office.com/SMTP.Send"


class Again(SignInCase):
    """On an account that is there, consent is renewed and the settings stay."""

    def setUp(self):
        super().setUp()
        self.sign_in_once(*self.settings())

    def sign_in_once(self, *options, status=OK, says=()):
        running = self.begin(*options, "--no-test")
        self.visit(running)
        self.expect(running, status, *says)
        return running

    def account_text(self):
        with open(os.path.join(self.home.accounts, f"{USER}.conf"), encoding="utf-8") as text:
            return text.read()

    def test_settings_comments_and_order_stay(self):
        text = f"# mine\n{self.account_text()}\n# an hour is too long for me\nmin_valid = 2m\n"
        self.home.write(f".config/tokend/accounts/{USER}.conf", text)
        self.sign_in_once()
        self.assertEqual(self.account_text(), text)
        self.assertEqual(len(self.provider.authorization.requests), 2)

    def test_one_setting_changes(self):
        before = self.account_text()
        self.sign_in_once("--scope", "mail more")
        self.assertEqual(self.account_text(),
                         before.replace("scope = mail\n", "scope = mail more\n"))

    def test_failure_leaves_the_old_consent(self):
        before, credential = self.account_text(), self.credential()
        self.provider.authorization.alter = authorization.error("access_denied")
        self.sign_in_once("--scope", "mail more", status=SIGN_IN)
        self.assertEqual((self.account_text(), self.credential()), (before, credential))
        self.succeed(self.home.tokend("refresh", USER))

    def test_refused_code_leaves_the_old_consent(self):
        before, credential = self.account_text(), self.credential()
        self.provider.fault(faults.oauth_error(400, "invalid_grant"), times=1)
        self.sign_in_once("--scope", "mail more", status=SIGN_IN)
        self.assertEqual((self.account_text(), self.credential()), (before, credential))

    def test_a_failed_state_is_over(self):
        """What `status` had to say about the lost consent is gone with the new one."""
        self.provider.store.withdraw(USER)
        self.assertEqual(self.note(self.home.tokend("refresh", USER)).status, SIGN_IN)
        self.sign_in_once()
        self.succeed(self.home.tokend("status", USER))
        self.assert_signed_in()

    def test_the_secret_of_one_client_is_not_sent_for_another(self):
        running = self.begin("--client-id", CLIENT_ID, "--client-secret-stdin", "--no-test")
        running.enter(CLIENT_SECRET)
        self.visit(running)
        self.expect(running)
        self.assertIn(CLIENT_SECRET, self.credential())
        other = self.start_provider()
        other.store.register(APP)
        self.sign_in_once("--set", f"token_endpoint={other.token_endpoint}", "--set",
                          f"authorization_endpoint={other.authorization.endpoint}",
                          "--client-id", APP)
        self.assertNotIn("client_secret", other.requests[-1].keys)
        self.assertNotIn(CLIENT_SECRET, self.credential())

    def test_the_secret_of_a_client_stays_its_own(self):
        running = self.begin("--client-id", CLIENT_ID, "--client-secret-stdin", "--no-test")
        running.enter(CLIENT_SECRET)
        self.visit(running)
        self.expect(running)
        self.sign_in_once("--set", "min_valid=70")
        self.assertIn("client_secret", self.provider.requests[-1].keys)
        self.assertIn(CLIENT_SECRET, self.credential())

    def test_two_at_once(self):
        """Both may go to their ends; what is there then is one account that works."""
        first = self.begin("--no-test")
        second = self.begin("--no-test")
        finals = [self.final_address(each) for each in (first, second)]
        for final in finals:
            visitor.browse(final)
        self.assertIn(OK, (first.wait_end(), second.wait_end()), first.text + second.text)
        self.assertEqual(os.listdir(self.home.accounts), [f"{USER}.conf"])
        self.succeed(self.home.tokend("refresh", USER))

    def test_a_second_change_is_told(self):
        """Two with settings would each commit what the other has written."""
        first = self.begin("--scope", "mail more", "--no-test")
        final = self.final_address(first)
        self.sign_in_is_refused("--scope", "mail other", status=LATER,
                                says=("another", "nothing was changed"))
        visitor.browse(final)
        self.expect(first)
        self.assertIn("scope = mail more\n", self.account_text())
        self.assertEqual(os.listdir(self.home.accounts), [f"{USER}.conf"])

    def test_an_edit_meanwhile_stays(self):
        credential = self.credential()
        running = self.begin("--scope", "mail more", "--no-test")
        final = self.final_address(running)
        edited = self.account_text() + "# by hand\n"
        self.write_text(edited)
        visitor.browse(final)
        self.expect(running, LATER, "was changed meanwhile")
        self.assertEqual((self.account_text(), self.credential()), (edited, credential))
        self.assertEqual(os.listdir(self.home.accounts), [f"{USER}.conf"])

    def sign_in_is_refused(self, *options, status, says):
        running = self.begin(*options, "--no-test")
        self.expect(running, status, *says)

    def write_text(self, text):
        path = os.path.join(self.home.accounts, f"{USER}.conf")
        with open(path, "w", encoding="utf-8") as account:
            account.write(text)


class Interrupted(SignInCase):
    def workers(self):
        return process.count_running(self.stage.worker_path)

    def assert_workers_end(self):
        waiting.until(lambda: self.workers() == 0, waiting.LIMIT,
                      "the worker to end with its command")

    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                running = self.begin(*self.settings(), "--no-test")
                self.address(running)
                running.send_signal(number)
                self.assertEqual(running.wait_end(), -number)
                self.assert_nothing_kept()
                self.assert_workers_end()

    def test_kill(self):
        """Nothing cleans up; the rest is no account, and the next sign-in works."""
        running = self.begin(*self.settings(), "--no-test")
        final = self.final_address(running)
        running.send_signal(signal.SIGKILL)
        running.wait_end()
        self.assert_workers_end()
        with self.assertRaises(OSError):
            visitor.browse(final)
        self.assertFalse(os.path.exists(os.path.join(self.home.accounts, f"{USER}.conf")))
        running = self.begin(*self.settings(), "--no-test")
        self.visit(running)
        self.expect(running)
        self.assert_signed_in()

    def test_worker_is_killed(self):
        running = self.begin(*self.settings(), "--no-test")
        self.address(running)
        for pid in self.worker_pids():
            os.kill(pid, signal.SIGKILL)
        self.assertNotEqual(running.wait_end(), 0)
        self.assert_says(running.text, "worker")
        self.assert_nothing_kept()

    def worker_pids(self):
        return process.running(self.stage.worker_path)


class OtherPerson(SignInCase):
    """The person at the provider may be another one than the account names."""

    def sign_in_as(self, *options, status, says=(), **answer):
        for name, value in answer.items():
            setattr(self.provider.authorization, name, value)
        running = self.begin(*self.settings(), "--no-test", *options)
        self.visit(running)
        self.expect(running, status, *says)

    def test_by_id_token(self):
        for claim in ("email", "preferred_username", "upn"):
            with self.subTest(claim):
                self.sign_in_as(status=SIGN_IN, id_token={claim: OTHER},
                                says=(USER, f"tokend login --user {OTHER} {USER}"))
                self.assert_nothing_kept()

    def test_by_access_token(self):
        self.provider.store.make_token = lambda user: authorization.unsigned_jwt({"upn": OTHER})
        self.sign_in_as(status=SIGN_IN, says=(USER, OTHER))
        self.assert_nothing_kept()

    def test_mailbox_that_was_mistyped(self):
        self.sign_in_as("--user", OTHER, status=OK, user=OTHER, id_token={"email": OTHER})

    def test_wanted(self):
        """A shared mailbox is opened with one's own name."""
        self.sign_in_as("--any-user", status=OK, user=USER, id_token={"email": OTHER})
        self.assert_signed_in()

    def test_same_person_in_other_letters(self):
        self.sign_in_as(status=OK, id_token={"email": "Alice@Example.ORG"})
        self.assert_signed_in()

    def test_no_name_is_no_proof(self):
        for claims in ({}, {"email": ""}, {"email": 7}, {"email": None, "name": OTHER}):
            with self.subTest(claims):
                self.sign_in_as(status=OK, id_token=claims)

    def test_id_token_that_is_none(self):
        self.provider.store.make_token = None
        for text in ("", "a.b", "a.b.c", "....", "e30.e30.e30.e30", "e30.W10.x"):
            with self.subTest(text):
                self.provider.authorization.id_token = None
                answer = self.provider.authorization.answer
                self.provider.authorization.answer = \
                    lambda *parts, text=text: {**answer(*parts), "id_token": text}
                self.sign_in_as(status=OK)
                self.provider.authorization.answer = answer


class Warnings(SignInCase):
    """Said before anybody signs in, and no reason to stop."""

    def warned(self, *says, options):
        running = self.begin(*options, "--no-test")
        if "--client-secret-stdin" in options:
            running.enter(CLIENT_SECRET)
        self.address(running)
        self.assert_says(" ".join(running.text.split()), *says)
        running.send_signal(signal.SIGINT)
        running.wait_end()

    def test_graph_beside_mail(self):
        """Refused at once, as Microsoft would in its own words (AADSTS70011)."""
        running = self.begin(*self.settings(scope=f"{OUTLOOK} {GRAPH}"), "--no-test")
        self.expect(running, CONFIG, GRAPH, "AADSTS70011")
        self.assert_nothing_kept()

    def test_graph_alone(self):
        """A token of it opens no mailbox."""
        self.warned(GRAPH, "warning", options=self.settings(scope=GRAPH))

    def test_mail_scopes_alone(self):
        running = self.begin(*self.settings(scope=OUTLOOK), "--no-test")
        self.address(running)
        self.assertNotIn("graph", running.text.lower())

    def test_nobody_is_allowed(self):
        """A misspelt name would allow no user, and the sockets would not say why."""
        for allow, said in (("root 0 nosuchuser @root", '"nosuchuser"'),
                            ("root @nosuchgroup", '"@nosuchgroup"')):
            running = self.begin(*self.settings(allow=allow), "--no-test")
            self.expect(running, CONFIG, USER, "allow", said, "nothing was written")
            self.assert_nothing_kept()

    def test_nobody_is_allowed_later(self):
        """Nor may an existing account become useless."""
        running = self.begin(*self.settings(allow="root"), "--no-test")
        self.visit(running)
        self.expect(running)
        before = self.account()
        running = self.begin("--set", "allow=nosuchuser", "--no-test")
        self.expect(running, CONFIG, USER, '"nosuchuser"', "nothing was written")
        self.assertEqual(self.account(), before)

    def test_placeholder(self):
        """Copied from a guide and not filled in: it can only fail."""
        running = self.begin(*self.settings(client="your-client-id"), "--no-test")
        self.expect(running, CONFIG, "client_id", "placeholder")
        self.assert_nothing_kept()

    def test_secret_of_a_public_client(self):
        """Some providers refuse a public client that sends one (AADSTS700025)."""
        self.home.make_folder(".config/tokend/providers")
        self.home.write(".config/tokend/providers/strict.conf", "client_type = public\n")
        self.warned("warning", "public client", "strict", options=[
            "--provider", "strict", *self.settings(), "--client-secret-stdin"])
