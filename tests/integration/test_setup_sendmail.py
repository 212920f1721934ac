# SPDX-License-Identifier: BSD-2-Clause
"""`tokend setup sendmail` with Debian's sendmail: mail goes out, and all is as before again."""

from support.machine_case import ALICE
from support.relay_page import RelayPage

MC = "/etc/mail/sendmail.mc"


class SetupSendmail(RelayPage):
    packages = ("sendmail-cf", "sendmail-base", "sendmail-bin")

    def setUp(self):
        super().setUp()
        self.log_in()

    def set_up(self, *words):
        return self.note(self.machine.sh(" ".join(("tokend setup --yes", *words, "sendmail"))))

    def files(self):
        paths = self.machine.sh("find /etc/mail /etc/tokend -type f ! -name '*.db'").stdout
        return {path: self.machine.read(path) for path in paths.split()}

    def test_all(self):
        """One test, as the package's scripts take ten seconds."""
        before = self.files()
        self.assert_another_smart_host_is_left_alone()
        self.succeed(self.set_up())
        self.assertIn("nothing to do", self.succeed(self.set_up()).stdout)
        self._serve(None, None)
        self.relay(f"sendmail -Am -f {ALICE} rcpt@example.org", ALICE, 1)
        self.assertEqual(self.submission.logins(), [("XOAUTH2", ALICE)])
        self.succeed(self.set_up("--undo"))
        self.assert_as_before(before)

    def assert_as_before(self, before):
        """What Debian's Makefile makes has dates in it, and it makes an empty authinfo."""
        after = self.files()
        made = {"/etc/mail/sendmail.cf", "/etc/mail/databases", "/etc/mail/Makefile"}
        changed = {path for path in before if before[path] != after.get(path)}
        self.assertEqual(changed - made, set())
        self.assertEqual({path for path in set(after) - set(before) if after[path]}, set())
        self.assertNotIn("smtp.gmail.com", after["/etc/mail/sendmail.cf"])

    def assert_another_smart_host_is_left_alone(self):
        text = self.machine.read(MC)
        self.machine.write(MC, text.replace("MAILER_DEFINITIONS",
                                            "define(`SMART_HOST', `mx.example.net')dnl\n"
                                            "MAILER_DEFINITIONS"))
        before = self.files()
        done = self.set_up()
        self.assertEqual(done.status, 78)
        self.assertRegex(done.stderr, rf"{MC}:\d+: has SMART_HOST")
        self.assertEqual(self.files(), before)
        self.machine.write(MC, text)
