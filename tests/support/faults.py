# SPDX-License-Identifier: BSD-2-Clause
"""What token endpoints do when they do not simply answer.

A fault is a callable taking the Exchange (one request being served, see provider.py). It returns
True when it has dealt with the answer, and False when the request should be served after all.
"""

import json

ENDLESS_LIMIT = 256 * 1024 * 1024
CHUNK = 64 * 1024


def oauth_error(status, error, description=None, retry_after=None):
    """An error as RFC 6749 section 5.2 writes it."""
    body = {"error": error}
    if description is not None:
        body["error_description"] = description

    def fault(exchange):
        exchange.reply(status, json.dumps(body).encode(), "application/json",
                       _retry_after(retry_after))
        return True
    return fault


def plain_status(status, retry_after=None):
    """A bare HTTP status, as a load balancer in front of the provider gives it."""
    def fault(exchange):
        exchange.reply(status, b"", "text/plain", _retry_after(retry_after))
        return True
    return fault


def html(status=200):
    """A captive portal or an error page where JSON should be."""
    def fault(exchange):
        exchange.reply(status, b"<!DOCTYPE html><title>Sign in to the hotel</title>", "text/html")
        return True
    return fault


def body(content, status=200):
    """Any body, said to be JSON: answers that parse but do not make sense, and the like."""
    def fault(exchange):
        exchange.reply(status, content, "application/json")
        return True
    return fault


def truncated(exchange):
    """The connection ends in the middle of the JSON text that was announced."""
    text = json.dumps(exchange.grant()).encode()
    exchange.begin(200, "application/json", len(text))
    exchange.write(text[:len(text) // 2])
    exchange.hang_up()
    return True


def endless(exchange):
    """A body that never ends; what the client took of it is in exchange.provider.endless_bytes."""
    exchange.begin(200, "application/json", None)
    sent = 0
    exchange.write(b'{"access_token":"')
    while sent < ENDLESS_LIMIT and exchange.write(b"a" * CHUNK):
        sent += CHUNK
        exchange.provider.endless_bytes = sent
    exchange.hang_up()
    return True


def redirect(status=307):
    """To a path of the same server that would hand out a token: it must never be asked."""
    def fault(exchange):
        exchange.reply(status, b"", "text/plain", {"Location": exchange.provider.redirect_target})
        return True
    return fault


def wrapped(wrap, content_type="application/json", **headers):
    """A good grant in a wrapping: wrap takes the members and gives the bytes."""
    def fault(exchange):
        exchange.reply(200, wrap(exchange.grant()), content_type,
                       {name.replace("_", "-"): value for name, value in headers.items()})
        return True
    return fault


def silent(exchange):
    """The request is taken and never answered."""
    exchange.provider.stopping.wait()
    exchange.hang_up()
    return True


def dripping(interval):
    """A good answer, but a byte at a time: every single read succeeds, the whole never comes."""
    def fault(exchange):
        text = json.dumps(exchange.grant()).encode()
        exchange.begin(200, "application/json", len(text))
        for index in range(len(text)):
            if not exchange.write(text[index:index + 1]):
                break
            if exchange.provider.stopping.wait(interval):
                break
        exchange.hang_up()
        return True
    return fault


def slow(seconds):
    """A good answer, late."""
    def fault(exchange):
        exchange.provider.stopping.wait(seconds)
        return False
    return fault


def held(event):
    """A good answer when the test says so: what happens meanwhile can be looked at in peace."""
    def fault(exchange):
        while not event.wait(0.05):
            if exchange.provider.stopping.is_set():
                exchange.hang_up()
                return True
        return False
    return fault


def closed(exchange):
    """The connection ends without an answer, and nothing was granted."""
    exchange.hang_up()
    return True


def lost_answer(exchange):
    """The grant is made, a one-time token is spent, and the answer never arrives."""
    exchange.grant()
    exchange.hang_up()
    return True


def _retry_after(seconds):
    return {} if seconds is None else {"Retry-After": str(seconds)}
