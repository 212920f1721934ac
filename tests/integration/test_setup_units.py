# SPDX-License-Identifier: BSD-2-Clause
"""`tokend setup` turns on the units that answer and renew, and --undo turns off what it turned on."""

import os

from support import process, systemd, waiting
from support.machine_case import ALICE
from support.setup_postfix_case import MASTER, SetupPostfixCase

ALL = set(systemd.UNITS)
SPAWNED = "/tokend-serve"  # alone: postconf(1) folds a line that is long
ENABLE = "enable --now tokend-postfix.socket tokend.socket tokend.service"


class SetupUnits(SetupPostfixCase):
    """Debian's default Postfix, on a machine that runs systemd."""

    def setUp(self):
        super().setUp()
        self.systemd = systemd.StandIn(self.machine)

    def undo(self):
        done = self.succeed(self.setup_postfix("--undo", "--yes"))
        self.settle()
        return done

    def test_on_and_off(self):
        before = self.files()
        shown = self.succeed(self.setup_postfix("--dry-run"))
        self.assertIn(f"then: /usr/bin/systemctl {ENABLE}\n", shown.stdout)
        self.assertEqual(self.systemd.calls(), [])
        done = self.set_up()
        self.assertIn(f"done: /usr/bin/systemctl {ENABLE}\n", done.stdout)
        self.assertEqual(self.systemd.state(), (ALL, ALL))
        self.assertNotIn(SPAWNED, self.machine.read(MASTER))
        self.assertIn("nothing to do", self.set_up().stdout)
        self.assertEqual(self.systemd.calls(), [ENABLE])
        self.undo()
        self.assertEqual(self.systemd.state(), (set(), set()))
        self.assertEqual(self.files(), before)

    def test_each_state_comes_back(self):
        """What was on stays on, in all states that the three can be in."""
        service, socket, queue = "tokend.service", "tokend.socket", "tokend-postfix.socket"
        for enabled, active in ((ALL, set()), (set(), ALL), ({socket, service}, {socket, service}),
                                ({socket}, {socket}), ({service, queue}, {socket}),
                                ({socket}, {socket, service})):
            with self.subTest(enabled=enabled, active=active):
                self.machine.run("sh", "-c", "rm -f /run/stand-in/*/*ock* /run/stand-in/*/*serv*")
                self.systemd.turn("known", *ALL)
                self.systemd.turn("enabled", *enabled)
                self.systemd.turn("active", *active)
                self.set_up()
                self.assertEqual(self.systemd.state(), (ALL, ALL))
                self.assertIn("nothing to do", self.set_up().stdout)
                self.undo()
                found = self.systemd.state()
                self.assertEqual(found[0], enabled)
                # A service that had to stop, so that a socket could join, is on again.
                self.assertEqual(found[1], active)

    def test_all_on_already(self):
        self.systemd.turn("enabled", *ALL)
        self.systemd.turn("active", *ALL)
        self.set_up()
        self.undo()
        self.assertEqual(self.systemd.calls(), [])

    def test_units_alone_were_missing(self):
        """Set up before there was systemd, or by hand."""
        self.set_up()
        self.machine.sh("rm -f /run/stand-in/enabled/* /run/stand-in/active/*")
        self.systemd.calls()
        self.assertNotIn("nothing to do", self.set_up().stdout)
        self.assertEqual(self.systemd.calls(), [ENABLE])
        self.undo()
        self.assertEqual(self.systemd.state(), (set(), set()))

    def test_it_fails(self):
        """The line to type is told; it works then, and --undo undoes that, too."""
        self.systemd.break_it()
        done = self.setup_postfix("--yes")
        self.assertEqual(done.status, 78)
        self.assert_says(done.stderr, f'"/usr/bin/systemctl {ENABLE}"', "type it again", "broken")
        self.systemd.break_it(False)
        self.machine.run("/usr/bin/systemctl", *ENABLE.split())
        self.settle()
        self.assertIn("nothing to do", self.set_up().stdout)
        self.undo()
        self.assertEqual(self.systemd.state(), (set(), set()))

    def test_another_program_uses_them(self):
        self.set_up()
        self.machine.run("cp", "-a", "/var/lib/tokend/setup/postfix.1",
                         "/var/lib/tokend/setup/sendmail.1")
        done = self.undo()
        self.assert_says(done.stdout, "sendmail is set up, too",
                         '"/usr/bin/systemctl disable --now')
        self.assertEqual(self.systemd.state(), (ALL, ALL))

    def test_another_process_listens(self):
        """A supervisor's tokend: no unit could listen there."""
        self.start_serving()
        self.set_up()
        self.assertEqual(self.systemd.calls(), [])
        self.assertNotIn(SPAWNED, self.machine.read(MASTER))

    def start_serving(self):
        paths = ("/run/tokend/socket", "/var/spool/postfix/run/tokend/socket")
        self.machine.run("mkdir", "-p", os.path.dirname(paths[1]))
        words = ["/usr/bin/tokend", "serve"]
        for path in paths:
            words += ["--socket", path]
        serving = self.machine.do(process.Background, words, self.stage.path("log/serve.log"))
        self.addCleanup(serving.stop)
        for path in paths:
            waiting.until(lambda path=path: self.machine.do(waiting.accepts, path),
                          waiting.LIMIT, path)


class WithoutUnits(SetupPostfixCase):
    """Postfix starts tokend where no unit can: no systemd, or none of our units."""

    def assert_spawns(self):
        done = self.set_up()
        self.assertIn(SPAWNED, self.machine.read(MASTER))
        self.assert_says(done.stdout, f'"tokend refresh {ALICE}" once a week')
        self.succeed(self.setup_postfix("--undo", "--yes"))

    def test_no_systemd(self):
        self.assert_spawns()

    def test_no_units(self):
        systemd.StandIn(self.machine, units=())
        self.assert_spawns()
