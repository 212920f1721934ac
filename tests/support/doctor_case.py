# SPDX-License-Identifier: BSD-2-Clause
"""The base of tests that plant a fault on a machine, and have the doctor say what fixes it."""

import os

from support import doctor
from support.machine_case import ALICE, MachineCase
from support.machine_postfix import MachinePostfix, start_tokend

RELAY = "[smtp.gmail.com]:587"
PASSWORDS = "/etc/postfix/sasl_passwd"
RECIPE = {"relayhost": RELAY, "smtp_sasl_auth_enable": "yes",
          "smtp_sasl_password_maps": f"texthash:{PASSWORDS}",
          "smtp_sasl_mechanism_filter": "xoauth2",
          "smtp_sasl_tls_security_options": "noanonymous", "smtp_tls_security_level": "secure",
          "smtp_tls_CAfile": "/etc/ssl/certs/ca-certificates.crt"}
LOCAL = ("plugin", "choice", "accounts", "store", "sockets", "denials")


class DoctorCase(MachineCase):
    """A machine as README sets it up: Google's relay, jailed smtp(8), and a tokend if wanted."""

    def start(self, serves=True):
        self.start_providers()
        self.log_in(allow="postfix")
        self.stage.write_plugin_conf()
        self.postfix = MachinePostfix(self.machine)
        self.postfix.set(**RECIPE)
        self.machine.write(PASSWORDS, f"{RELAY} {ALICE}:tokend\n", 0o600)
        if serves:
            start_tokend(self)
        self.postfix.start()
        self.addCleanup(self.postfix.stop)
        self._arrived = 0

    def each(self, *plants):
        """Each of them leaves the machine as it found it."""
        for plant in plants:
            with self.subTest(plant.__name__):
                plant()

    def look(self, *words, status=None):
        """What the local checks found wrong."""
        return [each for each in doctor.run(self.machine, *words, status=status)
                if each["check"] in LOCAL and each["verdict"] in ("fault", "warning")]

    def one(self, *words, verdict="fault", among=None, code="config"):
        """The one finding that has these words."""
        found = [each for each in (self.look() if among is None else among)
                 if all(word.lower() in f"{each['found']} {each['matters']}".lower()
                        for word in words)]
        self.assertEqual(len(found), 1, f"{words} in {found or self.look()}")
        self.assertEqual(found[0]["verdict"], verdict, found[0])
        if verdict == "fault":
            self.assertEqual(found[0]["code"], code, found[0])
        self.assertNotIn("...", found[0]["mend"])
        return found[0]

    def fix(self, *words, instead=None, **expected):
        """Finds it, does what it says, and sees it gone."""
        doctor.fix(self.machine, self.one(*words, **expected), instead)
        self.assert_healthy()

    def assert_healthy(self):
        self.assertEqual(self.look(), [])

    def assert_mail_leaves(self, **options):
        self._arrived += 1
        self.postfix.send(**options)
        self.postfix.flush_all()
        self.submission.wait_mails(self._arrived)

    def must(self, command, **options):
        return self.succeed(self.machine.sh(command, **options)).stdout

    def sasl_folder(self):
        return os.path.dirname(self.must("ls /usr/lib/*/sasl2/libxoauth2.so").strip())

    def compile(self, path, text):
        """A shared object of this C text."""
        self.must(f"cc -shared -fPIC -Wl,-z,lazy -o {path} -x c - -x none", stdin=text)
