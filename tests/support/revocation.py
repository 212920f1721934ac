# SPDX-License-Identifier: BSD-2-Clause
"""The scripted provider's revocation endpoint (RFC 7009)."""

from support import oauth


class Revocation:
    """requests: one (token_type_hint, whether there was such a token) for each that was served."""

    def __init__(self, provider):
        self.endpoint = f"{provider.base}/revoke"
        self.requests = []
        self._store = provider.store
        provider.routes["POST", "/revoke"] = self._revoke

    def _revoke(self, exchange):
        """Section 2.2: an unknown token is no error."""
        try:
            exchange.read_form()
            exchange.identify_client()
            if "token" not in exchange.form:
                exchange.violation("a revocation request without token")
        except oauth.OAuthError as error:
            exchange.refuse(error)
            return
        was_there = self._store.revoke(exchange.client, exchange.form["token"])
        self.requests.append((exchange.form.get("token_type_hint"), was_there))
        exchange.reply(200, b"", "text/plain")
