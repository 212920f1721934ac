# SPDX-License-Identifier: BSD-2-Clause
"""How tokend talks to a token endpoint: grants, client authentication, TLS, proxy, and storage."""

import os
import stat
import threading

from support import evidence, faults, mailclients, process, provider, waiting
from support.case import (CLIENT_ID, CLIENT_SECRET, MAILBOX, NAME_BEHIND_PROXY,
                          IntegrationCase)

TRANSIENT = 75
CONFIG = 78


class Request(IntegrationCase):
    """The form and the client's identification, as RFC 6749 has them."""

    def one_request(self):
        """The only token request there was."""
        self.token()
        request, = self.provider.requests
        self.assertEqual(request.outcome, "granted")
        return request

    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()

    def test_secret_in_the_body_is_the_default(self):
        self.sign_in(self.provider)
        request = self.one_request()
        self.assertEqual(request.client_auth, "post")
        self.assertEqual(request.keys,
                         ("client_id", "client_secret", "grant_type", "refresh_token"))

    def test_basic(self):
        self.sign_in(self.provider, client_auth="basic")
        request = self.one_request()
        self.assertEqual((request.client_auth, request.client_id), ("basic", CLIENT_ID))
        self.assertEqual(request.keys, ("grant_type", "refresh_token"))

    def test_public_client_sends_its_id_only(self):
        self.provider.store.register("a-public-client")
        self.stage.write_account(MAILBOX, **self.account_keys(
            self.provider, client_id="a-public-client", client_secret=None))
        consent = self.provider.store.authorise("a-public-client", MAILBOX)
        self.succeed(self.stage.tokend("login", "--refresh-token-stdin", MAILBOX, stdin=consent))
        request = self.one_request()
        self.assertEqual(request.keys, ("client_id", "grant_type", "refresh_token"))

    def test_secret_from_a_file(self):
        path = os.path.join(self.stage.config, "secret")
        with open(path, "w", encoding="utf-8") as out:
            out.write(CLIENT_SECRET + "\n")
        os.chmod(path, 0o640)
        os.chown(path, 0, self.stage.gid)
        self.sign_in(self.provider, client_secret=None, client_secret_file=path)
        self.one_request()

    def test_client_credentials(self):
        self.provider.store.register("a-robot", secret="secret of the robot", user=MAILBOX)
        for auth in ("post", "basic"):
            with self.subTest(auth):
                self.stage.write_account(f"{auth}-robot", **self.account_keys(
                    self.provider, grant="client_credentials", client_id="a-robot",
                    client_secret="secret of the robot", client_auth=auth, scope="mail .default"))
                self.token(f"{auth}-robot")
                request = self.provider.requests[-1]
                self.assertEqual((request.grant_type, request.client_auth, request.scope),
                                 ("client_credentials", auth, "mail .default"))
        self.assertFalse(os.path.exists(os.path.join(self.stage.state, "credentials",
                                                     "post-robot")))


class Login(IntegrationCase):
    """`tokend login` proves what it is given, so it meets the endpoint first."""

    def log_in(self, token_provider, status=0, **keys):
        """Sign in with these keys; returns what was said."""
        self.stage.write_account(MAILBOX, **self.account_keys(token_provider, **keys))
        consent = token_provider.store.authorise(CLIENT_ID, MAILBOX)
        done = self.note(self.stage.tokend("login", "--refresh-token-stdin", MAILBOX,
                                           stdin=consent + "\n"))
        self.assertEqual(done.status, status, done.text)
        return done.stderr

    def setUp(self):
        super().setUp()
        self.provider = self.start_provider(https=True)

    def refuse(self, *parts, status=TRANSIENT, **keys):
        """No request reaches the endpoint, and the text says why."""
        self.assert_says(self.log_in(self.provider, status, **keys), MAILBOX, *parts)
        self.assertEqual(self.provider.count, 0)


class Tls(Login):
    """https is verified: authority, name, and nothing instead of it."""

    def test_known_authority(self):
        self.log_in(self.provider)
        self.assertEqual(self.provider.count, 1)

    def test_authority_in_a_folder(self):
        folder = os.path.join(self.folder, "authorities")
        os.mkdir(folder, 0o755)
        os.symlink(self.authority.certificate, os.path.join(folder, "ca.pem"))
        process.must(["openssl", "rehash", folder])
        self.log_in(self.provider, ca_file=None, ca_dir=folder)

    def test_unknown_authority(self):
        self.refuse("certificate", ca_file=self.other_authority().certificate)

    def test_no_authority_named(self):
        self.refuse("certificate", ca_file=None)

    def test_authority_file_missing(self):
        missing = os.path.join(self.folder, "missing.pem")
        self.refuse("missing.pem", ca_file=missing, status=CONFIG)

    def test_certificate_of_another_name(self):
        other = provider.Provider(self.authority.issue_for_only("elsewhere.example.com"))
        self.addCleanup(other.stop)
        other.store.register(CLIENT_ID, secret=CLIENT_SECRET)
        self.assert_says(self.log_in(other, TRANSIENT), MAILBOX, "certificate")
        self.assertEqual(other.count, 0)

    def test_plain_http_to_anywhere_else_is_a_wrong_account_file(self):
        self.refuse("https", f"{MAILBOX}.conf", status=CONFIG,
                    token_endpoint="http://login.example.com/token")


class Proxy(Login):
    """By a name that only the proxy can resolve; loopback is never asked for through one."""

    def setUp(self):
        super().setUp()
        self.behind = {"token_endpoint": self.provider.token_endpoint.replace(
            "localhost", NAME_BEHIND_PROXY)}
        self.target = f"CONNECT {NAME_BEHIND_PROXY}:{self.provider.port}"

    def test_requests_go_through_it(self):
        proxy = self.start_proxy()
        self.log_in(self.provider, proxy=proxy.url, **self.behind)
        self.assertEqual(proxy.targets, [self.target])
        self.assertEqual(self.provider.count, 1)

    def test_proxy_of_the_environment_reaches_the_helper(self):
        proxy = self.start_proxy()
        home = self.make_home()
        home.write_account(MAILBOX, **self.account_keys(self.provider, **self.behind))
        consent = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        env = {"https_proxy": proxy.url}
        self.succeed(home.tokend("login", "--refresh-token-stdin", MAILBOX, stdin=consent,
                                 env=env))
        os.unlink(os.path.join(home.state, "cache", MAILBOX))
        done = self.note(mailclients.perl_imap(home, 0, MAILBOX, env=env))
        self.assertEqual(done.status, 0, done.text)
        self.assertEqual(proxy.targets, [self.target] * 2)

    def test_account_may_do_without_the_environments(self):
        proxy = self.start_proxy()
        home = self.make_home()
        home.write_account(MAILBOX, **self.account_keys(self.provider, proxy="none",
                                                        **self.behind))
        done = self.note(home.tokend("login", "--refresh-token-stdin", MAILBOX,
                                     stdin="a-refresh-token", env={"https_proxy": proxy.url}))
        self.assertEqual(done.status, TRANSIENT, done.text)
        self.assert_says(done.stderr, MAILBOX, NAME_BEHIND_PROXY)
        self.assertEqual(proxy.targets, [])

    def test_proxy_that_refuses(self):
        proxy = self.start_proxy(status=407)
        self.refuse("proxy", "407", proxy=proxy.url, **self.behind)
        self.assertEqual(proxy.targets, [self.target])

    def test_proxy_that_is_down(self):
        proxy = self.start_proxy()
        proxy.stop()
        self.refuse("proxy", proxy=proxy.url, **self.behind)


class Unproven(Login):
    """What the provider refuses at login is not stored; what could not be tested is."""

    def test_refused_consent_leaves_nothing(self):
        self.provider.fault(faults.oauth_error(400, "invalid_grant", "No such token"))
        self.assert_says(self.log_in(self.provider, 77), MAILBOX, "No such token")
        self.assertEqual(os.listdir(os.path.join(self.stage.state, "credentials")), [])

    def test_refused_consent_does_not_replace_a_good_one(self):
        self.sign_in(self.provider)
        self.provider.fault(faults.oauth_error(400, "invalid_grant"), times=1)
        self.log_in(self.provider, 77)
        self.token()

    def test_consent_given_while_the_provider_is_down_is_kept(self):
        self.provider.down()
        self.log_in(self.provider, TRANSIENT)
        self.provider.up()
        self.succeed(self.stage.tokend("refresh", MAILBOX))
        self.token()


class Secrets(IntegrationCase):
    """Where secrets are, and where they are not."""

    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider(rotation="one-time")
        self.sign_in(self.provider)

    def test_no_process_shows_one_while_a_refresh_is_under_way(self):
        release = threading.Event()
        self.provider.fault(faults.held(release), times=1)
        client = threading.Thread(target=self.token)
        client.start()
        try:
            waiting.until(lambda: self.provider.count == 1, waiting.LIMIT, "the token request")
            self.assertEqual(evidence.of_running_processes(), [])
        finally:
            release.set()
            client.join()

    def test_files_are_their_owners_alone(self):
        self.token()
        for name in ("credentials", "cache", "state"):
            folder = os.path.join(self.stage.state, name)
            self.assert_private(folder, stat.S_IFDIR | 0o700)
            self.assert_private(os.path.join(folder, MAILBOX), stat.S_IFREG | 0o600)
            self.assertEqual(os.listdir(folder), [MAILBOX], "nothing is left lying about")

    def test_cache_holds_no_refresh_token(self):
        self.token()
        with open(os.path.join(self.stage.state, "cache", MAILBOX), encoding="utf-8") as cache:
            self.assertNotIn(self.provider.store.current_refresh_token(MAILBOX), cache.read())

    def test_token_is_not_spent_where_the_new_one_could_not_be_kept(self):
        """Reserve before spending: a folder that takes no file is found before the request."""
        folder = os.path.join(self.stage.state, "credentials")
        os.chown(folder, 0, 0)
        os.chmod(folder, 0o755)
        before = self.provider.count
        done = self.note(self.stage.tokend("refresh", MAILBOX))
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.stderr, MAILBOX, folder)
        self.assertEqual(self.provider.count, before)
        os.chown(folder, self.stage.uid, self.stage.gid)
        os.chmod(folder, 0o700)
        self.succeed(self.stage.tokend("refresh", MAILBOX))

    def assert_private(self, path, mode):
        status = os.stat(path)
        self.assertEqual((status.st_uid, oct(status.st_mode)), (self.stage.uid, oct(mode)), path)
