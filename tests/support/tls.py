# SPDX-License-Identifier: BSD-2-Clause
"""Servers of one version of TLS, and the machine on which old versions are possible at all.

OpenSSL 3 refuses TLS 1.1 by itself unless the administrator lowered its level for some old server.
That is where tokend's own minimum counts.
"""

import contextlib
import socket
import ssl
import threading

from support import waiting
from support.connect_proxy import pump

SECONDS = waiting.LIMIT
OLD, GOOD = ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2
LAX = """\
openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = lax
[lax]
MinProtocol = TLSv1
CipherString = DEFAULT@SECLEVEL=0
"""


def speak_only(context, version):
    """Lower an ssl.SSLContext's level as far as this version needs it."""
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = version
    context.minimum_version = version


def context(certificate, version):
    """A server's, with this (certificate, key)."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*certificate)
    speak_only(made, version)
    return made


class Front:
    """One version of TLS in front of a mail server's port without it, as long as its `with`.

    secured and refused count handshakes.
    starttls: what is said before, as (greeting, answers to the client's lines), the last of which
    is to STARTTLS; None for TLS from the start.
    """

    def __init__(self, made, behind, *, starttls=None, address=("127.0.0.1", 0)):
        self.secured = self.refused = 0
        self._context = made
        self._behind = behind
        self._starttls = starttls
        self._listener = socket.create_server(address)
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(SECONDS)
        self._listener.close()

    def _serve(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.settimeout(SECONDS)
            with client, contextlib.suppress(OSError):
                self._handle(client)

    def _handle(self, client):
        if self._starttls is not None:
            self._talk(client)
        try:
            secured = self._context.wrap_socket(client, server_side=True)
        except OSError:
            self.refused += 1
            return
        self.secured += 1
        with secured, socket.create_connection(("127.0.0.1", self._behind), SECONDS) as server:
            if self._starttls is not None:
                server.recv(4096)  # a greeting that was given already
            pump(secured, server)

    def _talk(self, client):
        greeting, answers = self._starttls
        client.sendall(greeting)
        for answer in answers:
            line = b""
            while not line.endswith(b"\r\n"):
                part = client.recv(1)
                if not part:
                    return
                line += part
            # IMAP's answers begin as the question did.
            client.sendall(answer.replace(b"TAG", line.split(b" ")[0]))
