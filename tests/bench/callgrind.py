# SPDX-License-Identifier: BSD-2-Clause
"""Instruction counts: the same whatever else the machine is doing."""

import re

from support import process


def instructions(place, function, *words, **options):
    """Instructions within function (and all that it calls) in one run of the host."""
    done = process.must(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
         f"--toggle-collect={function}", place.host, *words],
        **{"uid": place.home.uid, "env": {"HOME": place.home.home}, **options})
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])
