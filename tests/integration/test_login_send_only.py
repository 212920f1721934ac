# SPDX-License-Identifier: BSD-2-Clause
"""`tokend login --send-only`: the narrowest right to send, what was granted of it, and its words."""

import os

from support.case import CLIENT_SECRET
from support.sign_in import APP, CONFIG, SIGN_IN, USAGE, USER, SignInCase

SEND, READ = "https://api.example/send", "https://api.example/read"
SMTP, IMAP = "protocol-smtp", "protocol-imap"
PRESET = """\
title = The Provider of the Tests
authorization_endpoint = {base}/authorize
token_endpoint = {base}/token
scope = {read}
hosts = imap.example.org localhost
client_type = any
"""
API = """\
send_endpoint = {base}
send_api = gmail
scope_send_gmail = {send}
"""
STEPS = """\
1. Make a project.

To send and read:
2. Allow all mail.

To send only, with a person:
2. Allow sending.

To send only, without a person:
2. Ask an administrator.
"""


class SendOnlyCase(SignInCase):
    def setUp(self):
        super().setUp()
        self.home.make_folder(".config/tokend/providers")
        self.preset("api", PRESET + API)

    def preset(self, name, text, **values):
        values = {"base": self.provider.base, "send": SEND, "read": READ, **values}
        self.home.write(f".config/tokend/providers/{name}.conf", text.format(**values))

    def log_in(self, *options, granted=None, claims=None, status=0, says=(), preset="api"):
        """Up to the end; claims of the ID token, of the account's user if not given."""
        self.provider.authorization.granted_scope = granted
        self.provider.authorization.id_token = claims or {"email": USER}
        running = self.begin("--send-only", "--provider", preset, "--client-id", APP, *options)
        self.visit(running)
        self.expect(running, status, *says)
        return running

    def refuse(self, *options, status=CONFIG, says=()):
        """Before the provider is asked."""
        running = self.begin("--send-only", "--client-id", APP, *options)
        self.expect(running, status, *says)
        self.assertEqual(self.provider.authorization.requests, [])


class ByApi(SendOnlyCase):
    def test_narrowest_right(self):
        running = self.log_in(says=(f"signed in {USER}", "can send mail by Gmail's API",
                                    "cannot read", f"tokend send {USER} {USER}"))
        self.assertNotIn("warning", running.text)
        account = self.assert_signed_in()
        self.assertEqual((account["send"], account["scope"]), ("gmail", f"openid email {SEND}"))
        self.assertEqual(self.provider.authorization.requests[-1].scope, f"openid email {SEND}")

    def test_token_is_for_its_host_alone(self):
        self.log_in()
        with open(os.path.join(self.home.state, "cache", USER), encoding="utf-8") as cache:
            kept = cache.read()
        self.assertIn("\nhosts=localhost\n", kept)

    def test_right_that_was_not_granted(self):
        """A box of the consent page that was not ticked: the account would be of no use."""
        self.log_in(granted="openid email", status=SIGN_IN,
                    says=(SEND, "was not granted", "nothing was changed", "ticked"))
        self.assert_nothing_kept()

    def test_more_was_granted(self):
        self.log_in(granted=f"openid email {SEND} {READ}",
                    says=("warning:", "can do more", READ, "and can do more: see the warning",
                          f"tokend login --send-only {USER}"))
        self.assert_signed_in()

    def test_scope_of_the_file_that_is_wider(self):
        self.log_in("--scope", f"{SEND} {READ}", says=("warning:", "can do more", READ))
        self.assertEqual(self.account()["scope"], f"{SEND} {READ}")

    def test_another_person(self):
        """Only the ID token says so: the API's token is of no use to find out."""
        self.log_in(claims={"email": "bob@example.org"}, status=SIGN_IN,
                    says=("bob@example.org has signed in",))
        self.assert_nothing_kept()

    def test_way_without_such_a_right(self):
        self.refuse("--provider", "api", "--send", "smtp",
                    says=("may send by SMTP", "may read all mail", "--send gmail"))
        self.assert_nothing_kept()

    def test_way_of_another_provider(self):
        self.refuse("--provider", "api", "--send", "graph", says=("smtp and gmail",))

    def test_word_that_is_no_way(self):
        self.refuse("--provider", "api", "--send", "pigeon", says=("smtp, gmail or graph",))

    def test_own_endpoint_without_a_preset(self):
        """The scope is the person's word, and what it opens the provider's."""
        base = self.provider.base
        self.provider.authorization.id_token = {"email": USER}
        running = self.begin("--send-only", "--send", "gmail", *self.settings(
            hosts=None, send_endpoint=base, scope=SEND))
        self.visit(running)
        self.expect(running, 0, "whether they can read mail, the provider decides")
        self.assertNotIn("hosts", self.account())

    def test_test_mail_and_no_test(self):
        self.refuse("--provider", "api", "--test-mail", "--no-test", status=USAGE,
                    says=("leave out --no-test",))


class Mail(SendOnlyCase):
    """The mail to the account itself, at the API."""

    def setUp(self):
        super().setUp()
        self.mails = []
        self.answer = (200, '{"id": "18c0ffee"}')
        self.provider.routes["POST", "/upload/gmail/v1/users/me/messages/send"] = self.take

    def take(self, exchange):
        self.mails.append(exchange.body())
        status, text = self.answer
        exchange.reply(status, text.encode(), "application/json")

    def test_is_sent(self):
        self.log_in("--test-mail", says=("test mail", "18c0ffee"))
        mail, = self.mails
        self.assertIn(f"To: <{USER}>".encode(), mail)

    def test_is_refused(self):
        """The account is kept: what it lacks is the provider's to give."""
        self.answer = (403, '{"error": {"code": 403, "message": "Gmail API has not been used", '
                            '"errors": [{"reason": "accessNotConfigured"}]}}')
        self.log_in("--test-mail", status=CONFIG,
                    says=("accessNotConfigured", "gmail.googleapis.com", "the account is kept"))
        self.assert_signed_in()

    def test_is_asked_about(self):
        self.provider.authorization.id_token = {"email": USER}
        for answer, mails in (("n", 0), ("y", 1)):
            running = self.begin_in_terminal("--send-only", "--provider", "api", "--client-id",
                                             APP, "--no-browser", name=f"{mails}.{USER}")
            running.wait("Client secret")
            running.enter()
            self.provider.authorization.user = f"{mails}.{USER}"
            self.provider.authorization.id_token = {"email": f"{mails}.{USER}"}
            self.visit(running)
            running.wait(r"Send a test mail to \S+ \[y/N\] ")
            running.enter(answer)
            self.expect(running, 0)
            self.assertEqual(len(self.mails), mails)


class BySmtp(SendOnlyCase):
    def setUp(self):
        super().setUp()
        self.preset("smtp", PRESET + "scope_send_smtp = " + SMTP + "\n", read=f"{SMTP} {IMAP}")

    def test_narrowest_right(self):
        self.log_in("--set", "server_smtp=localhost", "--no-test", preset="smtp",
                    says=("can send mail by SMTP", "cannot read"))
        account = self.assert_signed_in()
        self.assertEqual((account["send"], account["scope"]), ("smtp", SMTP))
        self.assertEqual(self.provider.authorization.requests[-1].scope, SMTP)

    def test_logs_in_to_smtp_and_nothing_else(self):
        self.require_root()
        dovecot = self.start_dovecot(self.provider)
        submission = self.start_submission(dovecot)
        self.log_in("--set", f"ca_file={self.authority.certificate}",
                    "--server-smtp", f"localhost:{submission.port}",
                    "--server-imap", f"localhost:{dovecot.imap}", preset="smtp", says=("235",))
        self.assertEqual(submission.mails(), [], "a login and nothing else")
        self.assertEqual([login[0] for login in dovecot.logins()
                          if login[0] != "submission"], [])

    def sends(self, *options):
        self.require_root()
        dovecot = self.start_dovecot(self.provider)
        submission = self.start_submission(dovecot)
        self.log_in("--set", f"ca_file={self.authority.certificate}",
                    "--server-smtp", f"localhost:{submission.port}", *options, preset="smtp",
                    says=("235",))
        return submission

    def test_mail_to_itself_if_that_is_agreed_to(self):
        submission = self.sends("--test-mail")
        mail, = submission.wait_mails(1)
        self.assertIn(f"test mail of {USER}", str(mail))

    def test_no_mail_if_it_is_not(self):
        """Without a terminal nobody can agree."""
        self.assertEqual(self.sends().mails(), [])

    def test_provider_without_such_a_right(self):
        self.preset("none", PRESET)
        self.refuse("--provider", "none", "--server-smtp", "localhost",
                    says=("The Provider of the Tests has no right that only sends", "--scope"))
        self.assert_nothing_kept()

    def test_neither_preset_nor_scope(self):
        self.refuse(*self.settings(client=None, scope=None, server_smtp="localhost"),
                    says=("no scope is known that only sends", "--scope"))


class Existing(SendOnlyCase):
    """An account that reads mail becomes one that sends, and its file keeps all else."""

    def test_is_narrowed(self):
        running = self.begin("--provider", "api", "--client-id", APP, "--no-test", "--set",
                             "hosts=imap.example.org localhost", "--set", "refresh_before=10m")
        self.visit(running)
        self.expect(running, 0)
        self.provider.authorization.id_token = {"email": USER}
        running = self.begin("--send-only")
        self.visit(running)
        self.expect(running, 0, "changed", "cannot read")
        account = self.account()
        self.assertEqual({key: account[key] for key in ("send", "scope", "hosts",
                                                        "refresh_before", "client_id")},
                         {"send": "gmail", "scope": f"openid email {SEND}",
                          "hosts": "localhost", "refresh_before": "10m", "client_id": APP})

    def test_signs_in_again_without_the_option(self):
        self.log_in()
        running = self.begin()
        self.visit(running)
        self.expect(running, 0, "cannot read")
        self.assertEqual(self.account()["send"], "gmail")


class WithoutPerson(SendOnlyCase):
    def test_an_administrator_decides(self):
        self.preset("graph", PRESET + """\
send_endpoint = {base}
send_api = graph
scope_send_graph = {send}
scope_send_graph_client_credentials = https://graph.example/.default
scope_client_credentials = https://mail.example/.default
""")
        self.provider.store.register("robot", secret=CLIENT_SECRET, user=USER)
        running = self.begin("--send-only", "--send", "graph", "--provider", "graph",
                             "--grant", "client_credentials", "--client-id", "robot",
                             "--client-secret-stdin")
        running.enter(CLIENT_SECRET)
        self.expect(running, 0, "by Microsoft Graph", "the provider decides",
                    f"tokend doctor --live {USER}")
        self.assertEqual(self.provider.requests[-1].scope, "https://graph.example/.default")
        running = self.begin("--send-only", "--send", "smtp", "--server-smtp", "localhost",
                             "--no-test")
        self.expect(running, 0, "by SMTP")
        self.assertEqual(self.provider.requests[-1].scope, "https://mail.example/.default")


class Steps(SendOnlyCase):
    def setUp(self):
        super().setUp()
        self.home.write(".config/tokend/providers/api.txt", STEPS)

    def shown(self, *options):
        running = self.begin_in_terminal(*options, "--provider", "api", "--no-test",
                                         name=f"{len(options)}.{USER}")
        running.wait("Client id: ")
        running.key("C-c")
        running.wait_end()
        self.assertIn("Make a project.", running.text)
        return [word for word in ("Allow all", "Allow sending", "Ask an admin")
                if word in running.text]

    def test_are_of_the_account_that_is_wanted(self):
        self.assertEqual(self.shown(), ["Allow all"])
        self.assertEqual(self.shown("--send-only"), ["Allow sending"])
