# SPDX-License-Identifier: BSD-2-Clause
"""One HTTP request to the scripted provider: routing, the strict form, the client, the answer.

Strict, because a lenient double hides bugs: every departure from RFC 6749's request format is
refused and kept in the provider's `violations`.
"""

import base64
import binascii
import contextlib
import http.server
import json
import re
import socket
import time
import urllib.parse
from dataclasses import dataclass

from support import assertions, oauth

UNANSWERED = "unanswered"
BODY_LIMIT = 64 * 1024
FORM_TEXT = re.compile(r"(?:[A-Za-z0-9._~*+-]|%[0-9A-Fa-f]{2})*")


@dataclass
class TokenRequest:
    """One POST to the token endpoint, as far as it may be remembered.

    outcome is there before the client has the answer.
    """

    time: float
    grant_type: str | None = None
    client_id: str | None = None
    client_auth: str | None = None
    keys: tuple = ()
    scope: str | None = None
    outcome: str = UNANSWERED


class Exchange(http.server.BaseHTTPRequestHandler):
    """One HTTP request; faults work through reply, begin, write, hang_up and grant."""

    protocol_version = "HTTP/1.1"
    _record = None

    @property
    def provider(self):
        return self.server.provider

    def log_message(self, format, *args):
        """Request lines are counted, not printed."""

    def date_time_string(self, timestamp=None):
        """For the header Date: the provider's clock may be wrong."""
        now = time.time() if timestamp is None else timestamp
        return super().date_time_string(now + self.provider.clock_offset)

    def do_GET(self):
        self._serve("GET")

    def do_POST(self):
        self._serve("POST")

    def _serve(self, method):
        """By the provider's table; a fault of the path goes first, except for the token endpoint.

        There the request must be read and judged before anything may go wrong with its answer.
        """
        address = urllib.parse.urlsplit(self.path)
        self.where, self.query = address.path, address.query
        handler = self.provider.routes.get((method, self.where))
        if handler is None:
            self.body()
            self.reply(404, b"", "text/plain")
            return
        fault = None if self.where == "/token" else self.provider.next_fault(self.where)
        if fault is None or not fault(self):
            handler(self)

    def reply(self, status, content, content_type, headers=None):
        self._conclude(f"HTTP {status}")
        self.begin(status, content_type, len(content), headers)
        self.write(content)

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
        self._conclude("hung up")
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def reply_json(self, content, status=200):
        self.reply(status, json.dumps(content).encode(), "application/json")

    def refuse(self, error):
        """The error answer of RFC 6749 section 5.2."""
        status = 401 if error.code == "invalid_client" else 400
        self.reply_json({"error": error.code, "error_description": error.description}, status)

    def grant(self):
        """Do what the request asks, as a good provider does; returns the answer's members."""
        grant = self.provider.grants.get(self.form.get("grant_type"))
        if grant is None:
            raise oauth.OAuthError("unsupported_grant_type", "No such grant here.")
        return grant(self.client, self.form)

    def _conclude(self, outcome):
        """The first that knows says what it was."""
        if self._record is not None and self._record.outcome == UNANSWERED:
            self._record.outcome = outcome

    def token(self):
        """The token endpoint."""
        self._record = TokenRequest(time.monotonic())
        self.provider.record(self._record)
        try:
            self.read_form()
            self._record.keys = tuple(sorted(self.form))
            self._record.grant_type = self.form.get("grant_type")
            self._record.scope = self.form.get("scope")
            self.identify_client()
            fault = self.provider.next_fault("/token")
            if fault is not None and fault(self):
                return
            answer = self.grant()
        except oauth.OAuthError as error:
            self._conclude(error.code)
            self.refuse(error)
            return
        self._conclude("granted")
        self.reply_json(answer)

    def introspect(self):
        form = urllib.parse.parse_qs(self.body().decode())
        self.provider.note("introspections")
        answer = self.provider.store.introspect(form.get("token", [""])[0])
        self.reply_json({"active": False} if self.provider.refuse_logins else answer)

    def elsewhere(self):
        """What a redirect names: a visitor has followed one."""
        self.body()
        self.provider.note("redirects_followed")
        self.reply_json(self.provider.token_answer("followed-a-redirect", None))

    def body(self):
        length = int(self.headers.get("Content-Length", "0"))
        if length > BODY_LIMIT:
            self.violation("a body of more than 64 KiB")
        return self.rfile.read(length)

    def violation(self, what):
        self.provider.note("violations", what)
        raise oauth.OAuthError("invalid_request", what)

    def read_form(self):
        """RFC 6749 appendix B and section 3.2, without the leniency of parse_qs."""
        content_type = self.headers.get("Content-Type", "")
        if content_type.split(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            self.violation(f"content type {content_type!r}")
        try:
            text = self.body().decode("ascii")
        except UnicodeDecodeError:
            self.violation("bytes above 127 in the form")
        self.form = self.parse(text)

    def parse(self, text):
        """Form fields, of a body or of a query."""
        form = {}
        for pair in text.split("&"):
            name, separator, value = pair.partition("=")
            if not separator or not FORM_TEXT.fullmatch(name) or not FORM_TEXT.fullmatch(value):
                self.violation("a form field that is not percent-encoded name=value")
            name = urllib.parse.unquote_plus(name, errors="strict")
            if name in form:
                self.violation(f"parameter {name} repeated")
            if value == "":
                self.violation(f"parameter {name} without a value")
            form[name] = urllib.parse.unquote_plus(value, errors="strict")
        return form

    def identify_client(self):
        """RFC 6749 section 2.3, at every endpoint that programs talk to."""
        header = self.headers.get("Authorization")
        in_body = self.form.get("client_secret")
        if "client_assertion" in self.form:
            self._remember(self.form.get("client_id"), "private_key_jwt")
            self.client = self.provider.assertions.identify(self)
            return
        if self.form.get("grant_type") == assertions.GRANT_TYPE and \
                "client_id" not in self.form:
            self.client = None
            return
        if header is not None and in_body is not None:
            self.violation("client identified twice, by Basic and in the body")
        if header is not None:
            client_id, secret, auth = *self._basic(header), "basic"
        else:
            client_id, secret = self.form.get("client_id"), in_body
            auth = "none" if secret is None else "post"
        self._remember(client_id, auth)
        self.client = self.provider.store.authenticate(client_id, secret, auth)

    def _remember(self, client_id, auth):
        if self.where == "/token":
            self._record.client_id, self._record.client_auth = client_id, auth

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
            self.violation("an Authorization header that is not RFC 6749's Basic")
        return [urllib.parse.unquote_plus(part, errors="strict") for part in parts]
