"""Faults of a Postfix: planted, named by the doctor, mended as it says, and the mail leaves."""

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

    def write_entry(self, *lines):
        self.machine.write(PASSWORDS, "".join(f"{line}\n" for line in lines), 0o600)

    def look(self):
        return doctor.run(self.machine)

    def assert_mail_leaves(self, **options):
        self._arrived += 1
        self.postfix.send(**options)
        self.postfix.flush()
        self.submission.wait_mails(self._arrived)

    def assert_sound(self):
        found = self.look()
        bad = [each for each in found if each["check"] == "postfix"
               and each["verdict"] != "good"]
        self.assertEqual(bad, [])
        return found

    def plant(self, command, *words, verdict="fault", mails=True, then=None, code="config"):
        """command plants it; words are what the finding has to name."""
        with self.subTest(command):
            self.postfix.must(command)
            found = [each for each in self.look() if each["check"] == "postfix"
                     and each["verdict"] in ("fault", "odd")]
            named = [each for each in found if all(
                word.lower() in " ".join((each["found"], each["matters"])).lower()
                for word in words)]
            self.assertEqual(len(named), 1, f"{words} in {found}")
            self.assertEqual(named[0]["verdict"], verdict)
            if verdict == "fault":
                self.assertEqual(named[0]["code"], code)
            self.assertLessEqual(len(named[0]["mend"]), 400, named[0])
            self.assertNotIn("...", named[0]["mend"])
            doctor.mend(self.machine, named[0])
            if then:
                then()
            self.assert_sound()
            if mails:
                self.assert_mail_leaves()


class Healthy(DoctorPostfixCase):
    def test_nothing_is_wrong_and_the_mail_leaves(self):
        found = self.assert_sound()
        said, = [each["found"] for each in found if each["check"] == "postfix"]
        self.assert_says(said, RELAY, ALICE)
        self.assert_mail_leaves()

    def test_a_postfix_without_tokend_is_no_fault(self):
        self.postfix.must("postconf -X relayhost smtp_sasl_auth_enable smtp_sasl_password_maps "
                          "smtp_sasl_mechanism_filter")
        found = [each for each in self.look() if each["check"] == "postfix"]
        self.assertEqual([each["verdict"] for each in found], ["unseen"])

    def test_not_as_root(self):
        person = self.add_person()
        done = person.sh("tokend doctor")
        self.assertNotIn("FAULT   postfix", done.stdout)
        self.assertIn("root", done.stdout)


class Options(DoctorPostfixCase):
    """Settings of main.cf and master.cf."""

    def test_login(self):
        self.plant("postconf -e 'smtp_sasl_auth_enable = no'", "smtp_sasl_auth_enable")
        self.plant("postconf -P 'smtp/unix/smtp_sasl_auth_enable=no'", "smtp_sasl_auth_enable")
        self.plant("postconf -e 'smtp_sasl_auth_cache_name = proxy:btree:/var/lib/postfix/cache'",
                   "90 days")
        self.plant("postconf -e 'smtp_sasl_auth_soft_bounce = no'", "smtp_sasl_auth_soft_bounce")
        self.plant("postconf -e 'soft_bounce = yes'", "soft_bounce", verdict="odd")
        self.plant("postconf -e 'smtp_discard_ehlo_keywords = silent-discard, auth'",
                   "smtp_discard_ehlo_keywords")
        self.plant("postconf -X smtp_sasl_mechanism_filter", "smtp_sasl_mechanism_filter",
                   verdict="odd")
        self.plant("postconf -e 'smtp_sasl_mechanism_filter = plain, login'",
                   "offered no supported AUTH mechanisms")

    def test_tls(self):
        self.plant("postconf -X smtp_sasl_tls_security_options", "noplaintext",
                   "No worthy mechs found")
        self.plant("postconf -e 'smtp_sasl_tls_verified_security_options = noplaintext'",
                   "smtp_sasl_tls_verified_security_options")
        self.plant("postconf -e 'smtp_tls_security_level = may'", "is may", verdict="odd")
        self.plant("postconf -e 'smtp_tls_security_level = may' "
                   "'smtp_sasl_security_options = noanonymous'", "in clear")
        self.postfix.must("postconf -X smtp_sasl_security_options")
        self.plant("postconf -X smtp_tls_security_level", "is none")
        self.plant("postconf -e 'smtp_tls_CAfile = /etc/ssl/none.crt'", "/etc/ssl/none.crt")
        self.plant("postconf -X smtp_tls_CAfile", "CAfile")
        self.plant("postconf -e 'smtp_use_tls = yes'", "smtp_use_tls", verdict="odd")
        self.plant("postconf -e 'smtp_tls_wrappermode = yes'", "port 587")

    def test_logs_that_would_have_tokens(self):
        self.plant("postconf -F 'smtp/unix/command=smtp -v'", "-v", "token")
        self.plant("postconf -e 'debug_peer_list = gmail.com'", "debug_peer_list", "token")
