# SPDX-License-Identifier: BSD-2-Clause
"""Credentials that are encrypted on the disk: credentials_key, `tokend rekey`, and lost keys."""

import base64
import json
import os
import re
import secrets

from support import masking, process, tracing
from support.case import CLIENT_ID, CLIENT_SECRET, MAILBOX, IntegrationCase
from support.refresher import Refresher

BOB = "bob@example.org"
CAROL = "carol@example.org"
LATER, CONFIG = 75, 78


class EncryptionCase(IntegrationCase):
    """Accounts of the system's scope, at a provider with one-time refresh tokens."""

    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()
        self.provider.store.rotation = "one-time"

    def config(self, name):
        return os.path.join(self.stage.config, name)

    def write_config(self, name, content, mode=0o640):
        path = self.config(name)
        with open(path, "wb") as out:
            out.write(content.encode() if isinstance(content, str) else content)
        os.chown(path, os.geteuid(), self.stage.gid)
        os.chmod(path, mode)
        return path

    def make_key(self, name="key"):
        key = secrets.token_hex(32)
        masking.add(key, "key of the credentials")
        return self.write_config(name, key + "\n")

    def configure(self, key=None, before=None):
        lines = [f"{name} = {value}\n" for name, value in
                 (("credentials_key", key), ("credentials_key_before", before)) if value]
        self.write_config("tokend.conf", "".join(lines), 0o644)

    def path(self, name=MAILBOX):
        return os.path.join(self.stage.state, "credentials", name)

    def stored(self, name=MAILBOX):
        with open(self.path(name), encoding="ascii") as file:
            return file.read()

    def is_closed(self, name=MAILBOX):
        text = self.stored(name)
        if text.startswith("tokend-credential=1\n"):
            self.assertNotEqual(masking.found_in(text), [])
            return False
        self.assertTrue(text.startswith("tokend-credential=2\nkey="), text[:40])
        self.assert_of_no_use(text)
        return True

    def assert_of_no_use(self, text):
        """No secret in it, in no encoding, nor in what its base64 stands for."""
        self.assertEqual(masking.found_in(text), [])
        for value in re.findall(r"(?m)^[a-z0-9]+=(.*)$", text):
            if len(value) % 4 == 0:
                self.assertEqual(masking.found_in(base64.b64decode(value).decode("latin-1")), [])

    def key_of(self, name=MAILBOX):
        return dict(line.split("=", 1) for line in self.stored(name).splitlines() if line)["key"]

    def run_tokend(self, *words, status=0, **options):
        done = self.note(self.stage.tokend(*words, **options))
        self.assertEqual(done.status, status, done.text)
        return " ".join(done.text.split())  # lines are broken for a terminal

    def rekey(self, status=0):
        return self.run_tokend("rekey", status=status)

    def refresh(self, *names):
        for name in names or (MAILBOX,):
            self.run_tokend("refresh", name)


class Use(EncryptionCase):
    def setUp(self):
        super().setUp()
        self.key = self.make_key()

    def test_without_it_files_are_as_they_were(self):
        self.sign_in(self.provider)
        token = self.provider.store.current_refresh_token(MAILBOX)
        granted = re.search("granted=([0-9]+)", self.stored())[1]
        self.assertEqual(self.stored(), f"tokend-credential=1\nrefresh_token={token}\n"
                                        f"granted={granted}\nend=yes\n\n")

    def test_from_sign_in_to_refresh(self):
        self.configure(self.key)
        self.sign_in(self.provider)
        seen = set()
        for _ in range(3):
            self.assertTrue(self.is_closed())
            seen.add(self.stored())
            self.refresh()
        self.assertEqual(len(seen), 3, "one-time tokens, and a nonce for each")
        self.assertEqual(os.stat(self.path()).st_mode & 0o7777, 0o600)
        self.assertEqual(os.listdir(os.path.dirname(self.path())), [MAILBOX])

    def test_renewal_by_serve(self):
        self.configure(self.key)
        self.sign_in(self.provider)
        self.start_serve()
        self.token()
        self.assertTrue(self.is_closed())

    def test_in_a_users_own_scope(self):
        home = self.make_home()
        folder = os.path.join(home.home, ".config/tokend")
        os.makedirs(folder, exist_ok=True)
        key = os.path.join(folder, "key")
        for path, text in ((key, secrets.token_hex(32)),
                           (os.path.join(folder, "tokend.conf"), f"credentials_key = {key}\n")):
            with open(path, "w", encoding="ascii") as out:
                out.write(text)
            os.chmod(path, 0o600)
            os.chown(path, home.uid, -1)
        self.sign_in(self.provider, home=home)
        self.succeed(home.tokend("refresh", MAILBOX))
        with open(os.path.join(home.state, "credentials", MAILBOX), encoding="ascii") as file:
            self.assert_of_no_use(file.read())

    def test_typed_secret_and_import(self):
        """All that stores a secret stores it closed."""
        self.configure(self.key)
        keys = self.account_keys(self.provider, client_secret=None, grant="client_credentials",
                                 allow="postfix")
        self.stage.write_account(BOB, **keys)
        self.provider.store.register("an-application", secret=CLIENT_SECRET, user=BOB)
        self.stage.write_account(BOB, **{**keys, "client_id": "an-application"})
        self.run_tokend("login", "--client-secret-stdin", BOB, stdin=CLIENT_SECRET + "\n")
        self.assertTrue(self.is_closed(BOB))
        self.refresh(BOB)
        file = os.path.join(self.folder, MAILBOX)
        with open(file, "w", encoding="ascii") as out:
            json.dump({"access_token": "", "expiry": "0", "refresh_token":
                       self.provider.store.authorise(CLIENT_ID, MAILBOX)}, out)
        config = os.path.join(self.folder, "sasl-xoauth2.conf")
        with open(config, "w", encoding="ascii") as out:
            json.dump({"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
                       "token_endpoint": self.provider.token_endpoint}, out)
        self.run_tokend("import", "sasl-xoauth2", "--config", config, "--set", "hosts=127.0.0.1",
                        file)
        self.assertTrue(self.is_closed())
        self.refresh()

    def test_revoke_keeps_the_secret_closed(self):
        self.configure(self.key)
        self.stage.write_account(MAILBOX, **self.account_keys(
            self.provider, client_secret=None, allow="postfix",
            revocation_endpoint=self.provider.revocation.endpoint))
        self.run_tokend("login", "--refresh-token-stdin", "--client-secret-stdin", MAILBOX,
                        stdin=f"{self.provider.store.authorise(CLIENT_ID, MAILBOX)}\n"
                              f"{CLIENT_SECRET}\n")
        self.run_tokend("revoke", "--yes", MAILBOX)
        self.assertTrue(self.is_closed())

    def test_credential_of_systemd(self):
        """As LoadCredential= gives it, with the folder in the environment."""
        folder = os.path.join(self.folder, "credentials")
        os.mkdir(folder)
        os.chmod(folder, 0o755)
        os.rename(self.key, os.path.join(folder, "tokend-key"))
        os.chmod(self.folder, 0o755)
        self.configure("systemd:tokend-key")
        environment = {"CREDENTIALS_DIRECTORY": folder}
        self.stage.write_account(MAILBOX, **self.account_keys(self.provider, allow="postfix"))
        token = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        said = self.run_tokend("login", "--refresh-token-stdin", MAILBOX, stdin=token + "\n",
                               status=CONFIG)
        self.assert_says(said, "/run/credentials/tokend.service/tokend-key")
        self.run_tokend("login", "--refresh-token-stdin", MAILBOX, stdin=token + "\n",
                        env=environment)
        self.assertTrue(self.is_closed())
        self.run_tokend("refresh", MAILBOX, env=environment)
        self.assertTrue(self.is_closed())


class Lost(EncryptionCase):
    """What cannot be read without a key stays byte for byte, and the provider is not asked."""

    def setUp(self):
        super().setUp()
        self.key = self.make_key()
        self.configure(self.key)
        self.sign_in(self.provider)
        self.before = self.stored()

    def refuse(self, *says):
        """By whatever would store another one."""
        self.provider.forget_requests()
        token = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        for words, text in ((("refresh", MAILBOX), None),
                            (("login", "--refresh-token-stdin", MAILBOX), token + "\n"),
                            (("login", "--client-secret-stdin", MAILBOX), "another-secret\n"),
                            (("revoke", "--yes", MAILBOX), None), (("rekey",), None)):
            with self.subTest(words):
                said = self.run_tokend(*words, stdin=text, status=CONFIG)
                self.assert_says(said, *says)
                self.assertEqual(self.stored(), self.before)
        self.assertEqual(self.provider.count, 0, "the provider was asked")

    def recover(self):
        self.refresh()
        self.assertTrue(self.is_closed())

    def test_key_is_missing(self):
        os.rename(self.key, self.key + ".away")
        self.refuse("credentials_key", f"{self.key}: No such file", "put the key back")
        os.rename(self.key + ".away", self.key)
        self.recover()

    def test_another_key(self):
        os.rename(self.key, self.key + ".away")
        self.make_key()
        self.refuse(f"{self.path()} is encrypted with the key {self.key_of()}", self.key,
                    "credentials_key_before")
        os.rename(self.key + ".away", self.key)
        self.recover()

    def test_setting_is_gone(self):
        self.configure()
        self.refuse(f"{self.path()} is encrypted", "tokend.conf names no key", "credentials_key")
        self.configure(self.key)
        self.recover()

    def test_key_that_others_may_read(self):
        os.chmod(self.key, 0o644)
        self.refuse(self.key, "chmod o=")
        os.chmod(self.key, 0o640)
        self.recover()

    def test_key_that_is_none(self):
        self.write_config("key", "a passphrase\n")
        self.refuse(f"{self.key} is no key", "openssl rand -hex 32")

    def test_import_does_not_replace_it(self):
        file = os.path.join(self.folder, MAILBOX)
        with open(file, "w", encoding="ascii") as out:
            json.dump({"access_token": "", "expiry": "0", "refresh_token":
                       self.provider.store.authorise(CLIENT_ID, MAILBOX)}, out)
        self.make_key()
        said = self.note(self.stage.tokend("import", "sasl-xoauth2", "--client-id", CLIENT_ID,
                                           "--set", "hosts=127.0.0.1", file))
        self.assertNotEqual(said.status, 0, said.text)
        self.assertEqual(self.stored(), self.before)

    def test_it_can_be_given_up(self):
        """The key is lost for good: what it closed is dropped by a word of its own."""
        self.make_key()
        self.run_tokend("revoke", "--yes", "--forget", MAILBOX)
        self.assertFalse(os.path.exists(self.path()))
        self.sign_in(self.provider)
        self.recover()

    def test_file_is_damaged(self):
        """The key is right: what is there is of no use, and a new sign-in replaces it."""
        with open(self.path(), "r+", encoding="ascii") as file:
            text = file.read().replace("sealed0=", "sealed0=AAAA")
            file.seek(0)
            file.write(text)
        self.provider.forget_requests()
        said = self.run_tokend("refresh", MAILBOX, status=CONFIG)
        self.assert_says(said, f"{self.path()} is damaged", f"tokend login {MAILBOX}")
        self.assertEqual(self.stored(), text)
        self.assertEqual(self.provider.count, 0)
        self.sign_in(self.provider)
        self.recover()

    def test_file_of_another_account(self):
        self.sign_in(self.provider, name=BOB)
        os.rename(self.path(BOB), self.path())
        said = self.run_tokend("refresh", MAILBOX, status=CONFIG)
        self.assert_says(said, "is damaged, or of another account")


class Change(EncryptionCase):
    """On, over to another key, and off: `tokend rekey`."""

    def setUp(self):
        super().setUp()
        self.old, self.new = self.make_key("old"), self.make_key("new")
        for name in (MAILBOX, BOB):
            self.sign_in(self.provider, name=name)

    def test_on_change_off(self):
        self.configure(self.old)
        self.refresh()
        self.assertEqual([self.is_closed(), self.is_closed(BOB)], [True, False])
        self.assert_says(self.rekey(), "1 of 2 credentials were encrypted", self.old)
        self.assertEqual([self.is_closed(), self.is_closed(BOB)], [True, True])
        first = self.key_of()
        self.assert_says(self.rekey(), "0 of 2")

        self.configure(self.new, before=self.old)
        self.refresh(BOB)
        self.assertEqual(self.key_of(), first, "both are good while it changes")
        self.assertNotEqual(self.key_of(BOB), first)
        self.assert_says(self.rekey(), "1 of 2", self.new, f"no credential needs {self.old}",
                         "remove the line credentials_key_before")
        self.assertEqual(self.key_of(), self.key_of(BOB))
        os.unlink(self.old)
        self.configure(self.new)
        self.refresh(MAILBOX, BOB)

        self.configure(before=self.new)
        self.refresh()
        self.assertEqual([self.is_closed(), self.is_closed(BOB)], [False, True])
        self.assert_says(self.rekey(), "1 of 2 credentials were decrypted")
        self.configure()
        self.refresh(MAILBOX, BOB)
        self.assertEqual([self.is_closed(), self.is_closed(BOB)], [False, False])

    def test_one_that_cannot_be_read(self):
        """The others are done, that one stays as it is, and the command says so."""
        self.configure(self.old)
        self.rekey()
        lost = self.make_key("lost")
        self.configure(lost, before=self.old)
        self.refresh(BOB)
        kept = self.stored(BOB)
        self.configure(self.new, before=self.old)
        said = self.rekey(status=CONFIG)
        self.assert_says(said, f'account "{BOB}"', self.key_of(BOB), "1 of 2 credentials are as "
                         "they were", "keep the old key")
        self.assertEqual(self.stored(BOB), kept)
        self.refresh()

    def test_what_a_killed_worker_left_goes(self):
        """It may have a token in the clear."""
        left = os.path.join(os.path.dirname(self.path()), f".{MAILBOX}.new")
        with open(left, "w", encoding="ascii") as out:
            out.write(self.stored())
        self.configure(self.old)
        self.rekey()
        self.assertEqual(sorted(os.listdir(os.path.dirname(self.path()))), [MAILBOX, BOB])

    def test_usage(self):
        self.run_tokend("rekey", "now", status=64)


class Killed(Refresher, EncryptionCase):
    """The worker of `tokend rekey` is killed at any call: each file is the old or the new one."""

    def refresh(self, *names):
        EncryptionCase.refresh(self, *names)

    def stored(self, name=MAILBOX):
        return EncryptionCase.stored(self, name)

    def path(self, name=MAILBOX):
        return EncryptionCase.path(self, name)

    def run_worker(self, *injections):
        """As the command would start it; its conversation ends with our side."""
        script = ("import os, socket, sys\n"
                  "ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
                  "ours.send(b'all=yes\\n\\n')\n"
                  "os.dup2(theirs.fileno(), 0)\n"
                  "os.set_inheritable(ours.fileno(), True)\n"
                  "os.execvp(sys.argv[1], sys.argv[1:])\n")
        return process.run(["python3", "-c", script,
                            *tracing.command(self.trace, *injections),
                            self.stage.worker_path, "rekey", "--", "-"])

    def test_at_every_call(self):
        keys = [self.make_key("one"), self.make_key("two")]
        self.configure(keys[0])
        self.rekey()
        self.configure(keys[1], before=keys[0])
        self.assertEqual(self.run_worker().status, 0)
        every = tracing.calls(self.trace)
        began = next(index for index, call in enumerate(every) if "tokend.conf" in call.line)
        points = every[began:]
        self.assertGreater(len(points), 25)
        for index, call in enumerate(points):
            keys.reverse()
            self.configure(keys[1], before=keys[0])
            before = self.key_of()
            self.run_worker(call.kill())
            with self.subTest(call.line[:100]):
                self.assertTrue(self.is_closed())
                if self.key_of() == before:
                    self.rekey()
                self.assertNotEqual(self.key_of(), before)
                self.assertEqual(os.listdir(os.path.dirname(self.path())), [MAILBOX])
                if index % 10 == 0:
                    self.refresh()
