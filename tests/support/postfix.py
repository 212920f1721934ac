# SPDX-License-Identifier: BSD-2-Clause
"""A private Postfix instance: own configuration, queue, data and log, only the services needed.

`master` is started directly, in a process group of its own. The `postfix` command would do the
same after a second's worth of checks of a whole installation, for an instance that exists for
the length of one test.
"""

import fcntl
import glob
import grp
import os
import pwd
import re
import signal
import time
import uuid

from support import process, waiting

DAEMONS = "/usr/lib/postfix/sbin"
START_SECONDS = waiting.LIMIT
SETTLED_SECONDS = 10
RELOADED = "postfix/master.*: reload -- version"
# Postfix's own default, and what a sanitized plugin needs.
DEFAULT_IMPORT = ("MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ XAUTHORITY DISPLAY LANG=C "
                  "POSTLOG_SERVICE POSTLOG_HOSTNAME LD_PRELOAD ASAN_OPTIONS UBSAN_OPTIONS")

PRIVATE_QUEUES = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming",
                  "private", "saved", "trace")

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log/maillog
maillog_file_prefixes = {folder}/log
syslog_name = postfix
myhostname = {hostname}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
local_recipient_maps =
local_transport = error:no local delivery here
alias_maps =
alias_database =
smtp_host_lookup = native
fast_flush_domains =
biff = no
default_process_limit = 200
queue_run_delay = 1h
minimal_backoff_time = 1h
maximal_backoff_time = 1h
"""

MASTER = """
postlog   unix-dgram n  -  n  -  1   postlogd
pickup    unix  n  -  n  1s 1   pickup
cleanup   unix  n  -  n  -  0   cleanup
qmgr      unix  n  -  n  1h 1   qmgr
tlsmgr    unix  -  -  n  1000? 1 tlsmgr
rewrite   unix  -  -  n  -  -   trivial-rewrite
bounce    unix  -  -  n  -  0   bounce
defer     unix  -  -  n  -  0   bounce
trace     unix  -  -  n  -  0   bounce
showq     unix  n  -  n  -  -   showq
error     unix  -  -  n  -  -   error
retry     unix  -  -  n  -  -   error
anvil     unix  -  -  n  -  1   anvil
"""


def is_locked(path):
    """Whether a process of Postfix works on this queue file; on Linux flock(2) is its lock."""
    with open(path, "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


class Instance:
    """Base of the two kinds, see submission.py and relay.py; stop() ends it."""

    def __init__(self, folder, hostname, main, services):
        """main: more parameters as a dict; services: more lines of master.cf."""
        self.folder = folder
        self.config = os.path.join(folder, "etc")
        self.queue_directory = os.path.join(folder, "queue")
        self.log = os.path.join(folder, "log", "maillog")
        self._lay_out()
        parameters = MAIN.format(folder=folder, daemons=DAEMONS, hostname=hostname)
        parameters += "".join(f"{name} = {value}\n" for name, value in main.items())
        self.write_config("main.cf", parameters)
        self.write_config("master.cf", MASTER + services)
        self._daemon = None

    def start(self):
        """master, in the foreground; returns when it listens."""
        self._daemon = process.Background(
            [f"{DAEMONS}/master", "-c", self.config, "-d"],
            os.path.join(self.folder, "log", "master.out"), group=True)
        try:
            waiting.until(self._is_ready, START_SECONDS, f"Postfix: {self.log}")
        except BaseException:
            self.stop()
            raise

    def stop(self):
        if self._daemon is not None:
            self._daemon.stop()
            self._daemon = None

    def reload(self):
        """Make all services start afresh, as `postfix reload` does; for changed plugin settings."""
        before = len(self.log_lines(RELOADED))
        os.kill(self._daemon.pid, signal.SIGHUP)
        self.wait_log(RELOADED, count=before + 1)

    def write_config(self, name, text, mode=0o644):
        """Write a file of the instance; dated back, as Postfix waits over a second for new ones."""
        path = os.path.join(self.config, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(path, mode)
        written = time.time() - SETTLED_SECONDS
        os.utime(path, (written, written))
        return path

    def log_text(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def log_lines(self, pattern):
        """The log's lines in which the pattern is found."""
        return [line for line in self.log_text().splitlines() if re.search(pattern, line)]

    def wait_log(self, pattern, seconds=waiting.LIMIT, count=1):
        """Wait until at least count lines match and return them."""
        def enough():
            lines = self.log_lines(pattern)
            return lines if len(lines) >= count else None
        return waiting.until(enough, seconds, f"{count} log lines with {pattern!r} in {self.log}")

    def settle_log(self):
        """Wait until the log has all that was said before: a daemon writes it, line by line."""
        mark = f"mark {uuid.uuid4().hex}"
        process.must(["postlog", "-c", self.config, mark])
        self.wait_log(mark)

    def queue(self, *names):
        """Queue ids of the mail that is in these queues; that is still here at all."""
        names = names or ("incoming", "active", "deferred", "hold", "maildrop")
        return sorted(os.path.basename(path) for path in self.queue_files(*names))

    def queue_files(self, *names):
        """Paths of the mail that is in these queues."""
        return [path for name in names
                for path in glob.glob(f"{self.queue_directory}/{name}/**/*", recursive=True)
                if os.path.isfile(path)]

    def _lay_out(self):
        owner, group = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
        os.mkdir(self.folder)
        os.chmod(self.folder, 0o755)
        for name in ("etc", "log", "queue", "queue/pid"):
            self._make(name, 0o755, -1, -1)
        self._make("data", 0o700, owner, -1)
        for name in PRIVATE_QUEUES:
            self._make(f"queue/{name}", 0o700, owner, -1)
        self._make("queue/public", 0o2710, owner, group)
        self._make("queue/maildrop", 0o1730, owner, group)

    def _make(self, name, mode, owner, group):
        path = os.path.join(self.folder, name)
        os.mkdir(path)
        os.chown(path, owner, group)
        os.chmod(path, mode)

    def _is_ready(self):
        self._daemon.require_running()
        return "daemon started" in self.log_text()
