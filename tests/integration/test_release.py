# SPDX-License-Identifier: BSD-2-Clause
"""A release: all sources are in it, and everything that has its version has the same."""

import os
import re
import tarfile
import tempfile

from support import process, stage, waiting
from support.case import IntegrationCase

PACKAGING = [f"contrib/packaging/{name}" for name in ("APKBUILD", "PKGBUILD", "tokend.spec")]
# Made by ./bootstrap, for a release too.
RELEASED = {"/aclocal.m4", "/build-aux/", "/config.h.in", "/configure", "Makefile.in"}
# Of a clone only.
LEFT_OUT = re.compile(r"\.git|\.ci/")
# Of `tokend setup`: command/setup/record.h.
RECORDS = ("postfix.1", "postfix.1.0.old", "postfix.1.0.new", "nullmailer.1", "nullmailer.1.0.new")
VERSIONS = {
    "NEWS": r"^Version (\S+)",
    "contrib/packaging/APKBUILD": r"^pkgver=(\S+)$",
    "contrib/packaging/PKGBUILD": r"^pkgver=(\S+)$",
    "contrib/packaging/tokend.spec": r"^Version: +(\S+)$",
    "debian/changelog": r"^tokend \((\S+)-1\)",
}


def read_source(name):
    with open(os.path.join(stage.source_folder(), name), encoding="utf-8") as text:
        return text.read()


def as_docker_has_it(pattern):
    """git finds a name without a slash in any folder, docker in the first one only."""
    negation, rest = re.fullmatch(r"(!?)(.*?)/?", pattern).groups()
    return negation + (rest[1:] if rest.startswith("/") else f"**/{rest}")


class Release(IntegrationCase):
    def test_has_all_that_git_tracks(self):
        if not os.path.isdir(self.stage.build_folder):
            self.skipTest("the stage has no build folder")
        tracked = process.run(["git", "-c", "safe.directory=*", "-C", stage.source_folder(),
                               "ls-files"])
        if tracked.status != 0:
            self.skipTest("needs a clone")
        done = process.run(["make", "dist", "XZ_OPT=-0"], cwd=self.stage.build_folder,
                           timeout=waiting.LONG_LIMIT)
        self.assertEqual(done.status, 0, done.text)
        version = re.search(r"AC_INIT\(\[tokend\], \[(.*)\]\)", read_source("configure.ac"))[1]
        with tarfile.open(f"{self.stage.build_folder}/tokend-{version}.tar.xz") as made:
            names = {name.partition("/")[2] for name in made.getnames()}
        self.assertEqual([name for name in tracked.stdout.splitlines()
                          if name not in names and LEFT_OUT.match(name) is None], [])
        self.assertEqual([name for name in names if "__pycache__" in name], [])

    def test_one_version(self):
        version = re.search(r"AC_INIT\(\[tokend\], \[(.*)\]\)", read_source("configure.ac"))[1]
        found = {name: re.search(pattern, read_source(name), re.MULTILINE)[1]
                 for name, pattern in VERSIONS.items()}
        self.assertEqual(found, dict.fromkeys(VERSIONS, version))

    def test_packages_name_the_archive(self):
        """A release is what configure.ac has make dist make: one archive, by xz."""
        options = re.search(r"AM_INIT_AUTOMAKE\(\[(.*)\]\)", read_source("configure.ac"))[1]
        self.assertLessEqual({"dist-xz", "no-dist-gzip"}, set(options.split()))
        for name in PACKAGING:
            self.assertEqual(set(re.findall(r"\.tar\.\w+", read_source(name))), {".tar.xz"}, name)

    def test_a_removal_says_what_to_undo(self):
        """As Debian's packages do (test_debian): where these systems run it, with sh."""
        sections = dict(re.findall(r"^%preun(.*)\n((?:.*\n)*?)(?=%systemd_preun|\n%)",
                                   read_source("contrib/packaging/tokend.spec"), re.MULTILINE))
        arch = read_source("contrib/packaging/tokend.install")
        alpine = read_source("contrib/packaging/tokend.pre-deinstall")
        whole = {"postfix", "nullmailer"}
        for script, argument, said in (
                (sections[""], "0", whole), (sections[""], "1", set()),
                (sections[" -n cyrus-sasl-xoauth2-tokend"], "0", {"postfix"}),
                (sections[" -n cyrus-sasl-xoauth2-tokend"], "1", set()),
                (sections[" -n nullmailer-tokend"], "0", {"nullmailer"}),
                (sections[" -n nullmailer-tokend"], "1", set()),
                (f"{arch}\npre_remove", "0.2.0-1", whole), (alpine, "0.2.0-r0", whole)):
            self.assert_removal_says(script, argument, said)

    def assert_removal_says(self, script, argument, said):
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            script = script.replace("/var/lib/tokend/setup", f"{folder}/setup")
            self.assertIn(folder, script)
            for names, expected in ((), set()), (RECORDS, said):
                for name in names:
                    os.makedirs(f"{folder}/setup", exist_ok=True)
                    with open(f"{folder}/setup/{name}", "w", encoding="utf-8") as record:
                        record.write("smtp_sasl_mechanism_filter = xoauth2\n"
                                     if name == "postfix.1.0.new" else "")
                done = process.run(["sh", "-e", "-c", script, "sh", argument])
                self.assertEqual(done.status, 0, done.text)
                self.assertEqual(set(re.findall(r"tokend setup --undo (\w+)$", done.stderr,
                                                re.MULTILINE)), expected, script)

    def test_containers_are_built_of_sources_alone(self):
        """.dockerignore has what .gitignore has, but what a release has as well."""
        ignored = [line for line in read_source(".gitignore").splitlines()
                   if not line.startswith("#") and line not in RELEASED]
        self.assertEqual([line for line in read_source(".dockerignore").splitlines()
                          if not line.startswith("#")],
                         [".git", *map(as_docker_has_it, ignored)])

    def test_each_licence_is_where_reuse_looks(self):
        """https://reuse.software: REUSE.toml has the files without a line of their own."""
        for text, name in (("COPYING", "BSD-2-Clause"),
                           ("contrib/ssmtp/COPYING", "GPL-2.0-or-later")):
            self.assertEqual(read_source(f"LICENSES/{name}.txt"), read_source(text))
        named = re.findall(r'^path = "(.*)"\n.*\nSPDX-License-Identifier = "(.*)"$',
                           read_source("REUSE.toml"), re.MULTILINE)
        self.assertEqual(named, [("**", "BSD-2-Clause"),
                                 ("contrib/ssmtp/*.patch", "GPL-2.0-or-later")])

    def test_licences_are_installed_once(self):
        folder = self.stage.path("share")
        found = [os.path.relpath(os.path.join(top, name), folder)
                 for top, _, names in os.walk(folder) for name in names if name == "COPYING"]
        self.assertEqual(sorted(found), ["doc/tokend/COPYING", "tokend/ssmtp/COPYING"])
