# SPDX-License-Identifier: BSD-2-Clause
"""Where a sign-in's secrets go: to the provider, between our two programs, into the store."""

import re

from support import masking
from support.case import CLIENT_ID, CLIENT_SECRET
from support.sign_in import USER, SignInCase

CALLS = "execve,write,writev,pwrite64,pwritev,sendto,sendmsg,sendmmsg,rename,renameat,link,symlink"
LONGEST = "70000"  # bytes of a string that is shown, more than any message has


class Traced(SignInCase):
    """Every system call that could let one out, of both programs, in the system's scope."""

    def setUp(self):
        super().setUp()
        self.require_root()
        self.require_strace()
        self.trace = f"{self.folder}/trace"

    def wrap(self):
        """What goes in front of tokend; unlike tracing.command, for its children as well."""
        return ["strace", "-f", "-v", "-qq", "-yy", "-s", LONGEST, "-e", f"trace={CALLS}",
                "-o", self.trace, "-E", "ASAN_OPTIONS=detect_leaks=0"]

    def assert_kept(self, *expected):
        """Each call with a secret in it goes where it may go, and the expected ones are there."""
        allowed = {"provider": rf"<TCP:\[127\.0\.0\.1:\d+->127\.0\.0\.1:{self.provider.port}\]>",
                   "conversation": r"<UNIX:\[\d+->\d+\]>",
                   "store": rf"<{self.stage.state}/(?:credentials|cache)/[^>]*>"}
        seen = set()
        with open(self.trace, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if not masking.found_in(line, encoded=False):
                    continue
                call = re.match(r"\d+ +\w+\(\d+(<.*?\]>|<[^>]*>)", line)
                where = call and next((name for name, pattern in allowed.items()
                                       if re.fullmatch(pattern, call[1])), None)
                self.assertIsNotNone(where, masking.mask(line[:2000]))
                seen.add(where)
        self.assertEqual(seen, set(expected), "what the trace has seen")

    def test_code_flow(self):
        running = self.begin_as_root(*self.settings(client=CLIENT_ID), "--client-secret-stdin",
                                     "--no-test", wrap=self.wrap())
        running.enter(CLIENT_SECRET)
        self.visit(running)
        self.expect(running)
        self.assert_kept("provider", "conversation", "store")

    def test_device_flow(self):
        running = self.begin_as_root(*self.settings(flow="device"), "--device", "--no-test",
                                     wrap=self.wrap())
        running.wait("code ")
        self.provider.devices.decide()
        self.expect(running)
        self.assert_kept("provider", "store")

    def test_refused_secret(self):
        running = self.begin_as_root(*self.settings(client=CLIENT_ID, flow=None),
                                     "--refresh-token-stdin", "--client-secret-stdin",
                                     "--no-test", wrap=self.wrap())
        masking.add("refresh-token-that-nobody-gave", "refresh token")
        running.enter("refresh-token-that-nobody-gave")
        running.enter(CLIENT_SECRET)
        self.expect(running, 77, "invalid_grant")
        with open(self.trace, encoding="utf-8", errors="replace") as lines:
            written = [line for line in lines if f"{self.stage.state}/credentials" in line]
        self.assertEqual([line for line in written if masking.found_in(line, encoded=False)], [],
                         "what was refused is not stored")


class Echoed(SignInCase):
    """A provider that says our secrets back to us, in each of its answers."""

    def test_in_a_refusal(self):
        def echo(exchange):
            words = " ".join(exchange.form[key] for key in ("code", "code_verifier",
                                                            "client_secret"))
            exchange.reply_json({"error": "invalid_grant", "error_description": words}, 400)
            return True
        self.provider.fault(echo)
        running = self.begin(*self.settings(client=CLIENT_ID), "--client-secret-stdin",
                             "--no-test")
        running.enter(CLIENT_SECRET)
        page = self.visit(running)
        self.expect(running, 77, "invalid_grant")
        self.evidence.add_text("the browser's page", page.text)

    def test_in_a_device_poll(self):
        def echo(exchange):
            exchange.reply_json({"error": "access_denied",
                                 "error_description": exchange.form["device_code"]}, 400)
            return True
        self.provider.fault(echo)
        running = self.begin(*self.settings(flow="device"), "--device", "--no-test")
        self.expect(running, 77, "access_denied")

    def test_in_a_revocation(self):
        def echo(exchange):
            exchange.read_form()
            exchange.reply_json({"error": "invalid_request",
                                 "error_description": exchange.form["token"]}, 400)
            return True
        running = self.begin(*self.settings(
            revocation_endpoint=self.provider.revocation.endpoint), "--no-test")
        self.visit(running)
        self.expect(running)
        self.provider.fault(echo, path="/revoke")
        done = self.note(self.home.tokend("revoke", USER))
        self.assert_says(done.text, USER, "invalid_request")
