# SPDX-License-Identifier: BSD-2-Clause
"""What `tokend serve` renews by itself, where other accounts, providers and disks fail beside it."""

import contextlib
import fcntl
import os
import threading
import time

from support import faults, process, tap, waiting
from support.case import IntegrationCase

CROWD = 40
BROKEN = 8
LIFETIME = 20  # seconds: renewed after half of that
RENEWALS = 2
PROVIDER_MOST = 8  # workers at a time (RUNNING_WORKERS_PROVIDER)
SECRET = "a secret of robots"
FIRST_PAUSE = 5


class Counted:
    """A good answer that takes a moment; how many were in hand at most at one time."""

    def __init__(self, seconds):
        self._seconds = seconds
        self._lock = threading.Lock()
        self._now = 0
        self.most = 0

    def __call__(self, exchange):
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        exchange.provider.stopping.wait(self._seconds)
        with self._lock:
            self._now -= 1
        return False


class RenewalCase(IntegrationCase):
    def start_robots_provider(self):
        provider = self.start_provider(lifetime=1)
        provider.store.register("robot", secret=SECRET, user="robot@example.org")
        return provider

    def write_robot(self, provider, name):
        """An account that has had a token, whose life is over or will soon be."""
        self.stage.write_account(name, **self.account_keys(
            provider, grant="client_credentials", client_id="robot", client_secret=SECRET))
        self.token(name)

    def renew_in_time(self, provider, seconds):
        """Wait for renewals, with a token that is good at each look; tells of each missing one."""
        begun = len(provider.store.issued)

        def have_come():
            issued = provider.store.issued
            self.assertTrue(provider.store.introspect(issued[-1])["active"],
                            f"no token is left after {len(issued) - begun} renewals")
            return len(issued) >= begun + RENEWALS
        waiting.until(have_come, seconds, "renewals", step=0.1)


class Beside(RenewalCase):
    """One good account, and others around it in the alphabet that keep workers busy."""

    def setUp(self):
        super().setUp()
        self.good = self.start_robots_provider()
        self.bad = self.start_robots_provider()

    def write_crowd(self, count):
        for number in range(count):
            self.write_robot(self.bad, f"{'a' if number % 2 else 'z'}{number:02}@example.org")

    def write_good(self):
        self.good.store.lifetime = LIFETIME
        self.write_robot(self.good, "m@example.org")

    def test_forty_accounts_at_a_silent_provider(self):
        self.write_crowd(CROWD)
        self.bad.fault(faults.silent)
        self.write_good()
        self.start_serve()
        waiting.until(lambda: self.bad.count > CROWD, waiting.LIMIT,
                      "requests to the silent provider")
        self.renew_in_time(self.good, 4 * LIFETIME)
        # Those of the good one come and go.
        self.assertLessEqual(process.count_running(self.stage.worker_path), PROVIDER_MOST + 2)

    def break_credentials(self, name):
        path = os.path.join(self.stage.state, "credentials", name)
        with open(path, "w", encoding="ascii") as out:
            out.write("tokend-cred")
        os.chmod(path, 0o600)
        return path

    def count_starts(self):
        """A stand-in that notes who is started for, and becomes the worker."""
        real, log = self.stage.worker_path + ".real", os.path.join(self.folder, "starts")
        os.rename(self.stage.worker_path, real)
        self.addCleanup(os.rename, real, self.stage.worker_path)
        with open(log, "w", encoding="ascii"):
            os.chmod(log, 0o666)
        with open(self.stage.worker_path, "w", encoding="ascii") as script:
            script.write(f'#!/bin/sh\nfor a; do :; done\necho "$a" >>{log}\nexec {real} "$@"\n')
            os.chmod(script.fileno(), 0o755)

        def starts(name):
            with open(log, encoding="ascii") as file:
                return file.read().split("\n").count(name)
        return starts

    def outlive(self, running, names, starts, *says):
        """The good account is renewed; the others are tried ever less, with a line each."""
        begun = time.monotonic()
        self.renew_in_time(self.good, 4 * LIFETIME)
        passed, tries = time.monotonic() - begun, 1
        while FIRST_PAUSE * (2 ** tries - 1) < passed + FIRST_PAUSE:
            tries += 1
        for name in names:
            self.assertLessEqual(starts(name), tries, f"tries of {name} in {passed} s")
            lines = [line for line in running.output().split("\n") if f'"{name}"' in line]
            self.assertEqual(len(lines), 1, lines)
            self.assert_says(lines[0], *says)

    def test_eight_accounts_with_broken_credentials(self):
        names = [f"a{number}@example.org" for number in range(BROKEN)]
        for name in names:
            self.sign_in(self.bad, name)
            self.bad.store.lifetime = 1
            self.token(name)
            self.break_credentials(name)
        self.write_good()
        starts = self.count_starts()
        self.outlive(self.start_serve(), names, starts, "credentials", "tried again in 5 s")

    def test_mended_credentials_are_tried_at_once(self):
        self.sign_in(self.bad, "a@example.org")
        self.bad.store.lifetime = 1
        self.token("a@example.org")
        self.bad.store.lifetime = LIFETIME
        path = os.path.join(self.stage.state, "credentials", "a@example.org")
        os.rename(path, path + ".kept")
        self.break_credentials("a@example.org")
        running = self.start_serve()
        waiting.until(lambda: "a@example.org" in running.output(), waiting.LIMIT,
                      "the first failure")
        before = self.bad.count
        os.rename(path + ".kept", path)
        waiting.until(lambda: self.bad.count > before, waiting.LIMIT, "a renewal")

    def test_eight_accounts_that_cannot_be_locked(self):
        """As on a disk that is full: nothing of theirs can be made."""
        names = [f"a{number}@example.org" for number in range(BROKEN)]
        for name in names:
            self.write_robot(self.bad, name)
        self.write_good()
        before = self.bad.count
        for name in names:
            lock = os.path.join(self.stage.state, "lock", name)
            os.unlink(lock)
            os.mkdir(lock, 0o700)
        starts = self.count_starts()
        self.outlive(self.start_serve(), names, starts, "lock")
        self.assertEqual(self.bad.count, before)
        for name in names:
            os.rmdir(os.path.join(self.stage.state, "lock", name))
        self.bad.store.lifetime = 3600
        waiting.until(lambda: self.bad.count >= before + BROKEN, waiting.LIMIT, "all to be renewed")

    def test_full_disk(self):
        """Each account is told of once; with room again all are renewed."""
        self.require_root()
        self.write_crowd(BROKEN)
        names = [name.removesuffix(".conf") for name in
                 os.listdir(os.path.join(self.stage.config, "accounts"))]
        self.move_state_to_a_small_disk()
        filler = os.path.join(self.stage.state, "filler")
        with open(filler, "wb", buffering=0) as out, contextlib.suppress(OSError):
            while True:
                out.write(bytes(4096))
        before = self.bad.count
        self.bad.store.lifetime = 3600
        starts = self.count_starts()
        running = self.start_serve()
        waiting.until(lambda: all(starts(name) > 1 for name in names), waiting.LIMIT,
                      "second tries")
        for name in names:
            self.assertIn(f'"{name}"', running.output())
        self.assertEqual(self.bad.count, before)
        os.unlink(filler)
        waiting.until(lambda: self.bad.count == before + BROKEN, waiting.LIMIT, "all to be renewed")
        for name in names:
            told = [line for line in running.output().splitlines()
                    if f'"{name}"' in line and ": renewed: " not in line]
            self.assertEqual(len(told), 1, running.output())

    def move_state_to_a_small_disk(self):
        kept = os.path.join(self.folder, "kept")
        process.must(["cp", "-a", self.stage.state, kept])
        done = process.run(["mount", "-t", "tmpfs", "-o", "size=2m,mode=0700,"
                            f"uid={self.stage.uid},gid={self.stage.gid}", "tokend-renewal",
                            self.stage.state])
        if done.status != 0:
            tap.allowed_skip(f"no file system can be mounted here: {done.text.strip()}")
        self.addCleanup(process.must, ["umount", "--lazy", self.stage.state])
        process.must(["cp", "-a", f"{kept}/.", self.stage.state])

    def test_account_file_that_cannot_be_read(self):
        """A FIFO, a huge file, a folder, nonsense: each is a line, and the round goes on."""
        place = os.path.join(self.stage.config, "accounts")
        os.mkfifo(os.path.join(place, "a1@example.org.conf"), 0o640)
        with open(os.path.join(place, "a2@example.org.conf"), "wb") as out:
            out.truncate(1 << 33)
        os.mkdir(os.path.join(place, "a3@example.org.conf"))
        self.stage.write_account("a4@example.org", nonsense="yes")
        self.write_good()
        running = self.start_serve()
        self.renew_in_time(self.good, 4 * LIFETIME)
        for number in range(1, 5):
            lines = [line for line in running.output().split("\n")
                     if f"a{number}@example.org" in line and "serving: " not in line]
            self.assertEqual(len(lines), 1, lines)


class Night(RenewalCase):
    """All tokens have expired while nothing ran."""

    def test_all_are_renewed_a_few_at_a_time(self):
        provider = self.start_robots_provider()
        for number in range(CROWD):
            self.write_robot(provider, f"robot{number}@example.org")
        provider.store.lifetime = 3600
        provider.forget_requests()
        counted = Counted(0.5)
        provider.fault(counted)
        self.start_serve()
        waiting.until(lambda: provider.count >= CROWD, waiting.LIMIT,
                      lambda: f"{provider.count} renewals")
        self.assertEqual(provider.count, CROWD)
        self.assertLessEqual(counted.most, PROVIDER_MOST)

    def test_held_locks_cost_no_place(self):
        """Accounts that something else works on, before the one that is due."""
        provider = self.start_robots_provider()
        names = [f"a{number:02}@example.org" for number in range(2 * PROVIDER_MOST)]
        for name in [*names, "z@example.org"]:
            self.write_robot(provider, name)
        provider.store.lifetime = 3600
        before = provider.count
        with contextlib.ExitStack() as held:
            for name in names:
                lock = held.enter_context(open(os.path.join(self.stage.state, "lock", name), "rb"))
                fcntl.flock(lock, fcntl.LOCK_EX)
            self.start_serve()
            waiting.until(lambda: provider.count > before, waiting.LIMIT, "the renewal")
        waiting.until(lambda: provider.count == before + 1 + len(names), waiting.LIMIT,
                      "all others")
