# SPDX-License-Identifier: BSD-2-Clause
"""A directory that offers the mechanisms of OAuth: as much of LDAP (RFC 4511) as ldapwhoami says.

No LDAP server that is at hand has them, but OpenLDAP's programs could use one.
"""

import contextlib
import re
import socket
import ssl
import threading

from support import waiting

MECHANISMS = ("XOAUTH2", "OAUTHBEARER")
SECONDS = waiting.LIMIT
BIND, UNBIND, SEARCH, EXTENDED = 0x60, 0x42, 0x63, 0x77
BIND_RESPONSE, ENTRY, DONE, EXTENDED_RESPONSE = 0x61, 0x64, 0x65, 0x78
SEQUENCE, SET, INTEGER, STRING, ENUMERATED, SASL, VALUE = 0x30, 0x31, 2, 4, 0x0a, 0xa3, 0x8b
SUCCESS, INVALID_CREDENTIALS = 0, 49


class Directory:
    """Listens at the port by TLS until stop(); binds has (mechanism, user) of those let in."""

    def __init__(self, port, certificate, provider):
        self.binds = []
        self._store = provider.store
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*certificate)
        self._stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(0.05)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self):
        self._stopping.set()
        self._thread.join(SECONDS)
        self._listener.close()

    def _serve(self):
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError, OSError):
                client, _ = self._listener.accept()
                client.settimeout(SECONDS)
                with self._context.wrap_socket(client, server_side=True) as secure:
                    self._talk(secure.makefile("rwb", buffering=0))

    def _talk(self, stream):
        while True:
            (_, number), (operation, content) = _all(_read(stream))
            for answer in self._answer(operation, content):
                stream.write(_put(SEQUENCE, _put(INTEGER, number), answer))
            if operation == UNBIND:
                return

    def _answer(self, operation, content):
        if operation == BIND:
            code, text = self._bind(content)
            yield _put(BIND_RESPONSE, _result(code, text))
        elif operation == SEARCH:
            names = b"".join(_put(STRING, name.encode()) for name in MECHANISMS)
            yield _put(ENTRY, _put(STRING), _put(SEQUENCE, _put(
                SEQUENCE, _put(STRING, b"supportedSASLMechanisms"), _put(SET, names))))
            yield _put(DONE, _result(SUCCESS))
        elif operation == EXTENDED:
            yield _put(EXTENDED_RESPONSE, _result(SUCCESS),
                       _put(VALUE, f"u:{self.binds[-1][1]}".encode()))

    def _bind(self, content):
        """Both mechanisms' responses name the user and the token, in these words."""
        tag, credentials = _all(content)[2]
        if tag != SASL:
            return INVALID_CREDENTIALS, b"no SASL"
        mechanism, response = (value.decode() for _, value in _all(credentials))
        user, token = re.match(r"(?:n,a=|user=)([^,\x01]*),?\x01.*auth=Bearer ([^\x01]+)\x01\x01",
                               response, re.DOTALL).groups()
        if self._store.introspect(token).get("username") != user:
            return INVALID_CREDENTIALS, b"this directory does not like the token"
        self.binds.append((mechanism, user))
        return SUCCESS, b""


def _result(code, text=b""):
    return _put(ENUMERATED, bytes([code])) + _put(STRING) + _put(STRING, text)


def _put(tag, *contents):
    content = b"".join(contents)
    size = len(content)
    return bytes([tag]) + (bytes([size]) if size < 0x80 else
                           b"\x82" + size.to_bytes(2, "big")) + content


def _read(stream):
    """The content of the next element; the stream's end is a ConnectionError."""
    head = _read_exactly(stream, 2)
    size = head[1]
    if size & 0x80:
        size = int.from_bytes(_read_exactly(stream, size & 0x7f), "big")
    return _read_exactly(stream, size)


def _read_exactly(stream, size):
    found = b""
    while len(found) < size:
        part = stream.read(size - len(found))
        if not part:
            raise ConnectionError("the client has gone")
        found += part
    return found


def _all(content):
    """[(tag, value), ...] of the elements that stand in a content one after the other."""
    found, at = [], 0
    while at < len(content):
        tag, size, at = content[at], content[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7f
            size, at = int.from_bytes(content[at:at + count], "big"), at + count
        found.append((tag, content[at:at + size]))
        at += size
    return found
