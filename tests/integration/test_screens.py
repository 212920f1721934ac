# SPDX-License-Identifier: BSD-2-Clause
"""The screens of `make html` (doc/html/screens): each is made again, and must have the same words.

TOKEND_SCREENS=write keeps what a run shows, in the source tree.
"""

import os
import re
import tempfile

from support import stage, visitor
from support.machine_case import ALICE, MachineCase
from support.machine_postfix import MachinePostfix
from support.terminal import Terminal

CLIENT = "123456789012-example.apps.googleusercontent.com"
SECRET = "GOCSPX-a-secret-of-the-screens"
COLUMNS = 80
LINES = 200
# What is another one each time, or on each machine, and what a page shows in its place.
CHANGING = ((r"(127\.0\.0\.1|localhost):\d+", r"\1:41953"), (r"-L \d+:", "-L 41953:"),
            (r"(response_type=code&client_id=)\S+", r"\1..."), (r"root@\S+", "root@relay"),
            (r"(good\s+for\s+)\d+(\s+min)", r"\g<1>60\2"), (r"\b\d+(\s+s\s+ago)", r"4\1"),
            (r"(as\s+uid\s+)\d+", r"\g<1>103"), (r"(?m)^@@ .* @@$", "@@ ... @@"))


def settle(text, prefix):
    """A screen without what changes from run to run; as if tokend were below /usr."""
    text = text.replace(f"{prefix}/etc", "/etc").replace(prefix, "/usr")
    for pattern, fixed in CHANGING:
        text = re.sub(pattern, fixed, text)
    return "".join(f"{line.rstrip()}\n" for line in text.rstrip().splitlines())


def words_of(text):
    """Without the marks of added lines: a long path wraps a line into one more."""
    return [word for word in text.split() if word != "+"]


def name_issuer(answer):
    answer["iss"] = "https://accounts.google.com"


class Screens(MachineCase):
    def test_login_setup_and_doctor(self):
        self.start_providers()
        self.provider.store.register(CLIENT, secret=SECRET)
        self.provider.authorization.user = ALICE
        self.provider.authorization.alter = name_issuer
        self.provider.routes["GET", "/o/oauth2/v2/auth"] = \
            self.provider.routes["GET", "/authorize"]
        self.postfix = MachinePostfix(self.machine)
        # Ends of the files that are the same each time, and in each release.
        self.must("sed -i '/^#/d; /^relayhost =/d' /etc/postfix/main.cf")
        self.must("printf 'inet_interfaces = loopback-only\\nmailbox_size_limit = 0\\n' "
                  ">>/etc/postfix/main.cf")
        self.must("printf '# Services of this machine:\\n#\\n' >>/etc/postfix/master.cf")
        self.must("touch -d '1 minute ago' /etc/postfix/main.cf")
        self.postfix.start()
        self.addCleanup(self.postfix.stop)
        self.compare("login", self.log_in_by_browser())
        self.compare("setup", self.set_up())
        self.compare("doctor", self.examine())

    def log_in_by_browser(self):
        shown = self.open(f"tokend login {ALICE}")
        shown.wait("Client id: ")
        shown.enter(CLIENT)
        shown.wait("Users and @groups")
        shown.enter()
        shown.wait("Client secret")
        shown.enter(SECRET)
        address = shown.wait(r"^(https?://\S+[?&]response_type=\S+)$")[1]
        final = self.machine.do(visitor.answer, address, "allow", self.authority.certificate)
        self.machine.do(visitor.browse, final)
        return self.end(shown)

    def set_up(self):
        shown = self.open("tokend setup postfix")
        shown.wait(r"\[y/N\]")
        shown.enter("y")
        return self.end(shown)

    def examine(self):
        return self.end(self.open("tokend doctor"), None)

    def must(self, line):
        self.succeed(self.machine.sh(line))

    def open(self, line):
        shown = self.machine.do(Terminal, tempfile.mkdtemp(dir=self.folder), ["sh", "-c", line],
                                env={"HOME": "/root"}, columns=COLUMNS, lines=LINES)
        self.addCleanup(shown.stop)
        shown.typed = line
        return shown

    def end(self, shown, status=0):
        ended = shown.wait_end()
        if status is not None:
            self.assertEqual(ended, status, shown.text)
        self.evidence.add_text(shown.typed, shown.text)
        return f"# {shown.typed}\n{shown.text}"

    def compare(self, name, screen):
        path = os.path.join(stage.source_folder(), "doc", "html", "screens", f"{name}.txt")
        made = settle(screen, self.stage.prefix)
        if os.environ.get("TOKEND_SCREENS") == "write":
            with open(path, "w", encoding="utf-8") as out:
                out.write(made)
        with open(path, encoding="utf-8") as kept:
            self.assertEqual(words_of(kept.read()), words_of(made),
                             f"{name}: the screen of the page is another one; "
                             "TOKEND_SCREENS=write makes it")
