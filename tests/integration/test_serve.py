# SPDX-License-Identifier: BSD-2-Clause
"""`tokend serve` and its clients, each against a counterpart that does not keep to the rules."""

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time

from support import faults, lineproto, mailclients, process, tracing, waiting
from support.case import MAILBOX, IntegrationCase

HALF_REQUEST_SECONDS = 8


class Listener(IntegrationCase):
    """Sockets, and requests in and out of form."""

    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()
        self.sign_in(self.provider)

    def ask(self, attributes=None, path=None):
        return lineproto.ask(path or self.stage.socket,
                             attributes or lineproto.get(MAILBOX))

    def assert_serves(self, path=None):
        self.assertEqual(self.ask(path=path)["code"], "ok")

    def test_answer(self):
        self.start_serve()
        answer = self.ask({**lineproto.get(MAILBOX, host="127.0.0.1", service="smtp"),
                           "mechanism": "XOAUTH2", "unknown": "ignored"})
        self.assertEqual(answer["code"], "ok")
        self.assertEqual(answer["token"], self.provider.store.issued[0])
        self.assertRegex(answer["id"], r"\A[0-9a-f]{32}\Z")
        self.assertEqual(int(answer["expires"]) - int(answer["issued"]), 3600)
        self.assertEqual(int(answer["expires"]) - int(answer["fresh_until"]), 300)
        self.assertAlmostEqual(int(answer["issued"]), time.time(), delta=10)

    def test_failures_are_told_by_code_and_text(self):
        self.start_serve()
        for attributes, code in (
                (lineproto.get("nobody@example.org"), "no-account"),
                (lineproto.get("../evil"), "config"),
                ({**lineproto.get(MAILBOX, host="elsewhere.example.com"),
                  "mechanism": "XOAUTH2"}, "host"),
                ({"verb": "reject", "account": MAILBOX, "id": "0" * 32, "host": "127.0.0.1",
                  "challenge": "{}"}, "ok")):
            with self.subTest(code=code, **attributes):
                answer = self.ask(attributes)
                self.assertEqual(answer["code"], code)
                self.assertNotIn("token", answer)
                if code != "ok":
                    self.assertLessEqual(len(answer["text"].encode()), 400)
                    self.assertTrue(answer["text"].isprintable())
        self.assertEqual(self.provider.count, 0)

    def test_other_version(self):
        self.start_serve()
        answer = lineproto.exchange(self.stage.socket, lineproto.message(
            lineproto.get(MAILBOX), first="tokend=2"))
        self.assertTrue(answer.startswith(b"tokend=1\ncode=version\n"), answer)

    def test_requests_out_of_form_cost_only_their_connection(self):
        self.start_serve()
        good = lineproto.message(lineproto.get(MAILBOX))
        for name, content in (
                ("nothing", b""), ("half", good[:-1]), ("trailing bytes", good + b"more"),
                ("two requests", good + good), ("carriage returns", good.replace(b"\n", b"\r\n")),
                ("nul", good.replace(b"get", b"g\0t")), ("no form", b"GET / HTTP/1.0\r\n\r\n"),
                ("doubled", lineproto.message([*lineproto.get(MAILBOX).items(),
                                               ("account", MAILBOX)])),
                ("upper case", good.replace(b"verb", b"VERB")),
                ("unknown verb", good.replace(b"=get", b"=put")),
                ("many lines", lineproto.message([(f"a{i}", "x") for i in range(100)])),
                ("long line", lineproto.message({"verb": "x" * 20000})),
                ("endless", b"a" * 10_000_000), ("noise", os.urandom(100000))):
            with self.subTest(name):
                answer = lineproto.exchange(self.stage.socket, content, half_close=True)
                self.assertNotIn(b"code=ok", answer)
                self.assertNotIn(b"token=", answer.replace(b"tokend=1", b""))
        self.assertEqual(self.provider.count, 0)
        self.assert_serves()

    def test_silent_clients_are_dropped_and_hold_nobody_up(self):
        self.start_serve()
        idle = [socket.socket(socket.AF_UNIX) for _ in range(100)]
        for connection in idle:
            self.addCleanup(connection.close)
            connection.connect(self.stage.socket)
            connection.sendall(b"tokend=1\nverb=get\n")
        watch = waiting.Stopwatch()
        self.assert_serves()
        self.assertLess(watch.seconds(), HALF_REQUEST_SECONDS / 2)
        for connection in idle:
            connection.settimeout(HALF_REQUEST_SECONDS)
            self.assertEqual(connection.recv(1), b"")

    def test_several_sockets(self):
        paths = [os.path.join(self.folder, name, "socket") for name in ("one", "two")]
        self.start_serve(*paths)
        for path in paths:
            self.assert_serves(path)
        self.assertFalse(os.path.exists(self.stage.socket))

    def test_users_own_socket_goes_with_its_service(self):
        home = self.make_home()
        path = os.path.join(home.runtime, "tokend", "socket")
        env = home.environment(XDG_RUNTIME_DIR=home.runtime)
        with self.stage.serve(path, uid=home.uid, env=env):
            self.assertEqual(self.ask(path=path)["code"], "no-account")
        self.assertFalse(os.path.exists(path))

    def test_stopped_while_it_begins(self):
        self.require_strace()
        home = self.make_home()
        path = os.path.join(home.runtime, "tokend", "socket")
        done = process.run(
            [*tracing.command("/dev/null", "--inject=bind:signal=TERM"), self.stage.tokend_path,
             "serve", "--socket", path], uid=home.uid, env=home.environment())
        self.assertEqual(done.status, 0, done.text)
        self.assert_says(done.stderr, f"listening on {path}")
        self.assertFalse(os.path.exists(path))

    def test_folder_that_serve_makes_is_open_to_all_whatever_the_umask(self):
        """The client is smtp(8) as postfix, or any user: who gets what is not the folder's say."""
        path = os.path.join(self.folder, "made", "socket")
        self.addCleanup(os.umask, os.umask(0o077))
        with self.stage.serve(path):
            self.assertEqual(os.stat(os.path.dirname(path)).st_mode & 0o777, 0o755)
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o666)

    def test_stale_socket_is_replaced_and_a_live_one_is_not(self):
        with socket.socket(socket.AF_UNIX) as stale:
            os.makedirs(os.path.dirname(self.stage.socket))
            stale.bind(self.stage.socket)
        with self.stage.serve():
            done = self.note(self.stage.tokend("serve"))
            self.assertNotEqual(done.status, 0)
            self.assert_says(done.stderr, self.stage.socket, "another tokend")
            self.assert_serves()

    def test_place_of_a_socket_whose_queue_is_full_is_not_taken(self):
        path = os.path.join(self.folder, "full")
        with contextlib.ExitStack() as opened:
            other = opened.enter_context(socket.socket(socket.AF_UNIX))
            other.bind(path)
            other.listen(0)
            for _ in range(3):
                client = opened.enter_context(socket.socket(socket.AF_UNIX))
                client.setblocking(False)
                client.connect_ex(path)
            done = self.note(self.stage.tokend("serve", "--socket", path))
            self.assertNotEqual(done.status, 0)
            self.assert_says(done.stderr, path, "another tokend")

    def test_place_of_another_file_is_not_taken(self):
        path = os.path.join(self.folder, "precious")
        with open(path, "w", encoding="utf-8") as out:
            out.write("precious\n")
        done = self.note(self.stage.tokend("serve", "--socket", path))
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.stderr, path)
        with open(path, encoding="utf-8") as kept:
            self.assertEqual(kept.read(), "precious\n")

    def test_sockets_handed_over_by_systemd(self):
        """sd_listen_fds(3): the socket is descriptor 3, and LISTEN_PID is the program's own."""
        path = os.path.join(self.folder, "activated")
        log = os.path.join(self.folder, "activated.log")
        self.evidence.add_file(log)
        with socket.socket(socket.AF_UNIX) as listening, open(log, "ab") as output:
            listening.bind(path)
            listening.listen(16)
            running = subprocess.Popen(
                ["sh", "-c", f"exec 3<&{listening.fileno()}; LISTEN_PID=$$ LISTEN_FDS=1 exec "
                 f"{self.stage.tokend_path} serve"],
                pass_fds=[listening.fileno()], env=process.clean_environment(), stderr=output)
            try:
                self.assert_serves(path)
                self.assertFalse(os.path.exists(self.stage.socket))
            finally:
                running.terminate()
                status = running.wait(waiting.LIMIT)
        self.assertEqual(status, 0)
        self.assertTrue(os.path.exists(path), "systemd's socket is systemd's to remove")
        with open(log, encoding="utf-8") as told:
            self.assertIn(f"serving: listening on {path}; ", told.read())

    def test_token_is_renewed_before_anybody_waits(self):
        self.provider.store.lifetime = 8
        first = self.token()
        self.start_serve()
        waiting.until(lambda: len(self.provider.store.issued) == 2, waiting.LIMIT,
                      "a renewal of its own")
        self.assertTrue(self.provider.store.introspect(first)["active"], "in time")

    def test_ends_with_its_service_while_a_refresh_goes_on(self):
        """SIGTERM during a refresh: the new one-time token is stored all the same."""
        self.provider.store.rotation = "one-time"
        release = threading.Event()
        self.provider.fault(faults.held(release), times=1)
        with self.stage.serve() as running:
            client = threading.Thread(target=lambda: lineproto.exchange(
                self.stage.socket, lineproto.message(lineproto.get(MAILBOX))))
            client.start()
            waiting.until(lambda: self.provider.count == 1, waiting.LIMIT, "the token request")
            os.kill(running.pid, signal.SIGTERM)
            waiting.until(lambda: running.status is not None, waiting.LIMIT, "the end of serve")
            release.set()
            client.join()
        self.succeed(self.stage.tokend("refresh", MAILBOX))
        self.assertEqual([request.outcome for request in self.provider.requests],
                         ["granted", "granted"])


class FakeTokend(IntegrationCase):
    """The plugin meets a listener that is no tokend, or not the one that it trusts."""

    def setUp(self):
        super().setUp()
        self.require_root()
        self.home = self.make_home()
        self.path = os.path.join(self.folder, "socket")
        self.stage.write_plugin_conf(f"socket = {self.path}\ndeadline = 3\n", mode=0o644)

    def log_in(self, answer, *says, mechanism="XOAUTH2", uid=0):
        """Perl's first step against the fake; returns whether it got a response."""
        listener = lineproto.FakeListener(self.path, answer, uid)
        try:
            watch = waiting.Stopwatch()
            done = self.note(mailclients.perl_imap(self.home, 0, MAILBOX, mechanism))
            self.assertLess(watch.seconds(), 5)
        finally:
            listener.stop()
            os.unlink(self.path)
        self.assertGreaterEqual(done.status, 0, "the host crashed")
        self.assert_says(done.stdout, *says)
        return done.status == 0

    def answer(self, **changed):
        now = int(time.time())
        return lineproto.message({"code": "ok", "token": "a.good-token", "id": "0" * 32,
                                  "issued": now, "fresh_until": now + 60, "expires": now + 90,
                                  **changed})

    def test_good_answer(self):
        self.assertTrue(self.log_in(self.answer()))

    def test_silent(self):
        self.assertFalse(self.log_in(None, MAILBOX, "in time"))

    def test_answers_out_of_form(self):
        good = self.answer()
        for name, answer in (
                ("nothing", b""), ("half", good[:-1]), ("trailing", good + b"x"),
                ("http", b"HTTP/1.0 200 OK\r\n\r\n"), ("noise", os.urandom(70000)),
                ("endless", b"a" * 5_000_000), ("no code", lineproto.message({"token": "x"})),
                ("strange code", lineproto.message({"code": "perhaps", "text": "?"})),
                ("no token", lineproto.message({"code": "ok"})),
                ("separator in token", self.answer(token="a\x01auth=Bearer b")),
                ("blank in token", self.answer(token="a b")),
                ("long token", self.answer(token="a" * 9001)),
                ("separator in user", self.answer(user="a\x01b")),
                ("no numbers", self.answer(expires="soon"))):
            for mechanism in ("XOAUTH2", "OAUTHBEARER"):
                with self.subTest(name, mechanism=mechanism):
                    self.assertFalse(self.log_in(answer, MAILBOX, mechanism=mechanism))

    def test_text_is_made_printable(self):
        hostile = lineproto.message({"code": "later", "text": "\x1b[31mred\x07\u2028" + "x" * 300})
        self.assertFalse(self.log_in(hostile, "?[31mred?\\u{2028}x"))
        hostile = lineproto.message({"code": "later", "text": "\x1b[31mred\x07" + "x" * 9000})
        self.assertFalse(self.log_in(hostile, "red"))

    def test_listener_planted_in_a_folder_that_all_may_write_to(self):
        """Such as /tmp, where another user's mail program may well have been started."""
        self.stage.write_plugin_conf("deadline = 3\n", mode=0o644)
        shared = os.path.join(self.folder, "shared")
        planted = os.path.join(shared, "run/tokend")
        os.mkdir(shared)
        os.chmod(shared, 0o1777)
        os.makedirs(planted)
        for path in (os.path.dirname(planted), planted):
            os.chown(path, 20002, 20002)
        os.makedirs(os.path.dirname(self.stage.socket), exist_ok=True)
        strange = lineproto.FakeListener(os.path.join(planted, "socket"), self.answer(), 20002)
        try:
            self.assertEqual(self.log_in_from(shared, "no tokend"), False)
            self.path = self.stage.socket
            true = lineproto.FakeListener(self.path, self.answer())
            try:
                self.assertTrue(self.log_in_from(shared))
            finally:
                true.stop()
                os.unlink(self.path)
        finally:
            strange.stop()
        self.assertEqual((len(strange.requests), len(true.requests)), (0, 1))

    def log_in_from(self, folder, *says):
        done = self.note(mailclients.perl_imap(
            self.home, 0, MAILBOX, wrapper=["env", "-C", folder]))
        self.assert_says(done.stdout, *says)
        self.assertNotIn("listener_uid", done.text)
        return done.status == 0

    def test_listener_of_another_user_is_believed_only_if_plugin_conf_names_it(self):
        self.assertFalse(self.log_in(self.answer(), "20002", "listener_uid", uid=20002))
        self.stage.write_plugin_conf(f"socket = {self.path}\nlistener_uid = 20002\n", mode=0o644)
        self.assertTrue(self.log_in(self.answer(), uid=20002))
        self.assertTrue(self.log_in(self.answer(), uid=self.home.uid))
