#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Counts the results in TAP files: tally.py FILE...

Prints "PASSED FAILED SKIPPED", then what the files say about each failure. Understands TAP as a
program printed it, and automake's .log files, which are that with the driver's own lines added.
A file that is not there has no results.
"""

import os
import re
import sys
from pathlib import Path

ABOUT_ONE_TEST = 60
WITHOUT_A_TEST = 40
DRIVERS_OWN = re.compile(r"(PASS|FAIL|SKIP|ERROR): ")


class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.told = []

    def add(self, path):
        lines = Path(path).read_text(errors="replace").splitlines()
        failures = [i for i, line in enumerate(lines) if re.match(r"not ok\b|Bail out!", line)]
        for line in lines:
            if re.match(r"ok\b", line):
                skip = re.search(r"# SKIP\b", line)
                self.skipped += bool(skip)
                self.passed += not skip
        self.failed += len(failures)
        for i in failures:
            self.told += self._about(lines, i)
        # The driver's word on a program that crashed, was silent or told less than it planned.
        if not failures and any(line.startswith("ERROR: ") for line in lines):
            self.failed += 1
            self.told += lines[-WITHOUT_A_TEST:]

    @staticmethod
    def _about(lines, i):
        told = [lines[i]]
        for line in lines[i + 1:i + ABOUT_ONE_TEST]:
            if re.match(r"(not )?ok\b|1\.\.\d", line):
                break
            if not DRIVERS_OWN.match(line):
                told.append(line)
        return told


def main():
    tally = Tally()
    for path in filter(os.path.exists, sys.argv[1:]):
        tally.add(path)
    print(tally.passed, tally.failed, tally.skipped)
    print("".join(f"{line}\n" for line in tally.told), end="")


if __name__ == "__main__":
    main()
