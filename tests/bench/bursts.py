# SPDX-License-Identifier: BSD-2-Clause
"""A hundred programs at the moment of expiry, and one program before a silent provider."""

import os
import subprocess

from bench.place import MAILBOX, Row
from support import faults, process

CROWD = 100
ENDED_BY = 60       # seconds
SILENT_BAR = 10.5   # seconds: the deadline, and what a busy machine adds to it
NEXT_BAR = 50       # ms


def rows(place):
    place.stage.write_plugin_conf(f"socket = {place.stage.socket}\n", mode=0o644)
    for rotation in ("keep", "one-time"):
        yield from _burst(place, rotation)
    yield from _silence(place)


def _expired(place, rotation):
    """An account whose token is gone, and whose provider counts from now on."""
    place.provider.store.rotation = rotation
    place.sign_in()
    os.unlink(os.path.join(place.stage.state, "cache", MAILBOX))
    place.provider.forget_requests()


def _start(place):
    """A host that logs in when its standard input ends."""
    return subprocess.Popen(
        [place.host, "login", place.modules["XOAUTH2"], "XOAUTH2", MAILBOX], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=process.clean_environment(), **process.identity(place.home.uid))


def _finish(host):
    code, milliseconds = host.communicate(timeout=ENDED_BY)[0].split()
    return int(code), int(milliseconds)


def _burst(place, rotation):
    _expired(place, rotation)
    with place.stage.serve():
        crowd = [_start(place) for _ in range(CROWD)]
        for host in crowd:
            host.stdin.close()
            host.stdin = None
        results = [_finish(host) for host in crowd]
        works = place.stage.tokend("refresh", MAILBOX).status == 0
    what = f"{CROWD} at expiry, refresh token {'one-time' if rotation != 'keep' else 'kept'}"
    yield Row(f"{what}: token requests", place.provider.count - 1, 1)
    yield Row(f"{what}: logins that failed", sum(code != 0 for code, _ in results), 0)
    yield Row(f"{what}: slowest login", max(took for _, took in results), None, "ms")
    yield Row(f"{what}: account lost", int(not works), 0)


def _silence(place):
    _expired(place, "keep")
    place.provider.fault(faults.silent)
    with place.stage.serve():
        first, second = (_finish(_start(place)) for _ in range(2))
    place.provider.clear_faults()
    yield Row("silent token endpoint: its first client", first[1] / 1000, SILENT_BAR, "s")
    yield Row("silent token endpoint: the next one", second[1], NEXT_BAR, "ms")
