# SPDX-License-Identifier: BSD-2-Clause
"""The command's side of a conversation with tokend-worker (tokend/common/message.h), played by a test.

A job is tested apart from the command that drives it: with messages that no command sends, in an
order that no command chooses, and with what the worker said word for word.
"""

import socket
import subprocess

from support import process, waiting

MESSAGE_MAX = 65536
SECONDS = waiting.LIMIT


class Talk:
    """A worker that runs one job; `with` ends the conversation, and the worker with it.

    events has all that came, oldest first, each as {attribute: value}; log() what the worker
    wrote to standard error.
    """

    def __init__(self, worker, job, account, *, env=None, uid=None, file=None, wrap=(), **first):
        """first: the attributes of the first message, if any; file: what it finds on 3; wrap:
        words in front of the command.
        """
        self.events = []
        self._log = None
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        argv = [*wrap, worker, job, "--", account]
        if file is not None:
            argv = ["/bin/sh", "-c", 'exec "$@" 3<"$0"', file, *argv]
        with theirs:
            self._worker = subprocess.Popen(
                [str(word) for word in argv], stdin=theirs, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, env=process.clean_environment(env), cwd="/",
                **process.identity(uid))
        if first:
            self.say(**first)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def say(self, **attributes):
        """One message; a value of None leaves the attribute out."""
        lines = [f"{name}={value}\n" for name, value in attributes.items() if value is not None]
        self._socket.send(("".join(lines) + "\n").encode())

    def hear(self, seconds=SECONDS):
        """The next event; None once the worker has closed."""
        self._socket.settimeout(seconds)
        try:
            packet = self._socket.recv(MESSAGE_MAX)
        except ConnectionResetError:
            packet = b""
        if not packet:
            return None
        if not packet.endswith(b"\n\n"):
            raise ValueError(f"a message without an end: {packet[-200:]!r}")
        pairs = [line.partition("=") for line in packet[:-2].decode().split("\n")]
        event = {name: value for name, _, value in pairs}
        if len(event) != len(pairs) or "event" not in event:
            raise ValueError(f"not an event: {sorted(event)}")
        self.events.append(event)
        return event

    def expect(self, kind, seconds=SECONDS):
        """The next event, which must be of that kind."""
        event = self.hear(seconds)
        if event is None or event["event"] != kind:
            raise AssertionError(f"not event={kind} but {event}:\n{self.log()}")
        return event

    def finish(self, seconds=SECONDS):
        """Hear to the end; returns the attributes of event=end."""
        while (event := self.hear(seconds)) is not None:
            if event["event"] == "end":
                return event
        raise AssertionError(f"the worker left without event=end:\n{self.log()}")

    def close(self):
        """Leave, as a command that was interrupted does; returns the worker's exit status."""
        self.log()
        return self._worker.returncode

    def log(self):
        """Ends the conversation, upon which the worker must end by itself."""
        self._socket.close()
        if self._log is None:
            try:
                self._log = self._worker.communicate(timeout=SECONDS)[1]
            except subprocess.TimeoutExpired:
                self._worker.kill()
                self._log = self._worker.communicate()[1]
                raise AssertionError(f"the worker did not end within {SECONDS} s") from None
        return self._log.decode("utf-8", "replace")

    @property
    def text(self):
        """All that was said and logged, to be searched for secrets."""
        return self.log() + "".join(f"{name}={value}\n" for event in self.events
                                    for name, value in event.items())
