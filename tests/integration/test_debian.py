# SPDX-License-Identifier: BSD-2-Clause
"""Debian's packages of the tree, as README has them: built, used, upgraded, removed and purged."""

import os
import re

from support import process, recipe, waiting
from support.first_use import SERVICES, FirstUseCase
from support.machine_case import ALICE

TOOLS = ("dh", "lintian", "dpkg-buildpackage")
BUILD_SECONDS = waiting.LONG_LIMIT


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
        self.type([made])
        self.assert_lintian_has_no_word()
        self.log_in(ALICE, allow="postfix")
        self._at_a_terminal(f"tokend setup postfix {ALICE}", self.machine.sh)
        self._systemctl(f"systemctl enable --now {' '.join(SERVICES)}", None)
        self.assert_mail_arrives(1)
        self.dpkg("--install", *self.newer())
        self.assert_mail_arrives(2)
        self.assertIn("tokend setup --undo postfix", self.dpkg("--remove", "tokend").stderr)
        self.dpkg("--install", *self.packages())
        said = self.type([purged])[-1].stderr
        self.assertEqual(self.postfix.must("postconf -n"), before)
        self.assertIn("removing the stored refresh tokens and secrets", said)
        self.assert_gone()

    def assert_lintian_has_no_word(self):
        changes, = (name for name in os.listdir(self.folder) if name.endswith(".changes"))
        done = process.run(["lintian", "--allow-root", "--no-cfg", "--pedantic",
                            "--fail-on=error,warning,pedantic", os.path.join(self.folder, changes)],
                           timeout=BUILD_SECONDS)
        self.assertEqual((done.status, done.text.strip()), (0, ""))

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
            " ".join(["DEBIAN_FRONTEND=noninteractive dpkg --force-unsafe-io", *words]),
            timeout=BUILD_SECONDS))

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
        self.assertIn(line, ("apt-get update", "apt-get install build-essential"))
        return None
