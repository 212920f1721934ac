# SPDX-License-Identifier: BSD-2-Clause
"""grant = command: a program of the admin's prints the token."""

import base64
import json
import os
import secrets
import time

from support import masking, process, waiting
from support.case import MAILBOX, IntegrationCase

# Signals 32 and 33, which no program can set or reset by sigaction(2) of glibc.
OF_THE_C_LIBRARY = 0b11 << 31

# What a program sees of the world, without its values, except those that are ours to choose.
WITNESS = """\
#!/bin/sh
exec 2>>{told}
echo "args $#: $*" >&2
echo "env $(env | sed 's/=.*//' | sort | tr '\\n' ' ')" >&2
echo "who $TOKEND_ACCOUNT $TOKEND_USER $LANG" >&2
printf 'fds ' >&2; ls -m /proc/self/fd >&2
echo "signals $(sed -n 's/^SigIgn:[ \\t]*//p' /proc/$$/status)" >&2
echo "place $(pwd) $(id -u) $(stat -c %u "$HOME")" >&2
cat >&2
cat {token}
"""


class CommandGrant(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.made = masking.add(secrets.token_urlsafe(40), "access token")

    def write(self, name, text, mode=0o755):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(path, mode)
        return path

    def account(self, command, **more):
        self.stage.write_account(MAILBOX, grant="command", command=command, hosts="127.0.0.1",
                                 **more)

    def program(self, text, **more):
        self.account(self.write("program", text), **more)

    def prints(self, text, **more):
        """An account whose program prints this."""
        self.program(f"#!/bin/sh\nexec cat {self.write('output', text, 0o644)}\n", **more)

    def kept(self):
        """Seconds that the cached token was said to live."""
        with open(os.path.join(self.stage.state, "cache", MAILBOX), encoding="utf-8") as cache:
            kept = dict(line.rstrip("\n").partition("=")[::2] for line in cache)
        return int(kept["expires"]) - int(kept["issued"])

    def refuse(self, status, *parts):
        done = self.note(self.stage.tokend("token", MAILBOX))
        self.assertEqual(done.status, status, done.text)
        self.assertEqual(done.stdout, "")
        self.assert_says(done.stderr, MAILBOX, *parts)

    def test_what_the_program_has_around_it(self):
        told = self.write("told", "", 0o666)
        token = self.write("token", self.made, 0o644)
        path = self.write("witness", WITNESS.format(told=told, token=token))
        self.account(f"{path}  --mailbox $(id)  *", user="me@example.org")
        self.assertEqual(self.token(env={"TOKEND_TEST": "x", "LD_LIBRARY_PATH": "/x"}), self.made)
        with open(told, encoding="utf-8") as lines:
            seen = dict(line.rstrip("\n").split(" ", 1) for line in lines)
        self.assertEqual(seen["args"], "3: --mailbox $(id) *")
        self.assertEqual(set(seen["env"].split()) - {"PWD", "_", "SHLVL", "OLDPWD"},
                         {"HOME", "LANG", "PATH", "TOKEND_ACCOUNT", "TOKEND_USER"})
        self.assertEqual(seen["who"], f"{MAILBOX} me@example.org C")
        self.assertEqual(seen["fds"], "0, 1, 2, 3", "3 is the folder that ls reads")
        self.assertEqual(int(seen["signals"], 16) & ~OF_THE_C_LIBRARY, 0)
        self.assertTrue(seen["place"].startswith(f"/ {self.stage.uid} "), seen["place"])

    def test_lives_of_tokens(self):
        claims = base64.urlsafe_b64encode(json.dumps({"exp": int(time.time()) + 1000}).encode())
        jwt = masking.add(f"e30.{claims.decode().rstrip('=')}.{self.made}", "access token")
        later = int(time.time()) + 2000
        for text, token, seconds in (
                (f"{self.made}\n", self.made, 300), (jwt, jwt, 1000),
                (json.dumps({"access_token": self.made, "expires_in": 77}), self.made, 77),
                (json.dumps({"token": self.made, "expires_on": str(later)}), self.made, 2000),
                (json.dumps({"accessToken": self.made, "expiry": time.strftime(
                    "%Y-%m-%dT%H:%M:%SZ", time.gmtime(later))}), self.made, 2000)):
            with self.subTest(seconds=seconds):
                self.prints(text)
                self.assertEqual(self.token(), token)
                self.assertAlmostEqual(self.kept(), seconds, delta=5)

    def test_asked_once_and_again_when_it_is_time(self):
        count = self.write("count", "", 0o666)
        self.program(f"#!/bin/sh\necho >>{count}\n"
                     f"printf '{{\"token\":\"%s-{self.made}\",\"expires_in\":2}}' $$\n")
        first = self.token()
        self.assertEqual(self.token(), first)
        self.assertEqual(os.path.getsize(count), 1)
        waiting.until(lambda: self.token() != first, waiting.LIMIT, "a newer token")

    def test_failures_name_the_program_and_its_complaint(self):
        secret = f"echo the-token-is-{self.made}; echo the-token-is-{self.made} >&2"
        for text, status, parts in (
                ("#!/bin/sh\necho 'not signed in: run foo login' >&2\necho more >&2\nexit 3\n", 75,
                 ("exit status 3", "(not signed in: run foo login)", "run it by hand")),
                (f"#!/bin/sh\n{secret}; exit 1\n", 75, ("exit status 1 (***)",)),
                ("#!/bin/sh\nprintf 'a\\033[31mb\\n' >&2; exit 1\n", 75, ("(a?[31mb)",)),
                ("#!/bin/sh\nkill -SEGV $$\n", 75, ("signal 11",)),
                ("#!/bin/sh\n", 75, ("printed nothing",)),
                ("#!/bin/sh\necho Please sign in\n", 75, ("no bearer token",)),
                ("#!/bin/sh\necho '{\"error\":\"x\"}'\n", 75, ("JSON without an access_token",)),
                ("#!/bin/sh\nexec yes\n", 75, ("printed over",)),
                ("#!/nowhere/interpreter\n", 78, ("cannot be started", "No such file",
                                                   "check command"))):
            with self.subTest(text):
                self.program(text)
                self.refuse(status, os.path.join(self.folder, "program"), *parts)

    def test_slow_program_is_ended_with_all_that_it_started(self):
        child = self.write("child", "", 0o666)
        self.program(f"#!/bin/sh\nsleep 3600 & echo $! >{child}\nwait\n")
        watch = waiting.Stopwatch()
        done = self.note(process.run([self.stage.tokend_path, "refresh", MAILBOX]))
        self.assertEqual(done.status, 75)
        self.assert_says(done.stderr, MAILBOX, "within 20 s")
        self.assertLess(watch.seconds(), 28)
        with open(child, encoding="ascii") as number:
            path = f"/proc/{int(number.read())}"
        waiting.until(lambda: not os.path.exists(path), waiting.LIMIT,
                      "what the program started to be gone")

    def test_path_must_be_absolute(self):
        self.account("gcloud auth print-access-token")
        self.refuse(78, "command")
