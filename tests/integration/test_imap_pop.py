# SPDX-License-Identifier: BSD-2-Clause
"""Mail programs of a user, who has an account of their own and no daemon: the helper's case.

mbsync, imtest, pop3test, smtptest and Perl all use the one libsasl2, but drive it differently:
with and without an initial response, with a prompt list or callbacks, one login or several.
"""

import os

from support import mailclients
from support.case import MAILBOX, IntegrationCase

LETTER = (b"From: someone@example.net\r\nTo: alice@example.org\r\nSubject: a letter\r\n"
          b"Message-ID: <letter@example.net>\r\n\r\n.dot\r\n\xc3\xbcml\xc3\xa4ut  \r\n\r\nend\r\n")


class UserCase(IntegrationCase):
    """A person with one account, a provider, and Dovecot."""

    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()
        self.dovecot = self.start_dovecot(self.provider)
        self.home = self.make_home()

    def mbsync(self, user=MAILBOX, **options):
        done = mailclients.mbsync(self.home, self.dovecot.imaps, user,
                                  self.authority.certificate, **options)
        return self.note(done, may_show_response=True)

    def cyrus_test(self, program, port, user=MAILBOX, **options):
        done = mailclients.cyrus_test(program, self.home, port, user, **options)
        return self.note(done, may_show_response=True)

    def assert_authenticated(self, result):
        self.assertTrue(mailclients.is_authenticated(result), result.text)


class Mbsync(UserCase):
    def test_fetches_by_both_mechanisms(self):
        self.sign_in(self.provider, home=self.home)
        self.dovecot.deliver(MAILBOX, LETTER)
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            done = self.mbsync(mechanisms=mechanism)
            self.assertEqual(done.status, 0, done.text)
        self.assertEqual(mailclients.messages(self.home), [LETTER.replace(b"\r\n", b"\n")])
        self.assertEqual(self.dovecot.logins(at_least=2), [("imap", MAILBOX, "XOAUTH2"),
                                                           ("imap", MAILBOX, "OAUTHBEARER")])
        self.assertEqual(len(self.provider.store.issued), 1)

    def test_cached_token_needs_neither_helper_nor_provider(self):
        self.sign_in(self.provider, home=self.home)
        self.token(home=self.home)
        before = self.provider.count
        done = self.mbsync(wrapper=["strace", "-f", "-qq", "-e", "trace=execve,connect"])
        self.assertEqual(done.status, 0, done.text)
        self.assertIn("execve", done.stderr)
        self.assertNotIn("tokend\"", done.stderr, "a helper was started")
        self.assertNotIn("tokend/socket", done.stderr)
        self.assertEqual(self.provider.count, before)

    def test_expired_token_is_replaced(self):
        self.provider.store.lifetime = 2
        self.sign_in(self.provider, home=self.home)
        self.token(home=self.home)
        self.wait_expiry(self.provider)
        self.provider.store.lifetime = 3600
        before = self.provider.count
        done = self.mbsync()
        self.assertEqual(done.status, 0, done.text)
        self.assertEqual(self.provider.count - before, 1)

    def test_rejected_token_shows_the_servers_words_and_is_replaced(self):
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            with self.subTest(mechanism):
                login = {"user": f"{mechanism.lower()}@example.org", "mechanisms": mechanism}
                self.sign_in(self.provider, login["user"], home=self.home)
                self.assertEqual(self.mbsync(**login).status, 0)
                self.provider.store.revoke_access()
                before = self.provider.count
                done = self.mbsync(**login)
                self.assertNotEqual(done.status, 0)
                self.assert_says(done.text, "[AUTHENTICATIONFAILED] Authentication failed.")
                self.assertEqual(self.provider.count, before)
                self.assertEqual(self.mbsync(**login).status, 0)
                self.assertEqual(self.provider.count - before, 1)

    def test_refused_twice_is_told_and_asks_no_more(self):
        self.sign_in(self.provider, home=self.home)
        self.provider.refuse_logins = True
        for _ in range(5):
            done = self.mbsync()
            self.assertNotEqual(done.status, 0)
        self.assertEqual(len(self.provider.store.issued), 2)
        self.assert_says(done.text, MAILBOX, "localhost")

    def test_consent_gone_is_one_complete_sentence(self):
        self.sign_in(self.provider, home=self.home)
        self.provider.store.withdraw(MAILBOX)
        done = self.mbsync()
        self.assertNotEqual(done.status, 0)
        line, = [line for line in done.text.splitlines() if MAILBOX in line and "tokend" in line]
        self.assert_says(line, MAILBOX, "invalid_grant", "Token has been expired or revoked",
                         "tokend login")

    def test_never_signed_in(self):
        self.home.write_account(MAILBOX, **self.account_keys(self.provider))
        done = self.mbsync()
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.text, MAILBOX, "tokend login")
        self.assertEqual(self.provider.count, 0)

    def test_missing_account_names_the_folders_looked_in(self):
        done = self.mbsync()
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.text, MAILBOX, self.home.accounts)

    def test_users_own_serve_is_asked(self):
        self.sign_in(self.provider, home=self.home)
        socket = os.path.join(self.home.make_folder("runtime", "tokend"), "socket")
        env = {"XDG_RUNTIME_DIR": self.home.runtime}
        self.enterContext(self.stage.serve(socket, uid=self.home.uid,
                                           env=self.home.environment(**env)))
        self.assertEqual(self.mbsync(env=env).status, 0)
        self.assertEqual(len(self.provider.store.issued), 1)


class CyrusPrograms(UserCase):
    def test_imtest(self):
        self.sign_in(self.provider, home=self.home)
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            for starttls in (False, True):
                with self.subTest(mechanism=mechanism, starttls=starttls):
                    port = self.dovecot.imap if starttls else self.dovecot.imaps
                    self.assert_authenticated(self.cyrus_test(
                        "imtest", port, mechanism=mechanism, starttls=starttls))
        self.assertEqual(len(self.dovecot.logins("imap", at_least=4)), 4)
        self.assertEqual(len(self.provider.store.issued), 1)

    def test_pop3test(self):
        self.sign_in(self.provider, home=self.home)
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            self.assert_authenticated(
                self.cyrus_test("pop3test", self.dovecot.pop3s, mechanism=mechanism))
        self.assertEqual(self.dovecot.logins("pop3", at_least=2), [
            ("pop3", MAILBOX, "XOAUTH2"), ("pop3", MAILBOX, "OAUTHBEARER")])

    def test_smtptest(self):
        self.sign_in(self.provider, home=self.home)
        server = self.start_submission(self.dovecot)
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            self.assert_authenticated(self.cyrus_test(
                "smtptest", server.port, mechanism=mechanism, starttls=True))

    def test_mechanism_chosen_by_the_library(self):
        self.sign_in(self.provider, home=self.home)
        done = self.cyrus_test("imtest", self.dovecot.imaps, mechanism=None)
        self.assert_authenticated(done)
        self.assertEqual(self.dovecot.logins(at_least=1), [("imap", MAILBOX, "XOAUTH2")])

    def test_mailbox_by_service(self):
        self.sign_in(self.provider, "robot", home=self.home, mailbox=MAILBOX,
                     user="other@example.org", user_imap=MAILBOX, user_pop="third@example.org")
        self.assert_authenticated(self.cyrus_test("imtest", self.dovecot.imaps, "robot"))
        done = self.cyrus_test("pop3test", self.dovecot.pop3s, "robot")
        self.assertFalse(mailclients.is_authenticated(done))
        self.assertIn("third@example.org", self.dovecot.log_text())
        self.assertNotIn("other@example.org", self.dovecot.log_text())

    def test_long_token_with_and_without_initial_response(self):
        self.provider.store.token_length = 2900
        self.sign_in(self.provider, home=self.home)
        for program, port in (("imtest", self.dovecot.imaps), ("pop3test", self.dovecot.pop3s)):
            self.assert_authenticated(self.cyrus_test(program, port))


class Perl(UserCase):
    """A program in another language that loads libsasl2 as a library."""

    def perl(self, user, *args, **options):
        return self.note(mailclients.perl_imap(self.home, self.dovecot.imap, user, *args,
                                               **options))

    def test_both_mechanisms(self):
        self.sign_in(self.provider, home=self.home)
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            done = self.perl(MAILBOX, mechanism)
            self.assertEqual(done.status, 0, done.text)
            self.assertIn("server OK", done.stdout)
        self.assertEqual(self.dovecot.logins(at_least=2), [("imap", MAILBOX, "XOAUTH2"),
                                                           ("imap", MAILBOX, "OAUTHBEARER")])

    def test_authorization_identity_is_the_mailbox(self):
        """A robot's account, a person's mailbox: `user=` and `a=` carry whom it acts for."""
        self.sign_in(self.provider, "robot", home=self.home, mailbox=MAILBOX,
                     user="other@example.org", user_imap="third@example.org")
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            done = self.perl("robot", mechanism, authzid=MAILBOX)
            self.assertEqual(done.status, 0, done.text)
        self.assertEqual({user for _, user, _ in self.dovecot.logins(at_least=2)}, {MAILBOX})

    def test_names_with_the_separators_of_oauthbearer(self):
        """RFC 5801 escapes "=" and "," in a name; the server must see them as they were."""
        name = "a=b,c@example.org"
        self.sign_in(self.provider, name, home=self.home)
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            done = self.perl(name, mechanism)
            self.assertEqual(done.status, 0, done.text)
        self.assertEqual(self.dovecot.logins(at_least=2), [("imap", name, "XOAUTH2"),
                                                           ("imap", name, "OAUTHBEARER")])

    def test_failure_is_in_the_library_users_error(self):
        self.sign_in(self.provider, home=self.home)
        self.provider.store.withdraw(MAILBOX)
        done = self.perl(MAILBOX)
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.stdout, MAILBOX, "tokend login")

    def test_refused_login_ends_with_the_servers_answer(self):
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            with self.subTest(mechanism):
                user = f"{mechanism.lower()}@example.org"
                self.sign_in(self.provider, user, home=self.home)
                self.token(user, home=self.home)
                self.provider.store.revoke_access()
                done = self.perl(user, mechanism)
                self.assertIn("server NO [AUTHENTICATIONFAILED]", done.stdout)
