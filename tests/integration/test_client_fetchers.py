# SPDX-License-Identifier: BSD-2-Clause
"""getmail6 and offlineimap3, by their pages and by `tokend setup`."""

import glob
import os
import re

from support.clients import GMAIL, LETTER
from support.setup_case import SetupCase


TRIES = 4
GETMAIL = """\
[retriever]
type: SimpleIMAPRetriever
server: imap.gmail.com
port = 143
username: alice@gmail.com
# no longer
password: secret
mailboxes =

# all that there is
    ("INBOX",
  )

[destination]
type = Maildir
path = ~/Mail/
"""
# An account of Google's that has nothing but its type, and one more.
OFFLINEIMAP = """\
[general]
accounts = google, home
# what else there is
ui = basic

[DEFAULT]
sslcacertfile = /etc/ssl/certs/ca-certificates.crt

[Account google]
localrepository = near
remoterepository = far

[Repository near]
type = GmailMaildir
localfolders = ~/Mail

[Repository far]
type = Gmail
remoteuser = alice@gmail.com
remotepass = secret
folderfilter = lambda name: name in [
  'INBOX',
# no other
    ]

[Account home]
localrepository = a
remoterepository = b

[Repository b]
type = IMAP
remotehost = imap.example.net
remoteuser = alice@gmail.com
remotepass = other
"""


class Fetchers(SetupCase):
    tries = 0

    def getmail(self, line, run):
        """Again where getmail missed the end of a child of its own.

        It looks for that only after the fork: a child that is quicker, as on a busy machine, is
        waited for until its `timeout`, three minutes. On one processor the child seldom is. What
        was delivered is then delivered once more. self.tries counts, as each is a login.
        """
        processor = min(os.sched_getaffinity(0))
        for self.tries in range(1, TRIES + 1):
            done = run(f"taskset -c {processor} {line}")
            if "waiting child pid" not in done.text:
                break
            self.alice.sh("rm -f Mail/new/* Mail/*/new/*")
        return done

    def fetch_by_getmail(self, line):
        done = self.getmail(line, self.alice.sh)
        self.assertEqual(done.status, 0, done.text)

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

    def assert_set_up(self, program, run):
        """What setup says runs the program does, once; returns the line."""
        self.sign_in_alice(GMAIL)
        line = re.search("^Run it: `(.*)`[.]$", self.setup(program).stdout, re.MULTILINE)[1]
        run(line)
        self.assert_fetched()
        self.assert_logins(*[("imap", "XOAUTH2")] * max(self.tries, 1))
        return line

    def test_getmail_set_up(self):
        line = self.assert_set_up("getmail", self.fetch_by_getmail)
        path = line.split()[-1]
        self.assertEqual(path, f"{self.alice.home}/.config/getmail/{GMAIL}")
        self.undo("getmail")
        self.assertNotEqual(self.alice.sh(f"test -e {path}").status, 0)

    def test_getmail_file_that_is_there(self):
        """getmailrc is changed, in the folder that getmail uses, and fetches."""
        self.sign_in_alice(GMAIL)
        path = ".getmail/getmailrc"
        self.do("mkdir -p Mail/cur Mail/new Mail/tmp .getmail")
        self.alice.write(path, GETMAIL)
        self.do(f"chmod 640 {path}")
        self.assertNotIn("secret", self.setup("getmail").stdout)
        made = self.alice.read(path)
        self.assertEqual(self.do(f"stat -c %a {path}").stdout, "640\n")
        self.assertNotIn("secret", made)
        self.assertTrue(made.endswith(GETMAIL[GETMAIL.index("[destination]"):]))
        self.assertIn("\n# no longer\nmailboxes =\n\n# all that", made)
        self.fetch_by_getmail("getmail")
        self.assert_fetched()
        self.assert_logins(*[("imap", "XOAUTH2")] * self.tries)
        self.undo("getmail")
        self.assertEqual(self.alice.read(path), GETMAIL)

    def test_getmail_file_of_another_account(self):
        """The account gets a file next to it; but one that is named has to be its own."""
        self.sign_in_alice(GMAIL)
        self.do("mkdir -p .config/getmail .getmail")
        text = GETMAIL.replace("alice@", "bob@")
        self.alice.write(".config/getmail/getmailrc", text)
        done = self.alice.sh(
            f"tokend setup --yes --config .config/getmail/getmailrc getmail {GMAIL}")
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, "not for IMAP of alice@gmail.com", "--config FILE")
        self.setup("getmail")
        self.fetch_by_getmail(f"getmail --rcfile {GMAIL}")
        self.assert_fetched()
        self.assertEqual(self.alice.read(".config/getmail/getmailrc"), text)

    def test_offlineimap_set_up(self):
        self.assert_set_up("offlineimap", lambda line: self.do(line + " -u basic"))
        self.undo("offlineimap")

    def test_offlineimap_file_that_is_there(self):
        """Google's type stays, with all that belongs to it; no other section changes."""
        self.sign_in_alice(GMAIL)
        self.alice.write(".offlineimaprc", OFFLINEIMAP)
        self.assertNotIn("secret", self.setup("offlineimap").stdout)
        made = self.alice.read(".offlineimaprc")
        ours = OFFLINEIMAP.index("remotepass = secret")
        other = OFFLINEIMAP.index("[Account home]")
        self.assertTrue(made.startswith(OFFLINEIMAP[:ours] + "folderfilter"))
        self.assertTrue(made.endswith("\n\n" + OFFLINEIMAP[other:]))
        self.do("offlineimap -o -u basic -a google")
        self.assert_fetched()
        self.assert_logins(("imap", "XOAUTH2"))
        self.undo("offlineimap")
        self.assertEqual(self.alice.read(".offlineimaprc"), OFFLINEIMAP)

    def test_offlineimap_with_others(self):
        """It becomes one of the accounts; what was is there again, byte for byte."""
        self.sign_in_alice(GMAIL)
        text = OFFLINEIMAP.replace("remoteuser = alice@", "remoteuser = bob@")
        self.alice.write(".offlineimaprc", text)
        self.setup("offlineimap")
        self.assertTrue(self.alice.read(".offlineimaprc").startswith(
            text.replace(", home", f", home, {GMAIL}", 1) + f"\n[Account {GMAIL}]\n"))
        self.do(f"offlineimap -o -u basic -a {GMAIL}")
        self.assert_fetched()
        self.undo("offlineimap")
        self.assertEqual(self.alice.read(".offlineimaprc"), text)

    def test_what_is_not_understood_stays(self):
        """With its file and line, and without a change."""
        self.sign_in_alice(GMAIL)
        text = OFFLINEIMAP.replace("ui = basic", "ui")
        self.alice.write(".offlineimaprc", text)
        done = self.alice.sh(f"tokend setup --yes offlineimap {GMAIL}")
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, f"{self.alice.home}/.offlineimaprc:4: this is no section")
        self.assertEqual(self.alice.read(".offlineimaprc"), text)

    def test_setup_leaves_the_pages_as_they_are(self):
        self.follow("getmail", instead={"getmail": self.getmail})
        again = self.do(
            f"tokend setup --dry-run --config .config/getmail/gmail getmail {GMAIL}")
        self.assertIn("nothing to do", again.stdout)
        self.follow("offlineimap")
        self.assert_nothing_to_do("offlineimap")
