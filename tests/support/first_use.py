# SPDX-License-Identifier: BSD-2-Clause
"""A machine on which tokend is not installed yet, and README's lines typed there."""

import os
import re
import tempfile

from support import machine_postfix, process, recipe, stage, waiting
from support.machine import Machine
from support.machine_case import MachineCase
from support.terminal import Terminal

UNITS = "/lib/systemd/system"
SERVICES = ["tokend.socket", "tokend-postfix.socket", "tokend.service"]
BUILD_SECONDS = waiting.LONG_LIMIT
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


class FirstUseCase(MachineCase):
    """The machine has the sources in self.clone, a Postfix as Debian's, and a person."""

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
