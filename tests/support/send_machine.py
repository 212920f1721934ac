# SPDX-License-Identifier: BSD-2-Clause
"""A machine whose mail tokend sends: by nullmailer, or by Postfix; each as setup makes it."""

from support import machine_postfix
from support.first_use import receive_roots_mail
from support.nullmailer import NullmailerCase
from support.relay_page import RelayPage

HELLO = "Subject: hello\n\nIt works.\n"


class ByNullmailer(NullmailerCase):
    """begin() has all done; then mail to root arrives at the account's mailbox."""

    def begin(self, **keys):
        self.log_in(**{"send": "smtp", **keys})
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

    def try_again(self):
        self.run_queue()


class ByPostfix(RelayPage):
    """The same with a Postfix as Debian asks for one at the installation."""

    def begin(self, **keys):
        self.log_in(**{"send": "smtp", **keys})
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

    def try_again(self):
        self.postfix.must("postqueue -f")
