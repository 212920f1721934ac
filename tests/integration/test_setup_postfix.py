# SPDX-License-Identifier: BSD-2-Clause
"""`tokend setup postfix` where Postfix relays nothing yet: all mail goes out by the account."""

import shlex

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
        self.assertIn('"tokend setup --undo postfix" undoes it', self.set_up().stdout)
        made = self.files()
        self.assertNotEqual(made, before)
        self.assertIn("postfix: nothing to do", self.set_up().stdout)
        self.assertEqual(self.files(), made)
        done = self.succeed(self.setup_postfix("--undo", "--yes"))
        self.assertIn("postfix: undone", done.stdout)
        self.assertEqual(self.files(), before)

    def assert_nothing_happens(self):
        """If it is only shown, and if there is no terminal."""
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

    def test_a_folder_of_an_odd_name(self):
        """Postfix expands $ in main.cf and master.cf; what it reads is the folder's name."""
        folder = "/etc/post$fix's"
        self.machine.run("cp", "-a", "/etc/postfix", folder)
        before = self.files_below(folder)
        self.succeed(self.set_up("--config", shlex.quote(folder)))
        table = self.postconf(folder, "-hx", "smtp_sasl_password_maps")
        self.assertEqual(table, f"texthash:{folder}/sasl_passwd")
        found = self.machine.run("postmap", "-c", folder, "-q", RELAY, table)
        self.assertEqual(found.stdout, f"{ALICE}:tokend\n")
        self.assertIn("nothing to do", self.set_up("--config", shlex.quote(folder)).stdout)
        self.succeed(self.setup_postfix("--undo", "--yes"))
        self.assertEqual(self.files_below(folder), before)
        self.machine.run("postconf", "-c", folder, "-e", "relayhost = [mail.example.net]:587",
                         "smtp_sasl_password_maps = static:bob:a-password-of-bob")
        self.machine.run("touch", "-d", "1 minute ago", f"{folder}/main.cf")
        self.set_up("--config", shlex.quote(folder))
        logins = self.postconf(folder, "-Phx", "smtp-tokend/unix/smtp_sasl_password_maps")
        self.assertIn(f"texthash:{folder}/tokend_logins", logins)
        self.assertIn(f"texthash:{folder}/tokend_senders", self.postconf(
            folder, "-hx", "sender_dependent_default_transport_maps"))

    def postconf(self, folder, *words):
        return self.machine.run("postconf", "-c", folder, *words).stdout.strip()

    def files_below(self, folder):
        paths = self.machine.sh(f"find {shlex.quote(folder)} -type f").stdout.splitlines()
        return {path: self.machine.read(path) for path in paths}

    def test_a_folder_that_no_list_can_name(self):
        folder = "/etc/post fix"
        self.machine.run("cp", "-a", "/etc/postfix", folder)
        done = self.setup_postfix("--yes", "--config", shlex.quote(folder))
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, folder, "a blank")

    def test_not_root(self):
        person = self.add_person()
        done = person.sh("tokend setup --yes postfix")
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, "as root")


class Broken(SetupPostfixCase):
    """What Postfix's own tools do not understand is told with its place, and nothing is changed."""

    def assert_left_alone(self, path, text, *said):
        with self.subTest(f"{path}: {text!r}"):
            good = self.machine.read(path) if self.machine.exists(path) else None
            self.machine.write(path, (good or "") + text)
            self.settle()
            before = self.files()
            done = self.setup_postfix("--yes")
            self.assertNotEqual(done.status, 0, done.text)
            self.assert_says(done.stderr, *said)
            self.assertEqual(self.files(), before)
            if good is None:
                self.machine.run("rm", path)
            else:
                self.machine.write(path, good)

    def test_configuration(self):
        self.assert_left_alone(MAIN, "relayhost\n", MAIN, "missing '='")
        self.assert_left_alone(MAIN, "mail_owner = ${no:such\n", "in /etc/postfix:", "no:such")
        self.assert_left_alone(MASTER, "smtp unix\n", MASTER, "line")

    def test_tables(self):
        passwords = "/etc/postfix/sasl_passwd"
        self.configure(f"relayhost = {RELAY}", f"smtp_sasl_password_maps = texthash:{passwords}")
        self.assert_left_alone(passwords, f"{RELAY} {ALICE}:a\n{RELAY} {ALICE}:b\n",
                               f"{passwords}:2", "second time")

    def test_bytes(self):
        """Left as it is, or set up once: no final newline, CRLF, a NUL, bytes that are no UTF-8."""
        good = self.machine.read(MAIN)
        for text in ("# no newline", "# CRLF\\r\\nbiff = no\\r\\n", "# \\0\\n", "# \\377\\n"):
            with self.subTest(text):
                self.machine.write(MAIN, good)
                self.machine.run("sh", "-c", f"printf '{text}' >>{MAIN}")
                self.settle()
                self.assert_once()

    def assert_once(self):
        before = self.bytes()
        done = self.setup_postfix("--yes")
        self.settle()
        if done.status == 0:
            self.assertIn("nothing to do", self.set_up().stdout)
            self.assertEqual(self.main("relayhost"), RELAY)
            self.succeed(self.setup_postfix("--undo", "--yes"))
        self.assertEqual(self.bytes(), before)

    def bytes(self):
        return self.machine.sh(f"od -An -c {MAIN} {MASTER}").stdout
