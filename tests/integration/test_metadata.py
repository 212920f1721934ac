# SPDX-License-Identifier: BSD-2-Clause
"""grant = metadata: the machine's cloud vouches for it. The clouds are played, their addresses
and folders are the true ones, in a namespace of the test's own.
"""

import os

from support import metadata, waiting
from support.case import MAILBOX, IntegrationCase
from support.metadata import ARC, AZURE, GCE, MetadataService
from support.namespace import Namespace

SCOPE = "https://outlook.office365.com/.default"
RESOURCE = "https://outlook.office365.com"
GOOGLE_SCOPES = ("https://mail.google.com/", "https://www.googleapis.com/auth/gmail.imap_admin")
CLIENT_ID = "22222222-2222-2222-2222-222222222222"
FIXED_ADDRESS = "169.254.169.254"
HIMDS_PORT = 40342
TOKENS = "/var/opt/azcmagent/tokens"


class MetadataCase(IntegrationCase):
    def start_service(self, kind, address=("127.0.0.1", 0)):
        started = MetadataService(kind, address)
        self.addCleanup(started.stop)
        return started

    def account(self, kind, **more):
        self.stage.write_account(MAILBOX, **{
            "grant": "metadata", "metadata_service": kind, "hosts": "127.0.0.1", "scope": SCOPE,
            "allow": "postfix" if os.geteuid() == 0 else None, **more})

    def refuse(self, status, *parts, run=None, **options):
        """`tokend token` must fail so, and say so."""
        command = run or self.stage.tokend
        done = self.note(command("token", MAILBOX, **options))
        self.assertEqual(done.status, status, done.text)
        self.assertEqual(done.stdout, "")
        self.assert_says(done.stderr, MAILBOX, *parts)
        return done.stderr


class AnyMachine(MetadataCase):
    """The services at a metadata_endpoint."""

    def test_azure(self):
        service = self.start_service(AZURE)
        self.account(AZURE, metadata_endpoint=service.endpoint)
        self.assertEqual(self.token(), service.tokens[0])
        self.assertEqual(self.token(), service.tokens[0])
        self.assertEqual(service.asked, [{"api-version": "2018-02-01", "resource": RESOURCE}])
        with open(os.path.join(self.stage.state, "cache", MAILBOX), encoding="utf-8") as cache:
            kept = dict(line.rstrip("\n").partition("=")[::2] for line in cache)
        self.assertEqual(int(kept["expires"]) - int(kept["issued"]), service.lifetime)

    def test_azure_identity_of_the_users(self):
        service = self.start_service(AZURE)
        service.identities.append(CLIENT_ID)
        self.account(AZURE, metadata_endpoint=service.endpoint, client_id=CLIENT_ID)
        self.assertEqual(self.token(), service.tokens[0])
        self.assertEqual(service.asked[0]["client_id"], CLIENT_ID)
        service.fault = lambda request: request.reply(
            200, {**service.give({"resource": RESOURCE}), "client_id": metadata.MACHINES_IDENTITY})
        done = self.note(self.stage.tokend("refresh", MAILBOX))
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, MAILBOX, "another identity", "client_id")
        self.assertEqual(self.token(), service.tokens[0], "the good token went")

    def test_gce(self):
        service = self.start_service(GCE)
        self.account(GCE, metadata_endpoint=service.endpoint, scope=" ".join(GOOGLE_SCOPES))
        self.assertEqual(self.token(), service.tokens[0])
        self.assertEqual(service.asked, [{"scopes": ",".join(GOOGLE_SCOPES)}])

    def test_answer_of_another_is_not_googles(self):
        service = self.start_service(GCE)
        self.account(GCE, metadata_endpoint=service.endpoint)
        for service.flavor in (None, "Vanilla"):
            self.stage.tokend("refresh", MAILBOX)
            self.refuse(75, "Metadata-Flavor", "Google's metadata service")

    def test_refusal_for_good(self):
        service = self.start_service(AZURE)
        self.account(AZURE, metadata_endpoint=service.endpoint, client_id=CLIENT_ID)
        self.refuse(78, "Azure's metadata service", "HTTP 400", "Identity not found",
                    "client_id", "scope")
        self.refuse(78, "Identity not found")
        self.assertEqual(len(service.asked), 1)

    def test_refusals_that_pass(self):
        service = self.start_service(AZURE)
        self.account(AZURE, metadata_endpoint=service.endpoint)
        body = {"error": "too_many", "error_description": "Wait\nand see"}
        for status, content, parts in ((404, body, ("HTTP 404", "Wait")),
                                       (410, b"", ("410", "by itself")),
                                       (429, body, ("HTTP 429",)), (500, b"<html>", ("500",)),
                                       (403, b"no", ("HTTP 403",)),
                                       (200, b"<html>", ("not JSON",)),
                                       (200, {"access_token": ""}, ("access token", "in Azure"))):
            with self.subTest(status=status, content=content):
                service.fault = lambda request, with_=(status, content): request.reply(*with_)
                self.stage.tokend("refresh", MAILBOX)
                self.refuse(75, *parts)

    def test_proxies_are_never_asked(self):
        service = self.start_service(AZURE)
        proxy = self.start_proxy()
        self.account(AZURE, metadata_endpoint=service.endpoint, proxy=proxy.url)
        env = {name: proxy.url for name in ("http_proxy", "https_proxy", "all_proxy")}
        self.assertEqual(self.token(env=env), service.tokens[0])
        self.assertEqual(proxy.targets, [])

    def test_endpoints_and_scopes_that_cannot_be(self):
        for more, parts in (({"metadata_endpoint": "http://192.0.2.1/token"},
                             ("192.0.2.1", "metadata_endpoint")),
                            ({"metadata_endpoint": "nowhere"}, ("metadata_endpoint",)),
                            ({"scope": "one two"}, ("scope", "one resource"))):
            with self.subTest(more):
                self.account(AZURE, **more)
                self.refuse(78, *parts)

    def test_arc_asks_for_a_file_that_is_not_the_agents(self):
        service = self.start_service(ARC)
        self.account(ARC, metadata_endpoint=service.endpoint)
        secret = os.path.join(self.folder, "server.key")
        with open(secret, "w", encoding="ascii") as out:
            out.write(service.key)
        os.chmod(secret, 0o644)
        for service.challenge in (f"Basic realm={secret}", f"Basic realm={TOKENS}/../../{secret}",
                                  "Bearer", "Basic realm="):
            with self.subTest(service.challenge):
                self.stage.tokend("refresh", MAILBOX)
                self.refuse(78, "not the agent's", "127.0.0.1")
        self.assertEqual(service.tokens, [])


class TrueAddresses(MetadataCase):
    """No metadata_endpoint: what an admin writes."""

    def setUp(self):
        super().setUp()
        self.require_root()
        self.namespace = Namespace()
        self.addCleanup(self.namespace.stop)

    def tokend(self, *args, **options):
        return self.namespace.do(self.stage.tokend, *args, **options)

    def start_there(self, kind, address):
        started = self.namespace.do(MetadataService, kind, address)
        self.addCleanup(started.stop)
        return started

    def assert_token(self, service, **options):
        done = self.succeed_with_token(self.tokend("token", MAILBOX, **options))
        self.assertEqual(done, service.tokens[-1])

    def succeed_with_token(self, done):
        self.evidence.add_text("stderr of tokend token", done.stderr)
        self.assertEqual(done.status, 0, done.stderr)
        return done.stdout.rstrip("\n")

    def test_azure(self):
        self.namespace.add_address(FIXED_ADDRESS)
        service = self.start_there(AZURE, (FIXED_ADDRESS, 80))
        self.account(AZURE)
        self.assert_token(service)

    def test_no_proxy_of_the_environment(self):
        self.namespace.add_address(FIXED_ADDRESS)
        service = self.start_there(AZURE, (FIXED_ADDRESS, 80))
        self.account(AZURE, proxy="http://127.0.0.1:9")
        self.assert_token(service, env={"http_proxy": "http://127.0.0.1:9",
                                        "all_proxy": "http://127.0.0.1:9"})

    def test_gce(self):
        hosts = os.path.join(self.folder, "hosts")
        with open(hosts, "w", encoding="ascii") as out:
            out.write(f"127.0.0.1 localhost\n{FIXED_ADDRESS} metadata.google.internal\n")
        os.chmod(hosts, 0o644)
        self.namespace.mount_file(hosts, "/etc/hosts")
        self.namespace.add_address(FIXED_ADDRESS)
        service = self.start_there(GCE, (FIXED_ADDRESS, 80))
        self.account(GCE, scope=GOOGLE_SCOPES[0])
        self.assert_token(service)

    def test_outside_of_that_cloud(self):
        self.namespace.add_silence(FIXED_ADDRESS, 80)
        self.account(AZURE)
        watch = waiting.Stopwatch()
        said = self.refuse(75, "Azure's metadata service", FIXED_ADDRESS, "within 2 s",
                           "virtual machines in Azure", run=self.tokend)
        self.assertLess(watch.seconds(), 8)
        self.assertNotIn("token_endpoint", said)
        self.account(GCE)
        self.refuse(75, "Google's metadata service", "metadata.google.internal",
                    run=self.tokend)

    def place_key(self, content, mode=0o440):
        path = f"{TOKENS}/3f1c.key"

        def write():
            os.makedirs(TOKENS, exist_ok=True)
            with open(path, "w", encoding="ascii") as out:
                out.write(content)
            os.chown(path, 0, self.stage.gid)
            os.chmod(path, mode)
        self.namespace.do(write)
        return path

    def test_arc(self):
        self.namespace.mount_empty("/var/opt")
        service = self.start_there(ARC, ("127.0.0.1", HIMDS_PORT))
        service.challenge = f"Basic realm={self.place_key(service.key)}"
        self.account(ARC)
        self.assert_token(service)
        self.assertEqual([each["api-version"] for each in service.asked], ["2020-06-01"] * 2)
        self.assertEqual(service.asked[0]["resource"], RESOURCE)

    def test_arc_key_that_is_not_for_us(self):
        self.namespace.mount_empty("/var/opt")
        service = self.start_there(ARC, ("127.0.0.1", HIMDS_PORT))
        self.account(ARC)
        for content, mode, status, parts in (
                (service.key, 0o400, 78, ("group himds", "uid")),
                ("", 0o440, 75, ("holds no key",)), ("a b", 0o440, 75, ("holds no key",)),
                ("a" * 5000, 0o440, 75, ("holds no key",)),
                ("not-the-key", 0o440, 75, ("HTTP 403",))):
            with self.subTest(parts):
                service.challenge = f"Basic realm={self.place_key(content, mode)}"
                self.tokend("refresh", MAILBOX)
                self.refuse(status, "the Azure Arc agent", *parts, run=self.tokend)
        self.assertEqual(service.tokens, [])

    def test_arc_says_nothing_of_the_key(self):
        self.namespace.mount_empty("/var/opt")
        service = self.start_there(ARC, ("127.0.0.1", HIMDS_PORT))
        service.challenge = f"Basic realm={self.place_key(service.key)}"
        self.account(ARC)

        def echo(request):
            if "Authorization" not in request.headers:
                request.reply(401, b"", WWW_Authenticate=service.challenge)
            else:
                request.reply(400, {"error": "invalid_request", "error_description":
                                    f"not {request.headers['Authorization']}"})
        service.fault = echo
        self.refuse(78, "not Basic ***", run=self.tokend)
