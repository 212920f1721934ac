# SPDX-License-Identifier: BSD-2-Clause
"""What a worker gave up while it speaks with a provider, and what `tokend serve` did before it
answers; what programs of an administrator keep. What fails then is in tests/unit/test_sandbox.c.
"""

import os
import re
import shutil
import signal
import stat
import threading

from support import faults, lineproto, masking, process, waiting
from support.case import MAILBOX, IntegrationCase

SECONDS = 20
GIVEN_UP = {"NoNewPrivs": "1", "Seccomp": "2"}
# What a program of an administrator's tells of itself: its own rights, and what it gains by a
# set-group-ID program, as Postfix's sendmail does.
WITNESS = """\
#!/bin/sh
{{ grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status; echo "group: $({id} -g)"; }} >{told}.part
echo x >{outside} && mv {told}.part {told}
echo {token}
"""
OTHER_GROUP = 8  # mail


def status(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as lines:
        return dict(re.findall(r"^(\w+):\s*(\S*)", lines.read(), re.MULTILINE))


def rights(pid):
    return {name: value for name, value in status(pid).items() if name in GIVEN_UP}


class Sandbox(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()
        self.release = threading.Event()
        self.addCleanup(self.release.set)
        self.open = os.path.join(self.folder, "open")
        os.mkdir(self.open)
        os.chmod(self.open, 0o777)

    def program(self, token=""):
        """(the path of a program that tells what it may, where it tells it)."""
        told = os.path.join(self.open, "told")
        gaining = os.path.join(self.folder, "id")
        shutil.copy("/usr/bin/id", gaining)
        os.chown(gaining, 0, OTHER_GROUP)
        os.chmod(gaining, 0o755 | stat.S_ISGID)
        path = os.path.join(self.folder, "program")
        with open(path, "w", encoding="utf-8") as out:
            out.write(WITNESS.format(id=gaining, told=told, token=token,
                                     outside=os.path.join(self.open, "outside")))
        os.chmod(path, 0o755)
        return path, told

    def assert_has_all_rights(self, told):
        waiting.until(lambda: os.path.exists(told), SECONDS, "the program")
        with open(told, encoding="ascii") as lines:
            found = dict(re.findall(r"^(\w+):\s*(\S+)", lines.read(), re.MULTILINE))
        self.assertEqual(found, {**rights(os.getpid()), "group": str(OTHER_GROUP)})

    def test_worker(self):
        self.sign_in(self.provider)
        self.provider.fault(faults.held(self.release), times=1)
        client = process.Background([self.stage.tokend_path, "token", MAILBOX],
                                   self.stage.path("log/held"))
        self.addCleanup(client.stop)
        waiting.until(lambda: self.provider.count > 0, SECONDS, "the token request")
        worker, = process.running(self.stage.worker_path)
        self.assertEqual(rights(worker), GIVEN_UP)

    def serving(self):
        """({pid: rights} of all that answer or renew, {pid: rights} of the two that start them)."""
        pids = process.running(self.stage.serve_path)
        found = {pid: rights(pid) for pid in pids}
        confined = {pid: each for pid, each in found.items() if each == GIVEN_UP}
        return confined, {pid: each for pid, each in found.items() if pid not in confined}

    def test_serve(self):
        """All but the listener, who reads nothing, and the process that starts workers."""
        listener = self.start_serve()
        def is_whole():
            confined, others = self.serving()
            return len(confined) > 2 and len(others) == 2 and listener.pid in others
        waiting.until(is_whole, SECONDS, "the processes of serve")
        self.assertEqual(set(map(str, self.serving()[1].values())), {str(rights(os.getpid()))})

    def test_on_error_of_serve(self):
        path, told = self.program()
        self.sign_in(self.provider, on_error=path, allow="daemon")
        self.start_serve()
        self.provider.store.withdraw(MAILBOX)
        self.ask_serve("sign-in")
        self.assert_has_all_rights(told)

    def test_process_that_starts_workers_is_replaced(self):
        self.sign_in(self.provider, allow="daemon")
        listener = self.start_serve()
        waiting.until(lambda: len(self.serving()[1]) == 2, SECONDS, "the processes of serve")
        starter, = set(self.serving()[1]) - {listener.pid}
        os.kill(starter, signal.SIGKILL)
        # A request that it has read goes with it; one that comes later does not.
        waiting.until(lambda: starter not in self.serving()[1], SECONDS, "its end")
        self.ask_serve("ok")
        self.assertEqual(self.provider.count, 1)

    def ask_serve(self, code):
        """A request that no cached token answers."""
        request = {**lineproto.get(MAILBOX, host="localhost"), "mechanism": "XOAUTH2"}
        answer = lineproto.ask(self.stage.socket, request)
        self.assertEqual(answer["code"], code, masking.mask(str(answer)))

    def test_on_error(self):
        path, told = self.program()
        self.sign_in(self.provider, on_error=path)
        self.provider.store.withdraw(MAILBOX)
        done = self.note(self.stage.tokend("token", MAILBOX))
        self.assertNotEqual(done.status, 0)
        self.assert_has_all_rights(told)

    def test_command(self):
        token = masking.add("token-of-a-program-of-the-administrator", "access token")
        path, told = self.program(token)
        self.stage.write_account(MAILBOX, grant="command", command=path, hosts="127.0.0.1")
        self.assertEqual(self.token(), token)
        self.assert_has_all_rights(told)
