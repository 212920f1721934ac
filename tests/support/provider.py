"""A scripted OAuth 2.0 provider on loopback: a strict token endpoint, and introspection.

Strict, because a lenient double hides bugs: every departure from RFC 6749's request format is
refused and kept in `violations`, which each test checks at its end. Recorded, because the promises
are about counts: one expired token, one request. No record holds a secret.
"""

import base64
import binascii
import contextlib
import http.server
import json
import re
import socket
import socketserver
import ssl
import threading
import time
import urllib.parse
from dataclasses import dataclass

from support import oauth

BACKLOG = 1024
BODY_LIMIT = 64 * 1024
SOCKET_SECONDS = 60
FORM_TEXT = re.compile(r"(?:[A-Za-z0-9._~*+-]|%[0-9A-Fa-f]{2})*")

# Values of Provider.expires_in that stand for something else than themselves.
EXPIRES_IN_LIFETIME = object()
EXPIRES_IN_ABSENT = object()


@dataclass
class TokenRequest:
    """One POST to the token endpoint, as far as it may be remembered; outcome is filled in last."""

    time: float
    grant_type: str | None = None
    client_id: str | None = None
    client_auth: str | None = None
    keys: tuple = ()
    scope: str | None = None
    outcome: str = "unanswered"


class Provider:
    """Starts at once; stop() or `with` ends it. Settings may be changed while it runs."""

    def __init__(self, certificate=None):
        """certificate: (certificate file, key file) for https; plain http without."""
        self.store = oauth.TokenStore()
        self.expires_in = EXPIRES_IN_LIFETIME
        self.token_type = "Bearer"
        self.refuse_logins = False
        self.endless_bytes = 0
        self.redirects_followed = 0
        self.introspections = 0
        self.tls_failures = 0
        self.violations = []
        self.requests = []
        self.stopping = threading.Event()
        self._faults = []
        self._lock = threading.Lock()
        self._context = _server_context(certificate)
        self._server = None
        self._placeholder = None
        self._listen(0)
        self.port = self._server.server_address[1]
        scheme = "https" if certificate else "http"
        self.base = f"{scheme}://localhost:{self.port}"
        self.token_endpoint = f"{self.base}/token"
        self.introspection_endpoint = f"{self.base}/introspect"
        self.redirect_target = f"{self.base}/elsewhere"

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
        """Begin the counts anew."""
        with self._lock:
            self.requests.clear()
        self.store.forget_issued()

    def fault(self, fault, times=None):
        """Meet the next `times` token requests, or all until clear_faults(), with a fault."""
        with self._lock:
            self._faults.append([fault, times])

    def clear_faults(self):
        with self._lock:
            self._faults.clear()

    def down(self):
        """Refuse connections but keep the port: nobody else may answer in the meantime."""
        self._close()
        self._placeholder = socket.socket()
        self._placeholder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._placeholder.bind(("127.0.0.1", self.port))

    def up(self):
        self._placeholder.close()
        self._placeholder = None
        self._listen(self.port)

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

    def next_fault(self):
        with self._lock:
            if not self._faults:
                return None
            entry = self._faults[0]
            if entry[1] is not None:
                entry[1] -= 1
                if entry[1] == 0:
                    self._faults.pop(0)
            return entry[0]

    def token_answer(self, access, renewed):
        """The body of a successful answer, RFC 6749 section 5.1."""
        answer = {"access_token": access, "token_type": self.token_type, "scope": "mail"}
        if self.expires_in is EXPIRES_IN_LIFETIME:
            answer["expires_in"] = self.store.lifetime
        elif self.expires_in is not EXPIRES_IN_ABSENT:
            answer["expires_in"] = self.expires_in
        if renewed is not None:
            answer["refresh_token"] = renewed
        return answer

    def _listen(self, port):
        self._server = _Server(("127.0.0.1", port), self, self._context)
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


class Exchange(http.server.BaseHTTPRequestHandler):
    """One HTTP request; faults work through reply, begin, write, hang_up and grant."""

    protocol_version = "HTTP/1.1"

    @property
    def provider(self):
        return self.server.provider

    def log_message(self, format, *args):
        """Request lines are counted, not printed."""

    def do_GET(self):
        self._elsewhere_or_404()

    def do_POST(self):
        if self.path == "/introspect":
            self._introspect()
        elif self.path == "/token":
            self._token()
        else:
            self._elsewhere_or_404()

    def reply(self, status, content, content_type, headers=None):
        self.begin(status, content_type, len(content), headers)
        self.write(content)
        self._finish(f"HTTP {status}")

    def begin(self, status, content_type, length, headers=None):
        """Status line and headers; without a length the body ends with the connection."""
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Cache-Control", "no-store")
        if length is None:
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()

    def write(self, content):
        """Send a part of the body; False when the client has gone."""
        try:
            self.wfile.write(content)
            self.wfile.flush()
        except OSError:
            return False
        return True

    def hang_up(self):
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def grant(self):
        """Do what the request asks, as a good provider does; returns the answer's members."""
        form, client = self._form, self._client
        if form.get("grant_type") == "refresh_token":
            access, renewed = self.provider.store.refresh(client, form.get("refresh_token", ""))
        elif form.get("grant_type") == "client_credentials":
            access, renewed = self.provider.store.client_credentials(client), None
        else:
            raise oauth.OAuthError("unsupported_grant_type", "No such grant here.")
        return self.provider.token_answer(access, renewed)

    def _finish(self, outcome):
        if self.path == "/token":
            self._record.outcome = outcome

    def _token(self):
        self._record = TokenRequest(time.monotonic())
        self.provider.record(self._record)
        try:
            self._form = self._read_form()
            self._client = self._identify_client()
            fault = self.provider.next_fault()
            if fault is not None and fault(self):
                return
            answer = self.grant()
        except oauth.OAuthError as error:
            body = {"error": error.code, "error_description": error.description}
            status = 401 if error.code == "invalid_client" else 400
            self.reply(status, json.dumps(body).encode(), "application/json")
            self._finish(error.code)
            return
        self.reply(200, json.dumps(answer).encode(), "application/json")
        self._finish("granted")

    def _introspect(self):
        form = urllib.parse.parse_qs(self._body().decode())
        self.provider.note("introspections")
        answer = self.provider.store.introspect(form.get("token", [""])[0])
        if self.provider.refuse_logins:
            answer = {"active": False}
        self.reply(200, json.dumps(answer).encode(), "application/json")

    def _elsewhere_or_404(self):
        self._body()
        if self.path == "/elsewhere":
            self.provider.note("redirects_followed")
            answer = self.provider.token_answer("followed-a-redirect", None)
            self.reply(200, json.dumps(answer).encode(), "application/json")
        else:
            self.reply(404, b"", "text/plain")

    def _body(self):
        length = int(self.headers.get("Content-Length", "0"))
        if length > BODY_LIMIT:
            self._violation("a body of more than 64 KiB")
        return self.rfile.read(length)

    def _violation(self, what):
        self.provider.note("violations", what)
        raise oauth.OAuthError("invalid_request", what)

    def _read_form(self):
        """RFC 6749 appendix B and section 3.2, without the leniency of parse_qs."""
        content_type = self.headers.get("Content-Type", "")
        if content_type.split(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            self._violation(f"content type {content_type!r}")
        try:
            text = self._body().decode("ascii")
        except UnicodeDecodeError:
            self._violation("bytes above 127 in the form")
        form = {}
        for pair in text.split("&"):
            name, separator, value = pair.partition("=")
            if not separator or not FORM_TEXT.fullmatch(name) or not FORM_TEXT.fullmatch(value):
                self._violation("a form field that is not percent-encoded name=value")
            name = urllib.parse.unquote_plus(name, errors="strict")
            if name in form:
                self._violation(f"parameter {name} repeated")
            if value == "":
                self._violation(f"parameter {name} without a value")
            form[name] = urllib.parse.unquote_plus(value, errors="strict")
        self._record.keys = tuple(sorted(form))
        self._record.grant_type = form.get("grant_type")
        self._record.scope = form.get("scope")
        return form

    def _identify_client(self):
        header = self.headers.get("Authorization")
        in_body = self._form.get("client_secret")
        if header is not None and in_body is not None:
            self._violation("client identified twice, by Basic and in the body")
        if header is not None:
            client_id, secret, auth = *self._basic(header), "basic"
        else:
            client_id, secret = self._form.get("client_id"), in_body
            auth = "none" if secret is None else "post"
        self._record.client_id, self._record.client_auth = client_id, auth
        return self.provider.store.authenticate(client_id, secret, auth)

    def _basic(self, header):
        """RFC 6749 section 2.3.1: both parts are form-encoded before they are joined."""
        scheme, _, encoded = header.partition(" ")
        try:
            text = base64.b64decode(encoded, validate=True).decode("ascii")
        except (binascii.Error, UnicodeDecodeError):
            text = ""
        client_id, separator, secret = text.partition(":")
        parts = [client_id, secret]
        if scheme.lower() != "basic" or not separator or not all(map(FORM_TEXT.fullmatch, parts)):
            self._violation("an Authorization header that is not RFC 6749's Basic")
        return [urllib.parse.unquote_plus(part, errors="strict") for part in parts]
