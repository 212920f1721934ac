# SPDX-License-Identifier: BSD-2-Clause
"""The base of the tests of what `tokend setup` makes for programs of a person's own."""

import shlex

from support.case import CLIENT_ID
from support.clients import GMAIL, WORK, ClientCase


class SetupCase(ClientCase):
    """alice signs in, and her programs are set up."""

    def sign_in_alice(self, *accounts):
        for account in accounts:
            if account == WORK:
                self.log_in(account, self.alice, "microsoft", tenant="example.com")
            else:
                self.log_in(account, self.alice)

    def sign_in_oddly(self, name):
        """An account of that name, for the mailbox of GMAIL."""
        refresh_token = self.provider.store.authorise(CLIENT_ID, GMAIL)
        self.do(f"tokend login --refresh-token-stdin --set client_id={CLIENT_ID} "
                f"--set provider=google --set user={GMAIL} {shlex.quote(name)}",
                stdin=refresh_token + "\n")

    def setup(self, program, account=GMAIL):
        """`tokend setup`, which has nothing to do a second time; returns the first's Result."""
        done = self.do(f"tokend setup --yes {program} {shlex.quote(account)}")
        self.assert_nothing_to_do(program, account)
        return done

    def assert_nothing_to_do(self, program, account=GMAIL):
        again = self.do(f"tokend setup --dry-run {program} {shlex.quote(account)}")
        self.assertIn("nothing to do", again.stdout)

    def undo(self, program):
        self.do(f"tokend setup --yes --undo {program}")

    def assert_imap(self, *logins):
        """All logins by IMAP, in any order: (user, mechanism)."""
        found = self.dovecot.logins("imap", at_least=len(logins))
        self.assertEqual(sorted(login[1:] for login in found), sorted(logins))

    def assert_smtp(self, *logins):
        """All mails that went out, in their order: (user, mechanism)."""
        self.submission.wait_mails(len(logins))
        self.assertEqual([login[::-1] for login in self.submission.logins()], list(logins))
