# SPDX-License-Identifier: BSD-2-Clause
"""Access tokens that are JWTs, as Microsoft's are: for programs that look into them unverified."""

import base64
import json
import secrets
import time


def unsigned(lifetime=3600, **claims):
    """One of its own each time; a claim of None is left out."""
    claims = {"exp": int(time.time()) + lifetime, "jti": secrets.token_urlsafe(8), **claims}
    parts = ({"alg": "RS256", "typ": "JWT"},
             {name: value for name, value in claims.items() if value is not None})
    encoded = [_encode(json.dumps(part).encode()) for part in parts]
    return ".".join([*encoded, _encode(secrets.token_bytes(24))])


def _encode(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
