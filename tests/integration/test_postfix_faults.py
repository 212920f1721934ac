# SPDX-License-Identifier: BSD-2-Clause
"""The provider fails while mail waits: deferred with a reason, delivered later, nothing lost."""


from support import faults, waiting
from support.case import MAILBOX
from support.postfix_case import PostfixCase

DEADLINE = 10
BODIES = ["One.\n", "Two.\n", "Three.\n"]


class ProviderFails(PostfixCase):
    """tokend serves a jailed smtp(8); three mails, none with a token in the cache."""

    def setUp(self):
        super().setUp()
        self.sign_in(self.provider)
        self.before = self.provider.count

    def fail_and_deliver(self, mend, *parts):
        relay = self.relay_with_serve(chroot="y")
        watch = waiting.Stopwatch()
        messages = [relay.send(body) for body in BODIES]
        for message in messages:
            line = relay.wait_deferred(message)
            self.assert_says(line, "dsn=4.7.0", "remote authentication server unavailable")
        self.assertLess(watch.seconds(), DEADLINE + 5)
        for warning in relay.plugin_warnings():
            self.assert_says(warning, MAILBOX, *parts)
        self.assertLessEqual(self.provider.count - self.before, 1, "back-off is shared")
        self.assertEqual(self.server.mails(), [])
        mend()
        asked = self.provider.count
        relay.flush()
        for message in messages:
            relay.wait_deferred(message, count=2)
        self.assertEqual(self.provider.count, asked, "within back-off no client asks")
        self.succeed(self.stage.tokend("refresh", MAILBOX))
        relay.flush()
        for message in messages:
            relay.wait_sent(message)
        bodies = [mail.split(b"\n\n", 1)[1].decode() for mail in self.server.wait_mails(3)]
        self.assertEqual(sorted(bodies), sorted(BODIES))
        self.assertEqual(self.provider.count - asked, 1)
        relay.wait_empty()

    def test_down(self):
        self.provider.down()
        self.fail_and_deliver(self.provider.up, "localhost")

    def test_silent(self):
        self.provider.fault(faults.silent)
        self.fail_and_deliver(self.provider.clear_faults)

    def test_http_500(self):
        self.provider.fault(faults.plain_status(500, retry_after=300))
        self.fail_and_deliver(self.provider.clear_faults, "500")

    def test_html(self):
        self.provider.fault(faults.html())
        self.fail_and_deliver(self.provider.clear_faults)

    def test_truncated_json(self):
        self.provider.fault(faults.truncated)
        self.fail_and_deliver(self.provider.clear_faults)

    def test_endless_body(self):
        self.provider.fault(faults.endless)
        self.fail_and_deliver(self.provider.clear_faults)

    def test_redirect(self):
        self.provider.fault(faults.redirect())
        self.fail_and_deliver(self.provider.clear_faults, "307")

    def test_consent_withdrawn_then_given_again(self):
        self.provider.store.withdraw(MAILBOX)
        relay = self.relay_with_serve(chroot="y")
        message = relay.send()
        self.assertIn("dsn=4.7.0", relay.wait_deferred(message))
        self.assert_says(relay.plugin_warnings()[0], MAILBOX, "tokend login")
        self.sign_in(self.provider)
        relay.flush()
        relay.wait_sent(message)


class SlowProvider(PostfixCase):
    """Late, but within the deadline: the mail waits for it and goes."""

    def test_slow_answer(self):
        self.sign_in(self.provider)
        self.provider.fault(faults.slow(4), times=1)
        before = self.provider.count
        relay = self.relay_with_serve(chroot="y")
        messages = [relay.send(body) for body in BODIES]
        for message in messages:
            relay.wait_sent(message)
        self.assertEqual(self.provider.count - before, 1)
        self.assertEqual([relay.statuses(message) for message in messages], [["sent"]] * 3)

    def test_spawned_helper_ends_with_the_deadline_too(self):
        self.sign_in(self.provider)
        self.provider.fault(faults.silent)
        relay = self.start_relay(self.server.port, f"{MAILBOX}:", spawn=True, chroot="y")
        watch = waiting.Stopwatch()
        relay.wait_deferred(relay.send())
        self.assertLess(watch.seconds(), DEADLINE + 5)
        self.assert_says(relay.plugin_warnings()[0], MAILBOX)
        watch = waiting.Stopwatch()
        relay.wait_deferred(relay.send())
        self.assertLess(watch.seconds(), DEADLINE / 2)
