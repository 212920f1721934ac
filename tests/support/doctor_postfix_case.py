# SPDX-License-Identifier: BSD-2-Clause
"""The base of tests that plant a fault in a machine's Postfix, and mend it as the doctor says."""

from support import doctor, waiting
from support.doctor_case import PASSWORDS, DoctorCase


class DoctorPostfixCase(DoctorCase):
    """The machine of DoctorCase, tokend serving."""

    def setUp(self):
        super().setUp()
        self.start()
        self._mended = None

    def write_entry(self, *lines):
        self.machine.write(PASSWORDS, "".join(f"{line}\n" for line in lines), 0o600)

    def look(self):
        """All findings, those that are well, too."""
        return doctor.run(self.machine)

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
