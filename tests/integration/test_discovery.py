# SPDX-License-Identifier: BSD-2-Clause
"""`--issuer`: endpoints from metadata (RFC 8414, OpenID Connect Discovery), and who may say so."""

import os
import re
import threading
import time

from support import faults, waiting
from support.case import CLIENT_ID, CLIENT_SECRET
from support.issuer import OAUTH_METADATA, OPENID_METADATA
from support.sign_in import APP, CONFIG, LATER, SIGN_IN, USER, SignInCase


class DiscoveryCase(SignInCase):
    def begin_by_issuer(self, issuer=None, *options, provider=None, client=APP, scope="mail"):
        words = ["--issuer", issuer or self.provider.issuer.identifier, "--client-id", client,
                 "--scope", scope, "--set", "hosts=127.0.0.1", "--no-test", *options]
        if (provider or self.provider).base.startswith("https"):
            words += ["--set", f"ca_file={self.authority.certificate}"]
        return self.begin(*words)

    def refuse(self, *says, status=CONFIG, issuer=None):
        running = self.begin_by_issuer(issuer)
        self.assertEqual(running.wait_end(), status, running.text)
        self.assert_says(running.text, *says)
        self.assertEqual(self.provider.authorization.requests, [])
        self.assert_nothing_kept()


class Found(DiscoveryCase):
    def sign_in_here(self, *options):
        running = self.begin_by_issuer(None, *options)
        self.visit(running)
        self.expect(running)
        return self.assert_signed_in()

    def test_oauth_metadata(self):
        self.provider.issuer.served = {OAUTH_METADATA}
        self.sign_in_here()

    def test_openid_metadata(self):
        self.provider.issuer.served = {OPENID_METADATA}
        self.sign_in_here()

    def test_issuer_with_a_path(self):
        self.provider.issuer.move("/tenant")
        for served in (OAUTH_METADATA, OPENID_METADATA):
            with self.subTest(served):
                self.provider.issuer.served = {served}
                running = self.begin_by_issuer()
                self.visit(running)
                self.expect(running)

    def test_device_endpoint_comes_of_it_too(self):
        running = self.begin_by_issuer(None, "--device")
        running.wait(self.provider.devices.verification_uri)
        self.provider.devices.decide()
        self.expect(running)

    def test_over_verified_tls(self):
        self.provider = self.start_provider(https=True)
        self.provider.store.register(APP)
        self.sign_in_here()

    def test_what_the_account_says_itself_goes_first(self):
        self.provider.issuer.change = {"token_endpoint": f"{self.provider.base}/nowhere"}
        self.sign_in_here("--set", f"token_endpoint={self.provider.token_endpoint}")

    def test_forms_of_an_issuer(self):
        """As people have it; the issuer's own spelling is what the browser brings (RFC 9207)."""
        base = self.provider.base
        for given, named in ((base + OPENID_METADATA, base), (base + "/", base),
                             (base, base + "/"), (base + OAUTH_METADATA, base + "/")):
            with self.subTest(given=given, named=named):
                self.provider.issuer.change = {"issuer": named}
                self.provider.issuer.identifier = named
                running = self.begin_by_issuer(given)
                self.visit(running)
                self.expect(running)
                self.succeed(self.home.tokend("refresh", USER))

    def test_a_client_proves_itself_as_the_issuer_takes_it(self):
        """At the sign-in, and at refreshes, which do not ask the issuer."""
        for methods, way in ((["client_secret_post"], "post"), (["client_secret_basic"], "basic"),
                             (None, "basic")):
            with self.subTest(methods):
                self.provider.issuer.change = {"token_endpoint_auth_methods_supported": methods}
                running = self.begin_by_issuer(None, "--client-secret-stdin", client=CLIENT_ID)
                running.enter(CLIENT_SECRET)
                self.visit(running)
                self.expect(running)
                self.provider.issuer.asked.clear()
                os.unlink(os.path.join(self.home.state, "cache", USER))
                self.token(USER, self.home)
                self.assertEqual([request.client_auth for request in self.provider.requests],
                                 [way, way])
                self.assertEqual(self.provider.issuer.asked, [])
                self.provider.forget_requests()

    def test_offline_access_where_it_is_offered(self):
        for scopes, asked in ((["mail", "offline_access"], "mail offline_access"),
                              (None, "mail offline_access"), (["mail"], "mail")):
            with self.subTest(scopes):
                self.provider.issuer.change = {"scopes_supported": scopes}
                running = self.begin_by_issuer(scope="mail offline_access")
                self.visit(running)
                self.expect(running, 0, *(["does not offer the scope offline_access"]
                                          if asked == "mail" else []))
                self.assertEqual(self.provider.authorization.requests[-1].scope, asked)

    def test_what_is_not_needed_is_no_obstacle(self):
        """Nor later: a refresh needs the token endpoint alone."""
        self.provider.issuer.change = {"revocation_endpoint": "javascript:alert(1)",
                                       "device_authorization_endpoint": ""}
        self.sign_in_here()
        self.provider.issuer.change |= {"authorization_endpoint": "nonsense"}
        self.succeed(self.home.tokend("refresh", USER))

    def test_refresh_after_the_provider_moved(self):
        """The issuer's word counts when a token is needed, too."""
        self.sign_in_here()
        self.succeed(self.home.tokend("refresh", USER))


class Kept(DiscoveryCase):
    """A refresh does without the issuer; by hand it is asked, and may be silent."""

    def setUp(self):
        super().setUp()
        running = self.begin_by_issuer()
        self.visit(running)
        self.expect(running)
        self.provider.issuer.asked.clear()

    def state(self, *names):
        return os.path.join(self.home.home, ".local/state/tokend", *names)

    def kept(self):
        name, = os.listdir(self.state("metadata"))
        return self.state("metadata", name)

    def change_kept(self, key, value):
        with open(self.kept(), "r+", encoding="ascii") as file:
            text, count = re.subn(f"(?m)^{key}=.*$", f"{key}={value}", file.read())
            self.assertEqual(count, 1, text)
            file.seek(0)
            file.truncate()
            file.write(text)

    def read_kept(self):
        with open(self.kept(), encoding="ascii") as file:
            return dict(line.split("=", 1) for line in file.read().splitlines() if line)

    def ask(self):
        """As a program does when no token is in the cache."""
        if os.path.exists(self.state("cache", USER)):
            os.unlink(self.state("cache", USER))
        done = self.home.tokend("token", USER)  # its output is the token: nothing to be noted
        return done.status, done.stderr

    def gets_a_token(self):
        self.assertEqual(self.ask(), (0, ""))

    def break_issuer(self, fault):
        for path in (OAUTH_METADATA, OPENID_METADATA):
            self.provider.fault(fault, path=path)

    def test_refresh_asks_the_token_endpoint_alone(self):
        for _ in range(3):
            self.gets_a_token()
        self.assertEqual(self.provider.issuer.asked, [])
        self.assertEqual(os.stat(self.kept()).st_mode & 0o7777, 0o600)

    def test_nothing_is_kept(self):
        """An account of an older tokend, or one that was written by hand."""
        os.unlink(self.kept())
        self.gets_a_token()
        self.gets_a_token()
        self.assertEqual(self.provider.issuer.asked, [OAUTH_METADATA])

    def test_issuer_is_down(self):
        self.break_issuer(faults.closed)
        self.gets_a_token()
        self.succeed(self.home.tokend("refresh", USER))
        self.change_kept("renew_at", 0)
        self.gets_a_token()

    def test_by_hand_the_issuer_is_asked(self):
        self.succeed(self.home.tokend("refresh", USER))
        self.assertEqual(self.provider.issuer.asked, [OAUTH_METADATA])

    def test_old_is_used_and_renewed_afterwards(self):
        self.change_kept("renew_at", 0)
        seen = []
        self.provider.fault(lambda exchange: seen.append(list(self.provider.issuer.asked)), 1)
        self.gets_a_token()
        self.assertEqual(seen, [[]], "not before the token request")
        self.assertTrue(waiting.until(
            lambda: int(self.read_kept()["renew_at"]) > time.time() + 3000, waiting.LIMIT,
            "the renewal"))
        self.assertEqual(self.provider.issuer.asked, [OAUTH_METADATA])

    def test_renewal_delays_nobody(self):
        """A silent issuer takes its time limit, and the answer is long there."""
        release = threading.Event()
        self.addCleanup(release.set)
        self.break_issuer(faults.held(release))
        self.change_kept("renew_at", 0)
        self.gets_a_token()
        # Nor does the next one wait, for the account's lock.
        self.gets_a_token()

    def test_endpoint_moved(self):
        """What is not there any more is in doubt: the next refresh asks the issuer first."""
        self.change_kept("token_endpoint", f"{self.provider.base}/before")
        self.assertEqual(self.ask()[0], LATER)
        self.assertEqual(self.read_kept()["doubted"], "yes")
        self.assertEqual(self.provider.issuer.asked, [])
        os.unlink(self.state("state", USER))  # else there is a pause
        self.gets_a_token()
        self.assertEqual(self.provider.issuer.asked, [OAUTH_METADATA])
        self.assertEqual(self.read_kept()["token_endpoint"], self.provider.token_endpoint)

    def test_host_of_the_endpoint_is_gone(self):
        self.change_kept("token_endpoint", "https://nowhere.invalid/token")
        self.assertEqual(self.ask()[0], LATER)
        os.unlink(self.state("state", USER))
        self.gets_a_token()

    def test_file_of_somebody_else_does_not_count(self):
        """It would say where the refresh token is sent to."""
        self.change_kept("token_endpoint", "http://127.0.0.1:9/attacker")
        os.chmod(self.kept(), 0o666)
        self.gets_a_token()
        self.assertEqual(self.provider.issuer.asked, [OAUTH_METADATA])


class Refused(DiscoveryCase):
    def test_another_issuer(self):
        self.provider.issuer.change = {"issuer": "https://attacker.example.net"}
        self.refuse("issuer", "attacker.example.net")

    def test_almost_the_same_issuer(self):
        """Section 3.3: identical, and not just alike."""
        self.provider.issuer.change = {"issuer": f"{self.provider.base}/t"}
        self.refuse("issuer")

    def test_no_way_to_prove_the_client_in_common(self):
        """Nothing is sent, and the person hears what to give or to set."""
        self.provider.issuer.change = {"token_endpoint_auth_methods_supported":
                                       ["private_key_jwt"]}
        running = self.begin_by_issuer(None, "--client-secret-stdin", client=CLIENT_ID)
        running.enter(CLIENT_SECRET)
        self.visit(running)
        self.expect(running, CONFIG, "its issuer takes no client secret (private_key_jwt)",
                    f"tokend login --client-key-stdin {USER}", "client_auth = post")
        self.assertEqual(self.provider.count, 0)
        running = self.begin_by_issuer(None, "--client-secret-stdin", "--set", "client_auth=post",
                                       client=CLIENT_ID)
        running.enter(CLIENT_SECRET)
        self.visit(running)
        self.expect(running)

    def test_endpoints_without_tls(self):
        self.provider.issuer.change = {"token_endpoint": "http://login.example.net/token"}
        self.refuse("token_endpoint", "https")

    def test_no_endpoints(self):
        self.provider.issuer.change = {"authorization_endpoint": None,
                                       "device_authorization_endpoint": None}
        self.refuse("authorization_endpoint")

    def test_redirect(self):
        for path in (OAUTH_METADATA, OPENID_METADATA):
            self.provider.fault(faults.redirect(302), path=path)
        self.refuse("302", status=LATER)

    def test_page_in_place_of_json(self):
        for path in (OAUTH_METADATA, OPENID_METADATA):
            self.provider.fault(faults.html(), path=path)
        running = self.begin_by_issuer()
        self.assertIn(running.wait_end(), (CONFIG, LATER, SIGN_IN), running.text)
        self.assert_says(running.text, "JSON")
        self.assert_nothing_kept()

    def test_nothing_there(self):
        self.provider.issuer.served = set()
        self.refuse("404", "issuer")

    def test_endless(self):
        for path in (OAUTH_METADATA, OPENID_METADATA):
            self.provider.fault(faults.body(b"[" * 2_000_000), path=path)
        running = self.begin_by_issuer()
        self.assertIn(running.wait_end(), (CONFIG, LATER), running.text)
        self.assert_nothing_kept()

    def test_issuer_without_tls(self):
        self.refuse("https", issuer="http://login.example.net")

    def test_unreachable(self):
        self.provider.down()
        self.refuse("cannot connect", status=LATER)
        self.provider.up()
