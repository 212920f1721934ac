"""Faults of a Postfix: planted, named by the doctor, mended as it says, and the mail leaves."""

import re

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
        self._mended = None

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

    def plant(self, command, *words, verdict="fault", code="config"):
        """command plants it; words are what the finding has to name.

        That a mend has worked the next look shows, and at the end of the test assert_sound.
        """
        with self.subTest(command):
            self.postfix.must(command)
            found = [each for each in self.look() if each["check"] == "postfix"
                     and each["verdict"] in ("fault", "odd")]
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
            doctor.mend(self.machine, named[0])
            self._mended = named[0]["found"]
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
        self.assert_sound()

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
        self.assert_sound()


class Entries(DoctorPostfixCase):
    """What the password map has for a relay, and the account that it names."""

    def entry(self, line):
        return f"echo '{line}' >{PASSWORDS}"

    def test_entries(self):
        self.plant(self.entry(f"smtp.gmail.com:587 {ALICE}:tokend"), "no entry",
                   "but one for smtp.gmail.com:587", f"for {RELAY} ")
        self.plant(self.entry(f"{RELAY} {ALICE}:a-password-of-alice"), "none of tokend's words")
        self.plant(self.entry(f"{RELAY} {ALICE}:/etc/tokens/{ALICE}"), "path")
        self.plant(self.entry(f"{RELAY} {ALICE}:bearer:"), "empty")
        self.plant(self.entry(f"smtp.gmail.com {ALICE}:tokend") + " && postconf -e "
                   "'relayhost = [smtp.gmail.com]:465'", "port 465")
        self.postfix.set(relayhost=RELAY, smtp_tls_wrappermode="no")
        self.plant(f"postmap hash:{PASSWORDS} && postconf -e 'smtp_sasl_password_maps = "
                   f"hash:{PASSWORDS}' && touch -d '1 hour ago' {PASSWORDS}.db",
                   "changed since it was compiled")
        self.plant(f"rm {PASSWORDS}.db", "never compiled")
        self.assert_sound()

    def test_accounts(self):
        conf = f"/etc/tokend/accounts/{ALICE}.conf"
        self.plant(f"sed -i '/^allow/d' {conf}", "may not use it", code="denied")
        self.plant(f"echo 'hosts = imap.gmail.com' >>{conf}", "is not for smtp.gmail.com",
                   code="host")
        self.postfix.must(f"mv {conf} /root/")
        found, = doctor.faults(self.look(), "postfix")
        self.assertEqual(found["code"], "no-account")
        doctor.mend(self.machine, found, {
            "tokend login": lambda line: self.postfix.must(f"mv /root/{ALICE}.conf {conf}")})
        self.assert_sound()
        self.assert_mail_leaves()

    def test_entries_by_sender(self):
        self.plant(f"echo 'alice@example.org {ALICE}:tokend' >>{PASSWORDS}",
                   "smtp_sender_dependent_authentication")
        self.machine.write("/etc/postfix/relays", "bob@example.org [smtp.office365.com]:587\n")
        self.postfix.set(sender_dependent_relayhost_maps="texthash:/etc/postfix/relays")
        self.log_in("bob@example.com", provider="microsoft", tenant="example.com",
                    allow="postfix")
        self.postfix.reload()
        found, = doctor.faults(self.look(), "postfix")
        self.assert_says(found["found"], "no entry", "[smtp.office365.com]:587",
                         "sender_dependent_relayhost_maps")
        doctor.mend(self.machine, found)
        self.assert_sound_of(ALICE, "bob@example.com")
        self.assert_mail_leaves(sender="bob@example.org")
        self.assertIn(("XOAUTH2", "bob@example.com"), self.submission.logins())

    def assert_sound_of(self, *accounts):
        said = " ".join(each["found"] for each in self.assert_sound()
                        if each["check"] == "postfix")
        self.assert_says(said, *accounts)


class Others(DoctorPostfixCase):
    """Relays with passwords beside tokend's, and more than one Postfix."""

    def test_a_password_beside_an_open_filter(self):
        self.machine.write("/etc/postfix/transport", "example.net smtp:[mail.example.net]:587\n")
        self.write_entry(f"{RELAY} {ALICE}:tokend",
                         "[mail.example.net]:587 bob:a-password-of-bob")
        self.postfix.set(transport_maps="texthash:/etc/postfix/transport",
                         smtp_sasl_mechanism_filter="xoauth2, plain")
        found, = [each for each in doctor.faults(self.look(), "postfix")
                  if "[mail.example.net]:587" in each["found"]]
        self.assertNotIn("a-password-of-bob", str(found))
        doctor.mend(self.machine, found, {"smtp-password:": lambda text: self.machine.write(
            "/etc/postfix/transport", f"example.net {text}\n")})
        self.postfix.set(smtp_sasl_mechanism_filter="xoauth2")
        self.assert_sound()
        self.assert_mail_leaves()

    def test_every_instance_is_looked_at(self):
        self.postfix.must("postmulti -e init && postmulti -I postfix-second -e create")
        folder = "/etc/postfix-second"
        for name, value in {**RECIPE, "smtp_sasl_auth_enable": "no"}.items():
            self.postfix.must(f"postconf -c {folder} -e '{name} = {value}'")
        self.postfix.must("postmulti -i postfix-second -e enable")
        found, = doctor.faults(self.look(), "postfix")
        self.assertIn(f"Postfix in {folder}", found["found"])
        self.assertIn(f"postconf -c {folder}", found["mend"])
        self.postfix.must(re.search('"([^"]+)"', found["mend"])[1])
        self.assertEqual(doctor.faults(self.look(), "postfix"), [])

    def test_environment(self):
        self.postfix.must("postconf -e \"import_environment = $(postconf -dh import_environment) "
                          "SASL_PATH=/none TOKEND_CONFIG_DIR=/none\"")
        found = self.look()
        self.assertTrue([each for each in doctor.faults(found, "postfix")
                         if "SASL_PATH" in each["found"]])
        self.assertTrue([each for each in doctor.odd(found, "postfix")
                         if "TOKEND_CONFIG_DIR" in each["found"]])
