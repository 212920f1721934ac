# SPDX-License-Identifier: BSD-2-Clause
"""The end of `tokend login`: a real login at the mail server, in the server's own words."""

import os

from support import ca, loopback
from support.sign_in import APP, CONFIG, LATER, USER, SignInCase


class ProofCase(SignInCase):
    def setUp(self):
        super().setUp()
        self.require_root()
        self.dovecot = self.start_dovecot(self.provider)

    def servers(self, **more):
        """An account's options, with what trusts the servers."""
        return self.settings(**{"ca_file": self.authority.certificate, **more})

    def prove(self, *options, status=0, says=(), begin=None):
        running = (begin or self.begin)(*options)
        self.visit(running)
        self.expect(running, status, *says)
        return running


class Servers(ProofCase):
    def test_imap(self):
        running = self.prove(*self.servers(server_imap=f"localhost:{self.dovecot.imap}"),
                             says=(f"localhost:{self.dovecot.imap}", "Logged in"))
        (protocol, user, mechanism), = self.dovecot.logins(at_least=1)
        self.assertEqual((protocol, user), ("imap", USER))
        self.assertIn(mechanism, running.stdout)
        self.assert_signed_in()

    def test_pop(self):
        self.prove(*self.servers(server_pop=f"localhost:{self.dovecot.pop3}"),
                   says=("pop", "Logged in"))
        self.assertEqual([login[:2] for login in self.dovecot.logins(at_least=1)],
                         [("pop3", USER)])

    def test_smtp(self):
        submission = self.start_submission(self.dovecot)
        self.prove(*self.servers(server_smtp=f"localhost:{submission.port}"),
                   says=("smtp", "235 2.7.0"))
        self.assertEqual(submission.mails(), [], "a login and nothing else")
        self.assertEqual(submission.refusals(), [])

    def test_one_is_enough_and_all_can_be_asked_for(self):
        submission = self.start_submission(self.dovecot)
        servers = self.servers(server_smtp=f"localhost:{submission.port}",
                               server_imap=f"localhost:{self.dovecot.imap}",
                               server_pop=f"localhost:{self.dovecot.pop3}")
        running = self.prove(*servers, says=("235",))
        self.assertNotRegex(running.stdout, r"(?m)^  imap ")
        self.prove("--service", "imap", "--service", "pop")
        self.assertEqual([login[0] for login in self.dovecot.logins(at_least=2)],
                         ["imap", "pop3"])

    def test_not_at_all(self):
        self.prove(*self.servers(server_imap=f"localhost:{self.dovecot.imap}"), "--no-test")
        self.assertEqual(self.dovecot.logins(), [])

    def test_no_server_is_known(self):
        self.prove(*self.servers(), says=("not tested",))

    def test_system_scope(self):
        """Root's terminal, the tokend user's token."""
        self.prove(*self.servers(server_imap=f"localhost:{self.dovecot.imap}"),
                   begin=self.begin_as_root, says=("Logged in",))
        self.assertEqual(len(self.dovecot.logins(at_least=1)), 1)
        self.assertTrue(os.path.exists(self.stage.account_path(USER)))


class Failure(ProofCase):
    """What the server said is told; the account and its consent stay for when it is fixed."""

    def fail_at(self, server, status, *says, **more):
        self.prove(*self.servers(server_imap=server, **more), status=status, says=says)
        self.assert_signed_in()

    def test_refused(self):
        self.provider.refuse_logins = True
        running = self.begin(*self.servers(server_imap=f"localhost:{self.dovecot.imap}"))
        self.visit(running)
        self.expect(running, CONFIG, "AUTHENTICATIONFAILED", "the account is kept",
                    "user = MAILBOX")
        self.provider.refuse_logins = False
        self.assert_signed_in()

    def test_nobody_there(self):
        self.fail_at(f"localhost:{loopback.free_port()}", LATER, "refused")

    def test_certificate_that_is_not_trusted(self):
        other = ca.Authority(self._place("ca"), "nobody's CA")
        self.fail_at(f"localhost:{self.dovecot.imap}", LATER, "certificate",
                     ca_file=other.certificate)

    def test_server_that_the_token_is_not_for(self):
        """`hosts` holds for the proof, too."""
        self.fail_at(f"localhost:{self.dovecot.imap}", CONFIG, "hosts", hosts="mail.example.org")
        self.assertEqual(self.dovecot.logins(), [])

    def test_account_that_is_not_the_mailboxs(self):
        """the user is another person, kept on purpose: only the server can tell."""
        self.prove(*self.servers(server_imap=f"localhost:{self.dovecot.imap}",
                                 client_id=APP, user="bob@example.org"),
                   status=CONFIG, says=("AUTHENTICATIONFAILED", '"user = ',
                                        "if bob@example.org is not the mailbox",
                                        f"tokend doctor --live {USER}"))
