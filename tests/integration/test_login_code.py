# SPDX-License-Identifier: BSD-2-Clause
"""The authorization code flow with PKCE (RFC 6749 4.1, 7636, 8252, 9207), without a terminal.

The provider is strict about the request; see support/authorization.py.
"""

import os
import urllib.parse

from support import authorization, faults, loopback, visitor, waiting
from support.case import CLIENT_ID, CLIENT_SECRET
from support.sign_in import CONFIG, LATER, SIGN_IN, USER, SignInCase

SECRET_OPTION = "--client-secret-stdin"


class CodeFlow(SignInCase):
    """What every test here does: begin, be the browser, look."""

    def sign_in_by_code(self, *options, status=0, says=(), **begin):
        """From the address to the end; returns the page that the browser ends on."""
        running = self.begin(*(options or self.settings()), "--no-test", **begin)
        page = self.visit(running)
        self.expect(running, status, *says)
        return page


class Success(CodeFlow):
    def test_public_client(self):
        page = self.sign_in_by_code()
        self.assertEqual((page.status, page.headers["content-type"].split(";")[0]),
                         (200, "text/html"))
        keys = self.assert_signed_in()
        self.assertNotIn("client_secret", keys)
        request, = self.provider.requests
        self.assertEqual(request.keys, ("client_id", "code", "code_verifier", "grant_type",
                                        "redirect_uri"))
        self.assertEqual(request.client_auth, "none")

    def test_request(self):
        """What the provider's own checks leave open."""
        self.sign_in_by_code(*self.settings(
            authorization_parameters="access_type=offline&prompt=consent"))
        asked, = self.provider.authorization.requests
        self.assertEqual((asked.client_id, asked.scope), ("app-of-the-tests", "mail"))
        self.assertEqual(asked.more.get("access_type"), "offline")
        self.assertEqual(asked.more.get("prompt"), "consent")
        self.assertRegex(asked.redirect_uri, r"^http://127\.0\.0\.1:\d+/")

    def test_state_and_challenge_are_new_each_time(self):
        for _ in range(2):
            self.sign_in_by_code()
        first, second = self.provider.authorization.requests
        self.assertNotEqual(first.state, second.state)
        self.assertNotEqual(first.challenge, second.challenge)

    def test_confidential_client(self):
        """Its secret comes by standard input and goes into the store, not into the account."""
        running = self.begin(*self.settings(client=CLIENT_ID), SECRET_OPTION, "--no-test")
        running.enter(CLIENT_SECRET)
        self.visit(running)
        self.expect(running)
        keys = self.assert_signed_in()
        self.assertNotIn("client_secret", keys)
        self.assertEqual(self.provider.requests[0].client_auth, "post")

    def test_by_https(self):
        secured = self.start_provider(https=True)
        secured.store.register("app-of-the-tests")
        self.sign_in_by_code(*self.settings(secured))
        self.assertEqual(secured.count, 1)

    def test_no_secret_in_any_argument_list(self):
        running = self.begin(*self.settings(), "--no-test")
        final = self.final_address(running)
        self.assert_no_secret_shown()
        visitor.browse(final)
        self.expect(running)

    def test_other_loopback_redirects(self):
        """[::1], and the localhost that a Microsoft registration has; the port is free."""
        for mailbox, host in (("six", "[::1]"), ("local", "localhost")):
            with self.subTest(host):
                self.sign_in_by_code(*self.settings(redirect_uri=f"http://{host}/"),
                                     name=f"{mailbox}@example.org")
                asked = self.provider.authorization.requests[-1]
                self.assertTrue(asked.redirect_uri.startswith(f"http://{host}:"))

    def test_fixed_port(self):
        port = loopback.free_port()
        redirect = f"http://localhost:{port}/"
        self.provider.store.register("app-with-a-port", redirects=(redirect,))
        self.sign_in_by_code(*self.settings(client="app-with-a-port", redirect_uri=redirect))
        self.assertEqual(self.provider.authorization.requests[-1].redirect_uri, redirect)

    def test_pasted_address(self):
        """No receiver: the browser's last page does not load, its address is pasted."""
        running = self.begin(*self.settings(), "--no-test", "--no-receiver")
        final = self.final_address(running)
        self.assertFalse(waiting.accepts(self._port_of(final)))
        running.enter(final)
        self.expect(running)
        self.assert_signed_in()

    def test_pasted_address_as_it_came(self):
        """By a mail or a chat, from another machine's browser."""
        for before, behind in (("<", ">"), ('"', '"'), ("\u00a0", "\u200b"), (" <", "> ")):
            with self.subTest(before):
                running = self.begin(*self.settings(), "--no-test", "--no-receiver")
                running.enter(before + self.final_address(running) + behind)
                self.expect(running)
                self.token(USER, self.home)

    def test_scope_that_was_granted(self):
        """Less than was asked: the account stands, and the person is told."""
        self.provider.authorization.granted_scope = "mail"
        self.sign_in_by_code(*self.settings(scope="mail calendar"), says=("calendar",))

    def test_system_scope(self):
        """As root: the account and its secrets belong to the system."""
        self.require_root()
        running = self.begin_as_root(*self.settings(), "--no-test")
        self.visit(running)
        self.expect(running)
        path = self.stage.account_path(USER)
        found = os.stat(path)
        self.assertEqual((found.st_uid, found.st_gid, found.st_mode & 0o7777),
                         (0, self.stage.gid, 0o640))
        credential = os.stat(os.path.join(self.stage.state, "credentials", USER))
        self.assertEqual((credential.st_uid, credential.st_mode & 0o7777),
                         (self.stage.uid, 0o600))
        self.token()

    @staticmethod
    def _port_of(address):
        url = urllib.parse.urlsplit(address)
        return (url.hostname, url.port)


class Refusal(CodeFlow):
    """The provider says no: a clear word at both ends, and nothing kept."""

    def refuse(self, *says, status=SIGN_IN, page_says=(), options=None):
        page = self.sign_in_by_code(*(options or self.settings()), status=status, says=says)
        self.assert_says(page.text, *page_says)
        self.assert_nothing_kept()
        return page

    def test_person_denies(self):
        running = self.begin(*self.settings(), "--no-test")
        page = self.visit(running, "deny")
        self.expect(running, SIGN_IN, "access_denied")
        self.assert_says(page.text, "access_denied")
        self.assert_nothing_kept()

    def test_provider_fails(self):
        self.provider.authorization.alter = authorization.error("server_error", "Try later")
        self.refuse("server_error", "Try later", status=LATER, page_says=("server_error",))

    def test_words_of_the_provider_are_text_on_the_page(self):
        """What comes in the address is shown as text, and stays text."""
        self.provider.authorization.alter = authorization.error(
            "access_denied", "<script>alert(1)</script> \"quoted\" &amp; \x1b[31m"
            "\u202ereversed")
        page = self.refuse("access_denied")
        self.assertNotIn("<script>alert", page.text)
        self.assertNotRegex(page.text, "[\x1b\u202e]")
        self.assertIn("\\u{202E}reversed", page.text)

    def test_code_is_refused(self):
        self.provider.fault(faults.oauth_error(400, "invalid_grant", "Spent code"))
        self.refuse("invalid_grant", "Spent code", page_says=("not",))

    def test_client_is_refused(self):
        self.provider.fault(faults.oauth_error(401, "invalid_client", "Wrong app"))
        self.refuse("invalid_client", "Wrong app", status=CONFIG)

    def test_token_endpoint_is_out_of_order(self):
        self.provider.fault(faults.plain_status(503))
        self.refuse("503", status=LATER)

    def test_token_answer_is_a_page(self):
        self.provider.fault(faults.html())
        self.refuse(status=LATER)

    def test_no_refresh_token(self):
        """Without one the account would end with the first token."""
        self.provider.authorization.with_refresh_token = False
        self.refuse("refresh token", "access_type=offline", "offline_access", status=CONFIG)

    def test_pasted_address_of_somebody_else(self):
        """State does not match: not taken, and the right one still is."""
        running = self.begin(*self.settings(), "--no-test", "--no-receiver")
        final = self.final_address(running)
        running.enter(final.replace("state=", "state=x"))
        running.wait("state")
        running.enter(final)
        self.expect(running)
        self.assert_signed_in()


class Issuer(CodeFlow):
    """RFC 9207: whose answer it is."""

    def sign_in_by_issuer(self, **expected):
        return self.sign_in_by_code("--issuer", self.provider.base, "--client-id",
                                    "app-of-the-tests", "--scope", "mail", "--set",
                                    "hosts=127.0.0.1", **expected)

    def test_right(self):
        self.sign_in_by_issuer()
        self.assertEqual(self.assert_signed_in()["issuer"], self.provider.base)

    def begin_with(self, alter, *options):
        self.provider.authorization.alter = alter
        running = self.begin(*(options or (
            "--issuer", self.provider.base, "--client-id", "app-of-the-tests", "--scope", "mail",
            "--set", "hosts=127.0.0.1")), "--no-test")
        page = self.visit(running)
        self.assertEqual(self.provider.count, 0, "the code went nowhere")
        self.assertGreaterEqual(page.status, 400)
        return running

    def test_wrong_or_missing_then_right(self):
        """Another's answer is refused; the person may still come back with the right one."""
        for alter in (authorization.wrong_iss, authorization.without_iss):
            with self.subTest(alter.__name__):
                running = self.begin_with(alter)
                running.wait("iss")
                self.provider.authorization.alter = None
                self.visit(running)
                self.expect(running)
                self.assert_signed_in()
                self.provider.store.withdraw(USER)
                self.provider.forget_requests()
                os.unlink(os.path.join(self.home.accounts, f"{USER}.conf"))

    def test_another_where_no_metadata_is_asked(self):
        """An account with endpoints alone, by itself and with the issuer as its preset names it."""
        for more in ({}, {"response_issuer": self.provider.base}):
            with self.subTest(more):
                running = self.begin_with(authorization.wrong_iss, *self.settings(**more))
                running.wait("iss, RFC 9207")
                self.provider.authorization.alter = None
                self.visit(running)
                self.expect(running)
                self.assert_signed_in()
                self.assertEqual(self.provider.issuer.asked, [])
                self.provider.store.withdraw(USER)
                self.provider.forget_requests()
                os.unlink(os.path.join(self.home.accounts, f"{USER}.conf"))

    def test_missing_where_it_was_not_promised(self):
        self.provider.issuer.change = {"authorization_response_iss_parameter_supported": None}
        self.provider.authorization.alter = authorization.without_iss
        self.sign_in_by_issuer()
        self.assert_signed_in()
