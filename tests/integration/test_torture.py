# SPDX-License-Identifier: BSD-2-Clause
"""What is promised of the store, where everything goes wrong.

A refresh is killed at each of its system calls, each call fails in turn, the disk is full, signals
come at the worst moment. One-time refresh tokens throughout: a token that is lost, or spent twice,
is then an account that is lost.
"""

import contextlib
import os
import signal
import socket
import threading
import time

from support import faults, lineproto, process, tap, tracing, waiting
from support.case import MAILBOX
from support.refresher import Refresher

TRANSIENT = 75
CONFIG = 78
ERRORS = ("EIO", "ENOSPC", "EINTR", "EMFILE")


class Kill(Refresher):
    """kill -9 at every system call."""

    def test_store_is_whole_and_the_account_lives(self):
        every = self.reference()
        locked = next(index for index, call in enumerate(every) if call.name == "flock")
        # What comes before the lock is the loading of libraries: some of it is enough.
        points = every[:locked:25] + every[locked:]
        for call in points:
            old = self.stored()
            with self.subTest(call=f"{call.name} No. {call.number}", line=call.line[:100]):
                status, answer = self.refresh(call.kill())
                self.assertIn(status, (-signal.SIGKILL, 0), "killed, or not met again")
                new = self.current()
                self.assertIn(self.stored(), {old, new}, "the old or the new one")
                if answer is not None:
                    self.assertEqual(self.stored(), new, "answered before it was stored")
                self.check_store(call.line[:80], self.between_commit_and_rename())
        self.assertGreater(len(points), 100, "calls to be killed at")
        self.assertLess(self.lost, len(points) / 3, "only between commit and rename")

    def test_what_is_synced(self):
        """The refresh token's file and folder, before and after the request, and nothing else.

        The cache and the state cost one request when a power cut takes them, and a sync may take
        seconds.
        """
        synced = [call.line.partition("<")[2].partition(">")[0] for call in self.reference()
                  if call.name in ("fsync", "fdatasync", "sync", "syncfs")]
        folder = os.path.join(self.stage.state, "credentials")
        self.assertEqual(synced, 2 * [os.path.join(folder, f".{MAILBOX}.new"), folder])

    def test_what_a_power_cut_may_leave_is_no_obstacle(self):
        """What is not synced may come back with its size, and without its content."""
        for damage in (bytes(3000), b"", b"tokend-cache=1\n", b"tokend-state=1\nretry_at=9"):
            for folder in ("cache", "state"):
                with open(self.path(folder), "wb") as file:
                    file.write(damage)
            self.check_store(f"{damage[:20]} in cache and state", False)

    def test_reservation_of_another_worker_is_no_obstacle(self):
        """What a killed worker left may be anything, and of any length."""
        for folder in ("credentials", "cache", "state"):
            with open(self.path(folder, f".{MAILBOX}.new"), "wb") as left:
                left.write(os.urandom(1_000_000))
        self.check_store("leftovers", False)


class Fail(Refresher):
    """Every system call may fail."""

    def met(self):
        """The line of the call that failed, or None where it was not met in this run."""
        return next((call.line for call in tracing.calls(self.trace)
                     if "(INJECTED)" in call.line), None)

    def judge_answer(self, status, answer, line):
        self.assertGreaterEqual(status, 0, f"crashed by {line}")
        if answer is None or answer["code"] == "ok":
            return
        self.assert_says(answer["text"], MAILBOX)
        self.assertLessEqual(len(answer["text"].encode()), 400)

    def test_worker(self):
        every = [call for call in self.reference() if call.name in tracing.FALLIBLE]
        began = next(index for index, call in enumerate(every) if call.name == "flock") - 4
        met = 0
        for index, call in enumerate(every[began:]):
            is_reservation = ".new" in call.line
            for error in ERRORS if is_reservation else ERRORS[index % 4:][:1]:
                with self.subTest(call=f"{call.name} No. {call.number}", error=error):
                    before = self.provider.count
                    status, answer = self.refresh(call.fail(error))
                    line = self.met()
                    if line is None:
                        continue
                    met += 1
                    self.judge_answer(status, answer, line)
                    self.judge_request(line, answer, self.provider.count - before)
                    self.check_store(line[:100], "TCP:" in line)
        self.assertGreater(met, 80, "calls that failed")

    def judge_request(self, line, answer, requests):
        """Whether the provider may have been asked, where this call failed."""
        self.assertLessEqual(requests, 1, line)
        is_reserving = any(name in line for name in ("O_EXCL", "fallocate", "fchmod"))
        if ".new" in line and is_reserving:
            self.assertEqual(requests, 0, f"asked in spite of {line}")
            self.assertEqual(answer["code"], "later", line)
            self.assert_says(answer["text"], "the provider is not asked", self.stage.state)

    def session(self, *injections):
        """One request to `tokend-serve --stdio` under strace: (status, answer or None)."""
        ours, theirs = socket.socketpair()
        with ours:
            running = tracing.run_on([*tracing.command(self.trace, *injections),
                                      self.stage.serve_path, "--stdio"],
                                     {0: os.dup(theirs.fileno())})
            theirs.close()
            ours.settimeout(tracing.SECONDS)
            ours.sendall(lineproto.message(lineproto.get(MAILBOX, wait=5000)))
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while part := ours.recv(65536):
                    answer += part
        status, said = tracing.finish(running)
        self.evidence.add_text("standard error of tokend", said)
        text = answer.decode()
        if text and not text.endswith("\n\n"):
            self.fail(f"half an answer: {len(text)} bytes")
        return status, dict(line.split("=", 1) for line in text.splitlines() if line) or None

    def sweep(self, run, least, prepare=lambda: None):
        """Let each call of run() fail, with one error after the other."""
        prepare()
        status, answer = run()
        self.assertEqual((status, answer["code"]), (0, "ok"))
        every = [call for call in tracing.calls(self.trace) if call.name in tracing.FALLIBLE]
        began = next(index for index, call in enumerate(every)
                     if "/tokend" in call.line and self.stage.config in call.line)
        met = 0
        for index, call in enumerate(every[began:]):
            error = ERRORS[index % 4]
            with self.subTest(call=f"{call.name} No. {call.number}", error=error):
                prepare()
                before = self.provider.count
                status, answer = run(call.fail(error))
                line = self.met()
                if line is None:
                    continue
                met += 1
                self.judge_answer(status, answer, line)
                self.assertLessEqual(self.provider.count - before, 1, line)
                waiting.until(self.lock_is_free, waiting.LIMIT, f"the worker's end, after {line}")
                self.assertEqual(self.stored(), self.current(), line)
        self.assertGreater(met, least, "calls that failed")

    def forget(self):
        """No access token: the next client has to fetch one."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path("cache"))
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path("state"))

    def test_session_with_a_token_in_the_cache(self):
        self.token()
        self.sweep(self.session, 15)
        self.assertEqual(self.provider.count, 1)

    def test_session_that_fetches(self):
        self.sweep(self.session, 50, self.forget)

    def command(self, *injections):
        done = process.run([*tracing.command(self.trace, *injections),
                            self.stage.tokend_path, "token", MAILBOX])
        self.evidence.add_text("standard error of tokend token", done.stderr)
        if done.status == 0:
            return 0, {"code": "ok"}
        return done.status, {"code": "failed", "text": done.stderr.strip()[-400:]}

    def test_token_command(self):
        self.token()
        self.sweep(self.command, 15)


class Disk(Refresher):
    """A full or read-only disk never costs a token."""

    def setUp(self):
        super().setUp()
        stored = self.stored()
        self.place = self.stage.state
        done = process.run(["mount", "-t", "tmpfs", "-o",
                            f"size=4m,mode=0700,uid={self.stage.uid},gid={self.stage.gid}",
                            "tokend-torture", self.place])
        if done.status != 0:
            tap.allowed_skip(f"no file system can be mounted here: {done.text.strip()}")
        self.addCleanup(process.must, ["umount", "--lazy", self.place])
        self.succeed(self.stage.tokend("login", "--refresh-token-stdin", MAILBOX,
                                       stdin=stored + "\n"))
        self.provider.forget_requests()

    def fill(self):
        """Leave no block free; returns what makes room again."""
        path = os.path.join(self.place, "filler")
        with open(path, "wb", buffering=0) as filler, contextlib.suppress(OSError):
            while True:
                filler.write(bytes(4096))
        return lambda: os.unlink(path)

    def make_read_only(self):
        """Which the kernel refuses as long as a worker, that has answered, still ends."""
        waiting.until(lambda: process.count_running(self.stage.worker_path) == 0,
                      waiting.LIMIT, "the worker's end")
        process.must(["mount", "-o", "remount,ro", self.place])
        return lambda: process.must(["mount", "-o", "remount,rw", self.place])

    def assert_no_token_is_spent(self, break_disk, status, code, *says):
        os.unlink(self.path("cache"))
        before = self.stored()
        mend = break_disk()
        for _ in range(2):
            done = self.note(self.stage.tokend("token", MAILBOX))
            self.assertEqual(done.status, status, done.text)
            self.assert_says(done.stderr, MAILBOX, self.place, *says)
        self.start_serve()
        self.assertEqual(lineproto.ask(self.stage.socket, lineproto.get(MAILBOX))["code"], code)
        self.assertEqual(self.provider.count, 0, "asked without room for the answer")
        mend()
        self.assertEqual(self.stored(), before)
        self.assertEqual(self.current(), before)
        self.token()
        self.assertEqual(self.stored(), self.current())

    def test_full(self):
        self.assert_no_token_is_spent(self.fill, TRANSIENT, "later",
                                      "no space left", "the provider is not asked", "make room")

    def test_read_only(self):
        self.assert_no_token_is_spent(self.make_read_only, CONFIG, "config",
                                      "read-only", "mount it writable")

    def test_cached_token_is_given_all_the_same(self):
        token = self.token()
        for break_disk in (self.fill, self.make_read_only):
            with self.subTest(break_disk.__name__):
                mend = break_disk()
                self.assertEqual(self.token(), token)
                mend()


class Signals(Refresher):
    """Between spending and storing only KILL ends a worker."""

    def workers(self):
        """Their pids."""
        return process.running(self.stage.worker_path)

    def test_int_hup_and_term(self):
        release = threading.Event()
        self.addCleanup(release.set)
        self.provider.fault(faults.held(release), times=1)
        results = []
        client = threading.Thread(
            target=lambda: results.append(self.stage.tokend("token", MAILBOX)))
        client.start()
        waiting.until(lambda: self.provider.count == 1, waiting.LIMIT, "the token request")
        worker, = self.workers()
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            os.kill(worker, number)
        time.sleep(0.2)
        self.assertEqual(self.workers(), [worker], "still there")
        release.set()
        client.join()
        self.evidence.add_text("standard error of tokend token", results[0].stderr)
        self.assertEqual(results[0].stdout.strip(), self.provider.store.issued[-1])
        self.assertEqual(self.stored(), self.current())

    def test_asker_is_killed(self):
        """The worker is not the client's child, and goes on."""
        release = threading.Event()
        self.addCleanup(release.set)
        self.provider.fault(faults.held(release), times=1)
        client = process.Background([self.stage.tokend_path, "token", MAILBOX],
                                   self.stage.path("log/client"), group=True)
        waiting.until(lambda: self.provider.count == 1, waiting.LIMIT, "the token request")
        client.stop(signal.SIGKILL)
        release.set()
        waiting.until(lambda: self.workers() == [], waiting.LIMIT, "the worker's end")
        self.assertEqual(self.stored(), self.current())
        self.assertEqual(self.token(), self.provider.store.issued[-1])
        self.assertEqual(self.provider.count, 1)
