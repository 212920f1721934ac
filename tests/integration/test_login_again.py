# SPDX-License-Identifier: BSD-2-Clause
"""A sign-in that failed, and the next try: by a secret given on the spot, or by the answers that
were kept; and every command that was printed, typed as it is.
"""

import os
import re
import shlex

from support import visitor
from support.case import CLIENT_ID, CLIENT_SECRET
from support.sign_in import CONFIG, SIGN_IN, USER, SignInCase

WRONG = "not-the-secret-of-the-client"
ROBOT = "robot-of-the-tests"
ROBOT_SECRET = "the-secret-of-the-robot"
TRIED = f".{USER}.conf.tried"


class AgainCase(SignInCase):
    def setUp(self):
        super().setUp()
        self.provider.store.register(ROBOT, secret=ROBOT_SECRET, user=USER)

    def robot(self):
        """The settings of an account without a person."""
        return self.settings(client=ROBOT, flow=None, grant="client_credentials")

    def begin_dialogue(self, *options):
        running = self.begin_in_terminal(*self.settings(client=None), "--no-test", *options)
        running.wait("Client id: ")
        running.enter(CLIENT_ID)
        return running

    def give(self, running, secret, question="Client secret "):
        running.wait(rf"{question}[^\n]*: *\n*\Z")
        running.enter(secret)

    def visit_second(self, running):
        """The browser, at the address that was shown after the question."""
        address = running.wait(r"Client secret again(?:.|\n)*"
                               r"^(https?://\S+[?&]response_type=\S+)$")[1]
        visitor.browse(visitor.answer(address))


class OnTheSpot(AgainCase):
    def test_a_wrong_secret(self):
        """The client id and all else stay; what is typed is not shown."""
        running = self.begin_dialogue()
        self.give(running, WRONG)
        self.visit(running)
        self.give(running, CLIENT_SECRET, "Client secret again ")
        self.visit_second(running)
        self.expect(running, 0, "invalid_client", "made")
        self.assertNotIn(WRONG, running.text)
        self.assertNotIn("--client-secret-stdin", running.text)
        self.assert_signed_in()

    def test_of_an_application(self):
        """A grant without a person has nothing else to be wrong."""
        running = self.begin_in_terminal(*self.robot(), "--no-test")
        self.give(running, WRONG)
        self.give(running, ROBOT_SECRET, "Client secret again ")
        self.expect(running, 0, "made")
        self.assertIn("client_credentials", self.account()["grant"])

    def test_of_an_account_that_is_there(self):
        running = self.begin_dialogue()
        self.give(running, CLIENT_SECRET)
        self.visit(running)
        self.expect(running)
        running = self.begin_in_terminal("--client-secret-stdin", "--no-test")
        self.give(running, WRONG, "client secret")
        self.give(running, CLIENT_SECRET, "Client secret again ")
        self.expect(running)
        self.assertIn(CLIENT_SECRET, self.credential())

    def test_giving_up(self):
        running = self.begin_dialogue()
        self.give(running, WRONG)
        self.visit(running)
        self.give(running, "", "Client secret again ")
        self.expect(running, CONFIG, "was not created", f"tokend login {USER}")
        self.assert_nothing_kept()


class Kept(AgainCase):
    def fail(self, running):
        self.give(running, "")
        self.visit(running, "deny")
        self.expect(running, SIGN_IN, f"tokend login {USER}")

    def test_no_question_twice(self):
        self.fail(self.begin_dialogue())
        running = self.begin_in_terminal("--no-test")
        running.wait(r"Change any of this\? \[y/N\] ")
        self.assertRegex(running.text, rf"client_id = {CLIENT_ID}\b")
        running.enter()
        self.give(running, CLIENT_SECRET)
        self.visit(running)
        self.expect(running, 0, "made")
        self.assert_signed_in()

    def test_each_is_a_default(self):
        """Of what is asked for; what came by --set stays."""
        self.fail(self.begin_dialogue())
        running = self.begin_in_terminal("--no-test")
        running.wait("Change any of this")
        running.enter("y")
        running.wait(rf"Client id \[{CLIENT_ID}\]: ")
        running.enter()
        running.wait(r"Scope[^\n]* \[mail\]: *\n*\Z")
        running.enter()
        self.give(running, CLIENT_SECRET)
        self.visit(running)
        self.expect(running)
        self.assert_signed_in()

    def test_another_provider_is_a_new_beginning(self):
        self.fail(self.begin_dialogue())
        running = self.begin_in_terminal(*self.settings(
            client=None, token_endpoint=self.provider.token_endpoint + "/other"), "--no-test")
        running.wait(r"Client id: *\n*\Z")
        self.assertNotIn("Change any", running.text)
        running.key("C-c")
        running.wait_end()

    def test_secrets_are_not_kept(self):
        running = self.begin_dialogue()
        self.give(running, WRONG)
        self.visit(running)
        self.give(running, "", "Client secret again ")
        self.expect(running, CONFIG)
        path = os.path.join(self.home.accounts, TRIED)
        with open(path, encoding="utf-8") as text:
            self.assertNotIn(WRONG, text.read())
        self.assertEqual(os.stat(path).st_mode & 0o7777, 0o600)

    def test_ctrl_c(self):
        running = self.begin_dialogue()
        running.wait("Client secret ")
        running.key("C-c")
        self.assertNotEqual(running.wait_end(), 0)
        self.assert_says(running.text, f"tokend login {USER}")
        running = self.begin_in_terminal("--no-test")
        running.wait("Change any of this")
        running.key("C-c")
        running.wait_end()

    def begin_printed(self, failed):
        """The command that was printed for a script, as it is, except for the test login."""
        printed = re.search(r'without secrets: "tokend login (.*?)"', failed.text)[1]
        *options, name = shlex.split(printed)
        self.assertEqual(name, USER)
        return self.begin("--no-test", *options)

    def test_the_printed_command_of_a_refresh_token(self):
        """It comes on standard input again, and no browser is started in its place."""
        settings = self.settings(client=CLIENT_ID, flow=None)
        secrets = ("--refresh-token-stdin", "--client-secret-stdin")
        first = self.begin(*settings, "--no-test", *secrets)
        first.enter(token := self.provider.store.authorise(CLIENT_ID, USER))
        first.enter(WRONG)
        self.expect(first, CONFIG, "are kept for the next try")
        again = self.begin_printed(first)
        again.enter(token)
        again.enter(CLIENT_SECRET)
        self.expect(again, 0, "made")
        self.assert_signed_in()

    def test_the_printed_command_of_a_device(self):
        first = self.begin(*self.settings(flow="device", client="nobody"), "--device", "--no-test")
        self.expect(first, CONFIG, f'"tokend login --device {USER}"')

    def test_the_printed_command_of_a_script(self):
        """The remedy is typed as it is, where there is no account yet."""
        first = self.begin(*self.robot(), "--no-test", "--client-secret-stdin")
        first.enter(WRONG)
        self.expect(first, CONFIG, "are kept for the next try")
        again = self.begin_printed(first)
        again.enter(ROBOT_SECRET)
        self.expect(again, 0, "made")
        self.assertEqual(self.account()["client_id"], ROBOT)

    def test_a_script_with_settings_means_those(self):
        first = self.begin(*self.robot(), "--set", "refresh_before=7m", "--no-test",
                           "--client-secret-stdin")
        first.enter(WRONG)
        self.expect(first, CONFIG)
        again = self.begin(*self.robot(), "--no-test", "--client-secret-stdin")
        again.enter(ROBOT_SECRET)
        self.expect(again, 0, "made")
        self.assertNotIn("refresh_before", self.account())

    def test_a_setting_that_is_wrong_is_not_met_again(self):
        first = self.begin(*self.settings(client=CLIENT_ID), "--set", "min_valid=nonsense",
                           "--no-test")
        self.expect(first, CONFIG, "min_valid")
        self.assertEqual(os.listdir(self.home.accounts), [])

    def test_a_secret_that_is_announced_is_read_first(self):
        """If it is pasted at once, it is pasted at a prompt that does not show it."""
        running = self.begin_in_terminal("--client-secret-stdin", "--no-test",
                                         name="somebody@127.0.0.1")
        running.wait(r"client secret: *\n*\Z")
        running.enter(CLIENT_SECRET)
        running.wait("Number or name: ")
        self.assertNotIn(CLIENT_SECRET, running.text)
        running.key("C-c")
        running.wait_end()
