# SPDX-License-Identifier: BSD-2-Clause
"""The worker's job discover, driven directly; and accounts that name an issuer only."""

import os
import shutil

from support import faults, waiting
from support.case import CLIENT_ID, MAILBOX, IntegrationCase
from support.issuer import OAUTH_METADATA, OPENID_METADATA
from support.nameserver import NameServer
from support.talk import Talk

LATER, CONFIG = "later", "config"
DNS_SECONDS = 15


class Discovery(IntegrationCase):
    def discover(self, program=None, **first):
        """All events of one job; the last is event=end."""
        with Talk(program or self.stage.worker_path, "discover", "-", **first) as job:
            job.finish()
            job.close()
            self.evidence.add_text("discover", job.text)
            return job.events

    def assert_ends(self, events, code, *parts):
        self.assertEqual([event["event"] for event in events], ["end"], events)
        self.assertEqual(events[0]["code"], code, events)
        self.assert_says(events[0]["text"], *parts)


class Issuers(Discovery):
    def setUp(self):
        super().setUp()
        self.provider = self.start_provider(https=True)
        self.issuer = self.provider.issuer

    def ask(self, **first):
        return self.discover(issuer=self.issuer.identifier, ca_file=self.authority.certificate,
                             **first)

    def test_endpoints_by_their_names(self):
        metadata, end = self.ask()
        self.assertEqual(end, {"event": "end", "code": "ok"})
        self.assertEqual(metadata, {
            "event": "metadata", "issuer": self.provider.base,
            "token_endpoint": self.provider.token_endpoint,
            "authorization_endpoint": self.provider.authorization.endpoint,
            "device_authorization_endpoint": self.provider.devices.endpoint,
            "revocation_endpoint": self.provider.revocation.endpoint})
        self.assertEqual(self.issuer.asked, [OAUTH_METADATA])

    def test_what_the_issuer_has_not_is_left_out(self):
        self.issuer.change = {"device_authorization_endpoint": None, "revocation_endpoint": None}
        metadata, _ = self.ask()
        self.assertNotIn("device_authorization_endpoint", metadata)
        self.assertNotIn("revocation_endpoint", metadata)

    def test_openid_discovery_and_paths(self):
        self.issuer.move("/tenant/v2.0")
        self.issuer.served = {OPENID_METADATA}
        metadata, end = self.ask()
        self.assertEqual(end["code"], "ok")
        self.assertEqual(metadata["issuer"], self.provider.base + "/tenant/v2.0")
        self.assertEqual(self.issuer.asked, [OAUTH_METADATA + "/tenant/v2.0",
                                             "/tenant/v2.0" + OPENID_METADATA])

    def test_another_issuer_is_not_believed(self):
        for other in ("https://elsewhere.example.org", self.provider.base + "/t", None):
            with self.subTest(other):
                self.issuer.change = {"issuer": other}
                self.assert_ends(self.ask(), CONFIG, "localhost", "another issuer than the one "
                                 "asked", other or "none is named")

    def test_the_forms_in_which_people_have_it(self):
        """Those that have their metadata at the same address are one; no other issuer can be."""
        base = self.provider.base
        for given, named in ((base + OPENID_METADATA, base), (base + OAUTH_METADATA, base),
                             (base + "/", base), (base, base + "/"), (base + "//", base)):
            with self.subTest(given=given, named=named):
                self.issuer.change = {"issuer": named}
                metadata, end = self.discover(issuer=given, ca_file=self.authority.certificate)
                self.assertEqual(end["code"], "ok")
                self.assertEqual(metadata["issuer"], named)

    def test_an_issuer_behind_a_proxy(self):
        """It thinks that it is reached by http; what is advised can be set as it stands."""
        self.issuer.change = {"issuer": self.provider.base.replace("https", "http")}
        self.assert_ends(self.ask(), CONFIG, "calls it http://", "a proxy in front",
                         f"in place of issuer set token_endpoint = {self.provider.token_endpoint}, "
                         f"authorization_endpoint = {self.provider.authorization.endpoint}")

    def test_an_endpoint_behind_a_proxy(self):
        endpoint = self.provider.token_endpoint
        self.issuer.change = {"token_endpoint": endpoint.replace("https", "http")}
        self.assert_ends(self.ask(), CONFIG, "token_endpoint: is not https://",
                         f": set token_endpoint = {endpoint}")

    def test_metadata_that_has_moved(self):
        """On the same server, to metadata: no secret is sent, and the issuer must still be it."""
        self.issuer.move("/tenant")
        moved = self.provider.base + "/tenant" + OPENID_METADATA
        self.provider.routes["GET", OAUTH_METADATA] = lambda exchange: exchange.reply(
            301, b"", "text/html", {"Location": moved})
        metadata = self.discover(issuer=self.provider.base, ca_file=self.authority.certificate)
        self.assert_ends(metadata, CONFIG, f"({self.issuer.identifier}): if that is your provider's, "
                         "set issuer to exactly it")

    def test_what_is_not_needed_is_no_obstacle(self):
        self.issuer.change = {"authorization_endpoint": "javascript:alert(1)",
                              "revocation_endpoint": ""}
        metadata, end = self.ask()
        self.assertEqual(end["code"], "ok")
        self.assertNotIn("authorization_endpoint", metadata)

    def test_an_issuer_for_all_tenants(self):
        template = "https://login.example.org/{tenantid}/v2.0"
        self.issuer.change = {"issuer": template}
        self.assert_ends(self.ask(), CONFIG, template, "directory's id")

    def test_endpoints_of_an_https_issuer_are_https(self):
        for url, what in (("http://127.0.0.1:631/token", "token_endpoint: is not https://"),
                          ("http://provider.example.org/token", "token_endpoint: is not https"),
                          ("ftp://localhost/token", "token_endpoint: is not an address"),
                          (None, "has no token_endpoint")):
            with self.subTest(url):
                self.issuer.change = {"token_endpoint": url}
                self.assert_ends(self.ask(), CONFIG, "localhost: its metadata", what)

    def test_nothing_there(self):
        self.issuer.served = set()
        self.assert_ends(self.ask(), CONFIG, "localhost has no metadata for this issuer",
                         "HTTP 404", "check issuer")

    def test_pages_redirects_and_floods(self):
        for name, fault, parts in (
                ("html", faults.html(), ["text/html", "not JSON"]),
                ("redirect", faults.redirect(), ["a redirect", "not followed"]),
                ("error", faults.plain_status(503), ["HTTP 503"]),
                ("endless", faults.endless, ["1048576 bytes", "check issuer"]),
                ("closed", faults.closed, ["closed the connection"])):
            with self.subTest(name):
                self.provider.clear_faults()
                for path in (OAUTH_METADATA, OPENID_METADATA):
                    self.provider.fault(fault, path=path)
                self.assert_ends(self.ask(), LATER, "localhost", *parts)

    def test_a_silent_issuer_ends_in_time(self):
        self.provider.fault(faults.silent, path=OAUTH_METADATA)
        watch = waiting.Stopwatch()
        self.assert_ends(self.ask(), LATER, "silent for 4 s")
        self.assertLess(watch.seconds(), 8)

    def test_an_issuer_that_nobody_certifies(self):
        events = self.discover(issuer=self.issuer.identifier)
        self.assert_ends(events, LATER, "certificate", "ca_file")
        self.assertEqual(self.issuer.asked, [])

    def test_issuers_that_are_not_asked(self):
        for issuer in ("http://issuer.example.org", "issuer.example.org",
                       f"https://me:hush@localhost:{self.provider.port}/"):
            with self.subTest(issuer):
                self.assert_ends(self.discover(issuer=issuer,
                                               ca_file=self.authority.certificate),
                                 CONFIG, "not an address")
        self.assertEqual(self.issuer.asked, [])

    def test_nothing_to_ask_for(self):
        self.assert_ends(self.discover(proxy="none"), "internal", "neither an issuer nor")


class Accounts(Discovery):
    """No endpoint in the account's file, none kept: the issuer is asked before a token is."""

    def setUp(self):
        super().setUp()
        self.provider = self.start_provider(https=True)
        self.sign_in(self.provider, token_endpoint=None, issuer=self.provider.issuer.identifier)
        shutil.rmtree(os.path.join(self.stage.state, "metadata"))
        self.provider.issuer.asked.clear()

    def test_a_token_comes_from_where_the_issuer_says(self):
        self.token()
        self.assertEqual(self.provider.count, 1)
        self.assertEqual(self.provider.issuer.asked, [OAUTH_METADATA])
        self.token()
        self.assertEqual(self.provider.issuer.asked, [OAUTH_METADATA], "the cache has one")

    def test_no_refresh_token_goes_to_an_impostor(self):
        self.provider.issuer.change = {"issuer": "https://elsewhere.example.org"}
        done = self.note(self.stage.tokend("token", MAILBOX))
        self.assertEqual(done.status, 78, done.text)
        self.assert_says(done.stderr, MAILBOX, "another issuer than the one asked")
        self.assertEqual(self.provider.count, 0)

    def test_an_issuer_that_is_down_is_transient(self):
        for path in (OAUTH_METADATA, OPENID_METADATA):
            self.provider.fault(faults.plain_status(503), times=1, path=path)
        done = self.note(self.stage.tokend("token", MAILBOX))
        self.assertEqual(done.status, 75, done.text)
        self.assert_says(done.stderr, MAILBOX, "localhost", "HTTP 503", "metadata")
        self.succeed(self.stage.tokend("refresh", MAILBOX))
        self.token()
        self.assertEqual(self.provider.count, 1)

    def test_an_application_finds_its_endpoint_too(self):
        self.provider.store.register(CLIENT_ID, secret="another secret of ours", user=MAILBOX)
        self.stage.write_account("app", **self.account_keys(
            self.provider, token_endpoint=None, issuer=self.provider.issuer.identifier,
            grant="client_credentials", client_secret="another secret of ours"))
        self.token("app")
        self.assertEqual(self.provider.requests[-1].grant_type, "client_credentials")


class Domains(Discovery):
    def setUp(self):
        super().setUp()
        self.require_root()

    def ask(self, domain, **mx):
        self.server = NameServer(os.path.join(self.folder, f"dns-{domain[:20]}"),
                                 self.stage.worker_path, {name.replace("_", "."): said
                                                          for name, said in mx.items()})
        return self.discover(self.server.program, domain=domain)

    def test_hosts_best_first(self):
        events = self.ask("example.org", example_org=[
            [10, "alt1.aspmx.example.net"], [5, "aspmx.example.net"], [10, "alt2.example.net"]])
        self.assertEqual(events, [
            {"event": "mx",
             "hosts": "aspmx.example.net alt1.aspmx.example.net alt2.example.net"},
            {"event": "end", "code": "ok"}])
        self.assertEqual(self.server.questions, ["example.org"])

    def test_no_hosts_is_no_failure(self):
        nothing = [{"event": "mx"}, {"event": "end", "code": "ok"}]
        self.assertEqual(self.ask("absent.example.org"), nothing)
        self.assertEqual(self.ask("empty.example.org", empty_example_org=[]), nothing)
        self.assertEqual(self.ask("null.example.org", null_example_org=[[0, "."]]), nothing)

    def test_a_server_that_refuses_or_fails(self):
        for said in ("refused", "failure"):
            with self.subTest(said):
                domain = f"{said}.example.org"
                events = self.ask(domain, **{f"{said}_example_org": said})
                self.assert_ends(events, LATER, domain, "check DNS")

    def test_a_silent_server_ends_in_time(self):
        watch = waiting.Stopwatch()
        events = self.ask("silent.example.org", silent_example_org="silent")
        self.assert_ends(events, LATER, "silent.example.org", "check DNS")
        self.assertLess(watch.seconds(), DNS_SECONDS)
        self.assertEqual(self.server.questions, ["silent.example.org"] * 2)

    def test_what_is_no_domain_is_not_asked_for(self):
        for domain in ("localhost", "example.org.", "a b.example.org", "bücher.example", "-a.org",
                       "x" * 64 + ".org"):
            with self.subTest(domain):
                self.assert_ends(self.ask(domain), CONFIG, "is not a mail domain")
                self.assertEqual(self.server.questions, [])
