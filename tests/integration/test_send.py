# SPDX-License-Identifier: BSD-2-Clause
"""A mail by the account of others: who may send, what it costs, and what is left of it.

The mail goes as an open file from the client to tokend, and from there to a sender, which keeps
its connection. Wherever one of them is killed, a mail that was answered "ok" was taken by the
server, and one that was answered otherwise before the last step was not.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

from support import faults, lineproto, process, smtp_sink, tracing, waiting
from support.case import MAILBOX, IntegrationCase

SENDER_UID, STRANGER_UID = 23101, 23102
LIMITED = "23101 23103"
TEMPFAIL, NOT_TAKEN, NOT_ALLOWED = 75, 69, 77
RECIPIENT = "bob@example.org"
MANY = 20
MAILS = 12
CONNECT = r"smtpd\[\d+\]: connect from"
# By these the answerer, or the sender, looks at the world or changes it.
BORING = {"mmap", "mprotect", "brk", "munmap", "access", "arch_prctl", "set_tid_address",
          "set_robust_list", "rseq", "prlimit64", "execve", "exit_group", "getrandom",
          "rt_sigaction", "rt_sigprocmask", "close", "alarm", "capget", "umask", "dup2"}
STEP = int(os.environ.get("TOKEND_SWEEP_STEP", "3"))  # one call of so many is swept
LARGE = 400_000  # lines of content: more than all buffers on its way hold


def mail_text(number=1, sender=MAILBOX, recipient=RECIPIENT, lines=0):
    return (f"{sender}\n{recipient}\n\nFrom: {sender}\nTo: {recipient}\nSubject: No. {number}\n"
            f"Date: Sun, 29 Nov 2026 15:00:00 +0000\nMessage-ID: <{number}@example.org>\n\n"
            f"Hello.\n" + "And so on, and so on, and so on, and so on.\n" * lines)


def numbers_of(mails):
    """Which mails arrived, by their subjects."""
    return [int(re.search(rb"(?m)^Subject: No\. (\d+)", content)[1]) for _, _, content in mails]


class Client:
    """One mail over a socket, by hand: .answer is what came back, {} where nothing did."""

    def __init__(self, connection, path, account=MAILBOX, **more):
        self.answer = None
        self._connection = connection
        # One that was killed takes nothing.
        with open(path, "rb") as mail, contextlib.suppress(BrokenPipeError):
            socket.send_fds(connection, [lineproto.message(
                {"verb": "send", "account": account, **more})], [mail.fileno()])
        self._thread = threading.Thread(target=self._hear, daemon=True)
        self._thread.start()

    def _hear(self):
        found = b""
        self._connection.settimeout(waiting.LIMIT)
        with contextlib.suppress(OSError):
            while part := self._connection.recv(65536):
                found += part
        text = found.decode()
        self.answer = dict(line.split("=", 1) for line in text.splitlines() if line) \
            if text.endswith("\n\n") else {}

    def leave(self):
        self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def wait(self):
        waiting.until(lambda: self.answer is not None, waiting.LIMIT, "the answer")
        self._connection.close()
        return self.answer


class SendCase(IntegrationCase):
    """A server that stops where it is told to, an account that sends by it, and tokend serve."""

    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()
        self.sink = self.start_sink()
        self.make_account()

    def start_sink(self):
        started = smtp_sink.SmtpSink(self.authority.issue(), self.provider.store.introspect)
        self.addCleanup(started.stop)
        return started

    def make_account(self, **more):
        self.sign_in(self.provider, **{
            "server_smtp": f"localhost:{self.sink.port}", "send": "smtp", "allow_send": LIMITED,
            "ca_file": self.authority.certificate, **more})
        self.sink.logins.clear()

    def mail(self, number=1, **more):
        path = os.path.join(self.folder, f"mail-{number}")
        with open(path, "w", encoding="ascii") as file:
            file.write(mail_text(number, **more))
        return path

    def connect(self):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self.stage.socket)
        return connection

    def send(self, path, **more):
        return Client(self.connect(), path, **more)

    def holders(self, program, path):
        """The processes of a program that have the mail open."""
        found = []
        for pid in process.running(program):
            with contextlib.suppress(OSError):
                if process.has_open(pid, path):
                    found.append(pid)
        return found

    def wait_gone(self, path):
        waiting.until(lambda: not self.holders(self.stage.serve_path, path) and
                      not self.holders(self.stage.worker_path, path), waiting.LIMIT,
                      "the processes that had the mail")

    def tokend_send(self, uid, *words, text="Subject: x\n\nHello.\n"):
        return self.note(self.stage.tokend("send", MAILBOX, *words, uid=uid, stdin=text))

    def send_as(self, uid):
        return self.tokend_send(uid, "-f", MAILBOX, RECIPIENT)


class Rights(SendCase):
    def test_who_may_send_gets_no_token(self):
        self.start_serve()
        self.succeed(self.send_as(SENDER_UID))
        refused = self.send_as(STRANGER_UID)
        self.assertEqual(refused.status, TEMPFAIL)
        self.assert_says(refused.text, MAILBOX, f"uid {STRANGER_UID}", "allow_send")
        for uid in (SENDER_UID, STRANGER_UID):
            denied = self.note(self.stage.tokend("token", MAILBOX, uid=uid))
            self.assertEqual((denied.status, denied.stdout), (NOT_ALLOWED, ""))
        self.assertEqual([(sender, recipients) for sender, recipients, _ in self.sink.mails],
                         [(MAILBOX, [RECIPIENT])])
        self.assertEqual(self.provider.count, 1)

    def test_an_account_that_does_not_send(self):
        self.start_serve()
        keys = self.account_keys(self.provider, allow_send=LIMITED)
        self.stage.write_account("other", **keys)
        refused = self.stage.tokend("send", "other", RECIPIENT, uid=SENDER_UID, stdin="\nx\n")
        self.assertEqual(self.note(refused).status, TEMPFAIL)
        self.assert_says(refused.text, "send = smtp", self.stage.account_path("other"))

    def test_the_token_goes_to_the_listed_host_only(self):
        self.start_serve()
        keys = self.account_keys(self.provider, allow_send=LIMITED, send="smtp", **{
            "server_smtp": f"localhost:{self.sink.port}", "hosts": "smtp.example.org"})
        self.stage.write_account(MAILBOX, **keys)
        refused = self.send_as(SENDER_UID)
        self.assertEqual(refused.status, TEMPFAIL)
        self.assert_says(refused.text, "localhost: add it to `hosts`")
        self.assertEqual(self.sink.logins, [])


class Tokens(SendCase):
    def test_an_expired_token_is_renewed_once_for_all(self):
        """Twenty senders at once, and a token that is over."""
        self.start_serve()
        clients = [self.send(self.mail(number)) for number in range(MANY)]
        answers = [client.wait() for client in clients]
        self.assertEqual([answer["code"] for answer in answers], ["ok"] * MANY, answers)
        self.assertEqual(sorted(numbers_of(self.sink.mails)), list(range(MANY)))
        self.assertEqual(self.provider.count, 1)
        self.assertEqual(self.sink.logins, [MAILBOX], "one connection for all")

    def test_a_refused_token_is_replaced_once(self):
        self.start_serve()
        self.token()
        self.provider.store.revoke_access()
        self.succeed(self.send_as(SENDER_UID))
        self.assertEqual((self.provider.count, self.sink.refusals), (2, 1))
        self.assertEqual(len(self.sink.mails), 1)

    def test_a_server_that_refuses_all_tokens(self):
        self.start_serve()
        self.sink.is_good = self.refuse
        for _ in range(3):
            refused = self.send_as(SENDER_UID)
            self.assertEqual(refused.status, TEMPFAIL)
            self.assert_says(refused.text, MAILBOX, "localhost refused two fresh tokens")
        self.assertEqual((self.provider.count, self.sink.refusals), (2, 2))

    def refuse(self, *_):
        self.sink.refusals += 1
        return False

    def test_an_expired_sign_in_keeps_the_mail_waiting(self):
        self.start_serve()
        self.provider.store.withdraw(MAILBOX)
        for _ in range(2):
            refused = self.send_as(SENDER_UID)
            self.assertEqual(refused.status, TEMPFAIL)
            self.assert_says(refused.text, MAILBOX, "tokend login")
        self.assertEqual(self.sink.logins, [])

    def test_a_provider_that_is_down(self):
        self.start_serve()
        self.provider.fault(faults.plain_status(503))
        refused = self.send_as(SENDER_UID)
        self.assertEqual(refused.status, TEMPFAIL)
        self.assert_says(refused.text, MAILBOX, "503")
        self.assertEqual(self.sink.mails, [])


class Kept(SendCase):
    def test_one_login_for_many_mails(self):
        """At the real servers: Postfix, which asks Dovecot about the token."""
        dovecot = self.start_dovecot(self.provider)
        submission = self.start_submission(dovecot)
        self.make_account(server_smtp=f"localhost:{submission.port}")
        self.start_serve()
        submission.settle_log()
        before = len(submission.log_lines(CONNECT))
        for number in range(MAILS):
            self.assertEqual(self.send(self.mail(number)).wait()["code"], "ok")
        arrived = submission.wait_mails(MAILS)
        self.assertEqual(sorted(int(re.search(rb"Subject: No\. (\d+)", mail)[1])
                                for mail in arrived), list(range(MAILS)))
        submission.settle_log()
        self.assertEqual(len(submission.log_lines(CONNECT)) - before, 1)

    def test_a_recipient_that_is_refused(self):
        """The rest goes on over the same connection."""
        self.start_serve()
        first = self.send(self.mail(1, recipient="nobody@example.org")).wait()
        self.assertEqual(first["code"], "message", first)
        self.assert_says(first["text"], "nobody@example.org", "no such user here")
        self.assertEqual(self.send(self.mail(2)).wait()["code"], "ok")
        self.assertEqual(numbers_of(self.sink.mails), [2])
        refused = self.tokend_send(SENDER_UID, "nobody@example.org")
        self.assertEqual(refused.status, NOT_TAKEN)

    def test_a_sender_ends_and_another_one_follows(self):
        self.start_serve()
        for number in range(3):
            self.assertEqual(self.send(self.mail(number)).wait()["code"], "ok")
            for pid in process.running(self.stage.worker_path):
                os.kill(pid, signal.SIGKILL)
                waiting.until(lambda pid=pid: not os.path.exists(f"/proc/{pid}"),
                              waiting.LIMIT, "the sender's end")
        self.assertEqual(numbers_of(self.sink.mails), [0, 1, 2])
        self.assertEqual(len(self.sink.logins), 3)

    def test_without_a_daemon(self):
        """As a user's own: the client starts a helper, and that a sender."""
        home = self.make_home()
        self.sign_in(self.provider, home=home, server_smtp=f"localhost:{self.sink.port}",
                     send="smtp", ca_file=self.authority.certificate)
        self.sink.logins.clear()
        for _ in range(2):
            self.succeed(home.tokend("send", MAILBOX, "-f", MAILBOX, RECIPIENT,
                                     stdin="Subject: x\n\nHello.\n"))
        self.assertEqual(len(self.sink.mails), 2)
        self.assertEqual(len(self.sink.logins), 2)


class Stages(SendCase):
    """The client, the answerer or the sender is killed while the server has the mail at a stage."""

    # In the middle of the content of a large mail; a small one is sent whole by then.
    before_the_end = ("connect", "auth", "mail", "rcpt", "data", "content")

    def kill_at(self, stage, kill, number):
        """What the client was answered; the server goes on afterwards, and all is over."""
        path = self.mail(number, lines=LARGE if stage == "content" else 0)
        go_on = self.sink.stop_at(stage)
        client = self.send(path)
        self.sink.wait_for(stage)
        kill(client, path)
        go_on()
        return client, path

    def kill_program(self, program):
        def kill(_, path):
            pids = self.holders(program, path)
            self.assertTrue(pids, f"no {program} has the mail")
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
        return kill

    def leave(self, client, path):
        """Until the answerer, which has the mail open, has noticed."""
        client.leave()
        waiting.until(lambda: not self.holders(self.stage.serve_path, path), waiting.LIMIT,
                      "the answerer to notice that its client has gone")

    def check_stages(self, kill, answers):
        """answers: whether the client is there to be told."""
        self.start_serve()
        sent = []
        for number, stage in enumerate(self.before_the_end):
            with self.subTest(stage=stage):
                # A new connection, since only that has the first stages.
                self.end_senders()
                client, path = self.kill_at(stage, kill, number)
                if answers:
                    answer = client.wait()
                    self.assertIn(answer.get("code"), (None, "later"), answer)
                self.wait_gone(path)
                self.assertEqual(numbers_of(self.sink.mails), sent, "nothing was sent")
                # The queue's copy is there, and goes out.
                self.assertEqual(self.send(self.mail(100 + number)).wait()["code"], "ok")
                sent.append(100 + number)
        self.assertEqual(numbers_of(self.sink.mails), sent)

    def end_senders(self):
        for pid in process.running(self.stage.worker_path):
            os.kill(pid, signal.SIGKILL)
            # It has no program any more before its sockets are closed.
            waiting.until(lambda pid=pid: not os.path.exists(f"/proc/{pid}"), waiting.LIMIT,
                          "the sender's end")

    def test_the_sender(self):
        self.check_stages(self.kill_program(self.stage.worker_path), answers=True)

    def test_the_answerer(self):
        self.check_stages(self.kill_program(self.stage.serve_path), answers=True)

    def test_the_client(self):
        self.check_stages(self.leave, answers=False)

    def test_the_sender_when_the_mail_was_taken(self):
        """The one window: the client is told that it is not known."""
        self.start_serve()
        client, path = self.kill_at("taken", self.kill_program(self.stage.worker_path), 1)
        answer = client.wait()
        self.assertEqual(answer["code"], "later", answer)
        self.assert_says(answer["text"], MAILBOX, "may have been sent")
        self.wait_gone(path)
        self.assertEqual(len(self.sink.mails), 1)

    def test_the_answerer_when_the_mail_was_taken(self):
        self.start_serve()
        client, path = self.kill_at("taken", self.kill_program(self.stage.serve_path), 1)
        self.assertEqual(client.wait(), {}, "no answer at all")
        self.wait_gone(path)
        self.assertEqual(len(self.sink.mails), 1)

    def test_a_stop_of_tokend_waits_for_the_answer(self):
        """SIGTERM to all of its processes, as systemd sends it, when the mail was taken."""
        path = self.mail(1)
        go_on = self.sink.stop_at("taken")
        with self.stage.serve() as serve:
            client = self.send(path)
            self.sink.wait_for("taken")
            for program in (self.stage.serve_path, self.stage.worker_path):
                for pid in process.running(program):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGTERM)
            time.sleep(4)  # longer than the listener gives others to finish
            go_on()
            self.assertEqual(client.wait().get("code"), "ok")
            waiting.until(lambda: serve.status is not None, waiting.LIMIT, "the end of serve")


class Sweep(SendCase):
    """kill -9 at the system calls of the answerer and of the sender."""

    def setUp(self):
        super().setUp()
        self.require_strace()
        self.trace = os.path.join(self.folder, "trace")
        self.token()  # that is of other tests
        self.numbers = iter(range(1, 100000))
        self.twice = []  # where a queue would send a mail again that was taken

    def run_traced(self, injections, channel, *words):
        return subprocess.Popen([*tracing.command(self.trace, *injections), *words],
                                stdin=channel, stdout=subprocess.DEVNULL, cwd="/",
                                stderr=subprocess.PIPE, env=process.clean_environment())

    def answerer(self, *injections):
        """One mail by `tokend-serve --stdio` under strace; its number, and the answer."""
        number = next(self.numbers)
        ours, theirs = socket.socketpair()
        running = self.run_traced(injections, theirs, self.stage.serve_path, "--stdio")
        theirs.close()
        path = self.mail(number)
        answer = Client(ours, path).wait()
        _, said = tracing.finish(running)
        self.evidence.add_text("standard error of tokend-serve", said)
        self.wait_gone(path)
        return number, answer

    def sender(self, *injections):
        """One mail by tokend-worker under strace, which is told to go on by this test."""
        number = next(self.numbers)
        path = self.mail(number)
        packets, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        talk, conversation = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        running = self.run_traced(injections, theirs, self.stage.worker_path, "send", "--",
                                  MAILBOX)
        theirs.close()
        with talk, packets, open(path, "rb") as mail:
            talk.settimeout(waiting.LIMIT)
            talk.send(lineproto.message({"token": self.good, "user": MAILBOX},
                                        "x=1"))
            with contextlib.suppress(OSError):
                socket.send_fds(packets, [b"m"], [conversation.fileno(), mail.fileno()])
            packets.close()
            conversation.close()
            events = self.converse(talk)
        _, said = tracing.finish(running)
        self.evidence.add_text("standard error of tokend-worker", said)
        if not events and not injections:
            last = tracing.calls(self.trace)[-20:]
            self.fail("\n".join(["the sender said nothing", said, *(each.line for each in last)]))
        return number, events

    @staticmethod
    def converse(talk):
        events = []
        while True:
            text = ""
            with contextlib.suppress(OSError):
                text = talk.recv(65536).decode()
            if not text:
                return events
            event = dict(line.split("=", 1) for line in text.splitlines() if line)
            events.append(event)
            with contextlib.suppress(OSError):
                if event["event"] == "ready":
                    talk.send(b"go=yes\n\n")
            if event["event"] == "end":
                return events

    def points(self):
        calls = [call for call in tracing.calls(self.trace) if call.name not in BORING]
        return calls[::STEP]

    def arrived(self, number):
        return numbers_of(self.sink.mails).count(number)

    def test_the_answerer(self):
        number, answer = self.answerer()
        self.assertEqual((answer["code"], self.arrived(number)), ("ok", 1))
        points = self.points()
        for call in points:
            with self.subTest(call=f"{call.name} No. {call.number}", line=call.line[:100]):
                number, answer = self.answerer(call.kill())
                self.judge(call, number, answer.get("code"), answer.get("text", ""))
        self.tell(points)
        self.assertGreater(len(points), 20, "calls to be killed at")

    def test_the_sender(self):
        self.good = self.provider.store.issue(MAILBOX)
        number, events = self.sender()
        self.assertEqual([event["event"] for event in events], ["ready", "end"], events)
        self.assertEqual((events[-1]["code"], self.arrived(number)), ("ok", 1))
        points = self.points()
        for call in points:
            with self.subTest(call=f"{call.name} No. {call.number}", line=call.line[:100]):
                number, events = self.sender(call.kill())
                names = [event["event"] for event in events]
                code = events[-1]["code"] if names[-1:] == ["end"] else None
                self.judge(call, number, code, "" if "ready" in names else "nothing was sent")
        self.tell(points)
        self.assertGreater(len(points), 20, "calls to be killed at")

    def tell(self, points):
        """For who sweeps all calls by hand (HACKING)."""
        if "TOKEND_SWEEP_STEP" in os.environ:
            print(f"# {self.id()}: {len(points)} calls; taken and not told at "
                  f"{len(self.twice)}: {', '.join(self.twice)}", file=sys.stderr)

    def judge(self, call, number, code, text):
        """ok: it was taken, once. "nothing was sent": that is so. Never more than once."""
        waiting.until(lambda: not process.running(self.stage.worker_path), waiting.LIMIT,
                      "the sender's end")
        arrived = self.arrived(number)
        if code == "ok":
            self.assertEqual(arrived, 1)
        elif "nothing was sent" in text:
            self.assertEqual(arrived, 0)
        else:
            self.assertLessEqual(arrived, 1)
        if code != "ok" and arrived:
            self.twice.append(f"{call.name} No. {call.number}")
