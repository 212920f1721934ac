# SPDX-License-Identifier: BSD-2-Clause
"""Who plays in the demo: an installation, a provider, a mail server, a relay. All in one folder."""

import base64
import contextlib
import glob
import os
import smtplib
import ssl
from pathlib import Path

from support import process, waiting
from support.ca import Authority
from support.dovecot import Dovecot
from support.evidence import Evidence, of_running_processes
from support.provider import Provider
from support.relay import RelayClient
from support.stage import Stage
from support.submission import SubmissionServer

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CLIENT_ID = "client-of-the-demo"
MAILBOX = "alice@example.org"
RECIPIENT = "bob@example.org"
BODY = "This came through Postfix, which has no password and no refresh token.\n"
BOOTSTRAP_SECONDS = waiting.LONG_LIMIT
END_SECONDS = waiting.LIMIT


class Scene:
    """The methods in their order; what each starts is ended, last first, by `ending`."""

    def __init__(self, folder):
        self.folder = folder
        self.ending = contextlib.ExitStack()
        self.evidence = Evidence()
        self._sources = self._path("sources")

    def copy_sources(self):
        process.must([f"{TESTS}/support/copy-sources", os.path.dirname(TESTS), self._sources])
        process.must(["./bootstrap"], cwd=self._sources, timeout=BOOTSTRAP_SECONDS, group=True)

    def install(self):
        os.environ["TOKEND_SRCDIR"] = self._sources
        self.stage = Stage(self._path("stage"))
        self.stage.reset()
        self.evidence.add_file(self.stage.path("log/*"))

    def start_provider(self):
        self.authority = Authority(self._path("ca"))
        self.provider = Provider(self.authority.issue())
        self.ending.callback(self.provider.stop)
        self.provider.store.register(CLIENT_ID)

    def start_mail_server(self):
        dovecot = Dovecot(self._path("dovecot"), self.authority.issue(), self.provider,
                          provider_ca=self.authority.certificate)
        self.ending.callback(dovecot.stop)
        self.evidence.add_file(dovecot.log)
        # Two parameters for the sake of what is shown: the dialogue, and who had signed in.
        self.server = SubmissionServer(
            self._path("server"), self.authority.issue(), dovecot,
            options={"debug_peer_list": "127.0.0.1", "debug_peer_level": "1",
                     "smtpd_sasl_authenticated_header": "yes"})
        self.ending.callback(self.server.stop)

    def refuse_invented_token(self):
        """The server's answer to a token that was never issued."""
        trusted = ssl.create_default_context(cafile=self.authority.certificate)
        response = base64.b64encode(f"user={MAILBOX}\1auth=Bearer invented\1\1".encode()).decode()
        with smtplib.SMTP("localhost", self.server.port) as client:
            client.starttls(context=trusted)
            client.ehlo()
            code, text = client.docmd("AUTH", f"XOAUTH2 {response}")
            if code == 334:
                code, text = client.docmd("")
        if code != 535:
            raise AssertionError(f"the mail server took an invented token: {code} {text}")
        return f"{code} {text.decode()}"

    def write_account(self):
        self.account = self.stage.write_account(
            MAILBOX, token_endpoint=self.provider.token_endpoint,
            ca_file=self.authority.certificate, client_id=CLIENT_ID, hosts="127.0.0.1",
            allow="postfix")
        self.stage.write_plugin_conf()

    def login(self):
        """A person's consent gives a refresh token, which goes to tokend by a pipe."""
        token = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        self.tokend("login", "--refresh-token-stdin", MAILBOX, stdin=token + "\n")

    def prepare_relay(self):
        self.relay = RelayClient(
            self._path("relay"), self.stage, self.server.port, f"{MAILBOX}:tokend", chroot="y",
            tls="secure", ca_file=self.authority.certificate, mechanisms="xoauth2",
            options={"smtp_tls_secure_cert_match": "localhost"})
        self.evidence.add_file(f"{self.relay.folder}/log/*")
        self.socket = self.relay.make_socket_folder()

    def serve(self):
        """In the jail of the relay's smtp(8)."""
        self.ending.enter_context(self.stage.serve(self.socket))

    def start_relay(self):
        self.ending.callback(self.relay.stop)
        self.relay.start()

    def send(self):
        self.message = self.relay.send(BODY, sender=MAILBOX, recipient=RECIPIENT)

    def deliver(self):
        """The relay's log line, and the mail as it arrived; both are looked at."""
        line = self.relay.wait_sent(self.message)
        mail = self.server.wait_mails(1)[0].decode()
        if mail.split("\n\n", 1)[1] != BODY or self.message not in mail:
            raise AssertionError(f"another mail arrived than was sent:\n{mail}")
        if self.server.logins() != [("XOAUTH2", MAILBOX)]:
            raise AssertionError(f"the server had other logins: {self.server.logins()}")
        return line, mail

    def search_secrets(self):
        """Everything but the server's own log, which was asked to tell."""
        found = self.evidence.leaks() + of_running_processes()
        if found:
            raise AssertionError("a secret got out:\n" + "\n".join(found))

    def tokend(self, *args, **options):
        """Its output; anything but success ends the demo."""
        done = self.stage.tokend(*args, **options)
        self.evidence.add_text(f"output of tokend {args[0]}", done.text)
        if done.status != 0:
            raise RuntimeError(f"tokend {args[0]} ended with status {done.status}:\n{done.text}")
        return done.text

    def end(self):
        """Nothing of this goes on, not even a tokend-worker behind an answer."""
        self.ending.close()
        if hasattr(self, "stage"):
            for program in (self.stage.tokend_path, self.stage.serve_path,
                            self.stage.worker_path):
                waiting.until(lambda path=program: process.count_running(path) == 0, END_SECONDS,
                              f"the end of {program}")

    def logs(self):
        """What there is so far, by path."""
        paths = [path for pattern in ("*/log/*", "dovecot/dovecot.log")
                 for path in sorted(glob.glob(self._path(pattern)))]
        return {path: Path(path).read_text(errors="replace") for path in paths}

    def _path(self, name):
        return os.path.join(self.folder, name)
