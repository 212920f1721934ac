# SPDX-License-Identifier: BSD-2-Clause
"""The base of tests on a private machine, where the big providers' names lead to our servers.

There a recipe holds as it is written: `Host imap.gmail.com`, TLS verified against the machine's
trust store, the preset's own token endpoint at its own name.
"""

import itertools
import os

from support import waiting
from support.case import CLIENT_ID, IntegrationCase
from support.exchange import Exchange
from support.machine import Machine
from support.provider import Provider

MAIL = {"ports": (143, 993, 110, 995)}
SUBMISSION = {"ports": (587, 465)}
GOOGLE = ("oauth2.googleapis.com", "accounts.google.com", "www.googleapis.com", "gmail.com",
          "imap.gmail.com", "pop.gmail.com", "smtp.gmail.com")
MICROSOFT = ("login.microsoftonline.com", "outlook.office365.com", "smtp.office365.com",
             "outlook.office.com")
TENANTS = ("common", "organizations", "consumers", "example.com")
ALICE = "alice@gmail.com"
FIRST_PERSON = 21001


class MachineCase(IntegrationCase):
    """self.machine, the providers' servers on request, and people with homes."""

    submission_options = {}  # more parameters of its main.cf

    def setUp(self):
        super().setUp()
        self.require_root()
        self.machine = self.make_machine()
        self.addCleanup(self.machine.stop)
        self.machine.trust(self.authority)
        self._people = itertools.count(FIRST_PERSON)

    def make_machine(self):
        return Machine(self.stage, self.folder)

    def start_providers(self, more_names=(), **dovecot_options):
        """self.provider, .dovecot and .submission, as Google and as Microsoft, at real ports.

        more_names: of the same servers, with the same certificate.
        """
        names = (*GOOGLE, *MICROSOFT, *more_names)
        certificate = self.authority.issue(*names)
        self.machine.name(*names)
        self.provider = self.machine.do(Provider, certificate, port=443)
        self.addCleanup(self.machine.do, self.provider.stop)
        self._providers.append(self.provider)
        for tenant in TENANTS:
            self.provider.routes["POST", f"/{tenant}/oauth2/v2.0/token"] = Exchange.token
        self.provider.store.register(CLIENT_ID)
        self.dovecot = self.machine.do(self.start_dovecot, self.provider, certificate, **MAIL,
                                       **dovecot_options)
        self.submission = self.machine.do(
            self.start_submission, self.dovecot, certificate, **SUBMISSION,
            options={"virtual_mailbox_domains": "example.org, gmail.com, example.com",
                     **self.submission_options})

    def add_person(self, name="alice"):
        return Person(self.machine, name, next(self._people), self.evidence)

    def log_in(self, account=ALICE, person=None, provider="google", options="", **keys):
        """`tokend login` of a recipe, with a refresh token at hand instead of a browser."""
        refresh_token = self.provider.store.authorise(CLIENT_ID, account)
        settings = {"client_id": CLIENT_ID, "provider": provider, **keys}
        words = " ".join(f"--set {key}='{value}'" for key, value in settings.items())
        run = (person or self.machine).sh
        self.succeed(run(f"tokend login --refresh-token-stdin {options} {words} {account}",
                         stdin=refresh_token + "\n"))


class Person:
    """A person with a passwd entry, a home, and nothing but the machine's own environment."""

    def __init__(self, machine, name, uid, evidence):
        self.machine, self.name, self.uid, self._evidence = machine, name, uid, evidence
        self.home = machine.add_user(name, uid)

    def sh(self, command, *, stdin=None, env=None, timeout=waiting.LIMIT, may_show_response=False):
        """A line as it is typed at the person's prompt."""
        done = self.machine.sh(command, uid=self.uid, gid=self.uid, stdin=stdin, cwd=self.home,
                               env={"HOME": self.home, "USER": self.name, **(env or {})},
                               timeout=timeout)
        self._evidence.add_text(f"output of {command.split()[0]}", done.text,
                                may_show_response=may_show_response)
        return done

    def write(self, relative, text, mode=0o600):
        self.machine.write(os.path.join(self.home, relative), text, mode, (self.uid, self.uid))
        self.machine.run("chown", "-R", f"{self.uid}:{self.uid}", self.home)

    def read(self, relative):
        return self.machine.read(os.path.join(self.home, relative))
