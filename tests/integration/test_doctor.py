# SPDX-License-Identifier: BSD-2-Clause
"""Faults of the plugin and its host: planted, named by the doctor, fixed as it says."""

import json

from support import doctor
from support.doctor_case import DoctorCase
from support.machine_case import ALICE

CRASHES = """
#include <stdlib.h>
int sasl_client_plug_init(void) { abort(); }
"""
UNRESOLVED = """
int nobody_has_this(void);
int (*sasl_client_plug_init)(void) = nobody_has_this;
"""
RIVAL = """
#include <sasl/sasl.h>
#include <sasl/saslplug.h>
static int new(void *g, sasl_client_params_t *p, void **c) { *c = 0; return SASL_OK; }
static sasl_client_plug_t list[] = {{ .mech_name = "XOAUTH2", .mech_new = new,
	.security_flags = %s }};
int sasl_client_plug_init(const sasl_utils_t *u, int max, int *version,
    sasl_client_plug_t **plugs, int *count)
{ *version = SASL_CLIENT_PLUG_VERSION; *plugs = list; *count = 1; return SASL_OK; }
"""
RUNS = """
#include <stdio.h>
__attribute__((constructor)) static void run(void) { fopen("/root/has-run", "w"); }
"""
ABOVE = "SASL_SEC_NOANONYMOUS | SASL_SEC_NOPLAINTEXT"
BELOW = "SASL_SEC_NOANONYMOUS"
LIBRARY = "/usr/lib/*/libsasl2.so.2"


class Healthy(DoctorCase):
    def test_nothing_is_wrong(self):
        self.start()
        self.assertEqual(self.look(status=0), [])
        for word in (ALICE, "--live"):
            self.assertEqual(doctor.faults(doctor.run(self.machine, word, status=0)), [])
        done = self.machine.sh("tokend doctor")
        self.assertEqual(done.status, 0, done.text)
        self.assertTrue(done.stdout.endswith("\nNo fault found.\n"), done.stdout)
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80)
        self.assert_says(done.stdout, "ok      plugin:", "XOAUTH2 at smtp.gmail.com", ALICE,
                         "Postfix reaches tokend in its jail")
        self.assert_mail_leaves()

    def test_nothing_is_changed(self):
        self.start()
        before = self.listing()
        self.look()
        self.assertEqual(self.listing(), before)

    def listing(self):
        return self.must("find /etc/tokend /var/lib/tokend /etc/postfix /usr/lib/*/sasl2"
                         " -printf '%p %m %u %T@\\n'")

    def test_a_person(self):
        self.start_providers()
        person = self.add_person()
        done = person.sh("tokend doctor --json")
        self.assertEqual(done.status, 67, done.text)
        self.assertEqual([each["check"] for each in doctor.faults(json.loads(done.stdout))],
                         ["accounts"])
        self.log_in(person=person)
        done = self.succeed(person.sh("tokend doctor --json"))
        found = json.loads(done.stdout)
        self.assertEqual(doctor.faults(found) + doctor.warnings(found), [])
        self.assert_says(done.stdout, ALICE, "switched on")

    def test_search_path_of_a_person(self):
        self.start_providers()
        person = self.add_person()
        self.log_in(person=person)
        self.must("mkdir /srv/none")
        done = person.sh("tokend doctor --json", env={"SASL_PATH": "/srv/none"})
        fault = self.one("finds none of tokend's", among=doctor.faults(json.loads(done.stdout)))
        self.assertIn("unset SASL_PATH", fault["mend"])
        self.succeed(person.sh("tokend doctor"))

    def test_usage(self):
        for line, status in (("tokend doctor a b", 64), ("tokend doctor --no", 64),
                             ("tokend doctor --help", 0), ("tokend doctor a/b", 78)):
            self.assertEqual(self.machine.sh(line).status, status, line)


class Place(DoctorCase):
    """Where the plugin is, and whether it can be loaded."""

    def setUp(self):
        super().setUp()
        self.start()
        self.folder_of_plugins = self.sasl_folder()
        self.plugin = f"{self.folder_of_plugins}/libxoauth2.so"

    def test_place(self):
        self.each(self.not_where_libsasl2_looks, self.unresolved_symbol,
                  self.ours_has_an_unresolved_symbol, self.crash, self.another_version,
                  self.second_libsasl2, self.libsasl2_of_somebody_else,
                  self.plugin_of_somebody_else)

    def not_where_libsasl2_looks(self):
        self.must(f"rm {self.plugin}")
        found = self.look()
        self.fix(self.folder_of_plugins, "finds none", among=found)
        self.assert_mail_leaves()

    def unresolved_symbol(self):
        self.compile(f"{self.folder_of_plugins}/libother.so", UNRESOLVED)
        self.fix("libother.so", "nobody_has_this", verdict="warning")

    def ours_has_an_unresolved_symbol(self):
        self.must(f"rm {self.plugin}")
        self.compile(self.plugin, UNRESOLVED + 'const char *const marker = '
                     '"libxoauth2 of the tokend project 0";')
        found = self.look(status=78)
        self.fix(self.plugin, "nobody_has_this", among=found, instead={
            "make install": lambda _: self.must(
                f"install -m 644 {self.stage.plugin_path} {self.plugin}")})
        self.assert_mail_leaves()

    def crash(self):
        other = f"{self.folder_of_plugins}/libother.so"
        self.compile(other, CRASHES)
        self.fix(other, "signal 6", "killed by signal")
        self.postfix.reload()
        self.assert_mail_leaves()

    def another_version(self):
        with open(self.stage.plugin_path, "rb") as built:
            text = built.read()
        at = text.index(b"libxoauth2 of the tokend project ")
        end = text.index(b"\0", at)
        self.must(f"rm {self.plugin}")
        self.machine.do(_write_bytes, self.plugin,
                        text[:end - 1] + b"X" + text[end:])
        self.fix("is of tokend", verdict="warning", instead={"make install": lambda _: self.must(
            f"install -m 644 {self.stage.plugin_path} {self.plugin}")})

    def second_libsasl2(self):
        real = self.must(f"readlink -f {LIBRARY}").strip()
        other = self.folder_of_plugins.replace("sasl2", "sasl3")
        self.must(f"mkdir {other} && cp {self.folder_of_plugins}/libanonymous.so {other}/")
        self.must(f"sed s,{self.folder_of_plugins},{other},g {real} > "
                  "/usr/local/lib/libsasl2.so.2")
        self.fix("/usr/local/lib/libsasl2.so.2", other, verdict="warning")


    def libsasl2_of_somebody_else(self):
        """Root must not run what others have written."""
        self.must("mkdir -p /opt/app/lib && chown daemon /opt/app")
        self.compile("/opt/app/lib/libsasl2.so.2", RUNS)
        found = doctor.run(self.machine, status=0)
        self.must("test ! -e /root/has-run && rm -r /opt/app")
        self.assertTrue([each for each in found if each["verdict"] == "unknown" and
                         "others may write to /opt/app." in each["found"]], found)

    def plugin_of_somebody_else(self):
        self.second_libsasl2_in("/srv/plugins")
        self.compile("/srv/plugins/libevil.so", RUNS)
        self.must("chmod 777 /srv/plugins")
        self.look()
        self.must("test ! -e /root/has-run && rm -r /srv/plugins /usr/local/lib/libsasl2.so.2")

    def second_libsasl2_in(self, folder):
        """A copy that looks there, as far as that is no longer than the usual folder."""
        real = self.must(f"readlink -f {LIBRARY}").strip()
        padded = folder + "/" * (len(self.folder_of_plugins) - len(folder))
        self.must(f"mkdir -p {folder} && sed s,{self.folder_of_plugins},{padded},g {real} > "
                  "/usr/local/lib/libsasl2.so.2")


class Gate(DoctorCase):
    def setUp(self):
        super().setUp()
        self.start()

    def test_gate(self):
        self.each(self.no_plugin_conf, self.no_plugin_conf_and_no_relay,
                  self.plugin_conf_is_wrong, self.plugin_conf_for_everybody)

    def no_plugin_conf(self):
        self.must("rm /etc/tokend/plugin.conf")
        self.fix("switched off", "plugin.conf")
        self.assert_mail_leaves()

    def no_plugin_conf_and_no_relay(self):
        """Exim, or a tunnel, may be all that uses the account."""
        self.must("rm /etc/tokend/plugin.conf; postconf -e 'smtp_sasl_auth_enable = no'")
        self.one("switched off", "do without", verdict="warning")
        self.stage.write_plugin_conf()
        self.must("postconf -e 'smtp_sasl_auth_enable = yes'")

    def plugin_conf_is_wrong(self):
        self.stage.write_plugin_conf("mechanism = xoauth2\n")
        found = self.one("plugin.conf:1", "mechanism")
        self.assertIn("mechanisms", found["found"])
        self.stage.write_plugin_conf("mechanisms = xoauth3\n")
        self.one("plugin.conf", "XOAUTH2, OAUTHBEARER")
        self.stage.write_plugin_conf("mechanisms = xoauth2\n")
        self.assert_healthy()

    def plugin_conf_for_everybody(self):
        self.stage.write_plugin_conf(mode=0o644)
        self.fix("may be read by others", verdict="warning")


class Rivals(DoctorCase):
    def setUp(self):
        super().setUp()
        self.start()
        self.rival = f"{self.sasl_folder()}/libsasl-rival.so"

    def test_rivals(self):
        self.each(self.one_that_wins, self.one_that_loses)

    def one_that_wins(self):
        self.compile(self.rival, RIVAL % ABOVE)
        self.postfix.reload()
        found = self.look()
        self.one("smtp.gmail.com", "not tokend's", among=found)
        self.fix(self.rival, "XOAUTH2", "before tokend's plugin", among=found)
        self.assert_mail_leaves()

    def one_that_loses(self):
        self.compile(self.rival, RIVAL % BELOW)
        self.fix(self.rival, "chooses tokend's plugin", verdict="warning")


def _write_bytes(path, data):
    with open(path, "wb") as out:
        out.write(data)
