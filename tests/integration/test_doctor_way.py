# SPDX-License-Identifier: BSD-2-Clause
"""`tokend doctor --live`: what stands between a machine and its provider, and how to mend it."""

import json
import os

from support import faults, waiting
from support.live_case import COLUMNS, LiveCase
from support.machine import TRUSTED
from support.machine_case import ALICE
from support.provider import Provider

LIVE = "--live"


class Way(LiveCase):
    def setUp(self):
        super().setUp()
        self.start_providers()
        self.log_in()

    def distrust(self):
        """The machine's trust store does not have the CA of the test's servers any more."""
        self.machine.write(TRUSTED, "")
        self.machine.sh("find /etc/ssl/certs -lname '*/ca.pem' -delete")
        self.machine.write(TRUSTED, self.machine.read(self.other_authority().certificate))

    def test_all_is_well(self):
        findings = self.doctor(LIVE)
        told = {(each["check"], each["verdict"]) for each in findings}
        for check in ("endpoint", "clock", "provider", "token", "mail"):
            self.assertIn((check, "ok"), told, findings)
        mail = [each["found"] for each in findings if each["check"] == "mail"]
        self.assertEqual(len([each for each in mail if "lets alice@gmail.com in" in each]), 6)
        self.assertEqual({mechanism for _, _, mechanism in self.dovecot.logins(at_least=4)},
                         {"XOAUTH2", "OAUTHBEARER"})
        self.assertEqual(len(self.provider.requests), 2, "the sign-in, and one renewal")

    def test_nothing_leaves_the_machine_without_live(self):
        self.provider.forget_requests()
        findings = self.doctor()
        self.assertEqual(self.provider.requests, [])
        self.assertEqual(self.dovecot.logins(), [])
        for check in ("provider", "mail"):
            self.assertIn("--live", self.assert_finds_unseen(findings, check))

    def assert_finds_unseen(self, findings, check):
        return " ".join(each["found"] for each in findings
                        if each["check"] == check and each["verdict"] == "unknown")

    def test_fits_a_terminal(self):
        done = self.note(self.machine.sh(f"tokend doctor --live {ALICE}", timeout=waiting.LIMIT))
        for line in done.stdout.splitlines():
            # A path of the stage's may be longer, and is not broken.
            self.assertTrue(len(line) <= COLUMNS or len(line.split()) == 1, line)

    def test_account_of_a_persons_own(self):
        """The user's scope: the same worker, as the user, and the user's own proxy counts."""
        alice = self.add_person()
        self.log_in(person=alice)
        proxy = self.machine.do(self.start_proxy)
        done = alice.sh("tokend doctor --live --json", env={"https_proxy": proxy.url},
                        timeout=waiting.LIMIT)
        findings = json.loads(done.stdout)
        self.assertEqual([each for each in findings if each["verdict"] == "fault" and
                          each["check"] in ("proxy", "endpoint", "provider", "mail")], [])
        told = {(each["check"], each["verdict"]) for each in findings}
        self.assertLessEqual({("proxy", "ok"), ("provider", "ok"), ("mail", "ok")}, told)

    def test_bundle_is_missing(self):
        self.machine.write("/usr/local/share/ca-certificates/tests.crt",
                           self.machine.read(self.authority.certificate))
        self.machine.do(os.unlink, TRUSTED)
        self.machine.sh("find /etc/ssl/certs -type l -delete")
        fault = self.assert_finds("endpoint", "fault", LIVE, says=("certificates cannot be read",),
                                  mend=("update-ca-certificates",))
        # It starts a program for each of Debian's certificates.
        self.succeed(self.machine.sh(self.quoted(fault), timeout=waiting.LIMIT))
        self.assert_mended(LIVE)
        self.curl_logs_in()

    def checked_with(self):
        """What doctor says that the provider's certificate was checked with."""
        return self.finding("endpoint", "ok").partition("checked with ")[2].rstrip(".")

    def finding(self, check, verdict):
        found, = [each["found"] for each in self.doctor(LIVE)
                  if (each["check"], each["verdict"]) == (check, verdict)]
        return found

    def test_folder_of_certificates_is_enough(self):
        """The bundle is not read at all where the folder's names are hashes."""
        self.assertEqual(self.checked_with(), os.path.dirname(TRUSTED))
        self.machine.do(os.unlink, TRUSTED)
        self.assertEqual(self.checked_with(), os.path.dirname(TRUSTED))
        self.assert_mended(LIVE)

    def test_certificate_that_only_the_bundle_has(self):
        """Appended by hand, and the folder has the others: trusted all the same."""
        self.machine.sh("find /etc/ssl/certs -lname '*/ca.pem' -delete")
        self.assertEqual(self.checked_with(), TRUSTED)
        self.assert_mended(LIVE)

    def test_folder_without_hashes(self):
        self.machine.sh("find /etc/ssl/certs -name '????????.?' -delete")
        self.assertEqual(self.checked_with(), TRUSTED)
        self.assert_mended(LIVE)

    def test_certificate_of_an_unknown_ca(self):
        """A proxy that intercepts TLS looks like this."""
        ca = "/etc/tokend/network-ca.pem"
        self.distrust()
        self.machine.write(ca, self.machine.read(self.authority.certificate))
        fault = self.assert_finds("endpoint", "fault", LIVE, says=("is not accepted",),
                                  mend=("intercepts TLS", self.account_file()))
        self.change_account(self.quoted(fault, "ca_file").replace("FILE", ca))
        self.assert_mended(LIVE)

    def restart_provider(self, certificate):
        """The same port, another certificate; the sign-in is still known."""
        self.provider.stop()
        store = self.provider.store
        self.provider = self.machine.do(Provider, certificate, port=443)
        self.provider.store = store
        self.addCleanup(self.machine.do, self.provider.stop)

    def test_certificate_that_is_not_for_now_or_for_here(self):
        """The clock is the first to be looked at; and a proxy answers under its own name."""
        host = "oauth2.googleapis.com"
        self.restart_provider(self.authority.issue_expired(host))
        self.assert_finds("endpoint", "fault", LIVE, says=("expired",),
                          mend=("date -u", "timedatectl set-ntp true"))
        self.restart_provider(self.authority.issue_for_only("proxy.example.org"))
        self.assert_finds("endpoint", "fault", LIVE, says=("is not accepted",),
                          mend=("token_endpoint", "on the path"))
        self.restart_provider(self.authority.issue(host))
        self.assert_mended(LIVE)

    def test_name_cannot_be_resolved(self):
        """The same for the provider's name, and for a mail server's."""
        hosts = self.machine.read("/etc/hosts")
        self.machine.write("/etc/hosts", hosts.replace("oauth2.googleapis.com", "")
                           .replace("imap.gmail.com", ""))
        findings = self.doctor(LIVE)
        for check, host in (("endpoint", "oauth2.googleapis.com"), ("mail", "imap.gmail.com")):
            fault, = [each for each in findings
                      if (each["check"], each["verdict"]) == (check, "fault")]
            self.assert_says(fault["found"], host, "cannot be resolved")
            self.assertNotEqual(self.machine.sh(self.quoted(fault, "getent").split(":")[0]).status,
                                0)
        self.machine.write("/etc/hosts", hosts)
        self.succeed(self.machine.sh(self.quoted(fault, "getent").split(":")[0]))
        self.assert_mended(LIVE)
        self.curl_logs_in()

    def test_proxy_that_is_down(self):
        self.change_account("proxy = http://user:the-password@127.0.0.1:1")
        fault = self.assert_finds("endpoint", "fault", LIVE, says=("127.0.0.1:1",),
                                  mend=(self.account_file(),))
        self.assertNotIn("the-password", str(self.doctor(LIVE)))
        self.change_account(self.quoted(fault, "proxy = none"))
        self.assert_mended(LIVE)

    def test_proxy_wants_a_password(self):
        proxy = self.machine.do(self.start_proxy, status=407)
        self.change_account(f"proxy = {proxy.url}")
        self.assert_finds("endpoint", "fault", LIVE, says=("407",),
                          mend=(f"proxy = http://USER:PASSWORD@127.0.0.1:{proxy.port}",))
        proxy.status = None
        self.assert_mended(LIVE)
        good, = self.findings("proxy", "ok", LIVE)
        self.assert_says(good["found"], f"127.0.0.1:{proxy.port}", self.account_file())

    def test_proxy_of_this_shell_alone(self):
        """tokend serve has another environment: what works here may fail there."""
        proxy = self.machine.do(self.start_proxy)
        environment = {"https_proxy": proxy.url}
        odd = self.assert_finds("proxy", "warning", LIVE, env=environment,
                                says=("https_proxy", "tokend serve"), mend=("tokend.conf",))
        self.machine.write("/etc/tokend/tokend.conf", self.quoted(odd) + "\n")
        self.assertEqual(self.findings("proxy", "warning", LIVE, env=environment), [])
        self.assertEqual(len(self.findings("proxy", "ok", LIVE)), 1)

    def test_endpoint_that_is_silent(self):
        """Bounded in time, and a refresh token is not risked."""
        self.machine.add_silence("127.9.9.9", 443)
        self.machine.write("/etc/hosts", self.machine.read("/etc/hosts").replace(
            "oauth2.googleapis.com", "") + "127.9.9.9 oauth2.googleapis.com\n")
        watch = waiting.Stopwatch()
        self.assert_finds("endpoint", "fault", LIVE, says=("no connection within",),
                          mend=("firewall", "proxy = http://HOST:PORT"))
        self.assertLess(watch.seconds(), 30)
        self.assertEqual(len(self.provider.requests), 1, "the sign-in alone")

    def test_clock(self):
        """Against the endpoint's own Date."""
        self.provider.clock_offset = 900
        self.assert_finds("clock", "fault", LIVE, says=("behind that of oauth2.googleapis.com",),
                          mend=("timedatectl set-ntp true",))
        self.provider.clock_offset = -60
        odd = self.assert_finds("clock", "warning", LIVE, says=("ahead of",))
        seconds = int(odd["found"].split(" s ahead")[0].rsplit(" ", 1)[1])
        self.assertIn(seconds, range(55, 70))
        self.provider.clock_offset = 0
        self.assert_mended(LIVE)

    def test_provider_that_is_ill(self):
        self.provider.fault(faults.plain_status(503))
        self.assert_finds("provider", "fault", LIVE, says=("503",), code="later")
        self.provider.clear_faults()
        self.assert_mended(LIVE)
