# SPDX-License-Identifier: BSD-2-Clause
"""Mail to root, such as cron's, leaves the machine as all other mail does: setup, page, doctor."""

import re

from support import process, recipe, waiting
from support.doctor_postfix_case import DoctorPostfixCase
from support.machine_case import ALICE
from support.machine_postfix import start_tokend
from support.postfix_page import PostfixPage
from support.setup_postfix_case import SetupPostfixCase

ALIASES = "/etc/aliases"
# As Debian's package configures it: root@relay.example.net is delivered on the machine.
LOCAL = {"myorigin": "/etc/mailname", "alias_maps": f"hash:{ALIASES}",
         "alias_database": f"hash:{ALIASES}",
         "mydestination": "$myhostname, localhost.localdomain, localhost"}
CRON_JOB = "MAILTO=root\n@reboot root echo said by cron\n"
CRON_SECONDS = waiting.LIMIT


def deliver_locally(machine, postfix, aliases="postmaster: root\n"):
    machine.write("/etc/mailname", "relay.example.net\n")
    machine.write(ALIASES, aliases)
    postfix.set(**LOCAL)
    postfix.must("newaliases")


class Setup(SetupPostfixCase):
    def setUp(self):
        super().setUp()
        deliver_locally(self.machine, self.postfix)
        self.settle()

    def assert_no_alias_is_offered(self):
        self.assertNotIn(f"+++ {ALIASES}", self.setup_postfix("--dry-run").stdout)

    def test_cron_and_sendmail_root(self):
        done = self.set_up()
        self.assert_says(done.stdout, ALIASES, f"+root: {ALICE}", "postalias")
        start_tokend(self)
        self.start_postfix()
        self.postfix.must("sendmail root", stdin="Subject: by hand\n\nHello.\n")
        self.assertIn(b"by hand", self.submission.wait_mails(1)[0])
        self.machine.write("/etc/cron.d/report", CRON_JOB)
        cron = self.machine.do(process.Background, ["cron", "-f"], self.stage.path("log/cron.log"))
        self.addCleanup(cron.stop)
        waiting.until(lambda: len(self.submission.mails()) == 2, CRON_SECONDS,
                      lambda: f"cron's mail:\n{self.postfix.log()[-3000:]}")
        mail = next(each for each in self.submission.mails() if b"said by cron" in each)
        self.assertIn(f"X-Original-To: {ALICE}".encode(), mail)
        self.assertEqual(set(self.submission.logins()), {("XOAUTH2", ALICE)})

    def test_there_and_back(self):
        self.set_up()
        self.assertIn("postfix: nothing to do", self.set_up().stdout)
        self.succeed(self.setup_postfix("--undo", "--yes"))
        self.assertEqual(self.machine.read(ALIASES), "postmaster: root\n")
        self.assertNotEqual(self.machine.sh(f"postalias -q root hash:{ALIASES}").status, 0)

    def test_an_alias_of_roots_own_stays(self):
        for line in ("root: admin@example.org", 'Root : "|/bin/cat"', '"root": bob'):
            with self.subTest(line):
                self.machine.write(ALIASES, f"{line}\n")
                self.assert_no_alias_is_offered()

    def test_an_alias_in_another_table_stays(self):
        self.machine.write("/etc/aliases.local", "root: admin@example.org\n")
        self.machine.sh("postalias hash:/etc/aliases.local")
        self.postfix.set(alias_maps=f"hash:{ALIASES}, hash:/etc/aliases.local")
        self.assert_no_alias_is_offered()

    def test_an_alias_by_address_stays(self):
        self.postfix.set(virtual_alias_maps="inline:{ { root@relay.example.net = a@example.org } }")
        self.assert_no_alias_is_offered()

    def test_an_alias_for_another_user(self):
        """As Debian's installer writes it; who that is may read mail on the machine."""
        deliver_locally(self.machine, self.postfix, "root: games\n")
        done = self.set_up()
        said = " ".join(done.stdout.split())
        self.assertNotIn(f"+++ {ALIASES}", done.stdout)
        self.assert_says(said, "goes to games")
        self.machine.sh(re.search(r'"(echo .*?)"', said)[1])
        self.machine.sh(re.search(r'"(postalias .*?)"', said)[1])
        start_tokend(self)
        self.start_postfix()
        self.postfix.must("sendmail root", stdin="Subject: by hand\n\nHello.\n")
        self.assertIn(b"by hand", self.submission.wait_mails(1)[0])

    def test_forward_file(self):
        self.machine.write("/root/.forward", "admin@example.org\n")
        self.assert_no_alias_is_offered()

    def test_root_is_not_of_this_machine(self):
        """example.org takes mail for its own root, perhaps."""
        self.machine.write("/etc/mailname", "example.org\n")
        self.assert_no_alias_is_offered()

    def test_without_the_file(self):
        self.machine.run("rm", ALIASES)
        said = " ".join(self.set_up().stdout.split())
        self.assertIn(f"echo 'root: {ALICE}' >{ALIASES}", said)
        self.assertFalse(self.machine.exists(ALIASES))


class OnThePage(PostfixPage):
    def test_typed(self):
        deliver_locally(self.machine, self.postfix)
        self.start_postfix()
        page = recipe.Page("postfix")
        self.follow(page, "Google", "Mail to root", "systemd")
        recipe.leave_out(page.blocks)
        self.postfix.must(f"sendmail -f {ALICE} root", stdin="Subject: by hand\n\nHello.\n")
        self.assertIn(f"X-Original-To: {ALICE}".encode(), self.submission.wait_mails(1)[0])


class Doctor(DoctorPostfixCase):
    def test_without_an_alias(self):
        deliver_locally(self.machine, self.postfix)
        self.postfix.reload()
        self.plant("true", "root has no alias", "/var/mail/root", verdict="warning")
        self.assert_sound()
        self.assert_mail_leaves(recipient="root")

    def test_an_alias_for_another_user(self):
        deliver_locally(self.machine, self.postfix, "root: admin\nadmin: games\n")
        self.postfix.reload()
        self.plant("true", "mail to root goes to games", "/var/mail/games", verdict="warning")
        self.assert_sound()
        self.assert_mail_leaves(recipient="root")

    def test_aliases_of_other_kinds(self):
        deliver_locally(self.machine, self.postfix)
        for alias in ("root", "root@relay.example.net"):
            with self.subTest(alias):
                self.postfix.set(virtual_alias_maps=f"inline:{{ {{ {alias} = {ALICE} }} }}")
                self.postfix.reload()
                self.wait_reloaded()

    def test_a_table_that_was_never_made(self):
        deliver_locally(self.machine, self.postfix)
        self.machine.run("rm", f"{ALIASES}.db")
        told, = [each for each in self.look()
                 if each["check"] == "postfix" and each["verdict"] == "unknown"]
        self.assert_says(told["found"], "alias", f"{ALIASES}.db")
