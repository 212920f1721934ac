# SPDX-License-Identifier: BSD-2-Clause
"""A whole machine that a test may change: a private copy of this one, on a private network.

The root is an overlay: everything of Debian's is there, and what is written goes into a folder of
the test's. So /etc/postfix/main.cf, smtp.gmail.com:587 and /etc/tokend are what a recipe says they
are, and a package that conflicts with another can be put in. Ends with the test; needs root.
"""

import glob
import os
import re
import shutil
import subprocess
import unittest

from support import process, waiting
from support.namespace import Namespace

ARCHIVES = "/var/cache/apt/archives"
STORE = "/etc/ssl/certs"
TRUSTED = f"{STORE}/ca-certificates.crt"
OTHERS_TRUSTED = 4
POSTFIX_COMMANDS = ("/usr/sbin/sendmail", "/usr/bin/mailq", "/usr/bin/newaliases")
INSTALL_SECONDS = waiting.LONG_LIMIT
FORCED = ("conflicts", "depends", "overwrite", "confdef", "unsafe-io")
# What a package of tokend has, or an administrator has given it.
INSTALLED = ("/usr/bin/tokend", "/usr/libexec/tokend*", "/usr/local/bin/tokend",
             "/usr/local/libexec/tokend*", "/usr/lib/*/sasl2/libxoauth2.*", "/etc/tokend",
             "/usr/lib/nullmailer/tokend", "/usr/lib/*/nullmailer/tokend",
             "/usr/local/etc/tokend", "/var/lib/tokend", "/*/systemd/system/tokend*",
             "/*/*/systemd/system/tokend*", "/usr/lib/sysusers.d/tokend*",
             "/usr/lib/tmpfiles.d/tokend*")
BINARIES = ("bin/tokend", "libexec/tokend-sendmail", "libexec/tokend-serve",
            "libexec/tokend-worker")


class Machine(Namespace):
    """do(function, ...) runs it inside, and what it starts. Paths are those of the machine.

    Below the stage's prefix inside and outside are the same. tokend is installed as by a package:
    /usr/bin/tokend, /etc/tokend, /var/lib/tokend, and a user tokend who is the stage's.
    """

    def __init__(self, stage, folder):
        self.stage = stage
        self.root = os.path.join(folder, "root")
        self._layers = os.path.join(folder, "layers")
        for path in (self.root, self._layers):
            os.mkdir(path, 0o755)
        super().__init__()
        self._install_tokend()

    def read(self, path):
        return self.do(_read, path)

    def write(self, path, text, mode=0o644, owner=(0, 0)):
        """Make or replace a file."""
        self.do(_write, path, text, mode, owner)

    def exists(self, path):
        return self.do(os.path.exists, path)

    def trust(self, authority):
        """The machine's own trust store has this CA, in both forms that TLS libraries read."""
        self.do(_trust, authority.certificate)

    def name(self, *hosts, address="127.0.0.1"):
        """Let host names lead to an address of this machine, each as a name and not as an alias."""
        lines = "".join(f"{address} {host}\n" for host in hosts)
        self.write("/etc/hosts", self.read("/etc/hosts") + lines)

    def unpack(self, *packages):
        """The files of Debian packages that cannot be installed beside Postfix.

        No script of a package is run. Their archives come with tests/support/install-packages.
        Not by --extract, which would make a folder of the link /lib.
        """
        for package in packages:
            self.run("sh", "-c", 'dpkg-deb --fsys-tarfile "$0" | '
                     "tar --extract --keep-directory-symlink --directory /", archive(package))

    def install(self, *packages):
        """Packages that conflict with Postfix, with their scripts, in place of its commands.

        Postfix's own programs stay, since the server of the tests runs them. Starts no service,
        and ends none: sendmail's script ends whatever has that name, so it sees its own alone.
        """
        self.run("rm", "-f", *POSTFIX_COMMANDS)
        self.write("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0o755)
        self.run("unshare", "--fork", "--pid", "--mount-proc", "env",
                 "DEBIAN_FRONTEND=noninteractive", "dpkg", "--no-triggers",
                 *(f"--force-{thing}" for thing in FORCED), "--install",
                 *(archive(package) for package in packages), timeout=INSTALL_SECONDS)

    def sh(self, command, *, uid=None, gid=None, env=None, stdin=None, cwd="/",
           timeout=waiting.LIMIT):
        """A line as it is typed at a prompt: as root, or as uid."""
        done = self.do(process.run, ["sh", "-c", command], uid=uid, gid=gid, env=env, stdin=stdin,
                       cwd=cwd, timeout=timeout)
        missing = re.search(r"^sh: \d+: (\S+): not found$", done.stderr, re.MULTILINE)
        if done.status == 127 and missing:
            raise unittest.SkipTest(f"needs {missing[1]}")
        return done

    def add_user(self, name, uid):
        """A person with a passwd entry and a home; returns the home."""
        self.run("useradd", "--uid", str(uid), "--create-home", "--shell", "/bin/sh", name)
        return f"/home/{name}"

    def _enter(self):
        super()._enter()
        if self._mount_root().status != 0:
            # A container's disk, an overlay itself, cannot bear the layers: memory can.
            process.must(["mount", "-t", "tmpfs", "tmpfs", self._layers])
            mounted = self._mount_root()
            if mounted.status != 0:
                raise unittest.SkipTest(f"no private root here: {mounted.text.strip()}")
        for path in self._shared():
            # Where /tmp is a file system of its own, as on Debian 13, it is not in the copy.
            os.makedirs(self.root + path, 0o755, exist_ok=True)
        for words in (*(["--bind", path, self.root + path] for path in self._shared()),
                      ["--rbind", "/dev", f"{self.root}/dev"],
                      ["-t", "proc", "proc", f"{self.root}/proc"],
                      ["-t", "tmpfs", "-o", "mode=0755", "tmpfs", f"{self.root}/run"]):
            process.must(["mount", *words])
        # This thread's alone: unshare has given it a root of its own.
        os.chroot(self.root)
        os.chdir("/")

    def _mount_root(self):
        changes, work = (os.path.join(self._layers, name) for name in ("changes", "work"))
        for path in (changes, work):
            os.mkdir(path, 0o755)
        _make_store(changes + STORE)
        return process.run(["mount", "-t", "overlay", "-o",
                            f"lowerdir=/,upperdir={changes},workdir={work}", "overlay",
                            self.root])

    def _shared(self):
        """Folders that are the same inside: what sanitizers report must be found outside, too."""
        options = os.environ.get("ASAN_OPTIONS", "") + ":" + os.environ.get("UBSAN_OPTIONS", "")
        reports = {os.path.dirname(path) for path in re.findall(r"log_path=([^:]+)", options)}
        return [self.stage.prefix, *sorted(reports)]

    def _remove_tokend(self):
        """The copy is of a machine that may have a tokend of its own."""
        self.do(_remove_installed)
        for words in (("userdel", "tokend"), ("groupdel", "tokend")):
            self.do(process.run, words)  # no such user is what is wanted

    def _install_tokend(self):
        stage = self.stage
        self._remove_tokend()
        for name in BINARIES:
            self.do(os.symlink, stage.path(name), f"/usr/{name}")
        self.run("groupadd", "--non-unique", "--gid", str(stage.gid), "tokend")
        self.run("useradd", "--non-unique", "--uid", str(stage.uid), "--gid", "tokend",
                 "--no-create-home", "--shell", "/usr/sbin/nologin", "tokend")
        for inside, staged in (("/etc/tokend", stage.config), ("/var/lib/tokend", stage.state),
                               ("/run/tokend", os.path.dirname(stage.socket))):
            os.makedirs(staged, exist_ok=True)
            self.do(os.makedirs, inside, exist_ok=True)
            self.run("mount", "--bind", staged, inside)
        os.chown(stage.state, stage.uid, stage.gid)
        self.do(_install_plugin, stage.plugin_path)


def archive(package):
    """The newest archive of a Debian package that was downloaded for the tests."""
    found = glob.glob(f"{ARCHIVES}/{package}_*.deb")
    if not found:
        raise unittest.SkipTest(f"needs the archive of {package}: tests/support/install-packages "
                                "archives")
    return max(found, key=os.path.getmtime)


def _read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def _write(path, text, mode, owner):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    os.chown(path, *owner)
    os.chmod(path, mode)


def _make_store(folder):
    """A trust store in place of Debian's, with some of it: each program that starts in a jail, and
    most that do not, reads all there is, and so does the script that fills the jail.
    """
    os.makedirs(folder, 0o755)
    os.setxattr(folder, "trusted.overlay.opaque", b"y")
    some = sorted(glob.glob(f"{STORE}/*.pem"))[:OTHERS_TRUSTED]
    links = [path for path in glob.glob(f"{STORE}/*.[0-9]")
             if os.path.join(STORE, os.readlink(path)) in some]
    for path in (*some, *links):
        os.symlink(os.readlink(path), os.path.join(folder, os.path.basename(path)))
    with open(os.path.join(folder, os.path.basename(TRUSTED)), "w", encoding="ascii") as bundle:
        bundle.writelines(map(_read, some))


def _trust(certificate):
    digest = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-subject_hash"],
                            check=True, capture_output=True, text=True).stdout.strip()
    with open(TRUSTED, "a", encoding="ascii") as out:
        out.write(_read(certificate))
    os.symlink(certificate, f"{STORE}/{digest}.0")


def _remove_installed():
    for pattern in INSTALLED:
        for path in glob.glob(pattern):
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)
            else:
                os.unlink(path)


def _install_plugin(built):
    folder, = glob.glob("/usr/lib/*/sasl2")
    os.symlink(built, os.path.join(folder, "libxoauth2.so"))
