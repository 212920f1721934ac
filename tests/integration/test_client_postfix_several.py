# SPDX-License-Identifier: BSD-2-Clause
"""doc/clients/postfix-several.md: accounts and relays by sender, and two instances."""

from support import recipe
from support.machine_case import ALICE
from support.postfix_page import BOB, BOBS_SERVER, SECOND, PostfixPage

WORK = "alice@example.com"
CAROL = "carol@gmail.com"


class Several(PostfixPage):
    def setUp(self):
        super().setUp()
        first = recipe.Page("postfix")
        self.start_postfix()
        self.follow(first, "Google", "systemd")
        # Its other sections are test_client_postfix's.
        recipe.leave_out(first.blocks)

    def test_accounts_relays_and_a_password(self):
        self.follow(recipe.Page("postfix-several"), "Several accounts", "One relay with")
        for sender in (ALICE, CAROL, WORK, BOB):
            self.send(sender)
        self.assertEqual(self.logins(), [("PLAIN", BOB), ("XOAUTH2", WORK), ("XOAUTH2", ALICE),
                                         ("XOAUTH2", CAROL)])
        self.assertIn(f"relay={BOBS_SERVER}", self.postfix.log())
        self.assertIn("relay=smtp.office365.com", self.postfix.log())

    def test_each_instance_has_its_jail_and_its_socket(self):
        self.follow(recipe.Page("postfix-several"), "Two instances")
        self.send(ALICE)
        self.send(WORK, SECOND)
        self.assertEqual(self.logins(), [("XOAUTH2", WORK), ("XOAUTH2", ALICE)])
        self.assertIn("postfix-work/smtp", self.postfix.log())
