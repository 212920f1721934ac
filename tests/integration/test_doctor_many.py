# SPDX-License-Identifier: BSD-2-Clause
"""`tokend doctor --live` with several accounts: side by side, told in order, the faults again."""

import json
import os
import re

from support import process, waiting
from support.case import IntegrationCase
from support.terminal import Terminal
from support.turnstile import Turnstile

NAMES = [f"a{number:02}@example.org" for number in range(31)]
DEAD = "a03@example.org"
ABREAST = 8
ESCAPE = "\x1b["


class Many(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()
        self.home = self.make_home()
        for name in NAMES:
            self.sign_in(self.provider, name, home=self.home)
        self.provider.store.withdraw(DEAD)

    def begin(self):
        doctor = process.Background([self.stage.tokend_path, "doctor", "--live", "--json"],
                                    os.path.join(self.folder, "doctor"), uid=self.home.uid,
                                    env=self.home.environment())
        self.addCleanup(doctor.stop)
        return doctor

    def test_side_by_side_and_in_order(self):
        """Eight begin before the first is done; from then on one for each that is done."""
        turnstile = Turnstile(self.stage, "examine", NAMES)
        self.addCleanup(turnstile.remove)
        doctor = self.begin()
        for done, name in enumerate(NAMES):
            expected = NAMES[:done + ABREAST]
            waiting.until(lambda: doctor.status is not None or
                          len(turnstile.came()) >= len(expected), waiting.LIMIT, doctor.output)
            self.assertEqual(turnstile.came(), expected)
            turnstile.let_through(name)
        waiting.until(lambda: doctor.status is not None, waiting.LIMIT, doctor.output)
        found = [one for one in json.loads(doctor.output()) if one["check"] == "provider"]
        named = [re.search(r"[a-z0-9]+@example\.org", one["found"]) for one in found]
        told = [match[0] for match in named if match]
        self.assertEqual(told, sorted(told))
        self.assertEqual(set(told), set(NAMES))

    def test_good_in_one_line_and_the_faults_at_the_end(self):
        done = self.note(self.home.tokend("doctor", "--live"))
        self.assertEqual(done.status, 77, done.text)
        for name in NAMES:
            if name != DEAD:
                told = re.findall(rf"^ok +provider: .*{name}.*$", done.stdout, re.MULTILINE)
                self.assertEqual(len(told), 1, told)
        end = done.stdout.split("The faults again:\n")[1]
        self.assert_says(end, DEAD, "invalid_grant", "found")
        self.assertNotIn(ESCAPE, done.text)
        self.assertNotIn("looking at", done.text)

    def at_a_terminal(self, **env):
        shown = Terminal(os.path.join(self.home.home, f"terminal-{len(env)}"),
                         [self.stage.tokend_path, "doctor", "--live"], uid=self.home.uid,
                         env=self.home.environment(**env))
        self.addCleanup(shown.stop)
        shown.wait_end()
        with open(os.path.join(shown.folder, "output"), encoding="utf-8") as output:
            return output.read()

    def test_colour_and_progress_at_a_terminal(self):
        said = self.at_a_terminal()
        self.assert_says(said, ESCAPE + "31mfault", "looking at: provider")
        self.assertNotIn(ESCAPE + "31m", self.at_a_terminal(NO_COLOR="1"))
