# SPDX-License-Identifier: BSD-2-Clause
"""Presets: those that are installed, and one that an administrator adds."""

import os

from support import stage
from support.case import CLIENT_ID, CLIENT_SECRET, MAILBOX, IntegrationCase

USAGE_CONFIG = 78


class Presets(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()
        self.folder_of_presets = os.path.join(self.stage.config, "providers")
        os.mkdir(self.folder_of_presets, 0o755)

    def write_preset(self, name, mode=0o644, **keys):
        path = os.path.join(self.folder_of_presets, f"{name}.conf")
        with open(path, "w", encoding="utf-8") as out:
            out.write(stage.account_text(keys))
        os.chmod(path, mode)

    def sign_in_by(self, **keys):
        self.sign_in(self.provider, token_endpoint=None, hosts=None, **keys)

    def test_all_are_installed(self):
        """With their steps: a file that the build forgets is missed only by who needs it."""
        source = os.path.join(stage.source_folder(), "tokend", "providers")
        installed = self.stage.path("share/tokend/providers")
        self.assertEqual(sorted(os.listdir(installed)), sorted(os.listdir(source)))

    def test_own_preset(self):
        self.write_preset("ours", token_endpoint=self.provider.token_endpoint,
                          hosts="127.0.0.1", scope="mail", client_auth="basic")
        self.sign_in_by(provider="ours")
        self.token()
        request = self.provider.requests[-1]
        self.assertEqual((request.client_id, request.client_auth), (CLIENT_ID, "basic"))

    def test_own_preset_of_another_cloud(self):
        self.write_preset("google-mars", token_endpoint=self.provider.token_endpoint,
                          hosts="127.0.0.1")
        self.sign_in_by(provider="google", cloud="mars")
        self.token()

    def test_unsafe_preset(self):
        """It says where secrets are sent: only the owner may write it."""
        self.write_preset("ours", mode=0o666, token_endpoint=self.provider.token_endpoint,
                          hosts="127.0.0.1")
        self.stage.write_account(MAILBOX, provider="ours", client_id=CLIENT_ID,
                                 client_secret=CLIENT_SECRET)
        done = self.note(self.stage.tokend("refresh", MAILBOX))
        self.assertEqual(done.status, USAGE_CONFIG)
        self.assert_says(done.stderr, "providers/ours.conf", "others may write to it")
        self.assertEqual(self.provider.count, 0)
