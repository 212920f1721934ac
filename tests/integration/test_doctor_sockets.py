# SPDX-License-Identifier: BSD-2-Clause
"""Who cannot reach tokend, and what forbids it: planted, named, fixed as the doctor says."""

import os
import socket
import time

from support import doctor, process, waiting
from support.doctor_case import DoctorCase
from support.machine_postfix import QUEUE, SOCKET, start_tokend

SPAWNED = f"{QUEUE}/private/tokend"
AVC = ("type=AVC msg=audit({when}.123:456): avc:  denied  {{ {what} }} for  pid=811 "
       "comm=\"{comm}\" path=\"{path}\" dev=\"tmpfs\" ino=77 "
       "scontext=system_u:system_r:postfix_smtp_t:s0 "
       "tcontext=system_u:object_r:{type}:s0 tclass={tclass} permissive={permissive}\n")
APPARMOR = ("Nov 22 01:00:00 host kernel: [  7.1] audit: type=1400 audit({when}.001:9): "
            "apparmor=\"DENIED\" operation=\"exec\" class=\"file\" profile=\"msmtp\" "
            "name=\"/usr/bin/tokend\" pid=9 comm=\"msmtp\" requested_mask=\"x\" "
            "denied_mask=\"x\" fsuid=1000 ouid=0\n")
PROFILE = """profile msmtp /usr/bin/msmtp {
  include if exists <local/usr.bin.msmtp>
}
"""
POLICY = "/etc/selinux/targeted/policy/policy.33"


class Sockets(DoctorCase):

    def test_nobody_listens(self):
        self.start(serves=False)
        self.fix("finds no socket of tokend in its jail", QUEUE, code="later")
        self.assert_mail_leaves()

    def test_postfix_is_stopped(self):
        """Whatever else its sockets may seem to say."""
        self.start(serves=False)
        self.fix("finds no socket", code="later")
        self.postfix.stop()
        self.fix("/etc/postfix does not run", code="later")
        self.assert_mail_leaves()

    def test_a_socket_that_was_left(self):
        self.start(serves=False)
        self.must(f"mkdir -p {os.path.dirname(SOCKET)}")
        self.machine.do(_leave, SOCKET)
        found = self.one(SOCKET, "left over", code="later")
        self.assertIn(f'"rm {SOCKET}"', found["mend"])
        start_tokend(self)
        self.assert_healthy()
        self.assert_mail_leaves()

    def test_a_socket_that_was_left_before_spawn(self):
        """One that answers is found all the same."""
        self.start(serves=False)
        self.fix("finds no socket", code="later")
        self.must(f"mkdir -p {os.path.dirname(SOCKET)}")
        self.machine.do(_leave, SOCKET)
        self.assert_healthy()
        self.assert_mail_leaves()

    def test_modes(self):
        self.start()
        folder = os.path.dirname(SOCKET)
        for command, barrier in ((f"chmod 600 {SOCKET}", SOCKET), (f"chmod 700 {folder}", folder)):
            with self.subTest(command):
                self.must(command)
                self.fix(f"{barrier} keeps it out", code="denied")
        self.assert_mail_leaves()

    def test_spawn_that_starts_nothing(self):
        self.start(serves=False)
        self.must("postconf -M 'tokend/unix=tokend unix - n n - 0 spawn user=daemon "
                  "argv=/usr/bin/true'")
        self.postfix.reload()
        self.fix(SPAWNED, "gives no answer", code="later")
        self.assert_mail_leaves()

    def test_socket_that_a_removed_line_has_left(self):
        self.start(serves=False)
        self.must("postconf -M 'tokend/unix=tokend unix - n n - 0 spawn user=tokend "
                  "argv=/usr/libexec/tokend-serve --stdio'")
        self.postfix.reload()
        waiting.until(lambda: self.machine.exists(SPAWNED), waiting.LIMIT, SPAWNED)
        self.must("postconf -MX tokend/unix")
        self.postfix.reload()
        if not self.machine.exists(SPAWNED):
            self.machine.do(_leave, SPAWNED)
        self.fix(SPAWNED, "no process", code="later")
        self.assert_mail_leaves()

    def plant_listener(self):
        """A tokend of another user's, in a folder that all may write to."""
        self.start(serves=False)
        folder = os.path.dirname(SOCKET)
        self.must(f"mkdir -p {folder}; chmod 777 {folder}")
        log = os.path.join(self.folder, "stranger")
        serving = self.machine.do(process.Background, [
            "/usr/bin/tokend", "serve", "--socket", SOCKET], log, uid=self.stage.uid)
        self.addCleanup(self.machine.do, serving.stop)
        waiting.until(lambda: self.machine.exists(SOCKET), waiting.LIMIT, "the socket")
        return folder

    def test_another_user_listens(self):
        folder = self.plant_listener()
        doctor.fix(self.machine, self.one(f"no socket below {folder}", "others may write to it"))
        found = self.one(f"uid {self.stage.uid} listens", code="config")
        self.assertIn("end it", found["mend"])
        self.assertNotIn("listener_uid", str(found))
        # A tokend that may be reached otherwise is not kept from anybody by it.
        self.must("postconf -M 'tokend/unix=tokend unix - n n - 0 spawn user=tokend "
                  "argv=/usr/libexec/tokend-serve --stdio'")
        self.postfix.reload()
        self.assert_healthy()
        self.assert_mail_leaves()

    def test_another_user_listens_where_plugin_conf_says(self):
        self.plant_listener()
        self.stage.write_plugin_conf("socket = run/tokend/socket\n")
        found = self.one(f"uid {self.stage.uid} listens", code="config")
        self.assertIn("Only if it is your tokend", found["mend"])
        self.stage.write_plugin_conf("socket = run/tokend/socket\n"
                                     f"listener_uid = {self.stage.uid}\n")
        self.assert_healthy()

    def test_out_of_the_jail(self):
        self.start(serves=False)
        self.must("postconf -F smtp/unix/chroot=n")
        self.postfix.reload()
        self.one("no socket of tokend outside of a jail", code="later")
        start_tokend(self)
        self.assert_healthy()
        self.assert_mail_leaves()


class Denials(DoctorCase):

    def setUp(self):
        super().setUp()
        self.start()
        self.now = int(time.time()) - 60

    def test_denials(self):
        self.each(self.selinux_label, self.selinux_lets_through,
                  self.words_of_a_log_get_into_no_command, self.old_and_foreign_lines,
                  self.apparmor, self.selinux)

    def avc(self, **keys):
        values = {"when": self.now, "what": "connectto", "comm": "smtp", "path": SOCKET,
                  "type": "unconfined_service_t", "tclass": "unix_stream_socket", "permissive": 0}
        self.machine.write("/var/log/audit/audit.log", AVC.format(**{**values, **keys}), 0o600)

    def selinux(self):
        self.avc()
        found = self.one("SELinux denies smtp", "connectto", SOCKET, code="denied")
        first, second = found["mend"].split('"')[1:4:2]
        self.assertEqual(first, "ausearch -m avc -c smtp --raw | audit2allow -M tokend-local")
        self.assertEqual(second, "semodule -i tokend-local.pp")
        # There is no SELinux here: what semodule leaves behind is a new policy.
        self.machine.write(POLICY, "")
        self.assert_healthy()

    def selinux_label(self):
        path = "/usr/lib/libxoauth2.so"
        self.avc(what="read", path=path, type="user_home_t", tclass="file")
        found = self.one("{ read }", path, code="denied")
        self.assertIn(f'"restorecon -Rv {path}"', found["mend"])
        self.machine.write(path, "")  # as a new label does, it changes the inode
        self.assert_healthy()

    def selinux_lets_through(self):
        self.avc(permissive=1)
        self.one("permissive", verdict="warning")

    def apparmor(self):
        self.must("rm /var/log/audit/audit.log")
        self.machine.write("/var/log/kern.log", APPARMOR.format(when=self.now))
        self.machine.write("/etc/apparmor.d/usr.bin.msmtp", PROFILE)
        old = self.now - 1000
        self.must(f"mkdir -p /etc/apparmor.d/local; find /etc/apparmor.d -exec touch -d @{old} "
                  "{} +")
        loaded = []
        self.fix("AppArmor", "msmtp", "/usr/bin/tokend", code="denied",
                  instead={"apparmor_parser": loaded.append})
        self.assertEqual(loaded, ["apparmor_parser -r /etc/apparmor.d/usr.bin.msmtp"])
        self.assertEqual(self.machine.read("/etc/apparmor.d/local/usr.bin.msmtp"),
                         "/usr/bin/tokend PUx,\n")

    def words_of_a_log_get_into_no_command(self):
        self.avc(path="/run/tokend/$(reboot)", comm="a;reboot", type="tmp_t", tclass="file")
        self.assertNotIn("reboot", self.one("SELinux", code="denied")["mend"])

    def old_and_foreign_lines(self):
        self.avc(when=self.now - 8 * 86400)
        self.assert_healthy()
        self.avc(path="/run/other/socket")
        self.assert_healthy()


def _leave(path):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
    os.chmod(path, 0o666)
