# SPDX-License-Identifier: BSD-2-Clause
"""In the place of tokend-worker: one that does a certain job waits until it is let through.

So a test sees how many come before any of them has done anything, however slow the machine is.
"""

import os

SCRIPT = """#!/bin/sh
for name; do :; done
if [ "$1" = '{job}' ] && [ -p '{folder}'/"$name" ]; then
	: >'{folder}'/"$name.came"
	: <'{folder}'/"$name"
fi
exec '{program}' "$@"
"""


class Turnstile:
    """For a stage whose accounts have names without a slash; remove() lets all through."""

    def __init__(self, stage, job, accounts):
        self._place = stage.worker_path
        self._program = stage.worker_path + ".behind"
        self._folder = stage.path("turnstile")
        self._writers = []
        self._accounts = list(accounts)
        os.mkdir(self._folder)
        os.chmod(self._folder, 0o777)
        for name in self._accounts:
            os.mkfifo(self._gate(name))
            os.chmod(self._gate(name), 0o644)
        os.rename(self._place, self._program)
        with open(self._place, "w", encoding="utf-8") as script:
            script.write(SCRIPT.format(job=job, folder=self._folder, program=self._program))
        os.chmod(self._place, 0o755)

    def came(self):
        """The accounts whose worker has come, let through or not."""
        return [name for name in self._accounts if os.path.exists(f"{self._gate(name)}.came")]

    def let_through(self, name):
        self._writers.append(os.open(self._gate(name), os.O_RDWR))

    def remove(self):
        for name in self._accounts:
            self.let_through(name)
        os.rename(self._program, self._place)
        for writer in self._writers:
            os.close(writer)
        for name in os.listdir(self._folder):
            os.unlink(os.path.join(self._folder, name))
        os.rmdir(self._folder)

    def _gate(self, name):
        return os.path.join(self._folder, name)
