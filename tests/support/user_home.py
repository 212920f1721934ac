# SPDX-License-Identifier: BSD-2-Clause
"""A person on the machine: a uid, a home folder, accounts of their own, and nothing else.

The uid needs no passwd entry; what a user's own scope rests on is HOME, XDG_* and ownership.
"""

import os
import shutil
import tempfile

from support import process, waiting
from support.stage import account_text

FIRST_UID = 20001
CONFIG = ".config/tokend"
STATE = ".local/state/tokend"


class UserHome:
    """Below the stage, as the way to a home must be open to its owner; remove() ends it.

    below: another folder that everybody may enter.
    """

    def __init__(self, stage, uid=FIRST_UID, below=None):
        self.stage = stage
        self.uid = uid if os.geteuid() == 0 else os.geteuid()
        self.gid = self.uid
        self.home = tempfile.mkdtemp(prefix="home-", dir=below or stage.prefix)
        self._own(self.home, 0o700)
        self.accounts = self.make_folder(CONFIG, "accounts")
        self.state = os.path.join(self.home, STATE)
        self.runtime = self.make_folder("runtime")

    def remove(self):
        shutil.rmtree(self.home, ignore_errors=True)

    def make_folder(self, *parts):
        """A folder below the home, 0700 as all between, owned by the user."""
        path = self.home
        for part in os.path.join(*parts).split("/"):
            path = os.path.join(path, part)
            if not os.path.isdir(path):
                os.mkdir(path)
                self._own(path, 0o700)
        return path

    def write(self, relative, content, mode=0o600):
        """A file of the user's, below the home."""
        path = os.path.join(self.home, relative)
        with open(path, "wb") as out:
            out.write(content.encode() if isinstance(content, str) else content)
        self._own(path, mode)
        return path

    def write_account(self, name, **keys):
        return self.write(f"{CONFIG}/accounts/{name}.conf", account_text(keys))

    def environment(self, sasl_path=None, **more):
        return {"HOME": self.home, "SASL_PATH": sasl_path or self.stage.sasl_path(), **more}

    def run(self, argv, *, stdin=None, env=None, sasl_path=None, timeout=waiting.LIMIT):
        """Run a program as this user, with this home and nothing of ours in the environment."""
        return process.run(argv, stdin=stdin, uid=self.uid, gid=self.gid, cwd=self.home,
                           timeout=timeout, env=self.environment(sasl_path, **(env or {})))

    def tokend(self, *args, stdin=None, env=None, timeout=waiting.LIMIT):
        return self.run([self.stage.tokend_path, *args], stdin=stdin, env=env, timeout=timeout)

    def _own(self, path, mode):
        os.chmod(path, mode)
        os.chown(path, self.uid, self.uid if os.geteuid() == 0 else -1)
