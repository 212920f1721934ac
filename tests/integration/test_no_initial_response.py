"""Servers that take no initial response (no SASL-IR), and an account without a token to give.

A client learns that only when the server waits for its first response. What fails there, whatever
the mechanism, leaves mbsync waiting; no plugin can tell that step from the first one of a client
that has not asked the server yet, so that an answer which the server could refuse is not ours.
"""

from support import mailclients, mailscript
from support.case import MAILBOX, IntegrationCase

HANGS = 10  # seconds, for what is never to end
MBSYNCRC = """
IMAPStore far
Host localhost
Port {port}
User {user}
AuthMechs {mechanism}
SSLType None
Timeout 5

MaildirStore near
Path {home}/Mail/
Inbox {home}/Mail/INBOX

Channel all
Far :far:
Near :near:
"""


def tagged(words):
    return lambda line: line.split()[0] + b" " + words


class ImapServer(mailscript.MailScript):
    """Asks for the response, and refuses whatever it is."""

    def __init__(self):
        self._tag = b""
        super().__init__(b"* OK ready\r\n", (
            lambda line: (b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 AUTH=OAUTHBEARER\r\n"
                          + tagged(b"OK done\r\n")(line)),
            self._ask, self._refuse))

    def _ask(self, line):
        self._tag = line.split()[0]
        return b"+ \r\n"

    def _refuse(self, _):
        return self._tag + b" NO [AUTHENTICATIONFAILED] no login\r\n"


class NoInitialResponse(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()
        self.home = self.make_home()
        self.home.write_account(MAILBOX, **self.account_keys(self.provider))

    def serve(self):
        server = ImapServer()
        self.addCleanup(server.stop)
        return server

    def mbsync(self, server, mechanism):
        self.home.make_folder("Mail")
        path = self.home.write("mbsyncrc", MBSYNCRC.format(
            port=server.port, user=MAILBOX, mechanism=mechanism, home=self.home.home))
        return self.note(self.home.run(["timeout", str(HANGS), "mbsync", "-c", path, "all"]))

    def test_mbsync(self):
        """It says why, and has to be ended: mbsync.md says how. Newer ones may end themselves."""
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            with self.subTest(mechanism):
                done = self.mbsync(self.serve(), mechanism)
                self.assertNotEqual(done.status, 0, done.text)
                self.assert_says(done.text, MAILBOX, f"tokend login {MAILBOX}")

    def test_imtest(self):
        server = self.serve()
        done = self.note(self.home.run(
            ["timeout", str(HANGS), f"{mailclients.CYRUS}/imtest", "-a", MAILBOX, "-u", MAILBOX,
             "-p", str(server.port), "-m", "XOAUTH2", "localhost"], stdin=". logout\r\n"))
        self.assertNotEqual(done.status, 124, f"{done.text} {server.heard}")
        self.assertFalse(mailclients.is_authenticated(done))
