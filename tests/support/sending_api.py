# SPDX-License-Identifier: BSD-2-Clause
"""What the scripted APIs of Gmail and Graph have in common: TLS, tokens, mails, limits, faults.

The recipients of a mail are those whom its header names, as at both services: there is no
envelope. What was done against the rules is refused as the service refuses it.
"""

import email
import email.utils
import http.server
import json
import ssl
import threading
import urllib.parse
from dataclasses import dataclass

from support import waiting

READ = 65536


@dataclass
class SentMail:
    """A mail that the service has taken: for whom, and its text as it arrived."""

    recipients: tuple
    content: bytes

    def header(self, name):
        return email.message_from_bytes(self.content)[name]


class SendingApi:
    """Starts at once, stop() ends it. granted: what the tokens of the store may do.

    unknown: addresses that the service does not take as recipients. refusing: status, name and
    words with which it refuses every mail, or None.
    """

    handler = None

    def __init__(self, store, certificate, granted, address=("127.0.0.1", 0)):
        self.store = store
        self.granted = set(granted)
        self.handshakes = 0
        self.requests = []
        self.mails = []
        self.unknown = set()
        self.per_minute = None
        self.refusing = None
        self.retry_after = 17
        self.cuts = []
        self.lock = threading.Lock()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        self._server = _Server(address, self.handler)
        self._server.api, self._server.context = self, context
        self.base = f"https://localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self):
        return self._server.server_address[1]

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def user_of(self, token):
        """The mailbox whose token it is, or None."""
        found = self.store.introspect(token)
        return found["username"] if found["active"] else None

    def is_over_limit(self):
        return self.per_minute is not None and len(self.mails) >= self.per_minute

    def take(self, content):
        """Deliver to those whom the header names.

        Returns None where that was done, else what is wrong: "", as there is no recipient, or one.
        """
        message = email.message_from_bytes(content)
        fields = [value for name in ("To", "Cc", "Bcc") for value in message.get_all(name, [])]
        recipients = tuple(sorted(address for _, address in email.utils.getaddresses(fields)
                                  if "@" in address))
        refused = sorted(self.unknown.intersection(recipients))
        if refused or not recipients:
            return refused[0] if refused else ""
        with self.lock:
            self.mails.append(SentMail(recipients, content))
        return None


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def finish_request(self, request, client_address):
        request.settimeout(waiting.LIMIT)
        try:
            wrapped = self.context.wrap_socket(request, server_side=True)
        except OSError:
            return
        with self.api.lock:
            self.api.handshakes += 1
        try:
            self.RequestHandlerClass(wrapped, client_address, self)
        finally:
            wrapped.close()


class SendingRequest(http.server.BaseHTTPRequestHandler):
    """One request; subclasses have serve() and refuse()."""

    protocol_version = "HTTP/1.1"

    @property
    def api(self):
        return self.server.api

    def log_message(self, format, *args):
        """Requests are kept, not printed."""

    def do_GET(self):
        self._begin()

    def do_POST(self):
        self._begin()

    def do_PUT(self):
        self._begin()

    def _begin(self):
        address = urllib.parse.urlsplit(self.path)
        self.where = address.path
        self.query = dict(urllib.parse.parse_qsl(address.query))
        self.length = int(self.headers.get("Content-Length", 0))
        self.token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self.is_read = False
        self.serve()

    def body(self, most=None):
        """All of it, or as much before the connection is cut."""
        wanted = self.length if most is None else min(most, self.length)
        parts = []
        while wanted > 0 and (part := self.rfile.read(min(wanted, READ))):
            parts.append(part)
            wanted -= len(part)
        self.is_read = True
        return b"".join(parts)

    def answer(self, status, content=None, **fields):
        if not self.is_read:
            self.body()
        with self.api.lock:
            self.api.requests.append((self.command, self.where, status))
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        if content is not None:
            self.send_header("Content-Type", "application/json; charset=UTF-8")
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def cut_after(self):
        """How many bytes of this body are taken before the connection breaks, or None."""
        with self.api.lock:
            return self.api.cuts.pop(0) if self.api.cuts else None
