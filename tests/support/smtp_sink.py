# SPDX-License-Identifier: BSD-2-Clause
"""A submission server that takes mails by OAuth tokens, and stops where a test wants it to.

Postfix (submission.py) is the real one. This one says how far a mail has come, so that a process
can be killed at that very point.
"""

import base64
import contextlib
import re
import socket
import socketserver
import ssl
import threading

from support import waiting

SECONDS = waiting.LIMIT
REFUSED = base64.b64encode(b'{"status":"401","schemes":"bearer","scope":"mail"}').decode()
XOAUTH2 = re.compile(rb"user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01\x01")
STAGES = ("connect", "auth", "mail", "rcpt", "data", "content", "taken", "reply")


class SmtpSink:
    """.mails has (sender, recipients, content) of all that was taken; .logins the users.

    .quiet: the size and the time of each mail are kept in place of its content.
    """

    def __init__(self, certificate, introspect):
        """introspect: a token store's, which says whether a token is good."""
        self.mails = []
        self.logins = []
        self.refusals = 0
        self.offers_size = None
        self.quiet = False
        self.password = None  # of AUTH PLAIN, which is not offered without one
        self._introspect = introspect
        self._stopping = threading.Event()
        self._gates = {}
        self._reached = {stage: threading.Event() for stage in STAGES}
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*certificate)
        self._server = _Server(("127.0.0.1", 0), self)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self._stopping.set()
        for gate in self._gates.values():
            gate.set()
        self._server.shutdown()
        self._server.server_close()

    def stop_at(self, stage):
        """The next one that comes there waits; returns what to call to let it go on."""
        gate = threading.Event()
        self._reached[stage].clear()
        self._gates[stage] = gate
        return gate.set

    def wait_for(self, stage):
        if not self._reached[stage].wait(SECONDS):
            raise waiting.NeverCame(f"no mail came to {stage} within {SECONDS} s")

    def at(self, stage):
        gate = self._gates.pop(stage, None)
        self._reached[stage].set()
        if gate is not None:
            gate.wait(SECONDS)

    def wait_mails(self, count):
        waiting.until(lambda: len(self.mails) >= count, SECONDS, f"{count} mails")
        return self.mails

    def secure(self, connection):
        return self._context.wrap_socket(connection, server_side=True)

    def is_good(self, user, token):
        found = self._introspect(token)
        if not found["active"] or found["username"] != user:
            self.refusals += 1
            return False
        self.logins.append(user)
        return True


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address, sink):
        self.sink = sink
        super().__init__(address, _Session)

    def handle_error(self, request, client_address):
        """A client that was killed is what many tests are about."""


class _Session(socketserver.BaseRequestHandler):
    def handle(self):
        self.sink = self.server.sink
        self.request.settimeout(SECONDS)
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sink.at("connect")
        self._open(self.request)
        self._say("220 sink.example.org ESMTP")
        self.sender, self.recipients = None, []
        with contextlib.suppress(OSError, ValueError):
            while line := self._line():
                if self._do(line) is False:
                    break

    def _open(self, connection):
        self.connection = connection
        self.file = connection.makefile("rb", 65536)

    def _say(self, text):
        self.connection.sendall(text.encode() + b"\r\n")

    def _line(self):
        return self.file.readline(70000)

    def _do(self, line):
        verb = line.split()[0].decode().upper() if line.split() else ""
        handler = getattr(self, f"_{verb.lower()}", None)
        if handler is None:
            self._say("502 5.5.2 no such command")
            return True
        return handler(line.rstrip(b"\r\n"))

    def _ehlo(self, _):
        is_secure = isinstance(self.connection, ssl.SSLSocket)
        offers = ["8BITMIME", self._mechanisms() if is_secure else "STARTTLS"]
        if self.sink.offers_size is not None:
            offers.append(f"SIZE {self.sink.offers_size}")
        for offer in offers:
            self._say(f"250-{offer}")
        self._say("250 ENHANCEDSTATUSCODES")

    def _mechanisms(self):
        plain = "" if self.sink.password is None else " PLAIN"
        return f"AUTH XOAUTH2 OAUTHBEARER{plain}"

    def _starttls(self, _):
        self._say("220 2.0.0 go on")
        self._open(self.sink.secure(self.connection))

    def _auth(self, line):
        words = line.split()
        self.sink.at("auth")
        if words[1].upper() == b"PLAIN" and self.sink.password is not None:
            self._plain(words[2] if len(words) > 2 else self._ask("334 "))
            return
        if words[1].upper() != b"XOAUTH2":
            self._say("504 5.5.4 not this one")
            return
        response = words[2] if len(words) > 2 else self._ask("334 ")
        match = XOAUTH2.fullmatch(base64.b64decode(response))
        if match and self.sink.is_good(match[1].decode(), match[2].decode()):
            self._say("235 2.7.0 welcome")
            return
        self._ask(f"334 {REFUSED}")
        self._say("535 5.7.8 Username and Password not accepted")

    def _plain(self, response):
        is_good = base64.b64decode(response).endswith(b"\0" + self.sink.password.encode())
        self._say("235 2.7.0 welcome" if is_good else "535 5.7.8 no")

    def _ask(self, text):
        self._say(text)
        return self._line().strip()

    def _mail(self, line):
        self.sink.at("mail")
        self.sender, self.recipients = re.search(rb"<(.*?)>", line)[1].decode(), []
        self._say("250 2.1.0 ok")

    def _rcpt(self, line):
        self.sink.at("rcpt")
        address = re.search(rb"<(.*?)>", line)[1].decode()
        if address.startswith("nobody"):
            self._say("550 5.1.1 no such user here")
            return
        self.recipients.append(address)
        self._say("250 2.1.5 ok")

    def _data(self, _):
        self.sink.at("data")
        self._say("354 go on")
        content = []
        size = 0
        while (line := self._line()) != b".\r\n":
            if not line:
                return False
            if size == 0:
                self.sink.at("content")
            size += len(line)
            if not self.sink.quiet:
                content.append(line.removeprefix(b"."))
        self.sink.mails.append((self.sender, self.recipients,
                                size if self.sink.quiet else b"".join(content)))
        self.sink.at("taken")
        self._say(f"250 2.0.0 taken as {len(self.sink.mails)}")
        self.sink.at("reply")
        return True

    def _rset(self, _):
        self._say("250 2.0.0 ok")

    def _noop(self, _):
        self._say("250 2.0.0 ok")

    def _quit(self, _):
        self._say("221 2.0.0 bye")
        return False
