# SPDX-License-Identifier: BSD-2-Clause
"""A terminal as a person has it: tmux with a server of its own, keys in, a screen out.

The screen is what tmux(1) makes of the output, so a line that is too long, an escape sequence
that does harm, or a secret that is echoed is seen as a person would see it.
"""

import os
import re
import shlex

from support import process, waiting

COLUMNS = 80
LINES = 24
SECONDS = waiting.LIMIT
START_SECONDS = waiting.LIMIT
LOCALE = "C.UTF-8"

# Waits for the gate, which opens when all output is caught; and keeps the status itself, as a
# tmux that is told of a program's end in the wrong moment never learns how it ended.
RUN = 'read -r _ <"$0/gate"; trap : INT QUIT; "$@"; echo $? >"$0/status"'


class Terminal:
    """One program in one window; stop() ends it, whatever it does.

    folder: a new one, that the user may write to. env: the program's environment; TERM and TMUX
    are tmux's.
    """

    def __init__(self, folder, argv, *, env=None, uid=None, cwd="/", columns=COLUMNS,
                 lines=LINES):
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        self._uid = uid
        self._path = os.path.join(folder, "tmux")
        self._raw = os.path.join(folder, "output")
        gate = os.path.join(folder, "gate")
        os.mkfifo(gate, 0o600)
        if uid is not None:
            os.chown(folder, uid, uid)
            os.chown(gate, uid, uid)
        config = os.path.join(folder, "tmux.conf")
        with open(config, "w", encoding="ascii") as out:
            out.write("set -g remain-on-exit on\nset -g status off\n"
                      "set -g remain-on-exit-format \"\"\nset -g history-limit 2000\n"
                      "set -g update-environment \"\"\n")
        self._env = {"LANG": LOCALE, **(env or {})}
        self._server = process.Background(["tmux", "-S", self._path, "-f", config, "-D"],
                                          os.path.join(folder, "tmux.log"), uid=uid, cwd=cwd,
                                          env=self._env)
        try:
            waiting.until(self._is_up, START_SECONDS, "tmux")
            self._tmux("new-session", "-d", "-x", str(columns), "-y", str(lines), "-c", cwd,
                       "sh", "-c", RUN, folder, *argv)
            self._tmux("pipe-pane", "-O", f"exec cat >{shlex.quote(self._raw)}")
            waiting.until(lambda: os.path.exists(self._raw), START_SECONDS, "tmux's pipe")
            with open(gate, "w", encoding="ascii") as opened:
                opened.write("\n")
        except BaseException:
            self.stop()
            raise

    @property
    def screen(self):
        """The lines that a person sees now, without the blanks at their ends."""
        return self._tmux("capture-pane", "-p")

    @property
    def text(self):
        """All that was shown, scrolled away or not; what the margin broke is joined again."""
        return self._tmux("capture-pane", "-p", "-J", "-S", "-")

    def wait(self, pattern, seconds=SECONDS):
        """Wait until pattern matches something in text; returns the match."""
        def found():
            match = re.search(pattern, self.text, re.MULTILINE)
            if match is None and self.status is not None:
                # What came between the two looks counts.
                match = re.search(pattern, self.text, re.MULTILINE)
                if match is None:
                    raise AssertionError(f"ended with status {self.status} and never showed "
                                         f"{pattern!r}:\n{self.text}")
            return match
        return waiting.until(found, seconds, lambda: f"{pattern!r} on the screen:\n{self.text}")

    def type(self, text):
        """Type, without a key that ends the line."""
        if text:
            self._tmux("send-keys", "-l", "--", text)

    def enter(self, text=""):
        self.type(text)
        self.key("Enter")

    def key(self, name):
        """Press a key by tmux's name for it, for example C-c."""
        self._tmux("send-keys", name)

    @property
    def status(self):
        """The exit status (128 + N for a signal, as in a shell), or None while it runs."""
        if self._tmux("display-message", "-p", "#{pane_dead}").strip() != "1":
            return None
        with open(os.path.join(self.folder, "status"), encoding="ascii") as status:
            return int(status.read())

    def wait_end(self, seconds=SECONDS):
        """Wait for the program's end; returns its status."""
        waiting.until(lambda: self.status is not None, seconds,
                      lambda: f"the program's end:\n{self.text}")
        return self.status

    def stop(self):
        self._server.stop()

    def _is_up(self):
        self._server.require_running()
        return waiting.accepts(self._path)

    def _tmux(self, *words):
        return process.must(["tmux", "-u", "-S", self._path, *words], uid=self._uid,
                            env={"LANG": LOCALE}).stdout
