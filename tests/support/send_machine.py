# SPDX-License-Identifier: BSD-2-Clause
"""A machine whose mail tokend sends: by nullmailer, or by Postfix; each as setup makes it.

Both by SMTP, or, with ByGmail or ByGraph in front, by a provider's API.
"""

import re

from support import gmail_api, graph_api, machine_postfix, waiting
from support.first_use import receive_roots_mail
from support.machine_case import ALICE
from support.nullmailer import NullmailerCase
from support.relay_page import RelayPage

API_ADDRESS = "127.0.0.2"  # its port 443 is not the provider's
HELLO = "Subject: hello\n\nIt works.\n"


class BySmtp:
    account = ALICE
    api = None

    def sign_in(self, **keys):
        self.log_in(send="smtp", **keys)

    def arrived(self):
        """The mails that the provider has taken, as bytes, oldest first."""
        return self.submission.mails()

    def wait_arrived(self, count):
        return self.submission.wait_mails(count)


class ByApi(BySmtp):
    """At the preset's own host, with what `tokend login --send-only` makes."""

    kind, host, keys = None, None, {}

    def setUp(self):
        super().setUp()
        self.machine.name(self.host, address=API_ADDRESS)
        self.api = self.machine.do(self.kind, self.provider.store,
                                   self.authority.issue(self.host), address=(API_ADDRESS, 443))
        self.addCleanup(self.machine.do, self.api.stop)

    def sign_in(self, **keys):
        """Then the tokens may do what the account asks for."""
        self.log_in(self.account, options="--send-only", **self.keys, **keys)
        scope = re.search(r"^scope = (.*)$", self.machine.read(
            f"/etc/tokend/accounts/{self.account}.conf"), re.MULTILINE)[1]
        self.api.granted = set(scope.split())

    def arrived(self):
        return [mail.content for mail in self.api.mails]

    def wait_arrived(self, count):
        waiting.until(lambda: len(self.api.mails) >= count, waiting.LIMIT, f"{count} mails")
        self.assertEqual(len(self.api.mails), count)
        return self.arrived()


class ByGmail(ByApi):
    kind, host = gmail_api.GmailApi, "gmail.googleapis.com"


class ByGraph(ByApi):
    kind, host = graph_api.GraphApi, "graph.microsoft.com"
    account = "alice@example.com"
    keys = {"provider": "microsoft", "tenant": "example.com", "send": "graph"}


class ByNullmailer(BySmtp, NullmailerCase):
    """begin() has all done; then mail to root arrives at the account's mailbox."""

    def begin(self):
        self.sign_in()
        self.succeed(self.machine.sh("tokend setup nullmailer --yes"))
        self._serve(None, None)
        self.start_nullmailer()

    def queued_mails(self):
        return self.queued()

    def returned(self, words):
        """Wait until a mail was returned for a reason with these words."""
        self.wait_nullmailer_log(words)
        self.wait_nullmailer_log("Moving message .* into failed")

    def wait_deferred(self, words):
        self.wait_nullmailer_log(words)

    def queue_log(self):
        return self.nullmailer_log()

    def try_again(self):
        self.run_queue()


class ByPostfix(BySmtp, RelayPage):
    """The same with a Postfix as Debian asks for one at the installation."""

    def begin(self):
        self.sign_in()
        self.postfix = machine_postfix.MachinePostfix(self.machine)
        receive_roots_mail(self.postfix)
        self.addCleanup(lambda: self.evidence.add_text("mail.log", self.postfix.log()))
        self.addCleanup(self.postfix.stop)
        self.machine.run("touch", "-d", "1 minute ago", "/etc/postfix/main.cf")
        self.succeed(self.machine.sh("tokend setup postfix --send --yes"))
        self._serve(None, None)
        self.postfix.start()

    def queued_mails(self):
        return self.postfix.must("postqueue -j").splitlines()

    def returned(self, words):
        self.postfix.wait_log(f"status=bounced.*{words}")

    def wait_deferred(self, words):
        self.postfix.wait_log(f"status=deferred.*{words}")

    def queue_log(self):
        return self.postfix.log()

    def try_again(self):
        self.postfix.must("postqueue -f")
