# SPDX-License-Identifier: BSD-2-Clause
"""What `tokend doctor --live` says of mail servers: those that do not take a token, and those that
say so in words of their own, which are played."""

import base64
import json
import os

from support import mailscript
from support.live_case import LiveCase
from support.machine_case import ALICE

LIVE = "--live"
CHALLENGE = {"status": "400", "schemes": "Bearer", "scope": "https://mail.google.com/"}
EHLO = b"250-mail.example.org\r\n250-AUTH LOGIN XOAUTH2\r\n250 SIZE 1000\r\n"
GO_ON = b"334 \r\n"

# What a server says last, what the finding must explain, and what fixes it.
SMTP = (
    ("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the "
     "Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.", "whole organisation",
     f"Set-CASMailbox -Identity {ALICE} -SmtpClientAuthenticationDisabled $false"),
    ("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the "
     "Mailbox.", "switched off",
     f"Set-CASMailbox -Identity {ALICE} -SmtpClientAuthenticationDisabled $false"),
    ("535 5.7.139 Authentication unsuccessful, user is locked by your organization's security "
     "defaults policy. Contact your administrator.", "security defaults", "Conditional Access"),
    ("535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be "
     "authenticated successfully. Contact your administrator.", "Conditional Access",
     "sign-in logs of Entra"),
    ("535 5.7.3 Authentication unsuccessful [X.PROD.OUTLOOK.COM]", "SMTP.Send",
     "user_smtp = PERSON"),
    ("550 5.7.30 Basic authentication is not supported for Client Submission.", "password",
     "smtp_sasl_mechanism_filter = xoauth2"),
    ("501 5.5.127 Token will expire soon", "ten minutes", "min_valid = 10m"),
    ("501 5.5.124 Invalid XOAUTH2 auth data - User address provided is not valid.", "no address",
     "user = ADDRESS"),
    ("534 5.7.9 Please log in with your web browser and then try again.", "in a browser",
     "tokend login {}"),
    ("454 4.7.0 Too many login attempts, please try again later.", "passes by itself",
     "tokend doctor --live {}"),
)
IMAP = (
    ("NO AUTHENTICATE failed.", "IMAP.AccessAsUser.All",
     f"Set-CASMailbox -Identity {ALICE} -ImapEnabled $true"),
    ("NO [AUTHENTICATIONFAILED] AUTHENTICATE Invalid credentials or IMAP is disabled sc=x",
     "IMAP switched off", f"tokend login {ALICE}"),
)


class Mail(LiveCase):
    def setUp(self):
        super().setUp()
        self.start_providers()
        self.log_in()

    def start_script(self, greeting, *answers):
        script = self.machine.do(mailscript.MailScript, greeting, answers)
        self.addCleanup(script.stop)
        return script

    def at(self, service, port, name=ALICE):
        """The account logs in at the script alone."""
        kept = [line for line in self.machine.read(self.account_file(ALICE)).splitlines()
                if not line.startswith(("hosts", "server_", "provider", "user", "token_"))]
        self.machine.write(self.account_file(name), "\n".join([
            *kept, "token_endpoint = https://oauth2.googleapis.com/token", f"user = {ALICE}",
            "hosts = localhost", f"server_{service} = localhost:{port}", ""]), 0o640,
            (0, self.stage.gid))

    def fault(self, **options):
        """The one that is the script's; the preset's own servers are well."""
        found = [each for each in self.findings("mail", "fault", LIVE, **options)]
        self.assertEqual(len(found), 1, found)
        return found[0]


class Words(Mail):
    def test_smtp(self):
        """DEMAND 2, 3, 16, 20: an account for each, and one look at all of them."""
        names = [f"number-{at}@gmail.com" for at in range(len(SMTP))]
        self.copy_account(names)
        scripts = [self.start_script(b"220 mail ESMTP\r\n", EHLO, GO_ON, words.encode() + b"\r\n")
                   for words, *_ in SMTP]
        for name, script in zip(names, scripts):
            self.at("smtp", script.port, name)
        self.machine.do(os.unlink, self.account_file(ALICE))
        found = self.findings("mail", "fault", LIVE, account="")
        self.assertEqual(len(found), len(SMTP))
        for name, script, fault, (words, meaning, mend) in zip(names, scripts, found, SMTP):
            with self.subTest(words):
                self.assert_says(fault["found"], name, words, f"localhost:{script.port}",
                                 "XOAUTH2")
                self.assert_says(fault["matters"], meaning)
                self.assert_says(fault["mend"], mend.format(name))
                self.assertEqual(fault["code"], "later" if words[0] == "4" else "rejected")

    def test_a_server_that_hangs_up_on_a_long_token(self):
        for length in (100, 3000):
            self.provider.store.token_length = length
            self.succeed(self.machine.sh(f"tokend refresh {ALICE}"))
            self.at("smtp", self.start_script(b"220 mail ESMTP\r\n", EHLO, GO_ON).port)
            mend = self.fault()["mend"]
            self.assertIn("tokend doctor --live", mend)
            self.assertEqual("too long" in mend, length > 1000, mend)

    def test_gmail_says_400(self):
        """DEMAND 2: its challenge is decoded."""
        challenge = base64.b64encode(json.dumps(CHALLENGE).encode())
        script = self.start_script(
            b"220 mail ESMTP\r\n", EHLO, GO_ON, b"334 " + challenge + b"\r\n",
            b"535-5.7.8 Username and Password not accepted. For more information, go to\r\n"
            b"535 5.7.8  https://support.google.com/mail/?p=BadCredentials x - gsmtp\r\n")
        self.at("smtp", script.port)
        fault = self.fault()
        self.assert_says(fault["found"], '{"status": "400"', "BadCredentials")
        self.assert_says(fault["matters"], "without the scope")
        self.assertEqual(self.quoted(fault, "tokend refresh"), f"tokend refresh {ALICE}")
        self.assertEqual(self.quoted(fault, "scope"), "scope = https://mail.google.com/")

    def imap(self, *answers):
        def capability(line):
            tag = line.split()[0]
            return b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n" + tag + b" OK\r\n"
        script = self.start_script(b"* OK ready\r\n", capability, b"+ \r\n", *answers)
        self.at("imap", script.port)
        return self.fault()

    def test_imap(self):
        for words, meaning, mend in IMAP:
            with self.subTest(words):
                fault = self.imap(b"a1 " + words.encode() + b"\r\n")
                self.assert_says(fault["found"], words)
                self.assert_says(fault["matters"], meaning)
                self.assert_says(fault["mend"], mend)

    def test_authenticated_but_not_connected(self):
        """DEMAND 3, 9: Exchange takes the token, and does not open the mailbox."""
        fault = self.imap(b"a1 OK AUTHENTICATE completed.\r\n",
                          b"a2 BAD User is authenticated but not connected.\r\n")
        self.assert_says(fault["found"], "User is authenticated but not connected")
        self.assert_says(fault["matters"], "does not open this mailbox")
        self.assert_says(fault["mend"], f"Add-MailboxPermission -Identity {ALICE}")

    def test_pop(self):
        script = self.start_script(
            b"+OK ready\r\n", b"+OK\r\nSASL XOAUTH2\r\n.\r\n", b"+ \r\n",
            b"-ERR Authentication failure: unknown user name or bad password.\r\n")
        self.at("pop", script.port)
        fault = self.fault()
        self.assert_says(fault["mend"], f"Set-CASMailbox -Identity {ALICE} -PopEnabled $true")

    def test_what_was_sent_is_not_shown(self):
        script = self.start_script(b"220 mail ESMTP\r\n", EHLO, GO_ON,
                                   lambda line: b"501 5.5.2 what is " + line)
        self.at("smtp", script.port)
        self.assertIn("***", self.fault()["found"])


class Cached(Mail):
    """A token that a server refuses, while programs are given it until it expires."""

    def cached(self):
        return self.findings("token", "warning", LIVE)

    def test_refused_and_replaced(self):
        self.succeed(self.machine.sh(f"tokend token {ALICE} >/dev/null"))
        self.provider.store.revoke_access()
        done = self.machine.sh(f"tokend status {ALICE}")
        self.assertIn("good", done.stdout)
        found, = self.cached()
        self.assert_says(found["found"], "refused the token that was in the cache",
                         "takes the new one")
        self.assertEqual(self.quoted(found, "tokend refresh"), f"tokend refresh {ALICE}")
        self.curl_logs_in()
        self.assertEqual(self.cached(), [])

    def test_refused_as_the_new_one_is(self):
        self.succeed(self.machine.sh(f"tokend token {ALICE} >/dev/null"))
        self.provider.refuse_logins = True
        findings = self.doctor(LIVE)
        self.assertEqual([each for each in findings if "in the cache" in each["found"]], [])
        self.assertTrue([each for each in findings
                         if (each["check"], each["verdict"]) == ("mail", "fault")])


class Servers(Mail):
    def test_no_mechanism_of_ours(self):
        """DEMAND 18: OAUTHBEARER at a server that has it alone, and the plugin not."""
        self.dovecot.stop()
        self.submission.stop()
        certificate = self.authority.issue("imap.gmail.com", "pop.gmail.com")
        self.dovecot = self.machine.do(self.start_dovecot, self.provider, certificate,
                                       mechanisms=("oauthbearer",), ports=(143, 993, 110, 995))
        self.change_account("server_smtp = imap.gmail.com:993")
        plugin = "/etc/tokend/plugin.conf"
        self.machine.write(plugin, "mechanisms = xoauth2\n", 0o600)
        faults = [each for each in self.findings("mail", "fault", LIVE)
                  if "plugin.conf" in each["found"]]
        self.assertEqual(len(faults), 2, "IMAP and POP3")
        self.assert_says(faults[0]["found"], "offers OAUTHBEARER")
        self.machine.write(plugin, self.quoted(faults[0], "mechanisms") + "\n", 0o600)
        faults = [each for each in self.findings("mail", "fault", LIVE)
                  if "plugin.conf" in each["found"]]
        self.assertEqual(faults, [])
        self.curl_logs_in()

    def test_server_with_passwords_alone(self):
        script = self.start_script(b"220 mail ESMTP\r\n", b"250-mail\r\n250 AUTH PLAIN LOGIN\r\n")
        self.at("smtp", script.port)
        fault = self.fault()
        self.assert_says(fault["found"], "neither XOAUTH2 nor OAUTHBEARER")
        self.assert_says(fault["matters"], "No worthy mechs")
        self.change_account("", without="server_smtp")
        self.assert_mended(LIVE)

    def test_server_is_not_in_hosts(self):
        """The line that is given lets it in."""
        self.change_account("hosts = smtp.gmail.com pop.gmail.com")
        fault = self.fault()
        self.assertEqual(fault["code"], "host")
        line = self.quoted(fault, "hosts")
        self.assertEqual(line, "hosts = smtp.gmail.com pop.gmail.com imap.gmail.com")
        self.change_account(line)
        self.assert_mended(LIVE)
        self.curl_logs_in()

    def test_server_that_is_none(self):
        for line, words in (("server_imap = imap.gmail.com:1", "cannot connect"),
                            ("server_imap = nowhere.gmail.com", "cannot be resolved"),
                            ("server_imap = smtp.gmail.com:587", "not a ready IMAP server")):
            with self.subTest(line):
                self.change_account(line)
                self.assert_says(self.fault()["found"], words)
        self.change_account("", without="server_imap")
        self.assert_mended(LIVE)

    def test_advertised_before_and_after_tls(self):
        good = [each["found"] for each in self.findings("mail", "ok", LIVE)
                if "smtp.gmail.com:587 answers" in each["found"]]
        self.assert_says(good[0], "offers XOAUTH2 OAUTHBEARER",
                         "checked with /etc/ssl/certs.")
