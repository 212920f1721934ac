# SPDX-License-Identifier: BSD-2-Clause
"""The worker's job send: mails by SMTP with the account's token, at a real submission server.

The answerer is played (support/sending.py), so that each message of the conversation, and its
absence, is the test's.
"""

import os
import socket
import threading
import time

from support import mailscript, process, sending, waiting
from support.case import MAILBOX, IntegrationCase

LARGE = 35 * 1024 * 1024
GROWTH_MOST = 2048  # kB of memory that a mail of any size may take


class SendJob(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()

    def account(self, port, **more):
        """An account that sends, and what the answerer would say first of it."""
        self.sign_in(self.provider, MAILBOX)
        self.first = {"token": self.token(MAILBOX), "user": MAILBOX}
        self.change_account(port, **more)

    def change_account(self, port, **more):
        """Only now a server: `tokend login` would try it."""
        self.stage.write_account(MAILBOX, **self.account_keys(
            self.provider, **{"ca_file": self.authority.certificate, "send": "smtp",
                              "server_smtp": f"localhost:{port}", **more}))

    def start_sender(self):
        sender = sending.Sender(self.stage.worker_path, MAILBOX)
        self.addCleanup(lambda: self.evidence.add_text("send", sender.text))
        return sender

    def assert_sent(self, letter):
        event = letter.let_go()
        self.assertEqual(event["code"], "ok", event)
        return event["said"]

    def assert_fails(self, letter, code, *parts):
        event = letter.let_go()
        self.assertEqual(event["code"], code, event)
        self.assert_says(event["text"], MAILBOX, *parts)
        return event


class RealServer(SendJob):
    def setUp(self):
        super().setUp()
        dovecot = self.start_dovecot(self.provider)
        self.submission = self.start_submission(
            dovecot, options={"message_size_limit": "52428800", "mailbox_size_limit": "0",
                              "virtual_mailbox_limit": "0"})
        self.account(self.submission.port)

    @staticmethod
    def content(mail):
        """What follows the header, without Postfix's lines in front."""
        return mail.partition(b"\n\n")[2]

    def test_content_arrives_as_it_was(self):
        contents = ["", "one line\n", "no end", ".\n..\n.x\n\n.\n", "crlf\r\nlines\r\n",
                    "gr\u00fc\u00df\n", "x" * 900 + "\n"]
        with self.start_sender() as sender:
            for content in contents:
                self.assertIn("queued as", self.assert_sent(
                    sender.post(sending.HEADER + content, **self.first)))
            arrived = [self.content(mail) for mail in self.submission.wait_mails(len(contents))]
        expected = [content.replace("\r\n", "\n") for content in contents]
        expected = [text if text == "" or text.endswith("\n") else text + "\n"
                    for text in expected]
        self.assertEqual(sorted(arrived), sorted(text.encode() for text in expected))

    def test_one_login_for_several_mails(self):
        with self.start_sender() as sender:
            letters = [sender.post(sending.HEADER + f"{i}\n", **self.first) for i in range(5)]
            for letter in letters:
                self.assert_sent(letter)
            self.submission.wait_mails(5)
        self.submission.settle_log()
        self.assertEqual(len(self.submission.log_lines(r"smtpd\[\d+\]: connect from")), 1)

    def test_a_large_mail_is_streamed(self):
        line = b"x" * 76 + b"\n"
        content = sending.HEADER.encode() + line * (LARGE // len(line))
        with self.start_sender() as sender:
            self.assert_sent(sender.post("small\n", **self.first))
            before = sender.peak()
            self.assert_sent(sender.post(content, **self.first))
            after = sender.peak()
            self.submission.wait_mails(2)
        if process.PRELOAD not in os.environ:  # a sanitizer keeps what is freed
            self.assertLess(after - before, GROWTH_MOST, f"{before} to {after} kB")

    def test_larger_than_the_server_takes(self):
        line = b"x" * 76 + b"\n"
        with self.start_sender() as sender:
            self.assert_fails(sender.post(line * (51 * 1024 * 1024 // len(line)), **self.first),
                              "message", "52428800 at most")
            self.assert_sent(sender.post("small\n", **self.first))

    def test_header_is_edited(self):
        with self.start_sender() as sender:
            self.assert_sent(sender.post(
                "From: root (Cron Daemon)\nTo: root\nBcc: carl@example.org\n\nhi\n",
                sender="root", recipients=("root", "carl@example.org"), **self.first))
            mail = self.submission.wait_mails(2)[0].decode()
        self.assertIn(f"From: {MAILBOX} (Cron Daemon)\n", mail)
        self.assertIn(f"To: {MAILBOX}\n", mail)
        self.assertIn(f"Return-Path: <{MAILBOX}>\n", mail)
        self.assertNotIn("carl@", mail.partition("\n\n")[0].replace("for <carl@", ""))
        self.assertIn("\nMessage-ID: <", mail)
        self.assertIn("\nDate: ", mail)

    def test_refused_token_is_replaced_once(self):
        self.provider.store.revoke_access()
        with self.start_sender() as sender:
            letter = sender.post("hi\n", **self.first)
            event = letter.expect("refused")
            self.assert_says(event["challenge"], "535", '"status":"401"')
            letter.say(**self.first)
            letter.expect("refused")
            letter.say(code="rejected", text=f'account "{MAILBOX}": two tokens were refused')
            event = letter.finish()
            self.assertEqual(event["code"], "rejected")
            self.assert_says(event["text"], MAILBOX, "two tokens were refused")
            letter = sender.post("hi\n", **self.first)
            letter.expect("refused")
            letter.say(code="sign-in", text=f'account "{MAILBOX}": sign in again')
            event = letter.finish()
            self.assertEqual((event["code"], event["text"]),
                             ("sign-in", f'account "{MAILBOX}": sign in again'))
            self.succeed(self.stage.tokend("refresh", MAILBOX))
            letter = sender.post("hi\n", **self.first)
            letter.expect("refused")
            letter.say(**{**self.first, "token": self.token(MAILBOX)})
            self.assert_sent(letter)
        self.submission.wait_mails(1)

    def test_nothing_is_sent_without_the_go(self):
        with self.start_sender() as sender:
            for content in ("hi\n", b"x\n" * 1000000):
                letter = sender.post(content, **self.first)
                letter.expect("ready")
                letter.log()
            self.assert_sent(sender.post("last\n", **self.first))
            mails = self.submission.wait_mails(1)
        self.assertIn(b"last", mails[0])

    def test_an_account_file_that_changes_counts(self):
        with self.start_sender() as sender:
            self.assert_sent(sender.post("hi\n", **self.first))
            self.change_account(self.submission.smtps, tls_smtp="implicit",
                                send_from="cron@example.org")
            self.assert_sent(sender.post("hi\n", sender="root", **self.first))
            mails = self.submission.wait_mails(2)
        self.assertEqual(sum(b"From: cron@example.org\n" in mail for mail in mails), 1)


class Packets(SendJob):
    """The socket that mails come over."""

    def setUp(self):
        super().setUp()
        self.account(1)

    def test_it_ends_by_itself(self):
        sender = self.start_sender()
        begin = time.monotonic()
        self.assertEqual(sender.ended(), 0)
        self.assertGreater(time.monotonic() - begin, 5)
        self.assertTrue(sender.is_closed())

    def test_what_came_before_the_end_is_done(self):
        sender = self.start_sender()
        letters = [sender.post("hi\n", **self.first) for _ in range(5)]
        sender.close_packets()
        for letter in letters:
            self.assert_fails(letter, "later", "localhost:1")
        self.assertEqual(sender.ended(), 0)

    def test_packets_that_are_none_are_dropped(self):
        with self.start_sender() as sender, open("/dev/null", "rb") as null:
            for files in ([], [null], [null, null, null], [null, null]):
                sender.send_packet(files)
            self.assert_fails(sender.post("hi\n", **self.first), "later", "localhost:1")

    def test_mail_files_that_are_none(self):
        with self.start_sender() as sender:
            ours, theirs = socket.socketpair()
            with ours:
                letter = sender.post("", file=theirs, **self.first)
                self.assertEqual(letter.let_go()["code"], "internal")
            with open("/dev/null", "rb") as null:
                letter = sender.post("", file=null, **self.first)
                self.assertEqual(letter.let_go()["code"], "internal")
            self.assert_fails(sender.post("", recipients=(), **self.first), "message",
                              "no recipient")

    def test_an_account_without_a_way(self):
        self.sign_in(self.provider, MAILBOX)
        with self.start_sender() as sender:
            self.assert_fails(sender.post("hi\n", **self.first), "config", '"send = smtp"')

    def test_no_account(self):
        os.unlink(self.stage.account_path(MAILBOX))
        with self.start_sender() as sender:
            self.assert_fails(sender.post("hi\n", **self.first), "no-account")


class PlayedServer(SendJob):
    """Without TLS, as loopback may be: a server that does what no real one does on demand."""

    GREETING = b"220 mail.example.org ESMTP\r\n"
    EHLO = b"250-mail.example.org\r\n250-AUTH XOAUTH2\r\n250-8BITMIME\r\n250 SIZE 1000000\r\n"
    LOGIN = (EHLO, b"334 \r\n", b"235 2.7.0 ok\r\n")

    def script(self, *answers):
        """A server that says these after a login."""
        script = mailscript.MailScript(self.GREETING, (*self.LOGIN, *answers))
        self.addCleanup(script.stop)
        self.account(script.port, hosts="*")
        return script


class Dropped(PlayedServer):
    def test_connection_that_was_dropped_while_idle_is_opened_again(self):
        ok = b"250 ok\r\n"
        lines = sending.HEADER.count("\n") + 1
        script = self.script(ok, ok, b"354 go\r\n", *[b""] * lines, b"250 2.0.0 taken\r\n")
        with self.start_sender() as sender:
            for _ in range(3):
                # It hears one line more, and closes.
                self.assertEqual(self.assert_sent(sender.post(sending.HEADER + "hi\n",
                                                              **self.first)), "250 2.0.0 taken")
        script.stop()
        self.assertEqual(sum(b"MAIL FROM" in line for line in script.heard), 3)
        self.assertEqual(sum(b"EHLO" in line for line in script.heard), 3)
        self.assertEqual(sum(line == b".\r\n" for line in script.heard), 3)

    def test_dropped_after_the_final_dot_is_later_and_said(self):
        ok = b"250 ok\r\n"
        lines = sending.HEADER.count("\n") + 1
        self.script(ok, ok, b"354 go\r\n", *[b""] * lines)
        with self.start_sender() as sender:
            self.assert_fails(sender.post(sending.HEADER + "hi\n", **self.first), "later",
                              "whole mail", "may arrive twice")


class Waiting(PlayedServer):
    """What becomes of a mail that waits for the one before it."""

    OK = b"250 ok\r\n"
    LIMIT = b"450 4.7.28 rate limit exceeded\r\n"

    def serve_one(self):
        """A server that takes one mail over each connection."""
        lines = sending.HEADER.count("\n") + 1
        return self.script(self.OK, self.OK, b"354 go\r\n", *[b""] * lines,
                           b"250 2.0.0 taken\r\n")

    def serve_limit(self):
        """A server that says so when the test lets it."""
        self.asked, self.answer = threading.Event(), threading.Event()
        return self.script(self.say_limit)

    def say_limit(self, _):
        self.asked.set()
        self.answer.wait(waiting.LIMIT)
        return self.LIMIT

    @staticmethod
    def begun(script):
        """How many logins and mails the server heard of."""
        script.stop()
        return [sum(line.startswith(word) for line in script.heard)
                for word in (b"EHLO", b"MAIL FROM")]

    def post(self, sender):
        return sender.post(sending.HEADER + "hi\n", **self.first)

    def test_one_whose_client_has_gone_is_not_begun(self):
        script = self.serve_one()
        sender = self.start_sender()
        first = self.post(sender)
        first.expect("ready")
        self.post(sender).leave()
        first.say(go="yes")
        self.assert_sent(first)
        sender.log()
        self.assertEqual(self.begun(script), [1, 1])

    def test_one_whose_client_waits_is_sent(self):
        script = self.serve_one()
        sender = self.start_sender()
        first = self.post(sender)
        first.expect("ready")
        second = self.post(sender)
        first.say(go="yes")
        self.assert_sent(first)
        self.assert_sent(second)
        sender.log()
        self.assertEqual(self.begun(script), [2, 2])

    def test_a_limit_that_comes_meanwhile_holds_it(self):
        script = self.serve_limit()
        sender = self.start_sender()
        first = self.post(sender)
        self.assertTrue(self.asked.wait(waiting.LIMIT), "the first mail")
        second, third = self.post(sender), self.post(sender)
        third.leave()
        self.answer.set()
        limited = self.assert_fails(first, "later", "rate limit exceeded")
        held = self.assert_fails(second, "later", "rate limit exceeded", "no mail is sent before")
        sender.log()
        self.assertEqual(self.begun(script), [1, 1])
        self.assertLessEqual(int(held["retry_after"]), int(limited["retry_after"]))
        self.assertGreater(int(held["retry_after"]), 0)

    def test_a_hold_of_another_process_counts(self):
        """Under spawn(8) each mail has a sender of its own."""
        script = self.serve_limit()
        with self.start_sender() as other:
            letter = self.post(other)
            self.assertTrue(self.asked.wait(waiting.LIMIT), "the other's mail")
            sender = self.start_sender()
            self.answer.set()
            self.assert_fails(letter, "later", "rate limit exceeded")
            held = self.assert_fails(self.post(sender), "later", "no mail is sent before")
            sender.log()
        self.assertGreater(int(held["retry_after"]), 0)
        self.assertEqual(self.begun(script), [1, 1])
