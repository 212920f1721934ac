# SPDX-License-Identifier: BSD-2-Clause
"""What each process of ours gave up, seen from outside while a request is held.

No core file, and no other process of the same user reads its memory. test_guard looks at the order
of the calls; this at what holds in the end, in every process that there is.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import termios
import threading

from support import faults, process, waiting
from support.case import MAILBOX, IntegrationCase
from support.refresher import Refresher

SECONDS = waiting.LIMIT
LIMITS = {"Max core file size": ["0", "0"]}
# What only a tracer may read of another process, and what any process of the same user may.
TRACED = ("environ", "mem", "maps", "fd/0")
NEVER_ENDED_BY = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)


def entry(pid, name):
    with open(f"/proc/{pid}/{name}", encoding="utf-8", errors="replace") as file:
        return file.read()


def limits(pid):
    """{name: [soft, hard]}."""
    lines = entry(pid, "limits").splitlines()[1:]
    return {line[:26].strip(): line[26:].split()[:2] for line in lines}


def ignored(pid):
    """Whether each of NEVER_ENDED_BY is ignored."""
    mask = next(int(line.split()[1], 16) for line in entry(pid, "status").splitlines()
                if line.startswith("SigIgn:"))
    return all(mask >> (number - 1) & 1 for number in NEVER_ENDED_BY)


def is_empty(pipe):
    """Whether all that was written was read."""
    return fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)) == bytes(4)


class Processes(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()
        self.release = threading.Event()
        self.addCleanup(self.release.set)

    def readable(self, pid, uid, gid):
        """The entries of a process that another one of this user can read."""
        found = []
        for name in TRACED:
            done = process.run(["head", "-c", "1", f"/proc/{pid}/{name}"], uid=uid, gid=gid)
            if "Permission denied" not in done.stderr:
                found.append(name)
        return found

    def assert_guarded(self, what, pid, uid, gid):
        with self.subTest(what):
            self.assertEqual({name: limits(pid)[name] for name in LIMITS}, LIMITS)
            self.assertEqual(os.stat(f"/proc/{pid}/environ").st_uid, 0, "dumpable")
            self.assertEqual(self.readable(pid, uid, gid), [])

    def hold(self, place):
        """A command whose request the provider holds: (its process, the worker's pid)."""
        self.provider.fault(faults.held(self.release), times=1)
        before = self.provider.count
        client = self.start(place, ["token", MAILBOX])
        waiting.until(lambda: self.provider.count > before, SECONDS, "the token request")
        worker, = process.running(self.stage.worker_path)
        return client, worker

    def start(self, place, words, **options):
        """A command of root's, or of a person's."""
        who = {} if place is self.stage else {
            "uid": place.uid, "gid": place.gid, "env": place.environment()}
        return self.background([self.stage.tokend_path, *words], **{**who, **options})

    def background(self, argv, **options):
        started = process.Background(argv, self.stage.path("log/held"), **options)
        self.addCleanup(started.stop)
        return started

    def test_control(self):
        """The test of the test: of any other program all this can be read."""
        uid, gid = self.stage.uid, self.stage.gid
        sleep = self.background(["sleep", "60"], uid=uid, gid=gid)
        waiting.until(lambda: entry(sleep.pid, "comm").strip() == "sleep", SECONDS, "sleep")
        self.assertIn("environ", self.readable(sleep.pid, uid, gid))
        self.assertEqual(os.stat(f"/proc/{sleep.pid}/environ").st_uid, uid)

    def test_system(self):
        uid, gid = self.stage.uid, self.stage.gid
        self.sign_in(self.provider)
        listener = self.start_serve()
        # Serve renews ahead: the request that is held may be its own.
        self.provider.fault(faults.held(self.release))
        client = self.start(self.stage, ["token", MAILBOX])
        waiting.until(lambda: self.provider.count > 0, SECONDS, "the token request")
        worker, = process.running(self.stage.worker_path)
        serving = process.running(self.stage.serve_path)
        self.assertIn(listener.pid, serving)
        self.assertGreater(len(serving), 2, "the listener, answerers, the schedule")
        for pid in serving:
            self.assert_guarded("serve, the listener" if pid == listener.pid else "serve", pid,
                                uid, gid)
        self.assert_guarded("worker", worker, uid, gid)
        self.assertTrue(ignored(worker), "signals while the token may be spent")
        self.assert_guarded("token", client.pid, uid, gid)

    def test_user(self):
        home = self.make_home()
        self.sign_in(self.provider, home=home)
        client, worker = self.hold(home)
        pids = process.running(self.stage.tokend_path)
        self.assertIn(client.pid, pids)
        for pid in pids:
            self.assert_guarded(entry(pid, "cmdline").replace("\0", " "), pid, home.uid, home.gid)
        self.assert_guarded("worker", worker, home.uid, home.gid)
        self.assertTrue(ignored(worker), "signals while the token may be spent")

    def test_who_waits_for_a_secret(self):
        """A command that read the first byte of one, and waits for the others."""
        home = self.make_home()
        home.write_account(MAILBOX, **self.account_keys(self.provider))
        for words in (["login", "--refresh-token-stdin", MAILBOX],
                      ["import", "mutt_oauth2", "--client-id", "app", "-"]):
            with self.subTest(words[0]), self.piped(home, words) as (running, pipe):
                pipe.write(b"s")
                waiting.until(lambda: is_empty(pipe), SECONDS, "the command to read")
                self.assertIsNone(running.poll())
                for pid in process.running(self.stage.tokend_path):
                    self.assert_guarded(words[0], pid, home.uid, home.gid)
                for pid in process.running(self.stage.worker_path):
                    self.assert_guarded(f"{words[0]}'s worker", pid, home.uid, home.gid)

    @contextlib.contextmanager
    def piped(self, home, words):
        """(a person's command, what writes to its standard input)."""
        with subprocess.Popen([self.stage.tokend_path, *words], stdin=subprocess.PIPE, bufsize=0,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
                              env=process.clean_environment(home.environment()),
                              **process.identity(home.uid, home.gid)) as running:
            try:
                yield running, running.stdin
            finally:
                running.kill()


class ChangeOfUser(Refresher):
    def test_dumpable_is_taken_away_again(self):
        """The kernel sets it by fs.suid_dumpable, which lets some machines write cores."""
        lines = [call.line for call in self.reference()]
        changed = max(index for index, line in enumerate(lines) if line.startswith("setresuid("))
        self.assertTrue(any(line.startswith("prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE)")
                            for line in lines[changed:]), "after the change of user")
