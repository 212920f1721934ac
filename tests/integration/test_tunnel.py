"""`tokend tunnel` on standard input and output, with the programs that run a command in place of
a connection, and with servers that are odd.
"""

from support.machine_case import ALICE, MachineCase

MECHANISMS = ("XOAUTH2", "OAUTHBEARER")
BYE = {"imap": "* BYE ", "pop": "-ERR ", "smtp": "554 "}


class TunnelCase(MachineCase):
    def setUp(self):
        super().setUp()
        self.start_providers()
        self.person = self.add_person()
        self.log_in(person=self.person)

    def tunnel(self, words, stdin, **options):
        """The command with all that the local program says at once; the Result."""
        done = self.person.sh(f"tokend tunnel {words}", stdin=stdin, **options)
        return done


class Stdio(TunnelCase):
    def test_imap_is_preauthenticated_with_the_servers_abilities(self):
        for mechanism in MECHANISMS:
            with self.subTest(mechanism):
                done = self.tunnel(f"--mechanism {mechanism} imap imap.gmail.com {ALICE}",
                                   "a SELECT INBOX\r\nb LOGOUT\r\n")
                self.assertEqual(done.status, 0, done.text)
                self.assertRegex(done.stdout, r"\A\* PREAUTH \[CAPABILITY IMAP4rev1 .*IDLE")
                self.assertIn("a OK [READ-WRITE]", done.stdout)
                self.assertIn("b OK Logout", done.stdout)
        self.assertEqual(self.dovecot.logins(at_least=2),
                         [("imap", ALICE, mechanism) for mechanism in MECHANISMS])

    def test_pop_takes_any_login(self):
        for login in ("USER x\r\nPASS any thing\r\n", "AUTH PLAIN AHgAeQ==\r\n",
                      "AUTH PLAIN\r\nAHgAeQ==\r\n", ""):
            done = self.tunnel(f"pop pop.gmail.com {ALICE}", f"CAPA\r\n{login}STAT\r\nQUIT\r\n")
            self.assertEqual(done.status, 0, done.text)
            self.assertIn("+OK 0 0", done.stdout)
            self.assertIn("UIDL\r\n", done.stdout)

    def test_smtp(self):
        done = self.tunnel(f"smtp smtp.gmail.com {ALICE}", "EHLO me\r\nAUTH PLAIN AHgAeQ==\r\n"
            f"MAIL FROM:<{ALICE}>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n"
            "Subject: x\r\n\r\ny\r\n.\r\nQUIT\r\n")
        self.assertEqual(done.status, 0, done.text)
        self.submission.wait_mails(1)
