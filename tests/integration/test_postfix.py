# SPDX-License-Identifier: BSD-2-Clause
"""Postfix's smtp(8) relays through the plugin to a server that checks every token."""

import itertools
import os
import re

from support import faults
from support.case import CLIENT_ID, MAILBOX
from support.postfix_case import PostfixCase
from support.relay import Transport

AWKWARD_BODY = (".a line that begins with a dot\n..and with two\n\ntrailing blanks   \n"
                "\tümläut, 漢字\n" + "x" * 900 + "\n\n\nFrom the end\n\n").encode()
PASSWORD_USER = "bob@example.org"
PASSWORD = "a-password-of-bob"


class Matrix(PostfixCase):
    """Jailed or not, both transports, both mechanisms."""

    def relay(self, chroot, transport, mechanism):
        self.sign_in(self.provider)
        options = {"chroot": chroot, "mechanisms": mechanism, "tls": "secure",
                   "ca_file": self.authority.certificate,
                   "options": {"smtp_tls_secure_cert_match": "localhost"}}
        if transport == "serve":
            relay = self.relay_with_serve(**options)
        else:
            relay = self.start_relay(self.server.port, f"{MAILBOX}:", spawn=True, **options)
        before = self.provider.count
        relay.wait_sent(relay.send(AWKWARD_BODY))
        self.assert_arrived(AWKWARD_BODY)
        relay.wait_sent(relay.send("A second one, with the cached token.\n"))
        self.assert_arrived(b"A second one, with the cached token.\n", 2)
        self.assertEqual(self.server.logins(), [(mechanism.upper(), MAILBOX)] * 2)
        self.assertLessEqual(self.provider.count - before, 1)
        self.assertEqual(len(self.provider.store.issued), 1)
        self.assertEqual(relay.plugin_warnings(), [])
        relay.wait_empty()


def _add_matrix():
    for chroot, transport, mechanism in itertools.product(
            "yn", ("serve", "spawn"), ("xoauth2", "oauthbearer")):
        def test(self, chroot=chroot, transport=transport, mechanism=mechanism):
            self.relay(chroot, transport, mechanism)
        setattr(Matrix, f"test_chroot_{chroot}_{transport}_{mechanism}", test)


_add_matrix()


class Delivery(PostfixCase):
    """What the token and the mailbox may look like, and who of several goes first."""

    def test_long_tokens_go_as_a_line_of_their_own(self):
        self.provider.store.token_length = 3000
        self.sign_in(self.provider)
        for number, mechanism in enumerate(("xoauth2", "oauthbearer"), 1):
            relay = self.relay_with_serve(mechanisms=mechanism, chroot="y")
            relay.wait_sent(relay.send("Long.\n"))
            self.assert_arrived(b"Long.\n", number)
        self.assertEqual([mechanism for mechanism, _ in self.server.logins()],
                         ["XOAUTH2", "OAUTHBEARER"])

    def test_xoauth2_comes_first_without_a_filter(self):
        self.sign_in(self.provider)
        relay = self.relay_with_serve()
        relay.wait_sent(relay.send())
        self.assertEqual(self.server.logins(), [("XOAUTH2", MAILBOX)])

    def test_plugin_conf_orders_the_mechanisms(self):
        self.stage.write_plugin_conf("mechanisms = oauthbearer xoauth2\n")
        self.sign_in(self.provider)
        relay = self.relay_with_serve()
        relay.wait_sent(relay.send())
        self.assertEqual(self.server.logins(), [("OAUTHBEARER", MAILBOX)])

    def test_account_of_another_name_opens_its_users_mailbox(self):
        self.sign_in(self.provider, "relay", mailbox=MAILBOX, user=MAILBOX)
        relay = self.relay_with_serve("relay:")
        relay.wait_sent(relay.send())
        self.assertEqual(self.server.logins(), [("XOAUTH2", MAILBOX)])

    def test_user_smtp_goes_before_user(self):
        self.sign_in(self.provider, "relay", mailbox=MAILBOX, user="other@example.org",
                     user_smtp=MAILBOX)
        relay = self.relay_with_serve("relay:")
        relay.wait_sent(relay.send())
        self.assertEqual(self.server.logins(), [("XOAUTH2", MAILBOX)])

    def test_names_are_compared_without_case(self):
        self.sign_in(self.provider)
        relay = self.relay_with_serve(f"{MAILBOX.capitalize()}:tokend")
        message = relay.send()
        relay.wait_sent(message)
        self.assertEqual(len(self.server.wait_mails(1)), 1)

    def test_one_process_serves_two_senders_each_as_himself(self):
        self.sign_in(self.provider)
        self.sign_in(self.provider, "carol@example.org")
        relay = self.relay_with_serve(None, options={
            "smtp_sender_dependent_authentication": "yes",
            "smtp_destination_concurrency_limit": "1", "initial_destination_concurrency": "1"})
        relay.write_config("sasl_passwd", "one@example.net alice@example.org:\n"
                           "two@example.net carol@example.org:\n", 0o600)
        for sender in ("one@example.net", "two@example.net", "one@example.net"):
            relay.wait_sent(relay.send(sender=sender))
        self.assertEqual([user for _, user in self.server.logins()],
                         [MAILBOX, "carol@example.org", MAILBOX])
        processes = re.findall(r"postfix/smtp\[(\d+)\]: .* status=sent", relay.log_text())
        self.assertEqual(len(set(processes)), 1, "the test means one smtp(8) process")
        self.assertEqual(len(self.provider.store.issued), 2)

    def test_cached_token_needs_no_provider(self):
        self.sign_in(self.provider)
        relay = self.relay_with_serve()
        relay.wait_sent(relay.send())
        self.provider.fault(faults.plain_status(500))
        before = self.provider.count
        relay.wait_sent(relay.send())
        self.assertEqual(self.provider.count, before)

    def test_expired_token_is_replaced_before_the_mail_goes(self):
        self.provider.store.lifetime = 2
        self.sign_in(self.provider)
        self.token()
        self.wait_expiry(self.provider)
        self.provider.store.lifetime = 3600
        before = self.provider.count
        relay = self.relay_with_serve()
        relay.wait_sent(relay.send())
        self.assertEqual(self.provider.count - before, 1)
        self.assertEqual(self.server.refusals(), [])


class Rejected(PostfixCase):
    """The server says no to a token: its words are kept, and one more token is tried."""

    def test_next_try_uses_a_new_token(self):
        for mechanism in ("xoauth2", "oauthbearer"):
            with self.subTest(mechanism):
                name = f"{mechanism}@example.org"
                self.sign_in(self.provider, name)
                relay = self.relay_with_serve(f"{name}:", mechanisms=mechanism, chroot="y")
                relay.wait_sent(relay.send())
                self.provider.store.revoke_access()
                before = self.provider.count
                message = relay.send()
                line = relay.wait_deferred(message)
                self.assert_says(line, "dsn=4.7.8", "server 127.0.0.1[127.0.0.1] said: 535 5.7.8")
                self.assertEqual(self.provider.count, before, "no request on the server's time")
                relay.flush()
                relay.wait_sent(message)
                self.assertEqual(self.provider.count - before, 1)

    def test_second_fresh_token_refused_ends_it_for_this_host_only(self):
        self.sign_in(self.provider)
        relay = self.relay_with_serve(chroot="y")
        self.provider.refuse_logins = True
        message = relay.send()
        for count in range(1, 6):
            relay.wait_deferred(message, count=count)
            relay.flush()
        relay.wait_deferred(message, count=6)
        self.assertEqual(len(self.provider.store.issued), 2, "two fresh tokens, then no more")
        self.assertEqual(len(self.server.refusals()), 2)
        last = relay.plugin_warnings()[-1]
        self.assert_says(last, MAILBOX, "127.0.0.1")
        self.assertEqual(len(relay.plugin_warnings()), 4)
        self.token()
        self.assertEqual(len(self.provider.store.issued), 2)
        self.provider.refuse_logins = False
        self.succeed(self.stage.tokend("refresh", MAILBOX))
        relay.flush()
        relay.wait_sent(message)


class WithoutTls(PostfixCase):
    """The host's own `noplaintext` is the guard: tokens never go out in clear."""

    server_options = {"starttls": False, "auth_without_tls": True}

    def test_no_token_leaves(self):
        self.sign_in(self.provider)
        tap = self.start_wiretap(self.server.port)
        before = self.provider.count
        for mechanism in ("xoauth2", "oauthbearer", ""):
            with self.subTest(mechanism):
                relay = self.relay_with_serve(port=tap.port, tls="may", mechanisms=mechanism)
                line = relay.wait_deferred(relay.send())
                self.assertIn("no mechanism available", line)
        self.assertRegex(tap.said("server"), r"250.AUTH .*XOAUTH2")
        self.assertNotIn("AUTH", tap.said("client"))
        self.assertNotIn("MAIL FROM", tap.said("client"))
        self.assertEqual(self.provider.count, before)

    def test_encrypt_level_does_not_even_ask(self):
        self.sign_in(self.provider)
        tap = self.start_wiretap(self.server.port)
        before = self.provider.count
        relay = self.relay_with_serve(port=tap.port, tls="encrypt")
        self.assertIn("TLS is required", relay.wait_deferred(relay.send()))
        self.assertNotIn("AUTH", tap.said("client"))
        self.assertEqual(self.provider.count, before)


class UnverifiedTls(PostfixCase):
    """`secure` with a certificate for another name: no AUTH at all."""

    def test_untrusted_server_gets_no_token(self):
        self.sign_in(self.provider)
        before = self.provider.count
        stranger = self.other_authority()
        relay = self.relay_with_serve(tls="secure", ca_file=stranger.certificate,
                                      options={"smtp_tls_secure_cert_match": "localhost"})
        self.assertIn("Server certificate not ", relay.wait_deferred(relay.send()))
        self.assertEqual(self.provider.count, before)
        self.assertEqual(self.server.logins() + self.server.refusals(), [])


class Passwords(PostfixCase):
    """Password accounts and OAuth accounts on one machine."""

    passwords = {PASSWORD_USER: PASSWORD}

    def test_installed_but_not_configured_changes_nothing(self):
        os.unlink(os.path.join(self.stage.config, "plugin.conf"))
        relay = self.start_relay(self.server.port, f"{PASSWORD_USER}:{PASSWORD}",
                                 sasl_path=self.stage.sasl_path("plain", "login"))
        relay.wait_sent(relay.send("By password.\n"))
        self.assert_arrived(b"By password.\n")
        self.assertIn(self.server.logins()[0][0], ("PLAIN", "LOGIN"))

    def test_two_transports_one_by_password_one_by_token(self):
        self.sign_in(self.provider)
        other = Transport("bypassword", "password.example.org", self.server.port,
                          f"{PASSWORD_USER}:{PASSWORD}", {"smtp_sasl_mechanism_filter": "plain"})
        relay = self.relay_with_serve(mechanisms="xoauth2", nexthop="[localhost]",
                                      sasl_path=self.stage.sasl_path("plain", "login"),
                                      transports=[other])
        relay.wait_sent(relay.send())
        relay.wait_sent(relay.send(recipient="rcpt@password.example.org"))
        self.assertEqual(sorted(self.server.logins()),
                         [("PLAIN", PASSWORD_USER), ("XOAUTH2", MAILBOX)])

    def test_password_in_the_slot_is_refused_with_the_remedy(self):
        self.sign_in(self.provider)
        before = self.provider.count
        relay = self.relay_with_serve(f"{PASSWORD_USER}:{PASSWORD}",
                                      sasl_path=self.stage.sasl_path("plain", "login"))
        relay.wait_deferred(relay.send())
        warning, = relay.plugin_warnings()
        self.assert_says(warning, PASSWORD_USER, "smtp_sasl_mechanism_filter")
        self.assertNotIn(PASSWORD, warning)
        self.assertEqual(self.server.logins() + self.server.refusals(), [])
        self.assertEqual(self.provider.count, before)


class PasswordSlot(PostfixCase):
    """The words that the password slot may hold."""

    def test_tokend_and_tokend_name(self):
        self.sign_in(self.provider)
        self.sign_in(self.provider, "shared", mailbox=MAILBOX)
        for number, slot in enumerate(("tokend", "tokend:shared", "tokend:Shared"), 1):
            with self.subTest(slot):
                relay = self.relay_with_serve(f"{MAILBOX}:{slot}")
                relay.wait_sent(relay.send())
                self.server.wait_mails(number)
        self.assertEqual({user for _, user in self.server.logins()}, {MAILBOX})
        self.assertEqual(len(self.provider.store.issued), 2)

    def test_bearer_is_the_token_itself(self):
        self.sign_in(self.provider)
        token = self.token()
        relay = self.start_relay(self.server.port, f"{MAILBOX}:bearer:{token}", chroot="y")
        relay.wait_sent(relay.send())
        self.assertEqual(self.server.logins(), [("XOAUTH2", MAILBOX)])

    def test_bare_token_only_where_plugin_conf_says_so(self):
        self.sign_in(self.provider)
        token = self.token()
        relay = self.start_relay(self.server.port, f"{MAILBOX}:{token}")
        message = relay.send()
        relay.wait_deferred(message)
        self.assertEqual(self.server.logins() + self.server.refusals(), [])
        self.stage.write_plugin_conf("bare_tokens = yes\n")
        relay.reload()
        relay.flush_until_sent(message)

    def test_path_is_refused_with_what_to_do(self):
        relay = self.start_relay(self.server.port, f"{MAILBOX}:/etc/tokens/{MAILBOX}")
        relay.wait_deferred(relay.send())
        warning, = relay.plugin_warnings()
        self.assert_says(warning, MAILBOX, "tokend import")

    def test_token_with_forbidden_characters_is_never_sent(self):
        tap = self.start_wiretap(self.server.port)
        relay = self.start_relay(tap.port, f"{MAILBOX}:bearer:not;a token")
        relay.wait_deferred(relay.send())
        warning, = relay.plugin_warnings()
        self.assertNotIn("not;a", warning)
        self.assertEqual(self.server.logins() + self.server.refusals(), [])


class Refused(PostfixCase):
    """smtp(8) gets no token: deferred, the code's fixed text in the DSN, ours in the log."""

    def deferral(self, relay, *parts):
        line = relay.wait_deferred(relay.send())
        warning, = relay.plugin_warnings()
        self.assert_says(warning, *parts)
        self.assertIn("dsn=4.7.0", line)
        self.assertEqual(self.server.logins() + self.server.refusals(), [])
        return line

    def test_account_that_does_not_allow_postfix_looks_like_none(self):
        self.sign_in(self.provider, allow=None)
        before = self.provider.count
        relay = self.relay_with_serve(chroot="y")
        line = self.deferral(relay, MAILBOX, "allow")
        self.assertIn("authorization failure", line)
        closed = relay.plugin_warnings()[0]
        other = self.relay_with_serve("nobody@example.org:", chroot="y")
        self.deferral(other, "nobody@example.org")
        self.assertEqual(other.plugin_warnings()[0].replace("nobody@example.org", MAILBOX),
                         closed)
        self.assertEqual(self.provider.count, before)

    def test_host_that_the_account_does_not_list(self):
        self.sign_in(self.provider, hosts="mail.example.com")
        before = self.provider.count
        self.deferral(self.relay_with_serve(), MAILBOX, "127.0.0.1", "hosts")
        self.assertEqual(self.provider.count, before)

    def test_nobody_listens(self):
        self.sign_in(self.provider)
        relay = self.start_relay(self.server.port, f"{MAILBOX}:", chroot="y")
        message = relay.send()
        line = relay.wait_deferred(message)
        self.assertIn("remote authentication server unavailable", line)
        self.assert_says(relay.plugin_warnings()[0], MAILBOX, "run/tokend/socket")
        self.start_serve(relay.make_socket_folder())
        relay.flush()
        relay.wait_sent(message)
        self.server.wait_mails(1)

    def test_account_never_signed_in(self):
        self.stage.write_account(MAILBOX, **self.account_keys(self.provider, allow="postfix"))
        self.deferral(self.relay_with_serve(), MAILBOX, "tokend login")
        self.assertEqual(self.provider.count, 0)

    def test_consent_withdrawn(self):
        self.sign_in(self.provider)
        self.provider.store.withdraw(MAILBOX)
        line = self.deferral(self.relay_with_serve(), MAILBOX, "tokend login", "invalid_grant")
        self.assertIn("authentication failure", line)
        self.assertEqual({request.client_id for request in self.provider.requests}, {CLIENT_ID})
