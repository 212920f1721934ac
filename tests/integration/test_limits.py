# SPDX-License-Identifier: BSD-2-Clause
"""Where a value, a list or a text is longer than there is room for, or a file cannot be read."""

import json
import os

from support import faults, lineproto, process
from support.case import MAILBOX, IntegrationCase

CONFIG = 78
CLIENT = """
import socket, sys
with socket.socket(socket.AF_UNIX) as tokend:
    tokend.connect(sys.argv[1])
    tokend.sendall(sys.stdin.buffer.read())
    print(tokend.recv(65536).decode().split("\\n")[1])
"""


class Limits(IntegrationCase):
    """One account of the system scope."""

    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()

    def test_advice_is_whole_however_often_it_is_told(self):
        """A failure within back-off is told again, with the time of the next try behind it."""
        self.sign_in(self.provider)
        self.provider.fault(faults.oauth_error(
            400, "invalid_grant", "Token has been expired or revoked. " + "Many more words. " * 40))
        for _ in range(2):
            done = self.note(self.stage.tokend("token", MAILBOX))
            self.assert_says(done.stderr, MAILBOX, f"tokend login {MAILBOX}", "publish it")
        self.assert_says(done.stderr, "next try in")

    def test_refresh_token_that_the_store_has_no_room_for_is_told_of(self):
        self.sign_in(self.provider)
        self.provider.fault(faults.body(json.dumps(
            {"access_token": "a", "token_type": "Bearer", "refresh_token": "r" * 20000}).encode()))
        done = self.note(self.stage.tokend("token", MAILBOX))
        self.assert_says(done.stderr, MAILBOX, "refresh token", "16000 bytes")

    def test_long_list_of_users(self):
        """Longer than the cache has room for: then each request looks it up."""
        self.require_root()
        self.sign_in(self.provider, allow=" ".join(str(uid) for uid in range(20000, 21500)))
        self.start_serve()
        request = lineproto.message(
            {**lineproto.get(MAILBOX, host="localhost"), "mechanism": "XOAUTH2"})
        for uid, code in ((20000, "code=ok"), (21499, "code=ok"), (21500, "code=denied")):
            for _ in range(2):
                done = process.must(["python3", "-c", CLIENT, self.stage.socket], stdin=request,
                                    uid=uid)
                self.assertEqual(done.stdout.strip(), code, uid)

    def test_long_list_of_hosts_is_an_error_of_the_file(self):
        path = self.stage.write_account(MAILBOX, **self.account_keys(
            self.provider, hosts="mail.example.org " * 1000))
        done = self.note(self.stage.tokend("token", MAILBOX))
        self.assertEqual(done.status, CONFIG)
        self.assert_says(done.stderr, path, "hosts", "8192")

    def test_credentials_that_cannot_be_read_are_not_replaced_unproven(self):
        self.sign_in(self.provider)
        path = os.path.join(self.stage.state, "credentials", MAILBOX)
        with open(path, "rb") as file:
            before = file.read()
        os.chmod(path, 0o622)
        self.provider.down()
        self.addCleanup(self.provider.up)
        for option in ("--client-secret-stdin", "--refresh-token-stdin"):
            done = self.note(self.stage.tokend("login", option, MAILBOX, stdin="unproven\n"))
            self.assertNotEqual(done.status, 0)
            self.assert_says(done.stderr, MAILBOX)
            with open(path, "rb") as file:
                self.assertEqual(file.read(), before, option)

    def test_proxys_password_is_a_secret(self):
        proxy = "http://user:secret@127.0.0.1:1"
        path = self.stage.write_account(MAILBOX, **self.account_keys(self.provider, proxy=proxy,
                                                                     client_secret=None))
        os.chmod(path, 0o644)
        done = self.note(self.stage.tokend("token", MAILBOX))
        self.assert_says(done.stderr, path, "password", "chmod")
        os.chmod(path, 0o640)
        common = os.path.join(self.stage.config, "tokend.conf")
        with open(common, "w", encoding="utf-8") as out:
            out.write(f"proxy = {proxy}\n")
        os.chmod(common, 0o644)
        done = self.note(self.stage.tokend("token", MAILBOX))
        self.assert_says(done.stderr, common, "chmod")
        self.assertEqual(done.status, CONFIG)
