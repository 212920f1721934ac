# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of the pages in doc/clients/ have in common: two providers, one person.

Pages are followed as they stand, whole or by their sections.
"""

from support import recipe
from support.machine_case import MachineCase

GMAIL = "alice@gmail.com"
WORK = "alice@example.com"
LETTER = (b"From: bob@example.org\r\nTo: alice@gmail.com\r\nSubject: a letter\r\n"
          b"Message-ID: <letter@example.org>\r\n\r\nThe text.\r\n")


class ClientCase(MachineCase):
    """self.alice, and both providers' servers with a letter in each mailbox of hers."""

    dovecot_options = {}

    def setUp(self):
        super().setUp()
        self.start_providers(**self.dovecot_options)
        self.alice = self.add_person()
        for account in (GMAIL, WORK):
            self.dovecot.deliver(account, LETTER)

    def log_in_as_typed(self, line, _run):
        """Instead of `tokend login ACCOUNT`, for whichever provider the name is of."""
        account = line.split()[-1]
        if account == WORK:
            self.log_in(account, self.alice, "microsoft", tenant="example.com")
        else:
            self.log_in(account, self.alice)

    def follow(self, page, heading=None, instead=None):
        """Do what the page says, or its section; returns the Results. instead: recipe.follow's."""
        page = recipe.Page(page)
        return recipe.follow(page.under(heading) if heading else page.blocks, self.machine,
                             self.alice, {"tokend login": self.log_in_as_typed, **(instead or {})})

    def edit(self, relative, *replacements):
        """Change a file of alice's as the page allows: (old, new), ..."""
        text = self.alice.read(relative)
        for old, new in replacements:
            self.assertIn(old, text)
            text = text.replace(old, new)
        self.alice.write(relative, text)

    def do(self, command, **options):
        """A line at alice's prompt that has to succeed."""
        done = self.alice.sh(command, **options)
        self.assertEqual(done.status, 0, f"{command}\n{done.text}")
        return done

    def assert_logins(self, *expected):
        """All logins at Dovecot, in their order: (protocol, mechanism), all of them to GMAIL."""
        found = self.dovecot.logins(at_least=len(expected))
        self.assertEqual(found, [(protocol, GMAIL, mechanism) for protocol, mechanism in expected])

    def assert_sent(self, mechanism, *ends):
        """The mails that GMAIL has sent, all by this mechanism, and how the text of each ends."""
        mails = self.submission.wait_mails(len(ends))
        self.assertEqual(self.submission.logins(), [(mechanism, GMAIL)] * len(ends))
        for mail, end in zip(mails, ends):
            self.assertTrue(mail.rstrip().endswith(end.encode()), mail)
