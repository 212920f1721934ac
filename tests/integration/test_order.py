# SPDX-License-Identifier: BSD-2-Clause
"""The order of system calls in a refresh and a sign-in, on which it depends what a crash costs.

Killing (test_torture) does not see it: what a killed process wrote is there without any fsync(2).
The expectation is data, first thing below; NAME is the account's.
"""

import os

from support import filetrace, tracing, visitor
from support.case import MAILBOX, IntegrationCase
from support.refresher import Refresher
from support.talk import Talk

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

# Of a sign-in. Nothing is spent before the request, so there is no mark; and what has come is kept
# when the command says so.
SIGN_IN_CHAINS = {
    "the room for the refresh token is there before the code is spent": (
        f"create {NEW}", f"allocate {NEW}", f"sync {NEW}", "sync credentials", "request"),
    "so is the room for the access token": (
        "create cache/.NAME.new", "allocate cache/.NAME.new", "request"),
    "and for the state": (
        "create state/.NAME.new", "allocate state/.NAME.new", "request"),
    "the refresh token is safe before it is said that the person is signed in": (
        "request", "receive", "tell", "hear", f"write {NEW}", f"size {NEW}", f"sync {NEW}",
        f"rename {NEW} credentials/NAME", "sync credentials", "write cache/.NAME.new",
        "rename cache/.NAME.new cache/NAME", "write state/.NAME.new",
        "rename state/.NAME.new state/NAME", "tell"),
}
SIGN_IN_ONCE = ("request", f"rename {NEW} credentials/NAME", "rename cache/.NAME.new cache/NAME",
                "rename state/.NAME.new state/NAME")

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


def read_events(trace, folder):
    return [str(event).replace(MAILBOX, "NAME") for event in
            filetrace.Trace(trace, folder).events]


class Chains:
    """Events, of which some come in an order, and some once."""

    chains = CHAINS
    once = ONCE

    def test_chains(self):
        for what, chain in self.chains.items():
            with self.subTest(what):
                left = iter(self.events)
                for event in chain:
                    self.assertIn(event, left, f"after {chain[:chain.index(event)]}")

    def test_once(self):
        for event in self.once:
            with self.subTest(event):
                self.assertEqual(self.events.count(event), 1)


class Order(Chains, Refresher):
    """One refresh where nothing goes wrong."""

    goodbye = ()

    def setUp(self):
        super().setUp()
        status, answer = self.refresh(*filetrace.OPTIONS)
        self.assertEqual((status, answer["code"]), (0, "ok"))
        self.events = read_events(self.trace, self.stage.state)

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
        self.assertEqual(tuple(left), self.goodbye + STORING)


class OrderByTls(Order):
    """The same by https, as with every provider there is.

    Its connection ends with an alert (RFC 8446 6.1), which is sent, and not waited for.
    """

    https = True
    goodbye = ("send",)


class SignInOrder(Chains, IntegrationCase):
    """One sign-in by a code from a browser, where nothing goes wrong."""

    chains = SIGN_IN_CHAINS
    once = SIGN_IN_ONCE
    https = False
    way = "code"

    def setUp(self):
        super().setUp()
        self.require_root()  # strace shows the files of a process that hides them to root only
        self.require_strace()
        self.provider = self.start_provider(https=self.https)
        self.stage.write_account(MAILBOX, **self.account_keys(
            self.provider, scope="mail",
            authorization_endpoint=self.provider.authorization.endpoint,
            device_authorization_endpoint=self.provider.devices.endpoint))
        trace = os.path.join(self.folder, "trace")
        with Talk(self.stage.worker_path, "sign-in", MAILBOX, way=self.way, receive="no",
                  wrap=tracing.command(trace, *filetrace.OPTIONS)) as talk:
            self.allow(talk)
            talk.expect("token")
            talk.say(keep="yes")
            self.assertEqual(talk.finish()["code"], "ok")
            self.evidence.add_text("the conversation", talk.text)
        self.events = read_events(trace, self.stage.state)

    def allow(self, talk):
        talk.say(pasted=visitor.answer(talk.expect("open")["url"],
                                       ca_file=self.authority.certificate))


class SignInOrderByTls(SignInOrder):
    https = True


class DeviceOrder(SignInOrder):
    """The same by a code on another device, allowed before the first time that is asked for."""

    way = "device"

    def allow(self, talk):
        talk.expect("device")
        self.provider.devices.decide()
