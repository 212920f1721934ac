# SPDX-License-Identifier: BSD-2-Clause
"""What it costs a program to have the plugin loaded: beside PLAIN, and beside no plugin."""

import os
import statistics
import time

from bench.callgrind import instructions
from bench.place import Row

ROUNDS = 41
OBJECT_BAR = 1
DIRTY_BAR = 60
INSTRUCTION_BAR = 1.5


def rows(place):
    place.home.make_folder(".config/tokend", "accounts")
    place.home.write_account("idle", client_id="x", hosts="*",
                             token_endpoint="http://127.0.0.1:9/")
    yield Row("load: instructions in sasl_client_init, against PLAIN",
              instruction_ratio(place), INSTRUCTION_BAR)
    yield Row("load: time of a whole process, against PLAIN", _times(place))
    dirty, objects = zip(*(_memory(place, name) for name in ("none", "PLAIN", "XOAUTH2")))
    yield Row("load: private dirty memory more than with no plugin", dirty[2] - dirty[0],
              DIRTY_BAR, "kB")
    yield Row("load: the same for PLAIN", dirty[1] - dirty[0], None, "kB")
    yield Row("load: shared objects more than with no plugin", objects[2] - objects[0],
              OBJECT_BAR)
    os.unlink(os.path.join(place.home.accounts, "idle.conf"))


def instruction_ratio(place):
    counted = {name: instructions(place, "sasl_client_init", "load", place.modules[name])
               for name in ("PLAIN", "XOAUTH2")}
    return counted["XOAUTH2"] / counted["PLAIN"]


def _memory(place, name):
    sizes = [tuple(map(int, place.run_host("load", place.modules[name]))) for _ in range(9)]
    return (statistics.median(dirty for dirty, _ in sizes), sizes[0][1])


def _times(place):
    took = {"PLAIN": [], "XOAUTH2": []}
    for _ in range(ROUNDS):
        for name, times in took.items():
            begun = time.perf_counter()
            place.run_host("load", place.modules[name])
            times.append(time.perf_counter() - begun)
    return statistics.median(took["XOAUTH2"]) / statistics.median(took["PLAIN"])
