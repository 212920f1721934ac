# SPDX-License-Identifier: BSD-2-Clause
"""The metadata services of clouds, played: Azure's, the agent of Azure Arc, and Google's.

As strict as the documents: a request that the real one would refuse is refused here, and what was
asked is kept.
"""

import http.server
import json
import secrets
import socketserver
import threading
import time
import urllib.parse

from support import masking

AZURE, ARC, GCE = "azure", "azure_arc", "gce"
PATHS = {AZURE: "/metadata/identity/oauth2/token", ARC: "/metadata/identity/oauth2/token",
         GCE: "/computeMetadata/v1/instance/service-accounts/default/token"}
VERSIONS = {AZURE: "2018-02-01", ARC: "2020-06-01"}
MACHINES_IDENTITY = "11111111-1111-1111-1111-111111111111"


class MetadataService:
    """Starts at once; asked has the query of each request, tokens what was given.

    fault: called with the request in place of an answer. key, challenge: of Arc. identities: the
    client ids that the machine has. flavor: what is said in Metadata-Flavor, None for nothing.
    """

    def __init__(self, kind, address=("127.0.0.1", 0)):
        self.kind = kind
        self.asked = []
        self.tokens = []
        self.fault = None
        self.lifetime = 86399
        self.key = masking.add(secrets.token_urlsafe(24), "Arc key")
        self.challenge = None
        self.identities = [MACHINES_IDENTITY]
        self.flavor = "Google"
        self._server = _Server(address, self)
        host, port = self._server.server_address
        self.endpoint = f"http://{host}:{port}{PATHS[kind]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,),
                                        daemon=True)
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def give(self, query):
        """A good answer to a good question."""
        token = masking.add(secrets.token_urlsafe(40), "access token")
        self.tokens.append(token)
        if self.kind == GCE:
            return {"access_token": token, "expires_in": self.lifetime, "token_type": "Bearer"}
        now = int(time.time())
        return {"access_token": token, "token_type": "Bearer", "resource": query["resource"],
                "client_id": query.get("client_id", self.identities[0]),
                "expires_in": str(self.lifetime), "expires_on": str(now + self.lifetime),
                "not_before": str(now - 300), "ext_expires_in": str(self.lifetime)}


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, address, service):
        self.service = service
        super().__init__(address, Request)


class Request(http.server.BaseHTTPRequestHandler):
    """One question; faults answer by reply."""

    def log_message(self, format, *args):
        """What was asked is kept, not printed."""

    def do_GET(self):
        service = self.server.service
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query, strict_parsing=True))
        service.asked.append(query)
        if service.fault is not None:
            service.fault(self)
        elif url.path != PATHS[service.kind] or "X-Forwarded-For" in self.headers:
            self.reply(404, {"error": "not_found"})
        elif service.kind == GCE:
            self._answer_gce(query)
        else:
            self._answer_azure(query)

    def reply(self, status, content, **headers):
        """content: JSON, or bytes as they are."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if self.server.service.kind == GCE and self.server.service.flavor is not None:
            self.send_header("Metadata-Flavor", self.server.service.flavor)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _answer_gce(self, query):
        if self.headers.get("Metadata-Flavor") != "Google":
            self.reply(403, b"Forbidden")
        else:
            self.reply(200, self.server.service.give(query))

    def _answer_azure(self, query):
        service = self.server.service
        if self.headers.get("Metadata") != "true":
            self._refuse("Required metadata header not specified")
        elif query.get("api-version") != VERSIONS[service.kind] or not query.get("resource"):
            self._refuse("A query parameter is missing")
        elif query.get("client_id", MACHINES_IDENTITY) not in service.identities:
            self._refuse("Identity not found")
        elif service.kind == ARC and "Authorization" not in self.headers:
            self.reply(401, b"", WWW_Authenticate=service.challenge)
        elif service.kind == ARC and self.headers["Authorization"] != f"Basic {service.key}":
            self.reply(403, b"")
        else:
            self.reply(200, service.give(query))

    def _refuse(self, description):
        self.reply(400, {"error": "invalid_request", "error_description": description})
