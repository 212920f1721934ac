# SPDX-License-Identifier: BSD-2-Clause
"""What an authorization server remembers: clients, consents, tokens (RFC 6749, 6750, 7662).

A consent (one user, one client) is a family: its refresh tokens follow one another, and where they
are one-time, the reuse of a spent one is theft to the server, which revokes the whole family. That
is the behaviour that loses accounts when two processes refresh at once, so it is modelled exactly.
"""

import secrets
import threading
import time
from dataclasses import dataclass, field

from support import masking

KEEP = "keep"
ONE_TIME = "one-time"
LOOPBACK_REDIRECTS = ("http://127.0.0.1/", "http://[::1]/", "http://localhost/")


class OAuthError(Exception):
    """An error answer of RFC 6749 section 5.2; args are the code and the description."""

    @property
    def code(self):
        return self.args[0]

    @property
    def description(self):
        return self.args[1]


@dataclass
class Client:
    """A registration; secret None is a public client, auth the one way it may identify itself."""

    client_id: str
    secret: str | None
    auth: str | None
    user: str | None
    redirects: tuple = LOOPBACK_REDIRECTS


@dataclass
class Family:
    """One consent; user is the mailbox that its tokens open."""

    user: str
    client_id: str
    current: str
    spent: set = field(default_factory=set)
    revoked: bool = False


@dataclass
class AccessToken:
    value: str
    user: str
    family: Family | None
    expires: float
    revoked: bool = False


class TokenStore:
    """Thread-safe; rotation, lifetime, token_length, make_token may be changed at any time.

    rotation: "keep" gives no new refresh token; "rotate" gives one and lets the old one live;
    "one-time" gives one, and the old one's reuse revokes the family.
    make_token: a callable that makes an access token for a user; None for opaque ones.
    """

    def __init__(self):
        self.rotation = KEEP
        self.lifetime = 3600
        self.token_length = 40
        self.make_token = None
        self._lock = threading.Lock()
        self._clients = {}
        self._families = {}
        self._access = {}
        self._order = []

    def register(self, client_id, *, secret=None, auth=None, user=None,
                 redirects=LOOPBACK_REDIRECTS):
        """auth: "post", "basic", or None for either; user: whose mail client_credentials opens."""
        if secret is not None:
            masking.add(secret, "client secret")
        self._clients[client_id] = Client(client_id, secret, auth, user, tuple(redirects))

    def client(self, client_id):
        """The registration, or None."""
        return self._clients.get(client_id)

    def authenticate(self, client_id, secret, auth):
        """Check a client as RFC 6749 section 2.3 has it; auth is post, basic or none."""
        client = self._clients.get(client_id)
        if client is None:
            raise OAuthError("invalid_client", "The OAuth client was not found.")
        if client.secret != secret:
            raise OAuthError("invalid_client", "The client secret is wrong.")
        if client.secret is not None and client.auth not in (None, auth):
            raise OAuthError("invalid_client", f"This client must use {client.auth}.")
        return client

    def authorise(self, client_id, user):
        """A person's consent: returns the first refresh token."""
        token = self._new_refresh_token()
        with self._lock:
            self._families[token] = Family(user, client_id, token)
        return token

    def put_back(self, token):
        """The consent is where it was when this refresh token was the newest."""
        with self._lock:
            family = self._families[token]
            family.current, family.revoked = token, False
            family.spent.discard(token)

    def consent(self, client_id, user):
        """The same in a flow that ends at the token endpoint: (access token, refresh token)."""
        token = self.authorise(client_id, user)
        with self._lock:
            return self._issue(user, self._families[token]), token

    def refresh(self, client, token):
        """The refresh_token grant: (access token, new refresh token or None)."""
        with self._lock:
            family = self._families.get(token)
            if family is None or family.client_id != client.client_id or family.revoked:
                raise OAuthError("invalid_grant", "Token has been expired or revoked.")
            if token in family.spent and self.rotation == ONE_TIME:
                self._revoke_family(family)
                raise OAuthError("invalid_grant", "The refresh token was used twice.")
            renewed = None
            if self.rotation != KEEP:
                renewed = self._new_refresh_token()
                family.spent.add(token)
                family.current = renewed
                self._families[renewed] = family
            return self._issue(family.user, family), renewed

    def client_credentials(self, client, proven=False):
        """proven: by something else than a secret."""
        with self._lock:
            if (client.secret is None and not proven) or client.user is None:
                raise OAuthError("unauthorized_client", "Not allowed to use this grant.")
            return self._issue(client.user, None)

    def issue(self, user):
        """An access token for what was proven elsewhere."""
        with self._lock:
            return self._issue(user, None)

    def introspect(self, value):
        """RFC 7662 section 2.2: what a resource server learns about an access token."""
        with self._lock:
            token = self._access.get(value)
            if token is None or token.revoked or token.expires <= time.time():
                return {"active": False}
            return {"active": True, "username": token.user, "email": token.user,
                    "scope": "mail", "token_type": "Bearer", "exp": int(token.expires)}

    def revoke_access(self, value=None):
        """Revoke one access token, or all that were issued so far."""
        with self._lock:
            for token in self._access.values():
                if value in (None, token.value):
                    token.revoked = True

    def revoke(self, client, value):
        """RFC 7009 section 2.1: a refresh token with its family, or one access token.

        Returns whether this client had such a token.
        """
        with self._lock:
            family = self._families.get(value)
            token = self._access.get(value)
            if family is not None and family.client_id == client.client_id:
                self._revoke_family(family)
                return True
            if token is not None and self._is_of(client, token):
                token.revoked = True
                return True
            return False

    @staticmethod
    def _is_of(client, token):
        """Without a family it is the application's own (RFC 6749 section 4.4)."""
        if token.family is None:
            return token.user == client.user
        return token.family.client_id == client.client_id

    def withdraw(self, user):
        """The user revokes the consent: refresh tokens and access tokens die."""
        with self._lock:
            for family in self._families.values():
                if family.user == user:
                    self._revoke_family(family)

    def current_refresh_token(self, user):
        """The one that a client must hold now; None when the consent is gone."""
        with self._lock:
            good = {family.current for family in self._families.values()
                    if family.user == user and not family.revoked}
        if len(good) > 1:
            raise LookupError(f"{user} has consented more than once")
        return good.pop() if good else None

    def forget_issued(self):
        """Leave what there is out of `issued`; it stays as good as it is."""
        with self._lock:
            self._order.clear()

    @property
    def issued(self):
        """Every access token, oldest first."""
        with self._lock:
            return list(self._order)

    def _revoke_family(self, family):
        family.revoked = True
        for token in self._access.values():
            if token.family is family:
                token.revoked = True

    def _issue(self, user, family):
        if self.make_token is None:
            value = secrets.token_urlsafe(self.token_length)[:self.token_length]
        else:
            value = self.make_token(user)
        masking.add(value, "access token")
        lifetime = max(int(self.lifetime), 0)
        self._access[value] = AccessToken(value, user, family, time.time() + lifetime)
        self._order.append(value)
        return value

    @staticmethod
    def _new_refresh_token():
        return masking.add(secrets.token_urlsafe(32), "refresh token")
