# SPDX-License-Identifier: BSD-2-Clause
"""`tokend doctor --report`: all that a bug report needs, and none of the secrets around it."""

import base64
import os
import stat

from support import masking, waiting
from support.doctor_case import PASSWORDS, RELAY
from support.doctor_postfix_case import DoctorPostfixCase
from support.machine_case import ALICE

PATH = "/root/report.txt"
SHORT = "pa55-w0rd"


class Report(DoctorPostfixCase):
    def make(self, path=PATH):
        done = self.machine.sh(f"tokend doctor --report {path}", timeout=waiting.LIMIT)
        self.assertEqual(done.status, 0, done.text)
        self.evidence.add_text("tokend doctor --report", done.text)
        return self.machine.read(path) if path != "-" else done.stdout

    def plant(self):
        """A secret of its own in every corner that the report looks into."""
        planted = {name: masking.add(f"{SHORT}-{name}-{os.urandom(24).hex()}", name)
                   for name in ("client", "map", "inline", "proxy", "log", "master", "bearer")}
        self.machine.write("/etc/tokend/accounts/other.conf", "provider = google\n"
                           f"client_id = id-{planted['client']}\n"
                           f"client_secret = {planted['client']} and more\n"
                           f"proxy = http://user:{planted['proxy']}@proxy.example:3128\n",
                           0o640, (0, self.stage.gid))
        self.machine.write("/etc/tokend/tokend.conf",
                           f"proxy = http://user:{planted['proxy']}@proxy.example:3128\n")
        self.write_entry(f"{RELAY} {ALICE}:tokend", f"[x.example]:587 bob:{planted['map']}",
                         f"[y.example]:587 carol:bearer:{planted['bearer']}")
        self.postfix.must("postconf -e 'smtp_sasl_password_maps = "
                          f"texthash:{PASSWORDS}, inline:{{b.example=bob:{planted['inline']}}}'")
        self.postfix.must("postconf -P 'relay/unix/smtp_sasl_password_maps="
                          f"static:bob:{planted['master']}'")
        blob = base64.b64encode(f"user=a\1auth=Bearer {planted['bearer']}\1\1".encode()).decode()
        self.postfix.send()
        self.submission.wait_mails(1)
        # As smtp -v writes, which may have been enabled.
        self.machine.write("/var/log/mail.log", self.postfix.log() + "".join(
            f"Nov 22 01:00:00 h postfix/smtp[1]: SASL {line}\n" for line in (
                f"xoauth2 AUTH XOAUTH2 {blob}", f"auth=Bearer {planted['bearer']}",
                f"password={planted['log']}", f"refresh_token: \"{planted['log']}\"",
                f"said {planted['map']}")))
        return planted

    def test_no_secret_is_in_it(self):
        self.plant()
        text = self.make()
        self.assertEqual(masking.found_in(text), [])
        self.assertNotIn(SHORT, text)
        found = self.machine.do(os.stat, PATH)
        self.assertEqual((stat.S_IMODE(found.st_mode), found.st_uid), (0o600, 0))
        self.assert_says(text, "tokend 0", "libsasl2.so", "Postfix 3", "PRETTY_NAME",
                         "accounts/other.conf", "client_secret = [masked]", "plugin.conf",
                         "smtp_sasl_mechanism_filter = xoauth2", "xoauth2 AUTH XOAUTH2 [masked]",
                         "relay", f"texthash:{PASSWORDS}", ALICE, "fault")

    def test_links_of_the_tokend_user_lead_nowhere(self):
        """Root's report is given away; the tokend user owns the folders of the accounts."""
        self.machine.write("/root/other", "what only root may see\n", 0o600)
        self.machine.write("/etc/tokend/accounts/other.conf", "provider = google\n",
                           0o640, (0, self.stage.gid))
        self.postfix.must("rm -rf /var/lib/tokend/state && ln -s /root /var/lib/tokend/state")
        text = self.make()
        self.assertNotIn("what only root may see", text)
        self.assert_says(text, "/var/lib/tokend/state/other", "Permission denied")

    def test_it_overwrites_nothing_and_goes_to_standard_output(self):
        self.machine.write(PATH, "mine\n")
        done = self.machine.sh(f"tokend doctor --report {PATH}")
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.stderr, PATH, "exists")
        self.assertEqual(self.machine.read(PATH), "mine\n")
        self.assertIn("smtp_tls_security_level = secure", self.make("-"))
