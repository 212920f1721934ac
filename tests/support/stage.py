# SPDX-License-Identifier: BSD-2-Clause
"""One private installation of tokend for a test run: configured, built and installed out of tree.

The tests use what `make install` lays down, at the paths that configure compiled in, as a user's
machine would: a file that is forgotten, or a path that is wrong, fails here.
"""

import atexit
import contextlib
import glob
import grp
import os
import pwd
import shutil
import sys
import tempfile

from support import process, waiting

SYSTEM_USER = "daemon"
PACKAGE_USER = "tokend"
BUILD_SECONDS = waiting.LONG_LIMIT
SERVE_SECONDS = waiting.LIMIT
DEBIAN_MODULE = "/usr/lib/*/sasl2/lib{}.so"

_shared = None


def shared():
    """The stage of this run: built at first use, or the existing one that TOKEND_STAGE names.

    TOKEND_STAGE=installed is what packages have installed on this machine. Its accounts and tokens
    are removed by each test, so it is for machines that nobody uses (debian/tests).
    """
    global _shared
    if _shared is None:
        existing = os.environ.get("TOKEND_STAGE")
        _shared = InstalledStage() if existing == "installed" else Stage(existing)
        print(f"# installed below {_shared.prefix}", file=sys.stderr)
        atexit.register(_shared.remove)
    return _shared


def source_folder():
    here = os.path.dirname(os.path.abspath(__file__))
    return os.environ.get("TOKEND_SRCDIR", os.path.dirname(os.path.dirname(here)))


def as_root():
    return os.geteuid() == 0


class Stage:
    """Paths and helpers around one prefix; see reset() for what a test may count on."""

    def __init__(self, existing=None):
        self._keep = existing is not None or os.environ.get("TOKEND_KEEP") == "1"
        self.prefix = existing or tempfile.mkdtemp(prefix="tokend-stage-")
        self.user = SYSTEM_USER if as_root() else pwd.getpwuid(os.geteuid()).pw_name
        self.uid = pwd.getpwnam(self.user).pw_uid
        self.gid = pwd.getpwnam(self.user).pw_gid
        self.tokend_path = self.path("bin/tokend")
        self.serve_path = self.path("libexec/tokend-serve")
        self.sendmail_path = self.path("libexec/tokend-sendmail")
        self.nullmailer_path = self.path("lib/nullmailer/tokend")
        self.worker_path = self.path("libexec/tokend-worker")
        self.plugin_path = self.path("sasl2/libxoauth2.so")
        self.config = self.path("etc/tokend")
        self.state = self.path("var/lib/tokend")
        self.socket = self.path("run/tokend/socket")
        self.build_folder = self.path("build")
        self._serves = 0
        if existing is None or not os.path.exists(self.tokend_path):
            self._build()

    def path(self, relative):
        return os.path.join(self.prefix, relative)

    def remove(self):
        if not self._keep:
            shutil.rmtree(self.prefix, ignore_errors=True)

    def sasl_path(self, *debian, ours=True):
        """A module folder for SASL_PATH: our plugin, and links to Debian's modules by name."""
        if ours and not debian:
            return self.path("sasl2")
        folder = self.path("-".join(["modules", *debian, "ours" if ours else "alone"]))
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder, 0o755)
            if ours:
                os.symlink(self.plugin_path, os.path.join(folder, "libxoauth2.so"))
            for name in debian:
                found, = glob.glob(DEBIAN_MODULE.format(name))
                os.symlink(found, os.path.join(folder, f"lib{name}.so"))
        return folder

    def reset(self):
        """As right after installation: no account, no plugin.conf, no state."""
        for folder in (self.config, self.path("var"), self.path("run"), self.path("log")):
            shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(self.path("log"), exist_ok=True)
        self._make_folder(self.config, 0o755)
        self._make_folder(os.path.join(self.config, "accounts"), 0o750)

    def account_path(self, name):
        return os.path.join(self.config, "accounts", f"{name}.conf")

    def write_account(self, name, **keys):
        """An account of the system scope; a value of None leaves the key out."""
        return self._write(self.account_path(name), account_text(keys), 0o640)

    def write_plugin_conf(self, text="", mode=0o600):
        """What switches the plugin on for hosts that initialise as root."""
        return self._write(os.path.join(self.config, "plugin.conf"), text, mode)

    def tokend(self, *args, stdin=None, uid=None, env=None, timeout=waiting.LIMIT):
        """Run the command; as root it works on the system scope."""
        return process.run([self.tokend_path, *args], stdin=stdin, uid=uid, env=env,
                           timeout=timeout)

    @contextlib.contextmanager
    def serve(self, *sockets, args=(), uid=None, env=None):
        """`tokend serve` beside the test, from the moment its sockets accept to the end."""
        self._serves += 1
        log = self.path(f"log/serve-{self._serves}.log")
        options = [word for path in sockets for word in ("--socket", path)]
        running = process.Background([self.tokend_path, "serve", *options, *args], log, uid=uid,
                                     env=env)
        try:
            for path in sockets or (self.socket,):
                waiting.until(lambda path=path: self._accepts(running, path), SERVE_SECONDS,
                              lambda: f"{path} of tokend serve:\n{running.output()}")
            yield running
        finally:
            status = running.stop()
        if status != 0:
            raise AssertionError(f"tokend serve ended with status {status}:\n{running.output()}")

    @staticmethod
    def _accepts(running, path):
        running.require_running()
        return waiting.accepts(path)

    def _make_folder(self, path, mode):
        os.makedirs(path)
        if as_root():
            os.chown(path, 0, self.gid)
        os.chmod(path, mode)

    def _write(self, path, text, mode):
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        if as_root():
            os.chown(path, 0, self.gid)
        os.chmod(path, mode)
        return path

    def configure_options(self):
        """What makes configure stay below the prefix, for this build and for other ones."""
        return [f"--prefix={self.prefix}", f"--sysconfdir={self.path('etc')}",
                f"--localstatedir={self.path('var')}", f"--runstatedir={self.path('run')}",
                f"--with-sasl-plugindir={self.path('sasl2')}",
                f"--with-systemdsystemunitdir={self.path('units')}",
                f"--with-sysusersdir={self.path('sysusers')}",
                f"--with-tmpfilesdir={self.path('tmpfiles')}",
                f"--with-zsh-completiondir={self.path('share/zsh/vendor-completions')}",
                f"--with-user={self.user}", f"--with-group={grp.getgrgid(self.gid).gr_name}"]

    def _build(self):
        """configure, make, make install; the build folder stays for tests of installing.

        What is preloaded is for the tests' programs, not for compilers.
        """
        os.makedirs(self.build_folder, exist_ok=True)
        os.chmod(self.prefix, 0o755)
        extra = os.environ.get("TOKEND_CONFIGURE", "").split()
        try:
            for step in ([f"{source_folder()}/configure", *self.configure_options(), *extra],
                         ["make", "-j2"], ["make", "install"]):
                process.must(step, cwd=self.build_folder, env={"LD_PRELOAD": ""},
                             timeout=BUILD_SECONDS, group=True)
        except BaseException:
            self.remove()
            raise


class InstalledStage(Stage):
    """The files of a package at their places, and a folder of links for those who look there."""

    PLACES = {"etc": "/etc", "var/lib": "/var/lib", "run": "/run", "share": "/usr/share",
              "units": "/usr/lib/systemd/system", "sysusers": "/usr/lib/sysusers.d",
              "tmpfiles": "/usr/lib/tmpfiles.d"}
    PROGRAMS = {"bin/tokend": "/usr/bin/tokend", "libexec/tokend-serve": "/usr/libexec/tokend-serve",
                "libexec/tokend-worker": "/usr/libexec/tokend-worker",
                "sasl2/libxoauth2.so": "/usr/lib/*/sasl2/libxoauth2.so"}

    def __init__(self):
        folder = tempfile.mkdtemp(prefix="tokend-installed-")
        os.chmod(folder, 0o755)
        for name, pattern in self.PROGRAMS.items():
            found, = glob.glob(pattern)
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            os.symlink(found, os.path.join(folder, name))
        super().__init__(folder)
        self._keep = False
        entry = pwd.getpwnam(PACKAGE_USER)
        self.user, self.uid, self.gid = entry.pw_name, entry.pw_uid, entry.pw_gid

    def path(self, relative):
        for name, place in self.PLACES.items():
            if relative == name or relative.startswith(f"{name}/"):
                return place + relative[len(name):]
        return super().path(relative)

    def reset(self):
        """What a package's scripts and systemd-tmpfiles(8) leave."""
        for folder in (self.config, self.state, os.path.dirname(self.socket), self.path("log")):
            shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(self.path("log"))
        self._make_folder(self.config, 0o755)
        self._make_folder(os.path.join(self.config, "accounts"), 0o750)


def account_text(keys):
    """An account file's text; underscores and names are tokend's own."""
    return "".join(f"{key} = {value}\n" for key, value in keys.items() if value is not None)
