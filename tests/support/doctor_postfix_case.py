# SPDX-License-Identifier: BSD-2-Clause
"""The base of tests that plant a fault in a machine's Postfix, and mend it as the doctor says."""

from support import doctor, waiting
from support.machine_case import ALICE, MachineCase
from support.machine_postfix import MachinePostfix, start_tokend

RELAY = "[smtp.gmail.com]:587"
PASSWORDS = "/etc/postfix/sasl_passwd"
RECIPE = {"relayhost": RELAY, "smtp_sasl_auth_enable": "yes",
          "smtp_sasl_password_maps": f"texthash:{PASSWORDS}",
          "smtp_sasl_mechanism_filter": "xoauth2",
          "smtp_sasl_tls_security_options": "noanonymous", "smtp_tls_security_level": "secure",
          "smtp_tls_CAfile": "/etc/ssl/certs/ca-certificates.crt"}


class DoctorPostfixCase(MachineCase):
    """A machine as README sets it up: Google's relay, jailed smtp(8), tokend serving."""

    def setUp(self):
        super().setUp()
        self.start_providers()
        self.log_in(allow="postfix")
        self.stage.write_plugin_conf()
        self.postfix = MachinePostfix(self.machine)
        self.postfix.set(**RECIPE)
        self.write_entry(f"{RELAY} {ALICE}:tokend")
        start_tokend(self)
        self.postfix.start()
        self.addCleanup(self.postfix.stop)
        self._arrived = 0
        self._mended = None

    def write_entry(self, *lines):
        self.machine.write(PASSWORDS, "".join(f"{line}\n" for line in lines), 0o600)

    def look(self):
        return doctor.run(self.machine)

    def assert_mail_leaves(self, **options):
        self._arrived += 1
        self.postfix.send(**options)
        self.postfix.flush_all()
        self.submission.wait_mails(self._arrived)

    def assert_sound(self):
        found = self.look()
        bad = [each for each in found if each["check"] == "postfix"
               and each["verdict"] != "ok"]
        self.assertEqual(bad, [])
        return found

    def wait_reloaded(self):
        """master(8) has its children start again after the command has ended."""
        waiting.until(lambda: not doctor.warnings(self.look(), "postfix"), waiting.LIMIT,
                      "the end of a reload")
        self.assert_sound()

    def plant(self, command, *words, verdict="fault", code="config"):
        """command plants it; words are what the finding has to name.

        That a mend has worked the next look shows, and at the end of the test assert_sound.
        """
        with self.subTest(command):
            self.postfix.must(command)
            found = [each for each in self.look() if each["check"] == "postfix"
                     and each["verdict"] in ("fault", "warning")]
            self.assertNotIn(self._mended, [each["found"] for each in found])
            named = [each for each in found if all(
                word.lower() in " ".join((each["found"], each["matters"])).lower()
                for word in words)]
            self.assertEqual(len(named), 1, f"{words} in {found}")
            self.assertEqual(named[0]["verdict"], verdict)
            if verdict == "fault":
                self.assertEqual(named[0]["code"], code)
            self.assertLessEqual(len(named[0]["mend"]), 400, named[0])
            self.assertNotIn("...", named[0]["mend"])
            doctor.fix(self.machine, named[0])
            self._mended = named[0]["found"]
            self.assert_mail_leaves()
