# SPDX-License-Identifier: BSD-2-Clause
"""Clients and mailboxes that are proven by a signed JWT (RFC 7523), end to end.

The provider verifies every token by the openssl command, against the documents of Microsoft and
Google (support/assertions.py); what is refused there fails the test.
"""

import json
import os
import time

from support import assertions, keys, process, tap
from support.case import CLIENT_ID, MAILBOX, IntegrationCase

CONFIG = 78
ROBOT = "robot-client"
PASSWORD = "a password of the key"
SERVICE = "robot@project.iam.gserviceaccount.com"
MAIL_SCOPE = "https://mail.example.org/"
# What a PKCS#11 token says of its PIN.
FINAL_TRY = 0x20000
PIN_LOCKED = 0x40000


class Assertion(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()
        self.provider.store.register(ROBOT, user=MAILBOX)
        self.trust = self.provider.assertions.trust
        self.keys = keys.KeyFolder(os.path.join(self.folder, "keys"), self.stage.gid)

    def write_account(self, **more):
        self.stage.write_account(MAILBOX, **self.account_keys(
            self.provider, **{"grant": "client_credentials", "client_id": ROBOT,
                              "client_secret": None, **more}))

    def log_in(self, option, secret, env=None):
        """The secret is given as a person gives it, from standard input."""
        return self.note(self.stage.tokend("login", "--no-test", option, MAILBOX,
                                           stdin=f"{secret}\n", env=env))

    def accepted(self, env=None):
        """Header and claims of the one assertion by which a new token was granted."""
        before = len(self.provider.assertions.received)
        self.succeed(self.stage.tokend("refresh", MAILBOX, env=env))
        self.assertEqual(self.provider.requests[-1].outcome, "granted")
        received, = self.provider.assertions.received[before:]
        self.token()
        return received

    def refused(self, *parts, env=None, status=CONFIG):
        """No request is sent, and the text says why and what to do."""
        before = self.provider.count
        done = self.note(self.stage.tokend("refresh", MAILBOX, env=env))
        self.assertEqual(done.status, status, done.text)
        self.assert_says(done.stderr, MAILBOX, *parts)
        self.assertEqual(self.provider.count, before)
        return done.stderr


class PrivateKeyJwt(Assertion):
    """The client's own key signs: RFC 7523 section 2.2, and Entra's certificates."""

    def test_each_algorithm_with_a_certificate(self):
        for kind, alg, header, digest in (
                ("rsa", None, "x5t_S256", "sha256"), ("rsa", "PS256", "x5t_S256", "sha256"),
                ("rsa", "RS256", "x5t", "sha1"), ("ec", None, "x5t_S256", "sha256"),
                ("ec", "ES256", "x5t_S256", "sha256")):
            with self.subTest(kind=kind, alg=alg):
                key = self.keys.make(kind)
                expected = alg or {"rsa": "PS256", "ec": "ES256"}[kind]
                self.trust(ROBOT, key.public, expected, **{header: key.thumbprint(digest)})
                self.write_account(client_key=key.path, client_certificate=key.certificate,
                                   client_assertion_alg=alg, scope="mail .default")
                self.accepted()
                request = self.provider.requests[-1]
                self.assertEqual(request.keys, ("client_assertion", "client_assertion_type",
                                                "client_id", "grant_type", "scope"))
                self.assertEqual((request.client_id, request.scope), (ROBOT, "mail .default"))

    def test_claims_of_each_request_are_new(self):
        key = self.keys.make("ec")
        self.trust(ROBOT, key.public, "ES256")
        self.write_account(client_key=key.path)
        (_, first), (_, second) = self.accepted(), self.accepted()
        self.assertNotEqual(first["jti"], second["jti"])
        self.assertEqual((first["iss"], first["sub"], first["aud"]),
                         (ROBOT, ROBOT, self.provider.token_endpoint))
        self.assertEqual(first["exp"] - first["nbf"], 300)
        self.assertLess(abs(first["iat"] - time.time()), 30)

    def test_refresh_token_beside_a_key(self):
        key = self.keys.make("ec")
        self.trust(ROBOT, key.public, "ES256")
        consent = self.provider.store.authorise(ROBOT, MAILBOX)
        self.write_account(client_key=key.path, grant="refresh_token")
        self.succeed(self.stage.tokend("login", "--refresh-token-stdin", MAILBOX, stdin=consent))
        self.accepted()
        self.assertEqual(self.provider.requests[-1].grant_type, "refresh_token")

    def test_encrypted_key(self):
        key = self.keys.make("rsa", PASSWORD)
        self.trust(ROBOT, key.public, "PS256")
        self.write_account(client_key=key.path)
        self.refused(key.path, f"tokend login --key-password-stdin {MAILBOX}")
        done = self.log_in("--key-password-stdin", "not the password of it")
        self.assertEqual(done.status, CONFIG, done.text)
        self.assert_says(done.stderr, key.path, "does not open",
                         f"--key-password-stdin {MAILBOX}")
        self.succeed(self.log_in("--key-password-stdin", PASSWORD))
        self.accepted()

    def test_typed_key_goes_before_the_accounts(self):
        key, other = self.keys.make("ec"), self.keys.make("ec", PASSWORD)
        self.trust(ROBOT, key.public, "ES256")
        self.write_account(client_key=other.path)
        self.succeed(self.log_in("--client-key-stdin", key.pem))
        self.accepted()

    def test_certificate_of_another_key(self):
        key, other = self.keys.make("rsa"), self.keys.make("rsa")
        self.write_account(client_key=key.path, client_certificate=other.certificate)
        self.refused("client_certificate", other.certificate, "does not belong")

    def test_certificate_alone(self):
        key = self.keys.make("ec")
        self.write_account(client_certificate=key.certificate)
        self.refused("client_certificate", "client_key")

    def test_key_that_does_not_fit_the_algorithm(self):
        for kind, alg, says in (("rsa", "ES256", "is an RSA key"), ("ec", "PS256", "EC key")):
            key = self.keys.make(kind)
            self.write_account(client_key=key.path, client_assertion_alg=alg)
            self.refused(key.path, says, alg, "client_assertion_alg =")

    def test_key_file_that_is_none(self):
        missing = self.keys.path("missing.pem")
        garbage = self.keys.write("garbage.pem", "no key at all")
        empty = self.keys.write("empty.pem", "")
        for path, says in ((missing, "No such file"), (garbage, "no private key in PEM"),
                           (empty, "empty")):
            self.write_account(client_key=path)
            self.refused("client_key", path if path != empty else "client_key", says)

    def test_key_file_that_everybody_may_read(self):
        key = self.keys.make("ec")
        os.chmod(key.path, 0o644)
        self.write_account(client_key=key.path)
        self.refused(key.path, "chmod o=")

    def test_values_that_are_no_key(self):
        for value, says in (("key.pem", "absolute path"), ("file:/etc/key.pem", "without file:"),
                            ("pkcs11:object=k;pin-value=1234", "--key-password-stdin"),
                            ("nonsense:object=k", "no loader for nonsense:")):
            self.write_account(client_key=value)
            text = self.refused("client_key", says)
            self.assertNotIn("1234", text)

    def test_provider_that_says_the_assertion_back(self):
        key = self.keys.make("ec")
        self.trust(ROBOT, key.public, "ES256")
        self.write_account(client_key=key.path)
        self.provider.fault(self.echo, times=1)
        done = self.note(self.stage.tokend("refresh", MAILBOX))
        self.assertEqual(done.status, CONFIG, done.text)
        self.assert_says(done.stderr, MAILBOX, "invalid_client", "seen: ***")

    @staticmethod
    def echo(exchange):
        exchange.reply_json({"error": "invalid_client", "error_description":
                             "seen: " + exchange.form["client_assertion"]}, 401)
        return True

    def test_no_way_to_authenticate(self):
        self.write_account()
        self.refused("--client-secret-stdin", "--client-key-stdin", "client_assertion_file")


class Pkcs11(Assertion):
    """The key is in a token and never leaves it; SoftHSM plays the card."""

    def setUp(self):
        super().setUp()
        lacks = keys.Token.missing()
        if lacks:
            self.skipTest("not installed: " + ", ".join(lacks))

    def insert(self, kind, loader="engine"):
        key = self.keys.make(kind)
        token = keys.Token(os.path.join(self.folder, f"token-{kind}-{loader}"), self.stage.uid,
                           key, loader)
        os.unlink(key.path)
        return key, token

    def with_each_loader(self, test):
        for loader in keys.Token.loaders():
            with self.subTest(loader):
                if loader == "provider" and process.PRELOAD in os.environ:
                    tap.allowed_skip("pkcs11-provider loads a module with RTLD_DEEPBIND, which "
                                     "no sanitizer allows")
                test(loader)

    def test_signs_by_a_uri(self):
        self.with_each_loader(self.check_signatures)

    def check_signatures(self, loader):
        for kind, alg in (("rsa", "PS256"), ("rsa", "RS256"), ("ec", "ES256")):
            with self.subTest(alg):
                if alg != "RS256":
                    key, token = self.insert(kind, loader)
                self.trust(ROBOT, key.public, alg)
                self.write_account(client_key=token.uri, client_assertion_alg=alg)
                self.give_pin(token)
                self.accepted(env=token.environment)

    def test_certificate_by_a_uri(self):
        self.with_each_loader(self.check_certificate)

    def check_certificate(self, loader):
        key, token = self.insert("rsa", loader)
        self.trust(ROBOT, key.public, "PS256", x5t_S256=key.thumbprint("sha256"))
        self.write_account(client_key=token.uri, client_certificate=token.uri)
        self.give_pin(token)
        self.accepted(env=token.environment)

    def test_each_fault_has_its_own_fix(self):
        self.with_each_loader(self.check_faults)

    def check_faults(self, loader):
        _, token = self.insert("ec", loader)
        login = f"--key-password-stdin {MAILBOX}"
        self.write_account(client_key=token.uri)
        # Each loader has the account to itself.
        self.stage.tokend("login", "--no-test", "--key-password-stdin", MAILBOX, stdin="\n")
        self.refused(token.uri, "none is stored", login, env=token.environment)
        self.assertEqual(token.logins(), 0)
        self.fails(token.environment, "wrong-PIN", token.uri, "refuses the PIN",
                   "PIN incorrect", login)
        self.assertEqual(token.logins(), 1)
        self.fails(token.flagged(PIN_LOCKED), keys.PIN, token.uri, "is locked", "PUK", login)
        before = token.logins()
        # The last try is a person's.
        self.fails(token.flagged(FINAL_TRY), keys.PIN, token.uri, "one more wrong PIN",
                   "its own tool")
        self.assertEqual(token.logins(), before)
        self.write_account(client_key="pkcs11:token=tests;object=another")
        self.fails(token.environment, keys.PIN, "object=another", "no such private key",
                   "the PIN is right", "object=")
        self.write_account(client_key="pkcs11:token=absent;object=signer")
        before = token.logins()
        self.fails(token.environment, keys.PIN, "token=absent", "no token of that name")
        self.assertEqual(token.logins(), before)
        # Each token that the URI means may be the one that a loader takes.
        self.write_account(client_key="pkcs11:object=signer")
        done = self.log_in("--key-password-stdin", keys.PIN, token.flagged(FINAL_TRY, keys.EMPTY))
        self.assertEqual((done.status, token.logins()), (CONFIG, before), done.text)
        self.write_account(client_key="pkcs11:token=te%73ts;object=signer")
        self.fails(token.environment, "wrong-PIN", "refuses the PIN")

    def fails(self, env, pin, *parts):
        done = self.log_in("--key-password-stdin", pin, env)
        self.assertEqual(done.status, CONFIG, done.text)
        self.assert_says(done.stderr, *parts)
        others = {"refuses the PIN", "is locked", "no such private key", "no token of that name",
                  "one more wrong PIN"}.difference(parts)
        self.assertFalse([text for text in others if text in done.stderr], done.stderr)

    def give_pin(self, token):
        self.succeed(self.log_in("--key-password-stdin", keys.PIN, token.environment))


class AssertionFile(Assertion):
    """Workload identity federation: others make the assertion, and replace it."""

    def put(self, text, mode=0o640):
        return self.keys.write("assertion", text, mode)

    def test_is_read_each_time(self):
        path = self.put("")
        self.write_account(client_assertion_file=path)
        for text in ("the.first.assertion", "the.second.assertion"):
            self.provider.assertions.expect(ROBOT, text)
            self.put(f"{text}\n")
            self.succeed(self.stage.tokend("refresh", MAILBOX))
            request = self.provider.requests[-1]
            self.assertEqual(request.outcome, "granted")
            self.assertEqual(request.keys, ("client_assertion", "client_assertion_type",
                                            "client_id", "grant_type"))

    def test_file_that_is_none(self):
        self.write_account(client_assertion_file=self.keys.path("missing"))
        self.refused("client_assertion_file", "No such file")
        for text, mode, says in (("", 0o640, "is empty"), ("a\nb\n", 0o640, "more than one line"),
                                 ("an.assertion.file", 0o644, "chmod o=")):
            self.write_account(client_assertion_file=self.put(text, mode))
            self.refused("client_assertion_file", says)


class JwtBearer(Assertion):
    """A service account in the name of a mailbox (RFC 7523 section 2.1, Google's document)."""

    def setUp(self):
        super().setUp()
        self.key = self.keys.make("rsa")
        self.trust(SERVICE, self.key.public, "RS256", kid="0123abcd")

    def key_file(self, **change):
        """The console's download; None leaves a member out."""
        members = {"type": "service_account", "project_id": "project", "private_key_id": "0123abcd",
                   "private_key": self.key.pem, "client_email": SERVICE, "client_id": "10297",
                   "auth_uri": "https://accounts.google.com/o/oauth2/auth",
                   "token_uri": self.provider.token_endpoint, "universe_domain": "googleapis.com",
                   **change}
        return json.dumps({name: value for name, value in members.items() if value is not None},
                          indent=2) + "\n"

    def write_robot(self, content=None, **more):
        self.path = self.keys.write("service.json", content or self.key_file())
        self.write_account(**{"grant": "jwt_bearer", "client_id": None, "token_endpoint": None,
                              "client_key": self.path, "scope": MAIL_SCOPE, **more})

    def test_for_the_mailbox_that_the_account_is_called_like(self):
        self.write_robot()
        _, claims = self.accepted()
        self.assertEqual((claims["iss"], claims["sub"], claims["scope"]),
                         (SERVICE, MAILBOX, MAIL_SCOPE))
        request = self.provider.requests[-1]
        self.assertEqual(request.grant_type, assertions.GRANT_TYPE)
        self.assertEqual(request.keys, ("assertion", "grant_type"))

    def test_for_the_user(self):
        self.write_robot(user="bob@example.org")
        self.assertEqual(self.accepted()[1]["sub"], "bob@example.org")

    def test_typed_key_file(self):
        self.write_robot(client_key=None)
        self.succeed(self.log_in("--client-key-stdin", self.key_file()))
        self.accepted()

    def test_accounts_endpoint_goes_before_the_files(self):
        self.write_robot(self.key_file(token_uri="https://elsewhere.example.com/token"),
                         token_endpoint=self.provider.token_endpoint)
        self.accepted()

    def test_plain_key_of_another_provider(self):
        for kind, alg in (("rsa", "PS256"), ("ec", "ES256")):
            key = self.keys.make(kind)
            self.trust(CLIENT_ID, key.public, alg)
            self.provider.store.register(CLIENT_ID)
            self.write_robot(client_key=key.path, client_id=CLIENT_ID,
                             token_endpoint=self.provider.token_endpoint)
            self.assertEqual(self.accepted()[1]["iss"], CLIENT_ID)
            self.assertEqual(self.provider.requests[-1].keys,
                             ("assertion", "client_id", "grant_type", "scope"))

    def test_file_that_is_none(self):
        for content, *says in (
                (self.key_file(type=None, installed={"client_id": "x"}), "client_secret.json"),
                (self.key_file(type="authorized_user"), "authorized_user", "service account"),
                (self.key_file(client_email=None), "client_email"),
                (self.key_file(private_key=None), "private_key"),
                (self.key_file(private_key="none"), "no private key in PEM"),
                (self.key_file(token_uri=None), "token_endpoint"),
                (self.key_file(token_uri="http://oauth2.example.com/token"), "token_uri",
                 "https"),
                ("{ broken", "not JSON")):
            with self.subTest(says):
                self.write_robot(content)
                self.refused(*says)

    def test_settings_that_are_missing(self):
        self.write_robot(client_key=None)
        self.refused("client_key", "--client-key-stdin")
        self.write_robot(client_key=self.key.path, token_endpoint=self.provider.token_endpoint)
        self.refused("client_id")

    def test_name_that_is_no_mailbox(self):
        self.write_robot()
        os.rename(self.stage.account_path(MAILBOX), self.stage.account_path("robot"))
        done = self.note(self.stage.tokend("refresh", "robot"))
        self.assertEqual(done.status, CONFIG, done.text)
        self.assert_says(done.stderr, "robot", "user =")
