# SPDX-License-Identifier: BSD-2-Clause
"""The base of every integration test: a clean stage, servers on demand, a search for leaks."""

import itertools
import os
import shutil
import tempfile
import unittest

from support import ca, provider, stage, tracing, waiting
from support.connect_proxy import ConnectProxy
from support.dovecot import Dovecot
from support.evidence import Evidence
from support.relay import RelayClient
from support.submission import SubmissionServer
from support.user_home import FIRST_UID, UserHome
from support.wiretap import Wiretap

CLIENT_ID = "client-of-the-tests"
CLIENT_SECRET = "s3cret+of&the=client%/:~"
MAILBOX = "alice@example.org"
NAME_BEHIND_PROXY = "login.example.test"
LOG_TAIL = 3000


class IntegrationCase(unittest.TestCase):
    """Everything a test starts here ends with it, and is then searched for secrets."""

    def setUp(self):
        self.stage = stage.shared()
        self.stage.reset()
        self.folder = tempfile.mkdtemp(prefix="test-", dir=self.stage.prefix)
        os.chmod(self.folder, 0o755)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.evidence = Evidence()
        self.evidence.add_file(self.stage.path("log/*"))
        self.addCleanup(self._check_evidence)
        self._numbers = itertools.count(1)
        self._uids = itertools.count(FIRST_UID)
        self._providers = []
        self._authority = None

    def diagnostics(self):
        """The ends of all logs; tap prints them, masked, below a failure."""
        told = []
        for path in self.evidence.files():
            with open(path, encoding="utf-8", errors="replace") as log:
                told.append(f"--- {path}\n{log.read()[-LOG_TAIL:]}")
        return "\n".join(told)

    def require_root(self):
        if not stage.as_root():
            self.skipTest("needs root: Postfix, Dovecot and uids of their own")

    def require_strace(self):
        if not tracing.is_there():
            self.skipTest("needs strace")

    @property
    def authority(self):
        """The CA that the servers of this test have their certificates from."""
        if self._authority is None:
            self._authority = ca.Authority(self._place("ca"))
        return self._authority

    def other_authority(self):
        """A CA that is not trusted here."""
        return ca.Authority(self._place("ca"), "another CA")

    def start_provider(self, https=False, **settings):
        """A provider with the client registered; settings go to its token store."""
        started = provider.Provider(self.authority.issue(NAME_BEHIND_PROXY) if https else None)
        self.addCleanup(started.stop)
        self._providers.append(started)
        started.store.register(CLIENT_ID, secret=CLIENT_SECRET)
        for name, value in settings.items():
            setattr(started.store, name, value)
        return started

    def start_dovecot(self, token_provider, certificate=None, **options):
        if token_provider.base.startswith("https"):
            options["provider_ca"] = self.authority.certificate
        started = Dovecot(self._place("dovecot"), certificate or self.authority.issue(),
                          token_provider, **options)
        self.addCleanup(started.stop)
        self.evidence.add_file(started.log)
        return started

    def start_submission(self, dovecot, certificate=None, **options):
        started = SubmissionServer(self._place("submission"),
                                   certificate or self.authority.issue(), dovecot,
                                   **options)
        self.addCleanup(started.stop)
        self.evidence.add_file(os.path.join(started.folder, "log", "*"))
        return started

    def make_relay(self, port, login, **options):
        """A relay client, not started: that is up to the test."""
        made = RelayClient(self._place("relay"), self.stage, port, login, **options)
        self.addCleanup(made.stop)
        self.evidence.add_file(os.path.join(made.folder, "log", "*"))
        return made

    def start_relay(self, port, login, **options):
        made = self.make_relay(port, login, **options)
        made.start()
        return made

    def start_proxy(self, **options):
        started = ConnectProxy(**options)
        self.addCleanup(started.stop)
        return started

    def start_wiretap(self, port, **options):
        started = Wiretap(port, **options)
        self.addCleanup(started.stop)
        return started

    def make_home(self):
        """A user of their own uid."""
        self.require_root()  # a person who is not the tokend user
        made = UserHome(self.stage, next(self._uids))
        self.addCleanup(made.remove)
        return made

    def start_serve(self, *sockets, **options):
        """`tokend serve` until the test's end."""
        return self.enterContext(self.stage.serve(*sockets, **options))

    def account_keys(self, token_provider, **more):
        """The keys of a usual account at the scripted provider."""
        keys = {"token_endpoint": token_provider.token_endpoint, "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET, "hosts": "127.0.0.1 localhost"}
        if token_provider.base.startswith("https"):
            keys["ca_file"] = self.authority.certificate
        return {**keys, **more}

    def sign_in(self, token_provider, name=MAILBOX, home=None, mailbox=None, **more):
        """An account with its refresh token stored: in the system scope, or in a user's home.

        `tokend login` proves the refresh token by a first request. Tests are about later ones,
        so its access token is forgotten on both sides, as if its life were over.
        """
        keys = self.account_keys(token_provider, **more)
        if home is None:
            keys.setdefault("allow", "postfix")
        place = home or self.stage
        place.write_account(name, **keys)
        refresh_token = token_provider.store.authorise(CLIENT_ID, mailbox or name)
        self.succeed(place.tokend("login", "--refresh-token-stdin", name,
                                  stdin=refresh_token + "\n"))
        os.unlink(os.path.join(place.state, "cache", name))
        token_provider.forget_requests()

    def note(self, result, **options):
        """Keep a program's output as evidence; returns the Result."""
        self.evidence.add_text(f"output of {result.argv[0]}", result.text, **options)
        return result

    def succeed(self, result):
        self.note(result)
        self.assertEqual(result.status, 0, f"{result.argv}:\n{result.text}")
        return result

    def token(self, name=MAILBOX, home=None, **options):
        """What `tokend token` prints; its standard output must be the token and nothing else."""
        done = (home or self.stage).tokend("token", name, **options)
        self.evidence.add_text("stderr of tokend token", done.stderr)
        self.assertEqual(done.status, 0, done.stderr)
        self.assertRegex(done.stdout, r"\A[A-Za-z0-9._~+/-]+=*\n\Z")
        return done.stdout.rstrip("\n")

    def wait_expiry(self, token_provider):
        """Wait until the newest access token, given a lifetime of seconds, is worth nothing."""
        newest = token_provider.store.issued[-1]
        waiting.until(lambda: not token_provider.store.introspect(newest)["active"],
                      2 * token_provider.store.lifetime + 5, "the newest token to expire")

    def assert_says(self, text, *parts):
        """A message for people is judged by what it must name: account, cause, remedy."""
        for part in parts:
            self.assertIn(part.lower(), text.lower())

    def _place(self, name):
        return os.path.join(self.folder, f"{name}-{next(self._numbers)}")

    def _check_evidence(self):
        self.assertEqual(self.evidence.leaks(), [], "secrets in outputs or logs")
        self.assertEqual(self.evidence.unfilled(), [], "places of templates in outputs")
        for each in self._providers:
            self.assertEqual(each.violations, [], "token requests that RFC 6749 forbids")
            self.assertEqual(each.redirects_followed, 0, "a redirect was followed")
