# SPDX-License-Identifier: BSD-2-Clause
"""Postfix's spawn(8): a process of tokend for each connection."""

import os
import pwd
import statistics

from bench.place import MAILBOX, Row
from support.relay import RelayClient

ROUNDS = 300
TIME_BAR = 15   # ms
SIZE_BAR = 4096     # kB


def rows(place):
    place.sign_in()
    place.stage.write_plugin_conf("socket = private/tokend\n", mode=0o644)
    relay = RelayClient(os.path.join(place.folder, "relay"), place.stage, 9, MAILBOX, spawn=True)
    relay.start()
    try:
        took = place.run_host("exchange", place.modules["XOAUTH2"], "XOAUTH2", MAILBOX,
                              str(ROUNDS), cwd=relay.queue_directory,
                              uid=pwd.getpwnam("postfix").pw_uid)
    finally:
        relay.stop()
    yield Row("warm get under spawn(8): median", int(took[0]) / 1e6, TIME_BAR, "ms")
    sizes = [int(place.run_host("size", place.stage.serve_path, MAILBOX, uid=place.stage.uid,
                                env={})[0]) for _ in range(9)]
    yield Row("warm get under spawn(8): most memory of a process", statistics.median(sizes),
              SIZE_BAR, "kB")
