# SPDX-License-Identifier: BSD-2-Clause
"""Power lost at any moment of a refresh: what the disk may then hold is a store.

One refresh is traced; after each of its calls the disk is what POSIX allows (support/power.py), and
must have the old or the new refresh token whole. Then tokend runs on what was found.
"""

import os
import shutil

from support import filetrace, power
from support.case import MAILBOX
from support.refresher import Refresher


class PowerCut(Refresher):
    """One refresh, its events, and the store before and after."""

    def setUp(self):
        super().setUp()
        self.token()  # so that there is an old one of each file
        self.before = self.store()
        status, answer = self.refresh(*filetrace.OPTIONS)
        self.assertEqual((status, answer["code"]), (0, "ok"))
        self.after = self.store()
        self.events = filetrace.Trace(self.trace, self.stage.state).events

    def store(self):
        """{"credentials/alice@...": content} of all files."""
        found = {}
        for folder, _, names in os.walk(self.stage.state):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, self.stage.state)] = file.read()
        return found

    def cuts(self, events):
        """(events done, disk) at the beginning and after each event that changes something."""
        disk = power.Disk(self.before)
        yield 0, disk
        for done, event in enumerate(events, 1):
            disk.do(event)
            if event.kind in power.CHANGES or event.kind in ("request", "reply"):
                yield done, disk

    def verdicts(self, folder, listings):
        """What each of the listings means: old, new, or what it is else."""
        place = f"{folder}/{MAILBOX}"
        known = {self.before[place]: "old", self.after[place]: "new"}
        return {known.get(names.get(MAILBOX), "lost" if MAILBOX not in names else "damaged")
                for names in listings}

    def broken(self, events):
        """What a power cut would break, a sentence each; none is what is promised."""
        kinds = [event.kind for event in events]
        found = []
        for done, disk in self.cuts(events):
            when = f"after {events[done - 1] if done else 'nothing'}"
            tokens = self.verdicts("credentials", disk.after_power_cut("credentials"))
            asked = "request" in kinds[:done]
            allowed = {"old", "new"} if asked else {"old"}
            if "reply" in kinds[:done] or "new" in self.verdicts(
                    "cache", disk.after_power_cut("cache")):
                allowed = {"new"}
            if not tokens <= allowed:
                found.append(f"{when}: the refresh token may be {' or '.join(sorted(tokens))}")
        return found

    def without_sync(self, *places):
        """The events of a program that does not sync these places, or none."""
        return [event for event in self.events
                if event.kind != "sync" or places and event.place not in places]

    def test_refresh_token_is_old_or_new(self):
        self.assertEqual(self.broken(self.events), [])
        disk = None
        for _, disk in self.cuts(self.events):
            pass
        self.assertEqual(self.verdicts("credentials", disk.after_power_cut("credentials")),
                         {"new"}, "in the end")

    def test_missing_sync_is_seen(self):
        """The test of the test: without these calls a power cut breaks what is promised."""
        for places in ((), (f"credentials/.{MAILBOX}.new",), ("credentials",)):
            with self.subTest(places=places):
                self.assertNotEqual(self.broken(self.without_sync(*places)), [])

    def test_access_token_before_the_refresh_token_is_seen(self):
        """The same, of the order."""
        first = [event for event in self.events if event.place.startswith("cache")]
        others = [event for event in self.events if event not in first]
        answered = [event.kind for event in others].index("receive")
        swapped = others[:answered] + first + others[answered:]
        self.assertNotEqual(self.broken(swapped), [])

    def put(self, folder, names):
        path = os.path.join(self.stage.state, folder)
        for old in os.listdir(path):
            os.unlink(os.path.join(path, old))
        for name, content in names.items():
            place = os.path.join(path, name)
            with open(place, "wb") as file:
                file.write(content)
            os.chmod(place, 0o600)
            shutil.chown(place, self.stage.uid, self.stage.gid)

    def states(self):
        """Disks to be found, each folder's listings met at least once, as ({folder: names})."""
        seen = []
        for done, disk in self.cuts(self.events):
            each = {folder: disk.after_power_cut(folder)
                    for folder in ("credentials", "cache", "state")}
            for index in range(max(map(len, each.values()))):
                some = {folder: found[index % len(found)] for folder, found in each.items()}
                if some not in seen:
                    seen.append(some)
                    yield done, some

    def test_tokend_works_on_what_is_found(self):
        """Half a cache, a state of zeros and any leftovers are as good as none."""
        store = self.provider.store
        old, new = (self.refresh_token(names) for names in (self.before, self.after))
        count = 0
        for done, some in self.states():
            count += 1
            is_new = some["credentials"][MAILBOX] == self.after[f"credentials/{MAILBOX}"]
            with self.subTest(after=str(self.events[done - 1]), credential_is_new=is_new):
                for folder, names in some.items():
                    self.put(folder, names)
                # Before the request it was not spent; after it, the one window is what it is.
                store.put_back(new if is_new else old)
                self.assertIn(self.token(), store.issued)
                done = self.note(self.stage.tokend("refresh", MAILBOX))
                self.assertEqual(done.status, 0, done.text)
                self.assertEqual(self.stored(), self.current())
                for folder in some:
                    self.assertEqual(os.listdir(os.path.join(self.stage.state, folder)),
                                     [MAILBOX], f"left in {folder}/")
        self.assertGreater(count, 20, "states of the disk")

    @staticmethod
    def refresh_token(store):
        text = store[f"credentials/{MAILBOX}"].decode()
        return next(line for line in text.splitlines()
                    if line.startswith("refresh_token=")).split("=", 1)[1]
