"""`tokend setup postfix` on a private machine with Debian's own Postfix: mail goes out by it."""

import os
import re

from support import terminal, waiting
from support.machine_case import ALICE, MachineCase

RELAY = "[smtp.gmail.com]:587"
MAIN, MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
LOG = "/var/log/mail.log"
PASSWORD = "the-password-of-bob"
SECONDS = 30


class SetupPostfixCase(MachineCase):
    """A provider, an account without `allow`, and a Postfix as Debian installs it."""

    dovecot_options = {}

    def setUp(self):
        super().setUp()
        self.start_providers(**self.dovecot_options)
        self.log_in()
        # No nameserver here: hosts(5) has the names, in the jail too (configure-instance.sh).
        self.configure("smtp_host_lookup = native", f"maillog_file = {LOG}")

    def configure(self, *lines):
        """Lines of main.cf; dated back, as Postfix waits until the file is a second old."""
        self.machine.run("postconf", "-e", *lines)
        self.machine.run("touch", "-d", "1 minute ago", MAIN)

    def setup_postfix(self, *words):
        return self.note(self.machine.sh(" ".join(("tokend setup", *words, "postfix"))))

    def set_up(self, *words):
        return self.succeed(self.setup_postfix("--yes", *words))

    def files(self):
        """All that may change: text, mode and owner by path; what postmap makes is left out."""
        paths = self.machine.sh("find /etc/postfix /etc/tokend -type f ! -name '*.db'").stdout
        return {path: (self.machine.read(path), self.status(path)) for path in paths.split()}

    def status(self, path):
        found = self.machine.do(os.stat, path)
        return found.st_mode, found.st_uid, found.st_gid

    def main(self, name):
        return self.machine.sh(f"postconf -h {name}").stdout.strip()

    def start_postfix(self):
        self.machine.run("/usr/lib/postfix/configure-instance.sh", "-")
        self.machine.run("postfix", "start")
        self.addCleanup(self.machine.sh, "postfix stop")
        self.addCleanup(lambda: self.evidence.add_text("mail.log", self.log()))

    def log(self):
        return self.machine.read(LOG) if self.machine.exists(LOG) else ""

    def send(self, sender=ALICE, recipient="bob@example.org"):
        before = len(self.submission.mails())
        self.machine.sh(f"sendmail -f {sender} {recipient}", stdin="Subject: test\n\nHello.\n")
        waiting.until(lambda: len(self.submission.mails()) > before, SECONDS,
                      lambda: "the mail:\n" + self.log()[-3000:])

    def assert_relays(self):
        self.start_postfix()
        self.send()
        self.assertEqual(self.submission.logins(), [("XOAUTH2", ALICE)])


class Fresh(SetupPostfixCase):
    """Debian's default: nothing is relayed."""

    def test_mail_goes_out_from_the_jail(self):
        done = self.set_up()
        self.assert_says(done.stdout, "+relayhost = [smtp.gmail.com]:587", MAIN, MASTER)
        self.assertEqual(self.main("relayhost"), RELAY)
        self.assertEqual(self.status("/etc/postfix/sasl_passwd")[0] & 0o7777, 0o600)
        self.assertEqual(self.status("/etc/tokend/plugin.conf"), (0o100600, 0, 0))
        self.assertRegex(self.machine.sh("postconf -M smtp/unix").stdout, "- +y +-")
        self.assert_relays()

    def test_mail_goes_out_without_a_jail(self):
        self.machine.run("postconf", "-F", "smtp/unix/chroot=n")
        self.set_up()
        self.assert_relays()

    def test_running_postfix_is_told(self):
        self.start_postfix()
        done = self.set_up()
        self.assertIn("done: /usr/sbin/postfix reload", done.stdout)
        self.send()
        self.assertEqual(self.submission.logins(), [("XOAUTH2", ALICE)])

    def test_second_time_there_is_nothing_to_do(self):
        self.set_up()
        before = self.files()
        again = self.set_up()
        self.assertIn("postfix: nothing to do", again.stdout)
        self.assertEqual(self.files(), before)

    def test_undo_gives_the_same_bytes(self):
        before = self.files()
        self.set_up()
        self.assertNotEqual(self.files(), before)
        self.succeed(self.setup_postfix("--undo", "--yes"))
        self.assertEqual(self.files(), before)

    def test_dry_run_changes_nothing(self):
        before = self.files()
        done = self.succeed(self.setup_postfix("--dry-run"))
        self.assertIn("+relayhost", done.stdout)
        self.assertEqual(self.files(), before)

    def test_nobody_to_ask(self):
        before = self.files()
        done = self.setup_postfix()
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, "--yes", "nothing was")
        self.assertEqual(self.files(), before)

    def test_edits_since_stay(self):
        before = self.files()
        self.set_up()
        self.machine.write(MAIN, "# mine\n" + self.machine.read(MAIN) + "\nbiff = yes\n")
        self.succeed(self.setup_postfix("--undo", "--yes"))
        self.assertEqual(self.machine.read(MAIN), "# mine\n" + before[MAIN][0] + "\nbiff = yes\n")

    def test_edits_of_our_own_lines_are_not_lost(self):
        self.set_up()
        self.configure("relayhost = [smtp.gmail.com]:25")
        before = self.files()
        done = self.setup_postfix("--undo", "--yes")
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, MAIN, "edited", "postfix.1.")
        self.assertEqual(self.files(), before)

    def test_another_instance(self):
        self.machine.run("cp", "-a", "/etc/postfix", "/etc/postfix-out")
        before = self.files()
        self.set_up("--config", "/etc/postfix-out")
        self.assertEqual(self.machine.sh("postconf -c /etc/postfix-out -h relayhost").stdout,
                         RELAY + "\n")
        after = self.files()
        self.assertEqual({path: after[path] for path in (MAIN, MASTER)},
                         {path: before[path] for path in (MAIN, MASTER)})

    def test_port_465(self):
        self.machine.run("sed", "-i", "$ a server_smtp = smtp.gmail.com:465",
                         f"/etc/tokend/accounts/{ALICE}.conf")
        self.set_up()
        self.assertEqual(self.main("relayhost"), "[smtp.gmail.com]:465")
        self.assert_relays()

    def test_not_root(self):
        person = self.add_person()
        done = person.sh("tokend setup --yes postfix")
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, "as root")


class Relaying(SetupPostfixCase):
    """A relay by password is there already, and goes on."""

    PASSWD = "/etc/postfix/sasl_passwd"
    BOB = "bob@relay.example.org"
    OTHER = "[smtp.office365.com]:587"
    dovecot_options = {"passwords": {BOB: PASSWORD}}

    def setUp(self):
        super().setUp()
        self.machine.write(self.PASSWD, f"# ours\n{self.OTHER}  {self.BOB}:{PASSWORD}\n", 0o600)
        self.configure(f"relayhost = {self.OTHER}", "smtp_sasl_auth_enable = yes",
                       f"smtp_sasl_password_maps = hash:{self.PASSWD}",
                       "smtp_sasl_tls_security_options = noanonymous",
                       "smtp_tls_security_level = secure",
                       "smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt")
        self.machine.run("postmap", f"hash:{self.PASSWD}")

    def test_goes_on_beside_the_new_one(self):
        done = self.set_up()
        self.assertNotIn(PASSWORD, done.text)
        self.assertEqual(self.main("relayhost"), self.OTHER)
        self.start_postfix()
        self.send()
        self.assertEqual(self.submission.logins(), [("XOAUTH2", ALICE)])
        self.send(sender="carol@example.net")
        self.assertEqual(self.submission.logins()[1][1], self.BOB)
        self.assertIn(self.submission.logins()[1][0], ("PLAIN", "LOGIN"))

    def test_undo_and_again(self):
        before = self.files()
        self.set_up()
        self.assertIn("nothing to do", self.set_up().stdout)
        self.succeed(self.setup_postfix("--undo", "--yes"))
        self.assertEqual(self.files(), before)

    def test_second_account(self):
        self.set_up()
        self.log_in("dora@gmail.com")
        self.succeed(self.machine.sh("tokend setup --yes postfix dora@gmail.com"))
        self.start_postfix()
        self.send()
        self.send(sender="dora@gmail.com")
        self.assertEqual([user for _, user in self.submission.logins()], [ALICE, "dora@gmail.com"])

    def test_password_of_the_same_relay_gives_way(self):
        """Who had an application password has the mailbox's token from now on."""
        self.machine.write(self.PASSWD, f"{RELAY} {ALICE}:{PASSWORD}\n", 0o600)
        self.machine.run("postmap", f"hash:{self.PASSWD}")
        self.configure(f"relayhost = {RELAY}")
        done = self.set_up()
        self.assertNotIn(PASSWORD, done.text)
        self.assertIn(f"-{RELAY} {ALICE}:***", done.stdout)
        self.assertIn(f"done: /usr/sbin/postmap hash:{self.PASSWD}", done.stdout)
        self.assert_relays()

    def test_sender_with_a_way_of_its_own(self):
        self.machine.write("/etc/postfix/ways", f"{ALICE} smtp:[192.0.2.1]\n")
        self.configure("sender_dependent_default_transport_maps = texthash:/etc/postfix/ways")
        before = self.files()
        done = self.setup_postfix("--yes")
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, ALICE, "texthash:/etc/postfix/ways")
        self.assertEqual(self.files(), before)
