# SPDX-License-Identifier: BSD-2-Clause
"""Relays, password maps and accounts of a Postfix: faults found, fixed, and the mail leaves."""

import re

from support import doctor
from support.doctor_case import PASSWORDS, RECIPE, RELAY
from support.doctor_postfix_case import DoctorPostfixCase
from support.machine_case import ALICE


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

    def test_two_lines_for_a_relay(self):
        """postmap -q only warns; the daemons open no such table. What is tokend's stays."""
        self.plant(f"printf '%s\\n' '{RELAY} {ALICE}:tokend' '{RELAY} {ALICE}:a-password' "
                   f">{PASSWORDS}", "two lines for one relay", "line 2", "opens no such table")
        self.assertEqual(self.machine.read(PASSWORDS), f"{RELAY} {ALICE}:tokend\n")
        self.assert_sound()
        self._mended = None
        self.plant(f"printf '%s\\n' '{RELAY} {ALICE}:a-password' '{RELAY} {ALICE}:tokend' "
                   f">{PASSWORDS}", "two lines for one relay")
        self.assertEqual(self.machine.read(PASSWORDS), f"{RELAY} {ALICE}:tokend\n")
        self.assert_sound()

    def test_two_lines_in_a_compiled_map(self):
        """Every type that Postfix compiles: it keeps the first, and warned only once."""
        mine, other = f"{RELAY} {ALICE}:tokend", f"{RELAY.upper()}\n   {ALICE}:a-password"
        types = [kind for kind in ("hash", "btree", "lmdb", "cdb")
                 if kind in self.postfix.must("postconf -m").split()]
        self.assertIn("lmdb", types)
        for kind in types:
            for lines, verdict, count in (((mine, other), "warning", "line 1 counts"),
                                          ((other, mine), "fault", "line 1 counts, which is not")):
                text = "\\n".join(lines).replace("\n", "\\n")
                self.plant(f"postconf -e 'smtp_sasl_password_maps = {kind}:{PASSWORDS}' && "
                           f"printf '{text}\\n' >{PASSWORDS} && postmap {kind}:{PASSWORDS}",
                           "two lines for one relay", count, verdict=verdict)
                self.assertEqual(self.machine.read(PASSWORDS), mine + "\n")
                self.assert_sound()
                self._mended = None

    def test_postmap_was_forgotten(self):
        """Tables of senders and aliases are compiled, too."""
        for name in ("smtp_generic_maps", "sender_canonical_maps", "alias_maps"):
            tool = "postalias" if name == "alias_maps" else "postmap"
            path = f"/etc/postfix/{name}"
            self.machine.write(path, "nobody: root\n" if tool == "postalias"
                               else "nobody@example.org alice@gmail.com\n")
            self.plant(f"{tool} hash:{path} && postconf -e '{name} = hash:{path}' && "
                       f"touch -d '1 hour ago' {path}.db", name, "changed since it was compiled")
            self.assert_sound()

    def test_relayhost_in_another_form(self):
        """One finding, and one command: relayhost is wrong, and not the map."""
        for form in ("smtp.gmail.com", "smtp.gmail.com:587", "[smtp.gmail.com]"):
            self.plant(f"postconf -e 'relayhost = {form}' && postfix reload", "no entry",
                       f"but one for {RELAY}")
            self.assertEqual(self.postfix.must("postconf -h relayhost").strip(), RELAY)
            self.assertEqual(self.machine.read(PASSWORDS), f"{RELAY} {ALICE}:tokend\n")
            self.assert_sound()

    def test_relayhost_that_has_an_entry(self):
        self.plant(f"echo '[smtp.gmail.com] {ALICE}:tokend' >{PASSWORDS} && "
                   "postconf -e 'relayhost = [smtp.gmail.com]'", "without the port",
                   verdict="warning")
        self.assertEqual(self.postfix.must("postconf -h relayhost").strip(), RELAY)
        self.plant("postconf -e 'relayhost = smtp.gmail.com:587' && "
                   f"echo 'smtp.gmail.com {ALICE}:tokend' >{PASSWORDS}", "without brackets",
                   verdict="warning")
        self.assertEqual(self.machine.read(PASSWORDS), f"smtp.gmail.com {ALICE}:tokend\n")
        self.assert_sound()

    def test_names_near_an_account(self):
        for name in (f"<{ALICE}>", f'"{ALICE}"', "alcie@gmail.com", "alice@example.org"):
            self.plant(self.entry(f"{RELAY} {name}:tokend"), "which is not there", ALICE,
                       code="no-account")
            self.assertEqual(self.machine.read(PASSWORDS), f"{RELAY} {ALICE}:tokend\n")
        self.assert_sound()

    def test_accounts(self):
        conf = f"/etc/tokend/accounts/{ALICE}.conf"
        self.plant(f"sed -i '/^allow/d' {conf}", "may not use it", code="denied")
        self.plant(f"echo 'hosts = imap.gmail.com' >>{conf}", "is not for smtp.gmail.com",
                   code="host")
        self.postfix.must(f"mv {conf} /root/")
        found, = doctor.faults(self.look(), "postfix")
        self.assertEqual(found["code"], "no-account")
        doctor.fix(self.machine, found, {
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
        doctor.fix(self.machine, found)
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
        doctor.fix(self.machine, found, {"smtp-password:": lambda text: self.machine.write(
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
        self.assertTrue([each for each in doctor.warnings(found, "postfix")
                         if "TOKEND_CONFIG_DIR" in each["found"]])
