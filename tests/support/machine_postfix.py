# SPDX-License-Identifier: BSD-2-Clause
"""The private machine's own Postfix: in /etc/postfix, as Debian starts it, jail and all."""

import os
import re
import time

from support import waiting

CONFIG = "/etc/postfix"
DEBIAN = "/usr/share/postfix"
QUEUE = "/var/spool/postfix"
LOG = "/var/log/mail.log"
QUEUES = ("deferred", "maildrop", "incoming", "active", "hold")
SOCKET = f"{QUEUE}/run/tokend/socket"
JAIL = "/usr/lib/postfix/configure-instance.sh"
EMPTY_SECONDS = waiting.LIMIT
FLUSH_SECONDS = 3
# What a machine without a name server and without a queue manager's patience needs.
BASE = {"smtp_host_lookup": "native", "maillog_file": LOG, "inet_protocols": "ipv4",
        "mydestination": "", "myhostname": "relay.example.net", "minimal_backoff_time": "1h",
        "maximal_backoff_time": "1h", "queue_run_delay": "1h", "alias_maps": "",
        "smtp_connection_cache_on_demand": "no"}


class MachinePostfix:
    """/etc/postfix of a machine; stop() is to be called if start() was."""

    def __init__(self, machine):
        self.machine = machine
        for name, source in (("main.cf", "main.cf.debian"), ("master.cf", "master.cf.dist")):
            self.must(f"cp {DEBIAN}/{source} {CONFIG}/{name}")
        self.set(**BASE)

    def set(self, config=CONFIG, **parameters):
        words = " ".join(f"'{name} = {value}'" for name, value in parameters.items())
        self.must(f"postconf -c {config} -e {words}")

    def must(self, command, **options):
        done = self.machine.sh(command, **options)
        if done.status != 0:
            raise AssertionError(f"{command}\nstatus {done.status}\n{done.text}")
        return done.stdout

    def start(self):
        self.fill_jail()
        self.must("postfix start")

    def fill_jail(self, instance="-"):
        """As Debian's unit does before it starts one; Postfix 3.10 lets it be done by itself."""
        version = self.must("postconf -h mail_version")
        if tuple(map(int, re.findall(r"\d+", version)[:2])) < (3, 9):
            self.must(f"{JAIL} {instance}")

    def stop(self):
        self.machine.sh("postfix stop")

    def reload(self):
        self.must("postfix reload")

    def log(self):
        return self.machine.read(LOG) if self.machine.exists(LOG) else ""

    def wait_log(self, pattern, seconds=waiting.LIMIT):
        """The first line that matches, in all of the log."""
        def found():
            return re.search(f"^.*(?:{pattern}).*$", self.log(), re.MULTILINE)
        return waiting.until(found, seconds, lambda: f"{pattern!r} in:\n{self.log()[-3000:]}")[0]

    def send(self, recipient="rcpt@example.org", sender="alice@gmail.com", body="Hello.\n"):
        self.must(f"sendmail -i -f {sender} {recipient}", stdin=f"Subject: test\n\n{body}")

    def waiting_mails(self):
        """How many mails are in the queue: looked up, as programs for it would keep it waiting.

        A mail moves while it is looked for; the second look finds one that has moved back.
        """
        return max(self.machine.do(_count_mails) for _ in range(2))

    def flush_all(self):
        """Flush until all mail is gone: once may be too early for a mail that is being deferred
        just then, and is lost on a queue manager that is reloaded just then.
        """
        again = 0.0

        def is_empty():
            nonlocal again
            if self.waiting_mails() == 0:
                return True
            if time.monotonic() >= again:
                self.must("postqueue -f")
                again = time.monotonic() + FLUSH_SECONDS
            return False
        waiting.until(is_empty, EMPTY_SECONDS,
                      lambda: f"an empty queue:\n{self.log()[-3000:]}")


def _count_mails():
    return sum(len(files) for queue in QUEUES
               for _, _, files in os.walk(os.path.join(QUEUE, queue)))


def start_tokend(case, *sockets):
    """`tokend serve` on the machine, where a jailed smtp(8) finds it, until the test's end."""
    for path in sockets or (SOCKET,):
        case.machine.do(os.makedirs, os.path.dirname(path), exist_ok=True)
    serving = case.stage.serve(*(sockets or (SOCKET,)))
    case.machine.do(serving.__enter__)
    case.addCleanup(case.machine.do, serving.__exit__, None, None, None)
