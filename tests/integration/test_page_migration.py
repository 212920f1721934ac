# SPDX-License-Identifier: BSD-2-Clause
"""migration.md, block by block, from files in the formats of the other two plugins."""

import glob
import json
import shutil

from support import recipe, waiting
from support.case import CLIENT_ID
from support.doctor_case import PASSWORDS, RECIPE, RELAY
from support.machine_case import ALICE, MachineCase
from support.machine_postfix import MachinePostfix, start_tokend


class Migration(MachineCase):
    """A Postfix that relays by Google, as its owner had it before tokend came."""

    def setUp(self):
        super().setUp()
        self.start_providers()
        self.postfix = MachinePostfix(self.machine)
        self.page = recipe.Page("migration")

    def follow(self, heading, **instead):
        recipe.follow(self.page.under(heading), self.machine, None,
                      {"systemctl": lambda line, run: None,
                       "tokend login": lambda line, run: self.log_in(allow="postfix"), **instead})

    def look(self, line, run):
        """A moment after `postqueue -f`, when the queue has been worked off."""
        self.submission.wait_mails(1)
        waiting.until(lambda: self.postfix.waiting_mails() == 0, waiting.LIMIT, "an empty queue")
        return run(line)

    def begin(self):
        self.postfix.start()
        self.addCleanup(self.postfix.stop)

    def test_from_sasl_xoauth2(self):
        token = {"access_token": "", "expiry": "0",
                 "refresh_token": self.provider.store.authorise(CLIENT_ID, ALICE)}
        self.machine.write(f"/etc/tokens/{ALICE}", json.dumps(token), 0o600)
        self.machine.write("/etc/sasl-xoauth2.conf",
                           json.dumps({"client_id": CLIENT_ID, "client_secret": ""}))
        self.machine.write(PASSWORDS, f"{RELAY} {ALICE}:/etc/tokens/{ALICE}\n", 0o600)
        self.machine.sh(f"postmap hash:{PASSWORDS}")
        folder, = glob.glob("/usr/lib/*/sasl2")
        # No code of that project: a plugin of Debian's under its file's name.
        self.machine.do(shutil.copy, f"{folder}/libanonymous.so",
                        f"{folder}/libsasl-xoauth2.so")
        self.postfix.set(relayhost=RELAY, smtp_sasl_auth_enable="yes",
                         smtp_tls_security_level="encrypt",
                         smtp_sasl_password_maps=f"hash:{PASSWORDS}")
        self.begin()
        self.postfix.send()
        self.postfix.wait_log("status=deferred")
        start_tokend(self)
        self.follow("From sasl-xoauth2", **{"tokend doctor": self.look})
        self.assertEqual(self.submission.logins(), [("XOAUTH2", ALICE)])

    def test_from_cyrus_sasl_xoauth2(self):
        self.postfix.set(**RECIPE)
        self.log_in("helper@gmail.com")
        token = self.machine.sh("tokend token helper@gmail.com").stdout.strip()
        self.machine.write(PASSWORDS, f"{RELAY} helper@gmail.com:{token}\n", 0o600)
        self.begin()
        self.follow("Keeping your script for a while")
        self.postfix.send()
        self.submission.wait_mails(1)
        self.machine.write(PASSWORDS, f"{RELAY} {ALICE}:{token}\n", 0o600)
        start_tokend(self)
        self.follow("With tokend keeping the token")
        self.postfix.send()
        self.submission.wait_mails(2)
        self.assertEqual(self.submission.logins(), [("XOAUTH2", "helper@gmail.com"),
                                                    ("XOAUTH2", ALICE)])
