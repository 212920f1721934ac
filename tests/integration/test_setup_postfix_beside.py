# SPDX-License-Identifier: BSD-2-Clause
"""`tokend setup postfix` where Postfix relays other mail already: that goes on as before."""

from support import doctor
from support.machine_case import ALICE
from support.setup_postfix_case import RELAY, SetupPostfixCase

PASSWORD = "the-password-of-bob"
DORA = "dora@gmail.com"


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

    def test_goes_on_beside_the_new_ones(self):
        done = self.set_up()
        self.assertNotIn(PASSWORD, done.text)
        self.log_in(DORA)
        self.succeed(self.machine.sh(f"tokend setup --yes postfix {DORA}"))
        self.assertEqual(self.main("relayhost"), self.OTHER)
        self.start_postfix()
        for sender in (ALICE, DORA, "carol@example.net"):
            self.send(sender)
        self.assertEqual([user for _, user in self.submission.logins()], [ALICE, DORA, self.BOB])
        self.assertEqual([how for how, _ in self.submission.logins()],
                         ["XOAUTH2", "XOAUTH2", "PLAIN"])

    def test_the_doctor_finds_it_sound(self):
        """Also where the transport alone says what is in main.cf above."""
        self.machine.run("postconf", "-X", "smtp_sasl_tls_security_options")
        self.set_up()
        self.start_postfix()
        self.assertEqual(doctor.faults(doctor.run(self.machine)), [])
        self.send(ALICE)

    def test_undo_and_again(self):
        before = self.files()
        self.set_up()
        self.assertIn("nothing to do", self.set_up().stdout)
        self.succeed(self.setup_postfix("--undo", "--yes"))
        self.assertEqual(self.files(), before)

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
