# SPDX-License-Identifier: BSD-2-Clause
"""tests/support/install-packages: what is missing at its end is an error that names it."""
import os
import shutil
import subprocess
import tempfile
import unittest

from support import directory

SCRIPT = os.path.join(os.path.dirname(directory.__file__), "install-packages")


class Packages(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        os.makedirs(self.path("support"))
        shutil.copy(SCRIPT, self.path("support", "install-packages"))
        self.write("packages", "build: tokend-of-no-archive\narchives:\n")

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text, mode=0o644):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.path(name), mode)

    def run_script(self, apt_get, *groups):
        """With an apt-get of the test's; dpkg-query is the real one."""
        self.write("bin/apt-get", f"#!/bin/sh\n{apt_get}\n", 0o755)
        path = self.path("bin") + os.pathsep + os.environ["PATH"]
        return subprocess.run([self.path("support", "install-packages"),
                               *(groups or ("build",))], text=True,
                              env={**os.environ, "PATH": path}, capture_output=True, timeout=60,
                              stdin=subprocess.DEVNULL, check=False)

    def expect_error(self, apt_get):
        done = self.run_script(apt_get)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("Not installed: tokend-of-no-archive.", done.stderr)
        return done

    def test_apt_get_that_fails(self):
        done = self.expect_error("echo E: Unable to locate it >&2; exit 100")
        self.assertIn("E: Unable to locate it", done.stderr)

    def test_apt_get_that_installs_nothing(self):
        self.expect_error("exit 0")

    def test_apt_get_that_fails_at_the_end(self):
        """All is there, but perhaps not set up."""
        ran = self.path("ran")
        self.write("bin/dpkg-query", f"#!/bin/sh\n[ ! -e '{ran}' ] || echo installed\n", 0o755)
        done = self.run_script(f": >'{ran}'; exit 100")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("Not installed: apt-get failed.", done.stderr)

    def test_package_of_another_name(self):
        self.write("packages", "build: tokend-of-no-archive|dpkg\n")
        done = self.run_script("exit 100")
        self.assertEqual((done.returncode, done.stdout), (0, "Debian packages: all there\n"))

    def test_nothing_missing(self):
        self.write("packages", "build: dpkg\n")
        done = self.run_script("exit 100")
        self.assertEqual((done.returncode, done.stdout), (0, "Debian packages: all there\n"))

    def test_group_that_is_not_there(self):
        """A misspelt one has nothing that is missing."""
        self.write("packages", "build: dpkg\nmail: dpkg\nbuild: dpkg\n")
        for groups in (("biuld",), ("build", "mai"), ("b.*",), ("",), ("-x",)):
            with self.subTest(groups):
                done = self.run_script("exit 100", *groups)
                self.assertEqual((done.returncode, done.stdout), (64, ""))
                self.assertIn(f'no group "{groups[-1]}"', done.stderr)
                self.assertIn("there are: build mail", done.stderr)


if __name__ == "__main__":
    unittest.main()
