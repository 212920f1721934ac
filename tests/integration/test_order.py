# SPDX-License-Identifier: BSD-2-Clause
"""The order of system calls in a refresh, on which it depends what a crash costs.

Killing (test_torture) does not see it: what a killed process wrote is there without any fsync(2).
The expectation is data, first thing below; NAME is the account's.
"""

from support import filetrace
from support.case import MAILBOX
from support.refresher import Refresher

NEW = "credentials/.NAME.new"

# Each line's events come in this order; others may come between.
CHAINS = {
    "the room for the new refresh token is there before the old one is spent": (
        f"create {NEW}", f"allocate {NEW}", f"sync {NEW}", "sync credentials", "request"),
    "a mark says that a renewal is on its way, and is synced with the room (interrupted.h)": (
        f"create {NEW}", f"write {NEW}", f"sync {NEW}", "sync credentials", "request"),
    "so is the room for the access token": (
        "create cache/.NAME.new", "allocate cache/.NAME.new", "request"),
    "and for the state": (
        "create state/.NAME.new", "allocate state/.NAME.new", "request"),
    "the refresh token is safe before its access token is used": (
        "request", "receive", f"write {NEW}", f"size {NEW}", f"sync {NEW}",
        f"rename {NEW} credentials/NAME", "sync credentials", "write cache/.NAME.new",
        "rename cache/.NAME.new cache/NAME", "write state/.NAME.new",
        "rename state/.NAME.new state/NAME", "reply"),
}

# All that changes a file between the answer and the moment from which the refresh token is safe.
STORING = (f"write {NEW}", f"size {NEW}", f"sync {NEW}", f"rename {NEW} credentials/NAME",
           "sync credentials")

# What else may be called after the request until then, by libcurl (the time of day, its sockets)
# and by libc. Nothing here waits, except for the answer; nothing here ends the process.
WAITING = {"poll(2)", "receive"}
MEANWHILE = {"look"} | {f"{name}(2)" for name in (
    "brk", "close", "fcntl", "fstat", "futex", "getrandom", "lseek", "mmap", "munmap", "newfstatat",
    "openat", "read", "rt_sigaction")}

# Once in a refresh.
ONCE = ("request", "reply", f"rename {NEW} credentials/NAME", "rename cache/.NAME.new cache/NAME",
        "rename state/.NAME.new state/NAME")


class Order(Refresher):
    """One refresh where nothing goes wrong."""

    def setUp(self):
        super().setUp()
        status, answer = self.refresh(*filetrace.OPTIONS)
        self.assertEqual((status, answer["code"]), (0, "ok"))
        self.events = [str(event).replace(MAILBOX, "NAME") for event in
                       filetrace.Trace(self.trace, self.stage.state).events]

    def test_chains(self):
        for what, chain in CHAINS.items():
            with self.subTest(what):
                left = iter(self.events)
                for event in chain:
                    self.assertIn(event, left, f"after {chain[:chain.index(event)]}")

    def test_once(self):
        for event in ONCE:
            with self.subTest(event):
                self.assertEqual(self.events.count(event), 1)

    def test_answer_is_waited_for_and_nothing_else(self):
        sent = self.events.index("request")
        answered = len(self.events) - self.events[::-1].index("receive")
        self.assertEqual(set(self.events[sent + 1:answered]) - WAITING - MEANWHILE, set())

    def test_nothing_but_storing_after_the_answer(self):
        answered = len(self.events) - self.events[::-1].index("receive")
        renamed = self.events.index(f"rename {NEW} credentials/NAME")
        safe = self.events.index("sync credentials", renamed) + 1
        left = [event for event in self.events[answered:safe]
                if event.split()[0] not in MEANWHILE]
        self.assertEqual(tuple(left), STORING)
