# SPDX-License-Identifier: BSD-2-Clause
"""Both flows in a real browser, from the printed address to the stored account.

The browser is Debian's Chromium without a window; the desktop's xdg-open(1) is played by a
program that hands the address to the test.
"""

import urllib.parse

from support import authorization, browser, waiting
from support.sign_in import SIGN_IN, SignInCase

# The receiver's page, without a query.
OURS = r"\Ahttp://127\.0\.0\.1:\d+/[a-z/]*\Z"


class BrowserCase(SignInCase):
    def setUp(self):
        super().setUp()
        if not browser.is_there():
            self.skipTest("needs chromium and chromedriver")
        self.provider = self.start_provider(https=True)
        self.provider.store.register("app-of-the-tests")
        self.browser = browser.Browser(self._place("browser"), self.home.uid)
        self.addCleanup(self.browser.stop)

    def assert_clean(self):
        """Neither the address line, nor "back", nor the history page has the code; and of the
        receiver's addresses none has anything at all.
        """
        self.assertRegex(self.browser.address, OURS)
        addresses = [self.browser.address, *self.browser.history()]
        for address in self.browser.requests():
            self.assertIn(urllib.parse.urlsplit(address).hostname, ("localhost", "127.0.0.1"))
        self.browser.stop()
        addresses += self.browser.remembered()
        for address in addresses:
            self.assertNotIn("code=", address.replace("user_code=", ""))
            if address.startswith("http://127.0.0.1"):
                self.assertRegex(address, OURS)


class CodeFlow(BrowserCase):
    def test_from_the_desktop_to_the_account(self):
        running = self.begin(*self.settings(), "--no-test", env=self.desktop())
        self.browser.open(self.opened())
        self.assertIn("alice@example.org", self.browser.text)
        self.browser.click("#allow")
        self.browser.wait_text("Signed in")
        self.expect(running)
        self.assert_signed_in()
        self.assert_clean()

    def test_by_hand_where_there_is_no_desktop(self):
        running = self.begin(*self.settings(), "--no-test")
        self.browser.open(self.address(running))
        self.browser.click("#allow")
        self.browser.wait_text("Signed in")
        self.expect(running)
        self.assert_signed_in()

    def test_denied(self):
        running = self.begin(*self.settings(), "--no-test")
        self.browser.open(self.address(running))
        self.browser.click("#deny")
        self.browser.wait_text("access_denied")
        self.expect(running, SIGN_IN, "access_denied")
        self.assert_nothing_kept()
        self.assert_clean()

    def test_words_of_the_provider_do_nothing(self):
        self.provider.authorization.alter = authorization.error(
            "access_denied", "<script>document.title='taken'</script><img src=//a.example/b>")
        running = self.begin(*self.settings(), "--no-test")
        self.browser.open(self.address(running))
        self.browser.click("#allow")
        self.browser.wait_text("<script>document.title")
        self.expect(running, SIGN_IN)
        self.assertNotEqual(self.browser.title, "taken")
        self.assert_clean()

    def test_answer_of_another_sign_in(self):
        """The page says that it was refused; the right one then works."""
        self.provider.authorization.alter = authorization.wrong_state
        running = self.begin(*self.settings(), "--no-test")
        address = self.address(running)
        self.browser.open(address)
        self.browser.click("#allow")
        self.browser.wait_text("not")
        running.wait("state")
        self.provider.authorization.alter = None
        self.browser.open(address)
        self.browser.click("#allow")
        self.browser.wait_text("Signed in")
        self.expect(running)
        self.assert_signed_in()

    def test_pasted_from_the_address_line(self):
        """As on a host without a browser: the last page does not load."""
        running = self.begin(*self.settings(), "--no-test", "--no-receiver")
        self.browser.open(self.address(running))
        self.browser.click("#allow")
        address = waiting.until(lambda: "code=" in self.browser.address and self.browser.address,
                                waiting.LIMIT, "the page that does not load")
        running.enter(address)
        self.expect(running)
        self.assert_signed_in()


class DeviceFlow(BrowserCase):
    def begin_device(self):
        running = self.begin(*self.settings(flow="device"), "--device", "--no-test")
        return running, running.wait(r"[A-Z]{4}-[A-Z]{4}")[0]

    def test_code_typed_on_the_page(self):
        running, code = self.begin_device()
        self.browser.open(running.wait(r"(https\S+/activate)$")[1])
        self.browser.fill("#user_code", code)
        self.browser.click("#next")
        self.browser.click("#allow")
        self.browser.wait_text("You may close this page.")
        self.expect(running)
        self.assert_signed_in()

    def test_denied(self):
        running, _ = self.begin_device()
        self.browser.open(running.wait(r"(https\S+/activate\?user_code=\S+)$")[1])
        self.browser.click("#next")
        self.browser.click("#deny")
        self.expect(running, SIGN_IN, "access_denied")
        self.assert_nothing_kept()
