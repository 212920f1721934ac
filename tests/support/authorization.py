# SPDX-License-Identifier: BSD-2-Clause
"""The scripted provider's authorization endpoint, for public and confidential clients of people.

RFC 6749 section 4.1 with PKCE (RFC 7636), loopback redirects (RFC 8252 section 7.3) and the
issuer in the answer (RFC 9207). What a client may leave to chance elsewhere is demanded here.
"""

import base64
import hashlib
import json
import re
import secrets
import threading
import time
import urllib.parse
from dataclasses import dataclass, field

from support import masking, oauth, pages

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
STATE_SHORTEST = 22  # characters that 128 bits have in base64url
LOOPBACK = ("127.0.0.1", "::1", "localhost")
KNOWN = {"response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge",
         "code_challenge_method"}


@dataclass
class Request:
    """One visit of the authorization endpoint; more: the parameters that no RFC here names."""

    client_id: str
    redirect_uri: str
    scope: str
    state: str
    challenge: str
    more: dict
    outcome: str = "unanswered"


@dataclass
class Code:
    request: Request
    user: str
    scope: str
    expires: float
    tokens: list = field(default_factory=list)


class Authorization:
    """Settings may be changed at any time.

    user: who is signed in at the provider. alter: a callable that changes the redirect's
    parameters, see below. granted_scope: instead of what was asked. with_refresh_token. id_token:
    claims, or None for no id_token.
    """

    def __init__(self, provider):
        self.user = "alice@example.org"
        self.alter = None
        self.granted_scope = None
        self.with_refresh_token = True
        self.id_token = None
        self.code_seconds = 60
        self.requests = []
        self.endpoint = f"{provider.base}/authorize"
        self._provider = provider
        self._lock = threading.Lock()
        self._open = {}
        self._codes = {}
        provider.routes["GET", "/authorize"] = self._ask
        provider.routes["POST", "/authorize/decision"] = self._decide
        provider.grants["authorization_code"] = self._redeem

    def _ask(self, exchange):
        """The consent page; or an error page, if no redirect is allowed (4.1.2.1)."""
        try:
            query = exchange.parse(exchange.query)
            self._check_client(exchange, query)
        except oauth.OAuthError as error:
            page = pages.message("Sign-in is not possible", error.description)
            exchange.reply(400, page, "text/html; charset=utf-8")
            return
        request = Request(query["client_id"], query["redirect_uri"], query.get("scope", ""),
                          query.get("state", ""), query.get("code_challenge", ""),
                          {key: query[key] for key in query.keys() - KNOWN})
        self.requests.append(request)
        try:
            self._check(exchange, query)
        except oauth.OAuthError as error:
            self._redirect(exchange, request, {"error": error.code,
                                               "error_description": error.description})
            return
        handle = secrets.token_urlsafe(16)
        with self._lock:
            self._open[handle] = request
        page = pages.consent("Consent", "/authorize/decision", handle, self.user,
                             request.client_id, request.scope)
        exchange.reply(200, page, "text/html; charset=utf-8")

    def _check_client(self, exchange, query):
        client = self._provider.store.client(query.get("client_id"))
        if client is None:
            raise oauth.OAuthError("invalid_client", "The OAuth client was not found.")
        wanted = query.get("redirect_uri")
        if wanted is None:
            exchange.violation("an authorization request without redirect_uri")
        if not any(_same_redirect(registered, wanted) for registered in client.redirects):
            raise oauth.OAuthError("invalid_request", "redirect_uri_mismatch")

    @staticmethod
    def _check(exchange, query):
        if query.get("response_type") != "code":
            exchange.violation("a response_type that is not code")
        if len(query.get("state", "")) < STATE_SHORTEST:
            exchange.violation("a state of less than 128 bits")
        if query.get("code_challenge_method") != "S256":
            exchange.violation("a code_challenge_method that is not S256")
        if not CHALLENGE.fullmatch(query.get("code_challenge", "")):
            exchange.violation("a code_challenge that is no SHA-256 in base64url")
        if "scope" not in query:
            exchange.violation("an authorization request without scope")

    def _decide(self, exchange):
        """A button of the consent page was pressed."""
        exchange.read_form()
        with self._lock:
            request = self._open.pop(exchange.form.get("request"), None)
        if request is None:
            page = pages.message("Too late", "This page was used already.")
            exchange.reply(400, page, "text/html; charset=utf-8")
        elif exchange.form.get("decision") == "allow":
            self._redirect(exchange, request, {"code": self._new_code(request)})
        else:
            self._redirect(exchange, request, {"error": "access_denied",
                                               "error_description": "You have denied it."})

    def _new_code(self, request):
        code = masking.add(secrets.token_urlsafe(24), "authorization code")
        scope = self.granted_scope or request.scope
        with self._lock:
            self._codes[code] = Code(request, self.user, scope,
                                     time.monotonic() + self.code_seconds)
        return code

    def _redirect(self, exchange, request, answer):
        answer |= {"state": request.state, "iss": self._provider.issuer.identifier}
        if self.alter is not None:
            self.alter(answer)
        request.outcome = answer.get("error", "code")
        joint = "&" if urllib.parse.urlsplit(request.redirect_uri).query else "?"
        exchange.reply(303, b"", "text/plain", {
            "Location": request.redirect_uri + joint + urllib.parse.urlencode(answer)})

    def _redeem(self, client, form):
        """The authorization_code grant, RFC 6749 section 4.1.3; a second use revokes (10.5)."""
        with self._lock:
            code = self._codes.get(form.get("code"))
        if code is None or code.request.client_id != client.client_id:
            raise oauth.OAuthError("invalid_grant", "No such code.")
        if code.tokens:
            self._provider.store.revoke(client, code.tokens[0])
            raise oauth.OAuthError("invalid_grant", "The code was used twice.")
        if time.monotonic() > code.expires:
            raise oauth.OAuthError("invalid_grant", "The code has expired.")
        if form.get("redirect_uri") != code.request.redirect_uri:
            raise oauth.OAuthError("invalid_grant", "Not the redirect_uri of the request.")
        self._check_verifier(form.get("code_verifier", ""), code.request.challenge)
        access, refresh = self._provider.store.consent(client.client_id, code.user)
        code.tokens.append(refresh)
        return self.answer(access, refresh, code.user, code.scope)

    def answer(self, access, refresh, user, scope):
        """As the settings have it; the device flow's answer is made here as well."""
        kept = refresh if self.with_refresh_token else None
        answer = self._provider.token_answer(access, kept, scope)
        if self.id_token is not None:
            answer["id_token"] = unsigned_jwt({"iss": self._provider.issuer.identifier,
                                               "sub": f"subject of {user}", **self.id_token})
        return answer

    @staticmethod
    def _check_verifier(verifier, challenge):
        if not VERIFIER.fullmatch(verifier):
            raise oauth.OAuthError("invalid_grant", "No PKCE verifier.")
        masking.add(verifier, "PKCE verifier")
        if _base64url(hashlib.sha256(verifier.encode()).digest()) != challenge:
            raise oauth.OAuthError("invalid_grant", "PKCE verification failed.")


def wrong_state(answer):
    answer["state"] = secrets.token_urlsafe(24)


def without_state(answer):
    del answer["state"]


def wrong_iss(answer):
    answer["iss"] = "https://attacker.example.net"


def without_iss(answer):
    del answer["iss"]


def error(code, description=None):
    """The answer is this error of RFC 6749 section 4.1.2.1 instead of a code."""
    def alter(answer):
        answer.pop("code", None)
        answer["error"] = code
        if description is not None:
            answer["error_description"] = description
    return alter


def unsigned_jwt(claims):
    """A JWT with real parts and a signature that cannot be checked."""
    parts = [{"alg": "RS256", "typ": "JWT", "kid": "a key"}, claims]
    encoded = [_base64url(json.dumps(part).encode()) for part in parts]
    return ".".join([*encoded, _base64url(secrets.token_bytes(64))])


def _base64url(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _same_redirect(registered, wanted):
    """Character by character, except for a loopback redirect's port (RFC 8252 section 7.3)."""
    if registered == wanted:
        return True
    left, right = urllib.parse.urlsplit(registered), urllib.parse.urlsplit(wanted)
    return (left.scheme == right.scheme == "http" and left.hostname in LOOPBACK
            and left.hostname == right.hostname and left.path == right.path
            and left.query == right.query and not right.fragment
            and "@" not in right.netloc)
