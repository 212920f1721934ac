# SPDX-License-Identifier: BSD-2-Clause
"""The worker's job sign-in, driven directly: flows, their failures, and what is kept and when.

What a person sees of it, `tokend login`, has tests of its own.
"""

import concurrent.futures
import os
import socket
import time
import urllib.parse

from support import authorization, faults, oauth, visitor, waiting
from support.case import CLIENT_ID, CLIENT_SECRET, MAILBOX, IntegrationCase
from support.talk import Talk

LATER, SIGN_IN, CONFIG = "later", "sign-in", "config"


class SignIn(IntegrationCase):
    """An account that has never been signed in, and the job."""

    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()

    def write_account(self, **more):
        keys = self.account_keys(
            self.provider, scope="mail",
            authorization_endpoint=self.provider.authorization.endpoint,
            device_authorization_endpoint=self.provider.devices.endpoint)
        self.stage.write_account(MAILBOX, **{**keys, **more})

    def job(self, way, **first):
        talk = Talk(self.stage.worker_path, "sign-in", MAILBOX, way=way, **first)
        self.addCleanup(lambda: self.evidence.add_text("the conversation", talk.text))
        self.addCleanup(talk.close)
        return talk

    def end(self, talk, code="ok"):
        """The job must end by itself, and so."""
        end = talk.finish()
        self.assertEqual(end["code"], code, end)
        return end

    def stored(self, kind="credentials"):
        path = os.path.join(self.stage.state, kind, MAILBOX)
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            return file.read()

    def assert_nothing_kept(self):
        self.assertIsNone(self.stored())
        self.assertIsNone(self.stored("cache"))
        folder = os.path.join(self.stage.state, "credentials")
        self.assertEqual(os.listdir(folder) if os.path.exists(folder) else [], [])


class CodeFlow(SignIn):
    def begin(self, **first):
        talk = self.job("code", **first)
        return talk, talk.expect("open")

    def finish_in_browser(self, opened, **options):
        """As a browser: to the receiver, and on to its last page."""
        address = visitor.answer(opened["url"], **options)
        return self.follow(address)

    @staticmethod
    def follow(address):
        page = visitor.fetch(address)
        return visitor.fetch(page.location) if page.status == 303 else page

    def browse(self, opened, talk, kind, **options):
        """The event that comes while the browser is on its way, and the last page."""
        with concurrent.futures.ThreadPoolExecutor(1) as browser:
            page = browser.submit(self.finish_in_browser, opened, **options)
            event = talk.expect(kind)
            return event, page.result()

    def test_from_the_address_to_the_stored_tokens(self):
        self.write_account()
        talk, opened = self.begin()
        url = urllib.parse.urlsplit(opened["url"])
        query = dict(urllib.parse.parse_qsl(url.query))
        self.assertEqual(query["login_hint"], MAILBOX)
        self.assertEqual(query["redirect_uri"], f"http://127.0.0.1:{opened['port']}/")
        self.assertEqual(opened["redirect"], query["redirect_uri"])
        token, page = self.browse(opened, talk, "token")
        self.assertEqual(page.status, 200)
        self.assert_says(page.text, "Signed in")
        self.assertEqual(token["scope"], "mail")
        self.assertIsNone(self.stored(), "nothing before the command says so")
        talk.say(keep="yes")
        self.end(talk)
        request, = self.provider.requests
        self.assertEqual((request.grant_type, request.outcome), ("authorization_code", "granted"))
        self.token()
        self.assertEqual(self.provider.count, 1, "the token of the sign-in is used")
        self.assertEqual(self.note(self.stage.tokend("refresh", MAILBOX)).status, 0)

    def test_the_last_page(self):
        self.write_account()
        talk, opened = self.begin()
        address = visitor.answer(opened["url"])
        page = visitor.fetch(address)
        self.assertEqual(page.status, 303)
        self.assertNotIn("code", page.location)
        last = visitor.fetch(page.location)
        for headers in (page.headers, last.headers):
            self.assertEqual(headers["cache-control"], "no-store")
            self.assertEqual(headers["referrer-policy"], "no-referrer")
            self.assertIn("default-src 'none'", headers["content-security-policy"])
        self.assertNotIn("http", last.text.replace("http-equiv", ""))
        talk.expect("token")

    def test_nothing_is_kept_unless_the_command_says_so(self):
        self.write_account()
        for answer in (None, "no"):
            with self.subTest(answer):
                talk, opened = self.begin()
                self.browse(opened, talk, "token")
                if answer is not None:
                    talk.say(keep=answer)
                    self.end(talk, SIGN_IN)
                talk.close()
                self.assert_nothing_kept()

    def test_pasted(self):
        """The whole address, or its query; what is none is refused, and the flow goes on."""
        self.write_account()
        for receive in ("no", None):
            with self.subTest(receive=receive):
                talk, opened = self.begin(receive=receive)
                self.assertEqual("port" in opened, receive is None)
                final = visitor.answer(opened["url"])
                self.assertTrue(final.startswith(opened["redirect"]))
                if receive == "no":
                    port = urllib.parse.urlsplit(final).port
                    with self.assertRaises(ConnectionRefusedError):
                        socket.create_connection(("127.0.0.1", port), 5)
                for wrong in ("hello", opened["url"], final.replace("state=", "state=x"),
                              "https://example.org/?code=1", "?" * 300):
                    talk.say(pasted=wrong)
                    self.assert_says(talk.expect("note")["text"], "refused")
                talk.say(pasted=final if receive is None else final.partition("?")[2])
                talk.expect("token")
                talk.say(keep="yes")
                self.end(talk)

    def test_a_wrong_state_or_issuer_is_refused_and_the_flow_goes_on(self):
        self.write_account(issuer=self.provider.issuer.identifier)
        for alter in (authorization.wrong_state, authorization.without_state,
                      authorization.wrong_iss):
            with self.subTest(alter.__name__):
                self.provider.authorization.alter = alter
                talk, opened = self.begin()
                note, page = self.browse(opened, talk, "note")
                self.assertEqual(page.status, 400)
                self.assert_says(page.text, "Not accepted")
                self.assert_says(note["text"], "refused")
                self.provider.authorization.alter = None
                _, page = self.browse(opened, talk, "token")
                self.assert_says(page.text, "Signed in")
                talk.close()

    def test_refused_by_the_provider_or_the_person(self):
        self.write_account()
        for alter, code, *words in (
                (None, SIGN_IN, "access_denied", "tokend login"),
                (authorization.error("temporarily_unavailable"), LATER, "sign in"),
                (authorization.error("invalid_scope", "<b>no such</b> scope"), CONFIG,
                 "invalid_scope", "no such")):
            with self.subTest(words):
                self.provider.authorization.alter = alter
                talk, opened = self.begin()
                end, page = self.browse(opened, talk, "end", decision="deny")
                self.assertEqual(end["code"], code)
                self.assert_says(end["text"], MAILBOX, *words)
                self.assert_says(page.text, "Not signed in", words[0])
                self.assertNotIn("<b>", page.text)
                self.assert_nothing_kept()

    def test_a_code_that_the_token_endpoint_refuses(self):
        self.write_account()
        self.provider.fault(faults.oauth_error(400, "invalid_grant", "No such code."))
        talk, opened = self.begin()
        end, page = self.browse(opened, talk, "end")
        self.assertEqual(end["code"], SIGN_IN)
        self.assert_says(end["text"], "authorization code", "invalid_grant")
        self.assert_says(page.text, "Not signed in", "invalid_grant")
        self.assert_nothing_kept()

    def test_no_refresh_token(self):
        self.write_account()
        self.provider.authorization.with_refresh_token = False
        talk, opened = self.begin()
        end, page = self.browse(opened, talk, "end")
        self.assertEqual(end["code"], CONFIG)
        self.assert_says(end["text"], "no refresh token", "access_type=offline",
                         "offline_access")
        self.assert_says(page.text, "Not signed in")
        self.assert_nothing_kept()

    def test_who_signed_in(self):
        self.write_account()
        self.provider.authorization.id_token = {"email": "bob@example.org"}
        talk, opened = self.begin()
        token, _ = self.browse(opened, talk, "token")
        self.assertEqual(token["user"], "bob@example.org")

    def test_more_parameters(self):
        self.write_account(authorization_parameters="access_type=offline&prompt=consent",
                           user="Carol+mail@example.org")
        _, opened = self.begin()
        visitor.answer(opened["url"])
        request, = self.provider.authorization.requests
        self.assertEqual(request.more, {"access_type": "offline", "prompt": "consent",
                                        "login_hint": "Carol+mail@example.org"})

    def test_endpoints_of_the_issuer(self):
        self.write_account(issuer=self.provider.issuer.identifier, token_endpoint=None,
                           authorization_endpoint=None)
        talk, opened = self.begin()
        self.browse(opened, talk, "token")
        talk.say(keep="yes")
        self.end(talk)

    def test_redirect_uris(self):
        self.provider.store.register(CLIENT_ID, secret=CLIENT_SECRET, redirects=(
            "http://localhost/", "http://localhost/back", "http://localhost",
            "https://example.org/back"))
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
        for uri, has_port in ((f"http://localhost:{port}/back", True), ("http://localhost", True),
                              ("http://localhost/back", True),
                              ("https://example.org/back", False)):
            with self.subTest(uri):
                self.write_account(redirect_uri=uri)
                talk, opened = self.begin()
                self.assertEqual("port" in opened, has_port)
                final = visitor.answer(opened["url"])
                self.assertTrue(final.startswith(opened["redirect"]))
                if has_port:
                    self.assertEqual(self.follow(final).status, 200)
                else:
                    talk.say(pasted=final)
                talk.expect("token")
                talk.close()

    def test_a_port_that_is_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.write_account(redirect_uri=f"http://localhost:{port}/")
            end = self.end(self.job("code"), CONFIG)
        self.assert_says(end["text"], f"port {port}", "taken", "redirect_uri")

    def test_the_command_goes_away(self):
        self.write_account()
        talk, _ = self.begin()
        watch = waiting.Stopwatch()
        talk.close()
        self.assertLess(watch.seconds(), 5)
        self.assert_nothing_kept()

    def test_an_account_is_refreshed_while_a_person_is_away(self):
        self.sign_in(self.provider, scope="mail",
                     authorization_endpoint=self.provider.authorization.endpoint)
        talk, opened = self.begin()
        before = self.stored()
        self.token()
        self.assertEqual(self.provider.count, 1)
        self.browse(opened, talk, "token")
        self.assertEqual(self.stored(), before)
        talk.say(keep="yes")
        self.end(talk)
        self.assertNotEqual(self.stored(), before)

    def test_a_sign_in_ends_the_pause(self):
        self.sign_in(self.provider, scope="mail",
                     authorization_endpoint=self.provider.authorization.endpoint)
        self.provider.store.withdraw(MAILBOX)
        self.assertNotEqual(self.note(self.stage.tokend("token", MAILBOX)).status, 0)
        talk, opened = self.begin()
        self.browse(opened, talk, "token")
        talk.say(keep="yes")
        self.end(talk)
        self.token()
        self.assert_says(self.note(self.stage.tokend("status", MAILBOX)).stdout, "token good for")

    def test_a_grant_without_a_person(self):
        self.write_account(grant="client_credentials")
        for way in ("code", "device"):
            self.assert_says(self.end(self.job(way), CONFIG)["text"], MAILBOX, "grant")


class DeviceFlow(SignIn):
    def begin(self, **more):
        self.write_account(**more)
        talk = self.job("device")
        return talk, talk.expect("device")

    def test_allowed(self):
        talk, shown = self.begin()
        device, = self.provider.devices.devices
        self.assertEqual(shown["user_code"], device.user_code)
        self.assertEqual(shown["verification_uri"], self.provider.devices.verification_uri)
        self.assertIn(device.user_code, shown["verification_uri_complete"])
        self.assertEqual(shown["expires_in"], "300")
        waiting.until(lambda: device.polls >= 2, waiting.LIMIT, "two polls")
        self.provider.devices.decide()
        talk.expect("token")
        self.assertIsNone(self.stored())
        talk.say(keep="yes")
        self.end(talk)
        self.assertEqual(self.provider.devices.too_fast, 0)
        self.token()

    def test_googles_spelling(self):
        self.provider.devices.google = True
        self.provider.devices.complete = False
        _, shown = self.begin()
        self.assertEqual(shown["verification_uri"], self.provider.devices.verification_uri)
        self.assertNotIn("verification_uri_complete", shown)

    def test_slow_down_is_obeyed(self):
        self.provider.devices.slow_downs = 1
        talk, _ = self.begin()
        device, = self.provider.devices.devices
        waiting.until(lambda: device.polls >= 1, waiting.LIMIT, "a poll")
        self.provider.devices.decide()
        start = time.monotonic()
        talk.expect("token")
        self.assertGreater(time.monotonic() - start, 4)
        self.assertEqual(self.provider.devices.too_fast, 0)

    def test_denied(self):
        talk, _ = self.begin()
        self.provider.devices.decide(allow=False)
        self.assert_says(self.end(talk, SIGN_IN)["text"], "access_denied", "device code")
        self.assert_nothing_kept()

    def test_expired_by_the_provider(self):
        talk, _ = self.begin()
        self.provider.devices.expire()
        self.assert_says(self.end(talk, SIGN_IN)["text"], "expired")
        self.assert_nothing_kept()

    def test_expired_by_the_clock(self):
        self.provider.devices.expires_in = 2
        talk, _ = self.begin()
        self.assert_says(self.end(talk, SIGN_IN)["text"], "expired")

    def test_trouble_on_the_way_passes(self):
        talk, _ = self.begin()
        device, = self.provider.devices.devices
        self.provider.fault(faults.plain_status(503), times=1)
        self.provider.devices.decide()
        talk.expect("token")
        self.assertEqual(device.polls, 1)

    def test_refused_at_once(self):
        self.provider.devices.refusal = oauth.OAuthError("invalid_scope", "Not for devices.")
        self.write_account()
        end = self.end(self.job("device"), CONFIG)
        self.assert_says(end["text"], "invalid_scope", "Not for devices")

    def test_no_endpoint(self):
        self.write_account(device_authorization_endpoint=None)
        end = self.end(self.job("device"), CONFIG)
        self.assert_says(end["text"], "device_authorization_endpoint", "browser")

    def test_the_command_goes_away(self):
        talk, _ = self.begin()
        watch = waiting.Stopwatch()
        talk.close()
        self.assertLess(watch.seconds(), 5)


class Given(SignIn):
    def given(self, **typed):
        return self.job("given", **typed)

    def test_a_refresh_token(self):
        self.write_account()
        consent = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        talk = self.given(refresh_token=consent)
        talk.expect("token")
        self.assert_nothing_kept_yet()
        talk.say(keep="yes")
        self.end(talk)
        self.token()
        self.assertEqual(self.provider.count, 1)

    def assert_nothing_kept_yet(self):
        self.assertIsNone(self.stored())
        self.assertIsNone(self.stored("cache"))

    def test_a_refusal_stores_nothing(self):
        self.write_account()
        self.end(self.given(refresh_token="nobody's"), SIGN_IN)
        self.assert_nothing_kept()

    def test_unproven_fills_an_empty_place_only(self):
        self.write_account()
        consent = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        self.provider.down()
        self.addCleanup(self.provider.up)
        talk = self.given(refresh_token=consent)
        talk.expect("unproven")
        self.assert_nothing_kept_yet()
        talk.say(keep="yes")
        self.assert_says(self.end(talk, LATER)["text"], "stored all the same")
        before = self.stored()
        self.assertIn(consent, before)
        other = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        self.end(self.given(refresh_token=other), LATER)
        self.assertEqual(self.stored(), before)

    def test_a_spent_token_is_replaced_whatever_the_command_says(self):
        """A new client secret alone is proven by the refresh token that is stored."""
        self.provider.store.rotation = oauth.ONE_TIME
        self.sign_in(self.provider)
        before = self.stored()
        talk = self.given(client_secret=CLIENT_SECRET)
        talk.expect("token")
        talk.close()
        after = self.stored()
        self.assertNotEqual(after, before)
        self.assertNotIn("client_secret", after)
        self.token()

    def test_without_a_secret_nothing_is_stored_but_the_token(self):
        self.provider.store.register("a-robot", secret="secret of the robot", user=MAILBOX)
        self.write_account(grant="client_credentials", client_id="a-robot",
                           client_secret="secret of the robot")
        talk = self.given()
        talk.expect("token")
        talk.say(keep="yes")
        self.end(talk)
        self.assertIsNone(self.stored())
        self.token()
        self.assertEqual(self.provider.count, 1)

    def test_a_job_that_makes_no_sense(self):
        self.write_account()
        for first in ({"way": "magic"}, {"draft": "no"}):
            with self.subTest(first):
                talk = Talk(self.stage.worker_path, "sign-in", MAILBOX, **first)
                self.end(talk, "internal")
                talk.close()
