# SPDX-License-Identifier: BSD-2-Clause
"""ldapsearch and ldapwhoami: nothing changes for them, and a directory with OAuth would work."""

import glob
import os

from support import process, waiting
from support.clients import GMAIL, ClientCase
from support.directory import Directory

LDAPS = 636
START_SECONDS = waiting.LIMIT
SOCKET = "/run/slapd.sock"
LOCAL = "ldapi://%2frun%2fslapd.sock"
HERE = "ldap://localhost"
CONFIG = "pidfile /run/slapd.pid\n"
LINES = (f"ldapsearch -x -H {HERE} -LLL -b '' -s base supportedSASLMechanisms",
         f"ldapwhoami -Y EXTERNAL -H {LOCAL}",
         f"ldapwhoami -O none -w password -H {LOCAL}",
         f"ldapwhoami -Y DIGEST-MD5 -U alice -w password -H {HERE}")
WHO = f"ldapwhoami -N -U {GMAIL} -H ldaps://imap.gmail.com"


class Slapd(ClientCase):
    """Debian's own directory, which has none of our mechanisms."""

    def setUp(self):
        super().setUp()
        self.machine.unpack("slapd")
        self.machine.write("/etc/slapd.conf", CONFIG)
        log = os.path.join(self.folder, "slapd.log")
        slapd = self.machine.do(process.Background, ["slapd", "-f", "/etc/slapd.conf", "-d", "0",
                                                     "-h", f"{HERE} {LOCAL}"], log)
        self.addCleanup(slapd.stop)
        waiting.until(lambda: self.machine.do(waiting.accepts, SOCKET), START_SECONDS, log)
        self.machine.do(os.chmod, SOCKET, 0o666)

    def outputs(self):
        return [(done.status, done.text) for done in map(self.alice.sh, LINES)]

    def test_nothing_changes(self):
        plugin, = self.machine.do(glob.glob, "/usr/lib/*/sasl2/libxoauth2.so")
        with_plugin = self.outputs()
        self.log_in(GMAIL, self.alice)
        with_account = self.outputs()
        self.machine.do(os.unlink, plugin)
        without = self.outputs()
        self.assertEqual(with_plugin, without)
        self.assertEqual(with_account, without)
        self.assertEqual([status for status, _ in without], [0, 0, 49, 49])
        self.assertIn("SCRAM-SHA-512 authentication started", without[2][1])


class WithMechanisms(ClientCase):
    def setUp(self):
        super().setUp()
        self.log_in(GMAIL, self.alice)
        certificate = self.authority.issue("imap.gmail.com")
        self.directory = self.machine.do(Directory, LDAPS, certificate, self.provider)
        self.addCleanup(self.directory.stop)

    def test_logs_in(self):
        for options in ("-Y XOAUTH2", "-Y OAUTHBEARER", ""):
            done = self.do(f"{WHO} {options}")
            self.assertEqual(done.stdout, f"u:{GMAIL}\n")
        self.assertEqual(self.directory.binds, [("XOAUTH2", GMAIL), ("OAUTHBEARER", GMAIL),
                                                ("XOAUTH2", GMAIL)])

    def test_refused(self):
        self.do("tokend token >/dev/null")
        self.provider.store.revoke_access()
        done = self.alice.sh(f"{WHO} -Y XOAUTH2")
        self.assertEqual(done.status, 49)
        self.assertIn("this directory does not like the token", done.stderr)

    def test_nobody_signed_in(self):
        done = self.alice.sh(WHO.replace("alice", "carol"))
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.stderr, "carol@gmail.com", "tokend login")
