# SPDX-License-Identifier: BSD-2-Clause
"""README's lines, typed as they stand there: from a clone to cron's mail, and away again."""

import os
import re
import tempfile

from support import keys, machine_postfix, masking, process, recipe, stage, waiting
from support.machine import Machine
from support.machine_case import ALICE, MachineCase
from support.postfix_page import PostfixPage
from support.terminal import Terminal

UNITS = "/lib/systemd/system"
SERVICES = ["tokend.socket", "tokend-postfix.socket", "tokend.service"]
BUILD_SECONDS = waiting.LONG_LIMIT
STUCK = "/var/tmp/stuck"
# README's own is refused, as that of all who have not read on.
README_CLIENT = "9a3e7d0c-58b1-4a5f-bb0e-0d9f3b7c2e44"
CLIENT = "5e0f9c1a-7d42-4b8e-a3c6-2f1b0d9e8a77"
ROBOT = "robot@example.com"
SECRET = "Qx~8Q.the-value-and-not-the-id-of-it-0123"
ENDPOINT = "https://login.microsoftonline.com/example.com/oauth2/v2.0/token"
# As Debian's package asks: root's mail stays on the machine.
DEBIAN = {"mydestination": "$myhostname, localhost.localdomain, localhost",
          "alias_maps": "hash:/etc/aliases", "alias_database": "hash:/etc/aliases"}


def receive_roots_mail(postfix):
    postfix.set(**DEBIAN)
    postfix.machine.write("/etc/aliases", "postmaster: root\n")
    postfix.must("newaliases")


def at_a_terminal(case, line, answers, person=None):
    """Type the line, and answer each question."""
    env = {"HOME": person.home, "USER": person.name} if person else {"HOME": "/root"}
    shown = case.machine.do(
        Terminal, tempfile.mkdtemp(dir=case.folder), ["sh", "-c", line], lines=200, env=env,
        uid=person.uid if person else None, cwd=env["HOME"])
    case.addCleanup(shown.stop)
    for question, answer in answers.items():
        shown.wait(question)
        shown.enter(answer)
    case.assertEqual(shown.wait_end(), 0, shown.text)
    case.evidence.add_text(f"terminal of {line.split()[0]}", shown.text)


class BareMachine(Machine):
    """As this one, without tokend; what other packages have systemd-tmpfiles do is not done."""

    def _install_tokend(self):
        for folder in ("/usr/lib/tmpfiles.d", "/usr/lib/sysusers.d"):
            self.run("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", folder)


class FirstUse(MachineCase):
    """The build takes most of the time; it is the one of tokend as packages and people make it."""

    def make_machine(self):
        return BareMachine(self.stage, self.folder)

    def setUp(self):
        super().setUp()
        self.start_providers()
        self.person = self.add_person()
        self.postfix = machine_postfix.MachinePostfix(self.machine)
        receive_roots_mail(self.postfix)
        self.serving = None
        self.clone = os.path.join(self.folder, "clone")
        process.must([f"{os.path.dirname(recipe.__file__)}/copy-sources", stage.source_folder(),
                      self.clone])
        self.addCleanup(lambda: self.evidence.add_text("the log of Postfix", self.postfix.log()))

    def test_from_the_clone_and_back(self):
        before = self.postfix.must("postconf -n")
        self.addCleanup(self.postfix.stop)
        self.postfix.start()
        install = recipe.Chapter("INSTALL")
        recipe.leave_out(install.having("dnf", "useradd"))
        self.type(install.having("apt-get", "./bootstrap", "sysusers"))
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
        self.type(install.having("--undo"))
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
        options = re.sub(r" 'CC=.*'", "", said).strip()
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

    def type(self, blocks):
        return recipe.follow(blocks, self.machine, self.person, {
            "apt-get": self._apt_get, "./bootstrap": self._in_clone, "make": self._in_clone,
            "systemctl": self._systemctl, "tokend setup": self._at_a_terminal,
            "tokend remove": self._at_a_terminal, "tokend login": self._log_in,
            "journalctl": lambda *_: None})

    def _apt_get(self, line, _):
        """No network is here: the packages are what the build had (tests/packages)."""
        if line == "apt-get update":
            return
        packages = line.split()[2:]
        done = process.run(["dpkg-query", "-W", "-f", "${db:Status-Status}\n", *packages])
        self.assertEqual((done.status, set(done.stdout.split())), (0, {"installed"}), done.text)

    def _in_clone(self, line, _):
        env = {name: os.environ[name] for name in ("CC", "CCACHE_BASEDIR", "CCACHE_NOHASHDIR")
               if name in os.environ}
        return self.machine.sh(line, cwd=self.clone, timeout=BUILD_SECONDS, env={"HOME": "/root", **env})

    def _at_a_terminal(self, line, run):
        person = self.person if run == self.person.sh else None
        at_a_terminal(self, line, {r"\[y/N\]": "y"}, person)

    def _log_in(self, line, run):
        """With a refresh token in place of a browser."""
        if run == self.person.sh:
            self.log_in(line.split()[-1], person=self.person)
        else:
            self.log_in(line.split()[-1], allow="postfix")

    def _systemctl(self, line, _):
        """What systemd would do with the units that are installed."""
        words = line.split()[1:]
        if words == ["daemon-reload"]:
            return
        verb, units = words[0], [word for word in words[1:] if word != "--now"]
        for unit in units:
            self.assertTrue(self.machine.exists(f"{UNITS}/{unit}"), unit)
        was_running = self.serving is not None
        if was_running:
            self.assertEqual(self.serving.stop(), 0, self.serving.output())
            self.serving = None
        if verb == "enable" or (verb == "try-restart" and was_running):
            self._serve()
        else:
            self.assertEqual((verb, units), ("disable", SERVICES))

    def _serve(self):
        command = self._setting("tokend.service", "ExecStart").split()
        sockets = [self._setting(unit, "ListenStream") for unit in SERVICES[:2]]
        for path in sockets:
            self.machine.do(os.makedirs, os.path.dirname(path), exist_ok=True)
            command += ["--socket", path]
        self.serving = self.machine.do(process.Background, command,
                                       os.path.join(self.folder, "serve.log"))
        self.addCleanup(self.serving.stop)
        for path in sockets:
            waiting.until(lambda path=path: self.machine.do(waiting.accepts, path),
                          waiting.LIMIT, lambda: f"{path}\n{self.serving.output()}")

    def _setting(self, unit, name):
        return re.search(rf"^{name}=(.*)$", self.machine.read(f"{UNITS}/{unit}"), re.MULTILINE)[1]


class ByHand(PostfixPage):
    def test_postfix(self):
        receive_roots_mail(self.postfix)
        self.start_postfix()
        self.follow(recipe.Chapter("POSTFIX"), "POSTFIX")
        self.postfix.must("sendmail root", stdin="Subject: by cron\n\nHello.\n")
        self.submission.wait_mails(1)
        self.assertEqual(self.logins(), [("XOAUTH2", ALICE)])


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
