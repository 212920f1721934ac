# SPDX-License-Identifier: BSD-2-Clause
"""Programs whose Nth allocation fails (fail.c).

A test of a whole run chooses allocations by place, as OpenSSL alone makes thousands: a first run
records the callers of each. Of those with the same callers one fails; and of the call chains that
lead into a library from one place of ours, a selection.
"""

import os
import struct

from support import process, stage, tap

PLACES = 65536
LOOKUP = 1
WAYS_MOST = 16
HEAD = struct.Struct("5I")


class Failing:
    """A program of which one allocation fails; `with` a folder of the test's."""

    def __init__(self, folder, program, within="", until_request=False, after_request=False):
        """program: its name. within: only what this shared object asks for.

        until_request, after_request: only what is asked for before (after) a token request.
        """
        if process.PRELOAD in os.environ:
            tap.allowed_skip("the sanitizer's allocator is not to be replaced")
        self._library = os.path.join(folder, "fail.so")
        self._map = os.path.join(folder, "fail.map")
        self._program = program
        self._within = within
        self._until_request = until_request
        self._after = {"TOKEND_FAIL_AFTER": "yes"} if after_request else {}
        source = os.path.join(stage.source_folder(), "tests", "support", "fail.c")
        process.must(["cc", "-D_GNU_SOURCE", "-O1", "-shared", "-fPIC", "-o", self._library,
                      source])

    def environment(self, number, count=1):
        """For a run in which `count` allocations fail from this one on; 0: none, which records."""
        with open(self._map, "wb") as file:
            file.truncate(HEAD.size + 8 * PLACES)
        os.chmod(self._map, 0o666)
        return {"LD_PRELOAD": self._library, "TOKEND_FAIL_PROGRAM": self._program,
                "TOKEND_FAIL_WITHIN": self._within, "TOKEND_FAIL_AT": str(number),
                "TOKEND_FAIL_FOR": str(count), "TOKEND_FAIL_MAP": self._map, **self._after}

    def _head(self):
        with open(self._map, "rb") as file:
            return HEAD.unpack(file.read(HEAD.size))

    def met(self):
        """Whether an allocation failed."""
        return self._head()[1] != 0

    def crashed(self):
        """The signal by which the program died, or 0."""
        return self._head()[2]

    def numbers(self):
        """After a run that records: the allocations of which each is to fail once."""
        count = self._head()[3] if self._until_request else min(self._head()[0], PLACES)
        with open(self._map, "rb") as file:
            file.seek(HEAD.size)
            places = list(struct.iter_unpack("2I", file.read(8 * count)))
        ways = {}
        for number, (way, ours) in enumerate(places, 1):
            if way != LOOKUP:
                ways.setdefault(ours, {}).setdefault(way, number)
        found = []
        for of_place in ways.values():
            numbers = sorted(of_place.values())
            found += numbers[::-(-len(numbers) // WAYS_MOST)]
        return sorted(found)
