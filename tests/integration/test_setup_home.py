# SPDX-License-Identifier: BSD-2-Clause
"""`tokend setup` as root with the HOME of another user, as `sudo -E` and `su -m` leave it."""

import os
import re
import stat

from support.machine_case import ALICE, MachineCase

PROGRAMS = ("aerc", "fetchmail", "getmail", "git", "mbsync", "msmtp", "mutt", "offlineimap")
OURS = "# root's own\naccount default\nhost smtp.gmail.com\nfrom alice@gmail.com\n"


class OthersHome(MachineCase):
    """Root and alice have an account each; the home is alice's."""

    def setUp(self):
        super().setUp()
        self.start_providers()
        self.alice = self.add_person()
        self.log_in()
        self.log_in(person=self.alice)
        self.before = self.list_home()

    def list_home(self):
        """All files and folders of alice's home, with owner, mode and time of change."""
        done = self.machine.sh(f"find {self.alice.home} -printf '%p %U %m %t\\n' | sort; "
                               "ls -dl /root/.*rc /root/.config /root/.gitconfig 2>&1; :")
        return self.succeed(done).stdout

    def set_up(self, *words, **env):
        return self.note(self.machine.sh(f"tokend setup --yes {' '.join(words)}",
                                         env={"HOME": self.alice.home, **env}))

    def test_nothing_is_changed(self):
        for program in PROGRAMS:
            for words in ((program, ALICE), ("--undo", program)):
                with self.subTest(" ".join(words)):
                    done = self.set_up(*words)
                    self.assertEqual(done.status, 78, done.text)
                    self.assert_says(done.stderr, "which belongs to alice and not to root",
                                     "nothing was changed")
        self.assertEqual(self.list_home(), self.before)

    def test_what_it_says_to_type(self):
        """Each of the two commands does it in the files of the one that it is said to be for."""
        text = self.set_up("msmtp").stderr
        for command, owner, path in zip(re.findall(r'su - .*?"[^"]*"', text), (self.alice.uid, 0),
                                        (f"{self.alice.home}/.msmtprc", "/root/.msmtprc")):
            with self.subTest(command):
                self.succeed(self.machine.sh(command.replace("setup ", "setup --yes ")))
                found = self.machine.do(os.lstat, path)
                self.assertEqual((found.st_uid, stat.S_IMODE(found.st_mode)), (owner, 0o600))

    def test_a_link_of_the_users(self):
        """~/.config/msmtp leads to a folder of root's, by XDG_CONFIG_HOME or --config."""
        self.machine.write("/root/msmtp/config", OURS, 0o600)
        config = f"{self.alice.home}/.config"
        self.succeed(self.alice.sh("ln -s /root/msmtp ~/.config/msmtp"))
        for words, env in ((("msmtp", ALICE), {"XDG_CONFIG_HOME": config}),
                           (("--config", f"{config}/msmtp/config", "msmtp", ALICE), {})):
            with self.subTest(" ".join(words)):
                done = self.set_up(*words, HOME="/root", **env)
                self.assertEqual(done.status, 78, done.text)
                self.assert_says(done.stderr, f"belongs to uid {self.alice.uid}")
                self.assertEqual(self.machine.read("/root/msmtp/config"), OURS)

    def test_the_report(self):
        """doctor --report: as root not into a folder that another user may exchange."""
        path = f"{self.alice.home}/report.txt"
        done = self.machine.sh(f"tokend doctor --report {path}")
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.stderr, "tokend doctor --report -")
        self.assertFalse(self.machine.exists(path))
        self.succeed(self.machine.sh("tokend doctor --report /tmp/report.txt", timeout=120))

    def test_no_advice_to_remove_what_is_alices(self):
        """Her account is none of root's, whatever HOME says."""
        done = self.machine.sh("tokend doctor", env={"HOME": self.alice.home}, timeout=120)
        self.assertNotIn(f"{self.alice.home}/.config/tokend/accounts", done.text)
