"""A hundred processes meet an expired token at once: one token request, a hundred logins.

With one-time refresh tokens a second request would not be waste but loss: the provider takes the
reuse of a spent token for theft and revokes everything. So the account must work afterwards.
"""

import contextlib
import re
import threading

from support import faults, mailclients, namespace, process, waiting
from support.case import MAILBOX, IntegrationCase
from support.postfix_case import PostfixCase

CROWD = 100
GATHER_SECONDS = 8
# A slow machine may not have started them all by then.
BURSTS_MOST = 3
# Processes of a `tokend serve` that has nothing to do: itself, the schedule, and those who wait. It
# may have one or two more of the last for a moment, which do not come again with the crowd.
SERVE_IDLE = 5


class Crowd:
    """Beginning and end of a burst; mixed into the hosts' cases."""

    def burst_until_all_were_there(self, burst):
        """burst(bursts), its own number, must be right whether or not all were there at once."""
        for bursts in range(1, BURSTS_MOST + 1):
            burst(bursts)
            if self.were_all_there:
                return
        self.fail(f"never were {CROWD} askers there at once, within {GATHER_SECONDS} s")

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
        self.provider.fault(faults.held(self.release), times=1)
        self.before = self.provider.count
        self.standing = 0

    def gather(self):
        """Hold the provider's answer until each of the crowd has somebody waiting for it."""
        wanted = self.standing + CROWD
        self.were_all_there = False
        try:
            with contextlib.suppress(waiting.NeverCame):
                self.were_all_there = waiting.until(
                    lambda: process.count_running(self.stage.tokend_path) >= wanted,
                    GATHER_SECONDS, "all askers", step=0.2)
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

    def burst(self, rotation):
        self.burst_until_all_were_there(lambda bursts: self._burst(bursts, rotation))

    def _burst(self, bursts, rotation):
        self.expire(rotation, self.home)
        results = process.in_parallel([self.log_in] * CROWD, self.gather)
        for done in results:
            self.note(done)
        failed = [done.text for done in results if done.status != 0]
        self.assertEqual(failed, [])
        crowds = bursts * CROWD
        self.assertEqual(len(self.dovecot.logins(at_least=crowds)), crowds)
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

    def burst(self, rotation, spawn):
        self.burst_until_all_were_there(lambda bursts: self._burst(bursts, rotation, spawn))

    def _burst(self, bursts, rotation, spawn):
        self.expire(rotation)
        relay = self.make_relay(self.server.port, f"{MAILBOX}:", chroot="y", spawn=spawn)
        messages = [relay.send(f"Number {number}.\n") for number in range(CROWD)]
        if not spawn:
            self.start_serve(relay.make_socket_folder())
            self.standing = bursts * SERVE_IDLE
        relay.start()
        self.gather()
        mails = self.server.wait_mails(bursts * CROWD)[-CROWD:]
        for message in messages:
            relay.wait_sent(message)
            self.assertEqual(relay.statuses(message), ["sent"])
        self.assertEqual(sorted(mail.split(b"\n\n", 1)[1] for mail in mails),
                         sorted(f"Number {number}.\n".encode() for number in range(CROWD)))
        self.assertEqual(self.server.logins(), [("XOAUTH2", MAILBOX)] * bursts * CROWD)
        self.assertEqual(relay.plugin_warnings(), [])
        if self.were_all_there:
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
