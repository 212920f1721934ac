"""tokend/clients/postfix.md on a private machine, with Debian's own Postfix and its jail."""

import os
import re
import uuid

from support import process, recipe, waiting
from support.machine_case import MachineCase

BOB = "bob@example.net"
BOBS_PASSWORD = "the-password"
BOBS_SERVER = "mail.example.net"
LOG = "/var/log/postfix.log"
QUEUE = "/var/spool/postfix"
DEBIAN = "/usr/share/postfix"
SENT_SECONDS = 30
TRUTH = {"smtp_host_lookup": "native", "maillog_file": LOG, "smtp_tls_loglevel": "1",
         "mydestination": "localhost", "inet_interfaces": "loopback-only",
         "myhostname": "relay.example.net"}


class PostfixPage(MachineCase):
    """What is not the page's: names come of /etc/hosts here, and the log is a file."""

    def setUp(self):
        super().setUp()
        self.start_providers(passwords={BOB: BOBS_PASSWORD}, more_names=(BOBS_SERVER,))
        self.machine.run("cp", f"{DEBIAN}/main.cf.debian", "/etc/postfix/main.cf")
        self.machine.run("cp", f"{DEBIAN}/master.cf.dist", "/etc/postfix/master.cf")
        self.set_truth("/etc/postfix")
        self.serving = None
        self.page = recipe.Page("postfix")
        self.addCleanup(self._keep_log)

    def set_truth(self, config):
        settings = [f"{name} = {value}" for name, value in TRUTH.items()]
        self.machine.run("postconf", "-c", config, "-e", *settings)

    def start_postfix(self):
        """As Debian's unit does: a jail gets its /etc/hosts, then `postfix start`."""
        self.machine.run("/usr/lib/postfix/configure-instance.sh", "-")
        self.succeed(self.machine.sh("postfix start"))
        self.addCleanup(self.machine.sh, "postmulti -p stop")

    def follow(self, *headings):
        for heading in headings:
            recipe.follow(self.page.under(heading), self.machine, None, {
                "tokend login": self._log_in, "tokend serve": self._serve,
                "systemctl": self._systemctl, "postmulti -I": self._create,
                "postmulti -i postfix-work -p start": self._start_second})

    def _log_in(self, line, _):
        account = line.split()[-1]
        is_google = account.endswith("@gmail.com")
        self.log_in(account, provider="google" if is_google else "microsoft",
                    allow=re.search(r"allow=(\S+)", line)[1],
                    **({} if is_google else {"tenant": "example.com"}))

    def _systemctl(self, line, _):
        """In place of systemd: the same service, with the sockets that its units name."""
        if line.endswith("daemon-reload"):
            return
        sockets = ["/run/tokend/socket", f"{QUEUE}/run/tokend/socket"]
        drop_in = "/etc/systemd/system/tokend-postfix.socket.d/work.conf"
        if self.machine.exists(drop_in):
            sockets.append(re.search(r"ListenStream=(\S+)", self.machine.read(drop_in))[1])
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
            waiting.until(lambda path=path: self.machine.do(waiting.accepts, path), 10, path)

    def _create(self, line, run):
        done = run(line)
        self.set_truth("/etc/postfix-work")
        return done

    def _start_second(self, line, run):
        self.machine.run("/usr/lib/postfix/configure-instance.sh", "postfix-work")
        return run(line)

    def send(self, sender, config="/etc/postfix"):
        """A mail from sender on its way; returns when it is delivered."""
        name = uuid.uuid4().hex
        self.succeed(self.machine.sh(
            f"sendmail -C {config} -f {sender} rcpt@example.org",
            stdin=f"From: {sender}\nMessage-ID: <{name}@example.net>\nSubject: x\n\nHello.\n"))
        waiting.until(lambda: self._status(name), SENT_SECONDS, lambda: f"mail:\n{self.log()}")
        self.assertEqual(self._status(name), "sent", self.log())

    def _status(self, name):
        log = self.log()
        queued = re.search(rf"\]: (\w+): message-id=<{name}@", log)
        found = queued and re.findall(rf"{queued[1]}: to=.* status=(\w+)", log)
        return found[-1] if found else None

    def log(self):
        return self.machine.read(LOG) if self.machine.exists(LOG) else ""

    def logins(self):
        return sorted({(mechanism, user) for mechanism, user in self.submission.logins()})

    def jails(self):
        return self.machine.sh("postconf -F '*/*/chroot' | grep 'smtp/unix'").stdout

    def _keep_log(self):
        self.evidence.add_text(LOG, self.log())
