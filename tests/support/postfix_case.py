# SPDX-License-Identifier: BSD-2-Clause
"""The base of the tests in which Postfix relays to a server that checks tokens."""

from support.case import MAILBOX, IntegrationCase


class PostfixCase(IntegrationCase):
    """A provider, a submission server, and a plugin that hosts started as root see."""

    passwords = None
    server_options = {}

    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()
        self.dovecot = self.start_dovecot(self.provider, passwords=self.passwords)
        self.server = self.start_submission(self.dovecot, **self.server_options)
        self.stage.write_plugin_conf()

    def relay_with_serve(self, login=f"{MAILBOX}:", port=None, **options):
        """A running relay whose smtp(8) reaches `tokend serve` in its queue directory."""
        relay = self.make_relay(port or self.server.port, login, **options)
        self.start_serve(relay.make_socket_folder())
        relay.start()
        return relay

    def assert_arrived(self, body, count=1):
        """Exactly count mails arrived, the last of them with this body, byte for byte."""
        mails = self.server.wait_mails(count)
        self.assertEqual(mails[-1].split(b"\n\n", 1)[1], body)
