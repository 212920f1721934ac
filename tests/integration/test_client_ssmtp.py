# SPDX-License-Identifier: BSD-2-Clause
"""sSMTP with our patch, by its page: a mail goes out by a token, from a setgid program.

The source cannot be part of this tree. Where it is not to be had, this skips, also in CI.
"""

import os
import re
import shutil
import tempfile

from support import recipe, ssmtp, stage, tap
from support.machine_case import ALICE, MachineCase
from support.tunnel import start_unit

MAIL = "From: alice@gmail.com\nTo: bob@example.org\nSubject: hello\n\nIt works.\n"
CONFIG = "/etc/ssmtp/ssmtp.conf"
SHARE = "/usr/share/tokend/ssmtp"
OTHER_NAME = "mail.example.net"
LONG_TOKEN = 6000


class Patched(MachineCase):
    """The source is unpacked, and built by the first test; it is fixed in none."""

    place = source = None

    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.mkdtemp(prefix="ssmtp-", dir=stage.shared().prefix)
        cls.addClassCleanup(shutil.rmtree, cls.place)
        cls.source = ssmtp.unpack(cls.place)

    def setUp(self):
        if self.source is None:
            tap.allowed_skip("Debian has no source of ssmtp at hand, and SSMTP_SOURCE names none")
        super().setUp()
        self.start_providers()
        self.person = self.add_person()
        self.submission_count = 0
        self.machine.do(os.makedirs, os.path.dirname(SHARE))
        self.machine.do(os.symlink, os.path.join(stage.source_folder(), "contrib/ssmtp"), SHARE)
        self.machine.unpack("ssmtp")
        self.results = recipe.follow(recipe.Page("ssmtp").under("The patch"), self.machine,
                                     self.person, {
            "patch": self._patch, "./configure": self._build, "make": self._build,
            "install -g": self._build, "tokend login": self._log_in})
        self.assert_sent("XOAUTH2")

    def _patch(self, line, run):
        if not os.path.exists(f"{self.source}/sasl.c"):
            return self._build(line, run)
        return None

    def _build(self, line, run):
        return run(line, cwd=self.source, timeout=ssmtp.BUILD_SECONDS)

    def _log_in(self, line, _):
        self.log_in(allow=re.search(r"--set allow=(\S+)", line)[1])
        serve = self.stage.serve()
        self.machine.do(serve.__enter__)
        self.addCleanup(self.machine.do, serve.__exit__, None, None, None)

    def configure(self, **keys):
        """Keys of ssmtp.conf in place of the page's; None takes one out."""
        lines = [line for line in self.machine.read(CONFIG).splitlines()
                 if line.split("=")[0] not in keys]
        lines += [f"{key}={value}" for key, value in keys.items() if value is not None]
        self.machine.write(CONFIG, "\n".join(lines) + "\n")

    def send(self, options="-v"):
        return self.person.sh(f"/usr/sbin/ssmtp {options} bob@example.org", stdin=MAIL)

    def assert_sent(self, mechanism):
        """One mail more has arrived, by this mechanism."""
        self.submission_count += 1
        self.assertIn(b"It works.", self.submission.wait_mails(self.submission_count)[-1])
        self.assertEqual(self.submission.logins()[-1], (mechanism, ALICE))

    def assert_refused(self, *parts):
        """No mail goes; the reason is on standard error, the mail in dead.letter."""
        done = self.send()
        self.assertNotEqual(done.status, 0, done.text)
        self.assert_says(done.stderr, *parts)
        self.assertIn("It works.", self.person.read("dead.letter"))
        self.submission.wait_mails(self.submission_count)
        return done

    def test_both_mechanisms_and_a_token_longer_than_its_buffer(self):
        self.configure(SASLMechanisms="oauthbearer,xoauth2")
        self.provider.store.token_length = LONG_TOKEN
        self.succeed(self.machine.sh(f"tokend refresh {ALICE}"))
        done = self.succeed(self.send())
        sent = int(re.search(r"\[->\] \((\d+) bytes of AUTH\)", done.stderr)[1])
        self.assertGreater(sent, LONG_TOKEN)
        self.assert_sent("XOAUTH2")
        self.configure(SASLMechanisms="oauthbearer")
        self.succeed(self.send())
        self.assert_sent("OAUTHBEARER")

    def test_debugging_shows_no_secret(self):
        """The evidence of every test is searched for tokens; AuthPass is searched for here."""
        self.configure(Debug="YES", AuthPass=f"tokend:{ALICE}")
        done = self.succeed(self.send("-v -d"))
        self.assert_sent("XOAUTH2")
        self.assertNotIn(f"tokend:{ALICE}", done.text)

    def test_certificate_is_verified(self):
        self.machine.name(OTHER_NAME)
        self.configure(MailHub=f"{OTHER_NAME}:587")
        self.assertNotIn("AUTH", self.assert_refused(OTHER_NAME, "not who it says").stderr)
        self.configure(TLSVerify="NO", MailHub="smtp.gmail.com:587")
        self.succeed(self.send())
        self.assert_sent("XOAUTH2")
        self.configure(TLSVerify="YES", TLSCAFile=self.other_authority().certificate)
        self.assert_refused("smtp.gmail.com", "not who it says")

    def test_no_token_without_tls(self):
        plain = self.machine.do(self.start_submission, self.dovecot, starttls=False,
                                auth_without_tls=True)
        self.configure(MailHub=f"smtp.gmail.com:{plain.port}", UseTLS=None, UseSTARTTLS=None)
        self.assert_refused("cannot log in at smtp.gmail.com")
        self.assertEqual(plain.logins(), [])

    def test_refusals_say_why(self):
        self.configure(SASLMechanisms="gssapi")
        self.assert_refused("offers no mechanism", "XOAUTH2", "SASLMechanisms=GSSAPI")
        self.configure(SASLMechanisms="xoauth2")
        self.provider.refuse_logins = True
        self.assert_refused("smtp.gmail.com refused the login of alice@gmail.com by XOAUTH2: 535")
        self.provider.store.withdraw(ALICE)
        self.assert_refused("invalid_grant", f"tokend login {ALICE}")

    def test_without_the_group_there_is_no_token(self):
        """A person who runs it by another copy, that is not setgid, gets nothing."""
        self.succeed(self.machine.sh("cp /usr/sbin/ssmtp /usr/local/bin/mine && "
                                     "chmod 755 /usr/local/bin/mine && chmod 644 "
                                     f"{CONFIG} && chmod 755 /etc/ssmtp"))
        done = self.person.sh("/usr/local/bin/mine bob@example.org", stdin=MAIL)
        self.assertNotEqual(done.status, 0)
        self.submission.wait_mails(self.submission_count)

    def test_setup_makes_the_same_of_what_debian_has(self):
        before = "# Debian's\nroot=postmaster\nmailhub=mail\nAuthPass=old\nRemotePort = 25\n"
        self.machine.write(CONFIG, before, 0o640)
        self.machine.run("chgrp", "mail", CONFIG)
        self.machine.run("rm", "/etc/tokend/plugin.conf")
        account = f"/etc/tokend/accounts/{ALICE}.conf"
        self.machine.write(account, self.machine.read(account).replace("allow = @mail\n", ""))
        self.succeed(self.machine.sh(f"tokend setup --yes ssmtp {ALICE}"))
        self.succeed(self.send())
        self.assert_sent("XOAUTH2")
        done = self.succeed(self.machine.sh(f"tokend setup ssmtp {ALICE}"))
        self.assert_says(done.stdout, "nothing to do")
        self.succeed(self.machine.sh("tokend setup --yes --undo ssmtp"))
        self.assertEqual(self.machine.read(CONFIG), before)
        self.assertFalse(self.machine.exists("/etc/tokend/plugin.conf"))


class Unpatched(MachineCase):
    """Debian's own binary, as it is, by the tunnel."""

    def setUp(self):
        super().setUp()
        self.start_providers()
        self.person = self.add_person()
        self.machine.unpack("ssmtp")
        page = recipe.Page("ssmtp")
        if Patched.source is None:
            recipe.leave_out(page.under("The patch"))
        self.results = recipe.follow(page.under("Unpatched"), self.machine, self.person, {
            "tokend login": lambda *_: self.log_in(),
            "systemctl": lambda line, _: start_unit(
                self, self.person, line, "/etc/systemd/system")})

    def test_sends(self):
        self.assertIn(b"It works.", self.submission.wait_mails(1)[0])
        self.assertEqual(self.submission.logins(), [("XOAUTH2", ALICE)])

    def test_shows_why_it_cannot(self):
        self.provider.refuse_logins = True
        done = self.person.sh("/usr/sbin/ssmtp bob@example.org", stdin=MAIL)
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.text, "535", "refused the login of alice@gmail.com")

    def test_another_password_is_refused(self):
        text = self.machine.read(CONFIG)
        self.machine.write(CONFIG, re.sub("AuthPass=.*", "AuthPass=wrong", text))
        done = self.person.sh("/usr/sbin/ssmtp bob@example.org", stdin=MAIL)
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.text, "535", "not the tunnel's")
        self.submission.wait_mails(1)

    def test_setup_is_for_the_patched_one(self):
        done = self.machine.sh(f"tokend setup --yes ssmtp {ALICE}")
        self.assertEqual(done.status, 78)
        self.assert_says(self.note(done).stderr, "/usr/sbin/ssmtp", "patch", "tunnel")
