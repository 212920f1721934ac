# SPDX-License-Identifier: BSD-2-Clause
"""The provider misbehaves: no wait beyond the deadline, nothing is lost, the text says why."""

import gzip
import json
import time
import urllib.parse
import zlib

from support import faults, provider, waiting
from support.case import MAILBOX, IntegrationCase

COMMAND_DEADLINE = 15
AT_ONCE = 3  # a busy machine is slow; but to wait for a provider takes three times that
TRANSIENT = 75
PERMANENT_SIGN_IN = 77
PERMANENT_CONFIG = 78

# name, fault, exit status, words that the text must hold beside the account's name
TRANSIENT_FAULTS = [
    ("http_500", faults.plain_status(500), ["500"]),
    ("http_503_retry_after", faults.plain_status(503, retry_after=120), ["503"]),
    ("http_429", faults.plain_status(429, retry_after=60), ["429"]),
    ("html_with_status_200", faults.html(200), []),
    ("html_with_status_400", faults.html(400), ["400"]),
    ("truncated_json", faults.truncated, []),
    ("endless_body", faults.endless, []),
    ("redirect_302", faults.redirect(302), ["302"]),
    ("redirect_307", faults.redirect(307), ["307"]),
    ("redirect_308", faults.redirect(308), ["308"]),
    ("silent", faults.silent, []),
    ("dripping", faults.dripping(1), []),
    ("connection_closed", faults.closed, []),
    ("json_but_no_object", faults.body(b'["access_token"]'), []),
    ("json_without_token", faults.body(b'{"token_type":"Bearer","expires_in":3600}'), []),
    ("token_of_wrong_type", faults.body(b'{"access_token":{"a":1},"token_type":"Bearer"}'), []),
    ("empty_body", faults.body(b""), []),
    ("nul_in_body", faults.body(b'{"access_token":"abcdefgh\\u0000ijkl","token_type":"Bearer"}'),
     []),
    ("deeply_nested", faults.body(b"[" * 200000), []),
    ("temporarily_unavailable", faults.oauth_error(400, "temporarily_unavailable"),
     ["temporarily_unavailable"]),
    ("server_error", faults.oauth_error(400, "server_error"), ["server_error"]),
]

PERMANENT_FAULTS = [
    ("invalid_grant", faults.oauth_error(400, "invalid_grant", "Token has been revoked"),
     PERMANENT_SIGN_IN, ["invalid_grant", "Token has been revoked", "tokend login"]),
    ("interaction_required", faults.oauth_error(400, "interaction_required", "AADSTS50076: MFA"),
     PERMANENT_SIGN_IN, ["interaction_required", "AADSTS50076", "tokend login"]),
    ("invalid_client", faults.oauth_error(401, "invalid_client", "AADSTS7000215: wrong secret"),
     PERMANENT_CONFIG, ["invalid_client", "AADSTS7000215", "secret"]),
    ("unauthorized_client", faults.oauth_error(400, "unauthorized_client"),
     PERMANENT_CONFIG, ["unauthorized_client"]),
    ("invalid_scope", faults.oauth_error(400, "invalid_scope", "no such scope"),
     PERMANENT_CONFIG, ["invalid_scope", "no such scope"]),
    ("control_character_in_token",
     faults.body(b'{"access_token":"abcdefgh\\u0001auth=x","token_type":"Bearer"}'),
     PERMANENT_CONFIG, []),
    ("encoding_that_cannot_be_read",
     faults.wrapped(lambda members: b"\x9f\x8e\x01", Content_Encoding="br"),
     TRANSIENT, ["not JSON", "(Content-Encoding: br)"]),
    ("token_of_another_type",
     faults.body(b'{"access_token":"abcdefghijkl","token_type":"mac"}'),
     PERMANENT_CONFIG, ["mac", "Bearer"]),
]



def _json(members):
    return json.dumps(members).encode()


def _brotli(data):
    """RFC 7932: one meta-block that is not compressed, and an empty last one."""
    return ((len(data) - 1) << 4 | 1 << 20).to_bytes(3, "little") + data + b"\x03"


def _zstd(data):
    """RFC 8878: one raw block, its size in 4 bytes."""
    return (b"\x28\xb5\x2f\xfd\xa0" + len(data).to_bytes(4, "little") +
            (len(data) << 3 | 1).to_bytes(3, "little") + data)


# A good answer, wrapped in something else.
WRAPPINGS = {
    "mark": faults.wrapped(lambda members: b"\xef\xbb\xbf" + _json(members)),
    "utf16": faults.wrapped(lambda members: json.dumps(members).encode("utf-16")),
    "guard": faults.wrapped(lambda members: b")]}'\n" + _json(members)),
    "gzip": faults.wrapped(lambda members: gzip.compress(_json(members)), Content_Encoding="gzip"),
    "gzip unsaid": faults.wrapped(lambda members: gzip.compress(_json(members))),
    "deflate": faults.wrapped(lambda members: zlib.compress(_json(members)),
                              Content_Encoding="deflate"),
    "wrong encoding": faults.wrapped(_json, Content_Encoding="utf-8"),
    "said, not done": faults.wrapped(_json, Content_Encoding="gzip"),
    "brotli": faults.wrapped(lambda members: _brotli(_json(members)), Content_Encoding="br"),
    "zstd": faults.wrapped(lambda members: _zstd(_json(members)), Content_Encoding="zstd"),
    "zstd said, not done": faults.wrapped(_json, Content_Encoding="zstd"),
    "in a member": faults.wrapped(lambda members: _json({"ok": True, "data": members})),
    "two members down": faults.wrapped(lambda members: _json({"data": {"token": members}})),
    "html type": faults.wrapped(_json, "text/html"),
    "form": faults.wrapped(lambda members: urllib.parse.urlencode(members).encode(),
                           "application/x-www-form-urlencoded"),
}


class FaultCase(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.provider = self.start_provider(https=True)
        self.sign_in(self.provider)

    def fail_once(self, status, *parts):
        """`tokend token` fails as said, within the deadline, and says why."""
        watch = waiting.Stopwatch()
        done = self.note(self.stage.tokend("token", MAILBOX))
        self.assertLess(watch.seconds(), COMMAND_DEADLINE + 1)
        self.assertEqual(done.status, status, done.text)
        self.assertEqual(done.stdout, "")
        line, = [line for line in done.stderr.splitlines() if line.startswith("tokend: ")]
        self.assert_says(line, MAILBOX, *parts)

    def fail_at_once(self, status):
        """The next client, within back-off, gets the same verdict and costs no request."""
        before, watch = self.provider.count, waiting.Stopwatch()
        done = self.note(self.stage.tokend("token", MAILBOX))
        self.assertLess(watch.seconds(), AT_ONCE)
        self.assertEqual(done.status, status, done.text)
        self.assertEqual(self.provider.count, before)

    def recover(self):
        """The fault is fixed: `tokend refresh` tries at once, and the account works again."""
        self.provider.clear_faults()
        self.succeed(self.stage.tokend("refresh", MAILBOX))
        issued = self.provider.store.issued
        self.assertEqual(self.token(), issued[-1])


class Transient(FaultCase):
    def meet(self, fault, parts):
        self.provider.fault(fault)
        before = self.provider.count
        self.fail_once(TRANSIENT, *parts)
        self.assertEqual(self.provider.count - before, 1)
        self.fail_at_once(TRANSIENT)
        self.recover()

    def test_failure_is_told_once(self):
        """The command's own line is the whole diagnosis: the worker's log is for services."""
        self.provider.fault(faults.plain_status(500))
        done = self.note(self.stage.tokend("token", MAILBOX))
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_provider_down(self):
        self.provider.down()
        self.fail_once(TRANSIENT, "localhost")
        self.fail_at_once(TRANSIENT)
        self.provider.up()
        self.recover()

    def test_endless_body_is_cut_at_a_megabyte(self):
        self.provider.fault(faults.endless)
        self.fail_once(TRANSIENT)
        self.assertLess(self.provider.endless_bytes, 16 * 1024 * 1024)

    def test_slow_answer_is_kept_for_the_next_asker(self):
        """The client's deadline ends; the worker goes on, and its token is there afterwards."""
        self.provider.fault(faults.slow(COMMAND_DEADLINE + 2), times=1)
        self.fail_once(TRANSIENT)
        waiting.until(lambda: self.stage.tokend("token", MAILBOX).status == 0,
                      waiting.LIMIT, "the late token to be stored")
        self.assertEqual([self.token()], self.provider.store.issued)
        self.assertEqual(self.provider.count, 1)


class Permanent(FaultCase):
    def meet(self, fault, status, parts):
        self.provider.fault(fault)
        self.fail_once(status, *parts)
        self.fail_at_once(status)
        self.recover()


def _add_faults():
    for name, fault, parts in TRANSIENT_FAULTS:
        def transient(self, fault=fault, parts=parts):
            self.meet(fault, parts)
        setattr(Transient, f"test_{name}", transient)
    for name, fault, status, parts in PERMANENT_FAULTS:
        def permanent(self, fault=fault, status=status, parts=parts):
            self.meet(fault, status, parts)
        setattr(Permanent, f"test_{name}", permanent)


_add_faults()


class StillValid(IntegrationCase):
    """A token that is due for renewal is used to its end, whatever the provider does."""

    LIFETIME = 16

    def setUp(self):
        super().setUp()
        self.provider = self.start_provider(lifetime=self.LIFETIME)
        self.sign_in(self.provider, min_valid="1")
        self.first = self.token()
        due = time.time() + self.LIFETIME / 2 + 1
        waiting.until(lambda: time.time() > due, self.LIFETIME, "the token to be due")

    def test_failing_provider(self):
        self.provider.fault(faults.plain_status(500))
        before = self.provider.count
        for _ in range(3):
            self.assertEqual(self.token(), self.first)
        waiting.until(lambda: self.provider.count > before, waiting.LIMIT,
                      "a renewal behind the answer")
        self.assertEqual(self.provider.count - before, 1)

    def test_withdrawn_consent(self):
        self.provider.fault(faults.oauth_error(400, "invalid_grant"))
        self.assertEqual(self.note(self.stage.tokend("refresh", MAILBOX)).status,
                         PERMANENT_SIGN_IN)
        self.assertEqual(self.token(), self.first)

    def test_silent_provider_makes_nobody_wait(self):
        self.provider.fault(faults.silent)
        watch = waiting.Stopwatch()
        self.assertEqual(self.token(), self.first)
        self.assertLess(watch.seconds(), AT_ONCE)


class Answers(IntegrationCase):
    """Good answers that are odd, and what is made of them."""

    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()
        self.sign_in(self.provider)

    def test_expires_in_that_keeps_the_token(self):
        for value in (provider.EXPIRES_IN_ABSENT, "3600", 3600, 3599.5, 10**30, 2**63):
            with self.subTest(value):
                self.provider.expires_in = value
                self.succeed(self.stage.tokend("refresh", MAILBOX))
                before = self.provider.count
                self.assertEqual(self.token(), self.provider.store.issued[-1])
                self.assertEqual(self.token(), self.provider.store.issued[-1])
                self.assertEqual(self.provider.count, before)

    def test_expires_in_that_makes_no_sense_still_gives_the_token(self):
        for value in (0, -1, -10**30, "soon", None, [], True):
            with self.subTest(value):
                self.provider.expires_in = value
                self.succeed(self.stage.tokend("refresh", MAILBOX))

    def test_rotated_refresh_token_is_the_one_used_next(self):
        for rotation in ("rotate", "one-time"):
            self.provider.store.rotation = rotation
            for _ in range(3):
                self.succeed(self.stage.tokend("refresh", MAILBOX))
        self.assertEqual({request.outcome for request in self.provider.requests}, {"granted"})

    def test_wrapped_answer_is_read_and_its_refresh_token_kept(self):
        self.provider.store.rotation = "one-time"
        for name, fault in WRAPPINGS.items():
            with self.subTest(name):
                self.provider.fault(fault, times=1)
                self.succeed(self.stage.tokend("refresh", MAILBOX))
                self.assertEqual(self.token(), self.provider.store.issued[-1])
        self.succeed(self.stage.tokend("refresh", MAILBOX))

    def test_error_as_a_form(self):
        self.provider.fault(faults.body(b"error=invalid_grant&error_description=It+is+gone", 400))
        done = self.note(self.stage.tokend("refresh", MAILBOX))
        self.assertEqual(done.status, PERMANENT_SIGN_IN, done.text)
        self.assert_says(done.stderr, "invalid_grant (It is gone)", "tokend login")

    def test_relative_redirect_names_the_address(self):
        self.provider.fault(lambda exchange: exchange.reply(
            308, b"", "text/plain", {"Location": "v2/token"}) or True)
        done = self.note(self.stage.tokend("refresh", MAILBOX))
        self.assertEqual(done.status, TRANSIENT, done.text)
        self.assert_says(done.stderr, "set token_endpoint = http://", "/v2/token")

    def test_answer_lost_after_rotation_without_revocation(self):
        self.provider.store.rotation = "rotate"
        self.provider.fault(faults.lost_answer, times=1)
        self.assertEqual(self.note(self.stage.tokend("refresh", MAILBOX)).status, TRANSIENT)
        self.succeed(self.stage.tokend("refresh", MAILBOX))
        self.assertEqual(self.token(), self.provider.store.issued[-1])
