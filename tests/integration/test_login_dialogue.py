# SPDX-License-Identifier: BSD-2-Clause
"""Answers that cannot be right are asked for again, before a provider sees them; what a person
pastes is not left on the screen; and a browser that does not open is told.
"""

import json
import pwd
import re

from support.case import CLIENT_SECRET
from support.sign_in import CONFIG, USER, SignInCase

GUID = "5f3c1d2e-0a9b-4c8d-9e7f-1234567890ab"
OTHER_GUID = "0d9e8f7a-6b5c-4d3e-8f2a-abcdef012345"
GOOGLE_ID = "123456789012-abcdef.apps.googleusercontent.com"
PRESET = """\
title = The Provider of the Tests
domains = example.org
authorization_endpoint = {base}/authorize
token_endpoint = {base}/token
scope = mail
hosts = 127.0.0.1 localhost
client_type = any
"""


class DialogueCase(SignInCase):
    def answer(self, running, question, *answers):
        """One after the other, to the question that is on the screen again each time."""
        for answer in answers:
            running.wait(rf"{question}[^\n]*: *\n*\Z")
            running.enter(answer)

    def leave(self, running):
        running.key("C-c")
        running.wait_end()

    def begin_microsoft(self, *options):
        return self.begin_in_terminal("--provider", "microsoft", "--no-test", *options)


class Forms(DialogueCase):
    def test_client_id(self):
        """Once by what it is not, and once more in earnest."""
        running = self.begin_microsoft()
        self.answer(running, "Client id", "my app", GUID)
        self.answer(running, "Tenant", "")
        running.wait("Client secret")
        self.assert_says(" ".join(running.text.split()),
                         "A client id of Microsoft 365 (Exchange Online) has this form")
        self.leave(running)

    def test_what_is_entered_twice_is_taken(self):
        running = self.begin_microsoft()
        self.answer(running, "Client id", "new-form-of-ids", "new-form-of-ids")
        running.wait("Tenant")
        self.leave(running)

    def test_placeholder_and_quotes(self):
        running = self.begin_microsoft()
        self.answer(running, "Client id", "00000000-0000-0000-0000-000000000000", f'"{GUID}"')
        self.answer(running, "Tenant", "'contoso.example'")
        self.answer(running, "Client secret", "")
        self.assertIn("/contoso.example/oauth2/", self.address(running))
        self.assertIn(f"client_id={GUID}", running.text)
        self.leave(running)

    def test_mail_address(self):
        """As mail programs show it; and what is none is asked for again."""
        running = self.begin_in_terminal("--no-test", name=None)
        self.answer(running, "Mail address", "alice@gmail,com", "Alice <mailto:bob@gmail.com>")
        running.wait('no account "bob@gmail.com" yet')
        self.leave(running)
        done = self.stage.tokend("login", "--provider", "google", "<bob@gmail.com>")
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, "not a mail address", "--user")

    def test_as_copied_from_a_page(self):
        """The whole line with its label, and what cannot be seen around a value."""
        running = self.begin_microsoft()
        self.answer(running, "Client id", f"Application (client) ID : {GUID}\u00a0")
        self.answer(running, "Tenant", f"\u200bDirectory (tenant) ID: {OTHER_GUID}")
        self.answer(running, "Client secret", "")
        self.assertIn(f"/{OTHER_GUID}/oauth2/", self.address(running))
        self.assertIn(f"client_id={GUID}&", running.text.replace("\n", ""))
        self.leave(running)

    def test_what_cannot_be_seen_within(self):
        running = self.begin_in_terminal("--provider", "google", "--no-test")
        self.answer(running, "Client id", GOOGLE_ID.replace("-", "-\u200b"), GOOGLE_ID)
        running.wait("Client secret")
        self.assert_says(" ".join(running.text.split()), "characters that no client id has")
        self.leave(running)

    def test_tenant(self):
        running = self.begin_microsoft()
        self.answer(running, "Client id", GUID)
        self.answer(running, "Tenant", "Contoso Ltd", "alice@contoso.example", OTHER_GUID)
        self.answer(running, "Client secret", "")
        self.assertIn(f"/{OTHER_GUID}/oauth2/", self.address(running))
        self.assert_says(" ".join(running.text.split()), "display name does not work")
        self.leave(running)

    def test_tenant_without_a_person(self):
        """A common name leads to no directory."""
        running = self.begin_microsoft("--grant", "client_credentials")
        self.answer(running, "Client id", GUID)
        self.answer(running, "Tenant", "common", "contoso.example")
        running.wait("Client secret")
        self.leave(running)

    def test_secret(self):
        """The Secret ID, the client id, and quotes; a blank within is no mistake."""
        running = self.begin_microsoft()
        self.answer(running, "Client id", GUID)
        self.answer(running, "Tenant", "")
        self.answer(running, "Client secret", OTHER_GUID)
        self.answer(running, r"Secret ID(?:.|\n)*Client secret", GUID)
        self.answer(running, r"That is the client id(?:.|\n)*Client secret", '"two words~"')
        self.address(running)
        self.assert_says(" ".join(running.text.split()), "looks like a Secret ID",
                         "That is the client id", "without the quotes")
        self.assertNotIn(OTHER_GUID, running.text)
        self.leave(running)

    def test_options_are_warned_about(self):
        running = self.begin("--provider", "google", "--client-id", GUID, "--no-test")
        running.wait(r"warning: A client id of Google[^\n]*has this form")
        running.send_signal(2)
        running.wait_end()

    def test_blanks_in_a_secret(self):
        """RFC 6749 A.2; in the dialogue and in a pipe it comes to the provider whole."""
        secret = 'blank in the middle ~"\\'
        self.provider.store.register("robot", secret=secret, user=USER)
        running = self.begin(*self.settings(client="robot", flow=None,
                                            grant="client_credentials"), "--no-test",
                             "--client-secret-stdin")
        running.enter(secret)
        self.expect(running)

    def test_redirect_that_google_has_ended(self):
        running = self.begin(*self.settings(redirect_uri="urn:ietf:wg:oauth:2.0:oob"),
                             "--no-test")
        self.expect(running, CONFIG, "since 2023", "--no-receiver")
        self.assert_nothing_kept()

    def test_allow(self):
        """A user that this machine does not have is asked for again, and never written."""
        running = self.begin_in_terminal(*self.settings(allow="postifx"), "--no-test")
        self.answer(running, "Users and @groups", "@nosuchgroup root", "root")
        self.answer(running, "Client secret", "")
        self.visit(running)
        self.expect(running)
        self.assertEqual(self.account()["allow"], "root")


class Files(DialogueCase):
    def write_client(self, kind="installed", **more):
        return self.home.write("client_secret.json", json.dumps({kind: {
            "client_id": GOOGLE_ID, "client_secret": CLIENT_SECRET,
            "token_uri": "https://oauth2.googleapis.com/token", **more}}))

    def begin_google(self, name=USER):
        # What the downloaded file holds is the user's, and lies in the home.
        self.addCleanup(self.home.write, "client_secret.json", "")
        return self.begin_in_terminal("--provider", "google", "--no-test", name=name)

    def test_in_place_of_the_client_id(self):
        whole = self.write_client()
        for answer, name in ((whole, USER), ("~/client_secret.json", "bob@example.org")):
            running = self.begin_google(name)
            self.answer(running, "Client id", answer)
            self.address(running)
            self.assertIn(f"client_id={GOOGLE_ID}", running.text)
            self.assertNotIn("Client secret", running.text)
            self.leave(running)

    def test_that_is_none(self):
        self.home.write("other.json", "{}")
        running = self.begin_google()
        self.answer(running, "Client id", "~/nothing.json", "~/other.json", GOOGLE_ID)
        running.wait("Client secret")
        self.assert_says(" ".join(running.text.split()), "No such file", "neither")
        self.leave(running)

    def test_of_another_provider(self):
        self.home.make_folder(".config/tokend/providers")
        self.home.write(".config/tokend/providers/scripted.conf",
                        PRESET.format(base=self.provider.base))
        path = self.write_client()
        self.addCleanup(self.home.write, "client_secret.json", "")
        running = self.begin_in_terminal("--no-test")
        self.answer(running, "Client id", path)
        running.wait("another provider")
        self.leave(running)


class Screen(DialogueCase):
    def begin_code(self, **more):
        running = self.begin_in_terminal(*self.settings(), "--no-test", **more)
        self.answer(running, "Client secret", "")
        return running

    def test_the_final_address_is_not_left_there(self):
        """Neither while it is pasted nor afterwards; the next question is shown again."""
        self.provider.authorization.id_token = {"email": "bob@example.org"}
        running = self.begin_code()
        final = self.final_address(running)
        running.wait("not shown .Ctrl-C")
        running.enter(final)
        running.wait(re.escape(final.split("?")[0]) + r"\.\.\.")
        running.wait("Keep it anyway")
        running.enter("y")
        self.expect(running)
        self.assertRegex(running.text, r"Keep it anyway\? \[y/N\] y")
        self.assertNotIn(re.search("code=([^&]+)", final)[1], running.text)

    def test_the_way_without_a_person(self):
        running = self.begin_microsoft()
        running.wait(rf"^    tokend login --provider microsoft --grant client_credentials {USER}$")
        self.leave(running)

    def test_a_browser_that_does_not_open(self):
        env = self.desktop()
        self.home.write("programs/xdg-open", "#!/bin/sh\nexit 3\n", 0o755)
        running = self.begin(*self.settings(), "--no-test", env=env)
        running.wait("xdg-open.1. has failed")
        running.wait(r"^ *ssh -L (\d+):127\.0\.0\.1:\1 \S+$")
        self.visit(running)
        self.expect(running)

    def test_the_line_for_ssh_is_of_this_login(self):
        running = self.begin_code(env={"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.10 2222"})
        line = running.wait(r"^ *ssh -p 2222 -L \d+:127\.0\.0\.1:\d+ (?:(\S+)@)?192\.0\.2\.10$")
        if line[1]:
            pwd.getpwnam(line[1])
        self.leave(running)
