# SPDX-License-Identifier: BSD-2-Clause
"""One login with a token that is cached: from the user's file, by socket, by helper."""

import os
import re
import statistics

from bench.callgrind import instructions
from bench.place import MAILBOX, Row

ROUNDS = 4000
HELPER_ROUNDS = 300
REPEAT = 21
COUNTED = 20


def rows(place):
    place.sign_in(place.home)
    yield from _compare(place, "user's cache file", time_bar=1.8, instruction_bar=2.0,
                        call_bar=16)
    yield _by_helper(place)
    _forget(place)
    place.stage.write_plugin_conf(f"socket = {place.stage.socket}\n", mode=0o644)
    place.sign_in()
    with place.stage.serve():
        yield from _compare(place, "socket of tokend serve", time_bar=8)
    _forget_system(place)


def _forget(place):
    """The user has no account any more: what follows is the system's."""
    for name in os.listdir(place.home.accounts):
        os.unlink(os.path.join(place.home.accounts, name))


def _forget_system(place):
    os.unlink(place.stage.account_path(MAILBOX))


def _by_helper(place):
    """A token that is due while the provider is down: each login starts a helper to ask."""
    path = os.path.join(place.home.state, "cache", MAILBOX)
    with open(path, encoding="ascii") as cache:
        content = cache.read()
    with open(path, "w", encoding="ascii") as cache:
        cache.write(re.sub("fresh_until=[0-9]+", "fresh_until=1", content))
    place.provider.down()
    try:
        took = _median(place, "XOAUTH2", HELPER_ROUNDS)
    finally:
        place.provider.up()
    return Row("exchange by a helper for each login: time", took / 1e6, None, "ms")


def _median(place, mechanism, rounds=ROUNDS):
    return int(place.run_host("exchange", place.modules[mechanism], mechanism, MAILBOX,
                              str(rounds))[0])


def _compare(place, what, time_bar=None, instruction_bar=None, call_bar=None):
    took = {"PLAIN": [], "XOAUTH2": []}
    for _ in range(REPEAT):
        for mechanism, times in took.items():
            times.append(_median(place, mechanism))
    # Of neighbours in time: a machine that is busy for a while slows both.
    ratios = [ours / plain for plain, ours in zip(took["PLAIN"], took["XOAUTH2"])]
    yield Row(f"cached exchange, {what}: time against PLAIN", statistics.median(ratios),
              time_bar)
    yield Row(f"cached exchange, {what}: time", statistics.median(took["XOAUTH2"]) / 1000,
              None, "us")
    yield Row(f"cached exchange, {what}: instructions against PLAIN",
              instruction_ratio(place), instruction_bar)
    calls = {mechanism: _system_calls(place, mechanism) for mechanism in took}
    yield Row(f"cached exchange, {what}: system calls more than PLAIN",
              calls["XOAUTH2"] - calls["PLAIN"], call_bar)


def instruction_ratio(place):
    """Of a login with a token that is cached, against PLAIN."""
    counted = {mechanism: instructions(place, "one_exchange", "exchange",
                                       place.modules[mechanism], mechanism, MAILBOX,
                                       str(COUNTED))
               for mechanism in ("PLAIN", "XOAUTH2")}
    return counted["XOAUTH2"] / counted["PLAIN"]


def _system_calls(place, mechanism):
    """Of one exchange: many less one, divided."""
    few, many = (_traced(place, mechanism, rounds) for rounds in (1, 1 + COUNTED))
    return (many - few) / COUNTED


def _traced(place, mechanism, rounds):
    output = os.path.join(place.home.home, "strace")
    place.run_host("exchange", place.modules[mechanism], mechanism, MAILBOX, str(rounds),
                   wrapper=("strace", "-o", output))
    with open(output, encoding="utf-8") as lines:
        return sum(1 for line in lines if not line.startswith(("+++", "---")))
