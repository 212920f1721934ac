# SPDX-License-Identifier: BSD-2-Clause
"""The scripted provider's metadata: RFC 8414, and OpenID Connect Discovery 1.0.

Faults: change (members that differ; None leaves one out), served (which of the two there are), and
Provider.fault(..., path=OAUTH_METADATA) for redirects, HTML and the like.
"""

OAUTH_METADATA = "/.well-known/oauth-authorization-server"
OPENID_METADATA = "/.well-known/openid-configuration"


class Issuer:
    """identifier is the issuer; with a path, the two documents lie where each standard says."""

    def __init__(self, provider):
        self.change = {}
        self.served = {OAUTH_METADATA, OPENID_METADATA}
        self.asked = []
        self._provider = provider
        self._at = {}
        self.identifier = provider.base
        self._place("")

    def move(self, path):
        """From now on the issuer has this path, "/tenant" for one."""
        for where in self._at:
            del self._provider.routes["GET", where]
        self._at.clear()
        self.identifier = self._provider.base + path
        self._place(path)

    def document(self):
        """Section 2 of RFC 8414."""
        members = {
            "issuer": self.identifier,
            "authorization_endpoint": self._provider.authorization.endpoint,
            "token_endpoint": self._provider.token_endpoint,
            "device_authorization_endpoint": self._provider.devices.endpoint,
            "revocation_endpoint": self._provider.revocation.endpoint,
            "response_types_supported": ["code"],
            "grant_types_supported": sorted(self._provider.grants),
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post",
                                                      "client_secret_basic", "none"],
            "authorization_response_iss_parameter_supported": True,
            **self.change,
        }
        return {name: value for name, value in members.items() if value is not None}

    def _place(self, path):
        """RFC 8414 section 3.1 puts the well-known part before the path, OpenID behind it."""
        self._at = {OAUTH_METADATA + path: OAUTH_METADATA, path + OPENID_METADATA: OPENID_METADATA}
        for where in self._at:
            self._provider.routes["GET", where] = self._serve

    def _serve(self, exchange):
        kind = self._at[exchange.where]
        self.asked.append(exchange.where)
        if kind in self.served:
            exchange.reply_json(self.document())
        else:
            exchange.reply(404, b"", "text/plain")
