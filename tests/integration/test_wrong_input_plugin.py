# SPDX-License-Identifier: BSD-2-Clause
"""Wrong input as a mail program meets it: one sentence in its own error text, no server reached."""

import os

from support import mailclients
from support.case import MAILBOX, IntegrationCase


class ThroughThePlugin(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()
        self.home = self.make_home()

    def refuse_login(self, user, *says, mechanism="XOAUTH2", **env):
        """Perl's libsasl2 fails before any server is reached, and says why."""
        done = self.note(mailclients.perl_imap(self.home, 0, user, mechanism, env=env))
        self.assertEqual(done.status, 1, done.text)
        self.assertEqual(len(done.stdout.splitlines()), 1, done.stdout)
        self.assertTrue(done.stdout.rstrip("\n").isprintable(), repr(done.stdout))
        self.assert_says(done.stdout, *says)
        self.assertEqual(self.provider.count, 0)

    def test_names(self):
        for user, says in (("../evil", "'/'"), ("a/b", "'/'"), (".hidden", "begin"),
                           ("a\x1b[31mb", "control character"), ("a\nb", "control character"),
                           ("a" * 201, "bytes")):
            for mechanism in ("XOAUTH2", "OAUTHBEARER"):
                with self.subTest(user=user, mechanism=mechanism):
                    self.refuse_login(user, says, mechanism=mechanism)

    def test_environment(self):
        self.refuse_login(MAILBOX, "TOKEND_STATE_DIR", TOKEND_CONFIG_DIR=self.home.home)
        self.refuse_login(MAILBOX, "TOKEND_CONFIG_DIR", "absolute", TOKEND_CONFIG_DIR="relative",
                          TOKEND_STATE_DIR=self.home.home)

    def test_plugin_conf(self):
        path = self.stage.write_plugin_conf("mechanism = XOAUTH2\n", mode=0o644)
        self.refuse_login(MAILBOX, f"{path}:1", "mechanisms")
        self.stage.write_plugin_conf("mechanisms = PLAIN\n", mode=0o644)
        self.refuse_login(MAILBOX, path, "XOAUTH2")
        self.stage.write_plugin_conf("listener_uid = root\n", mode=0o644)
        self.refuse_login(MAILBOX, path, "listener_uid", "number")
        self.stage.write_plugin_conf("", mode=0o666)
        self.refuse_login(MAILBOX, path, "chmod")

    def test_account_file(self):
        path = self.home.write(f".config/tokend/accounts/{MAILBOX}.conf", "client_ids = x\n")
        self.refuse_login(MAILBOX, f"{path}:1", "client_ids", "client_id")

    def test_folder_that_others_may_write(self):
        self.home.write_account(MAILBOX, **self.account_keys(self.provider))
        os.chmod(self.home.accounts, 0o777)
        self.refuse_login(MAILBOX, self.home.accounts, "chmod")

    def test_damaged_cache_is_as_none(self):
        self.sign_in(self.provider, home=self.home)
        token = self.token(home=self.home)
        path = os.path.join(self.home.state, "cache", MAILBOX)
        with open(path, "rb") as cache:
            content = cache.read()
        for name, damaged in (("empty", b""), ("without its end", content[:-1]),
                              ("separator", content.replace(token.encode(), b"a\x01b")),
                              ("noise", os.urandom(4096))):
            with self.subTest(name):
                with open(path, "wb") as cache:
                    cache.write(damaged)
                before = self.provider.count
                done = self.note(mailclients.perl_imap(self.home, 0, MAILBOX))
                self.assertEqual(done.status, 0, done.text)
                self.assertEqual(self.provider.count - before, 1)
