# SPDX-License-Identifier: BSD-2-Clause
"""What a test's programs said and wrote, kept to be searched for secrets at its end.

The promise is "no secret in any output, log, ... argument list or foreign environment": each test
is a chance to break it, so each test is searched, not only those that are about it.
"""

import glob
import os

from support import masking


class Evidence:
    """Texts and log files; leaks() is to be asked when the programs have ended."""

    def __init__(self):
        self._texts = []
        self._files = []

    def add_text(self, name, text, may_show_response=False):
        """may_show_response: the host prints its SASL response itself (mbsync does, on failure)."""
        self._texts.append((name, text, not may_show_response))

    def add_file(self, path):
        """A log file, or a glob pattern; it may appear later."""
        self._files.append(path)

    def files(self):
        return sorted({path for pattern in self._files for path in glob.glob(pattern)
                       if os.path.isfile(path)})

    def leaks(self):
        """One line for each place where a secret stands."""
        found = [f"{label} in {name}" for name, text, encoded in self._texts
                 for label in masking.found_in(text, encoded)]
        for path in self.files():
            with open(path, encoding="utf-8", errors="replace") as log:
                found += [f"{label} in {path}" for label in masking.found_in(log.read())]
        return found


def of_running_processes():
    """Secrets in any argument list or environment on this machine, as "label in process"."""
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline") + glob.glob("/proc/[0-9]*/environ"):
        try:
            with open(path, encoding="utf-8", errors="replace") as entry:
                text = entry.read()
        except OSError:
            continue
        found += [f"{label} in {path}" for label in masking.found_in(text)]
    return found
