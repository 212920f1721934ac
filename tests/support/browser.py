# SPDX-License-Identifier: BSD-2-Clause
"""Debian's Chromium without a window, driven by the W3C WebDriver protocol (chromedriver).

It reaches loopback and nothing else: every other name is unknown to it, and what it asks for all
the same is in requests(), so that a page with outside resources is found out.
"""

import contextlib
import http.client
import json
import os
import shutil
import sqlite3
import tempfile
import urllib.parse

from support import loopback, process, waiting

DRIVER = "chromedriver"
BROWSER = "/usr/bin/chromium"
SECONDS = waiting.LIMIT
LOCATOR = "css selector"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # WebDriver section 12
# Of Chromium's own history page, see ui/base/page_transition_types.h there.
CHAIN_END = 0x20000000
LISTED = """SELECT urls.url FROM urls JOIN visits ON visits.url = urls.id
            WHERE urls.hidden = 0 AND visits.transition & ? <> 0"""
ARGUMENTS = (
    "--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--no-default-browser-check", "--disable-extensions", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-breakpad",
    "--disable-client-side-phishing-detection", "--metrics-recording-only",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
)


def is_there():
    return all(shutil.which(name, path=process.CLEAN_PATH) for name in (DRIVER, BROWSER))


class Browser:
    """One window with a profile of its own in folder; stop() ends it, leaving the profile.

    uid: the user whose browser it is.
    """

    def __init__(self, folder, uid=None):
        os.makedirs(folder, exist_ok=True)
        self._profile = os.path.join(folder, "profile")
        self._session = None
        self._seen = []
        # Its sockets' names are long already. It lives with no sanitizer that is preloaded.
        self._short = tempfile.mkdtemp(prefix="browser-")
        if uid is not None:
            for each in (folder, self._short):
                os.chown(each, uid, uid)
        self._port = loopback.free_port()
        self._driver = process.Background(
            [DRIVER, f"--port={self._port}"], os.path.join(folder, "driver.log"),
            group=True, uid=uid,
            env={"HOME": folder, "TMPDIR": self._short, "LD_PRELOAD": ""})
        try:
            waiting.until(self._is_up, SECONDS, "chromedriver")
            self._begin()
        except BaseException:
            self.stop()
            raise

    def open(self, address):
        self._call("POST", "/url", {"url": address})

    @property
    def address(self):
        """What the address bar shows."""
        return self._call("GET", "/url")

    @property
    def title(self):
        return self._call("GET", "/title")

    @property
    def text(self):
        """What a person reads on the page."""
        return self._run("return document.body ? document.body.innerText : ''")

    @property
    def source(self):
        return self._call("GET", "/source")

    def click(self, selector):
        self._call("POST", f"/element/{self._find(selector)}/click", {})

    def fill(self, selector, text):
        element = self._find(selector)
        self._call("POST", f"/element/{element}/clear", {})
        self._call("POST", f"/element/{element}/value", {"text": text})

    def wait_text(self, part, seconds=SECONDS):
        """Wait until the page reads so."""
        waiting.until(lambda: part in self.text, seconds,
                      lambda: f"{part!r} on {self.address}:\n{self.text}")

    def narrow(self, width):
        """As on a telephone, in pixels."""
        self._devtools("Emulation.setDeviceMetricsOverride", width=width, height=2 * width,
                       deviceScaleFactor=1, mobile=False)

    @property
    def width(self):
        """Of all that the page has; more than the window's where it scrolls to the right."""
        return self._run("return document.documentElement.scrollWidth")

    def back(self):
        self._call("POST", "/back", {})

    def history(self):
        """The addresses that "back" and "forward" lead to, and the present one."""
        told = self._devtools("Page.getNavigationHistory")
        return [entry["url"] for entry in told["entries"]]

    def requests(self):
        """Every web address that was asked for so far, on whatever page's behalf."""
        for entry in self._call("POST", "/se/log", {"type": "performance"}):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self._seen.append(message["params"]["request"]["url"])
        return [address for address in self._seen if address.startswith("http")]

    def stop(self):
        if self._session is not None:
            with contextlib.suppress(OSError, AssertionError):
                self._call("DELETE", "")
            self._session = None
        self._driver.stop()
        shutil.rmtree(self._short, ignore_errors=True)

    def remembered(self):
        """What the history page lists; to be asked after stop().

        That is where chains of redirects end. Their other links are in the file as well.
        """
        copy = os.path.join(self._profile, "History of the test")
        shutil.copy(os.path.join(self._profile, "Default", "History"), copy)
        with contextlib.closing(sqlite3.connect(copy)) as history:
            return [row[0] for row in history.execute(LISTED, (CHAIN_END,))]

    def _is_up(self):
        self._driver.require_running()
        return waiting.accepts(("127.0.0.1", self._port))

    def _begin(self):
        arguments = [*ARGUMENTS, f"--user-data-dir={self._profile}"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        told = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": {
            "acceptInsecureCerts": True,
            "goog:chromeOptions": {"binary": BROWSER, "args": arguments},
            "goog:loggingPrefs": {"performance": "ALL"}}}})
        self._session = told["sessionId"]

    def _find(self, selector):
        """The page may still be on its way."""
        found = waiting.until(
            lambda: self._call("POST", "/elements", {"using": LOCATOR, "value": selector}),
            SECONDS, lambda: f"{selector} on {self.address}:\n{self.text}")
        return found[0][ELEMENT]

    def _run(self, script):
        return self._call("POST", "/execute/sync", {"script": script, "args": []})

    def _devtools(self, command, **parameters):
        return self._call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def _call(self, method, path, content=None):
        return self._ask(method, f"/session/{urllib.parse.quote(self._session)}{path}", content)

    def _ask(self, method, path, content=None):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
        with contextlib.closing(connection):
            connection.request(method, path, None if content is None else json.dumps(content),
                               {"Content-Type": "application/json"})
            answer = connection.getresponse()
            value = json.loads(answer.read())["value"]
        if answer.status != 200:
            raise AssertionError(f"chromedriver: {value.get('error')}: "
                                 f"{value.get('message', '').splitlines()[:1]}")
        return value
