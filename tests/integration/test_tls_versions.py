# SPDX-License-Identifier: BSD-2-Clause
"""TLS 1.2 at least, with whomever we talk: a token sent by less is a token given away.

Run as on a machine whose OpenSSL was told to accept old versions, so that what refuses is tokend.
Each server that is refused for TLS 1.1 works with TLS 1.2, or the refusal would prove nothing.
"""

import os
import random
import socket
import ssl

from support import tls
from support.case import CLIENT_ID, MAILBOX, NAME_BEHIND_PROXY, IntegrationCase
from support.talk import Talk

TRANSIENT = 75
STARTTLS = {
    "smtp": (b"220 mail ESMTP\r\n", (b"250-mail\r\n250 STARTTLS\r\n", b"220 go on\r\n")),
    "imap": (b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] mail\r\n",
             (b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\nTAG OK\r\n",
              b"TAG OK go on\r\n")),
    "pop": (b"+OK mail\r\n", (b"+OK\r\nSTLS\r\n.\r\n", b"+OK go on\r\n")),
}
TLS_PORTS = {"smtp": 465, "imap": 993, "pop": 995}


class Versions(IntegrationCase):
    def setUp(self):
        super().setUp()
        path = os.path.join(self.folder, "openssl.cnf")
        with open(path, "w", encoding="ascii") as file:
            file.write(tls.LAX)
        os.chmod(path, 0o644)
        self.lax = {"OPENSSL_CONF": path}

    def connect(self, port, version):
        """What a client of this version alone comes to."""
        context = ssl.create_default_context(cafile=self.authority.certificate)
        tls.speak_only(context, version)
        with socket.create_connection(("127.0.0.1", port)) as plain, \
                context.wrap_socket(plain, server_hostname="localhost") as secured:
            return secured.version()

    def assert_refused(self, text, *parts):
        self.assert_says(text, "no TLS session", "check that TLS 1.2 is spoken", *parts)


class Control(Versions):
    """The test of the test: on such a machine a program without a minimum speaks TLS 1.1."""

    def test_this_machine_can(self):
        with tls.Front(tls.context(self.authority.issue(), tls.OLD), 1) as front:
            self.assertEqual(self.connect(front.port, tls.OLD), "TLSv1.1")


class Provider(Versions):
    """The token endpoint, by every way to it, and the metadata."""

    def setUp(self):
        super().setUp()
        self.provider = self.start_provider(https=True)

    def log_in(self, version, **keys):
        """`tokend login` with a provider of this version; the Result."""
        self.provider.speak_only(version)
        self.stage.write_account(MAILBOX, **self.account_keys(self.provider, **keys))
        consent = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        return self.note(self.stage.tokend("login", "--refresh-token-stdin", MAILBOX,
                                           stdin=consent + "\n", env=self.lax))

    def assert_only_new(self, **keys):
        done = self.log_in(tls.OLD, **keys)
        self.assertEqual(done.status, TRANSIENT, done.text)
        self.assert_refused(done.stderr, MAILBOX, "localhost" if not keys else "")
        self.assertEqual(self.provider.count, 0)
        done = self.log_in(tls.GOOD, **keys)
        self.assertEqual(done.status, 0, done.text)
        self.assertEqual(self.provider.count, 1)

    def test_token_endpoint(self):
        self.assert_only_new()

    def test_token_endpoint_through_a_proxy(self):
        proxy = self.start_proxy()
        self.assert_only_new(proxy=proxy.url, token_endpoint=self.provider.token_endpoint.replace(
            "localhost", NAME_BEHIND_PROXY))
        self.assertEqual(len(proxy.targets), 2)

    def test_proxy(self):
        """An https proxy gets its own password in the clear, and the name of the provider."""
        behind = self.provider.token_endpoint.replace("localhost", NAME_BEHIND_PROXY)
        certificate = self.authority.issue()
        for version, status in ((tls.OLD, TRANSIENT), (tls.GOOD, 0)):
            with self.subTest(version.name):
                proxy = self.start_proxy(tls=tls.context(certificate, version))
                done = self.log_in(ssl.TLSVersion.TLSv1_3, proxy=proxy.url, token_endpoint=behind)
                self.assertEqual(done.status, status, done.text)
                self.assertEqual(bool(proxy.targets), status == 0, proxy.targets)
                if status != 0:
                    self.assert_refused(done.stderr, MAILBOX)

    def test_metadata(self):
        for version, code in ((tls.OLD, "later"), (tls.GOOD, "ok")):
            with self.subTest(version.name):
                self.provider.speak_only(version)
                with Talk(self.stage.worker_path, "discover", "-", env=self.lax,
                          issuer=self.provider.issuer.identifier,
                          ca_file=self.authority.certificate) as job:
                    job.finish()
                    job.close()
                    self.evidence.add_text("discover", job.text)
                    end = job.events[-1]
                self.assertEqual(end["code"], code, end)
                if code != "ok":
                    self.assert_refused(end["text"], "localhost")
                    self.assertEqual(self.provider.issuer.asked, [])


class Mail(Versions):
    """Mail servers, where a token would be sent."""

    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()
        dovecot = self.start_dovecot(self.provider, tls="no")
        submission = self.start_submission(dovecot, starttls=False, auth_without_tls=True)
        self.behind = {"smtp": submission.port, "imap": dovecot.imap, "pop": dovecot.pop3}
        self.address = ".".join(["127", *(str(random.randint(1, 254)) for _ in range(3))])
        self.certificate = self.authority.issue(addresses=(self.address,))
        self.sign_in(self.provider, ca_file=self.authority.certificate,
                     hosts=f"localhost {self.address}")
        self.token()

    def login(self, service, server):
        """The last event of a login."""
        with Talk(self.stage.worker_path, "mail-login", MAILBOX, env=self.lax, service=service,
                  server=server) as job:
            job.finish()
            job.close()
            self.evidence.add_text("mail-login", job.text)
            return job.events[-1]

    def front(self, service, version, **options):
        return tls.Front(tls.context(self.certificate, version), self.behind[service], **options)

    def judge(self, service, front, version, server):
        end = self.login(service, server)
        self.assertEqual(end["code"], "ok" if version is tls.GOOD else "later", end)
        self.assertEqual(front.secured, 1 if version is tls.GOOD else 0)
        if version is tls.OLD:
            self.assertEqual(front.refused, 1, "it came to a handshake")
            self.assert_refused(end["text"], MAILBOX, server)

    def test_starttls(self):
        for service, dialogue in STARTTLS.items():
            for version in (tls.OLD, tls.GOOD):
                with self.subTest(service=service, version=version.name), \
                        self.front(service, version, starttls=dialogue) as front:
                    self.judge(service, front, version, f"localhost:{front.port}")

    def test_tls_from_the_start(self):
        for service, port in TLS_PORTS.items():
            for version in (tls.OLD, tls.GOOD):
                with self.subTest(service=service, version=version.name), \
                        self.front(service, version, address=(self.address, port)) as front:
                    self.judge(service, front, version, f"{self.address}:{port}")
