# SPDX-License-Identifier: BSD-2-Clause
"""What `tokend serve` and its workers log: one line for each thing that happened, not more."""

import re

from support import faults, lineproto, waiting
from support.case import MAILBOX, IntegrationCase


class Journal(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()

    def lines(self, running, words):
        return [line for line in running.output().splitlines() if words in line]

    def ask(self):
        return lineproto.ask(self.stage.socket, lineproto.get(MAILBOX))

    def test_start_and_stop(self):
        self.sign_in(self.provider, "b@example.org")
        self.sign_in(self.provider)
        with self.stage.serve() as running:
            pass
        self.assertEqual(running.output().splitlines()[0],
                         f"tokend: serving: listening on {self.stage.socket}; "
                         f"2 accounts: {MAILBOX}, b@example.org")
        self.assertRegex(running.output().splitlines()[-1], r"^tokend: stopped after \d+ s$")
        self.assertEqual(len(running.output().splitlines()), 2)

    def test_start_with_many_and_with_none(self):
        with self.stage.serve() as running:
            pass
        self.assertRegex(self.lines(running, "serving")[0], r"; 0 accounts$")
        for number in range(40):
            self.stage.write_account(f"some-longer-name-{number:02}@example.org",
                                     **self.account_keys(self.provider))
        with self.stage.serve() as running:
            pass
        line, = self.lines(running, "serving")
        named = line.count("@example.org")
        self.assertGreater(named, 5)
        self.assertRegex(line, rf"; 40 accounts: .* and {40 - named} more$")

    def test_each_renewal_has_its_line(self):
        self.provider.store.rotation = "one-time"
        self.sign_in(self.provider)
        running = self.start_serve()
        self.assertEqual(self.ask()["code"], "ok")
        line, = waiting.until(lambda: self.lines(running, "renewed"), waiting.LIMIT,
                              running.output)
        self.assertRegex(line, rf'^tokend-worker: account "{MAILBOX}": renewed: good for '
                         r"60 min, with a new refresh token$")
        for _ in range(3):
            self.assertEqual(self.ask()["code"], "ok")
        self.assertEqual(len(self.lines(running, MAILBOX)), 2, "an answer has none")

    def test_refresh_token_that_stays(self):
        self.sign_in(self.provider)
        running = self.start_serve()
        self.ask()
        line, = waiting.until(lambda: self.lines(running, "renewed"), waiting.LIMIT,
                              running.output)
        self.assertTrue(line.endswith("renewed: good for 60 min"), line)

    def test_after_a_failure(self):
        self.sign_in(self.provider)
        running = self.start_serve()
        self.provider.fault(faults.lost_answer, times=1)
        self.assertEqual(self.ask()["code"], "later")
        waiting.until(lambda: self.ask()["code"] == "ok", waiting.LIMIT, running.output)
        line, = self.lines(running, "renewed")
        self.assertRegex(line, r"renewed again, after \d+ failures?: good for 60 min$")

    def test_times_are_spoken_alike(self):
        """A pause of an hour is no number of seconds, in any message."""
        self.sign_in(self.provider)
        running = self.start_serve()
        self.provider.fault(faults.plain_status(503, retry_after=3000), times=1)
        self.ask()
        told = self.ask()["text"]
        shown = self.note(self.stage.tokend("status")).stdout
        for text in (told, shown):
            self.assertRegex(re.sub(r"\s+", " ", text), r"\(next try in (49|5\d) min\)")
        self.assertNotRegex(running.output(), r"\d{3,} s\b")

    def test_no_line_where_nothing_changed(self):
        """A metadata service gives the same token until shortly before its end."""
        self.provider.store.lifetime = 8
        self.provider.store.make_token = lambda *_: "the-same-token-again"
        self.sign_in(self.provider)
        running = self.start_serve()
        self.ask()
        waiting.until(lambda: self.provider.count >= 3, waiting.LIMIT, running.output)
        self.assertLessEqual(len(self.lines(running, "renewed")), 1, running.output())
