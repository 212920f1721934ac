# SPDX-License-Identifier: BSD-2-Clause
"""Clients that mean harm, and answerers that die: `tokend serve` goes on."""

import contextlib
import os
import signal
import socket
import struct
import threading

from support import lineproto, process, tracing, waiting
from support.case import MAILBOX, IntegrationCase
from support.namespace import Namespace
from support.syslog import Syslog

CONNECTIONS = 300
BUSY_SECONDS = 9  # longer than tokend waits for a request, with some room
PROCESSES_MOST = 270
PROCESS_KB = 600
LINGERING = 20  # more than there are processes without work
STRANGER_UID = 23102
CONFIG = 78


class Log(IntegrationCase):
    """Helper mode logs to syslog, and its connection is where its answer goes."""

    def test_line_in_the_log_is_none_in_the_answer(self):
        self.require_root()
        provider = self.start_provider()
        self.sign_in(provider)
        private = Namespace()
        self.addCleanup(private.stop)
        private.mount_empty("/run")
        syslog = Syslog(private, os.path.join(self.folder, "syslog"))
        self.addCleanup(syslog.stop)
        ours, theirs = socket.socketpair()
        with ours:
            running = private.do(tracing.run_on, [self.stage.tokend_path, "serve", "--stdio"],
                                 {0: os.dup(theirs.fileno())})
            theirs.close()
            ours.sendall(lineproto.message({**lineproto.get(
                MAILBOX, host="elsewhere.example.com"), "mechanism": "XOAUTH2"}))
            answer = ours.recv(65536)
            tracing.finish(running)
        waiting.until(lambda: "elsewhere.example.com" in syslog.text(), waiting.LIMIT,
                      syslog.text)
        logged = syslog.text()
        self.assertTrue(answer.startswith(b"tokend=1\ncode=host\n"), answer)
        self.evidence.add_text("syslog", logged)
        self.assert_says(logged, "tokend[", MAILBOX)

    def test_worker_that_is_not_there_is_named(self):
        provider = self.start_provider()
        self.sign_in(provider)
        os.rename(self.stage.worker_path, self.stage.worker_path + ".away")
        self.addCleanup(os.rename, self.stage.worker_path + ".away", self.stage.worker_path)
        done = self.note(self.stage.tokend("token", MAILBOX))
        self.assert_says(done.stderr, MAILBOX, self.stage.worker_path, "no such file")
        self.assertEqual(done.status, CONFIG)


class Clients(IntegrationCase):
    """Hostile clients cost themselves their connection, and the others little."""

    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()
        self.sign_in(self.provider)
        self.token()
        self.running = self.start_serve()

    def connect(self):
        """Connected, however long the queue is: a socket with a timeout would not wait for it."""
        connection = socket.socket(socket.AF_UNIX)
        self.addCleanup(connection.close)
        connection.connect(self.stage.socket)
        connection.settimeout(waiting.LIMIT)
        return connection

    def seconds_to_answer(self):
        watch = waiting.Stopwatch()
        answer = lineproto.ask(self.stage.socket, lineproto.get(MAILBOX))
        self.assertEqual(answer["code"], "ok")
        return watch.seconds()

    def processes(self):
        """{pid: private memory in kB} of everything that runs tokend."""
        found = {}
        for pid in process.running(self.stage.serve_path):
            with contextlib.suppress(OSError), \
                    open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
                found[pid] = sum(int(line.split()[1]) for line in rollup
                                 if line.startswith("Private_"))
        return found

    def is_sanitized(self):
        """A program with AddressSanitizer in it has megabytes of its own."""
        with open(self.stage.tokend_path, "rb") as program:
            return b"__asan_init" in program.read()

    def assert_back_to_normal(self):
        waiting.until(lambda: len(self.processes()) <= 16, waiting.LIMIT, lambda: "the processes "
                      f"to go, {len(self.processes())} are left")
        self.assertLess(self.seconds_to_answer(), 1)
        self.running.require_running()
        descriptors = os.listdir(f"/proc/{self.running.pid}/fd")
        self.assertLess(len(descriptors), 12, "descriptors of the listener")

    def test_silent_and_dripping(self):
        """More of them than tokend has processes for; none ever says enough to be answered."""
        half = lineproto.message(lineproto.get(MAILBOX))[:-1]
        stop = threading.Event()

        def drip(connection):
            with contextlib.suppress(OSError):
                for byte in half * 1000:
                    connection.sendall(bytes([byte]))
                    if stop.wait(0.05):
                        return
        crowd = []

        def gather():
            crowd.extend(self.connect() for _ in range(CONNECTIONS))
        gathering = threading.Thread(target=gather, daemon=True)
        gathering.start()
        gathering.join(waiting.LIMIT)
        self.assertEqual(len(crowd), CONNECTIONS, "connections")
        drippers = [threading.Thread(target=drip, args=(each,)) for each in crowd[:20]]
        for each in drippers:
            each.start()
        at_peak = self.processes()
        self.assertLess(self.seconds_to_answer(), BUSY_SECONDS)
        self.assertLess(len(at_peak), PROCESSES_MOST)
        if not self.is_sanitized():
            self.assertLess(sum(at_peak.values()), PROCESSES_MOST * PROCESS_KB)
        for each in crowd:
            with contextlib.suppress(ConnectionResetError):
                self.assertEqual(each.recv(1), b"", "an answer to nothing")
        stop.set()
        for each in drippers:
            each.join()
        self.assert_back_to_normal()

    def test_silent_ones_that_come_again_and_again(self):
        """More than there are processes, all the time: others still get their turn."""
        stop = threading.Event()

        def annoy():
            while not stop.is_set():
                with socket.socket(socket.AF_UNIX) as connection, contextlib.suppress(OSError):
                    connection.connect(self.stage.socket)
                    connection.settimeout(waiting.LIMIT)
                    connection.recv(1)
        crowd = [threading.Thread(target=annoy) for _ in range(CONNECTIONS)]
        for each in crowd:
            each.start()
        try:
            waiting.until(lambda: len(self.processes()) > 200, waiting.LIMIT, "the crowd")
            for _ in range(5):
                self.assertLess(self.patient_seconds(), BUSY_SECONDS / 2)
        finally:
            stop.set()
            for each in crowd:
                each.join()
        self.assert_back_to_normal()

    def patient_seconds(self):
        """As the plugin does it: a full queue is waited for."""
        watch = waiting.Stopwatch()
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.stage.socket)
            connection.sendall(lineproto.message(lineproto.get(MAILBOX)))
            self.assertIn(b"code=ok", connection.recv(65536))
        return watch.seconds()

    def test_closing_early(self):
        whole = lineproto.message(lineproto.get(MAILBOX))
        for length in (0, 1, len(whole) // 2, len(whole)):
            for _ in range(CONNECTIONS // 4):
                with self.connect() as connection:
                    connection.sendall(whole[:length])
        self.assertLess(self.seconds_to_answer(), 2)
        self.assert_back_to_normal()

    def test_garbage(self):
        for _ in range(50):
            answer = lineproto.exchange(self.stage.socket, os.urandom(5000), half_close=True)
            self.assertNotIn(b"code=ok", answer)
        self.assert_back_to_normal()

    def test_byte_at_a_time_is_served_if_it_comes_to_an_end(self):
        connection = self.connect()
        for byte in lineproto.message(lineproto.get(MAILBOX)):
            connection.sendall(bytes([byte]))
        self.assertIn(b"\ncode=ok\n", connection.recv(65536))

    def test_killed_answerers_are_replaced(self):
        """Whatever ends an answerer, in whatever state: others take the place."""
        for _ in range(3):
            for pid in self.processes():
                if pid != self.running.pid:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            self.assertLess(self.seconds_to_answer(), 4)
        self.assert_back_to_normal()

    def test_answerers_end_with_a_listener_that_was_killed(self):
        own = process.Background([self.stage.tokend_path, "serve", "--socket",
                                  os.path.join(self.folder, "second")],
                                 self.stage.path("log/second"))
        self.addCleanup(own.stop, signal.SIGKILL)
        waiting.until(lambda: waiting.accepts(os.path.join(self.folder, "second")), waiting.LIMIT,
                      "serve")
        before = set(self.processes())
        own.send_signal(signal.SIGKILL)
        waiting.until(lambda: not self.children_left(before, own.pid), waiting.LIMIT,
                      "all of them to end")

    def children_left(self, before, parent):
        """Those of before that run on although parent, whose they were, has gone."""
        left = []
        for pid in before & set(self.processes()):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", encoding="ascii") as file:
                if int(file.read().rsplit(")", 1)[1].split()[1]) == 1 and pid != parent:
                    left.append(pid)
        return left

    def lingering(self):
        """A socket whose end lasts for an hour: what it has to say is not read."""
        if not hasattr(self, "unread"):
            self.unread = socket.create_server(("127.0.0.1", 0), backlog=CONNECTIONS)
            self.unread.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            self.addCleanup(self.unread.close)
        found = socket.create_connection(self.unread.getsockname())
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 3600))
        found.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                found.send(bytes(65536))
        return found

    @contextlib.contextmanager
    def stopped(self):
        """Whatever is sent meanwhile has come whole, and the client has closed its own."""
        pids = list(self.processes())
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def connect_as(self, uid):
        os.seteuid(uid)
        try:
            return self.connect()
        finally:
            os.seteuid(0)

    def answer_of(self, connection):
        """What is left unread ends a connection as if it was reset."""
        found = b""
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65536):
                found += part
        return found

    def leave_file(self, uid, *parts):
        """A connection on which each part but the first comes with such a socket."""
        connection = self.connect_as(uid)
        connection.sendall(parts[0])
        for part in parts[1:]:
            with self.lingering() as file:
                socket.send_fds(connection, [part], [file.fileno()])
        return connection

    def test_files_whose_end_lasts_are_left_to_their_clients(self):
        """By who may send, and who may not, with what is no request, and after one."""
        self.require_root()
        self.stage.write_account(MAILBOX, **self.account_keys(
            self.provider, send="smtp", server_smtp="localhost:1"))
        get = lineproto.message(lineproto.get(MAILBOX))
        send = lineproto.message({"verb": "send", "account": MAILBOX})
        for uid, code, parts in ((STRANGER_UID, b"code=denied", (b"", send)),
                                 (0, b"code=internal", (b"", send)),
                                 (0, b"code=internal", (b"", b"GET / HTTP/1.0\r\n\r\n")),
                                 (0, b"code=ok", (get[:9], get[9:])),
                                 (0, b"code=internal", (get, b"more"))):
            with self.subTest(parts=parts), self.stopped():
                crowd = [self.leave_file(uid, *parts) for _ in range(LINGERING)]
            for connection in crowd:
                self.assertIn(code, self.answer_of(connection))
            self.assert_back_to_normal()
