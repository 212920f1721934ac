# SPDX-License-Identifier: BSD-2-Clause
"""A person's browser without a browser: enough of HTTP and HTML for the provider's pages.

The real thing is in browser.py; this one is quick, and can be made to do what no browser would.
"""

import html.parser
import http.client
import ssl
import urllib.parse
from dataclasses import dataclass

from support import waiting

SECONDS = waiting.LIMIT
REDIRECTS = 5


@dataclass
class Page:
    """What came back; address is where it was asked for."""

    address: str
    status: int
    headers: dict
    text: str

    @property
    def location(self):
        return urllib.parse.urljoin(self.address, self.headers["location"])


def fetch(address, form=None, method=None, headers=None, ca_file=None):
    """One request, never following anything."""
    url = urllib.parse.urlsplit(address)
    if url.scheme == "https":
        connection = http.client.HTTPSConnection(
            url.hostname, url.port, timeout=SECONDS,
            context=ssl.create_default_context(cafile=ca_file))
    else:
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=SECONDS)
    body = None if form is None else urllib.parse.urlencode(form)
    sent = dict(headers or {})
    if body is not None:
        sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    try:
        connection.request(method or ("GET" if body is None else "POST"), target, body, sent)
        answer = connection.getresponse()
        return Page(address, answer.status,
                    {name.lower(): value for name, value in answer.getheaders()},
                    answer.read().decode("utf-8", "replace"))
    finally:
        connection.close()


def browse(address, ca_file=None):
    """As fetch, but going on where a redirect leads, as browsers do."""
    for _ in range(REDIRECTS):
        page = fetch(address, ca_file=ca_file)
        if page.status not in (302, 303):
            return page
        address = page.location
    raise AssertionError(f"more than {REDIRECTS} redirects, the last one to {address}")


def answer(address, decision="allow", ca_file=None):
    """Opens the authorization request, presses a button; returns the address to go to next."""
    page = fetch(address, ca_file=ca_file)
    if page.status == 303:
        return page.location
    return _press(page, decision, ca_file).location


def activate(address, user_code=None, decision="allow", ca_file=None):
    """Opens the device page, enters the code unless the address has it; returns the last page."""
    page = fetch(address, ca_file=ca_file)
    form = _Form(page.text)
    fields = {"user_code": user_code or form.fields["user_code"]}
    page = fetch(urllib.parse.urljoin(address, form.action), fields, ca_file=ca_file)
    return _press(page, decision, ca_file)


def _press(page, decision, ca_file):
    form = _Form(page.text)
    if form.action is None:
        raise AssertionError(f"{page.address}: no form in HTTP {page.status}:\n{page.text}")
    fields = {**form.fields, "decision": decision}
    return fetch(urllib.parse.urljoin(page.address, form.action), fields, ca_file=ca_file)


class _Form(html.parser.HTMLParser):
    """The one form of a page: where it goes, and what its inputs hold."""

    def __init__(self, text):
        super().__init__()
        self.action = None
        self.fields = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "form":
            self.action = values["action"]
        elif tag == "input":
            self.fields[values["name"]] = values.get("value", "")
