# SPDX-License-Identifier: BSD-2-Clause
"""Faults of accounts and their files: planted, named by the doctor, fixed as it says."""

import os
import time

from support import doctor
from support.case import CLIENT_ID
from support.doctor_case import DoctorCase
from support.machine_case import ALICE

WORK = "work@example.com"
GUID = "1f0c2a53-6b1d-4a53-9c2e-7d5e0f3b8a41"
DAY = 86400


class AccountsCase(DoctorCase):
    def setUp(self):
        super().setUp()
        self.start()
        self.path = self.stage.account_path(ALICE)

    def put(self, line, path=None):
        """The line, in place of the one of that key."""
        path = path or self.path
        key = line.split()[0]
        kept = [each for each in self.machine.read(path).splitlines()
                if each.split()[0] != key]
        with open(path, "w", encoding="utf-8") as out:
            out.write("".join(f"{each}\n" for each in (*kept, line)))

    def write_work(self, **keys):
        """An account at Microsoft, before the first sign-in."""
        return self.stage.write_account(WORK, **{
            "provider": "microsoft", "client_id": CLIENT_ID, "tenant": "example.com",
            "allow": "postfix", **keys})


class Values(AccountsCase):
    """What cannot be meant."""

    def test_values(self):
        self.each(self.placeholders, self.a_line_that_is_wrong, self.scopes_of_two_resources,
                  self.id_of_a_secret_for_its_value, self.common_where_the_tenant_is_needed,
                  self.scopes_of_graph, self.unknown_names_in_allow,
                  self.an_account_that_is_not_there)

    def placeholders(self):
        for value in ("YOUR_CLIENT_ID", "<client-id>", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
                      "xxx.apps.googleusercontent.com", "00000000-0000-0000-0000-000000000000",
                      "9a3e7d0c-58b1-4a5f-bb0e-0d9f3b7c2e44", "changeme"):
            with self.subTest(value):
                self.put(f"client_id = {value}")
                self.one(self.path, "client_id", "placeholder")
        found = self.look(status=78)
        self.put(f"client_id = {CLIENT_ID}")
        self.fix("placeholder", among=found)
        self.assert_mail_leaves()

    def a_line_that_is_wrong(self):
        self.put("client_ids = x")
        self.one(f"{self.path}:", "client_ids", "client_id")
        self.must(f"sed -i /client_ids/d {self.path}")
        self.assert_healthy()

    def scopes_of_graph(self):
        self.put("scope = https://graph.microsoft.com/SMTP.Send")
        self.fix("Microsoft Graph", "refuse it", instead={
            "tokend login": lambda line: self.log_in(line.split()[-1], allow="postfix")})
        self.assert_mail_leaves()

    def scopes_of_two_resources(self):
        self.write_work(scope="https://outlook.office.com/SMTP.Send User.Read")
        found = self.one("Microsoft Graph", "AADSTS70011")
        self.assert_says(found["found"], '"User.Read"')
        os.unlink(self.stage.account_path(WORK))

    def id_of_a_secret_for_its_value(self):
        path = self.write_work(client_secret=GUID, grant="client_credentials")
        found = self.one(path, "ID", "AADSTS7000215")
        self.assertNotIn(GUID, str(found))
        self.put("client_secret = a-real-value~of.a-secret", path)
        self.assert_healthy()
        os.unlink(path)

    def common_where_the_tenant_is_needed(self):
        self.write_work(client_secret="a-value", grant="client_credentials", tenant="common")
        self.fix("common", "client_credentials")
        os.unlink(self.stage.account_path(WORK))

    def unknown_names_in_allow(self):
        self.put("allow = postfix nosuchuser @nosuchgroup")
        found = self.look()
        self.one('no user "nosuchuser"', among=found, verdict="warning")
        self.one('no group "nosuchgroup"', among=found, verdict="warning")
        self.put("allow = postfix")
        self.assert_healthy()

    def an_account_that_is_not_there(self):
        found = self.look("nobody@example.org", status=67)
        self.one("nobody@example.org", "there is no", among=found, code="no-account")


class Files(AccountsCase):
    """Owners, modes and places."""

    def test_files(self):
        self.each(self.account_file, self.folder_of_accounts, self.state,
                  self.accounts_of_root_alone)

    def account_file(self):
        for command, words in ((f"chmod 666 {self.path}", ["others may write"]),
                               (f"chmod 600 {self.path}", ["cannot be read by the user"]),
                               (f"chown 12345 {self.path}", ["belongs to uid 12345"]),
                               (f"mv {self.path} /srv/there && ln -s /srv/there {self.path} && "
                                f"chown -h 12345 {self.path}",
                                ["symbolic link"])):
            with self.subTest(command):
                self.must(command)
                self.fix(self.path, *words)
                self.assert_mail_leaves()

    def folder_of_accounts(self):
        folder = os.path.dirname(self.path)
        for command, words in ((f"chmod 777 {folder}", ["others may write"]),
                               (f"chown root:root {folder} && chmod 700 {folder}",
                                ["cannot be read by the user"])):
            with self.subTest(command):
                self.must(command)
                self.fix(folder, *words)
        self.assert_mail_leaves()

    def state(self):
        credentials = f"{self.stage.state}/credentials"
        for command, words in ((f"chmod 644 {credentials}/{ALICE}", ["mode 0644"]),
                               (f"chown 12345 {credentials}/{ALICE}", ["belongs to uid 12345"]),
                               (f"chown 12345 {credentials}", ["belongs to uid 12345"]),
                               (f"chown root:root {credentials} && chmod 700 {credentials}",
                                ["cannot use the store", "belongs to uid 0"]),
                               (f"chown 12345 {self.stage.state}", ["belongs to uid 12345"])):
            with self.subTest(command):
                self.must(command)
                self.fix("credentials" if "credentials" in command else self.stage.state, *words)
        self.must(f"tokend refresh {ALICE}")

    def accounts_of_root_alone(self):
        self.machine.write("/root/.config/tokend/accounts/x.conf", "client_id = x\n")
        done = self.machine.sh("tokend doctor", env={"HOME": "/root"})
        self.assertEqual(done.status, 0, done.text)
        self.assert_says(" ".join(done.stdout.split()), "warning accounts: /root/.config/tokend/",
                         '"rm /root/.config/tokend/accounts/x.conf"')


class Key(AccountsCase):
    """Credentials that are encrypted: the key's file, and what it has not closed."""

    KEY = "/etc/tokend/key"

    def setUp(self):
        super().setUp()
        self.must(f"openssl rand -hex 32 > {self.KEY} && chgrp tokend {self.KEY} && "
                  f"chmod 640 {self.KEY}")
        self.put_conf(f"credentials_key = {self.KEY}")

    def put_conf(self, *lines):
        self.machine.write("/etc/tokend/tokend.conf", "".join(f"{line}\n" for line in lines))

    def test_key(self):
        self.each(self.not_closed_yet, self.modes, self.missing, self.another, self.unfinished)

    def not_closed_yet(self):
        self.fix("1 of the files", "not encrypted", verdict="warning")
        self.assert_mail_leaves()

    def modes(self):
        for command, words in ((f"chmod 644 {self.KEY}", ["holds a secret"]),
                               (f"chmod 660 {self.KEY}", ["others may write"]),
                               (f"chown 12345 {self.KEY}", ["belongs to uid 12345"]),
                               (f"chmod 600 {self.KEY}", ["cannot be read by the user"])):
            with self.subTest(command):
                self.must(command)
                self.fix(self.KEY, *words)
        self.must(f"tokend refresh {ALICE}")

    def missing(self):
        self.must(f"mv {self.KEY} {self.KEY}.away")
        self.one("credentials_key", f"there is no {self.KEY}")
        self.must(f"mv {self.KEY}.away {self.KEY}")
        self.assert_healthy()

    def another(self):
        """Only the worker can tell, who reads both."""
        self.must(f"cp -p {self.KEY} {self.KEY}.away && openssl rand -hex 32 > {self.KEY}")
        found, = [each for each in doctor.run(self.machine, "--live")
                  if (each["check"], each["verdict"]) == ("token", "fault")]
        self.assert_says(found["found"], "is encrypted with the key", self.KEY)
        self.assert_says(found["mend"], "Put the key back", "tokend refresh")
        self.must(f"mv {self.KEY}.away {self.KEY}")
        self.assert_healthy()

    def unfinished(self):
        self.must(f"cp -p {self.KEY} {self.KEY}.new && openssl rand -hex 32 > {self.KEY}.new")
        self.put_conf(f"credentials_key = {self.KEY}.new",
                      f"credentials_key_before = {self.KEY}")
        self.one("credentials_key_before", "not finished", verdict="warning")
        self.assert_says(self.must("tokend rekey"), "1 of 1")
        self.put_conf(f"credentials_key = {self.KEY}.new")
        self.assert_healthy()
        self.assert_mail_leaves()


class Consent(AccountsCase):
    """Whether there is one, and what it lives on."""

    def test_consent(self):
        self.each(self.nobody_signed_in, self.consent_is_gone, self.consent_of_an_app_in_testing)

    def nobody_signed_in(self):
        self.must(f"rm {self.stage.state}/credentials/{ALICE}")
        self.fix("no refresh token is stored", code="sign-in", instead={
            "tokend login": lambda line: self.log_in(line.split()[-1])})
        self.assert_mail_leaves()

    def consent_is_gone(self):
        self.provider.store.withdraw(ALICE)
        self.must(f"tokend refresh {ALICE} || true")
        found = self.one(ALICE, "invalid_grant", code="sign-in")
        self.assertIn(f"tokend login {ALICE}", found["mend"])
        self.log_in()
        self.assert_healthy()
        self.assert_mail_leaves()

    def consent_of_an_app_in_testing(self):
        token = f"{self.stage.state}/credentials/{ALICE}"
        os.utime(token, (time.time() - 5 * DAY,) * 2)
        self.fix("5 days old", "seventh day", verdict="warning", instead={
            "tokend login": lambda line: self.log_in(line.split()[-1])})
        os.utime(token, (time.time() - 8 * DAY,) * 2)
        self.assert_healthy()


class Rest(AccountsCase):
    def start(self, serves=False):
        super().start(serves)

    def test_nothing_renews(self):
        state = f"{self.stage.state}/state/{ALICE}"
        self.must(f"sed -i s/^refreshed=.*/refreshed={int(time.time()) - 40 * DAY}/ {state}")
        found = [each for each in self.look() if each["check"] == "accounts"]
        fixed = self.one("40 days ago", "no tokend serves", verdict="warning", among=found)
        self.must(fixed["mend"].split('"')[1])
        self.assertEqual([each for each in self.look() if each["check"] == "accounts"], [])
