# SPDX-License-Identifier: BSD-2-Clause
"""`tokend tunnel` for the tests: as a command of a person, and as a listener beside them."""

import contextlib
import os
import socket
import ssl

from support import loopback, masking, process, tls, waiting
from support.machine_case import ALICE, MachineCase

SECONDS = waiting.LIMIT
LISTEN_SECONDS = waiting.LIMIT


class TunnelCase(MachineCase):
    """self.person, who is signed in as ALICE at servers with both mechanisms."""

    def setUp(self):
        super().setUp()
        self.start_providers(**self.dovecot_options)
        self.person = self.add_person()
        self.log_in(person=self.person)

    dovecot_options = {}

    def tunnel(self, words, stdin, **options):
        """The command, with all that the local program says at once; the Result."""
        return self.person.sh(f"tokend tunnel {words}", stdin=stdin, **options)

    def workers(self):
        """How many have a tunnel now."""
        return len(process.running(self.stage.worker_path, "tunnel"))

    def make_password(self, account=ALICE, **options):
        """A new one, that from here on is a secret; of the system with person=None."""
        person = options.get("person", self.person)
        whose = {} if person is None else {"uid": person.uid, "gid": person.uid,
                                           "env": {"HOME": person.home}}
        done = self.machine.sh(f"tokend tunnel --new-password {account}", **whose)
        self.assertEqual(done.status, 0, done.stderr)
        return masking.add(done.stdout.rstrip("\n"), "the tunnel's password")

    def listen(self, words, *, address="127.0.0.1", port=None, options="", before=""):
        """A listener of the person's until the test's end; the port. before: what runs it."""
        port = port or loopback.free_port()
        host = f"[{address}]" if ":" in address else address
        log = os.path.join(self.folder, f"listener-{port}.log")
        self.evidence.add_file(log)
        command = f"exec {before} tokend tunnel --listen {host}:{port} {options} {words}"
        running = self.machine.do(
            process.Background, ["sh", "-c", command], log, uid=self.person.uid,
            gid=self.person.uid, env={"HOME": self.person.home, "USER": self.person.name})
        self.addCleanup(running.stop)
        waiting.until(lambda: running.require_running() or "listening on" in running.output(),
                      LISTEN_SECONDS, running.output)
        self.listener = running
        return port

    def wait_log(self, text):
        """A local program hears of a failure a moment before the log does."""
        waiting.until(lambda: text in self.listener.output(), SECONDS, self.listener.output)

    def connect(self, port, address="127.0.0.1"):
        """A local program's connection."""
        peer = self.machine.do(Peer, (address, port))
        self.addCleanup(peer.close)
        return peer


def start_unit(case, person, line, folder):
    """`systemctl enable --now UNIT` of a page: what its ExecStart says, as its user."""
    name = line.split()[-1]
    path = os.path.join(folder, f"{name}.service")
    unit = dict(entry.split("=", 1) for entry in case.machine.read(path).splitlines()
                if "=" in entry)
    user = unit.get("User")
    command = unit["ExecStart"]
    log = os.path.join(case.folder, f"{name}.log")
    case.evidence.add_file(log)
    uid = case.stage.uid if user else person.uid
    env = None if user else {"HOME": person.home, "USER": person.name}
    running = case.machine.do(process.Background, command.split(), log, uid=uid, env=env)
    case.addCleanup(running.stop)
    waiting.until(lambda: running.require_running() or "listening on" in running.output(),
                  LISTEN_SECONDS, running.output)


class Peer:
    """A local program by hand: lines in, lines out."""

    def __init__(self, address):
        self._socket = socket.create_connection(address, SECONDS)
        self._file = self._socket.makefile("rb")

    def say(self, text):
        self._socket.sendall(text.encode() + b"\r\n")

    def send(self, data):
        self._socket.sendall(data)

    def hear(self):
        """A line without its end; None at the end."""
        line = self._file.readline()
        return line.decode().rstrip("\r\n") if line else None

    def ask(self, text):
        self.say(text)
        return self.hear()

    def rest(self):
        """All until the other side closes, which it may do with something of ours unread."""
        try:
            return self._file.read()
        except ConnectionResetError:
            return b""

    def secure(self, authority, version=None):
        """By this version of TLS alone, if one is given."""
        context = ssl.create_default_context(cafile=authority.certificate)
        if version is not None:
            tls.speak_only(context, version)
        self._socket = context.wrap_socket(self._socket, server_hostname="localhost")
        self._file = self._socket.makefile("rb")

    def finish(self):
        """Nothing more will be said."""
        self._socket.shutdown(socket.SHUT_WR)

    def close(self):
        with contextlib.suppress(OSError):
            self._file.close()
            self._socket.close()
