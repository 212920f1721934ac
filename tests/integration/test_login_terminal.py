# SPDX-License-Identifier: BSD-2-Clause
"""`tokend login` in a terminal of 80 columns and 24 lines, as a new user would use it."""

import os
import re

from support import qr, terminal, visitor
from support.case import CLIENT_ID, CLIENT_SECRET
from support.sign_in import APP, SIGN_IN, USER, SignInCase

PRESET = """\
title = The Provider of the Tests
domains = example.org
authorization_endpoint = {base}/authorize
token_endpoint = {base}/token
device_authorization_endpoint = {base}/device
scope = mail
hosts = 127.0.0.1 localhost
client_type = any
"""
STEPS = """\
The Provider of the Tests gives you a client id like this:
  1. Open its console, and make a project.
  2. Copy what it shows.

With a person who signs in:
  3. Allow mail.

Without a person:
  4. Ask for a key.
"""


class TerminalCase(SignInCase):
    def fits(self, running):
        """No line is broken by the margin, but what is to be copied whole: addresses and paths."""
        for line in running.text.splitlines():
            if "://" not in line and not line.startswith("    /"):
                self.assertLessEqual(len(line), terminal.COLUMNS, line)

    def finish(self, running, status=0):
        self.assertEqual(running.wait_end(), status, running.text)
        self.fits(running)


class Newcomer(TerminalCase):
    """Nothing but the command is known."""

    def setUp(self):
        super().setUp()
        self.home.make_folder(".config/tokend/providers")
        self.home.write(".config/tokend/providers/scripted.conf",
                        PRESET.format(base=self.provider.base))
        self.home.write(".config/tokend/providers/scripted.txt", STEPS)

    def answer_questions(self, running, client=APP, secret=""):
        running.wait("Mail address: ")
        running.enter(USER)
        running.wait("Client id: ")
        self.assert_says(running.text, "The Provider of the Tests", "1. Open its console")
        running.enter(client)
        running.wait("Client secret")
        running.enter(secret)

    def test_from_nothing_to_an_account(self):
        running = self.begin_in_terminal("--no-test", name=None)
        self.answer_questions(running)
        self.visit(running)
        self.finish(running)
        self.assert_says(running.text, "made", "tokend token alice@example.org")
        self.assertEqual(self.assert_signed_in()["provider"], "scripted")

    def test_secret_is_not_shown(self):
        """That the screen has no secret is looked at when the test ends, as everywhere."""
        running = self.begin_in_terminal("--no-test", name=None)
        self.answer_questions(running, CLIENT_ID, CLIENT_SECRET)
        self.visit(running)
        self.finish(running)
        self.assertNotIn(CLIENT_SECRET, running.text)
        self.assertEqual(self.provider.requests[0].client_auth, "post")

    def test_provider_from_the_list(self):
        running = self.begin_in_terminal("--no-test", name="somebody@127.0.0.1")
        listed = running.wait(r"^ +(\d+) +scripted ", 40)
        running.wait("Number or name: ")
        running.enter("nonsense")
        running.wait('"nonsense" is none of them')
        running.enter(listed[1])
        running.wait("Client id: ")
        self.assertEqual(len(re.findall("scripted ", running.text)), 1, "one list is enough")
        self.fits(running)
        running.key("C-c")
        running.wait_end()
        self.assert_nothing_kept()

    def test_steps_for_this_grant_alone(self):
        running = self.begin_in_terminal("--no-test")
        running.wait("Client id: ")
        self.assert_says(running.text, "2. Copy", "3. Allow mail.")
        self.assertNotIn("Without a person", running.text)
        self.assertNotIn("4. Ask", running.text)
        self.assertNotIn("\n\n\n", running.text.rstrip())

    def test_tenant_is_suggested(self):
        """Microsoft takes any domain of the organisation for its tenant."""
        running = self.begin_in_terminal("--provider", "microsoft", "--no-test")
        running.wait("Client id: ")
        running.enter("5f3c1d2e-0a9b-4c8d-9e7f-1234567890ab")
        running.wait(r"Tenant[^\n]*\[example\.org\]: ")
        running.enter()
        running.wait("Client secret")
        running.enter()
        self.assertIn("/example.org/oauth2/", self.address(running))
        running.key("C-c")
        running.wait_end()

    def test_address_that_is_none(self):
        running = self.begin_in_terminal("--no-test", name=None)
        for answer in ("alice", "alice@", "@example.org"):
            running.wait(r"Mail address: \n*\Z")
            running.enter(answer)
        self.assertNotEqual(running.wait_end(), 0)
        self.assert_says(running.text, "an @ and a domain", "nothing was changed")

    def test_secret_that_is_needed_is_asked_for_again(self):
        self.home.write(".config/tokend/providers/scripted.conf",
                        PRESET.format(base=self.provider.base).replace("= any", "= confidential"))
        running = self.begin_in_terminal("--no-test")
        running.wait("Client id: ")
        running.enter(CLIENT_ID)
        running.wait("Client secret")
        running.enter()
        running.wait(r"(Client secret[^\n]*\n*){2}\Z")
        running.enter(CLIENT_ID)
        running.wait(r"Enter it again to use it anyway.\)\nClient secret[^\n]*\n*\Z")
        running.enter(f" {CLIENT_SECRET} ")
        self.visit(running)
        self.finish(running)
        self.assert_signed_in()

    def test_failure_says_that_no_account_was_made(self):
        running = self.begin_in_terminal("--no-test")
        running.wait("Client id: ")
        running.enter(APP)
        running.wait("Client secret")
        running.enter()
        self.visit(running, "deny")
        self.finish(running, SIGN_IN)
        self.assert_says(running.text, f'"{USER}" was not created')
        self.assert_nothing_kept()

    def test_status_fits(self):
        running = self.begin_in_terminal("--no-test")
        running.wait("Client id: ")
        running.enter(APP)
        running.wait("Client secret")
        running.enter()
        self.visit(running)
        self.finish(running)
        for line in self.home.tokend("status").stdout.splitlines():
            self.assertLessEqual(len(line), terminal.COLUMNS, line)

    def test_empty_answers(self):
        """Asked again, a few times; then it ends, and says that nothing was done."""
        running = self.begin_in_terminal("--no-test", name=None)
        for _ in range(3):
            running.wait(r"Mail address: \n*\Z")
            running.enter()
        self.assertNotEqual(running.wait_end(), 0)
        self.assert_says(running.text, "nothing was changed")
        self.assert_nothing_kept()


class Leaving(TerminalCase):
    """Ctrl-C ends it, wherever it is, and leaves terminal and account as they were."""

    def begin_under_shell(self, *options):
        """The shell tells afterwards what the terminal is like."""
        script = 'trap : INT; "$@"; echo "status $?"; stty -a'
        words = [self.stage.tokend_path, "login", "--no-test", *options, USER]
        running = terminal.Terminal(self._place("terminal"), ["sh", "-c", script, "sh", *words],
                                    env=self.home.environment(), uid=self.home.uid,
                                    cwd=self.home.home)
        self._watch(running)
        return running

    def leave(self, running):
        running.key("C-c")
        running.wait(r"^status 130$|\bstatus 130\b")
        running.wait(r"(?<!-)\becho\b.*")
        self.assertNotRegex(running.text, r"-echo\b|-icanon\b|-isig\b")
        self.assert_nothing_kept()

    def test_at_a_question(self):
        running = self.begin_under_shell("--set", "hosts=127.0.0.1", *self.settings(
            client=None, hosts=None))
        running.wait("Client id")
        self.leave(running)

    def test_at_a_hidden_question(self):
        running = self.begin_under_shell(*self.settings())
        running.wait("Client secret")
        self.leave(running)

    def test_while_the_browser_is_waited_for(self):
        running = self.begin_under_shell(*self.settings())
        running.wait("Client secret")
        running.enter()
        self.address(running)
        self.leave(running)

    def test_while_the_device_is_waited_for(self):
        running = self.begin_under_shell("--device", *self.settings(flow="device"))
        running.wait("Client secret")
        running.enter()
        running.wait(r"\d+:\d\d left")
        self.leave(running)


class Code(TerminalCase):
    def begin_code(self, *options, **more):
        running = self.begin_in_terminal(*self.settings(), "--no-test", *options, **more)
        running.wait("Client secret")
        running.enter()
        return running

    def test_address_is_one_piece(self):
        """A browser elsewhere gets it by copying: no blank, no border, whole."""
        running = self.begin_code()
        self.visit(running)
        self.finish(running)
        self.assert_signed_in()

    def test_over_ssh(self):
        """The line to run where the browser is names this host as it was reached."""
        running = self.begin_code(
            env={"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.10 22", "DISPLAY": ":0"})
        line = running.wait(r"^ *ssh -L (\d+):127\.0\.0\.1:(\d+) (?:\S+@)?192\.0\.2\.10$")
        self.assertEqual(line[1], line[2])
        self.assertIn(f"127.0.0.1%3A{line[1]}", self.address(running))
        self.visit(running)
        self.finish(running)

    def test_pasted_beside_the_receiver(self):
        running = self.begin_code()
        final = self.final_address(running)
        running.enter("this is no address")
        running.enter(final)
        self.finish(running)
        self.assert_signed_in()

    def test_pasted_without_a_receiver(self):
        running = self.begin_code("--no-receiver")
        final = self.final_address(running)
        running.enter(f"  {final}  ")
        self.finish(running)
        self.assert_signed_in()

    def test_denied(self):
        running = self.begin_code()
        self.visit(running, "deny")
        self.finish(running, SIGN_IN)
        self.assert_says(running.text, "access_denied")

    def test_somebody_else_is_asked_about(self):
        self.provider.authorization.id_token = {"email": "bob@example.org"}
        running = self.begin_code()
        self.visit(running)
        running.wait("Keep it anyway")
        self.assert_says(running.text, "bob@example.org", USER)
        running.enter("n")
        self.finish(running, SIGN_IN)
        self.assert_nothing_kept()


class Device(TerminalCase):
    def begin_device(self, **more):
        running = self.begin_in_terminal(*self.settings(flow="device"), "--device", "--no-test",
                                         **more)
        running.wait("Client secret")
        running.enter()
        return running

    def test_countdown(self):
        running = self.begin_device()
        first = running.wait(r"(\d+:\d\d) left")[1]
        running.wait(rf"(?!{first})\d+:\d\d left")
        self.assertEqual(len(re.findall(r"\d+:\d\d left", running.text)), 1, "one line of it")
        self.provider.devices.decide()
        self.finish(running)
        self.assert_signed_in()

    def test_qr_code_can_be_read(self):
        running = self.begin_device(lines=60)
        running.wait("left")
        device, = self.provider.devices.devices
        folder = self._place("qr")
        os.mkdir(folder)
        self.assertEqual(qr.read(running.screen, folder),
                         f"{self.provider.devices.verification_uri}?user_code={device.user_code}")
        self.fits(running)
        self.provider.devices.decide()
        self.finish(running)

    def test_all_that_must_be_read_is_on_the_first_screen(self):
        """In 24 lines the code and the address are not scrolled away by the square."""
        running = self.begin_device()
        running.wait("left")
        code = self.provider.devices.devices[-1].user_code
        self.assertIn(code, running.screen)
        self.assertIn(self.provider.devices.verification_uri, running.screen)
        visitor.activate(self.provider.devices.verification_uri, code)
        self.finish(running)

    def test_narrow_terminal_has_no_square(self):
        running = self.begin_device(columns=24)
        running.wait("left")
        self.assertNotIn("\u2588", running.text)
        self.provider.devices.decide()
        self.assertEqual(running.wait_end(), 0)

    def test_no_square_where_the_locale_cannot_draw_it(self):
        running = self.begin_device(env={"LANG": "C"}, lines=60)
        running.wait("left")
        self.assertNotIn("\u2588", running.text)
        self.provider.devices.decide()
        self.finish(running)


class Pipes(SignInCase):
    """Without a terminal: no escape codes, no carriage returns, no questions."""

    def assert_plain(self, running):
        for path in (running.stdout, running.stderr):
            self.assertNotRegex(path, "[\x00-\x08\x0b-\x1f\x7f-\x9f]")

    def test_code_flow(self):
        running = self.begin(*self.settings(), "--no-test", env={"TERM": "xterm-256color"})
        self.visit(running)
        self.expect(running)
        self.assert_plain(running)

    def test_device_flow(self):
        running = self.begin(*self.settings(flow="device"), "--device", "--no-test",
                             env={"TERM": "xterm-256color", "LANG": "C.UTF-8"})
        running.wait("code")
        self.provider.devices.decide()
        self.expect(running)
        self.assert_plain(running)

    def test_a_question_is_a_failure(self):
        """What is missing is named, with the option that gives it."""
        for left_out, option in (("client_id", "--client-id"), ("hosts", "--server")):
            with self.subTest(left_out):
                running = self.begin(*self.settings(**{left_out: None}), "--no-test")
                self.expect(running, 78, option)
                self.assert_nothing_kept()

    def test_standard_input_that_is_empty(self):
        running = self.begin(*self.settings(), "--no-test")
        running.close_input()
        self.visit(running)
        self.expect(running)

    def test_settings_without_terminal_do_not_wait_for_pasting(self):
        running = self.begin(*self.settings(), "--no-test", "--no-receiver")
        self.address(running)
        running.close_input()
        self.expect(running, 78, "final address")
        self.assert_nothing_kept()
