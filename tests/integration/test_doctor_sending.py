# SPDX-License-Identifier: BSD-2-Clause
"""`tokend doctor` and `tokend status` of accounts that send: what they may do, and may not."""

import json
import os
import re
import time

from support import doctor, mailscript
from support.machine_case import ALICE
from support.nullmailer import FOLDER, MODULE, NullmailerCase
from support.sign_in import APP, USER, SignInCase

SEND, READ = "https://api.example/send", "https://api.example/read"
PRESET = """\
title = The Provider of the Tests
authorization_endpoint = {base}/authorize
token_endpoint = {base}/token
scope = {read}
hosts = localhost
client_type = any
send_endpoint = {base}
send_api = gmail
scope_send_gmail = {send}
"""
LIST = "/gmail/v1/users/me/messages"


def refusal(reason, message="No."):
    return json.dumps({"error": {"code": 403, "message": message,
                                 "errors": [{"reason": reason}]}})


class SendingCase(SignInCase):
    def setUp(self):
        super().setUp()
        self.home.make_folder(".config/tokend/providers")
        self.home.write(".config/tokend/providers/api.conf",
                        PRESET.format(base=self.provider.base, send=SEND, read=READ))

    def log_in(self, *options, granted=None):
        self.provider.authorization.granted_scope = granted
        self.provider.authorization.id_token = {"email": USER}
        running = self.begin("--send-only", "--provider", "api", "--client-id", APP, *options)
        self.visit(running)
        self.expect(running, 0)

    def findings(self, *options):
        done = self.note(self.home.tokend("doctor", "--json", *options, USER))
        return json.loads(done.stdout)

    def one(self, *words, verdict, among):
        found = [each for each in among
                 if all(word in f"{each['found']} {each['matters']}" for word in words)]
        self.assertEqual(len(found), 1, f"{words} in {among}")
        self.assertEqual(found[0]["verdict"], verdict, found[0])
        return found[0]

    def change(self, pattern, line):
        path = os.path.join(self.home.accounts, f"{USER}.conf")
        with open(path, encoding="utf-8") as lines:
            text = re.sub(pattern, line, lines.read(), flags=re.MULTILINE)
        self.home.write(os.path.relpath(path, self.home.home), text)


class Rights(SendingCase):
    def test_right_to_send_alone(self):
        self.log_in()
        self.one("sends by Gmail's API", "for that alone", verdict="ok", among=self.findings())

    def test_more_was_granted(self):
        self.log_in(granted=f"openid email {SEND} {READ}")
        found = self.one("can do more", READ, verdict="warning", among=self.findings())
        self.assertIn(f"tokend login --send-only {USER}", found["mend"])

    def test_file_asks_for_more(self):
        self.log_in("--scope", f"{SEND} {READ}")
        found = self.one("can do more", READ, verdict="warning", among=self.findings())
        self.assertIn("scope = ...", found["mend"])

    def test_right_was_taken_back(self):
        """A renewal says what is granted now: without the right each mail would fail."""
        self.log_in()
        self.provider.grants["refresh_token"] = lambda client, form: self.provider.token_answer(
            *self.provider.store.refresh(client, form.get("refresh_token", "")), scope="openid")
        self.home.tokend("refresh", USER)
        found = self.one("was not granted", SEND, verdict="fault", among=self.findings())
        self.assertEqual(found["code"], "sign-in")
        self.assertIn(f"tokend login --send-only {USER}", found["mend"])

    def test_user_that_there_is_not(self):
        self.log_in("--set", "allow_send=no-such-user @no-such-group")
        for word in ("no-such-user", "no-such-group"):
            self.one("allow_send", word, verdict="warning", among=self.findings())

    def test_account_that_does_not_send(self):
        running = self.begin(*self.settings(), "--no-test")
        self.visit(running)
        self.expect(running, 0)
        self.assertEqual([each for each in self.findings() if "sends" in each["found"]], [])


class Reading(SendingCase):
    """--live: being refused is what is good."""

    def setUp(self):
        super().setUp()
        self.asked = []
        self.answer = (403, refusal("insufficientPermissions"))
        self.provider.routes["GET", LIST] = self.list
        self.log_in()

    def list(self, exchange):
        self.asked.append(exchange.query)
        status, text = self.answer
        exchange.reply(status, text.encode(), "application/json")

    def live(self, *words, verdict):
        found = self.one(*words, verdict=verdict, among=self.findings("--live"))
        self.assertEqual(self.asked, ["maxResults=1"])
        return found

    def test_is_refused(self):
        self.live("cannot read mail", "insufficientPermissions", verdict="ok")

    def test_is_not_refused(self):
        self.answer = (200, '{"messages": []}')
        self.live("can read mail", verdict="warning")

    def test_api_is_not_enabled(self):
        """The commonest trap, told before the first mail."""
        self.answer = (403, refusal("accessNotConfigured", "It is disabled."))
        found = self.live("accessNotConfigured", "not enabled", verdict="fault")
        self.assertIn("apis/library/gmail.googleapis.com", found["mend"])

    def test_provider_is_busy(self):
        for status, text in ((503, "{}"), (429, refusal("rateLimitExceeded")),
                             (403, refusal("dailyLimitExceeded"))):
            with self.subTest(text):
                self.asked.clear()
                self.answer = (status, text)
                self.live("whether the token can read mail is not known", str(status),
                          verdict="unknown")

    def test_token_goes_to_no_host_that_the_file_does_not_list(self):
        self.change(r"\Z", "hosts = imap.example.org\n")
        self.one("was not tried", verdict="unknown", among=self.findings("--live"))
        self.assertEqual(self.asked, [])


class Login(SendingCase):
    """By SMTP: IMAP refuses, and that is good; the login to send is tried as ever."""

    def setUp(self):
        super().setUp()
        self.require_root()
        self.dovecot = self.start_dovecot(self.provider)
        self.submission = self.start_submission(self.dovecot)
        self.home.write(".config/tokend/providers/api.conf", PRESET.split("send_endpoint")[0]
                        .format(base=self.provider.base, read=READ) +
                        f"scope_send_smtp = {SEND}\nserver_imap = localhost:{self.dovecot.imap}\n"
                        f"server_smtp = localhost:{self.submission.port}\n")
        self.log_in("--set", f"ca_file={self.authority.certificate}")

    def test_let_in(self):
        """This server knows no scopes: the doctor says what such a token can do."""
        found = self.findings("--live")
        self.one(f"localhost:{self.submission.port} lets", "by XOAUTH2", verdict="ok", among=found)
        self.one("can read mail", f"localhost:{self.dovecot.imap}", verdict="warning", among=found)

    def test_refused(self):
        self.change(r"\Z", "user_imap = bob@example.org\n")
        found = self.findings("--live")
        self.one(f"localhost:{self.submission.port} lets", "by XOAUTH2", verdict="ok", among=found)
        self.one("cannot read mail", f"localhost:{self.dovecot.imap}", verdict="ok", among=found)

    def test_a_refusal_that_passes(self):
        """It says nothing about the token: neither that it can read mail, nor that it cannot."""
        self.change(r"\Z", "server_imap = localhost:1\n")
        for before, words in ((b"", "NO [UNAVAILABLE] Temporary failure."),
                              (b"", "NO [INUSE] busy"),
                              (b"", "NO Too many simultaneous connections. (Failure)"),
                              (b"a1 OK done\r\na2 ", "NO [LIMIT] Too many")):
            with self.subTest(words):
                port = self.start_script(before or b"a1 ", words)
                self.change(r"^server_imap = .*$", f"server_imap = localhost:{port}")
                found = self.findings("--live")
                self.one("can read mail is not known", words, verdict="unknown", among=found)
                self.assertEqual([each for each in found
                                  if re.search(r"token can(not)? read mail:", each["found"])], [])

    def start_script(self, before, words):
        """An IMAP server that says this to a login, line by line."""
        def offer(line):
            return b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n%s OK\r\n" % line.split()[0]
        said = (before + words.encode()).split(b"\r\n")
        script = mailscript.MailScript(b"* OK ready\r\n", (
            offer, b"+ \r\n", *(line + b"\r\n" for line in said)))
        self.addCleanup(script.stop)
        return script.port


class Status(SendingCase):
    def told(self):
        told, = json.loads(self.home.tokend("status", "--json", USER).stdout)
        return told

    def shown(self):
        return " ".join(self.home.tokend("status", USER).stdout.split())

    def test_way_and_right(self):
        self.log_in()
        self.assert_says(self.shown(), "sends mail by Gmail's API, and cannot read")
        told = self.told()
        self.assertEqual((told["send"], told["send_held_until"], told["send_held"]),
                         ("gmail", 0, ""))

    def test_more_was_granted(self):
        self.log_in(granted=f"openid email {SEND} {READ}")
        self.assert_says(self.shown(), f"and can do more: {READ}")

    def test_until_when_no_mail_is_sent(self):
        """A limit of the provider's, as the sending of a mail has noted it."""
        self.provider.routes["POST", "/upload" + LIST + "/send"] = self.limit
        running = self.begin("--send-only", "--provider", "api", "--client-id", APP,
                             "--test-mail")
        self.provider.authorization.id_token = {"email": USER}
        self.visit(running)
        self.expect(running, 75, "rateLimitExceeded")
        before = time.time()
        self.assert_says(self.shown(), "no mail is sent until", "rateLimitExceeded")
        told = self.told()
        self.assertGreater(told["send_held_until"], before + 600)
        self.assert_says(told["send_held"], "rateLimitExceeded")
        self.one("no mail is sent until", verdict="warning", among=self.findings())

    @staticmethod
    def limit(exchange):
        exchange.body()
        exchange.reply(429, refusal("rateLimitExceeded").encode(), "application/json",
                       {"Retry-After": "1200"})


class Nullmailer(NullmailerCase):
    """The module that its file `remotes` names, and the account that this line names."""

    def setUp(self):
        super().setUp()
        self.log_in(send="smtp", allow_send="mail")
        self.machine.write(f"{FOLDER}/remotes", f"# ours\n{ALICE} tokend\n", 0o600)

    def faults(self):
        found = json.loads(self.note(self.machine.sh(
            f"tokend doctor --json {ALICE}")).stdout)
        return [each for each in found if each["check"] == "nullmailer"]

    def one(self, verdict, *says):
        found, = [each for each in self.faults() if each["verdict"] == verdict]
        self.assert_says(f"{found['found']} {found['matters']} {found['mend']}", *says)
        return found

    def test_good(self):
        self.one("ok", MODULE)
        self.assertEqual(len(self.faults()), 1)

    def test_module_is_not_where_nullmailer_looks(self):
        self.machine.run("rm", "-f", MODULE)
        fault = self.one("fault", "/usr/lib/nullmailer", f"{FOLDER}/remotes")
        doctor.fix(self.machine, fault)
        self.one("ok", MODULE)

    def test_user_may_not_send(self):
        self.machine.run("sed", "-i", "/allow_send/d", f"/etc/tokend/accounts/{ALICE}.conf")
        doctor.fix(self.machine, self.one("fault", "mail, as which nullmailer runs",
                                          '"allow_send = mail"'))
        self.assertEqual(len(self.faults()), 1)

    def test_account_does_not_send(self):
        self.machine.run("sed", "-i", "/^send =/d", f"/etc/tokend/accounts/{ALICE}.conf")
        self.one("fault", "no way to send", f"tokend login --send-only {ALICE}")

    def test_no_such_account(self):
        """As a shell reads the line."""
        self.machine.write(f"{FOLDER}/remotes", "'al ice'\\''s#1' tokend\n", 0o600)
        found = json.loads(self.machine.sh("tokend doctor --json").stdout)
        self.assertIn("al ice's#1", [each for each in found if each["check"] == "nullmailer" and
                                     each["verdict"] == "fault"][0]["found"])
