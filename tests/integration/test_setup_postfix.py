"""`tokend setup postfix` where Postfix relays nothing yet: all mail goes out by the account."""

from support.machine_case import ALICE
from support.setup_postfix_case import MAIN, MASTER, RELAY, SetupPostfixCase


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

    def test_running_postfix_is_told(self):
        """Not jailed, and a relay with TLS from the first byte on."""
        self.machine.run("postconf", "-F", "smtp/unix/chroot=n")
        self.machine.run("sed", "-i", "$ a server_smtp = smtp.gmail.com:465",
                         f"/etc/tokend/accounts/{ALICE}.conf")
        self.start_postfix()
        done = self.set_up()
        self.assertIn("done: /usr/sbin/postfix reload", done.stdout)
        self.assertEqual(self.main("relayhost"), "[smtp.gmail.com]:465")
        self.send()
        self.assertEqual(self.submission.logins(), [("XOAUTH2", ALICE)])

    def test_there_and_back(self):
        before = self.files()
        self.assert_nothing_happens()
        self.assertIn('"tokend setup --undo postfix" takes it back', self.set_up().stdout)
        made = self.files()
        self.assertNotEqual(made, before)
        self.assertIn("postfix: nothing to do", self.set_up().stdout)
        self.assertEqual(self.files(), made)
        done = self.succeed(self.setup_postfix("--undo", "--yes"))
        self.assertIn("postfix: taken back", done.stdout)
        self.assertEqual(self.files(), before)

    def assert_nothing_happens(self):
        """Where it is only shown, and where nobody can be asked."""
        before = self.files()
        self.assertIn("+relayhost", self.succeed(self.setup_postfix("--dry-run")).stdout)
        done = self.setup_postfix()
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, "--yes", "nothing was")
        self.assertEqual(self.files(), before)

    def test_edits_since(self):
        """Those of our own lines are not lost; those beside them stay."""
        before = self.machine.read(MAIN)
        self.set_up()
        made = self.machine.read(MAIN)
        self.configure("relayhost = [smtp.gmail.com]:25")
        edited = self.files()
        done = self.setup_postfix("--undo", "--yes")
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, MAIN, "edited", "postfix.1.")
        self.assertEqual(self.files(), edited)
        self.machine.write(MAIN, "# mine\n" + made + "\nbiff = yes\n")
        self.settle()
        self.succeed(self.setup_postfix("--undo", "--yes"))
        self.assertEqual(self.machine.read(MAIN), "# mine\n" + before + "\nbiff = yes\n")

    def test_another_instance(self):
        self.machine.run("cp", "-a", "/etc/postfix", "/etc/postfix-out")
        before = self.files()
        self.set_up("--config", "/etc/postfix-out")
        self.assertEqual(self.machine.sh("postconf -c /etc/postfix-out -h relayhost").stdout,
                         RELAY + "\n")
        after = self.files()
        self.assertEqual({path: after[path] for path in (MAIN, MASTER)},
                         {path: before[path] for path in (MAIN, MASTER)})

    def test_not_root(self):
        person = self.add_person()
        done = person.sh("tokend setup --yes postfix")
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, "as root")
