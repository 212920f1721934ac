# SPDX-License-Identifier: BSD-2-Clause
"""Runs unittest suites and prints TAP, which automake's driver and people read alike.

In CI a skipped test proves nothing while looking green, so with CI=true a skip is a failure,
unless the test says that the place, not the set-up, makes it impossible (allowed_skip).
"""

import collections
import os
import sys
import time
import traceback
import unittest

from support import masking

ALLOWED = "allowed everywhere: "
SLOWEST = 20


def allowed_skip(reason):
    """Skip, in CI as well: for what this kind of machine can never do."""
    raise unittest.SkipTest(ALLOWED + reason)


def tell_slowest(seconds, out=print):
    """Where the time went, as diagnostics; seconds: {module: seconds}."""
    out(f"# the slowest of {len(seconds)} modules:")
    for name in sorted(seconds, key=seconds.get, reverse=True)[:SLOWEST]:
        out(f"# {seconds[name]:7.1f} s  {name}")


def run(suite, stream=None, in_ci=None):
    """Run a suite; returns whether all is well."""
    if in_ci is None:
        in_ci = os.environ.get("CI") == "true"
    result = TapResult(stream or sys.stdout, in_ci)
    result.begin()
    suite.run(result)
    result.end()
    return result.failed == 0


class TapResult(unittest.TestResult):
    """Prints each test as it ends; the plan comes last, as fixtures can fail outside any test."""

    def __init__(self, stream, in_ci):
        super().__init__(stream)
        self._out = stream
        self._in_ci = in_ci
        self._number = 0
        self._current = None
        self._problems = []
        self._skip_reason = None
        self._started = 0.0
        self._seconds = collections.Counter()
        self.passed = self.failed = self.skipped_count = 0

    def begin(self):
        self._print("TAP version 13")

    def end(self):
        self._print(f"1..{self._number}")
        self._print(f"# {self.passed} passed, {self.failed} failed, {self.skipped_count} skipped")
        if len(self._seconds) > 1:
            tell_slowest(self._seconds, self._print)

    def startTest(self, test):
        super().startTest(test)
        self._current = test
        self._started = time.monotonic()

    def stopTest(self, test):
        super().stopTest(test)
        self._close(test, time.monotonic() - self._started)
        self._current, self._problems, self._skip_reason = None, [], None

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._skip_reason = reason
        self._close_if_outside(test)

    def addError(self, test, err):
        super().addError(test, err)
        self._add_problem(test, err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._add_problem(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._add_problem(test, err, f"in {subtest._subDescription()}")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._problems.append("passed, but was expected to fail")

    def _add_problem(self, test, err, where=""):
        kind, error, where_raised = err
        told = "".join(traceback.format_exception(kind, error, _below_unittest(where_raised)))
        self._problems.append(f"{where}\n{told}".strip())
        if hasattr(test, "diagnostics"):
            self._problems.append(test.diagnostics())
        self._close_if_outside(test)

    def _close_if_outside(self, test):
        """A fixture of a module or class has no start and stop: it is a test of its own."""
        if self._current is None:
            self._close(test, 0.0)
            self._problems, self._skip_reason = [], None

    def _close(self, test, seconds):
        self._number += 1
        self._seconds[test.id().split(".")[0]] += seconds
        name = f"{self._number} - {test.id().removeprefix('test_').replace('#', 'No. ')}"
        if self._problems:
            self.failed += 1
            self._print(f"not ok {name}")
        elif self._skip_reason is None:
            self.passed += 1
            self._print(f"ok {name}")
        elif self._in_ci and not self._skip_reason.startswith(ALLOWED):
            self.failed += 1
            self._print(f"not ok {name}")
            self._problems = [f"left out, which CI does not accept: {self._skip_reason}"]
        else:
            self.skipped_count += 1
            self._print(f"ok {name} # SKIP {self._skip_reason}")
        for problem in self._problems:
            for line in problem.splitlines():
                self._print(f"# {line}")
        self._print(f"# {seconds:.1f} s")

    def _print(self, line):
        print(masking.mask(line), file=self._out, flush=True)


def _below_unittest(frames):
    """Without the frames of unittest itself, in front: they tell nothing, and hide the rest."""
    while frames is not None and "__unittest" in frames.tb_frame.f_globals:
        frames = frames.tb_next
    return frames
