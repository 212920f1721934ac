# SPDX-License-Identifier: BSD-2-Clause
"""Files that a platform makes: volumes of Kubernetes, secrets of Docker and Podman."""

import json
import os

from support.case import CLIENT_ID, CLIENT_SECRET, MAILBOX, IntegrationCase
from support.namespace import Namespace

CONFIG = 78
NEW_SECRET = "another+secret&of=the=client"


class PlatformCase(IntegrationCase):
    """Everything runs where the mounts of the test are."""

    def setUp(self):
        super().setUp()
        self.require_root()
        self.namespace = Namespace()
        self.addCleanup(self.namespace.stop)
        self.provider = self.namespace.do(self.start_provider)
        self.provider.store.register(CLIENT_ID, secret=CLIENT_SECRET, user=MAILBOX)
        self.volume = os.path.join(self.folder, "volume")
        os.mkdir(self.volume)

    def tokend(self, *args, status=0):
        done = self.note(self.namespace.do(self.stage.tokend, *args))
        self.assertEqual(done.status, status, done.text)
        return done.text

    def verdicts(self):
        """What doctor finds of the accounts: (verdict, found) of each."""
        done = self.note(self.namespace.do(self.stage.tokend, "doctor", "--json", MAILBOX))
        return [(each["verdict"], each["found"]) for each in json.loads(done.stdout)
                if each["check"] == "accounts"]

    def keys(self, **more):
        return self.account_keys(self.provider, grant="client_credentials", scope="mail",
                                 **{"client_secret": None, **more})

    def account(self, **more):
        self.stage.write_account(MAILBOX, **self.keys(**more))

    def lay(self, files, mode, version, folder=None):
        """As the kubelet's atomic writer does: a dated folder, ..data, a link for each name."""
        folder = folder or self.volume
        dated = f"..2024_11_29_0{version}.12345"
        os.mkdir(os.path.join(folder, dated), 0o755)
        for name, text in files.items():
            path = os.path.join(folder, dated, name)
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
            os.chown(path, 0, self.stage.gid)
            os.chmod(path, mode)
            if not os.path.lexists(os.path.join(folder, name)):
                os.symlink(f"..data/{name}", os.path.join(folder, name))
        os.symlink(dated, os.path.join(folder, "..data_tmp"))
        os.rename(os.path.join(folder, "..data_tmp"), os.path.join(folder, "..data"))

    def mount(self, files, mode=0o644, folder=None):
        """A tmpfs with that, seen read-only, as a container sees it."""
        folder = folder or self.volume
        self.namespace.run("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", folder)
        self.namespace.do(self.lay, files, mode, 1, folder)
        self.read_only(folder)

    def read_only(self, folder, how="ro"):
        self.namespace.run("mount", "-o", f"remount,{how}", folder)

    def secret_path(self):
        return os.path.join(self.volume, "secret")


class Secrets(PlatformCase):
    def test_volume(self):
        for mode, verdicts in ((0o644, ["warning", "ok"]), (0o440, ["ok"]), (0o400, ["fault"])):
            with self.subTest(oct(mode)):
                self.mount({"secret": CLIENT_SECRET}, mode)
                self.account(client_secret_file=self.secret_path())
                if mode != 0o400:
                    self.tokend("refresh", MAILBOX)
                found = self.verdicts()
                self.assertEqual([verdict for verdict, _ in found], verdicts, found)
                if mode == 0o644:
                    self.assert_says(found[0][1], "every user here may read it")
                if mode == 0o400:
                    self.assert_platform_is_named()
                self.namespace.run("umount", self.volume)

    def assert_platform_is_named(self):
        """Where no chmod can be typed."""
        done = self.note(self.namespace.do(self.stage.tokend, "doctor", "--json", MAILBOX))
        mend, = [each["mend"] for each in json.loads(done.stdout)
                 if (each["check"], each["verdict"]) == ("accounts", "fault")]
        self.assert_says(mend, self.volume, "defaultMode", "fsGroup", "Docker")
        self.assertNotIn("chmod", mend)
        self.assertNotIn("chown", mend)
        self.assertNotIn("chgrp", mend)

    def test_missing(self):
        """Without --live, too: the secret was not mounted."""
        for key in ("client_secret_file", "client_key", "client_assertion_file", "ca_file"):
            with self.subTest(key):
                self.account(**{key: self.secret_path()})
                (verdict, found), = self.verdicts()
                self.assertEqual(verdict, "fault")
                self.assert_says(found, key, f"there is no file {self.secret_path()}")

    def test_replaced(self):
        """At the next use, with no restart."""
        self.mount({"secret": CLIENT_SECRET})
        self.account(client_secret_file=self.secret_path())
        self.tokend("refresh", MAILBOX)
        self.provider.store.register(CLIENT_ID, secret=NEW_SECRET, user=MAILBOX)
        self.read_only(self.volume, "rw")
        self.namespace.do(self.lay, {"secret": NEW_SECRET}, 0o644, 2)
        self.read_only(self.volume)
        self.tokend("refresh", MAILBOX)

    def test_docker(self):
        """A file that is a mount of its own, or in a read-only one, mode 0444."""
        real = os.path.join(self.folder, "real")
        for path in (real, self.secret_path()):
            with open(path, "w", encoding="utf-8") as out:
                out.write(CLIENT_SECRET)
            os.chmod(path, 0o444)
        self.account(client_secret_file=self.secret_path())
        self.assert_says(self.tokend("refresh", MAILBOX, status=CONFIG), "chmod o= ")
        self.namespace.mount_file(real, self.secret_path())
        self.tokend("refresh", MAILBOX)

    def test_link_of_another_user(self):
        os.chmod(self.volume, 0o755)
        real = os.path.join(self.folder, "real")
        with open(real, "w", encoding="utf-8") as out:
            out.write(CLIENT_SECRET)
        os.chown(real, 0, self.stage.gid)
        os.chmod(real, 0o640)
        os.symlink(real, self.secret_path())
        os.lchown(self.secret_path(), 20001, 20001)
        self.account(client_secret_file=self.secret_path())
        self.assert_says(self.tokend("refresh", MAILBOX, status=CONFIG), "uid 20001")
        said = self.tokend("doctor", MAILBOX, status=CONFIG)
        self.assert_says(" ".join(said.split()), f"chown -h root {self.secret_path()}")
        os.lchown(self.secret_path(), 0, 0)
        self.tokend("refresh", MAILBOX)


class Configuration(PlatformCase):
    def test_accounts(self):
        """accounts/ is a Secret, with client_secret in the file, mode 0644."""
        text = "".join(f"{key} = {value}\n" for key, value in
                       self.keys(client_secret=CLIENT_SECRET).items() if value)
        self.mount({f"{MAILBOX}.conf": text}, folder=os.path.join(self.stage.config, "accounts"))
        self.tokend("refresh", MAILBOX)
        self.assert_says(self.tokend("status"), MAILBOX)
        self.assertEqual([verdict for verdict, _ in self.verdicts()], ["ok"])

    def assert_login_changes_nothing(self, why, name, *options, also=()):
        """Told before anything is asked of a person or the provider, with what does work."""
        before = self.provider.count
        done = self.note(self.namespace.do(
            self.stage.tokend, "login", "--no-browser", "--no-receiver", *options, name))
        self.assertEqual(done.status, CONFIG, done.text)
        self.assert_says(done.stderr, f"accounts/{name}.conf cannot be written", why,
                         "nothing was changed", "ConfigMap", *also)
        self.assertNotIn("http", done.stderr)
        self.assertEqual(self.provider.count, before)

    def test_login(self):
        """What would change the account's file."""
        text = "".join(f"{key} = {value}\n" for key, value in
                       self.keys(client_secret=CLIENT_SECRET).items() if value)
        self.mount({f"{MAILBOX}.conf": text}, folder=os.path.join(self.stage.config, "accounts"))
        self.assert_login_changes_nothing("read-only", MAILBOX, "--user", "bob@example.org",
                                          also=(f'"tokend login {MAILBOX}"',))
        self.tokend("login", MAILBOX)
        self.assert_login_changes_nothing("read-only", "new@example.org", "--client-id", CLIENT_ID,
                                          "--provider", "google")

    def test_login_file(self):
        """accounts/NAME.conf alone is mounted, and its folder can be written."""
        self.account(client_secret=CLIENT_SECRET)
        path = self.stage.account_path(MAILBOX)
        self.namespace.mount_file(path, path)
        self.assert_login_changes_nothing("a mount of its own", MAILBOX, "--user",
                                          "bob@example.org", also=(f'"tokend login {MAILBOX}"',))
        self.tokend("login", MAILBOX)

    def test_whole_configuration(self):
        """A volume whose items have a path: the folder accounts itself is a link."""
        text = "".join(f"{key} = {value}\n" for key, value in
                       self.keys(client_secret=CLIENT_SECRET).items() if value)
        self.namespace.run("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", self.stage.config)
        self.namespace.do(self.lay_configuration, text)
        self.read_only(self.stage.config)
        self.tokend("refresh", MAILBOX)
        self.assertEqual([verdict for verdict, _ in self.verdicts()], ["ok"])

    def lay_configuration(self, text):
        self.lay({"tokend.conf": "allow = root\n"}, 0o644, 1, self.stage.config)
        folder = os.path.join(self.stage.config, "..data", "accounts")
        os.mkdir(folder, 0o755)
        with open(os.path.join(folder, f"{MAILBOX}.conf"), "w", encoding="utf-8") as out:
            out.write(text)
        os.symlink("..data/accounts", os.path.join(self.stage.config, "accounts"))
