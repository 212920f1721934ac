# SPDX-License-Identifier: BSD-2-Clause
"""Debian's packages of the tree, as README has them: built, used, upgraded, removed and purged."""

import glob
import gzip
import os
import re
import shutil

from support import process, recipe, stage, waiting
from support.case import IntegrationCase
from support.first_use import SERVICES, FirstUseCase
from support.machine_case import ALICE
from support.nullmailer import MODULE

TOOLS = ("dh", "lintian", "dpkg-buildpackage")
BUILD_SECONDS = waiting.LONG_LIMIT
CLIENTS = "usr/share/doc/tokend/clients"
COMPLETIONS = ("bash-completion/completions/tokend", "fish/vendor_completions.d/tokend.fish",
               "zsh/vendor-completions/_tokend")
# What the scripts of packages call where systemd runs, written down in place of being done.
PRETENDED = "/root/pretended"
CALLED = f"{PRETENDED}/called"
CALLS = ("systemctl", "deb-systemd-invoke")
PLUGIN = "libsasl2-module-xoauth2-tokend"
STOPPED = ("tokend.service", "tokend.socket", "tokend-postfix.socket")


class Purge(IntegrationCase):
    """debian/tokend.postrm by itself, with the folders below the test's own."""

    def setUp(self):
        super().setUp()
        if process.run(["unshare", "--mount", "true"]).status != 0:
            self.skipTest("needs root, to mount")
        self.kept = [f"{self.folder}/etc", f"{self.folder}/lib"]
        path = os.path.join(stage.source_folder(), "debian", "tokend.postrm")
        with open(path, encoding="utf-8") as script:
            self.script = script.read().replace("/etc/tokend", self.kept[0]).replace(
                "/var/lib/tokend", self.kept[1])

    def run_script(self, argument, times=1, mounted=()):
        """Returns what is left, and what was said."""
        lines = ["set -e", *(f"mkdir -p {folder}" for folder in self.kept),
                 *(f"mount -t tmpfs tmpfs {folder}" for folder in mounted),
                 *(f"mkdir {folder}/credentials; echo x >{folder}/credentials/x"
                   for folder in self.kept), *[f'sh -c "$0" postrm {argument}'] * times,
                 f"ls -d {self.kept[0]}/* {self.kept[1]}/* 2>/dev/null || :"]
        done = process.must(["unshare", "--mount", "sh", "-c", "\n".join(lines), self.script])
        return done.stdout.split(), done.stderr

    def test_of_mounted_volumes(self):
        """They stay, empty: with the one a purge must not end in front of the other."""
        for mounted in (self.kept[:1], self.kept[1:], self.kept):
            left, said = self.run_script("purge", times=2, mounted=mounted)
            self.assertEqual(left, [])
            self.assert_says(said, "removing the stored refresh tokens and secrets")

    def test_nothing_else_removes_what_is_stored(self):
        for argument in ("remove", "upgrade 0.3.0-1", "failed-upgrade 0.3.0-1",
                         "abort-install", "abort-upgrade 0.3.0-1", "disappear other 1-1"):
            left, said = self.run_script(argument, times=2)
            self.assertEqual((left, said), ([f"{folder}/credentials" for folder in self.kept],
                                            ""))
            for folder in self.kept:
                shutil.rmtree(folder)


class FromPackages(FirstUseCase):
    def setUp(self):
        super().setUp()
        for tool in TOOLS:
            if process.run(["sh", "-c", f"command -v {tool}"]).status != 0:
                self.skipTest(f"needs {tool}")

    def test_from_the_packages_and_back(self):
        before = self.postfix.must("postconf -n")
        self.addCleanup(self.postfix.stop)
        self.postfix.start()
        install = recipe.Chapter("INSTALL")
        made, purged = install.having("dpkg-buildpackage")[0], install.having("apt-get purge")[0]
        recipe.leave_out([block for block in install.blocks if block not in (made, purged)])
        self.make_source_package()
        self.type([made])
        self.assert_lintian_has_no_word(".changes", ".dsc")
        self.assert_contents()
        self.log_in(ALICE, allow="postfix")
        self._at_a_terminal(f"tokend setup postfix {ALICE}", self.machine.sh)
        self._systemctl(f"systemctl enable --now {' '.join(SERVICES)}", None)
        self.assert_mail_arrives(1)
        self.pretend_systemd()
        self.dpkg("--install", *self.newer())
        self.assertEqual(self.called(), ["systemctl --system daemon-reload",
                                         "deb-systemd-invoke try-restart tokend.service"])
        self.assert_mail_arrives(2)
        self.assert_says_what_to_undo(self.dpkg("--remove", "tokend", PLUGIN).stderr)
        self.assertEqual(self.called()[0], f"deb-systemd-invoke stop {' '.join(STOPPED)}")
        self.dpkg("--install", *self.packages())
        self.machine.sh(f"rmdir /run/systemd/system && rm {PRETENDED}/*")
        self.assert_mail_arrives(3)
        said = self.dpkg("--purge", "tokend", PLUGIN).stderr
        self.assert_says_what_to_undo(said)
        self.assert_says(said, "removing the stored refresh tokens and secrets",
                         "/var/lib/tokend/setup was kept", "(postfix)")
        self.assertEqual(self.machine.sh("ls -A /var/lib/tokend").stdout, "setup\n")
        self.assertFalse(self.machine.exists("/etc/tokend"))
        self.dpkg("--install", *self.packages())
        said = self.type([purged])[-1].stderr
        self.assertEqual(self.postfix.must("postconf -n"), before)
        self.assertNotIn("kept", said)
        self.assert_gone()
        self.postfix.stop()
        module = recipe.Chapter("SEND ONLY")
        self.type(module.having("nullmailer-tokend"))
        recipe.leave_out(module.blocks)  # test_readme types them
        self.assertTrue(self.machine.exists(MODULE))

    def make_source_package(self):
        """As of a release, which has debian/ in it."""
        if not os.path.isdir(self.stage.build_folder):
            self.skipTest("the stage has no build folder")
        folder = os.path.join(self.folder, "source")
        os.mkdir(folder)
        process.must(["make", "dist", "XZ_OPT=-0"], cwd=self.stage.build_folder,
                     timeout=BUILD_SECONDS)
        made, = glob.glob(f"{self.stage.build_folder}/tokend-*.tar.xz")
        name = os.path.basename(made).removesuffix(".tar.xz")
        shutil.copy(made, f"{folder}/{name.replace('-', '_')}.orig.tar.xz")
        process.must(["tar", "-xJf", made, "-C", folder])
        process.must(["dpkg-source", "--build", name], cwd=folder, timeout=BUILD_SECONDS)

    def assert_lintian_has_no_word(self, *suffixes):
        for suffix in suffixes:
            found, = glob.glob(f"{self.folder}/**/*{suffix}", recursive=True)
            done = process.run(["lintian", "--allow-root", "--no-cfg", "--pedantic",
                                "--fail-on=error,warning,pedantic", found],
                               timeout=BUILD_SECONDS)
            self.assertEqual((done.status, done.text.strip()), (0, ""), suffix)

    def assert_contents(self):
        """One tree of all packages: what the files of the project name is in it."""
        tree = os.path.join(self.folder, "contents")
        for path in glob.glob(f"{self.folder}/*.deb"):
            if "-dbgsym_" not in path:
                process.must(["dpkg-deb", "--extract", path, tree])
        texts = self.texts(tree)
        self.assertLessEqual({f"usr/share/{name}" for name in COMPLETIONS}, set(texts))
        named = {f"{CLIENTS}/{name.decode()}" for text in texts.values()
                 for name in re.findall(rb"\bclients/([\w-]+\.md)", text)}
        named.update(f"{CLIENTS}/{name.decode()}" for path, text in texts.items()
                     if path.startswith(CLIENTS) for name in re.findall(rb"\]\(([\w-]+\.md)", text))
        self.assertLessEqual({f"{CLIENTS}/README.md", f"{CLIENTS}/migration.md"}, named)
        self.assertEqual(named - set(texts), set())
        self.assert_architectures_share_files()

    def assert_architectures_share_files(self):
        """Of a package that is installed for several of them, as Multi-Arch: same allows."""
        tree = os.path.join(self.folder, "plugin")
        process.must(["dpkg-deb", "--extract", self.packages()[0], tree])
        triplet = process.must(["dpkg-architecture", "-q", "DEB_HOST_MULTIARCH"]).stdout.strip()
        shared = {path: text for path, text in self.texts(tree).items()
                  if f"/{triplet}/" not in path}
        self.assertIn("usr/share/man/man8/libxoauth2.8.gz", shared)
        self.assertEqual([path for path, text in shared.items() if triplet.encode() in text], [])

    @staticmethod
    def texts(tree):
        """{path: content}, of what is compressed as it was before."""
        found = {}
        for top, _, names in os.walk(tree):
            for name in names:
                path = os.path.join(top, name)
                with (gzip.open if name.endswith(".gz") else open)(path, "rb") as file:
                    found[os.path.relpath(path, tree)] = file.read()
        return found

    def pretend_systemd(self):
        for name in CALLS:
            self.machine.write(f"{PRETENDED}/{name}",
                               f'#!/bin/sh\necho "{name} $*" >>{CALLED}\n', mode=0o755)
        self.machine.write(CALLED, "")
        self.machine.sh("mkdir -p /run/systemd/system")

    def called(self):
        """Since the last time."""
        lines = self.machine.read(CALLED).splitlines()
        self.machine.write(CALLED, "")
        return lines

    def assert_says_what_to_undo(self, said):
        """Each package by itself."""
        for package in ("tokend", PLUGIN):
            self.assertRegex(said, rf"(?m)^{package}: postfix is .*tokend setup --undo postfix$")

    def assert_mail_arrives(self, count):
        self.postfix.must("sendmail root", stdin="Subject: by cron\n\nHello.\n")
        self.submission.wait_mails(count)
        self.assertEqual(self.submission.logins()[-1], ("XOAUTH2", ALICE))

    def assert_gone(self):
        left = self.machine.sh(
            "find /usr /etc /var/lib /lib -xdev '(' -name '*xoauth2.so*' -o -path '*tokend*' ')' "
            "! -path '/usr/lib/*.d'").stdout
        self.assertEqual(left, "")

    def packages(self, folder=None):
        """Without those of the debugging symbols."""
        folder = folder or self.folder
        found = sorted(os.path.join(folder, name) for name in os.listdir(folder)
                       if re.match(r"(tokend|libsasl2-module-xoauth2-tokend)_.*\.deb$", name))
        self.assertEqual(len(found), 2, found)
        return found

    def newer(self):
        """The same packages, of another version."""
        folder = os.path.join(self.folder, "newer")
        os.mkdir(folder)
        for path in self.packages():
            tree = os.path.join(folder, "tree")
            process.must(["dpkg-deb", "--raw-extract", path, tree])
            process.must(["sed", "-i", "-E", r"s/^(Version: .*|.*\(= [^)]*)-1(\)?.*)$/\1-2\2/",
                          f"{tree}/DEBIAN/control"])
            process.must(["dpkg-deb", "--build", tree, folder])
            process.must(["rm", "-r", tree])
        return self.packages(folder)

    def dpkg(self, *words):
        return self.succeed(self.machine.sh(
            " ".join([f"PATH={PRETENDED}:$PATH DEBIAN_FRONTEND=noninteractive dpkg",
                      "--force-unsafe-io", *words]), timeout=BUILD_SECONDS))

    def type(self, blocks):
        return recipe.follow(blocks, self.machine, self.person, {
            "apt-get": self._apt_get, "dpkg-buildpackage": self._build,
            "tokend setup": self._at_a_terminal})

    def _build(self, line, _):
        """The unit tests have run already."""
        return self._in_clone(f"DEB_BUILD_OPTIONS=nocheck {line}", None)

    def _apt_get(self, line, _):
        """No network is here: what the build needs is there (tests/packages)."""
        verb, words = line.split()[1], line.split()[2:]
        if verb == "build-dep":
            return self._in_clone("dpkg-checkbuilddeps", None)
        if verb == "purge":
            return self.dpkg("--purge", *words)
        if verb == "install" and words[0].startswith("../"):
            return self.dpkg("--install", *self.packages())
        if line == "apt-get install bsd-mailx ../nullmailer-tokend_*.deb":
            return self.install_module()
        self.assertIn(line, ("apt-get update", "apt-get install build-essential"))
        return None

    def install_module(self):
        """With what it depends on, as apt-get does."""
        module, = (os.path.join(self.folder, name) for name in os.listdir(self.folder)
                   if re.match(r"nullmailer-tokend_.*\.deb$", name))
        wanted = process.must(["dpkg-deb", "--field", module, "Depends"]).stdout.split(", ")
        self.assertIn("nullmailer", wanted)
        self.machine.install("nullmailer")
        self.dpkg("--install", *self.packages())
        return self.dpkg("--install", module)
