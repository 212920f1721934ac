# SPDX-License-Identifier: BSD-2-Clause
"""`tokend import`: other tools' files become accounts, whole or not at all, and stay untouched."""

import base64
import json
import os
import secrets
import signal
import stat

from support import evidence, masking, process, waiting
from support.case import CLIENT_ID, CLIENT_SECRET, MAILBOX, IntegrationCase
from support.piped import Piped

USAGE, NO_ACCOUNT, LATER, CONFIG = 64, 67, 75, 78
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
HOSTS = ("--set", "hosts=127.0.0.1")


class ImportCase(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()
        self._originals = {}
        self.addCleanup(self._check_originals)

    def original(self, name, content, home=None):
        """Another tool's file, that only its owner may read; it must stay as it is."""
        if not isinstance(content, str):
            content = json.dumps(content)
        path = os.path.join(home.home if home else self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(content)
        os.chmod(path, 0o600)
        if home:
            os.chown(path, home.uid, -1)
        self._originals[path] = self._look(path)
        return path

    @staticmethod
    def _look(path):
        with open(path, "rb") as stream:
            content = stream.read()
        found = os.stat(path)
        return content, found.st_mode, found.st_uid, found.st_mtime_ns, found.st_ino

    def _check_originals(self):
        for path, before in self._originals.items():
            if os.path.exists(path):
                self.assertEqual(self._look(path), before, f"{path} was changed")

    def refresh_token(self, mailbox=MAILBOX):
        return self.provider.store.authorise(CLIENT_ID, mailbox)

    def sasl_files(self, home=None, **members):
        """A token file of sasl-xoauth2 and its configuration."""
        token = {"access_token": "", "expiry": "0", "refresh_token": self.refresh_token(),
                 **members}
        config = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
                  "token_endpoint": self.provider.token_endpoint,
                  "log_to_syslog_on_failure": "yes"}
        return self.original(MAILBOX, token, home), self.original("sasl-xoauth2.conf", config, home)

    def run_import(self, *words, home=None, status=0, stdin=None):
        done = self.note((home or self.stage).tokend("import", *words, stdin=stdin))
        self.assertEqual(done.status, status, done.text)
        return done

    def read(self, *parts):
        with open(os.path.join(*parts), encoding="utf-8") as stream:
            return stream.read()

    def account(self, name=MAILBOX):
        return self.read(self.stage.account_path(name))

    def exists(self, name=MAILBOX):
        return os.path.exists(self.stage.account_path(name))

    def assert_secrets_are_stored_only(self, *folders):
        """Nowhere but in credentials/, whatever the file is called."""
        for folder in folders:
            for place, _, names in os.walk(folder):
                for name in names:
                    text = self.read(place, name)
                    if os.path.basename(place) == "credentials":
                        self.assertFalse(name.startswith("."), "a file was left beside")
                    else:
                        self.assertEqual(masking.found_in(text), [], os.path.join(place, name))


class Formats(ImportCase):
    def test_sasl_xoauth2(self):
        token, config = self.sasl_files(refresh_window=600)
        done = self.run_import("sasl-xoauth2", "--config", config, *HOSTS, token)
        self.assert_says(done.stdout, MAILBOX, "made", CLIENT_ID, "refresh token, client secret",
                         f"tokend refresh {MAILBOX}")
        self.assert_secrets_are_stored_only(self.stage.config, self.stage.state)
        self.assertIn("min_valid = 600\n", self.account())
        stored = os.stat(os.path.join(self.stage.state, "credentials", MAILBOX))
        self.assertEqual(stat.S_IMODE(stored.st_mode), 0o600)
        self.assertEqual(stored.st_uid, self.stage.uid)
        os.unlink(token)
        os.unlink(config)
        self.assertEqual(self.provider.count, 0, "an import asks no provider")
        self.token()
        self.assertEqual(self.provider.requests[0].grant_type, "refresh_token")

    def test_sasl_xoauth2_in_a_users_home(self):
        home = self.make_home()
        token, config = self.sasl_files(home)
        self.run_import("sasl-xoauth2", "--config", config, *HOSTS, token, home=home)
        self.assert_secrets_are_stored_only(home.accounts, home.state)
        account = os.stat(os.path.join(home.accounts, f"{MAILBOX}.conf"))
        self.assertEqual((stat.S_IMODE(account.st_mode), account.st_uid), (0o600, home.uid))
        self.token(home=home)
        self.assertFalse(self.exists())

    def test_the_tokend_user_need_not_read_the_file(self):
        """Root may read what is in /root; the worker gets no more than the open file."""
        self.require_root()
        closed = os.path.join(self.folder, "closed")
        os.mkdir(closed, 0o700)
        token, config = self.sasl_files()
        hidden = os.path.join(closed, "file")
        os.link(token, hidden)
        self.run_import("sasl-xoauth2", "--config", config, *HOSTS, hidden, "work")
        self.token("work")
        account = os.stat(self.stage.account_path("work"))
        self.assertEqual((account.st_uid, account.st_gid, stat.S_IMODE(account.st_mode)),
                         (0, self.stage.gid, 0o640))

    def test_mutt_oauth2_from_a_pipe_behind_its_secret(self):
        file = json.dumps({"registration": "google", "authflow": "authcode", "email": MAILBOX,
                           "access_token": "", "access_token_expiration": "",
                           "refresh_token": self.refresh_token()})
        done = self.run_import("mutt_oauth2", "-", "--client-id", CLIENT_ID,
                               "--client-secret-stdin", "--set",
                               f"token_endpoint={self.provider.token_endpoint}",
                               stdin=f"{CLIENT_SECRET}\n{file}")
        self.assert_says(done.stdout, MAILBOX, "provider = google")
        self.assert_secrets_are_stored_only(self.stage.config, self.stage.state)
        self.token()

    def test_mutt_oauth2_encrypted(self):
        path = self.original("token", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n")
        done = self.run_import("mutt_oauth2", path, "--client-id", CLIENT_ID, status=CONFIG)
        self.assert_says(done.stderr, path, "gpg --decrypt", "tokend import mutt_oauth2 -")
        self.assertFalse(self.exists())

    def test_email_oauth2_proxy_with_several_accounts(self):
        endpoint = self.provider.token_endpoint
        path = self.original("emailproxy.config", f"""[Server setup]
documentation = Servers are
\tspecified [like this]
[IMAP-1993]
server_address = 127.0.0.1
server_port = 993
[{MAILBOX}]
permission_url = {self.provider.base}/authorize
token_url = {endpoint}
oauth2_scope = mail
redirect_uri = http://localhost
client_id = {CLIENT_ID}
client_secret = {CLIENT_SECRET}
token_salt = c2FsdA==
refresh_token = Z0FBQUFBQm1lbmNyeXB0ZWQ=
[password@example.org]
token_url = {endpoint}
oauth2_scope = mail
oauth2_flow = password
client_id = {CLIENT_ID}
[your.email@gmail.com]
token_url = https://oauth2.googleapis.com/token
client_id = *** your client id here ***
client_secret = *** your client secret here ***
[robot@example.org]
token_url = {endpoint}
oauth2_scope = mail
oauth2_flow = client_credentials
client_id = {CLIENT_ID}
client_secret = {CLIENT_SECRET}
""")
        done = self.run_import("email-oauth2-proxy", path, status=CONFIG)
        self.assert_says(done.stdout, f'account "{MAILBOX}": made', "hosts = 127.0.0.1",
                         f"tokend login {MAILBOX}", 'account "robot@example.org": made')
        self.assert_says(done.stderr, "encrypted with the mail program", "password@example.org",
                         "RFC 6749 4.3", "left out: 1")
        self.assertFalse(self.exists("password@example.org"))
        self.assertFalse(self.exists("your.email@gmail.com"))
        self.assert_secrets_are_stored_only(self.stage.config, self.stage.state)
        self.provider.store.register(CLIENT_ID, secret=CLIENT_SECRET, user="robot@example.org")
        self.token("robot@example.org")
        # The imported secret is what this sign-in goes by.
        self.succeed(self.stage.tokend("login", "--refresh-token-stdin", "--no-test", MAILBOX,
                                       stdin=self.refresh_token() + "\n"))
        self.token()

    def test_google_client(self):
        client = {"client_id": CLIENT_ID, "project_id": "p", "client_secret": CLIENT_SECRET,
                  "auth_uri": "https://accounts.google.com/o/oauth2/auth",
                  "token_uri": self.provider.token_endpoint, "redirect_uris": ["http://localhost"]}
        path = self.original("client_secret.json", {"installed": client})
        done = self.run_import("google-client", path, MAILBOX)
        self.assert_says(done.stdout, "provider = google", "client secret",
                         f"tokend login {MAILBOX}")
        self.assert_secrets_are_stored_only(self.stage.config, self.stage.state)
        self.succeed(self.stage.tokend("login", "--refresh-token-stdin", "--no-test", MAILBOX,
                                       stdin=self.refresh_token() + "\n"))
        self.token()

    def test_google_token(self):
        path = self.original("token.json", {
            "token": "", "refresh_token": self.refresh_token(), "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET, "token_uri": self.provider.token_endpoint,
            "scopes": ["https://mail.google.com/"], "account": ""})
        for other in ("google-client", "google-service-account"):
            done = self.run_import(other, path, MAILBOX, status=CONFIG)
            self.assert_says(done.stderr, "tokend import google-token")
        done = self.run_import("google-token", *HOSTS, path, MAILBOX)
        self.assert_says(done.stdout, "refresh token, client secret")
        self.assert_secrets_are_stored_only(self.stage.config, self.stage.state)
        self.token()

    def test_google_service_account(self):
        key = process.must(["openssl", "genpkey", "-algorithm", "RSA"]).stdout
        masking.add("".join(key.splitlines()[3:6]), "private key")
        path = self.original("key.json", {
            "type": "service_account", "project_id": "p", "private_key_id": "k1",
            "private_key": key, "client_email": "robot@p.iam.gserviceaccount.com",
            "token_uri": self.provider.token_endpoint})
        done = self.run_import("google-service-account", path, MAILBOX)
        self.assert_says(done.stdout, "grant = jwt_bearer", "private key",
                         f"tokend refresh {MAILBOX}")
        self.assertNotIn("PRIVATE KEY", self.account())
        os.unlink(path)
        asked = []
        self.provider.store.register(None, secret=None)
        self.provider.grants[JWT_BEARER] = lambda _, form: (
            asked.append(form["assertion"]),
            self.provider.token_answer(masking.add(secrets.token_urlsafe(), "token"), None),
        )[1]
        self.token()
        header, claims = (json.loads(base64.urlsafe_b64decode(part + "=="))
                          for part in asked[0].split(".")[:2])
        self.assertEqual((header["kid"], claims["sub"], claims["iss"]),
                         ("k1", MAILBOX, "robot@p.iam.gserviceaccount.com"))


class Refusals(ImportCase):
    def setUp(self):
        super().setUp()
        self.token_file, self.config_file = self.sasl_files()
        self.words = ("sasl-xoauth2", "--config", self.config_file, *HOSTS, self.token_file)

    def test_an_account_that_is_there_stays(self):
        path = self.stage.write_account(MAILBOX, **self.account_keys(self.provider, allow="root"))
        before = self.account()
        done = self.run_import(*self.words, status=CONFIG)
        self.assert_says(done.stderr, MAILBOX, "there already", "--replace")
        self.assertEqual(self.account(), before)
        self.assertEqual(os.listdir(os.path.dirname(path)), [f"{MAILBOX}.conf"])
        self.assertEqual(os.listdir(os.path.join(self.stage.state, "credentials")), [])

    def test_nobody_is_allowed(self):
        done = self.run_import(*self.words, "--set", "allow=nosuchuser", status=CONFIG)
        self.assert_says(done.stderr, MAILBOX, '"nosuchuser"', "nothing was written")
        self.assertFalse(os.path.exists(os.path.join(self.stage.state, "credentials", MAILBOX)))

    def test_replace_puts_the_new_consent_in_place_of_the_old(self):
        self.sign_in(self.provider, min_valid="99s")
        self.provider.store.withdraw(MAILBOX)
        token = self.original("new-token", {"refresh_token": self.refresh_token()})
        done = self.run_import("sasl-xoauth2", "--replace", "--config", self.config_file, *HOSTS,
                               token, MAILBOX)
        self.assert_says(done.stdout, "replaced")
        self.assertNotIn("min_valid", self.account())
        self.token()

    def test_another_client_gets_nothing_of_the_old_consent(self):
        """Or the next refresh would send one provider's token to another."""
        self.sign_in(self.provider)
        place = os.path.join(self.stage.state, "credentials", MAILBOX)
        self.assertIn("refresh_token=", self.read(place))
        client = {"client_id": "c.apps.googleusercontent.com", "client_secret": CLIENT_SECRET}
        self.run_import("google-client", "--replace",
                        self.original("client.json", {"installed": client}), MAILBOX)
        self.assertNotIn("refresh_token=", self.read(place))
        self.assertIn(CLIENT_SECRET, self.read(place))

    def test_a_client_that_comes_again_keeps_its_consent(self):
        self.sign_in(self.provider)
        client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        self.run_import("google-client", "--replace", "--set",
                        f"token_endpoint={self.provider.token_endpoint}",
                        self.original("client.json", {"installed": client}), MAILBOX)
        self.assertIn("refresh_token=", self.read(self.stage.state, "credentials", MAILBOX))

    def test_a_new_account_goes_when_its_secrets_cannot_be_stored(self):
        self._occupy()
        done = self.run_import(*self.words, status=CONFIG)
        self.assert_says(done.stderr, MAILBOX, "cannot be stored", "credentials")
        self.assertNotIn("made", done.stdout)
        self.assertFalse(self.exists())
        self.assertEqual(os.listdir(os.path.dirname(self.stage.account_path(MAILBOX))), [])

    def test_a_replaced_account_comes_back_when_its_secrets_cannot_be_stored(self):
        self.stage.write_account(MAILBOX, **self.account_keys(self.provider))
        before = self.account()
        self._occupy()
        self.run_import("--replace", *self.words, status=CONFIG)
        self.assertEqual(self.account(), before)

    def _occupy(self):
        """A folder where the credential belongs: rename(2) fails, and nothing before it."""
        place = os.path.join(self.stage.state, "credentials", MAILBOX)
        os.makedirs(place)
        for path in (self.stage.state, os.path.dirname(place), place):
            os.chown(path, self.stage.uid, self.stage.gid)
            os.chmod(path, 0o700)

    def test_a_bad_account_is_told_of_before_it_is_there(self):
        done = self.run_import(*self.words, "--set", "refresh_before=never", status=CONFIG)
        self.assert_says(done.stderr, f"{MAILBOX}.conf", "refresh_before")
        self.assertFalse(self.exists())

    def test_a_provider_without_a_preset_needs_hosts(self):
        done = self.run_import("sasl-xoauth2", "--config", self.config_file, self.token_file,
                               status=CONFIG)
        self.assert_says(done.stderr, MAILBOX, "--set", "hosts=")
        self.assertFalse(self.exists())

    def test_files_that_are_none(self):
        huge = self.original("huge", "{" + " " * (1 << 20))
        empty = self.original("empty", "")
        for words, part in (((huge,), "1 MiB"), ((empty,), "empty"), ((self.folder,), "folder"),
                            (("/nonexistent/file",), "No such file"),
                            ((self.token_file, "--config", "/nonexistent/c"), "No such file"),
                            ((self.token_file, "--config", huge), "too large"),
                            ((self.token_file, "../evil"), "may not"),
                            ((self.token_file, "--set", "client_secret=x"), "arguments"),
                            ((self.token_file, "--set", "proxy=http://u:p@h:1"), "arguments"),
                            ((self.token_file, "--set", "nonsense=x"), "KEY=VALUE")):
            with self.subTest(part):
                done = self.run_import("sasl-xoauth2", *words, status=CONFIG)
                self.assert_says(done.stderr, part)
        self.assertEqual(os.listdir(os.path.dirname(self.stage.account_path(MAILBOX))), [])

    def test_what_the_file_lacks_is_set(self):
        """Known before it is judged; and without it nothing is sent on a guess."""
        path = self.original("other", json.dumps({
            "refresh_token": self.refresh_token(), "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
            "issuer": "https://as.example"}))
        done = self.run_import("sasl-xoauth2", path, MAILBOX, status=CONFIG)
        self.assert_says(done.stderr, "issuer", "--set provider=NAME")
        self.assertFalse(self.exists())
        self.run_import("sasl-xoauth2", "--set", f"token_endpoint={self.provider.token_endpoint}",
                        "--set", "hosts=localhost", path, MAILBOX)
        self.assertTrue(self.exists())

    def test_tools_that_have_no_file_to_read(self):
        for tool in ("oama", "himalaya", "pizauth", "offlineimap", "oauth2ms", "davmail",
                     "evolution"):
            with self.subTest(tool):
                done = self.run_import(tool, self.token_file, status=CONFIG)
                self.assert_says(done.stderr, tool, "tokend login ", "migration.md")
                done = self.run_import(tool, self.token_file, "it's me", status=CONFIG)
                self.assert_says(done.stderr, " 'it'\\''s me'\"")

    def test_names_of_formats(self):
        for name, meant in (("getmail6", 'did you mean "getmail"?'), ("outlook", "--help"),
                            ("mutt_oauth2.py", 'did you mean "mutt_oauth2"?')):
            with self.subTest(name):
                done = self.run_import(name, self.token_file, status=CONFIG)
                self.assert_says(done.stderr, f'"{name}"', meant,
                                 "tokend login --refresh-token-stdin NAME")

    def test_a_mark_before_the_text(self):
        """As Windows writes it: of UTF-8 it is left out, UTF-16 is named."""
        text = self.read(self.token_file)
        marked = self.original("marked", "\ufeff" + text)
        config = self.original("marked.conf", "\ufeff" + self.read(self.config_file))
        self.run_import("SASL_XOAUTH2", "--config", config, *HOSTS, marked, MAILBOX)
        self.assertTrue(self.exists())
        self.token()
        wide = os.path.join(self.folder, "wide")
        with open(wide, "wb") as out:
            out.write(text.encode("utf-16"))
        done = self.run_import("sasl-xoauth2", wide, MAILBOX, status=CONFIG)
        self.assert_says(done.stderr, wide, "UTF-16", "iconv")

    def test_wrong_usage(self):
        for words in ((), ("sasl-xoauth2",), ("--nonsense", "a", "b"), ("a", "b", "c", "d")):
            with self.subTest(words):
                self.run_import(*words, status=USAGE)
        self.assert_says(self.run_import("outlook", self.token_file, status=CONFIG).stderr,
                         '"outlook"', "--help")
        nothing = self.original("proxy", "[Server setup]\n")
        self.assert_says(self.run_import("email-oauth2-proxy", nothing, status=NO_ACCOUNT).stderr,
                         nothing, "no account")


class WhileItRuns(ImportCase):
    def setUp(self):
        super().setUp()
        self.require_root()  # /proc shows a process that hides itself to root only

    def start(self):
        """An import that has its secret, and waits for the rest of its input."""
        words = [self.stage.tokend_path, "import", "mutt_oauth2", "--client-id", CLIENT_ID,
                 "--client-secret-stdin", "--set",
                 f"token_endpoint={self.provider.token_endpoint}", "-"]
        running = Piped(os.path.join(self.folder, "output"), words)
        self.addCleanup(running.stop)
        running.enter(CLIENT_SECRET)
        waiting.until(self.workers, waiting.LIMIT, "the worker to start")
        return running

    def workers(self):
        return process.count_running(self.stage.worker_path)

    def test_no_secret_in_any_argument_list_or_environment(self):
        running = self.start()
        self.assertEqual(evidence.of_running_processes(), [])
        running.enter(json.dumps({"registration": "google", "email": MAILBOX,
                                  "refresh_token": self.refresh_token()}))
        self.assertEqual(evidence.of_running_processes(), [])
        running.close_input()
        self.assertEqual(running.wait_end(), 0, running.text)
        self.evidence.add_text("output", running.text)
        self.token()

    def test_a_fifo_is_waited_for(self):
        """Ctrl-C ends that, too."""
        fifo = os.path.join(self.folder, "fifo")
        os.mkfifo(fifo, 0o600)
        words = [self.stage.tokend_path, "import", "mutt_oauth2", "--client-id", CLIENT_ID,
                 "--set", f"token_endpoint={self.provider.token_endpoint}"]
        for option in ((fifo,), ("--config", fifo, os.devnull)):
            with self.subTest(option):
                running = Piped(os.path.join(self.folder, "output"), [*words, *option])
                self.addCleanup(running.stop)
                waiting.until(lambda: process.has_open(running.pid, fifo), waiting.LIMIT,
                              "the FIFO")
                running.send_signal(signal.SIGINT)
                self.assertEqual(running.wait_end(), -signal.SIGINT)
        running = Piped(os.path.join(self.folder, "output"), [*words, fifo])
        self.addCleanup(running.stop)
        with open(fifo, "w", encoding="utf-8") as out:
            json.dump({"registration": "google", "email": MAILBOX,
                       "refresh_token": self.refresh_token()}, out)
        self.assertEqual(running.wait_end(), 0, running.text)

    def test_who_gives_up_leaves_nothing_behind(self):
        running = self.start()
        running.send_signal(signal.SIGINT)
        self.assertEqual(running.wait_end(), -signal.SIGINT)
        self.evidence.add_text("output", running.text)
        waiting.until(lambda: self.workers() == 0, waiting.LIMIT, "the worker to end")
        self.assertFalse(self.exists())

    def test_what_is_being_renewed_is_left_alone(self):
        """Who holds the account's lock may be storing a token that only it knows."""
        token, config = self.sasl_files()
        words = ("sasl-xoauth2", "--config", config, *HOSTS, token)
        self.run_import(*words)
        before = self.read(self.stage.state, "credentials", MAILBOX)
        held = Piped(os.path.join(self.folder, "holder"), [
            "flock", os.path.join(self.stage.state, "lock", MAILBOX), "sh", "-c",
            "echo held; read line"])
        self.addCleanup(held.stop)
        held.wait("held")
        done = self.run_import("--replace", *words, status=LATER)
        self.assert_says(done.stderr, MAILBOX, "being renewed", "try again")
        self.assertEqual(self.read(self.stage.state, "credentials", MAILBOX), before)
        held.enter()
        self.run_import("--replace", *words)
