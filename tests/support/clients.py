"""What the tests of the pages in tokend/clients/ have in common: two providers, one person.

Each page has a section for Gmail and one for Microsoft 365; both are followed as they stand.
"""

from support import recipe
from support.machine_case import MachineCase

GMAIL = "alice@gmail.com"
WORK = "alice@example.com"
LETTER = (b"From: bob@example.org\r\nTo: alice@gmail.com\r\nSubject: a letter\r\n"
          b"Message-ID: <letter@example.org>\r\n\r\nThe text.\r\n")


class ClientCase(MachineCase):
    """self.alice, and both providers' servers with a letter in each mailbox of hers."""

    def setUp(self):
        super().setUp()
        self.start_providers()
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

    def follow(self, page, heading):
        """Do what the section says; returns the Results."""
        done = recipe.follow(recipe.Page(page).under(heading), self.machine, self.alice,
                             {"tokend login": self.log_in_as_typed})
        return [self.note(result) for result in done]

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

