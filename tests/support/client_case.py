"""The base of the tests of mail programs: a person, their mailbox, and a page of tokend/clients/."""

from support import recipe
from support.machine_case import ALICE, MachineCase

LETTER = (b"From: bob@example.net\r\nTo: alice@gmail.com\r\nSubject: for alice\r\n"
          b"Date: Sun, 22 Nov 2026 01:00:00 +0000\r\nMessage-ID: <for-alice@example.net>\r\n\r\n"
          b"hello alice\r\n")
BOTH = ("xoauth2", "oauthbearer")


class ClientCase(MachineCase):
    """self.person has one letter in the mailbox; nobody is signed in."""

    def start(self, mechanisms=BOTH, **dovecot_options):
        """The providers' servers, which offer these mechanisms and no other."""
        self.start_providers(mechanisms=mechanisms, **dovecot_options)
        self.person = self.add_person()
        self.machine.do(self.dovecot.deliver, ALICE, LETTER)

    def follow(self, blocks, instead=None):
        """recipe.follow with the person; `tokend login` signs in, without a browser.

        A page is the whole of it.
        """
        blocks = recipe.Page(blocks).blocks if isinstance(blocks, str) else blocks
        return recipe.follow(blocks, self.machine, self.person,
                             {"tokend login": self._log_in_person, **(instead or {})})

    def assert_logins(self, *expected):
        """All logins at Dovecot, in their order: (protocol, mechanism), all of them Alice's."""
        found = self.dovecot.logins(at_least=len(expected))
        self.assertEqual(found, [(protocol, ALICE, mechanism) for protocol, mechanism in expected])

    def assert_sent(self, mechanism, *ends):
        """The mails that Alice has sent, all by this mechanism, and how the text of each ends."""
        mails = self.submission.wait_mails(len(ends))
        self.assertEqual(self.submission.logins(), [(mechanism, ALICE)] * len(ends))
        for mail, end in zip(mails, ends):
            self.assertTrue(mail.rstrip().endswith(end.encode()), mail)

    def _log_in_person(self, line, _run):
        self.log_in(account=line.split()[-1], person=self.person)
