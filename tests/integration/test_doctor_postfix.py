# SPDX-License-Identifier: BSD-2-Clause
"""Options of a Postfix: each fault is named, fixed as the doctor says, and the mail leaves."""

from support import doctor, waiting
from support.doctor_case import RELAY
from support.doctor_postfix_case import DoctorPostfixCase
from support.machine_case import ALICE


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
        self.assertEqual([each["verdict"] for each in found], ["unknown"])

    def test_not_as_root(self):
        person = self.add_person()
        done = person.sh("tokend doctor")
        self.assertNotIn("/etc/postfix", done.stdout)
        self.assertIn("root", done.stdout)


class Options(DoctorPostfixCase):
    """Settings of main.cf and master.cf."""

    def test_login(self):
        self.plant("postconf -e 'smtp_sasl_auth_enable = no'", "smtp_sasl_auth_enable")
        self.plant("postconf -e 'smtp_sasl_auth_cache_name = proxy:btree:/var/lib/postfix/cache'",
                   "90 days")
        self.plant("postconf -e 'smtp_sasl_auth_soft_bounce = no'", "smtp_sasl_auth_soft_bounce")
        self.plant("postconf -e 'soft_bounce = yes'", "soft_bounce", verdict="warning")
        self.plant("postconf -e 'smtp_discard_ehlo_keywords = silent-discard, auth'",
                   "smtp_discard_ehlo_keywords")
        self.plant(f"postconf -e 'smtp_discard_ehlo_keywords = {'pipelining, ' * 30}auth'",
                   "smtp_discard_ehlo_keywords")
        self.plant("postconf -X smtp_sasl_mechanism_filter", "smtp_sasl_mechanism_filter",
                   verdict="warning")
        self.plant("postconf -e 'smtp_sasl_mechanism_filter = plain, login'",
                   "offered no supported AUTH mechanisms")
        self.plant("postconf -P 'smtp/unix/smtp_sasl_auth_enable=no'", "smtp_sasl_auth_enable")
        self.assert_sound()

    def test_tls(self):
        self.plant("postconf -X smtp_sasl_tls_security_options", "noplaintext",
                   "No worthy mechs found")
        self.plant("postconf -e 'smtp_sasl_tls_verified_security_options = noplaintext'",
                   "smtp_sasl_tls_verified_security_options")
        self.plant("postconf -e 'smtp_tls_security_level = may'", "is may", verdict="warning")
        self.plant("postconf -e 'smtp_tls_security_level = may' "
                   "'smtp_sasl_security_options = noanonymous'", "in clear")
        self.postfix.must("postconf -X smtp_sasl_security_options")
        self.plant("postconf -X smtp_tls_security_level", "is none")
        self.plant("postconf -e 'smtp_tls_CAfile = /etc/ssl/none.crt'", "/etc/ssl/none.crt")
        self.plant("postconf -X smtp_tls_CAfile", "CAfile")
        self.lose_certificates()
        self.plant("postconf -e 'smtp_use_tls = yes'", "smtp_use_tls", verdict="warning")
        self.plant("postconf -e 'smtp_tls_wrappermode = yes'", "port 587")

    def test_tls_as_the_account_sets_it(self):
        self.postfix.must(f"echo 'tls_smtp = implicit' >>/etc/tokend/accounts/{ALICE}.conf")
        found, = [each for each in self.look() if "smtp_tls_wrappermode" in each["found"]]
        self.assert_says(found["found"], "is no", "port 587")
        self.assert_says(found["mend"], "smtp_tls_wrappermode = yes")

    def lose_certificates(self):
        """No other bundle is there: what is set already is no fix."""
        bundle = "/etc/ssl/certs/ca-certificates.crt"
        self.machine.run("mv", bundle, f"{bundle}.away")
        found, = [each for each in doctor.faults(self.look(), "postfix")
                  if bundle in each["found"]]
        self.assertNotIn("postconf", found["mend"])
        self.assertIn("postfix reload", found["mend"])
        doctor.fix(self.machine, found, {
            "apt-get": lambda line: self.machine.run("mv", f"{bundle}.away", bundle)})
        self.assert_mail_leaves()

    def change(self, command):
        """Again until it is so long after the last reload that doctor can tell; the finding."""
        def found():
            self.postfix.must(command)
            return doctor.warnings(self.look(), "postfix")
        return waiting.until(found, waiting.LIMIT, "a reload that was forgotten")[0]

    def test_a_forgotten_reload(self):
        for name, command in (("main.cf", "postconf -e 'smtp_tls_loglevel = 1'"),
                              ("master.cf", "postconf -P 'smtp/unix/smtp_tls_loglevel=1'")):
            with self.subTest(name):
                found = self.change(command)
                self.assert_says(found["found"], f"{name} was changed")
                self.assertEqual(found["mend"], '"postfix reload".')
                doctor.fix(self.machine, found)
                self.wait_reloaded()
        found = self.change("touch /etc/postfix/main.cf /etc/postfix/master.cf")
        self.assert_says(found["found"], "main.cf and master.cf were changed")
        self.postfix.must("postfix stop && postfix start")
        self.wait_reloaded()

    def test_what_is_stopped_needs_no_reload(self):
        self.change("touch /etc/postfix/main.cf")
        self.postfix.must("postfix stop")
        self.assertEqual(doctor.warnings(self.look(), "postfix"), [])

    def test_logs_that_would_have_tokens(self):
        self.plant("postconf -F 'smtp/unix/command=smtp -v'", "-v", "token")
        self.plant("postconf -e 'debug_peer_list = gmail.com'", "debug_peer_list", "token")
        self.assert_sound()
