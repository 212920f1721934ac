# SPDX-License-Identifier: BSD-2-Clause
"""The one list of secrets that a test run has made, to find leaks and to keep reports clean.

Tokens leak in more than one spelling: raw, and inside the base64 of a SASL response, where the
text depends on how the token lies against the three-byte groups. All are searched for.
"""

import base64
import threading

SHORTEST = 8

_lock = threading.Lock()
_raw = {}
_encoded = {}


def _base64_cores(secret):
    """The parts of secret's base64 that do not depend on what stands before and after it."""
    for shift, head in ((0, 0), (1, 2), (2, 3)):
        text = base64.b64encode(bytes(shift) + secret.encode()).decode().rstrip("=")
        yield text[head:-2]


def add(secret, label):
    """Remember a secret; label is what reports show in its place."""
    if len(secret) < SHORTEST:
        raise ValueError(f"a secret for {label} is too short to be searched for")
    with _lock:
        _raw[secret] = label
        _encoded.update((core, label) for core in _base64_cores(secret) if len(core) >= SHORTEST)
    return secret


def mask(text):
    """The text with every known secret replaced by its label."""
    with _lock:
        known = {**_encoded, **_raw}
    for spelling in sorted(known, key=len, reverse=True):
        if spelling in text:
            text = text.replace(spelling, f"[{known[spelling]}]")
    return text


def found_in(text, encoded=True):
    """Labels of the secrets that stand in text; encoded=False leaves base64 spellings out."""
    with _lock:
        known = {**_encoded, **_raw} if encoded else dict(_raw)
    return sorted({label for spelling, label in known.items() if spelling in text})
