# SPDX-License-Identifier: BSD-2-Clause
"""getmail6 and offlineimap3, by their pages and by `tokend setup`."""

import glob
import re

from support.clients import GMAIL, LETTER
from support.setup_case import SetupCase


TRIES = 4
GETMAIL = """\
[retriever]
type: SimpleIMAPSSLRetriever
server: imap.gmail.com
username: alice@gmail.com
# no longer
password: a
    secret

[destination]
type = Maildir
path = ~/Mail/
"""
OFFLINEIMAP = """\
[general]
accounts = home
# what else there is
ui = basic

[Account home]
localrepository = a
remoterepository = b
"""


class Fetchers(SetupCase):
    def getmail(self, line, run):
        """Again where getmail missed the end of a child of its own.

        It looks for that only after the fork: a child that is quicker, as on a busy machine, is
        waited for until its `timeout`. What was delivered is then delivered once more.
        """
        for _ in range(TRIES):
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
        self.assert_logins(("imap", "XOAUTH2"))

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

    def assert_set_up(self, program, run):
        """What setup says runs the program does, once; returns the line."""
        self.sign_in_alice(GMAIL)
        line = re.search("^Run it: `(.*)`[.]$", self.setup(program).stdout, re.MULTILINE)[1]
        run(line)
        self.assert_fetched()
        self.assert_logins(("imap", "XOAUTH2"))
        return line

    def test_getmail_set_up(self):
        line = self.assert_set_up("getmail", lambda line: self.getmail(line, self.do))
        path = line.split()[-1]
        self.assertEqual(path, f"{self.alice.home}/.config/getmail/{GMAIL}")
        self.undo("getmail")
        self.assertNotEqual(self.alice.sh(f"test -e {path}").status, 0)

    def test_getmail_file_that_is_there(self):
        self.sign_in_alice(GMAIL)
        self.do("mkdir -p Mail/cur Mail/new Mail/tmp .config/getmail")
        self.alice.write(".config/getmail/getmailrc", GETMAIL)
        setup = f"tokend setup --yes --config .config/getmail/getmailrc getmail {GMAIL}"
        self.do(setup)
        self.assertIn("nothing to do", self.do(setup).stdout)
        made = self.alice.read(".config/getmail/getmailrc")
        self.assertNotIn("secret", made)
        self.assertTrue(made.startswith(GETMAIL[:GETMAIL.index("# no longer")]))
        self.assertIn("\n# no longer\n", made)
        self.undo("getmail")
        self.assertEqual(self.alice.read(".config/getmail/getmailrc"), GETMAIL)

    def test_getmail_file_of_another_account(self):
        self.sign_in_alice(GMAIL)
        self.do("mkdir -p .config/getmail")
        self.alice.write(".config/getmail/getmailrc", GETMAIL.replace("alice@", "bob@"))
        done = self.alice.sh(
            f"tokend setup --yes --config .config/getmail/getmailrc getmail {GMAIL}")
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, "another account", "--config FILE")

    def test_offlineimap_set_up(self):
        self.assert_set_up("offlineimap", lambda line: self.do(line + " -u basic"))
        self.undo("offlineimap")

    def test_offlineimap_with_others(self):
        """It becomes one of the accounts; what was is there again, byte for byte."""
        self.sign_in_alice(GMAIL)
        self.alice.write(".offlineimaprc", OFFLINEIMAP)
        self.setup("offlineimap")
        self.assertTrue(self.alice.read(".offlineimaprc").startswith(
            OFFLINEIMAP.replace("= home", f"= home, {GMAIL}", 1)))
        self.do(f"offlineimap -o -u basic -a {GMAIL}")
        self.assert_fetched()
        self.undo("offlineimap")
        self.assertEqual(self.alice.read(".offlineimaprc"), OFFLINEIMAP)

    def test_setup_leaves_the_pages_as_they_are(self):
        self.follow("getmail", instead={"getmail": self.getmail})
        again = self.do(
            f"tokend setup --dry-run --config .config/getmail/gmail getmail {GMAIL}")
        self.assertIn("nothing to do", again.stdout)
        self.follow("offlineimap")
        self.assert_nothing_to_do("offlineimap")
