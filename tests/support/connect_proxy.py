# SPDX-License-Identifier: BSD-2-Clause
"""A forward HTTP proxy that knows CONNECT, and absolute-form requests not at all.

tokend's requests must go through it when the account says so, and the proxy must see a host name
and ciphertext, never a request. Whatever the name, the proxy connects to loopback: tests may use
names that only a proxy can resolve, and no test traffic leaves the machine.
"""

import contextlib
import select
import socket
import socketserver
import ssl
import threading

from support import waiting

HEAD_LIMIT = 8192
IDLE_SECONDS = waiting.LIMIT


class ConnectProxy:
    """Starts at once; targets lists what it was asked to reach."""

    def __init__(self, status=None, tls=None):
        """status: refuse every request with it, as a proxy does that wants credentials.

        tls: the ssl.SSLContext of a proxy that is itself reached by TLS.
        """
        self.targets = []
        self.status = status
        self._server = _Server(("127.0.0.1", 0), _Tunnel)
        self._server.proxy = self
        self.port = self._server.server_address[1]
        self.tls = tls
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A client that does not accept our TLS is part of a test."""


class _Tunnel(socketserver.BaseRequestHandler):
    def setup(self):
        self.request.settimeout(IDLE_SECONDS)
        if self.server.proxy.tls is not None:
            self.request = self.server.proxy.tls.wrap_socket(self.request, server_side=True)

    def handle(self):
        head = b""
        while b"\r\n\r\n" not in head and len(head) < HEAD_LIMIT:
            part = self.request.recv(4096)
            if not part:
                return
            head += part
        method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        proxy = self.server.proxy
        proxy.targets.append(f"{method} {target}")
        if proxy.status is not None or method != "CONNECT":
            status = proxy.status or 405
            self.request.sendall(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode())
            return
        port = int(target.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), IDLE_SECONDS) as upstream:
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            pump(self.request, upstream)


def pump(client, server):
    """Both directions, until one side ends. The client's may have TLS, so it is one thread that
    does it: a connection of OpenSSL's is not for two.
    """
    other = {client: server, server: client}
    while True:
        if isinstance(client, ssl.SSLSocket) and client.pending():
            ready = [client]
        else:
            ready = select.select(list(other), [], [], IDLE_SECONDS)[0]
        if not ready:
            return
        for one in ready:
            part = one.recv(65536)
            if not part:
                return
            other[one].sendall(part)


def relay(source, sink, keep=None):
    """Copy one direction until it ends; keep(bytes) sees what passes."""
    with contextlib.suppress(OSError):
        while True:
            part = source.recv(65536)
            if not part:
                break
            if keep is not None:
                keep(part)
            sink.sendall(part)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
