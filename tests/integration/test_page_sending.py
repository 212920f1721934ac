# SPDX-License-Identifier: BSD-2-Clause
"""troubleshooting.md, "When tokend sends the mail": each line of its first table is printed.

The second one is compared whole by unit/test_tables.
"""

import os
import re
import socket

from support import lineproto, mailscript, recipe, smtp_sink, stage, waiting
from support.case import MAILBOX, IntegrationCase

HEADING = "When tokend sends the mail"
RECIPIENT = "bob@example.org"
STRANGER_UID = 23102
GREETING = b"220 mail.example.org ESMTP\r\n"
EHLO = b"250-mail.example.org\r\n250 AUTH XOAUTH2\r\n"
NOT_OURS = b"250-mail.example.org\r\n250 AUTH PLAIN\r\n"
OFF = (b"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the "
       b"Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.\r\n")
NOT_THIS_SENDER = b"550 5.7.60 SMTP; Client does not have permissions to send as this sender\r\n"
LIMIT = 3000  # ms for one mail

# Lines that other tests have read, and where.
ELSEWHERE = {"no mail is sent before": "integration/test_send_api.py",
             "does not take the token": "unit/test_send.c",
             "bytes, and Gmail takes": "unit/test_send_api.c",
             "bytes, and Microsoft Graph": "unit/test_send_api.c",
             "may have been sent": "integration/test_send.py",
             "it can arrive twice": "unit/test_send_api.c",
             "may arrive twice": "integration/test_send_job.py",
             "means nothing here": "integration/test_nullmailer.py",
             "Could not exec program": "integration/test_nullmailer.py"}


def table():
    path = os.path.join(stage.source_folder(), recipe.FOLDER, "troubleshooting.md")
    with open(path, encoding="utf-8") as page:
        part = page.read().split(f"\n## {HEADING}\n")[1].split("\n### ")[0]
    return re.findall(r"^\| `(.*?)` \| .* \| .* \|$", part, re.MULTILINE)


class Lines(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()
        self.sink = smtp_sink.SmtpSink(self.authority.issue(), self.provider.store.introspect)
        self.addCleanup(self.sink.stop)
        self.sign_in(self.provider)
        self.rows = table()

    def account(self, port=None, **more):
        self.stage.write_account(MAILBOX, **self.account_keys(self.provider, **{
            "server_smtp": f"localhost:{port or self.sink.port}", "send": "smtp",
            "allow": "postfix", "ca_file": self.authority.certificate, **more}))

    def script(self, *answers):
        started = mailscript.MailScript(GREETING, answers)
        self.addCleanup(started.stop)
        self.account(started.port)

    def send(self, line, *words, uid=None, text="Subject: x\n\nHello.\n"):
        """The line is one of the page, and `tokend send` prints it."""
        done = self.note(self.stage.tokend("send", MAILBOX, "-f", MAILBOX, *(words or (RECIPIENT,)),
                                           uid=uid, stdin=text))
        self.assertNotEqual(done.status, 0, line)
        self.take(line, done.text)

    def take(self, line, text):
        self.assertIn(line, self.rows)
        self.assert_says(text, line)
        self.rows.remove(line)

    def test_each_line(self):
        self.start_serve()
        for test in (self.of_the_account, self.of_the_mail, self.of_the_server, self.of_the_token,
                     self.elsewhere):
            test()
        self.assertEqual(self.rows, [], "lines that nothing has printed")

    def of_the_account(self):
        self.stage.write_account(MAILBOX, **self.account_keys(self.provider, allow="postfix"))
        self.send("it is not set up to send")
        self.account(hosts="mail.example.org")
        self.send("not for the host that it sends by")
        self.account()
        self.send("may not use it, or there is no such account", uid=STRANGER_UID)
        done = self.note(self.stage.tokend("sendmail", RECIPIENT, stdin="\nx\n"))
        self.take("no account to send by", done.text)

    def of_the_mail(self):
        self.send("is not a mail address", "a@b@c")
        self.send("the mail has no recipient: -t was used", "-t")
        self.send("refused the recipient <", "nobody@example.org")
        self.sink.offers_size = 20
        self.account(allow_send="1")  # another file, so another connection
        self.send("at most: make it smaller, or send it in another way")
        self.sink.offers_size = None

    def of_the_server(self):
        self.script(NOT_OURS)
        self.send("offers neither XOAUTH2 nor OAUTHBEARER")
        self.script(EHLO, b"334 \r\n", b"235 2.7.0 ok\r\n", NOT_THIS_SENDER)
        self.send("refused the sender <")
        self.script(EHLO, b"334 \r\n", OFF)
        self.send("SmtpClientAuthentication is disabled for the")
        self.account()
        go_on = self.sink.stop_at("rcpt")
        self.take("are slow: nothing was sent", self.send_in(LIMIT))
        go_on()

    def send_in(self, limit):
        """The text of the answer to a mail that has so many ms."""
        path = os.path.join(self.folder, "mail")
        with open(path, "w", encoding="ascii") as file:
            file.write(f"{MAILBOX}\n{RECIPIENT}\n\nSubject: x\n\nHello.\n")
        with open(path, "rb") as mail, socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.stage.socket)
            connection.settimeout(waiting.LIMIT)
            socket.send_fds(connection, [lineproto.message(
                {"verb": "send", "account": MAILBOX, "wait": limit})], [mail.fileno()])
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode()

    def of_the_token(self):
        self.provider.store.withdraw(MAILBOX)
        os.unlink(os.path.join(self.stage.state, "cache", MAILBOX))
        self.send("refused the refresh token")
        self.sign_in(self.provider)
        self.account()
        self.sink.is_good = lambda *_: False
        self.send("refused two fresh tokens")

    def elsewhere(self):
        for part, module in ELSEWHERE.items():
            with open(os.path.join(stage.source_folder(), "tests", module),
                      encoding="utf-8") as file:
                self.assertIn(part, file.read())
            line, = [line for line in self.rows if part in line]
            self.rows.remove(line)
