# SPDX-License-Identifier: BSD-2-Clause
"""What `make install` lays down, and what it links: the folders' boundaries, on built files."""

import os
import re
import shutil

from support import process, stage, tap, waiting
from support.case import IntegrationCase

MAKE_SECONDS = waiting.LONG_LIMIT
EXPOSURE = 1.3
SERVE_TEXT_MAX = 100_000  # bytes
OPEN_POINTS = {
    "RootDirectory=/RootImage=", "PrivateNetwork=", "PrivateUsers=", "IPAddressDeny=",
    "RestrictAddressFamilies=~AF_NETLINK", "RestrictAddressFamilies=~AF_UNIX",
    "RestrictAddressFamilies=~AF_(INET|INET6)", "DeviceAllow=",
}


class Installed(IntegrationCase):
    def needed(self, path):
        text = process.must(["readelf", "--dynamic", "--wide", path]).stdout
        return sorted(re.findall(r"\(NEEDED\).*\[(.*)\]", text))

    def test_all_but_the_worker_need_libc_and_the_command_json_c(self):
        for path in (self.stage.plugin_path, self.stage.serve_path, self.stage.sendmail_path,
                     self.stage.nullmailer_path):
            self.assertEqual(self.needed(path), ["libc.so.6"], path)
        stems = {name.split(".so")[0] for name in self.needed(self.stage.tokend_path)}
        self.assertEqual(stems, {"libc", "libjson-c"})

    def test_worker_alone_needs_the_heavy_libraries(self):
        stems = {name.split(".so")[0] for name in self.needed(self.stage.worker_path)}
        self.assertLessEqual({"libcurl", "libjson-c", "libcrypto"}, stems)
        self.assertNotIn("libsasl2", stems)

    def test_worker_draws_codes_where_configure_said_so(self):
        if not os.path.isdir(self.stage.build_folder):
            self.skipTest("the stage has no build folder")
        with open(f"{self.stage.build_folder}/config.h", encoding="utf-8") as config:
            is_built_in = "#define HAVE_QRENCODE 1\n" in config.read()
        stems = {name.split(".so")[0] for name in self.needed(self.stage.worker_path)}
        self.assertEqual("libqrencode" in stems, is_built_in)

    def test_what_answers_has_nothing_of_the_command(self):
        """Under spawn(8) it is a process for each connection, a hundred at once."""
        if not os.path.isdir(self.stage.build_folder):
            self.skipTest("the stage has no build folder")
        folder = f"{self.stage.build_folder}/tokend"
        command, below = (self.functions(f"{folder}/lib{name}.a", with_local=False)
                          for name in ("command", "serve"))
        self.assertIn("command_serve", command - below)
        self.assertEqual(self.functions(self.stage.serve_path) & (command - below), set())

    def test_what_answers_is_small(self):
        """In size's column "text", where the build is the usual one."""
        if not os.path.isdir(self.stage.build_folder):
            self.skipTest("the stage has no build folder")
        with open(f"{self.stage.build_folder}/tokend/Makefile", encoding="utf-8") as made:
            flags = dict(re.findall(r"^(CC|\w+FLAGS) = *(.*)$", made.read(), re.MULTILINE))
        build = " ".join([flags["CC"], flags["CFLAGS"], flags["SANITIZE_CFLAGS"]])
        if "clang" in build or "-fsanitize" in build or "-O2" not in flags["CFLAGS"].split():
            tap.allowed_skip(f"not the usual build: {build}")
        sizes = process.must(["size", self.stage.serve_path]).stdout.splitlines()[1].split()
        self.assertLessEqual(int(sizes[0]), SERVE_TEXT_MAX)

    def functions(self, path, with_local=True):
        text = process.must(["nm", "--defined-only", path]).stdout
        return set(re.findall(r" [Tt] (\w+)$" if with_local else r" T (\w+)$", text,
                              re.MULTILINE))

    def test_plugin_exports_one_symbol(self):
        text = process.must(["nm", "--dynamic", "--defined-only", self.stage.plugin_path]).stdout
        self.assertEqual([line.split()[-1] for line in text.splitlines()],
                         ["sasl_client_plug_init"])

    def test_plugin_folder_holds_the_plugin_and_nothing_else(self):
        folder = os.path.dirname(self.stage.plugin_path)
        self.assertEqual(os.listdir(folder), ["libxoauth2.so"])
        self.assertFalse(os.path.islink(self.stage.plugin_path))

    def test_hardening(self):
        for path in (self.stage.plugin_path, self.stage.serve_path, self.stage.sendmail_path,
                     self.stage.nullmailer_path, self.stage.tokend_path,
                     self.stage.worker_path):
            text = process.must(["readelf", "--dynamic", "--program-headers", "--wide",
                                 path]).stdout
            self.assertIn("GNU_RELRO", text, path)
            self.assertRegex(text, r"BIND_NOW|FLAGS.*NOW", path)
            self.assertRegex(text, r"GNU_STACK.*RW ", path)

    def test_nothing_is_setuid_or_writable(self):
        for folder in ("bin", "lib", "libexec", "sasl2", "share"):
            for top, _, names in os.walk(self.stage.path(folder)):
                for name in names:
                    mode = os.stat(os.path.join(top, name)).st_mode
                    self.assertEqual(mode & 0o6022, 0, os.path.join(top, name))

    def test_built_paths_stand_in_units_and_manuals(self):
        for folder in ("units", "sysusers", "tmpfiles", "share/man"):
            texts = []
            for top, _, names in os.walk(self.stage.path(folder)):
                for name in names:
                    with open(os.path.join(top, name), encoding="utf-8") as text:
                        texts.append(text.read())
            self.assertTrue(texts, folder)
            for text in texts:
                self.assertNotRegex(text, r"@[a-z_]+@", folder)


class Units(IntegrationCase):
    """What systemd makes of the units, without running them."""

    def setUp(self):
        super().setUp()
        if shutil.which("systemd-analyze", path=process.CLEAN_PATH) is None:
            self.skipTest("needs systemd-analyze")
        self.units = [self.stage.path(f"units/{name}")
                      for name in sorted(os.listdir(self.stage.path("units")))]

    def test_are_understood(self):
        """Not a word of an unknown setting or a missing file."""
        done = process.run(["systemd-analyze", "--man=no", "verify", *self.units])
        self.assertEqual((done.status, done.text), (0, ""))

    def test_what_the_service_may_do(self):
        """HACKING has the number, and the reason of each point that stays."""
        text = process.run(["systemd-analyze", "--no-pager", "--offline=yes", "security",
                            self.stage.path("units/tokend.service")],
                           env={"LANG": "C.UTF-8"}).stdout
        left = set(re.findall(r"^\S*✗\S* (\S+=\S*)", text, re.MULTILINE))
        self.assertIn("PrivateNetwork=", left, text)
        self.assertLessEqual(left, OPEN_POINTS, text)
        overall = float(re.search(r"Overall exposure level.*: ([0-9.]+)", text)[1])
        self.assertLessEqual(overall, EXPOSURE)


class Configure(IntegrationCase):
    """What cannot be is refused, before anything is built or put at a place of that name."""

    FOLDERS = ("nullmailer-dir", "systemdsystemunitdir", "sysusersdir", "tmpfilesdir",
               "bash-completiondir", "fish-completiondir", "zsh-completiondir")

    def configure(self, *options, timeout=MAKE_SECONDS):
        return process.run([os.path.join(stage.source_folder(), "configure"), "-q", *options],
                           cwd=self.folder, timeout=timeout)

    def assert_refused(self, option, *words):
        done = self.configure(option)
        self.assertNotEqual(done.status, 0, option)
        self.assert_says(done.text, "configure: error: ", *words)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "config.status")), option)

    def test_values_that_are_no_folder(self):
        for option in ("--without-sasl-plugindir", "--with-sasl-plugindir",
                       "--with-sasl-plugindir=", "--with-sasl-plugindir=sasl2"):
            self.assert_refused(option, "--with-sasl-plugindir=DIR needs the full name")
        for name in self.FOLDERS:
            for option in (f"--with-{name}", f"--with-{name}=lib"):
                self.assert_refused(option, f"--with-{name}=DIR needs the full name", '"no"')

    def test_values_that_are_no_name(self):
        for name in ("user", "group"):
            for option in (f"--with-{name}", f"--without-{name}", f"--with-{name}=a b"):
                self.assert_refused(option, f"--with-{name} needs the name of a {name}")

    def test_options_of_autoconf_that_would_break_what_is_built(self):
        self.assert_refused("--program-prefix=my-", "find each other by their names")
        self.assert_refused("--program-suffix=2", "find each other by their names")
        self.assert_refused("--disable-shared", "the plugin is a shared object")

    def test_without_all_that_can_be_left_out(self):
        done = self.configure("--without-qrencode", "--program-prefix=", *(
            f"--without-{name}" for name in self.FOLDERS))
        self.assertEqual(done.status, 0, done.text)
        with open(f"{self.folder}/tokend/show.mk", "w", encoding="utf-8") as rule:
            rule.write("include Makefile\nshow:\n\t@echo $(PROGRAMS) $(DATA)\n")
        told = process.must(["make", "-s", "-f", "show.mk", "show"], timeout=MAKE_SECONDS,
                            cwd=f"{self.folder}/tokend").stdout.split()
        self.assertIn("tokend-serve", " ".join(told))
        self.assertEqual([name for name in told if name.startswith(
            ("sendmail/nullmailer", "systemd/", "completions/"))], [])


class Make(IntegrationCase):
    """Installing again, elsewhere, and over what is not ours; on a copy of the build's prefix."""

    def setUp(self):
        super().setUp()
        if not os.path.isdir(self.stage.build_folder):
            self.skipTest("the stage has no build folder")
        self.root = os.path.join(self.folder, "root")

    def make(self, *args):
        return process.run(["make", *args], cwd=self.stage.build_folder, timeout=MAKE_SECONDS)

    def install(self, target="install"):
        return self.make(target, f"DESTDIR={self.root}")

    def files(self, top):
        found = set()
        for folder, _, names in os.walk(top):
            found.update(os.path.relpath(os.path.join(folder, name), top) for name in names)
        return found

    def test_destdir_is_honoured(self):
        before = self.files(self.stage.path("bin")) | self.files(self.stage.path("sasl2"))
        done = self.install()
        self.assertEqual(done.status, 0, done.text)
        below = os.path.join(self.root, self.stage.prefix.lstrip("/"))
        for path in (self.stage.plugin_path, self.stage.serve_path, self.stage.tokend_path,
                     self.stage.worker_path):
            self.assertTrue(os.path.exists(self.root + path), path)
        self.assertEqual({name for name in self.files(self.root)
                          if not name.startswith(self.stage.prefix.lstrip("/"))}, set())
        self.assertEqual(before, self.files(f"{below}/bin") | self.files(f"{below}/sasl2"))

    def test_over_itself(self):
        for _ in range(2):
            self.assertEqual(self.install().status, 0)

    def test_refuses_to_overwrite_another_projects_plugin(self):
        path = self.root + self.stage.plugin_path
        os.makedirs(os.path.dirname(path))
        shutil.copy(shutil.which("true"), path)
        with open(path, "rb") as foreign:
            content = foreign.read()
        done = self.install()
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.text, path)
        with open(path, "rb") as foreign:
            self.assertEqual(foreign.read(), content)

    def test_uninstall_takes_all_away(self):
        self.assertEqual(self.install().status, 0)
        done = self.install("uninstall")
        self.assertEqual(done.status, 0, done.text)
        self.assertEqual(self.files(self.root), set())
        folders = {os.path.join(top, name) for top, names, _ in os.walk(self.root)
                   for name in names}
        ours = (self.stage.path("share/tokend"), self.stage.path("share/doc/tokend"))
        self.assertEqual([path for path in folders
                          if path.removeprefix(self.root).startswith(ours)], [])

    def test_uninstall_leaves_another_projects_plugin(self):
        self.assertEqual(self.install().status, 0)
        path = self.root + self.stage.plugin_path
        os.unlink(path)
        shutil.copy(shutil.which("true"), path)
        self.install("uninstall")
        self.assertTrue(os.path.exists(path))

    def test_configuration_of_the_admin_survives_reinstallation(self):
        account = self.stage.write_account("kept@example.org", client_id="x")
        done = self.make("install")
        self.assertEqual(done.status, 0, done.text)
        with open(account, encoding="utf-8") as kept:
            self.assertEqual(kept.read(), "client_id = x\n")
