# SPDX-License-Identifier: BSD-2-Clause
"""A forwarder between a client and a real server that remembers what each of them said.

"No token leaves without TLS" is a statement about bytes on the wire: server logs only show what
the server understood.
"""

import socket
import socketserver
import threading

from support import waiting
from support.connect_proxy import relay

IDLE_SECONDS = waiting.LIMIT


class Wiretap:
    """Listens on .port and forwards to a loopback port."""

    def __init__(self, port, address=("127.0.0.1", 0)):
        self._target = ("127.0.0.1", port)
        self._said = {"client": bytearray(), "server": bytearray()}
        self.connections = 0
        self._server = _Server(address, _Passage)
        self._server.wiretap = self
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def said(self, side):
        """All that "client" or "server" sent, over all connections."""
        return self._said[side].decode("latin-1")

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def serve(self, client):
        self.connections += 1
        with socket.create_connection(self._target, IDLE_SECONDS) as server:
            client.settimeout(IDLE_SECONDS)
            back = threading.Thread(
                target=relay, args=(server, client, self._said["server"].extend), daemon=True)
            back.start()
            relay(client, server, self._said["client"].extend)
            back.join(IDLE_SECONDS)


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


class _Passage(socketserver.BaseRequestHandler):
    def handle(self):
        self.server.wiretap.serve(self.request)
