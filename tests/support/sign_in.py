# SPDX-License-Identifier: BSD-2-Clause
"""The base of the tests that sign in: `tokend login` as a person or a script runs it, and what
must be there afterwards, or must not.
"""

import os
import re

from support import evidence, masking, process, terminal, visitor, waiting
from support.case import IntegrationCase
from support.piped import Piped

APP = "app-of-the-tests"  # a public client, as a program on people's machines is one
USER = "alice@example.org"
SECRET_FILE = "secret"  # one that a test writes into the home
LOOKS = 10  # at all of a home
SECONDS = waiting.LIMIT
XDG_OPEN = """\
#!/bin/sh
[ $# -eq 1 ] && printf '%s' "$1" >"$HOME/opened.part" && mv "$HOME/opened.part" "$HOME/opened"
"""

# Exit statuses, tokend(8).
OK = 0
FAILED = 1
USAGE = 64
LATER = 75
SIGN_IN = 77
CONFIG = 78


class SignInCase(IntegrationCase):
    """A user of their own scope, and a provider that knows a public client."""

    def setUp(self):
        super().setUp()
        self.home = self.make_home()
        self.addCleanup(self._check_home)
        self.provider = self.start_provider()
        self.provider.store.register(APP)

    def settings(self, provider=None, client=APP, flow="code", **more):
        """Options that make an account at the scripted provider; None leaves a key out."""
        provider = provider or self.provider
        keys = {"client_id": client, "token_endpoint": provider.token_endpoint, "scope": "mail",
                "hosts": "127.0.0.1 localhost"}
        if flow == "code":
            keys["authorization_endpoint"] = provider.authorization.endpoint
        elif flow == "device":
            keys["device_authorization_endpoint"] = provider.devices.endpoint
        if provider.base.startswith("https"):
            keys["ca_file"] = self.authority.certificate
        keys |= more
        return [word for key, value in keys.items() if value is not None
                for word in ("--set", f"{key}={value}")]

    def begin(self, *options, name=USER, home=None, env=None):
        """`tokend login` on pipes; it is searched for secrets when the test ends."""
        home = home or self.home
        running = Piped(self._place("login"), [self.stage.tokend_path, "login", *options, name],
                        env=home.environment(**(env or {})), uid=home.uid, gid=home.gid,
                        cwd=home.home)
        self._watch(running)
        return running

    def begin_as_root(self, *options, name=USER, wrap=()):
        """The same in the system's scope; wrap: words in front of the command."""
        running = Piped(self._place("login"),
                        [*wrap, self.stage.tokend_path, "login", *options, name])
        self._watch(running)
        return running

    def begin_in_terminal(self, *options, name=USER, home=None, env=None, **size):
        """`tokend login` in a terminal of 80 columns; name None leaves it out."""
        home = home or self.home
        words = [] if name is None else [name]
        running = terminal.Terminal(
            self._place("terminal"), [self.stage.tokend_path, "login", *options, *words],
            env=home.environment(**(env or {})), uid=home.uid, cwd=home.home, **size)
        self._watch(running)
        return running

    def desktop(self):
        """The environment of a session with a screen and a browser to open."""
        programs = self.home.make_folder("programs")
        path = self.home.write("programs/xdg-open", XDG_OPEN, 0o755)
        self.assertTrue(os.access(path, os.X_OK))
        return {"PATH": f"{programs}:{process.CLEAN_PATH}", "DISPLAY": ":0"}

    def opened(self):
        """The address that the desktop was asked to open."""
        path = os.path.join(self.home.home, "opened")
        waiting.until(lambda: os.path.exists(path), SECONDS, "xdg-open to be run")
        with open(path, encoding="ascii") as address:
            return address.read()

    def _watch(self, running):
        """Kept to be searched, and ended, when the test is over."""
        self.addCleanup(running.stop)
        self.addCleanup(lambda: self.evidence.add_text("tokend login", running.text))

    @staticmethod
    def address(running):
        """The one to open: a line of its own, whole."""
        return running.wait(r"^(https?://\S+[?&]response_type=\S+)$")[1]

    def visit(self, running, decision="allow"):
        """Be the browser up to the page that it ends on; returns that page."""
        return visitor.browse(self.final_address(running, decision))

    def final_address(self, running, decision="allow"):
        return visitor.answer(self.address(running), decision, self._ca_file())

    def expect(self, running, status=OK, *parts):
        """The end, and what must have been said by then."""
        self.assertEqual(running.wait_end(SECONDS), status, running.text)
        # However a terminal breaks the lines.
        self.assert_says(" ".join(running.text.split()), *parts)

    def assert_signed_in(self, name=USER, home=None, user=USER):
        """An account that works: with its refresh token, and no draft beside it."""
        home = home or self.home
        self.assertEqual(sorted(os.listdir(home.accounts)), [f"{name}.conf"])
        self.assertEqual(self.account(name, home)["user"], user)
        self.assertIn(self.provider.store.current_refresh_token(user),
                      self.credential(name, home))
        self.assertTrue(self.provider.store.introspect(self.token(name, home))["active"])
        return self.account(name, home)

    def assert_nothing_kept(self, home=None):
        """As before the first sign-in, except for the answers, which are no secrets."""
        home = home or self.home
        self.assertEqual([name for name in os.listdir(home.accounts)
                          if not re.fullmatch(r"\..+\.conf\.tried", name)], [])
        for folder in ("credentials", "cache", "state"):
            path = os.path.join(home.state, folder)
            if os.path.isdir(path):
                self.assertEqual(os.listdir(path), [], folder)

    def assert_no_secret_shown(self):
        """In any argument list or environment of this moment."""
        self.assertEqual(evidence.of_running_processes(), [])

    def account(self, name=USER, home=None):
        """The account file's keys."""
        with open(os.path.join((home or self.home).accounts, f"{name}.conf"),
                  encoding="utf-8") as lines:
            return dict(re.findall(r"^(\w+) = (.*)$", lines.read(), re.MULTILINE))

    def credential(self, name=USER, home=None):
        path = os.path.join((home or self.home).state, "credentials", name)
        with open(path, encoding="utf-8") as content:
            return content.read()

    def _find_in_home(self):
        """Secrets in files, except the store's, and what the test itself put there."""
        kept = [os.path.join(self.home.state, name) for name in ("credentials", "cache")]
        found = []
        for folder, _, names in os.walk(self.home.home):
            if folder in kept:
                continue
            for name in set(names) - {SECRET_FILE}:
                with open(os.path.join(folder, name), encoding="utf-8",
                          errors="replace") as content:
                    found += [f"{label} in {folder}/{name}"
                              for label in masking.found_in(content.read())]
        return found

    def _check_home(self):
        for _ in range(LOOKS):
            try:
                self.assertEqual(self._find_in_home(), [], "secrets in files")
                return
            except FileNotFoundError:
                pass  # renamed by a worker in the background: all of it is looked at again
        self.fail("files come and go")

    def _ca_file(self):
        return self.authority.certificate if self._authority is not None else None
