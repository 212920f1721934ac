# SPDX-License-Identifier: BSD-2-Clause
"""The answerer's side of the worker's job send (tokend/common/message.h), played by a test."""

import array
import socket
import subprocess
import tempfile

from support import process, talk, waiting

SECONDS = waiting.LIMIT
RECIPIENT = "bob@example.org"
HEADER = ("From: alice@example.org\nTo: bob@example.org\nSubject: test\n"
          "Date: Sun, 29 Nov 2026 12:00:00 +0000\nMessage-ID: <1@example.org>\n\n")


def mail_file(content, sender, recipients):
    """An open file as PROTOCOL describes it, without a name."""
    file = tempfile.TemporaryFile()
    file.write("".join(f"{line}\n" for line in (sender, *recipients, "")).encode())
    file.write(content if isinstance(content, bytes) else content.encode())
    file.flush()
    return file


class Letter(talk.Talk):
    """The conversation about one mail."""

    def __init__(self, ours, sender):
        self.events = []
        self._socket = ours
        self._sender = sender

    def log(self):
        self._socket.close()
        return ""

    def leave(self):
        """As a client that goes: its answerer closes the conversation."""
        self._socket.close()

    def let_go(self, seconds=SECONDS):
        """Say go when it is asked for; returns the attributes of event=end."""
        while (event := self.hear(seconds)) is not None:
            if event["event"] == "ready":
                self.say(go="yes")
            if event["event"] == "end":
                return event
        raise AssertionError(f"the worker left without event=end:\n{self._sender.log()}")


class Sender:
    """A worker that sends; `with` closes the packets, and it ends."""

    def __init__(self, worker, account, env=None):
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._log = None
        self.letters = []
        with theirs:
            self.process = subprocess.Popen(
                [str(worker), "send", "--", account], stdin=theirs, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, env=process.clean_environment(env), cwd="/")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.log()

    def send_packet(self, files):
        """One packet with these open files."""
        rights = array.array("i", [file.fileno() for file in files])
        self._socket.sendmsg([b"m"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)]
                             if files else [])

    def post(self, content, *, sender="alice@example.org", recipients=(RECIPIENT,), file=None,
             **first):
        """Hand over a mail; first: the attributes of the first message."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        letter = Letter(ours, self)
        self.letters.append(letter)
        with theirs, file or mail_file(content, sender, recipients) as mail:
            self.send_packet([theirs, mail])
        if first:
            letter.say(**first)
        return letter

    def close_packets(self):
        """No more mails come."""
        self._socket.close()

    def ended(self):
        """Wait until the worker has ended by itself; returns its exit status."""
        return self.process.wait(SECONDS)

    def is_closed(self):
        """Whether it takes no packet any more."""
        try:
            self.send_packet([])
        except BrokenPipeError:
            return True
        return False

    def peak(self):
        """The most memory that it has had, in kB; while it runs."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(status.read().partition("VmHWM:")[2].split()[0])

    def log(self):
        """Close the packets, upon which the worker must end by itself."""
        self.close_packets()
        if self._log is None:
            try:
                self._log = self.process.communicate(timeout=SECONDS)[1]
            except subprocess.TimeoutExpired:
                self.process.kill()
                self._log = self.process.communicate()[1]
                raise AssertionError(f"the worker did not end within {SECONDS} s") from None
        return self._log.decode("utf-8", "replace")

    @property
    def text(self):
        """All that was said and logged, to be searched for secrets."""
        return self.log() + "".join(f"{name}={value}\n" for letter in self.letters
                                    for event in letter.events for name, value in event.items())
