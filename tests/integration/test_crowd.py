# SPDX-License-Identifier: BSD-2-Clause
"""More clients than `tokend serve` has places: one user, or one account, keeps out no other."""

import re
import threading
import time

from support import faults, lineproto, process, waiting
from support.case import MAILBOX, IntegrationCase
from support.user_home import FIRST_UID

STRANGER = FIRST_UID + 500
FLOOD = 2000
CROWD = 300  # more than there are places
PROMPT = 3  # seconds, far below the 9.5 for which one may wait
PATIENT = "20000"  # ms
OTHER = "other@example.org"
LINES_AT_MOST = 4  # a kind and minute, and a test takes less than two

ASK = """
import os, socket, sys
path, count = sys.argv[1], int(sys.argv[2])
names = sys.argv[3:]
for number in range(count):
    name = names[number % len(names)].replace("N", str(number))
    with socket.socket(socket.AF_UNIX) as tokend:
        tokend.connect(path)
        tokend.sendall(f"tokend=1\\nverb=get\\naccount={name}\\nmechanism=none\\n\\n".encode())
        answer = tokend.recv(65536)
        assert b"code=denied" in answer or b"code=config" in answer, answer
"""

ANNOY = """
import contextlib, socket, sys, threading
def annoy():
    while True:
        with socket.socket(socket.AF_UNIX) as tokend, contextlib.suppress(OSError):
            tokend.connect(sys.argv[1])
            tokend.recv(1)
for _ in range(int(sys.argv[2])):
    threading.Thread(target=annoy, daemon=True).start()
sys.stdin.read()
print("annoying", flush=True)
threading.Event().wait()
"""


class Strangers(IntegrationCase):
    """A user whom no account allows."""

    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()
        self.sign_in(self.provider)
        self.running = self.start_serve()

    def flood(self, *names):
        process.must(["python3", "-c", ASK, self.stage.socket, FLOOD, *names], uid=STRANGER,
                     timeout=120)
        return [line for line in self.running.output().split("\n")
                if f"uid {STRANGER}" in line]

    def test_log_has_a_line_a_minute(self):
        began = time.monotonic()
        lines = self.flood(MAILBOX, "N" + "x" * 190)
        self.assertLessEqual(len(lines), LINES_AT_MOST + (time.monotonic() - began) / 60)
        # The first says all.
        self.assert_says(lines[0], MAILBOX, "may not use it", "allow")
        self.assertLess(max(map(len, lines)), 200)

    def test_strangers_choose_no_bytes_of_the_log(self):
        hostile = "x\u00e9\"; " + "spam " * 30
        lines = self.flood(hostile)
        self.assert_says(lines[0], "may not use it", "no such account")
        name = re.search(r'account "(.*)": uid', lines[0]).group(1)
        self.assertRegex(name, r"\A[a-z?.]{1,64}\Z")

    def test_broken_account_is_no_way_around(self):
        self.stage.write_account("broken@example.org", nonsense="yes")
        self.flood("broken@example.org")
        lines = [line for line in self.running.output().split("\n") if "broken@example" in line]
        # One of the schedule, one of the stranger, and its count.
        self.assertLessEqual(len(lines), LINES_AT_MOST)

    def test_host_is_no_way_around(self):
        """A user who may have the token, and asks for another host."""
        for number in range(FLOOD):
            lineproto.ask(self.stage.socket, {**lineproto.get(
                MAILBOX, host=f"{number}.example.com"), "mechanism": "XOAUTH2"})
        lines = [line for line in self.running.output().split("\n") if "not for host" in line]
        self.assertIn("0.example.com", lines[0])
        self.assertLessEqual(len(lines), LINES_AT_MOST)

    def test_silent_crowd_of_one_user(self):
        """Each of the others is answered at once, though all places are taken."""
        self.token()
        for _ in range(2):
            crowd = process.Background(["python3", "-c", ANNOY, self.stage.socket, CROWD],
                                       self.stage.path("log/annoy"), uid=STRANGER)
            self.addCleanup(crowd.stop)
        waiting.until(lambda: process.count_running(self.stage.serve_path) > 200, waiting.LIMIT,
                      "a crowd")
        worst = 0
        for _ in range(20):
            begun = time.monotonic()
            self.assertEqual(lineproto.ask(self.stage.socket, lineproto.get(MAILBOX))["code"],
                             "ok")
            worst = max(worst, time.monotonic() - begun)
        self.assertLess(worst, PROMPT)


class Accounts(IntegrationCase):
    """One account at a silent provider, and one at a good one."""

    def setUp(self):
        super().setUp()
        self.silent, self.good = self.start_provider(), self.start_provider()
        self.sign_in(self.silent)
        self.sign_in(self.good, OTHER)
        self.start_serve()

    def ask(self, account, codes):
        codes.append(lineproto.ask(self.stage.socket, lineproto.get(
            account, wait=PATIENT))["code"])

    def start(self, account, count):
        """That many clients at once; what they are told comes in the list."""
        codes = []
        for _ in range(count):
            threading.Thread(target=self.ask, args=(account, codes), daemon=True).start()
        return codes

    def test_crowd_of_one_account_keeps_out_no_other(self):
        self.silent.fault(faults.silent)
        told = self.start(MAILBOX, CROWD)
        waiting.until(lambda: process.count_running(self.stage.serve_path) > 200, waiting.LIMIT,
                      "a crowd")
        waiting.until(lambda: self.silent.count == 1, waiting.LIMIT, "the one request")
        begun = time.monotonic()
        answer = lineproto.ask(self.stage.socket, lineproto.get(OTHER, wait=PATIENT))
        self.assertEqual(answer["code"], "ok")
        self.assertLess(time.monotonic() - begun, PROMPT)
        waiting.until(lambda: len(told) == CROWD, waiting.LIMIT,
                      lambda: f"all answers, {len(told)} came")
        self.assertEqual(set(told), {"later"})

    def test_large_burst_of_one_account_is_served_whole(self):
        """Without other clients an account may have all places."""
        release = threading.Event()
        self.good.fault(faults.held(release), times=1)
        codes = self.start(OTHER, 200)
        waiting.until(lambda: process.count_running(self.stage.serve_path) > 200, waiting.LIMIT,
                      "a crowd")
        release.set()
        waiting.until(lambda: len(codes) == 200, waiting.LIMIT,
                      lambda: f"all answers, {len(codes)} came")
        self.assertEqual(set(codes), {"ok"})
        self.assertEqual(self.good.count, 1)
