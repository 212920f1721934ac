# SPDX-License-Identifier: BSD-2-Clause
"""What a test's programs said and wrote, kept to be searched at its end.

For secrets, and for a place of a template that was not filled (knowledge/known.h).

The promise is "no secret in any output, log, ... argument list or foreign environment": each test
is a chance to break it, so each test is searched, not only those that are about it.
"""

import functools
import glob
import os
import re

from support import masking, stage


@functools.cache
def _place():
    """A pattern: {name} or {form:name} of those that known.h documents; not ${name}."""
    with open(os.path.join(stage.source_folder(), "tokend/knowledge/known.h"),
              encoding="utf-8") as header:
        block = header.read().split("Names, by what their values are")[1].split("*/")[0]
    names = "|".join(sorted(set(re.findall(r"[a-z_]{3,}", block))))
    return re.compile(r"(?<![$\w{])\{(?:(?:sh|ps|cf|cut):)?(?:" + names + r")\}")


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

    def unfilled(self):
        """The places of templates that a text shows."""
        place = _place()
        return [f"{match} in {name}" for name, text, _ in self._texts
                for match in place.findall(text)]


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
