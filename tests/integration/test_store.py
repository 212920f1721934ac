# SPDX-License-Identifier: BSD-2-Clause
"""A store that tokend's user cannot use: one finding, and one command that fixes it."""

import json
import os

from support import process, waiting
from support.case import MAILBOX, IntegrationCase
from support.doctor import QUOTED
from support.namespace import Namespace

WORK = "work@example.org"
ANOTHER = 12345
TRANSIENT = 75
CONFIG = 78
CRITICAL = 2
FOLDERS = ("credentials", "cache", "state", "lock")
SIGN_IN = "tokend login"


class StoreCase(IntegrationCase):
    """The store is a volume of its own, in mounts of the test's own, with two accounts."""

    def setUp(self):
        super().setUp()
        self.require_root()
        self.namespace = Namespace()
        self.addCleanup(self.namespace.stop)
        self.state = self.stage.state
        os.makedirs(self.state)
        self.namespace.run("mount", "-t", "tmpfs", "-o",
                           f"size=4m,mode=0700,uid={self.stage.uid},gid={self.stage.gid}",
                           "tokend-store", self.state)
        self.provider = self.namespace.do(self.start_provider)
        self.provider.store.rotation = "one-time"
        for name in (MAILBOX, WORK):
            self.namespace.do(self.sign_in, self.provider, name)
            self.tokend("refresh", name, status=0)
        self.provider.forget_requests()

    def tokend(self, *args, before=(), status=None):
        done = self.note(self.namespace.do(
            process.run, [*before, self.stage.tokend_path, *args], timeout=waiting.LIMIT))
        if status is not None:
            self.assertEqual(done.status, status, done.text)
        return done

    def inside(self, function, *args):
        return self.namespace.do(function, *args)

    def type(self, command):
        """As a person does, at a shell in the container."""
        self.namespace.run("/bin/sh", "-c", command)

    def path(self, *parts):
        return os.path.join(self.state, *parts)

    def findings(self, *args, before=()):
        return json.loads(self.tokend("doctor", "--json", *args, before=before).stdout)

    def one_fault(self, *args, before=(), code="config", of_all=True):
        """The one that doctor and doctor --live tell of the store and what depends on it."""
        for live in ((), ("--live",)):
            found = [each for each in self.findings(*live, *args, before=before)
                     if each["verdict"] in ("fault", "warning") and
                     each["check"] not in ("plugin", "choice", "sockets")]
            self.assertEqual([each["check"] for each in found], ["store"], found)
            self.assertEqual(found[0]["code"], code)
            self.assertNotIn(SIGN_IN, str(found))
            self.assertNotIn("by itself", found[0]["found"] + found[0]["matters"])
        if of_all:
            self.assertEqual(self.provider.count, 0, "asked for what cannot be stored")
        self.provider.forget_requests()
        return found[0]

    def assert_status(self, status, code, *says):
        """Each form of it shows the failure."""
        shown = self.tokend("status", MAILBOX, status=status).stdout
        self.assert_says(" ".join(shown.split()), *says)
        self.assert_says(self.tokend("status", status=status).stdout, MAILBOX)
        listed = json.loads(self.tokend("status", "--json", status=status).stdout)
        self.assertIn(code, [each["code"] for each in listed])
        self.assertNotIn(SIGN_IN, str(listed))
        self.assert_says(self.tokend("status", "--check").stdout, MAILBOX)

    def fix(self, finding):
        commands = QUOTED.findall(finding["mend"])
        self.assertEqual(len(commands), 1, finding)
        self.type(commands[0])
        self.assert_usable()

    def assert_usable(self):
        self.assertEqual([each for each in self.findings()
                          if each["check"] in ("store", "accounts") and
                          each["verdict"] != "ok"], [])
        for name in (MAILBOX, WORK):
            self.tokend("refresh", name, status=0)
        self.tokend("status", status=0)
        self.provider.forget_requests()


class Owner(StoreCase):
    """The uid was another in the last image."""

    def test_all(self):
        self.type(f"chown -R {ANOTHER}:{ANOTHER} {self.state}")
        found = self.one_fault()
        self.assert_says(found["found"], self.state, f"uid {ANOTHER}")
        self.assert_status(CONFIG, "config", f"uid {ANOTHER}", f"chown -R {self.stage.uid} ")
        self.assertEqual(self.tokend("status", "--check").status, CRITICAL)
        self.assert_says(self.tokend("token", MAILBOX, status=CONFIG).stderr,
                         f'"chown -R {self.stage.uid} {self.state}"')
        self.fix(found)

    def test_what_is_below(self):
        """The volume's own folder was created again by the platform, with the right owner."""
        self.type(f"chown -R {ANOTHER}:{ANOTHER} {self.state}/*")
        found = self.one_fault()
        self.assert_says(found["found"], *FOLDERS, f"(belongs to uid {ANOTHER})")
        self.assert_status(CONFIG, "config", f"uid {ANOTHER}")
        self.fix(found)

    def test_single_files(self):
        for folder in FOLDERS:
            with self.subTest(folder):
                path = self.path(folder, MAILBOX)
                self.type(f"chown {ANOTHER}:{ANOTHER} {path}")
                found = self.one_fault(of_all=False)
                self.assert_says(found["found"],
                                 f"{folder}/{MAILBOX} (belongs to uid {ANOTHER})")
                self.assertNotIn(WORK, found["found"])
                self.assert_status(CONFIG, "config", path, f"uid {ANOTHER}")
                self.tokend("status", WORK, status=0)
                self.fix(found)

    def test_all_files_are_one_finding(self):
        self.type(f"chown {ANOTHER}:{ANOTHER} {self.state}/*/*")
        found = self.one_fault()
        for folder in FOLDERS:
            self.assert_says(found["found"], f"{folder}/{MAILBOX}", f"{folder}/{WORK}")
        self.fix(found)
        for folder in FOLDERS:
            for i in range(20):
                self.type(f"cp -p {self.path(folder, WORK)} {self.path(folder, str(i))}@x.org")
        self.type(f"chown {ANOTHER}:{ANOTHER} {self.state}/*/*")
        found = self.one_fault()
        self.assert_says(found["found"], *(f"{folder}/*" for folder in FOLDERS), "88 in all")

    def test_of_root(self):
        """Restored by root."""
        self.type(f"chown -R root:root {self.state}")
        found = self.one_fault()
        self.assert_says(found["found"], "uid 0")
        self.fix(found)


class SignIn(StoreCase):
    def test_person_is_not_sent_for_nothing(self):
        """Before anybody opens a page: afterwards nothing could be kept."""
        self.stage.write_account(WORK, **self.account_keys(
            self.provider, allow="postfix",
            device_authorization_endpoint=self.provider.devices.endpoint))
        for command in (f"chown {ANOTHER} {self.path('lock', WORK)}",
                        f"chown {ANOTHER} {self.path('credentials')}"):
            self.type(command)
            done = self.tokend("login", "--device", WORK, status=CONFIG)
            self.assert_says(done.stderr, WORK, f"uid {ANOTHER}",
                             f'"chown -R {self.stage.uid} {self.state}"')
            self.assertNotIn("enter the code", done.stderr)
            self.type(f"chown -R {self.stage.uid} {self.state}")


class Mode(StoreCase):
    def test_modes(self):
        for name, mode in ((f"lock/{MAILBOX}", "0400"), (f"credentials/{MAILBOX}", "0000"),
                           (f"credentials/{MAILBOX}", "0644"), (f"cache/{WORK}", "0000"),
                           (f"state/{WORK}", "0200"), ("lock", "0500"), ("cache", "0500"),
                           ("credentials", "0000"), ("state", "0770"), ("", "0500"),
                           ("", "0600"), ("", "0777")):
            with self.subTest(f"{name} {mode}"):
                self.type(f"chmod {mode} {self.path(name)}")
                found = self.one_fault(of_all=False)
                self.assert_says(found["found"], name, f"mode {mode}")
                self.assertEqual(self.tokend("status").status, CONFIG)
                self.fix(found)

    def test_owner_and_mode(self):
        self.type(f"chown -R {ANOTHER} {self.state}/lock && "
                  f"chmod 644 {self.state}/credentials/{MAILBOX}")
        self.fix(self.one_fault())

    def test_folder_above(self):
        above = os.path.dirname(self.state)
        os.chmod(above, 0o700)
        found = self.one_fault()
        self.assert_says(found["mend"], f'"chmod a+x {above}"')
        self.assert_status(CONFIG, "config", f"chmod a+x {above}")
        self.fix(found)


class ReadOnly(StoreCase):
    def read_only(self, *options):
        """Which the kernel refuses as long as a worker, that has answered, still ends."""
        command = ["mount", "-o", ",".join(("remount", "ro", *options)), self.state]
        waiting.until(lambda: self.inside(process.run, command).status == 0, waiting.LIMIT,
                      "the worker's end")

    def test_volume(self):
        self.read_only()
        found = self.one_fault()
        self.assert_says(found["found"], "read-only", self.state)
        self.assert_status(CONFIG, "config", "read-only")
        self.fix(found)

    def test_mount_alone(self):
        """readOnly of a volumeMount: another mount of the same file system can be written."""
        self.namespace.run("mount", "--bind", self.state, self.state)
        self.read_only("bind")
        self.fix(self.one_fault())

    def test_owner_as_well(self):
        self.type(f"chown -R {ANOTHER} {self.state}/*")
        self.read_only()
        self.fix(self.one_fault())

    def test_container(self):
        """A root that is read-only, without a volume, and no right to change that."""
        self.namespace.run("umount", "--lazy", self.state)
        self.namespace.run("mount", "--bind", os.path.dirname(self.state),
                           os.path.dirname(self.state))
        self.namespace.run("mount", "-o", "remount,bind,ro", os.path.dirname(self.state))
        container = ("setpriv", "--bounding-set", "-sys_admin")
        for missing in (False, True):
            with self.subTest(missing=missing):
                found = self.one_fault(before=container)
                self.assert_says(found["mend"], f"volume of its own at {self.state}",
                                 "Kubernetes", "Docker")
                self.assertNotIn("chown", found["mend"])
                self.assertNotIn("chmod", found["mend"])
                self.assertEqual(self.tokend("status", before=container).status, CONFIG)
                self.type(f"mount -o remount,bind,rw {os.path.dirname(self.state)} && "
                          f"rmdir {self.state} && "
                          f"mount -o remount,bind,ro {os.path.dirname(self.state)}"
                          if not missing else "true")


class Full(StoreCase):
    def test_full(self):
        filler = self.path("filler")
        self.inside(self.fill, filler)
        found = self.one_fault(code="later")
        self.assert_says(found["found"], "no room", self.state)
        self.assert_says(found["mend"], "Make room")
        self.assertNotIn("provider is", str(found))
        self.assert_status(TRANSIENT, "later", "No space left", "make room")
        self.inside(os.unlink, filler)
        self.assert_usable()

    def test_no_more_files(self):
        self.namespace.run("mount", "-o", "remount,nr_inodes=20", self.state)
        self.inside(self.make_files)
        found = self.one_fault(code="later")
        self.assert_says(found["mend"], "df -i")

    def make_files(self):
        with self.assertRaises(OSError):
            for i in range(1000):
                with open(self.path(f"filler-{i}"), "x", encoding="ascii"):
                    pass

    @staticmethod
    def fill(path):
        with open(path, "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                pass
