"""tokend/clients/postfix.md: several accounts, relays and instances."""

from support.machine_case import ALICE
from support.postfix_page import BOB, BOBS_SERVER, PostfixPage

WORK = "alice@example.com"
CAROL = "carol@gmail.com"
SECOND_QUEUE = "/var/spool/postfix-work"


class BySender(PostfixPage):
    def test_accounts_relays_and_a_password(self):
        self.start_postfix()
        self.follow("Google", "systemd", "Several accounts", "One relay with a password")
        for sender in (ALICE, CAROL, WORK, BOB):
            self.send(sender)
        self.assertEqual(self.logins(), [("PLAIN", BOB), ("XOAUTH2", WORK), ("XOAUTH2", ALICE),
                                         ("XOAUTH2", CAROL)])
        self.assertIn(f"relay={BOBS_SERVER}", self.log())
        self.assertIn("relay=smtp.office365.com", self.log())


class Instances(PostfixPage):
    def test_each_has_its_jail_and_its_socket(self):
        self.start_postfix()
        self.follow("Google", "systemd", "Two instances")
        self.send(ALICE)
        self.send(WORK, "/etc/postfix-work")
        self.assertEqual(self.logins(), [("XOAUTH2", WORK), ("XOAUTH2", ALICE)])
        self.assertTrue(self.machine.exists(f"{SECOND_QUEUE}/run/tokend/socket"))
        self.assertIn("postfix-work/smtp", self.log())
