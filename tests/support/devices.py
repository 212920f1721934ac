# SPDX-License-Identifier: BSD-2-Clause
"""The scripted provider's device authorization endpoint and the page for the code (RFC 8628)."""

import secrets
import threading
import time
import urllib.parse
from dataclasses import dataclass

from support import masking, oauth, pages

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # section 6.1: no vowels, so no words
SLOWER = 5  # seconds that slow_down adds, section 3.5
EARLY = 0.1  # seconds that a poll may come too early by the clocks


@dataclass
class Device:
    """One device that waits; decision is None, "allow" or "deny"."""

    client_id: str
    user_code: str
    scope: str
    expires: float
    interval: float
    last_poll: float | None = None
    decision: str | None = None
    user: str | None = None
    polls: int = 0
    is_done: bool = False


class Devices:
    """Settings may be changed at any time.

    interval: seconds, or None for an answer without it (which means 5). slow_downs: so many polls
    get slow_down first. complete: whether verification_uri_complete is given. google:
    verification_url instead of verification_uri. refusal: an OAuthError for every request.
    """

    def __init__(self, provider):
        self.user = "alice@example.org"
        self.interval = 1
        self.expires_in = 300
        self.slow_downs = 0
        self.complete = True
        self.google = False
        self.refusal = None
        self.endpoint = f"{provider.base}/device"
        self.verification_uri = f"{provider.base}/activate"
        self.devices = []
        self.too_fast = 0
        self._provider = provider
        self._lock = threading.Lock()
        self._codes = {}
        provider.routes["POST", "/device"] = self._begin
        provider.routes["GET", "/activate"] = self._enter
        provider.routes["POST", "/activate"] = self._ask
        provider.routes["POST", "/activate/decision"] = self._decide
        provider.grants[GRANT] = self._poll

    def decide(self, allow=True, user=None):
        """As if a person had answered for the newest device, without a browser."""
        with self._lock:
            self._settle(self.devices[-1], "allow" if allow else "deny", user)

    def expire(self):
        """The newest device's code has lived long enough."""
        self.devices[-1].expires = 0

    def _settle(self, device, decision, user=None):
        device.decision, device.user = decision, user or self.user

    def _begin(self, exchange):
        """Section 3.1 and 3.2."""
        try:
            exchange.read_form()
            exchange.identify_client()
            if self.refusal is not None:
                raise self.refusal
            if "scope" not in exchange.form:
                exchange.violation("a device authorization request without scope")
        except oauth.OAuthError as refused:
            exchange.refuse(refused)
            return
        device_code = masking.add(secrets.token_urlsafe(32), "device code")
        device = Device(exchange.client.client_id, self._new_user_code(), exchange.form["scope"],
                        time.monotonic() + self.expires_in,
                        5 if self.interval is None else self.interval)
        with self._lock:
            self._codes[device_code] = device
            self.devices.append(device)
        exchange.reply_json(self._answer(device_code, device))

    def _answer(self, device_code, device):
        answer = {"device_code": device_code, "user_code": device.user_code,
                  "verification_url" if self.google else "verification_uri":
                  self.verification_uri, "expires_in": self.expires_in}
        if self.interval is not None:
            answer["interval"] = self.interval
        if self.complete:
            code = urllib.parse.quote(device.user_code)
            answer["verification_uri_complete"] = f"{self.verification_uri}?user_code={code}"
        return answer

    @staticmethod
    def _new_user_code():
        letters = "".join(secrets.choice(LETTERS) for _ in range(8))
        return f"{letters[:4]}-{letters[4:]}"

    def _find(self, user_code):
        """Section 6.1: what people type is judged without punctuation and case."""
        def bare(text):
            return "".join(filter(str.isalnum, text)).upper()
        with self._lock:
            return next((device for device in self.devices
                         if bare(device.user_code) == bare(user_code)), None)

    def _enter(self, exchange):
        query = urllib.parse.parse_qs(exchange.query)
        page = pages.code_entry("/activate", query.get("user_code", [""])[0])
        exchange.reply(200, page, "text/html; charset=utf-8")

    def _ask(self, exchange):
        exchange.read_form()
        device = self._find(exchange.form.get("user_code", ""))
        if device is None:
            page = pages.message("Connect a device", "No device waits with this code.")
        else:
            page = pages.consent("Connect a device", "/activate/decision", device.user_code,
                                 self.user, device.client_id, device.scope)
        exchange.reply(200, page, "text/html; charset=utf-8")

    def _decide(self, exchange):
        exchange.read_form()
        device = self._find(exchange.form.get("request", ""))
        with self._lock:
            self._settle(device, exchange.form.get("decision"))
        page = pages.message("Connect a device", "You may close this page.")
        exchange.reply(200, page, "text/html; charset=utf-8")

    def _poll(self, client, form):
        """Section 3.4 and 3.5."""
        with self._lock:
            device = self._codes.get(form.get("device_code"))
            if device is None or device.client_id != client.client_id or device.is_done:
                raise oauth.OAuthError("invalid_grant", "No such device code.")
            self._judge_pace(device)
            if time.monotonic() >= device.expires:
                raise oauth.OAuthError("expired_token", "The device code has expired.")
            if device.decision is None:
                raise oauth.OAuthError("authorization_pending", "Nobody has answered yet.")
            if device.decision != "allow":
                raise oauth.OAuthError("access_denied", "You have denied it.")
            device.is_done = True
        tokens = self._provider.store.consent(client.client_id, device.user)
        scope = self._provider.authorization.granted_scope or device.scope
        return self._provider.authorization.answer(*tokens, device.user, scope)

    def _judge_pace(self, device):
        now, last = time.monotonic(), device.last_poll
        device.last_poll = now
        device.polls += 1
        if last is not None and now - last < device.interval - EARLY:
            self.too_fast += 1
            device.interval += SLOWER
            raise oauth.OAuthError("slow_down", "Too fast.")
        if self.slow_downs > 0:
            self.slow_downs -= 1
            device.interval += SLOWER
            raise oauth.OAuthError("slow_down", "Slower, please.")
