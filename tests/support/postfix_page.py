# SPDX-License-Identifier: BSD-2-Clause
"""The pages of doc/clients/ about Postfix, with the private machine's own, jail and all."""

import os
import re
import uuid

from support import machine_postfix, process, recipe, waiting
from support.machine_case import MachineCase

BOB = "bob@example.net"
BOBS_PASSWORD = "the-password"
BOBS_SERVER = "mail.example.net"
SECOND = "/etc/postfix-work"
SOCKETS = ("/run/tokend/socket", machine_postfix.SOCKET)
DROP_IN = "/etc/systemd/system/tokend-postfix.socket.d/work.conf"
SENT_SECONDS = waiting.LIMIT


class PostfixPage(MachineCase):
    """What no page says is that names come of /etc/hosts here, and that the log is a file."""

    def setUp(self):
        super().setUp()
        self.start_providers(passwords={BOB: BOBS_PASSWORD}, more_names=(BOBS_SERVER,))
        self.postfix = machine_postfix.MachinePostfix(self.machine)
        self.postfix.set(smtp_tls_loglevel="1")
        self.serving = None
        self.addCleanup(self._keep_log)

    def start_postfix(self):
        self.postfix.start()
        self.addCleanup(self.machine.sh, "postmulti -p stop")

    def follow(self, page, *headings):
        for heading in headings:
            recipe.follow(page.under(heading), self.machine, None, {
                "tokend login": self._log_in, "tokend serve": self._serve,
                "systemctl": self._systemctl, "postmulti -I": self._create,
                "postmulti -i postfix-work -p start": self._start_second})

    def send(self, sender, config=machine_postfix.CONFIG):
        """A mail from sender; returns when it is delivered."""
        name = uuid.uuid4().hex
        self.postfix.must(
            f"sendmail -C {config} -f {sender} rcpt@example.org",
            stdin=f"From: {sender}\nMessage-ID: <{name}@example.net>\nSubject: x\n\nHello.\n")
        status = waiting.until(lambda: self._status(name), SENT_SECONDS,
                               lambda: f"a mail to be delivered:\n{self.postfix.log()}")
        self.assertEqual(status, "sent", self.postfix.log())

    def logins(self):
        return sorted(set(self.submission.logins()))

    def _status(self, name):
        log = self.postfix.log()
        queued = re.search(rf"\]: (\w+): message-id=<{name}@", log)
        found = queued and re.findall(rf"{queued[1]}: to=.* status=(\w+)", log)
        return found[-1] if found else None

    def _log_in(self, line, _):
        account = line.split()[-1]
        keys = {"allow": re.search(r"allow=(\S+)", line)[1]}
        if account.endswith("@gmail.com"):
            self.log_in(account, **keys)
        else:
            self.log_in(account, provider="microsoft", tenant="example.com", **keys)

    def _systemctl(self, line, _):
        """In place of systemd: the same service, with the sockets that its units name."""
        if line.endswith("daemon-reload"):
            return
        sockets = list(SOCKETS)
        if self.machine.exists(DROP_IN):
            sockets += re.findall(r"ListenStream=(\S+)", self.machine.read(DROP_IN))
        for path in sockets:
            self.machine.do(os.makedirs, os.path.dirname(path), exist_ok=True)
        self._serve("tokend serve " + " ".join(f"--socket {path}" for path in sockets), None)

    def _serve(self, line, _):
        if self.serving is not None:
            self.serving.stop()
        self.serving = self.machine.do(process.Background, line.split(),
                                       self.stage.path("log/serve.log"))
        self.addCleanup(self.serving.stop)
        for path in re.findall(r"--socket (\S+)", line):
            waiting.until(lambda path=path: self.machine.do(waiting.accepts, path),
                          SENT_SECONDS, path)

    def _create(self, line, run):
        done = run(line)
        self.postfix.set(SECOND, **machine_postfix.BASE)
        return done

    def _start_second(self, line, run):
        """Debian's unit fills the jail first."""
        self.postfix.fill_jail("postfix-work")
        return run(line)

    def _keep_log(self):
        self.evidence.add_text("the log of Postfix", self.postfix.log())
