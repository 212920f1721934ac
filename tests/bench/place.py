# SPDX-License-Identifier: BSD-2-Clause
"""What every part of the benchmark stands on: the host program, module folders, one account."""

import os
import shutil
import subprocess
import tempfile

from support import process
from support.provider import Provider
from support.user_home import UserHome

HERE = os.path.dirname(os.path.abspath(__file__))
MAILBOX = "bench@example.org"
CLIENT = "bench-client"


class Row:
    """One line of the table; over: a bar that the value may not exceed, or None."""

    def __init__(self, what, value, bar=None, unit=""):
        self.what, self.value, self.bar, self.unit = what, value, bar, unit

    @property
    def holds(self):
        return self.bar is None or self.value <= self.bar

    def __str__(self):
        value = f"{self.value:.2f}" if isinstance(self.value, float) else str(self.value)
        bar = "" if self.bar is None else f"<= {self.bar}"
        return (f"{self.what:<58}{value + ' ' + self.unit:>14}{bar:>12}"
                f"{'' if self.holds else '   MISSED'}")


class Place:
    """A stage with the host program in it, a provider, and a user with a home."""

    def __init__(self, stage):
        self.stage = stage

    def __enter__(self):
        self.stage.reset()
        self.folder = tempfile.mkdtemp(prefix="bench-", dir=self.stage.prefix)
        os.chmod(self.folder, 0o755)
        self.host = os.path.join(self.folder, "host")
        subprocess.run(["cc", "-O2", "-o", self.host, os.path.join(HERE, "host.c"), "-lsasl2"],
                       check=True)
        self.provider = Provider()
        self.provider.store.register(CLIENT)
        self.provider.store.token_length = 1500     # between Google's and Microsoft's
        # As deep as /home/user: a lookup costs by the folder.
        self.home = UserHome(self.stage, below=tempfile.gettempdir())
        self.modules = {"PLAIN": self.stage.sasl_path("plain", ours=False),
                        "XOAUTH2": self.stage.sasl_path()}
        self.modules["none"] = os.path.join(self.folder, "none")
        os.mkdir(self.modules["none"])
        return self

    def __exit__(self, *_):
        self.home.remove()
        self.provider.stop()
        self.stage.reset()
        shutil.rmtree(self.folder, ignore_errors=True)

    def sign_in(self, home=None, **more):
        """The account in the user's home, or in the system's scope open to that user."""
        keys = {"token_endpoint": self.provider.token_endpoint, "client_id": CLIENT,
                "hosts": "localhost", **more}
        if home is None:
            keys["allow"] = f"{self.home.uid} postfix"
        owner = home or self.stage
        owner.write_account(MAILBOX, **keys)
        token = self.provider.store.authorise(CLIENT, MAILBOX)
        done = owner.tokend("login", "--refresh-token-stdin", MAILBOX, stdin=token + "\n")
        if done.status != 0:
            raise RuntimeError(done.text)

    def run_host(self, *words, wrapper=(), **options):
        """As the user; its standard output as a list of words."""
        options = {"env": {"HOME": self.home.home}, "uid": self.home.uid, **options}
        return process.must([*wrapper, self.host, *words], **options).stdout.split()
