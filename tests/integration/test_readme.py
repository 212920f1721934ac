# SPDX-License-Identifier: BSD-2-Clause
"""README's lines, typed as they stand there: from a clone to cron's mail, and away again."""

import os
import re

from support import keys, masking, recipe, waiting
from support.first_use import SERVICES, FirstUseCase, at_a_terminal, receive_roots_mail
from support.machine_case import ALICE, MachineCase
from support.machine_postfix import MachinePostfix
from support.nullmailer import start_nullmailer
from support.postfix_page import PostfixPage
from support.relay_page import RelayPage

STUCK = "/var/tmp/stuck"
# README's own is refused, as that of all who have not read on.
README_CLIENT = "9a3e7d0c-58b1-4a5f-bb0e-0d9f3b7c2e44"
CLIENT = "5e0f9c1a-7d42-4b8e-a3c6-2f1b0d9e8a77"
ROBOT = "robot@example.com"
SECRET = "Qx~8Q.the-value-and-not-the-id-of-it-0123"
ENDPOINT = "https://login.microsoftonline.com/example.com/oauth2/v2.0/token"


class FirstUse(FirstUseCase):
    """The build takes most of the time; it is the one of tokend as packages and people make it."""

    def test_from_the_clone_and_back(self):
        before = self.postfix.must("postconf -n")
        self.addCleanup(self.postfix.stop)
        self.postfix.start()
        install = recipe.Chapter("INSTALL")
        # test_debian types the packages.
        recipe.leave_out(install.having("dnf", "useradd", "dpkg-buildpackage", "purge"))
        self.type(install.having("libqrencode-dev", "./bootstrap", "sysusers"))
        self.type(recipe.Chapter("SIGN IN").blocks)
        self.type(recipe.Chapter("SET UP YOUR MAIL PROGRAM").blocks)
        self._systemctl(f"systemctl enable --now {' '.join(SERVICES)}", None)
        self.type(recipe.Chapter("DOES IT WORK?").blocks)
        self.submission.wait_mails(1)
        self.assert_told_of_the_end()
        self.upgrade(install)
        self.postfix.must("sendmail root", stdin="Subject: by cron\n\nHello.\n")
        self.submission.wait_mails(2)
        self.assertEqual(set(self.submission.logins()), {("XOAUTH2", ALICE)})
        self.type(install.having("make uninstall"))
        self.assertEqual(self.postfix.must("postconf -n"), before)
        self.assert_gone()

    def test_without_systemd(self):
        self.type(recipe.Chapter("INSTALL").having("useradd"))
        said = self.machine.sh("stat -c '%a %U %G' /etc/tokend /etc/tokend/accounts && "
                               "getent passwd tokend").stdout
        self.assertRegex(said, r"^755 root root\n750 root tokend\ntokend:.*:/usr/sbin/nologin\n$")

    def upgrade(self, install):
        """config.status --config says what INSTALL has; the newer source is the same one."""
        said = self._in_clone("./config.status --config", None).stdout
        options = re.sub(r" ('CC=.*'|CC=\S+)", "", said).strip()
        typed = install.having("./bootstrap")[0].commands[0][1]
        self.assertIn(f"./configure {options} && make", typed)
        self.succeed(self._in_clone("make && make install", None))
        self.type(install.having("try-restart"))

    def assert_told_of_the_end(self):
        """on_error of the file that DOES IT WORK? has written."""
        self.machine.write("/usr/local/libexec/mail-is-stuck", "#!/bin/sh\n"
                           f"echo $TOKEND_ACCOUNT $TOKEND_CODE $TOKEND_TEXT >{STUCK}\n", 0o755)
        self.provider.store.withdraw(ALICE)
        self.assertEqual(self.machine.sh(f"tokend refresh {ALICE}").status, 77)
        waiting.until(lambda: self.machine.exists(STUCK) and self.machine.read(STUCK),
                      waiting.LIMIT, STUCK)
        self.assertTrue(self.machine.read(STUCK).startswith(f"{ALICE} sign-in "))
        self.log_in(ALICE)

    def assert_gone(self):
        """Sockets in Postfix's queue stay: without systemd its master(8) has made some."""
        left = self.machine.sh(
            "find /usr /etc /var/lib /lib -xdev ! -type d "
            "'(' -name '*xoauth2.so*' -o -path '*tokend*' ')'").stdout
        self.assertEqual(left, "")
        self.assertEqual(self.machine.sh("id tokend").status, 1)


class ByHand(PostfixPage):
    def test_postfix(self):
        receive_roots_mail(self.postfix)
        self.start_postfix()
        self.follow(recipe.Chapter("POSTFIX"), "POSTFIX")
        self.postfix.must("sendmail root", stdin="Subject: by cron\n\nHello.\n")
        self.submission.wait_mails(1)
        self.assertEqual(self.logins(), [("XOAUTH2", ALICE)])


class SendOnly(RelayPage):
    """The first use on a machine without a mail server, and on one with Postfix."""

    def setUp(self):
        super().setUp()
        self.person = self.add_person()
        self.chapter = recipe.Chapter("SEND ONLY")
        self._serve(None, None)

    def type(self, word):
        block, = self.chapter.having(word)
        recipe.follow([block], self.machine, self.person, {
            "apt-get install": self._install, "tokend login": self._log_in_to_send,
            "tokend setup": lambda line, run: run(f"{line} --yes")})

    def _install(self, line, _):
        reader, server = line.split()[-2:]
        self.machine.install(server)
        self.machine.unpack(reader)
        self.machine.run("ln", "-sf", reader, "/usr/bin/mail")
        self.machine.run("ln", "-s", self.stage.nullmailer_path, "/usr/lib/nullmailer/tokend")
        start_nullmailer(self)

    def _log_in_to_send(self, line, _):
        self.assertIn("--send-only", line)
        self.log_in(send="smtp")

    def assert_sent(self):
        mail, = self.submission.wait_mails(1)
        self.assertIn(b"It works.", mail)
        self.assertIn(f"Return-Path: <{ALICE}>".encode(), mail)

    def test_without_a_mail_server(self):
        # test_client_send has both, and test_debian the packages.
        recipe.leave_out(self.chapter.having("trigger", "postqueue", "nullmailer-tokend"))
        self.type("apt-get install bsd-mailx nullmailer")
        self.type("setup nullmailer")
        self.assert_sent()

    def test_with_postfix(self):
        postfix = MachinePostfix(self.machine)
        receive_roots_mail(postfix)
        self.addCleanup(postfix.stop)
        postfix.start()
        self.type("setup postfix")
        self.assert_sent()


class Machines(MachineCase):
    """Microsoft's application, by a secret and by a certificate."""

    def setUp(self):
        super().setUp()
        self.start_providers()
        self.provider.token_endpoint = ENDPOINT
        self.chapter = recipe.Chapter("MACHINES")
        recipe.leave_out(self.chapter.having("google-service-account"))  # test_import has it

    def type(self, *words):
        recipe.follow(self.chapter.having(*words), self.machine, None,
                      {"umask": lambda *_: None, "openssl req": self._make_key,
                       "tokend login": self._log_in})
        self.assert_works()

    def assert_works(self):
        self.assertTrue(self.provider.store.introspect(
            self.machine.sh(f"tokend token {ROBOT}").stdout.strip())["active"])

    def test_secret(self):
        self.provider.store.register(CLIENT, secret=SECRET, user=ROBOT)
        block, = [block for block in self.chapter.having("tokend login")
                  if "openssl" not in block.text]
        recipe.leave_out([block])
        (_, line), = block.commands
        at_a_terminal(self, line.replace(README_CLIENT, CLIENT), {"Client secret": SECRET})
        self.assert_works()

    def test_certificate(self):
        self.provider.store.register(CLIENT, user=ROBOT)
        self.type("openssl req")
        self.assertEqual(self.provider.assertions.received[-1][1]["sub"], CLIENT)

    def _make_key(self, line, run):
        done = run(f"umask 077 && {line}")
        for each in self.machine.read("/etc/tokend/robot.pem").splitlines()[1:-1]:
            masking.add(each, "private key")
        copy = os.path.join(self.folder, "robot.crt")
        with open(copy, "w", encoding="ascii") as certificate:
            certificate.write(self.machine.read("/etc/tokend/robot.crt"))
        made = keys.Certificate(copy)
        self.provider.assertions.trust(CLIENT, made.public, "PS256",
                                       x5t_S256=made.thumbprint("sha256"))
        return done

    def _log_in(self, line, run):
        return self.note(run(line.replace(README_CLIENT, CLIENT)))
