# SPDX-License-Identifier: BSD-2-Clause
"""What `tokend doctor` says of the provider's refusals and of its tokens, and that it fixes them.

The provider plays Entra: it answers a wrong request with the AADSTS number that Microsoft has.
"""

import json

from support import faults, jwt, keys, masking, oauth
from support.case import CLIENT_ID
from support.live_case import LiveCase
from support.machine_case import ALICE

LIVE = "--live"
BOB = "bob@example.com"
OFFICE = "office@example.com"
SECRET = masking.add("the-Value-of-the-secret", "client secret")
OUTLOOK = "https://outlook.office.com"
ALL = "IMAP.AccessAsUser.All POP.AccessAsUser.All SMTP.Send"


class Refusals(LiveCase):
    def setUp(self):
        super().setUp()
        self.start_providers()

    def doctors(self, check, verdict, **options):
        return self.assert_finds(check, verdict, LIVE, account=BOB, **options)

    def sign_in_bob(self, **settings):
        self.log_in(BOB, provider="microsoft", **{"tenant": "example.com", **settings})

    def entra(self, refuses):
        """refuses(client_id, secret): an error and an AADSTS number, or None."""
        store, usual = self.provider.store, self.provider.store.authenticate

        def authenticate(client_id, secret, auth):
            refusal = refuses(client_id, secret)
            if refusal is not None:
                raise oauth.OAuthError(refusal[0], f"AADSTS{refusal[1]}: No.")
            return usual(CLIENT_ID, None, "none")
        store.authenticate = authenticate

    def test_consent_is_gone(self):
        self.log_in()
        self.provider.store.withdraw(ALICE)
        fault = self.assert_finds("provider", "fault", LIVE, code="sign-in",
                                  says=("invalid_grant", "7 days"), mend=("Publish app",))
        self.assertEqual(self.quoted(fault, "tokend login"), f"tokend login {ALICE}")
        self.log_in()
        self.assert_mended(LIVE)
        self.curl_logs_in()

    def test_nobody_signed_in(self):
        """And how, on a machine without a browser."""
        self.machine.write(self.account_file(BOB), "provider = microsoft\ntenant = example.com\n"
                           f"client_id = {CLIENT_ID}\n", 0o640, (0, self.stage.gid))
        fault = self.assert_finds("accounts", "fault", LIVE, account=BOB, code="sign-in",
                                  mend=(f'"tokend login {BOB}"', "no browser"))
        self.assertEqual(self.quoted(fault, "tokend login --"), f"tokend login --device {BOB}")
        self.assertEqual(self.provider.requests, [])

    def test_damaged_store(self):
        """It is not the account's file that is to be fixed."""
        self.log_in()
        self.machine.sh(f"echo x >/var/lib/tokend/credentials/{ALICE}")
        self.assert_finds("token", "fault", LIVE, code="config", says=("is damaged",),
                          mend=(f'Run "tokend login {ALICE}".',))
        self.log_in()
        self.assert_mended(LIVE)

    def test_wrong_secret(self):
        """AADSTS7000215: the mend's own command stores the right one."""
        self.sign_in_bob()
        self.entra(lambda _, secret: None if secret == SECRET else ("invalid_client", 7000215))
        fault = self.doctors("provider", "fault", says=("AADSTS7000215",), mend=("Value",),
                             code="config")
        command = self.quoted(fault, "tokend login --client-secret-stdin")
        self.succeed(self.machine.sh(command, stdin=SECRET + "\n"))
        self.assert_mended(LIVE, account=BOB)

    def test_public_or_confidential(self):
        """AADSTS7000218 and 700025."""
        self.sign_in_bob()
        self.entra(lambda _, secret: None if secret else ("invalid_client", 7000218))
        fault = self.doctors("provider", "fault", says=("AADSTS7000218",),
                             mend=("Allow public client flows",))
        command = self.quoted(fault, "tokend login --client-secret-stdin")
        self.succeed(self.machine.sh(command, stdin=SECRET + "\n"))
        self.assert_mended(LIVE, account=BOB)

    def test_app_is_not_in_the_tenant(self):
        """AADSTS700016."""
        self.sign_in_bob()
        self.entra(lambda client_id, _: None if client_id == "the-right-one" else
                   ("unauthorized_client", 700016))
        self.doctors("provider", "fault", says=("AADSTS700016",), mend=("client_id", "tenant"))
        self.change_account("client_id = the-right-one", BOB)
        self.assert_mended(LIVE, account=BOB)

    def test_grant_of_another_tenant(self):
        """AADSTS7000012: tenant is corrected as said, and the person signs in again."""
        def other_tenant(exchange):
            exchange.provider.record(None)
            exchange.body()
            exchange.refuse(oauth.OAuthError("invalid_grant", "AADSTS7000012: No."))
        self.sign_in_bob(tenant="organizations")
        self.provider.routes["POST", "/organizations/oauth2/v2.0/token"] = other_tenant
        self.doctors("provider", "fault", says=("AADSTS7000012",),
                     mend=("Set tenant", f"tokend login {BOB}"), code="sign-in")
        self.change_account("tenant = example.com", BOB)
        self.assert_mended(LIVE, account=BOB)

    def test_malformed_grant(self):
        """AADSTS70000: a refresh token that is none of this client's."""
        self.sign_in_bob()
        usual = self.provider.store.refresh

        def refuse(client, token):
            raise oauth.OAuthError("invalid_grant", "AADSTS70000: Provided grant is invalid.")
        self.provider.store.refresh = refuse
        fault = self.doctors("provider", "fault", says=("AADSTS70000",), mend=("client_id",))
        self.assertEqual(self.quoted(fault, "tokend login"), f"tokend login {BOB}")
        self.provider.store.refresh = usual
        self.log_in(BOB, provider="microsoft", tenant="example.com")
        self.assert_mended(LIVE, account=BOB)

    def test_national_cloud(self):
        """AADSTS900432."""
        self.sign_in_bob()
        self.entra(lambda *_: ("invalid_request", 900432))
        fault = self.doctors("provider", "fault", says=("AADSTS900432", "national cloud"))
        self.assertIn("cloud = ", fault["mend"])

    def write_machine(self, **settings):
        """An application's account: no person signs in."""
        settings = {"provider": "microsoft", "grant": "client_credentials",
                    "tenant": "example.com", "client_id": CLIENT_ID, **settings}
        self.machine.write(self.account_file(BOB), "".join(
            f"{name} = {value}\n" for name, value in settings.items() if value), 0o640,
            (0, self.stage.gid))

    def test_secret_of_a_machine_has_expired(self):
        """AADSTS7000222: the advice is no sign-in; the new secret is stored."""
        self.provider.store.register(CLIENT_ID, secret=SECRET, user=BOB)
        usual = self.provider.store.authenticate

        def authenticate(client_id, secret, auth):
            if secret != SECRET:
                raise oauth.OAuthError("invalid_client", "AADSTS7000222: No.")
            return usual(client_id, secret, auth)
        self.provider.store.authenticate = authenticate
        old = masking.add("the-secret-of-last-year", "client secret")
        self.write_machine(client_secret=old, server_smtp="smtp.office365.com:587")
        fault = self.doctors("provider", "fault", code="config", says=("AADSTS7000222", "expired"),
                             mend=("client_key",))
        self.succeed(self.machine.sh(self.quoted(fault, "tokend login --client-secret-stdin"),
                                     stdin=SECRET + "\n"))
        self.assert_mended(LIVE, account=BOB)

    def test_delegation_of_a_service_account(self):
        """What an administrator of Workspace has to do stands there."""
        self.provider.fault(faults.oauth_error(
            401, "unauthorized_client", "Client is unauthorized to retrieve access tokens using "
            "this method, or client not authorized for any of the scopes requested."))
        folder = keys.KeyFolder(f"{self.folder}/keys", self.stage.gid)
        path = folder.write("robot.json", json.dumps({
            "type": "service_account", "client_email": "robot@project.iam.gserviceaccount.com",
            "private_key_id": "key-1", "private_key": folder.make("rsa").pem,
            "token_uri": "https://oauth2.googleapis.com/token"}))
        self.write_machine(provider="google", grant="jwt_bearer", tenant=None, client_id=None,
                           client_key=path, user=BOB)
        fault = self.doctors("provider", "fault", code="config", says=("unauthorized_client",),
                             mend=("Domain Wide Delegation",))
        self.assertNotIn("tokend login", fault["mend"])
        good, = self.findings("token", "ok", account=BOB)
        self.assert_says(good["found"], "private key opens")

    def test_key_of_a_machine(self):
        """Seen without asking anybody; the line is corrected as said."""
        folder = keys.KeyFolder(f"{self.folder}/keys", self.stage.gid)
        key = folder.make("rsa")
        self.write_machine(client_certificate=key.certificate,
                           client_key=f"{self.folder}/keys/none.pem")
        fault = self.assert_finds("token", "fault", account=BOB, code="config",
                                  says=("none.pem",), mend=(self.account_file(BOB),))
        self.assertNotIn("tokend login", fault["mend"])
        self.assertEqual(self.provider.requests, [])
        self.change_account(f"client_key = {key.path}", BOB)
        self.assert_mended(account=BOB)
        good, = [each for each in self.findings("token", "ok", account=BOB)]
        self.assert_says(good["found"], "private key opens")


class Claims(LiveCase):
    """Tokens are JWTs, as Microsoft's are; Dovecot asks the provider whose they are."""

    def setUp(self):
        super().setUp()
        self.start_providers()
        self.claims = {"aud": OUTLOOK, "scp": ALL, "upn": BOB, "tid": "tenant-1",
                       "appid": CLIENT_ID}
        self.provider.store.make_token = lambda _: jwt.unsigned(**self.claims)

    def sign_in(self, name=BOB, **settings):
        self.log_in(name, provider="microsoft", tenant="example.com", **settings)

    def test_good_token(self):
        self.sign_in()
        findings = self.doctor(account=BOB)
        self.assertEqual([each for each in findings if each["check"] == "claims" and
                          each["verdict"] != "ok"], [])
        told = " ".join(each["found"] for each in findings if each["check"] == "claims")
        self.assert_says(told, OUTLOOK, BOB, "tenant-1", "SMTP.Send")
        self.assert_mended(LIVE, account=BOB)

    def test_token_for_graph(self):
        """Found without asking; the line goes, and a new sign-in brings the right one."""
        graph = "https://graph.microsoft.com"
        self.claims = {**self.claims, "aud": graph}
        self.sign_in(scope=f"{graph}/SMTP.Send offline_access")
        fault = self.assert_finds("claims", "fault", account=BOB, code="config",
                                  says=("Microsoft Graph",), mend=("scope = ", "the preset"))
        self.assertEqual(self.quoted(fault, "tokend login"), f"tokend login {BOB}")
        self.change_account("", BOB, without="scope")
        self.claims = {**self.claims, "aud": OUTLOOK}
        self.sign_in()
        self.assert_mended(LIVE, account=BOB)
        self.curl_logs_in(BOB, "outlook.office365.com")

    def test_permission_is_missing(self):
        self.claims["scp"] = "IMAP.AccessAsUser.All POP.AccessAsUser.All"
        self.sign_in()
        odd = self.assert_finds("claims", "warning", account=BOB, says=("does not cover SMTP",),
                                mend=("SMTP.Send", f"tokend login {BOB}"))
        self.assertIn("535 5.7.3", odd["matters"])
        self.claims["scp"] = ALL
        self.sign_in()
        self.assertEqual(self.findings("claims", "warning", account=BOB), [])

    def test_shared_mailbox(self):
        """SMTP's user is the person; the line that is given makes the login work."""
        refresh_token = self.provider.store.authorise(CLIENT_ID, BOB)
        self.succeed(self.machine.sh(
            "tokend login --refresh-token-stdin --any-user --no-test --set provider=microsoft "
            f"--set tenant=example.com --set client_id={CLIENT_ID} {OFFICE}",
            stdin=refresh_token + "\n"))
        fault = self.assert_finds("claims", "fault", account=OFFICE, code="config",
                                  says=(f"SMTP logs in as {OFFICE}", BOB, "535 5.7.3"),
                                  mend=("Send As",))
        odds = self.findings("claims", "warning", account=OFFICE)
        self.assertEqual([self.quoted(odd) for odd in odds], [
            f"Add-MailboxPermission -Identity {OFFICE} -User {BOB} -AccessRights FullAccess"] * 2)
        self.change_account(self.quoted(fault, "user_smtp"), OFFICE)
        findings = self.doctor(LIVE, account=OFFICE)
        self.assertEqual([each for each in findings if each["verdict"] == "fault" and
                          "SMTP" in each["found"]], [])
        self.assertTrue([each for each in findings if "smtp.office365.com:587 lets "
                         f"{BOB} in" in each["found"]], findings)

    def test_wrong_person_elsewhere(self):
        """A token of another person, at a provider whose tokens can be read."""
        self.claims = {"aud": "mail", "email": ALICE}
        self.log_in()
        self.claims["email"] = "carol@gmail.com"
        self.succeed(self.machine.sh(f"tokend refresh {ALICE}"))
        fault = self.assert_finds("claims", "fault", says=("carol@gmail.com", ALICE),
                                  mend=(f"tokend login {ALICE}",))
        self.assertEqual(self.quoted(fault, "user ="), "user = carol@gmail.com")
        self.claims["email"] = ALICE
        self.log_in()
        self.assert_mended(LIVE)

    def test_clock_by_the_token(self):
        """Without a word to the provider: its clock stands in what it signed."""
        self.claims["exp"] = None
        self.provider.store.make_token = lambda _: jwt.unsigned(3600 + 1800, **{
            name: value for name, value in self.claims.items() if name != "exp"})
        self.sign_in()
        self.assert_finds("claims", "fault", account=BOB, says=("s behind",),
                          mend=("timedatectl",))

    def test_high_volume_email(self):
        """The line that is given is enough."""
        self.sign_in()
        self.change_account("server_smtp = smtp.hve.mx.microsoft:587", BOB)
        fault = self.assert_finds("token", "fault", account=BOB, code="config",
                                  says=("High Volume Email", "5.5.127"))
        self.change_account(self.quoted(fault), BOB)
        self.assert_mended(account=BOB, checks=("token",))

    def test_opaque_token(self):
        self.provider.store.make_token = None
        self.sign_in()
        unseen, = self.findings("claims", "unknown", account=BOB)
        self.assert_says(unseen["found"], "opaque")
