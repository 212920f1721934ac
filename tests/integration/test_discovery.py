"""`--issuer`: endpoints from metadata (RFC 8414, OpenID Connect Discovery), and who may say so."""

from support import faults
from support.issuer import OAUTH_METADATA, OPENID_METADATA
from support.sign_in import APP, CONFIG, LATER, SIGN_IN, USER, SignInCase


class DiscoveryCase(SignInCase):
    def begin_by_issuer(self, issuer=None, *options, provider=None):
        words = ["--issuer", issuer or self.provider.issuer.identifier, "--client-id", APP,
                 "--scope", "mail", "--set", "hosts=127.0.0.1", "--no-test", *options]
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

    def test_refresh_after_the_provider_moved(self):
        """The issuer's word counts when a token is needed, too."""
        self.sign_in_here()
        self.succeed(self.home.tokend("refresh", USER))


class Refused(DiscoveryCase):
    def test_another_issuer(self):
        self.provider.issuer.change = {"issuer": "https://attacker.example.net"}
        self.refuse("issuer", "attacker.example.net")

    def test_almost_the_same_issuer(self):
        """Section 3.3: identical, and not just alike."""
        self.provider.issuer.change = {"issuer": f"{self.provider.base}/"}
        self.refuse("issuer")

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
        self.refuse("404", "issuer", status=LATER)

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
