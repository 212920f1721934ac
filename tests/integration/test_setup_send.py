# SPDX-License-Identifier: BSD-2-Clause
"""`tokend setup nullmailer` and `tokend setup postfix --send`: shown, made, and undone exactly.

What becomes of the mail is in test_client_send, test_client_daemons and test_nullmailer_sends.
"""

import shlex

from support.machine_case import ALICE
from support.nullmailer import FOLDER, MODULE, NullmailerCase
from support.setup_postfix_case import MAIN, SetupPostfixCase

ACCOUNT = f"/etc/tokend/accounts/{ALICE}.conf"
REMOTES, ADMIN, FROM = (f"{FOLDER}/{name}" for name in ("remotes", "adminaddr", "allmailfrom"))
ODD = "al ice's#1"


class Nullmailer(NullmailerCase):
    def setUp(self):
        super().setUp()
        self.machine.run("rm", "-f", MODULE)
        self.machine.write(MODULE, "#!/bin/sh\nexit 18\n", 0o755)

    def set_up(self, *words):
        return self.note(self.machine.sh(" ".join(("tokend setup nullmailer", *words))))

    def files(self):
        paths = self.machine.sh(f"find {FOLDER} /etc/tokend -type f").stdout
        return {path: (self.machine.read(path), self.status(path)) for path in paths.split()}

    def test_there_and_back(self):
        """From what Debian's package leaves: a smart host that nobody has, and empty files."""
        self.log_in(send="smtp", allow="daemon")
        self.machine.write(REMOTES, "# ours\nmail.example.net smtp --pass=hunter2\n", 0o600, (8, 8))
        before = self.files()
        shown = self.succeed(self.set_up("--dry-run"))
        self.assert_says(shown.stdout, f"+{ALICE} tokend", "+allow_send = mail", f"+{ALICE}\n",
                         "other lines", "***")
        self.assertNotIn("hunter2", shown.text)
        self.assertEqual(self.files(), before)
        done = self.succeed(self.set_up("--yes"))
        self.assertIn('"tokend setup --undo nullmailer" undoes it', done.stdout)
        self.assertEqual(self.machine.read(REMOTES), f"# ours\n{ALICE} tokend\n")
        self.assertEqual(self.status(REMOTES), before[REMOTES][1])
        self.assertEqual(self.machine.read(ADMIN), f"{ALICE}\n")
        self.assertEqual(self.machine.read(FROM), f"{ALICE}\n")
        self.assertIn("\nallow_send = mail\n", self.machine.read(ACCOUNT))
        self.assertIn("nothing to do", self.succeed(self.set_up("--yes")).stdout)
        self.succeed(self.set_up("--undo", "--yes"))
        self.assertEqual(self.files(), before)

    def test_addresses_of_an_administrator_stay(self):
        self.log_in(send="smtp", send_from="robot@gmail.com")
        self.machine.write(ADMIN, "admin@example.org\n")
        done = self.succeed(self.set_up("--yes"))
        self.assert_says(done.stdout, ADMIN, "admin@example.org")
        self.assertEqual(self.machine.read(ADMIN), "admin@example.org\n")
        self.assertEqual(self.machine.read(FROM), "robot@gmail.com\n")

    def test_what_cannot_be(self):
        self.log_in()
        before = self.files()
        self.assert_refused("does not say how it sends", f"tokend login --send-only {ALICE}")
        self.machine.run("sed", "-i", "$ a send = smtp", ACCOUNT)
        self.machine.write("/etc/mailname", "GMAIL.com\n")
        self.assert_refused("/etc/mailname is GMAIL.com", "each address", "hostname --fqdn >")
        self.machine.run("rm", "/etc/mailname")
        self.machine.run("mv", MODULE, f"{MODULE}.away")
        self.assert_refused("looks for modules in /usr/lib/nullmailer", "ln -s ")
        self.machine.run("mv", f"{MODULE}.away", MODULE)
        self.machine.run("mv", "/usr/lib/nullmailer", "/usr/lib/nullmailer.away")
        self.assert_refused("nullmailer is not installed")
        self.machine.run("mv", "/usr/lib/nullmailer.away", "/usr/lib/nullmailer")
        self.machine.run("sed", "-i", "/send = smtp/d", ACCOUNT)
        self.assertEqual(self.files(), before)

    def assert_refused(self, *parts):
        done = self.set_up("--yes")
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, *parts)

    def test_a_name_that_a_shell_would_not_take(self):
        """nullmailer reads words as a shell does."""
        self.log_in(send="smtp")
        self.machine.run("cp", "-p", ACCOUNT, f"/etc/tokend/accounts/{ODD}.conf")
        self.machine.run("tokend", "setup", "nullmailer", "--yes", ODD)
        self.assertEqual(self.machine.read(REMOTES).splitlines()[-1], "'al ice'\\''s#1' tokend")

    def test_an_account_of_an_api_logs_in_nowhere(self):
        self.log_in()
        self.machine.run("sed", "-i", "$ a send = gmail", ACCOUNT)
        done = self.note(self.machine.sh("tokend setup postfix --yes"))
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, "send = gmail", f"tokend setup postfix --send {ALICE}")
        done = self.note(self.machine.sh("tokend setup sendmail --send --yes"))
        self.assertEqual(done.status, 64)
        self.assert_says(done.stderr, "sendmail logs in itself")


class Postfix(SetupPostfixCase):
    """Debian's, which relays nothing yet."""

    keys = {"send": "smtp", "allow": "postfix"}

    def set_up(self, *words):
        return super().set_up("--send", *words)

    def test_there_and_back(self):
        before = self.files()
        shown = self.succeed(self.setup_postfix("--dry-run", "--send"))
        self.assert_says(shown.stdout, f"+default_transport = tokend-send:{ALICE}",
                         "+tokend-send unix", "+allow_send = mail")
        self.assertEqual(self.files(), before)
        self.set_up()
        self.assertNotIn("/etc/tokend/plugin.conf", self.files())
        self.assertEqual(self.main("tokend-send_destination_recipient_limit"), "1")
        self.assertIn("$default", self.main("tokend-send_destination_concurrency_limit"))
        self.assertEqual(self.processes(), "2")
        self.assertEqual(self.main("sender_canonical_maps"),
                         "texthash:/etc/postfix/tokend_canonical")
        self.assertIn("nothing to do", self.set_up().stdout)
        self.succeed(self.setup_postfix("--undo", "--yes"))
        self.assertEqual(self.files(), before)

    def processes(self, transport="tokend-send"):
        done = self.machine.sh(f"postconf -F {transport}/unix/process_limit")
        return done.stdout.rpartition(" = ")[2].strip()

    def test_an_api_gets_a_mail_once(self):
        """By SMTP it is once for each recipient."""
        self.machine.run("sed", "-i", "s/^send = smtp/send = gmail/", ACCOUNT)
        before = self.files()
        self.set_up()
        self.assertEqual(self.main("default_transport"), f"tokend-send-api:{ALICE}")
        self.assertIn("$default", self.main("tokend-send-api_destination_recipient_limit"))
        self.assertEqual(self.main("tokend-send-api_destination_concurrency_limit"), "2")
        self.assertEqual(self.processes("tokend-send-api"), "-")
        self.assertIn("nothing to do", self.set_up().stdout)
        self.succeed(self.setup_postfix("--undo", "--yes"))
        self.assertEqual(self.files(), before)

    def test_another_way(self):
        """Each has its own transport, whose limits the other one does not get."""
        before = self.files()
        self.set_up()
        self.machine.run("sed", "-i", "s/^send = smtp/send = gmail/", ACCOUNT)
        self.set_up()
        self.assertEqual(self.main("default_transport"), f"tokend-send-api:{ALICE}")
        self.assertIn("$default", self.main("tokend-send-api_destination_recipient_limit"))
        self.assertFalse(self.machine.exists("/etc/postfix/tokend_senders"))
        self.assertIn("nothing to do", self.set_up().stdout)
        self.succeed(self.setup_postfix("--undo", "--yes"))
        self.succeed(self.setup_postfix("--undo", "--yes"))
        after = self.files()
        after[ACCOUNT] = before[ACCOUNT]
        self.assertEqual(after, before)

    def test_what_is_relayed_stays(self):
        self.configure("relayhost = [mail.example.net]:587")
        before = self.machine.read(MAIN)
        done = self.set_up()
        self.assert_says(done.stdout, f"Mail from {ALICE} is sent by tokend")
        self.assertEqual(self.main("relayhost"), "[mail.example.net]:587")
        self.assertEqual(self.main("default_transport"), "smtp")
        self.assertEqual(self.machine.read("/etc/postfix/tokend_senders").split(),
                         [ALICE, f"tokend-send:{ALICE}"])
        self.assertIn("nothing to do", self.set_up().stdout)
        self.succeed(self.setup_postfix("--undo", "--yes"))
        self.assertEqual(self.machine.read(MAIN), before)

    def test_a_name_that_no_table_takes(self):
        path = f"/etc/tokend/accounts/{ODD}.conf"
        self.machine.run("cp", "-p", ACCOUNT, path)
        done = self.note(self.machine.sh(f"tokend setup postfix --send --yes {shlex.quote(ODD)}"))
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, "no name with a blank")
