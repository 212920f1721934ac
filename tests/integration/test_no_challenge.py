# SPDX-License-Identifier: BSD-2-Clause
"""Servers that refuse a token without a challenge: what each host of the plugin can be told.

HACKING has what was measured: most hosts call the plugin alike after a login that was taken. There
the token stays, however often it is refused, and a person replaces it. mbsync does not, so that a
login of its that did not succeed is known, and why is not: that renews the token, once an hour.
"""

import os

from support import postfix, saslhosts, verdicts, waiting
from support.case import MAILBOX, IntegrationCase
from support.verdicts import CHALLENGE, LATER, LOSE, REFUSE, TAKE

MBSYNC = "mbsync"
HOSTS = {name: rest for name, *rest in saslhosts.HOSTS}
OTHERS = [name for name in HOSTS if name != MBSYNC]


class HostCase(IntegrationCase):
    """The server takes a token that is good; what it says to another is the test's."""

    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()
        self.refusal = REFUSE

    def serve(self, protocol):
        def judge(token):
            is_good = self.provider.store.introspect(token)["active"]
            return TAKE if is_good and self.refusal not in (LATER, LOSE) else self.refusal
        server = verdicts.VerdictServer(protocol, judge)
        self.addCleanup(server.stop)
        return server


class Hosts(HostCase):
    def setUp(self):
        super().setUp()
        self.home = self.make_home()
        self.sign_in(self.provider, home=self.home)

    def prepare(self, name):
        """A function that logs in by the host and returns the token that was shown."""
        protocol, command = HOSTS[name]
        self.succeed(self.home.tokend("refresh", MAILBOX))
        server = self.serve(protocol)

        def log_in():
            argv, stdin = command(self.home, server.port, MAILBOX, "XOAUTH2")
            before = len(server.shown)
            self.note(self.home.run(argv, stdin=stdin), may_show_response=True)
            self.assertEqual(len(server.shown), before + 1, server.heard)
            return server.shown[-1]
        return log_in

    def until_renewed(self, count):
        """The renewal is in the background: its end is when the lock is free."""
        waiting.until(lambda: self.provider.count >= count, waiting.LIMIT, "a renewal")
        path = os.path.join(self.home.state, "lock", MAILBOX)
        waiting.until(lambda: not postfix.is_locked(path), waiting.LIMIT, "its end")

    def test_token_stays_and_a_person_replaces_it(self):
        for name in OTHERS:
            with self.subTest(name):
                log_in = self.prepare(name)
                first = log_in()
                self.provider.store.revoke_access()
                self.assertEqual([log_in(), log_in()], [first, first])
                self.succeed(self.home.tokend("status", MAILBOX))
                self.succeed(self.home.tokend("refresh", MAILBOX))
                self.assertNotEqual(log_in(), first)

    def test_mbsync_renews_it(self):
        log_in = self.prepare(MBSYNC)
        first = log_in()
        self.assertEqual(log_in(), first, "what was taken causes nothing")
        count = self.provider.count
        self.provider.store.revoke_access()
        self.assertEqual(log_in(), first)
        self.until_renewed(count + 1)
        self.assertNotEqual(log_in(), first)
        self.assertEqual(self.provider.count, count + 1)

    def test_mbsync_renews_once_an_hour(self):
        for self.refusal in (LATER, LOSE):
            log_in = self.prepare(MBSYNC)
            count = self.provider.count
            log_in()
            self.until_renewed(count + 1)
            self.assertEqual(len({log_in() for _ in range(3)}), 1)
            self.assertEqual(self.provider.count, count + 1)

    def test_with_a_challenge_the_next_login_has_a_new_one(self):
        self.refusal = CHALLENGE
        for name in HOSTS:
            with self.subTest(name):
                log_in = self.prepare(name)
                first = log_in()
                self.provider.store.revoke_access()
                self.assertEqual(log_in(), first)
                self.assertNotEqual(log_in(), first)

    def test_lost_or_later_is_no_refusal(self):
        for name in OTHERS:
            with self.subTest(name):
                log_in, shown = self.prepare(name), set()
                for self.refusal in (LATER, LOSE, LATER):
                    shown.add(log_in())
                self.assertEqual(len(shown), 1)


class Postfix(HostCase):
    def test_token_stays_and_a_person_replaces_it(self):
        self.stage.write_plugin_conf()
        self.sign_in(self.provider)
        server = self.serve("smtp")
        relay = self.make_relay(server.port, f"{MAILBOX}:", tls="none", options={
            "smtp_sasl_security_options": "noanonymous"})
        self.start_serve(relay.make_socket_folder())
        relay.start()
        relay.wait_sent(relay.send())
        self.provider.store.revoke_access()
        message = relay.send()
        relay.wait_deferred(message)
        relay.flush()
        relay.wait_deferred(message, count=2)
        self.assertEqual(len(set(server.shown)), 1)
        self.succeed(self.stage.tokend("refresh", MAILBOX))
        relay.flush()
        relay.wait_sent(message)
        self.assertEqual(len(set(server.shown)), 2)
