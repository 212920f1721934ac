# SPDX-License-Identifier: BSD-2-Clause
"""A scripted OAuth 2.0 provider on loopback: its settings, its faults, and what it has seen.

What it was asked against the rules is in `violations`, which each test checks at its end. What it
was asked at all is recorded, because the promises are about counts: one expired token, one
request. No record holds a secret. The endpoints that people and browsers meet have modules of
their own: authorization, devices, revocation, issuer.
"""

import socket
import socketserver
import ssl
import threading

from support import oauth, tls, waiting
from support.assertions import Assertions
from support.authorization import Authorization
from support.devices import Devices
from support.exchange import Exchange
from support.issuer import Issuer
from support.revocation import Revocation

BACKLOG = 1024
SOCKET_SECONDS = waiting.LIMIT

# Values of Provider.expires_in that stand for something else than themselves.
EXPIRES_IN_LIFETIME = object()
EXPIRES_IN_ABSENT = object()


class Provider:
    """Starts at once; stop() or `with` ends it. Settings may be changed while it runs."""

    def __init__(self, certificate=None, port=0):
        """certificate: (certificate file, key file) for https; plain http without."""
        self.store = oauth.TokenStore()
        self.expires_in = EXPIRES_IN_LIFETIME
        self.token_type = "Bearer"
        self.refuse_logins = False
        self.endless_bytes = 0
        self.clock_offset = 0
        self.redirects_followed = 0
        self.introspections = 0
        self.tls_failures = 0
        self.violations = []
        self.requests = []
        self.stopping = threading.Event()
        self._faults = {}
        self._lock = threading.Lock()
        self._context = _server_context(certificate)
        self._placeholder = None
        self._server = _Server(("127.0.0.1", port), self, self._context)
        self.port = self._server.server_address[1]
        scheme = "https" if certificate else "http"
        self.base = f"{scheme}://localhost:{self.port}"
        self.token_endpoint = f"{self.base}/token"
        self.introspection_endpoint = f"{self.base}/introspect"
        self.redirect_target = f"{self.base}/elsewhere"
        self.routes = {("POST", "/token"): Exchange.token,
                       ("POST", "/introspect"): Exchange.introspect,
                       ("GET", "/elsewhere"): Exchange.elsewhere,
                       ("POST", "/elsewhere"): Exchange.elsewhere}
        self.grants = {"refresh_token": self._refresh_token,
                       "client_credentials": self._client_credentials}
        self.assertions = Assertions(self)
        self.authorization = Authorization(self)
        self.devices = Devices(self)
        self.revocation = Revocation(self)
        self.issuer = Issuer(self)
        self._start()

    def speak_only(self, version):
        """One version of TLS from now on, an old one as well."""
        tls.speak_only(self._context, version)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def count(self):
        """Token requests so far, answered or not."""
        with self._lock:
            return len(self.requests)

    def forget_requests(self):
        """Reset the counts."""
        with self._lock:
            self.requests.clear()
        self.store.forget_issued()

    def fault(self, fault, times=None, path="/token"):
        """Meet the next `times` requests of path, or all until clear_faults(), with a fault."""
        with self._lock:
            self._faults.setdefault(path, []).append([fault, times])

    def clear_faults(self):
        with self._lock:
            self._faults.clear()

    def down(self):
        """Refuse connections but keep the port: no other process may answer in the meantime."""
        self._close()
        self._placeholder = socket.socket()
        self._placeholder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._placeholder.bind(("127.0.0.1", self.port))

    def up(self):
        self._placeholder.close()
        self._placeholder = None
        self._server = _Server(("127.0.0.1", self.port), self, self._context)
        self._start()

    def stop(self):
        self.stopping.set()
        if self._placeholder is not None:
            self._placeholder.close()
        else:
            self._close()

    def record(self, request):
        with self._lock:
            self.requests.append(request)

    def note(self, counter, what=None):
        """Count an event, or keep a violation."""
        with self._lock:
            if what is None:
                setattr(self, counter, getattr(self, counter) + 1)
            else:
                getattr(self, counter).append(what)

    def next_fault(self, path):
        with self._lock:
            waiting = self._faults.get(path)
            if not waiting:
                return None
            entry = waiting[0]
            if entry[1] is not None:
                entry[1] -= 1
                if entry[1] == 0:
                    waiting.pop(0)
            return entry[0]

    def token_answer(self, access, renewed, scope=None):
        """The body of a successful answer, RFC 6749 section 5.1; scope: where it is told."""
        answer = {"access_token": access, "token_type": self.token_type}
        if scope is not None:
            answer["scope"] = scope
        if self.expires_in is EXPIRES_IN_LIFETIME:
            answer["expires_in"] = self.store.lifetime
        elif self.expires_in is not EXPIRES_IN_ABSENT:
            answer["expires_in"] = self.expires_in
        if renewed is not None:
            answer["refresh_token"] = renewed
        return answer

    def _refresh_token(self, client, form):
        return self.token_answer(*self.store.refresh(client, form.get("refresh_token", "")))

    def _client_credentials(self, client, form):
        proven = "client_assertion" in form
        return self.token_answer(self.store.client_credentials(client, proven), None)

    def _start(self):
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def _close(self):
        self._server.shutdown()
        self._server.server_close()


def _server_context(certificate):
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """A thread a connection; a burst of clients must meet a listen queue that holds them all."""

    request_queue_size = BACKLOG
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, address, provider, context):
        self.provider = provider
        self._context = context
        super().__init__(address, Exchange)

    def finish_request(self, request, client_address):
        request.settimeout(SOCKET_SECONDS)
        if self._context is None:
            Exchange(request, client_address, self)
            return
        try:
            secured = self._context.wrap_socket(request, server_side=True)
        except OSError:
            self.provider.note("tls_failures")
            return
        with secured:
            Exchange(secured, client_address, self)

    def handle_error(self, request, client_address):
        """A client that goes away in the middle is part of many tests and no news."""
