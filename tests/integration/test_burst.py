# SPDX-License-Identifier: BSD-2-Clause
"""A hundred processes meet an expired token at once: one token request, a hundred logins.

With one-time refresh tokens a second request would not be waste but loss: the provider takes the
reuse of a spent token for theft and revokes everything. So the account must work afterwards.
"""

import contextlib
import os
import re
import threading

from support import faults, mailclients, namespace, process, waiting
from support.case import MAILBOX, IntegrationCase
from support.gate import ProgramGate, ServeGate
from support.postfix_case import PostfixCase

CROWD = 100
# The longest that a client may wait for tokend: the crowd has to gather in that time.
PLUGIN_CONF = "deadline = 60\n"
# How long the provider waits for all of the crowd to be let in. It is none of the conditions: when
# the gate opens they all are there. tokend itself sends clients away when a refresh takes over 9 s.
HOLD_SECONDS = 4


class Crowd:
    """Beginning and end of a burst; mixed into the hosts' cases."""

    def expire(self, rotation, home=None):
        """An account that had a token, which is now worth nothing; the provider will answer
        when gather() says so."""
        self.provider.store.rotation = rotation
        self.provider.store.lifetime = 2
        self.sign_in(self.provider, home=home)
        self.token(home=home)
        self.wait_expiry(self.provider)
        self.provider.store.lifetime = 3600
        self.release = threading.Event()
        self.addCleanup(self.release.set)
        self.provider.fault(faults.held(self.release), times=1)
        self.before = self.provider.count

    def gather(self, gate):
        """All are at the gate before one is let in, and most of them in before one is answered."""
        try:
            waiting.until(lambda: gate.count_waiting() >= CROWD, waiting.LIMIT,
                          lambda: f"{CROWD} clients at once: {gate.count_waiting()}", step=0.2)
            standing = process.count_running(gate.program)
            gate.open()
            with contextlib.suppress(waiting.NeverCame):
                waiting.until(lambda: process.count_running(gate.program) >= standing + CROWD,
                              HOLD_SECONDS, "all clients", step=0.2)
        finally:
            self.release.set()

    def assert_one_request(self, home=None):
        self.assertEqual(self.provider.count - self.before, 1)
        self.succeed((home or self.stage).tokend("refresh", MAILBOX))
        self.assertEqual(self.provider.requests[-1].outcome, "granted")
        self.assertEqual(self.token(home=home), self.provider.store.issued[-1])


class UserPrograms(Crowd, IntegrationCase):
    """A hundred programs of one user, each with a helper of its own."""

    def setUp(self):
        super().setUp()
        self.require_root()
        # A hundred questions to a name server at once would be its measure, not ours.
        self.enterContext(namespace.host_name("localhost"))
        self.provider = self.start_provider()
        self.dovecot = self.start_dovecot(self.provider)
        self.home = self.make_home()
        self.stage.write_plugin_conf(PLUGIN_CONF, mode=0o644)

    def burst(self, rotation):
        self.expire(rotation, self.home)
        gate = ProgramGate(self.stage)
        try:
            results = process.in_parallel([self.log_in] * CROWD, lambda: self.gather(gate))
        finally:
            gate.remove()
        for done in results:
            self.note(done)
        failed = [done.text for done in results if done.status != 0]
        self.assertEqual(failed, [])
        self.assertEqual(len(self.dovecot.logins(at_least=CROWD)), CROWD)
        self.assert_one_request(self.home)

    def log_in(self):
        return mailclients.perl_imap(self.home, self.dovecot.imap, MAILBOX)

    def test_plain_refresh_token(self):
        self.burst("keep")

    def test_rotating_refresh_token(self):
        self.burst("rotate")

    def test_one_time_refresh_token(self):
        self.burst("one-time")


class Mails(Crowd, PostfixCase):
    """A hundred smtp(8) processes, jailed, each with a mail."""

    def setUp(self):
        super().setUp()
        self.stage.write_plugin_conf(PLUGIN_CONF)

    def stop_serve(self, path):
        """`tokend serve` as it is while nothing is due, since it would renew the token by itself;
        stopped, and then the token is there."""
        token = os.path.join(self.stage.state, "cache", MAILBOX)
        aside = os.path.join(self.stage.state, "aside")
        os.rename(token, aside)
        gate = ServeGate(self.stage, self.start_serve(path), path)
        os.rename(aside, token)
        return gate

    def burst(self, rotation, spawn):
        self.expire(rotation)
        relay = self.make_relay(self.server.port, f"{MAILBOX}:", chroot="y", spawn=spawn)
        messages = [relay.send(f"Number {number}.\n") for number in range(CROWD)]
        gate = ProgramGate(self.stage) if spawn else self.stop_serve(relay.make_socket_folder())
        try:
            relay.start()
            self.gather(gate)
            mails = self.server.wait_mails(CROWD)
            for message in messages:
                relay.wait_sent(message)
        finally:
            gate.remove()
        for message in messages:
            self.assertEqual(relay.statuses(message), ["sent"])
        self.assertEqual(sorted(mail.split(b"\n\n", 1)[1] for mail in mails),
                         sorted(f"Number {number}.\n".encode() for number in range(CROWD)))
        self.assertEqual(self.server.logins(), [("XOAUTH2", MAILBOX)] * CROWD)
        self.assertEqual(relay.plugin_warnings(), [])
        senders = re.findall(r"postfix/smtp\[(\d+)\]: .* status=sent", relay.log_text())
        self.assertEqual(len(set(senders)), CROWD, "each mail by a process of its own")
        self.assert_one_request()

    def test_serve_with_plain_refresh_token(self):
        self.burst("keep", spawn=False)

    def test_serve_with_one_time_refresh_token(self):
        self.burst("one-time", spawn=False)

    def test_spawn_with_plain_refresh_token(self):
        self.burst("keep", spawn=True)

    def test_spawn_with_one_time_refresh_token(self):
        self.burst("one-time", spawn=True)
