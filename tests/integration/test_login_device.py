# SPDX-License-Identifier: BSD-2-Clause
"""The device flow (RFC 8628), without a terminal; its screens are in test_login_terminal."""

import os

from support import faults, oauth, visitor, waiting
from support.sign_in import CONFIG, LATER, SIGN_IN, SignInCase


class DeviceFlow(SignInCase):
    def begin_device(self, *options):
        """Up to the code that a person reads; returns what runs."""
        running = self.begin(*(options or self.settings(flow="device")), "--device", "--no-test")
        running.wait(r"[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}")
        return running

    def waiting_device(self):
        device, = self.provider.devices.devices
        return device


class Success(DeviceFlow):
    def test_code_and_address_lead_to_an_account(self):
        running = self.begin_device()
        code = self.waiting_device().user_code
        address = running.wait(r"(http\S+/activate)$")[1]
        running.wait(code)
        visitor.activate(address, code)
        self.expect(running)
        self.assert_signed_in()
        self.assertEqual(self.provider.devices.too_fast, 0)
        self.assertEqual(self.provider.requests[-1].keys,
                         ("client_id", "device_code", "grant_type"))

    def test_complete_address(self):
        running = self.begin_device()
        visitor.activate(running.wait(r"(http\S+/activate\?user_code=\S+)$")[1])
        self.expect(running)
        self.assert_signed_in()

    def test_pending_until_the_answer(self):
        """Polls come at the interval, neither faster nor much slower."""
        running = self.begin_device()
        watch = waiting.Stopwatch()
        self.wait_polls(3)
        self.assertLess(watch.seconds(), 6)
        self.provider.devices.decide()
        self.expect(running)
        self.assertEqual(self.provider.devices.too_fast, 0)

    def test_slow_down(self):
        """Section 3.5: five seconds more, from then on."""
        self.provider.devices.slow_downs = 1
        running = self.begin_device()
        self.wait_polls(1)
        self.provider.devices.decide()
        self.expect(running)
        self.assert_signed_in()
        self.assertEqual((self.provider.devices.too_fast, self.waiting_device().polls), (0, 2))

    def test_googles_spelling(self):
        self.provider.devices.google = True
        self.provider.devices.complete = False
        running = self.begin_device()
        running.wait(self.provider.devices.verification_uri)
        self.provider.devices.decide()
        self.expect(running)

    def test_failing_polls_are_borne(self):
        """One lost answer is no reason to send a person to the start."""
        self.provider.fault(faults.plain_status(503), times=1)
        running = self.begin_device()
        self.provider.devices.decide()
        self.expect(running)
        self.assert_signed_in()

    def test_no_secret_in_any_argument_list(self):
        running = self.begin_device()
        self.wait_polls(1)
        self.assert_no_secret_shown()
        self.provider.devices.decide()
        self.expect(running)

    def wait_polls(self, count):
        waiting.until(lambda: self.waiting_device().polls >= count, waiting.LIMIT, f"{count} polls")


class Refusal(DeviceFlow):
    def refuse(self, running, status, *says):
        self.expect(running, status, *says)
        self.assert_nothing_kept()

    def test_person_denies(self):
        running = self.begin_device()
        self.provider.devices.decide(allow=False)
        self.refuse(running, SIGN_IN, "access_denied")

    def test_code_expires(self):
        running = self.begin_device()
        self.provider.devices.expire()
        self.refuse(running, SIGN_IN, "expired")

    def test_nobody_comes(self):
        """The code's own life ends the wait, and not the provider's word."""
        self.provider.devices.expires_in = 2
        self.provider.devices.interval = None
        self.refuse(self.begin_device(), SIGN_IN, "expired")

    def test_provider_refuses_the_scope(self):
        """As Google does: what to do instead is said."""
        self.provider.devices.refusal = oauth.OAuthError("invalid_scope", "Not for devices.")
        running = self.begin(*self.settings(flow="device"), "--device", "--no-test")
        self.refuse(running, CONFIG, "invalid_scope", "without --device")

    def test_endpoint_is_out_of_order(self):
        self.provider.fault(faults.plain_status(503), path="/device")
        running = self.begin(*self.settings(flow="device"), "--device", "--no-test")
        self.refuse(running, LATER, "503")

    def test_no_place_to_keep_it(self):
        """It is told at once, and not when the code has expired."""
        credentials = os.path.join(self.home.state, "credentials")
        self.home.make_folder(os.path.relpath(credentials, self.home.home))
        running = self.begin_device()
        os.chmod(credentials, 0o500)
        self.addCleanup(os.chmod, credentials, 0o700)
        self.refuse(running, CONFIG, "cannot be written", "chmod -R u+rwX")

    def test_answer_makes_no_sense(self):
        for body in (b"{}", b"[]", b'{"device_code":1,"user_code":"A","verification_uri":"x"}',
                     b'{"device_code":"d","user_code":"A\\u001b[2J","verification_uri":'
                     b'"javascript:alert(1)","expires_in":60}',
                     b'{"device_code":"d","user_code":"AB\\u202eCD","verification_uri":'
                     b'"https://example.org/","expires_in":60}'):
            with self.subTest(body):
                self.provider.fault(faults.body(body), times=1, path="/device")
                running = self.begin(*self.settings(flow="device"), "--device", "--no-test")
                self.assertNotEqual(running.wait_end(), 0)
                self.assertNotRegex(running.text, "[\x1b\u202e]")
                self.assert_nothing_kept()
