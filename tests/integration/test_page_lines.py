# SPDX-License-Identifier: BSD-2-Clause
"""The tables of troubleshooting.md: real programs print each line, and the doctor fixes it so."""

import base64
import glob
import os
import re

from support import faults, mailclients, mailscript, oauth, recipe, stage
from support.case import CLIENT_ID
from support.doctor_case import PASSWORDS, DoctorCase
from support.live_case import LiveCase
from support.machine_case import ALICE
from support.machine_postfix import LOG, MachinePostfix, start_tokend
from support.relay_page import wait_text

EHLO = b"250-mail.example.org\r\n250-AUTH LOGIN XOAUTH2\r\n250 SIZE 1000\r\n"
CHALLENGE = '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'
CHALLENGED = f"334 {base64.b64encode(CHALLENGE.encode()).decode()}"
GMAIL_SAYS_NO = ("535-5.7.8 Username and Password not accepted. For more information, go to\r\n"
                 "535 5.7.8  https://support.google.com/mail/?p=BadCredentials x - gsmtp")
HOSTS = "localhost imap.gmail.com pop.gmail.com smtp.gmail.com"
OFF = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the "

# What a server says, and the line of the page that is in it.
SMTP = (
    (f"{OFF}Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.",
     "SmtpClientAuthentication is disabled for the Tenant"),
    (f"{OFF}Mailbox.", "SmtpClientAuthentication is disabled for the Mailbox"),
    ("535 5.7.139 Authentication unsuccessful, by a rule of the tests.", "535 5.7.139"),
    ("535 5.7.3 Authentication unsuccessful [X.PROD.OUTLOOK.COM]",
     "535 5.7.3 Authentication unsuccessful"),
    ("550 5.7.30 Basic authentication is not supported for Client Submission.", "550 5.7.30"),
    ("501 5.5.127 Token will expire soon", "501 5.5.127"),
    ("501 5.5.124 Invalid XOAUTH2 auth data.", "501 5.5.124"),
    (GMAIL_SAYS_NO, "535-5.7.8 Username and Password not accepted"),
    ("534-5.7.9 Please log in.\r\n534 5.7.9 x - gsmtp", "534-5.7.9"),
    ("454 4.7.0 Too many login attempts, please try again later.", "454 4.7.0"),
)
DENIED = "NO AUTHENTICATE failed."
NOT_CONNECTED = "User is authenticated but not connected."
POP = "-ERR Authentication failure: unknown user name or bad password."

# error, description, and the line of the page that is in tokend's text.
PROVIDER = (
    ("unauthorized_client", "AADSTS700016: No.", "AADSTS700016"),
    ("invalid_client", "AADSTS7000215: No.", "AADSTS7000215"),
    ("invalid_client", "AADSTS7000218: No.", "AADSTS7000218"),
    ("invalid_grant", "AADSTS7000012: No.", "AADSTS7000012"),
    ("invalid_grant", "AADSTS50034: No.", "AADSTS50034"),
    ("invalid_grant", "AADSTS70043: No.", "AADSTS70043"),
    ("invalid_grant", "AADSTS50173: No.", "AADSTS50173"),
    ("invalid_grant", "AADSTS65001: No.", "AADSTS65001"),
    ("access_denied", "AADSTS90094: No.", "AADSTS90094"),
    ("invalid_grant", "Token has been expired or revoked.", "Token has been expired or revoked"),
    ("unauthorized_client", "Client is unauthorized to retrieve access tokens using this method.",
     "unauthorized_client (Client is unauthorized"),
    ("redirect_uri_mismatch", "Bad Request", "redirect_uri_mismatch"),
    ("access_denied", "No.", "access_denied"),
)

# Lines that another module's tests have read in the log of the real program.
ELSEWHERE = {"Temporary AUTH failure": "test_client_sendmail",
             "temporary failure, connection abort": "test_client_sendmail"}

MBSYNCRC = """\
IMAPAccount far
Host {host}
{port}User {user}
AuthMechs {mechanism}
SSLType {tls}

IMAPStore far
Account far

MaildirStore near
Path ~/Mail/
Inbox ~/Mail/INBOX

Channel all
Far :far:
Near :near:
Patterns *
Create Near
"""
MSMTPRC = """\
account default
host localhost
port {port}
tls off
auth xoauth2
user {user}
from {user}
passwordeval tokend token {user}
"""
# One that asks for the name and then fails without a word, and one that does not live.
SILENT = """
#include <signal.h>
#include <sasl/sasl.h>
#include <sasl/saslplug.h>
static int new(void *g, sasl_client_params_t *p, void **c) { *c = 0; return SASL_OK; }
static int step(void *c, sasl_client_params_t *p, const char *in, unsigned len,
    sasl_interact_t **i, const char **out, unsigned *outlen, sasl_out_params_t *o)
{
	p->canon_user(p->utils->conn, "alice", 0, SASL_CU_AUTHID | SASL_CU_AUTHZID, o);
	return SASL_FAIL;
}
static sasl_client_plug_t list[] = {{ .mech_name = "XOAUTH2", .mech_new = new,
	.mech_step = step,
	.security_flags = SASL_SEC_NOANONYMOUS | SASL_SEC_NOPLAINTEXT }};
int sasl_client_plug_init(const sasl_utils_t *u, int max, int *version,
    sasl_client_plug_t **plugs, int *count)
{ *version = SASL_CLIENT_PLUG_VERSION; *plugs = list; *count = 1; return SASL_OK; }
"""
CRASHES = "#include <signal.h>\nint sasl_client_plug_init(void) { return raise(SIGSEGV); }\n"


def read_file(*parts):
    with open(os.path.join(*parts), encoding="utf-8") as file:
        return file.read()


def rows(heading):
    """{line: what the mend has in backticks} of the table below a heading."""
    page = read_file(stage.source_folder(), recipe.FOLDER, "troubleshooting.md")
    part = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = re.findall(r"^\| `(.*?)`.* \| .* \| (.*) \|$", part, re.MULTILINE)
    return {line: re.findall(r"`(.*?)`", mend) for line, mend in found}


def imap(last, first=None):
    """The answers of a server that asks for the login and then says `last` to what comes next."""
    tags = []

    def tagged(words):
        return lambda line: tags[-1] + f" {words}\r\n".encode()

    def capability(line):
        return b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n" + line.split()[0] + b" OK\r\n"

    def authenticate(line):
        tags.append(line.split()[0])
        return b"+ \r\n"

    def other(line):
        return line.split()[0] + f" {last}\r\n".encode()
    return (capability, authenticate, *((tagged(first), other) if first else (tagged(last),)))


class Servers(LiveCase):
    """Each line as the mail program prints it; and the doctor, who logs in there, fixes it so."""

    def setUp(self):
        super().setUp()
        self.start_providers()
        self.log_in(allow="postfix")
        self.rows = rows("The mail server's words")

    def script(self, greeting, *answers):
        started = self.machine.do(mailscript.MailScript, greeting, answers)
        self.addCleanup(started.stop)
        return started.port

    def smtp(self, *answers):
        return self.script(b"220 mail ESMTP\r\n", EHLO,
                           *(answer.encode() + b"\r\n" for answer in answers))

    def account_for(self, name, service, port):
        """One that logs in at the script alone."""
        self.copy_account([name])
        self.machine.write(self.account_file(name), f"client_id = {CLIENT_ID}\nuser = {ALICE}\n"
                           "token_endpoint = https://oauth2.googleapis.com/token\n"
                           f"hosts = localhost\nserver_{service} = localhost:{port}\n", 0o640,
                           (0, self.stage.gid))

    def test_doctor(self):
        played = [(line, "smtp", self.smtp("334 ", words)) for words, line in SMTP]
        played += [(CHALLENGE, "smtp", self.smtp("334 ", CHALLENGED, GMAIL_SAYS_NO)),
                   (DENIED, "imap", self.script(b"* OK ready\r\n", *imap(DENIED))),
                   (NOT_CONNECTED, "imap", self.script(
                       b"* OK ready\r\n", *imap(f"BAD {NOT_CONNECTED}", "OK done."))),
                   (POP, "pop", self.script(b"+OK ready\r\n", b"+OK\r\nSASL XOAUTH2\r\n.\r\n",
                                            b"+ \r\n", POP.encode() + b"\r\n"))]
        self.assertEqual(sorted(self.rows), sorted(line for line, *_ in played))
        for at, (_, service, port) in enumerate(played):
            self.account_for(f"number-{at:02}", service, port)
        self.machine.do(os.unlink, self.account_file())
        found = self.findings("mail", "fault", "--live", account="")
        self.assertEqual(len(found), len(played), found)
        for at, (fault, (line, *_)) in enumerate(zip(found, played)):
            with self.subTest(line):
                # The doctor makes one line of several.
                self.assert_says(fault["found"], re.sub(r"^(\d{3})-", r"\1 ", line))
                mend = fault["mend"].replace(f"number-{at:02}", "ACCOUNT").replace(ALICE, "ADDRESS")
                self.assert_says(mend, *self.rows[line])

    def test_postfix(self):
        """All relays at once, each with words of its own.

        The challenge comes last: it costs the token, and the next one, too, if others hold it.
        """
        played = [(line, self.smtp(words)) for words, line in SMTP]
        played.append((CHALLENGE, self.smtp(CHALLENGED, GMAIL_SAYS_NO)))
        self.stage.write_plugin_conf()
        self.change_account("hosts = localhost")
        start_tokend(self)
        tokend_log = max(glob.glob(f"{self.stage.path('log')}/serve-*"), key=os.path.getmtime)
        postfix = MachinePostfix(self.machine)
        self.machine.write(PASSWORDS, "".join(
            f"[localhost]:{port} {ALICE}:tokend\n" for _, port in played), 0o600)
        self.machine.write("/etc/postfix/transport", "".join(
            f"number-{at}.org smtp:[localhost]:{port}\n" for at, (_, port) in enumerate(played)))
        postfix.set(smtp_sasl_auth_enable="yes", smtp_sasl_password_maps=f"texthash:{PASSWORDS}",
                    smtp_sasl_mechanism_filter="xoauth2", smtp_sasl_security_options="noanonymous",
                    transport_maps="texthash:/etc/postfix/transport")
        postfix.start()
        self.addCleanup(postfix.stop)
        for at in range(len(played) - 1):
            postfix.send(f"rcpt@number-{at}.org")
        for at, (line, _) in enumerate(played):
            if line == CHALLENGE:
                postfix.send(f"rcpt@number-{at}.org")
            with self.subTest(line):
                told = postfix.wait_log(f"@number-{at}.org.*status=deferred")
                if line == CHALLENGE:
                    wait_text(lambda: read_file(tokend_log), line)
                else:
                    self.assert_says(told, line)

    def test_mbsync(self):
        alice = self.add_person()
        self.log_in(person=alice, hosts=HOSTS)
        alice.sh("mkdir Mail")
        for line, answers in ((DENIED, imap(DENIED)),
                              (NOT_CONNECTED, imap(f"BAD {NOT_CONNECTED}", "OK done."))):
            port = self.script(b"* OK ready\r\n", *answers)
            alice.write(".mbsyncrc", MBSYNCRC.format(
                host="localhost", port=f"Port {port}\n", user=ALICE, mechanism="XOAUTH2",
                tls="None"))
            done = alice.sh("mbsync all", may_show_response=True)
            # isync 1.5 leaves out the NO.
            self.assert_says(done.stderr, "returned an error: ", line.removeprefix("NO "))


class Provider(LiveCase):
    def test_words(self):
        """An account for each, and one look at all of them."""
        self.start_providers()
        self.log_in()
        table = rows("The provider's words")
        self.assertEqual(sorted(table), sorted(line for *_, line in PROVIDER))
        names = [f"number-{at:02}" for at in range(len(PROVIDER))]
        self.copy_account(names)
        for name, (error, description, _) in zip(names, PROVIDER):
            path = f"/{name}/token"
            self.provider.routes["POST", path] = refusing(error, description)
            self.machine.write(self.account_file(name), f"client_id = {CLIENT_ID}\n"
                               f"token_endpoint = https://oauth2.googleapis.com{path}\n"
                               "hosts = localhost\n", 0o640, (0, self.stage.gid))
        self.machine.do(os.unlink, self.account_file())
        found = self.findings("provider", "fault", "--live", account="")
        self.assertEqual(len(found), len(PROVIDER), found)
        for name, fault, (*_, line) in zip(names, found, PROVIDER):
            with self.subTest(line):
                self.assert_says(fault["found"], line)
                self.assert_says(fault["mend"].replace(name, "ACCOUNT"), *table[line])


def refusing(error, description):
    def answer(exchange):
        exchange.provider.record(None)
        exchange.body()
        exchange.refuse(oauth.OAuthError(error, description))
    return answer


class Programs(DoctorCase):
    """What mbsync, msmtp, imtest, Perl and Postfix print, when it is not the server's."""

    def setUp(self):
        super().setUp()
        self.start()
        self.alice = self.add_person()
        self.log_in(person=self.alice, hosts=HOSTS)
        self.alice.sh("mkdir Mail")
        self.rows = rows("What other mail programs say")

    def assert_line(self, line, done):
        """It is one of the page, and the program has printed it."""
        self.assertIn(line, self.rows)
        self.assert_says(done.text, line)
        del self.rows[line]

    def script(self, *answers, greeting=b"220 mail ESMTP\r\n"):
        started = self.machine.do(mailscript.MailScript, greeting, answers)
        self.addCleanup(started.stop)
        return started.port

    def mbsync(self, mechanism="XOAUTH2"):
        self.alice.write(".mbsyncrc", MBSYNCRC.format(
            host="imap.gmail.com", port="", user=ALICE, mechanism=mechanism, tls="IMAPS"))
        return self.alice.sh("mbsync all", may_show_response=True)

    def imtest(self):
        return self.alice.sh(f"echo . logout | {mailclients.CYRUS}/imtest -s -m XOAUTH2 "
                             f"-a {ALICE} -u {ALICE} imap.gmail.com", may_show_response=True)

    def perl(self):
        return self.alice.sh(f"perl - 0 {ALICE} XOAUTH2 {ALICE} localhost",
                             stdin=mailclients.PERL_IMAP)

    def msmtp(self, *answers):
        self.alice.write(".msmtprc", MSMTPRC.format(port=self.script(*answers), user=ALICE))
        return self.alice.sh("echo x | msmtp bob@example.org")

    def test_lines(self):
        for test in (self.of_servers, self.without_token, self.without_plugin,
                     self.with_another_plugin, self.elsewhere):
            test()
        self.assertEqual(self.rows, {}, "lines that nothing has printed")

    def of_servers(self):
        self.assert_line("server supports no acceptable authentication mechanism",
                         self.mbsync("SCRAM-SHA-1"))
        self.assert_line("msmtp: the server does not support authentication method XOAUTH2",
                         self.msmtp(b"250-mail\r\n250 AUTH PLAIN\r\n"))
        self.assert_line("msmtp: command AUTH XOAUTH2 failed",
                         self.msmtp(EHLO, b"535 5.7.3 No.\r\n"))
        self.assert_line("msmtp: authentication failed (method XOAUTH2)",
                         self.msmtp(EHLO, b"334 e30=\r\n", b"535 5.7.8 No.\r\n"))

    def without_token(self):
        """The status is the one that the page says for the cause."""
        token = f"tokend token {ALICE}"
        cache = f"{self.alice.home}/.local/state/tokend/cache/{ALICE}"
        self.machine.run("rm", cache)
        self.provider.fault(faults.plain_status(503), 1)
        self.assertEqual(self.alice.sh(token).status, 75)
        self.provider.store.withdraw(ALICE)
        self.assertEqual(self.alice.sh(f"tokend refresh {ALICE}").status, 77)
        self.assertEqual(self.alice.sh(token).status, 77)
        self.assertEqual(self.alice.sh("tokend token nobody@gmail.com").status, 67)
        self.alice.write(".config/tokend/accounts/odd.conf", "provider = nobody\n")
        self.assertEqual(self.alice.sh("tokend token odd").status, 78)
        self.assert_line("Error performing SASL authentication step", self.mbsync())
        self.assert_line("Authentication failed. authentication failure", self.imtest())
        self.assert_line("msmtp: cannot read output of 'tokend token", self.msmtp(EHLO))
        self.log_in(person=self.alice, hosts=HOSTS)

    def without_plugin(self):
        plugin = f"{self.sasl_folder()}/libxoauth2.so"
        self.machine.run("mv", plugin, f"{plugin}.away")
        self.assert_line("no mechanism available: No worthy mechs found", self.perl())
        self.assert_line("Authentication failed. no mechanism available", self.imtest())
        self.assert_line("selected SASL mechanism(s) not available", self.mbsync())
        self.one(os.path.dirname(plugin), "finds none")
        self.machine.run("mv", f"{plugin}.away", plugin)

    def with_another_plugin(self):
        rival = f"{self.sasl_folder()}/libsasl-rival.so"
        self.compile(rival, SILENT)
        self.assert_line("Unable to find a callback: 32775", self.mbsync())
        self.fix(rival, "before tokend's plugin")
        self.compile(rival, SILENT.replace("return SASL_FAIL", "return raise(SIGSEGV)"))
        self.assert_smtp_ends("malformed response")
        self.fix(rival, "before tokend's plugin")
        self.compile(rival, CRASHES)
        self.assert_smtp_ends("bad command startup -- throttling")
        self.fix(rival, "signal 11", "killed by signal")

    def assert_smtp_ends(self, line):
        """master(8) starts no other for a minute, and a reload does not end that minute."""
        self.postfix.stop()
        self.machine.write(LOG, "", 0o644)
        self.postfix.start()
        self.postfix.send()
        self.postfix.wait_log("smtp pid [0-9]+ killed by signal 11")
        self.postfix.wait_log(line)
        del self.rows[line]

    def elsewhere(self):
        for line, module in ELSEWHERE.items():
            self.assertIn(line, read_file(stage.source_folder(), "tests/integration",
                                          f"{module}.py"))
            del self.rows[line]
