# SPDX-License-Identifier: BSD-2-Clause
"""The one-shot receiver on loopback (RFC 8252 section 7.3): of all visitors, only the right
answer of the provider counts, and no visitor keeps the person from giving it.
"""

import contextlib
import json
import os
import socket
import urllib.parse

from support import authorization, process, visitor, waiting
from support.sign_in import CONFIG, SignInCase

SECONDS = waiting.LIMIT
FETCH = """
import http.client, json, sys, urllib.parse
url = urllib.parse.urlsplit(sys.argv[1])
connection = http.client.HTTPConnection(url.hostname, url.port, timeout=300)
connection.request("GET", url.path)
answer = connection.getresponse()
print(json.dumps([answer.status, answer.getheader("Location"), answer.read().decode()]))
"""


class ReceiverCase(SignInCase):
    def setUp(self):
        super().setUp()
        self.running = self.begin(*self.settings(), "--no-test")
        self.final = self.final_address(self.running)
        url = urllib.parse.urlsplit(self.final)
        self.at = (url.hostname, url.port)
        self.target = f"{url.path}?{url.query}"
        self.host = url.netloc

    def knock(self, content):
        """Send these bytes; returns all that comes, which must end."""
        with socket.create_connection(self.at, SECONDS) as visit:
            with contextlib.suppress(OSError):
                visit.sendall(content)
            got = b""
            with contextlib.suppress(ConnectionResetError):
                while part := visit.recv(65536):
                    got += part
                    self.assertLess(len(got), 65536)
        return got.decode("latin-1")

    def ask(self, target, method="GET", host=None, **headers):
        """One request by hand; the status, or 0 for a connection that just ends."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in
                        {"Host": host or self.host, **headers}.items())
        got = self.knock(f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1"))
        return int(got.split(" ")[1]) if got.startswith("HTTP/1.") else 0

    def refused(self, status):
        self.assertIn(status, (0, *range(400, 500)))
        self.assertEqual(self.provider.count, 0, "the code went nowhere")
        self.assertIsNone(self.running.status, self.running.text)

    def goes_on(self):
        """The right answer still arrives."""
        self.assertEqual(visitor.browse(self.final).status, 200)
        self.expect(self.running)
        self.assert_signed_in()


class StartAddress(SignInCase):
    """What a browser of this machine is started with, in an argument that everybody can read."""

    def setUp(self):
        super().setUp()
        self.running = self.begin(*self.settings(), "--no-test", env=self.desktop())
        self.start = self.opened()
        self.request = self.address(self.running)

    def fetch(self, uid, **options):
        """(status, where to, text), as a program of that user is told."""
        told = process.must(["python3", "-c", FETCH, self.start], uid=uid, **options).stdout
        return json.loads(told)

    def test_has_nothing_of_the_request(self):
        self.assertRegex(self.start, r"\Ahttp://127\.0\.0\.1:\d+/[\w-]{22}\Z")
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.request).query)
        for name in ("state", "code_challenge", "redirect_uri", "client_id"):
            self.assertNotIn(query[name][0], self.start)

    def test_leads_the_user_on_as_often_as_wanted(self):
        for _ in range(2):
            self.assertEqual(self.fetch(self.home.uid)[:2], [303, self.request])
        self.visit(self.running)
        self.expect(self.running)
        self.assert_signed_in()

    def test_leads_nobody_else(self):
        """Another user, and root, for whom a service may make requests that another words."""
        for uid in (self.home.uid + 1000, 0):
            status, where, text = self.fetch(uid)
            self.assertEqual((status, where), (403, None))
            self.assertNotIn("state=", text)
        self.running.wait("another user")
        self.visit(self.running)
        self.expect(self.running)

    def test_other_paths_lead_nowhere(self):
        self.start = self.start[:-1] + ("A" if self.start[-1] != "A" else "B")
        self.assertEqual(self.fetch(self.home.uid)[:2], [404, None])
        self.visit(self.running)
        self.expect(self.running)

    def test_without_a_receiver(self):
        """Nothing of tokend's hears the end then; the beginning is the same."""
        os.unlink(os.path.join(self.home.home, "opened"))
        running = self.begin(*self.settings(), "--no-test", "--no-receiver", env=self.desktop(),
                             name="bob@example.org")
        self.start = self.opened()
        self.assertEqual(self.fetch(self.home.uid)[:2], [303, self.address(running)])
        running.stop()


class WrongVisitors(ReceiverCase):
    def test_wrong_state(self):
        """Another one of the same length, a longer one, and a part of the right one."""
        asked, = self.provider.authorization.requests
        turned = asked.state[::-1]
        for state in (turned, f"{asked.state}x", asked.state[:-1]):
            self.refused(self.ask(self.target.replace(asked.state, state)))
        self.running.wait("state")
        self.goes_on()

    def test_no_state(self):
        self.refused(self.ask("/?code=stolen-or-forged"))
        self.goes_on()

    def test_error_without_state_ends_nothing(self):
        """Any page in the browser could send one."""
        self.refused(self.ask("/?error=access_denied"))
        self.goes_on()

    def test_parameter_twice(self):
        self.refused(self.ask(self.target + "&code=another"))
        self.goes_on()

    def test_other_path(self):
        self.refused(self.ask("/favicon.ico"))
        self.refused(self.ask(self.target.replace("/?", "/other?")))
        self.goes_on()

    def test_other_methods(self):
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "X" * 400):
            with self.subTest(method):
                self.refused(self.ask(self.target, method))
        self.goes_on()

    def test_head(self):
        """A preview of a link must not spend it."""
        self.assertNotEqual(self.ask(self.target, "HEAD"), 200)
        self.assertEqual(self.provider.count, 0)
        self.goes_on()

    def test_host_of_another_name(self):
        """A page that has its own name resolve to loopback (DNS rebinding)."""
        for host in ("attacker.example.net", f"attacker.example.net:{self.at[1]}", "localhost.",
                     f"{self.host}.example.net", "", "a" * 3000):
            with self.subTest(host[:40]):
                self.refused(self.ask(self.target, host=host or " "))
        self.goes_on()

    def test_no_host(self):
        self.refused(self._status(f"GET {self.target} HTTP/1.1\r\n\r\n"))
        self.goes_on()

    def test_malformed(self):
        for content in ("\r\n\r\n", "GET\r\n\r\n", f"GET {self.target}\r\n\r\n", "\0" * 40,
                        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\r\n\r\n",
                        f"GET {self.target} HTTP/9.9\r\nHost: {self.host}\r\n\r\n",
                        f"GET {self.target} HTTP/1.1\r\nHost {self.host}\r\n\r\n",
                        "GET /?code=%zz&state=%00 HTTP/1.1\r\nHost: x\r\n\r\n",
                        "GET http://elsewhere.example.net/ HTTP/1.1\r\nHost: x\r\n\r\n"):
            with self.subTest(content):
                self.refused(self._status(content))
        self.goes_on()

    def test_oversized(self):
        for content in ("GET /?state=" + "a" * 300000 + " HTTP/1.1\r\n\r\n",
                        f"GET {self.target} HTTP/1.1\r\n" + "X-Filler: y\r\n" * 30000 + "\r\n",
                        "G" * 300000):
            with self.subTest(content[:20]):
                self.refused(self._status(content))
        self.goes_on()

    def test_second_visitor_finds_nobody(self):
        self.goes_on()
        self.assertFalse(waiting.accepts(self.at))
        self.assertEqual(self.provider.count, 1)

    def _status(self, content):
        got = self.knock(content.encode("latin-1"))
        return int(got.split(" ")[1]) if got.startswith("HTTP/1.") else 0


class SlowVisitors(ReceiverCase):
    """A silent visitor keeps no other one waiting."""

    def test_one_that_says_nothing(self):
        with socket.create_connection(self.at, SECONDS):
            self.goes_on()

    def test_many_that_begin_and_stop(self):
        watch = waiting.Stopwatch()
        with contextlib.ExitStack() as stack:
            for _ in range(40):
                visit = stack.enter_context(socket.create_connection(self.at, SECONDS))
                visit.sendall(b"GET /?code=")
            self.goes_on()
        self.assertLess(watch.seconds(), 8, "no visitor's ten seconds were waited for")

    def test_one_that_does_not_read(self):
        with socket.create_connection(self.at, SECONDS) as visit:
            visit.sendall(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
            self.goes_on()

    def test_one_that_resets(self):
        visit = socket.create_connection(self.at, SECONDS)
        visit.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        visit.sendall(b"GET")
        visit.close()
        self.goes_on()


class Answer(ReceiverCase):
    def test_page_stands_alone(self):
        """No outside resources, no referrer, no cache: RFC 8252 is silent, prudence is not."""
        page = visitor.browse(self.final)
        self.expect(self.running)
        self.assertNotRegex(page.text, r"(?i)(src|href)\s*=|@import|url\(")
        self.assertNotIn("location", page.headers)
        self.assertIn("no-store", page.headers["cache-control"])
        self.assertEqual(page.headers["referrer-policy"], "no-referrer")
        self.assertIn("default-src 'none'", page.headers["content-security-policy"])
        self.assertEqual(page.headers["x-content-type-options"], "nosniff")
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(self.final).query)["code"][0]
        self.assertNotIn(code, page.text)

    def test_loopback_and_nothing_else(self):
        """The port is open on the address of the redirect only."""
        listening = process.must(["python3", "-c", LISTENERS, str(self.at[1])]).stdout.split()
        self.assertEqual(listening, ["0100007F"])
        self.goes_on()

    def test_wrong_issuer_is_not_believed(self):
        """One that names another issuer than the provider, where the issuer is known: see
        test_login_code; where none is known, `iss` says nothing and the answer counts."""
        self.provider.authorization.alter = authorization.wrong_iss
        self.goes_on()


class Port(SignInCase):
    def test_fixed_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            running = self.begin(*self.settings(redirect_uri=f"http://127.0.0.1:{port}/"),
                                 "--no-test")
            self.expect(running, CONFIG, str(port), "taken", "redirect_uri")
        self.assert_nothing_kept()

    def test_no_receiver_at_all(self):
        """A redirect that is not loopback: only the pasted address is left."""
        self.provider.store.register("app-of-the-web", redirects=("https://example.org/done",))
        running = self.begin(*self.settings(client="app-of-the-web",
                                            redirect_uri="https://example.org/done"), "--no-test")
        running.enter(self.final_address(running))
        self.expect(running)
        self.assert_signed_in()


LISTENERS = """
import sys
for name in ("/proc/net/tcp", "/proc/net/tcp6"):
    for line in open(name).readlines()[1:]:
        address, port = line.split()[1].split(":")
        if line.split()[3] == "0A" and int(port, 16) == int(sys.argv[1]):
            print(address)
"""
