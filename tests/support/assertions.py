# SPDX-License-Identifier: BSD-2-Clause
"""What the scripted provider does with JWTs: client assertions and the jwt-bearer grant (RFC 7523).

A signature is judged by the openssl command, which shares no code with what made it but libcrypto;
header and claims are compared with what the registration expects, member by member, so that one
too many is refused as one too few.
"""

import base64
import binascii
import json
import os
import re
import tempfile
import threading
import time
from dataclasses import dataclass

from support import masking, process
from support.oauth import OAuthError

CLIENT_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CLIENT_CLAIMS = {"aud", "iss", "sub", "jti", "nbf", "iat", "exp"}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
SKEW = 10
OPTIONS = {"RS256": [], "ES256": [],
           "PS256": ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"]}


@dataclass
class Signer:
    """A public key (a PEM file), and the header that its tokens must have, alg and typ included."""

    public_key: str
    header: dict


class Assertions:
    """received: (header, claims) of each that was accepted, oldest first."""

    def __init__(self, provider):
        self.received = []
        self._provider = provider
        self._signers = {}
        self._opaque = {}
        self._ids = set()
        self._lock = threading.Lock()
        provider.grants[GRANT_TYPE] = self._grant

    def trust(self, issuer, public_key, alg, **header):
        """Tokens of this issuer; '_' in a header's name stands for '#'."""
        named = {name.replace("_", "#"): value for name, value in header.items()}
        self._signers[issuer] = Signer(public_key, {"alg": alg, "typ": "JWT", **named})

    def expect(self, client_id, assertion):
        """An assertion that the platform made, from now on the only one for this client."""
        self._opaque[client_id] = masking.add(assertion, "client assertion")

    def identify(self, exchange):
        """RFC 7523 section 2.2: the registration of the client that the assertion proves."""
        form = exchange.form
        if form.get("client_assertion_type") != CLIENT_TYPE:
            exchange.violation("a client_assertion without its type")
        if "client_secret" in form or exchange.headers.get("Authorization") is not None:
            exchange.violation("client identified twice, by an assertion and by a secret")
        client_id = form.get("client_id")
        client = self._provider.store.client(client_id)
        if client is None or client.secret is not None:
            raise OAuthError("invalid_client", "No client that authenticates so.")
        try:
            if client_id in self._opaque:
                if form["client_assertion"] != self._opaque[client_id]:
                    raise ValueError("not the assertion that counts now")
                return client
            claims = self._read(form["client_assertion"], client_id)
            self._judge_client(claims, client_id)
        except ValueError as error:
            raise OAuthError("invalid_client", f"client_assertion: {error}") from None
        return client

    def _judge_client(self, claims, client_id):
        if set(claims) != CLIENT_CLAIMS or claims["sub"] != client_id:
            raise ValueError(f"claims {sorted(claims)}")
        if claims["exp"] - claims["iat"] != 300 or claims["nbf"] != claims["iat"]:
            raise ValueError("its times")
        with self._lock:
            if not UUID.fullmatch(claims["jti"]) or claims["jti"] in self._ids:
                raise ValueError("its jti, used before or no UUID")
            self._ids.add(claims["jti"])

    def _grant(self, _, form):
        """RFC 7523 section 2.1; the subject is whose mail the token opens."""
        try:
            claims = self._read(form.get("assertion", ""), None)
            if set(claims) != {"iss", "sub", "scope", "aud", "iat", "exp"}:
                raise ValueError(f"claims {sorted(claims)}")
            if claims["exp"] - claims["iat"] != 3600:
                raise ValueError("its times")
        except ValueError as error:
            raise OAuthError("invalid_grant", f"Invalid JWT: {error}") from None
        return self._provider.token_answer(self._provider.store.issue(claims["sub"]), None)

    def _read(self, token, issuer):
        """Header and claims of a token that is good for this endpoint, now, by a known key."""
        masking.add(token, "assertion")
        parts = token.split(".")
        if len(parts) != 3:
            raise ValueError("not three parts")
        header, claims = (json.loads(_decode(part)) for part in parts[:2])
        signer = self._signers.get(claims.get("iss"))
        if signer is None or issuer not in (None, claims["iss"]):
            raise ValueError(f"issuer {claims.get('iss')}")
        if header != signer.header:
            raise ValueError(f"header {header}, expected {signer.header}")
        if claims.get("aud") != self._provider.token_endpoint:
            raise ValueError(f"audience {claims.get('aud')}")
        if abs(claims.get("iat", 0) - time.time()) > SKEW:
            raise ValueError("its time of issue")
        if not verifies(signer.public_key, header["alg"], token):
            raise ValueError("its signature")
        self.received.append((header, claims))
        return claims


def verifies(public_key, alg, token):
    """The openssl command's word on a token's signature."""
    data, _, encoded = token.rpartition(".")
    signature = _decode(encoded)
    if alg == "ES256":
        signature = _to_der(signature)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "signature")
        with open(path, "wb") as out:
            out.write(signature)
        done = process.run(["openssl", "dgst", "-sha256", "-verify", public_key, *OPTIONS[alg],
                            "-signature", path], stdin=data)
    return done.status == 0 and done.stdout == "Verified OK\n"


def _decode(part):
    """Base64url without padding, and in no other spelling (RFC 7515 section 2)."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", part):
        raise ValueError("not base64url")
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error:
        raise ValueError("not base64url") from None


def _to_der(signature):
    """RFC 7518 section 3.4 to the SEQUENCE of two INTEGERs that openssl reads."""
    if len(signature) != 64:
        raise ValueError("an ES256 signature that is not 64 bytes")
    numbers = b""
    for half in (signature[:32], signature[32:]):
        number = half.lstrip(b"\0") or b"\0"
        if number[0] & 0x80:
            number = b"\0" + number
        numbers += bytes([2, len(number)]) + number
    return bytes([0x30, len(numbers)]) + numbers
