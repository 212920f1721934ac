# SPDX-License-Identifier: BSD-2-Clause
"""A mail server on loopback without TLS, which judges each login as a test says.

IMAP, SMTP, LMTP or POP3; with an initial response or only after it was asked for; a refusal with
the challenge of these mechanisms, or without any, as Stalwart, Yandex and Exchange refuse.
"""

import base64
import contextlib
import socket
import threading

from support import waiting

TAKE, REFUSE, CHALLENGE, LATER, LOSE = "take", "refuse", "challenge", "later", "lose"
SECONDS = waiting.LIMIT
JSON = base64.b64encode(b'{"status":"401","schemes":"bearer","scope":"mail"}')
# What is said to a login of each verdict.
WORDS = {
    "imap": {TAKE: b"OK in", REFUSE: b"NO [AUTHENTICATIONFAILED] no",
             LATER: b"NO [UNAVAILABLE] later"},
    "smtp": {TAKE: b"235 2.7.0 in", REFUSE: b"535 5.7.8 no", LATER: b"454 4.7.0 later"},
    "pop": {TAKE: b"+OK in", REFUSE: b"-ERR [AUTH] no", LATER: b"-ERR [SYS/TEMP] later"},
}
ASKS = {"imap": b"+ ", "smtp": b"334 ", "pop": b"+ "}
GREETINGS = {"imap": b"* OK ready", "smtp": b"220 mail.example.org ESMTP", "pop": b"+OK ready"}


class VerdictServer:
    """judge(token) says the verdict; heard has all lines, shown the tokens of all logins."""

    def __init__(self, protocol, judge, *, initial=True, mechanisms="XOAUTH2 OAUTHBEARER"):
        self.heard = []
        self.shown = []
        self._protocol = protocol
        self._judge = judge
        self._initial = initial
        self._mechanisms = mechanisms.encode().split()
        self._threads = []
        self._stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.port = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def stop(self):
        self._stopping.set()
        self._accepting.join(SECONDS)
        self._listener.close()

    def _accept(self):
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError, OSError):
                client, _ = self._listener.accept()
                client.settimeout(SECONDS)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        answer = {"imap": self._imap, "smtp": self._smtp, "pop": self._pop}[self._protocol]
        with contextlib.suppress(OSError), client, \
                client.makefile("rwb", buffering=0) as stream:
            stream.write(GREETINGS[self._protocol] + b"\r\n")
            while (line := self._read(stream)) and answer(stream, line.split()):
                pass

    def _read(self, stream):
        line = stream.readline()
        if line:
            self.heard.append(line)
        return line

    def _log_in(self, stream, response, tag=b""):
        """False where the connection is over."""
        if response is None:
            stream.write(ASKS[self._protocol] + b"\r\n")
            response = self._read(stream).strip()
            if not response:
                return False
        token = base64.b64decode(response).partition(b"Bearer ")[2].rstrip(b"\1").decode()
        self.shown.append(token)
        verdict = self._judge(token)
        if verdict == LOSE:
            return False
        if verdict == CHALLENGE:
            stream.write(ASKS[self._protocol] + JSON + b"\r\n")
            self._read(stream)
            verdict = REFUSE
        stream.write(tag + WORDS[self._protocol][verdict] + b"\r\n")
        return True

    def _imap(self, stream, words):
        tag, command = words[0] + b" ", words[1].upper()
        if command == b"AUTHENTICATE":
            return self._log_in(stream, words[3] if len(words) > 3 else None, tag)
        told = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 "
                + (b"SASL-IR " if self._initial else b"")
                + b" ".join(b"AUTH=" + name for name in self._mechanisms) + b"\r\n",
                b"SELECT": b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1] x\r\n"
                           b"* FLAGS ()\r\n",
                b"NAMESPACE": b'* NAMESPACE (("" "/")) NIL NIL\r\n',
                b"LOGOUT": b"* BYE\r\n"}.get(command, b"")
        stream.write(told + tag + b"OK done\r\n")
        return command != b"LOGOUT"

    def _smtp(self, stream, words):
        command = words[0].upper() if words else b""
        if command == b"AUTH":
            return self._log_in(stream, words[2] if len(words) > 2 else None)
        if command == b"DATA":
            stream.write(b"354 go on\r\n")
            while self._read(stream) not in (b".\r\n", b""):
                pass
        stream.write({b"EHLO": b"250-x\r\n250 AUTH " + b" ".join(self._mechanisms) + b"\r\n",
                      b"LHLO": b"250-x\r\n250 AUTH " + b" ".join(self._mechanisms) + b"\r\n",
                      b"QUIT": b"221 bye\r\n"}.get(command, b"250 fine\r\n"))
        return command != b"QUIT"

    def _pop(self, stream, words):
        command = words[0].upper() if words else b""
        if command == b"AUTH" and len(words) > 1:
            return self._log_in(stream, words[2] if len(words) > 2 else None)
        stream.write({b"CAPA": b"+OK\r\nSASL " + b" ".join(self._mechanisms) + b"\r\n.\r\n",
                      b"AUTH": b"+OK\r\n" + b"\r\n".join(self._mechanisms) + b"\r\n.\r\n",
                      b"STAT": b"+OK 0 0\r\n"}.get(command, b"+OK fine\r\n"))
        return command != b"QUIT"
