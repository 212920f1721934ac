# SPDX-License-Identifier: BSD-2-Clause
"""Whose account it is, the system's or a user's, and who may have its tokens."""

import os

from support import mailclients
from support.case import CLIENT_ID, MAILBOX, IntegrationCase

NO_SUCH = "nobody@example.org"


class ScopeCase(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()
        self.dovecot = self.start_dovecot(self.provider)

    def imtest(self, home, user, **options):
        return self.note(mailclients.cyrus_test("imtest", home, self.dovecot.imaps, user,
                                                **options), may_show_response=True)

    def perl(self, home, user, **options):
        return self.note(mailclients.perl_imap(home, self.dovecot.imap, user, **options))

    def second_consent(self, place, name, **keys):
        """An account named like one that exists, by a client of its own."""
        self.provider.store.register("client-of-the-user", secret="the user's own secret")
        place.write_account(name, **self.account_keys(
            self.provider, client_id="client-of-the-user", client_secret="the user's own secret",
            **keys))
        consent = self.provider.store.authorise("client-of-the-user", name)
        self.succeed(place.tokend("login", "--refresh-token-stdin", name, stdin=consent + "\n"))
        os.unlink(os.path.join(place.state, "cache", name))
        self.provider.forget_requests()


class SystemSocket(ScopeCase):
    """Two uids on one socket of the system: each gets what `allow` gives, and no more."""

    def setUp(self):
        super().setUp()
        self.stage.write_plugin_conf(mode=0o644)
        self.first, self.second = self.make_home(), self.make_home()
        self.start_serve()

    def test_each_gets_only_what_allow_gives(self):
        granted = {"first@example.org": [self.first], "second@example.org": [self.second],
                   "both@example.org": [self.first, self.second], "root@example.org": []}
        for name, homes in granted.items():
            self.sign_in(self.provider, name,
                         allow=" ".join(str(home.uid) for home in homes) or None)
        for name, homes in granted.items():
            for home in (self.first, self.second):
                with self.subTest(account=name, uid=home.uid):
                    done = self.perl(home, name)
                    self.assertEqual(done.status == 0, home in homes, done.text)
        self.assertEqual(sorted(user for _, user, _ in self.dovecot.logins(at_least=4)),
                         ["both@example.org", "both@example.org", "first@example.org",
                          "second@example.org"])
        self.assertEqual(len(self.provider.store.issued), 3, "no token for who may not have it")

    def test_refusal_does_not_tell_which_accounts_exist(self):
        self.sign_in(self.provider, allow=None)
        self.stage.write_account("broken@example.org", nonsense="1")
        told = [self.perl(self.first, name).stdout.replace(name, "NAME")
                for name in (MAILBOX, NO_SUCH, "broken@example.org")]
        self.assert_says(told[0], "NAME", "allow")
        self.assertEqual(told[1], told[0])
        self.assertEqual(told[2], told[0], "nor what is wrong with them")

    def test_group_in_allow(self):
        self.sign_in(self.provider, allow="@daemon")
        self.assertNotEqual(self.perl(self.first, MAILBOX).status, 0)
        self.first.gid = self.stage.gid
        self.assertEqual(self.perl(self.first, MAILBOX).status, 0)

    def test_root_gets_every_token(self):
        self.sign_in(self.provider, allow=None)
        self.assertEqual(self.token(), self.provider.store.issued[0])

    def test_daemon_without_home_gets_the_systems(self):
        self.sign_in(self.provider, allow=str(self.first.uid))
        done = self.stage.tokend("token", MAILBOX, uid=self.first.uid)
        self.assertEqual(done.stdout, self.provider.store.issued[0] + "\n", done.stderr)
        done = self.note(self.stage.tokend("token", MAILBOX, uid=self.second.uid))
        self.assert_says(done.stderr, MAILBOX, "allow")
        self.assert_says(self.note(self.stage.tokend("token", uid=self.first.uid)).stderr, "HOME")

    def test_host_binding(self):
        self.sign_in(self.provider, allow=str(self.first.uid), hosts="mail.example.com")
        done = self.perl(self.first, MAILBOX)
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.stdout, MAILBOX, "localhost", "hosts")
        self.assertEqual(self.provider.store.issued, [])

    def test_program_that_is_not_set_up_has_no_mechanism(self):
        """plugin.conf for root only, and no accounts of one's own: the mechanism is not there."""
        os.rmdir(self.first.accounts)
        self.sign_in(self.provider, allow=str(self.first.uid))
        self.stage.write_plugin_conf(mode=0o600)
        done = self.perl(self.first, MAILBOX)
        self.assert_says(done.stdout, "no mechanism available")


class UserBesideSystem(ScopeCase):
    """A user's own account, by helper, while the system's tokend serves others."""

    def setUp(self):
        super().setUp()
        self.stage.write_plugin_conf(mode=0o644)
        self.home = self.make_home()

    def clients(self):
        return [request.client_id for request in self.provider.requests
                if request.outcome == "granted"]

    def test_each_serves_its_own(self):
        self.sign_in(self.provider)
        self.second_consent(self.home, MAILBOX)
        server = self.start_submission(self.dovecot)
        relay = self.make_relay(server.port, f"{MAILBOX}:", chroot="y")
        self.start_serve(relay.make_socket_folder(), self.stage.socket)
        relay.start()
        relay.wait_sent(relay.send())
        self.assertEqual(self.clients(), [CLIENT_ID])
        self.assertEqual(self.perl(self.home, MAILBOX).status, 0)
        self.assertEqual(self.clients(), [CLIENT_ID, "client-of-the-user"])
        self.provider.store.revoke_access(self.provider.store.issued[1])
        self.assertNotEqual(self.perl(self.home, MAILBOX).status, 0)
        relay.wait_sent(relay.send())
        self.assertEqual(len(self.clients()), 2, "one's rejection is not the other's")

    def test_account_that_the_user_has_not_is_the_systems(self):
        self.sign_in(self.provider, allow=str(self.home.uid))
        self.second_consent(self.home, "own@example.org")
        self.start_serve()
        self.assertEqual(self.perl(self.home, MAILBOX).status, 0)
        self.assertEqual(self.clients(), [CLIENT_ID])

    def test_a_failure_does_not_change_the_scope(self):
        self.sign_in(self.provider, allow=str(self.home.uid))
        self.start_serve()
        path = self.home.write(f".config/tokend/accounts/{MAILBOX}.conf", "token_endpoin = x\n")
        done = self.perl(self.home, MAILBOX)
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.stdout, f"{path}:1", "token_endpoint")
        self.assertEqual(self.provider.store.issued, [])

    def test_no_helper_for_the_systems_account(self):
        self.sign_in(self.provider, allow=str(self.home.uid))
        done = self.perl(self.home, MAILBOX)
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.stdout, MAILBOX, self.home.accounts)
        self.assertEqual(self.provider.store.issued, [])

    def test_root_has_no_user_scope(self):
        """An account in root's home is not looked at: root's is the system's."""
        root = self.make_home()
        root.uid = 0
        for folder, _, _ in os.walk(root.home):
            os.chown(folder, 0, 0)
        root.write_account(MAILBOX, **self.account_keys(self.provider))
        done = self.note(root.tokend("token", MAILBOX))
        self.assertEqual(done.status, 67, done.text)
        self.assert_says(done.stderr, MAILBOX, self.stage.config)

    def test_folder_of_somebody_else_is_not_the_users(self):
        self.second_consent(self.home, MAILBOX)
        os.chown(os.path.join(self.home.home, ".config/tokend"), 0, 0)
        done = self.perl(self.home, MAILBOX)
        self.assertNotEqual(done.status, 0)
        self.assertEqual(self.provider.store.issued, [])

    def test_given_folders_replace_both(self):
        self.sign_in(self.provider, allow=str(self.home.uid))
        self.start_serve()
        given = {"TOKEND_CONFIG_DIR": self.home.make_folder("given"),
                 "TOKEND_STATE_DIR": self.home.make_folder("given-state")}
        self.home.make_folder("given", "accounts")
        done = self.perl(self.home, MAILBOX, env=given)
        self.assertNotEqual(done.status, 0)
        self.assert_says(done.stdout, MAILBOX, given["TOKEND_CONFIG_DIR"])
        self.home.write(f"given/accounts/{MAILBOX}.conf",
                        "".join(f"{key} = {value}\n" for key, value in
                                self.account_keys(self.provider).items()))
        consent = self.provider.store.authorise(CLIENT_ID, MAILBOX)
        self.succeed(self.home.tokend("login", "--refresh-token-stdin", MAILBOX, stdin=consent,
                                      env=given))
        self.assertEqual(self.perl(self.home, MAILBOX, env=given).status, 0)
        self.assertFalse(os.path.exists(self.home.state))


class Gate(ScopeCase):
    """The mechanisms are offered if and only if one of three conditions holds."""

    def setUp(self):
        super().setUp()
        self.home = self.make_home()
        os.rmdir(self.home.accounts)

    def is_offered(self, home=None, mechanism="XOAUTH2", **env):
        """Whether libsasl2 has the mechanism, whatever becomes of it then."""
        done = self.note(mailclients.perl_imap(home or self.home, 0, MAILBOX, mechanism, env=env))
        return "no mechanism available" not in done.text

    def root(self):
        home = self.make_home()
        home.uid = 0
        return home

    def test_none(self):
        for home in (self.home, self.root()):
            for mechanism in ("XOAUTH2", "OAUTHBEARER"):
                self.assertFalse(self.is_offered(home, mechanism))

    def test_given_folder(self):
        given = self.home.make_folder("given")
        state = self.home.make_folder("state")
        self.assertFalse(self.is_offered(TOKEND_CONFIG_DIR=given, TOKEND_STATE_DIR=state))
        self.home.make_folder("given", "accounts")
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            self.assertTrue(self.is_offered(mechanism=mechanism, TOKEND_CONFIG_DIR=given,
                                            TOKEND_STATE_DIR=state))

    def test_plugin_conf_that_this_process_can_open(self):
        self.stage.write_plugin_conf(mode=0o600)
        self.assertTrue(self.is_offered(self.root()))
        self.assertFalse(self.is_offered())
        self.stage.write_plugin_conf(mode=0o644)
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            self.assertTrue(self.is_offered(mechanism=mechanism))

    def test_users_accounts_folder(self):
        os.mkdir(self.home.accounts, 0o700)
        os.chown(self.home.accounts, self.home.uid, self.home.uid)
        self.assertTrue(self.is_offered())
        self.assertFalse(self.is_offered(HOME="/nonexistent"))

    def test_users_accounts_folder_is_nothing_to_root(self):
        home = self.root()
        os.chown(home.home, 0, 0)
        self.assertFalse(self.is_offered(home))


class NotConfigured(IntegrationCase):
    """With the plugin installed and nothing set up, every program does what it did before."""

    PASSWORD = "a-password-of-alice"

    def setUp(self):
        super().setUp()
        self.require_root()
        self.provider = self.start_provider()
        self.dovecot = self.start_dovecot(self.provider, passwords={MAILBOX: self.PASSWORD})
        self.home = self.make_home()
        os.rmdir(self.home.accounts)

    def both_ways(self, program):
        """What a program does with Debian's modules alone, and with ours beside them."""
        return [program(self.stage.sasl_path("plain", "login", ours=ours)) for ours in (0, 1)]

    def test_imtest_chooses_as_before(self):
        def log_in(sasl_path):
            return mailclients.cyrus_test("imtest", self.home, self.dovecot.imaps, MAILBOX,
                                          mechanism=None, password=self.PASSWORD,
                                          sasl_path=sasl_path)
        for done in self.both_ways(log_in):
            self.assertTrue(mailclients.is_authenticated(done), done.text)
        methods = [method for _, _, method in self.dovecot.logins(at_least=2)]
        self.assertEqual(methods[0], methods[1])

    def test_mbsync_chooses_as_before(self):
        def fetch(sasl_path):
            return mailclients.mbsync(self.home, self.dovecot.imaps, MAILBOX,
                                      self.authority.certificate, "*", password=self.PASSWORD,
                                      sasl_path=sasl_path)
        for done in self.both_ways(fetch):
            self.assertEqual(done.status, 0, done.text)
        methods = [method for _, _, method in self.dovecot.logins(at_least=2)]
        self.assertEqual(methods[0], methods[1])

    def test_password_account_beside_an_oauth_account(self):
        os.mkdir(self.home.accounts, 0o700)
        os.chown(self.home.accounts, self.home.uid, self.home.uid)
        self.sign_in(self.provider, "token@example.org", home=self.home)
        sasl_path = self.stage.sasl_path("plain", "login")
        for user, mechanism, password in ((MAILBOX, "PLAIN", self.PASSWORD),
                                          ("token@example.org", "XOAUTH2", None)):
            done = mailclients.mbsync(self.home, self.dovecot.imaps, user,
                                      self.authority.certificate, mechanism, password=password,
                                      sasl_path=sasl_path)
            self.assertEqual(done.status, 0, done.text)
        self.assertEqual(self.dovecot.logins(at_least=2), [
            ("imap", MAILBOX, "PLAIN"), ("imap", "token@example.org", "XOAUTH2")])
