# SPDX-License-Identifier: BSD-2-Clause
"""getmail6 and offlineimap3, by their pages."""

import glob

from support.clients import LETTER, ClientCase


TRIES = 4


class Fetchers(ClientCase):
    tries = 0

    def getmail(self, line, run):
        """Again where getmail missed the end of a child of its own.

        It looks for that only after the fork: a child that is quicker, as on a busy machine, is
        waited for until its `timeout`. What was delivered is then delivered once more. self.tries
        counts, as each is a login.
        """
        for self.tries in range(1, TRIES + 1):
            done = run(line)
            if "waiting child pid" not in done.text:
                break
            self.alice.sh("rm -f Mail/new/*")
        return done

    def assert_fetched(self):
        """The mailbox's one letter lies somewhere below ~/Mail."""
        found = self.machine.do(glob.glob, f"{self.alice.home}/Mail/**/new/*", recursive=True)
        self.assertEqual(len(found), 1)
        text = self.machine.read(found[0])
        self.assertIn("Subject: a letter", text)
        self.assertEqual(text.split()[-2:], LETTER.decode().split()[-2:])

    def test_getmail(self):
        self.follow("getmail", instead={"getmail": self.getmail})
        self.assert_fetched()
        self.assert_logins(*[("imap", "XOAUTH2")] * self.tries)

    def test_offlineimap(self):
        self.follow("offlineimap")
        self.assert_fetched()
        self.assert_logins(("imap", "XOAUTH2"))

    def test_consent_gone_is_told(self):
        for page, line, told in (
                ("getmail", "getmail --rcfile gmail", ("tokend exited with 77",)),
                ("offlineimap", "offlineimap -o -u basic", ("alice@gmail.com", "tokend login"))):
            with self.subTest(page):
                self.follow(page, instead={"getmail": self.getmail})
                self.provider.store.withdraw("alice@gmail.com")
                self.alice.sh("rm -r .local/state/tokend/cache")
                done = self.getmail(line, self.alice.sh)
                self.assertNotEqual(done.status, 0)
                self.assert_says(done.text, *told)
