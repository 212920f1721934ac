# SPDX-License-Identifier: BSD-2-Clause
"""What the demo prints: a line for each step as it happens, then what there is to see, masked."""

import contextlib
import os
import sys
import textwrap
import time

from support import masking

WIDTH = 80
STEP_WIDTH = 68
INDENT = "    "


def say(text="", end="\n"):
    """Print at once. A reader who has gone (`| head`) is no reason to leave anything running."""
    try:
        print(text, end=end, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def step(what):
    """One line: what is done, and when it is done, how it went."""
    begun = time.monotonic()
    say(f"{what} ".ljust(STEP_WIDTH, "."), end=" ")
    try:
        yield
    except KeyboardInterrupt:
        say("stopped")
        raise
    except BaseException:
        say("FAILED")
        raise
    say(f"ok {time.monotonic() - begun:5.1f} s")


def show(*pieces):
    """Texts of files or programs, each a pair of title and lines; long lines are folded."""
    for title, lines in pieces:
        say()
        _fold(title, "  ")
        say()
        for line in lines:
            _fold(masking.mask(line), INDENT)
    say()


def tail(title, text, count):
    """The last lines of something that may tell why a step failed."""
    if lines := text.rstrip("\n").splitlines()[-count:]:
        show((title, lines))


def _fold(line, indent):
    for part in textwrap.wrap(line, WIDTH, initial_indent=indent, subsequent_indent=indent * 2,
                              break_on_hyphens=False) or [""]:
        say(part)
