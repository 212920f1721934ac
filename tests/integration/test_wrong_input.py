# SPDX-License-Identifier: BSD-2-Clause
"""Wrong input gets one clear line that says where and what to do, and never a changed file."""

import contextlib
import os

from support.case import CLIENT_ID, CLIENT_SECRET, MAILBOX, IntegrationCase

USAGE = 64
NO_ACCOUNT = 67
CONFIG = 78

GOOD_LINES = (f"client_id = {CLIENT_ID}\n"
              f"client_secret = {CLIENT_SECRET}\nhosts = 127.0.0.1 localhost\n")

# name, text of the account file, line, words of the answer. {good} stands for a whole good file,
# {public} for one without a secret, {lines} for one without its endpoint.
WRONG_FILES = [
    ("unknown_key", "{good}client_ids = x\n", 5, ["client_ids", "client_id"]),
    ("unknown_key_near_none", "{good}colour = red\n", 5, ["colour"]),
    ("duplicate_key", "{good}client_id = other\n", 5, ["client_id"]),
    ("no_equals_sign", "{good}just words\n", 5, ["key = value"]),
    ("no_value", "{good}scope =\n", 5, ["scope"]),
    ("double_quotes", '{good}scope = "mail"\n', 5, ["scope", "quotes"]),
    ("single_quotes", "{good}scope = 'mail'\n", 5, ["scope", "quotes"]),
    ("carriage_return", "{good}scope = mail\r\n", 5, ["carriage return"]),
    ("nul", "{good}scope = ma\0il\n", 5, ["NUL"]),
    ("control_character", "{good}scope = ma\x1bil\n", 5, ["control character"]),
    ("byte_order_mark", "\ufeff{good}", 1, ["byte order mark"]),
    ("comment_that_is_none", "{good}client_auth = basic # as they want\n", None,
     ["client_auth", "basic"]),
    ("unknown_grant", "{good}grant = password\n", None, ["grant", "refresh_token"]),
    ("bad_seconds", "{good}refresh_before = soon\n", None, ["refresh_before"]),
    ("negative_seconds", "{good}min_valid = -5\n", None, ["min_valid"]),
    ("relative_program", "{good}on_error = notify\n", None, ["on_error", "absolute"]),
    ("relative_secret_file", "{public}client_secret_file = secret\n", None,
     ["client_secret_file", "absolute"]),
    ("unknown_provider", "{good}provider = gogle\n", None, ["gogle", "google"]),
    ("no_endpoint", "{lines}", None, ["token_endpoint"]),
    ("plain_http", "token_endpoint = http://login.example.com/token\n{lines}", None, ["https"]),
    ("loopback_in_name_only", "token_endpoint = http://localhost.example.com/token\n{lines}",
     None, ["https"]),
    ("user_in_address", "token_endpoint = http://localhost@example.com/token\n{lines}", None,
     ["https"]),
    ("no_address", "token_endpoint = ask the admin\n{lines}", None, ["token_endpoint"]),
]

WRONG_NAMES = [
    ("parent", "../evil"), ("slash", "a/b"), ("absolute", "/etc/passwd"), ("dot", ".hidden"),
    ("newline", "a\nb"), ("escape", "a\x1b[31mb"), ("delete", "a\x7fb"),
    ("c1_control", "a\u0085b"), ("empty", ""), ("too_long", "a" * 201),
]


class SystemCase(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.provider = self.start_provider()

    def good(self):
        return f"token_endpoint = {self.provider.token_endpoint}\n" + GOOD_LINES

    def write(self, text, name=MAILBOX, mode=0o640):
        self.stage.write_account(name)
        path = self.stage.account_path(name)
        with open(path, "wb") as out:
            out.write(text.encode())
        os.chmod(path, mode)
        return path

    def refuse(self, status, *args, says=(), stdin=None):
        """One line on standard error, nothing on standard output, no request."""
        done = self.note(self.stage.tokend(*args, stdin=stdin))
        self.assertEqual(done.status, status, done.text)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertTrue(done.stderr.rstrip("\n").isprintable(), repr(done.stderr))
        self.assert_says(done.stderr, *says)
        self.assertEqual(self.provider.count, 0)
        return done.stderr

    @contextlib.contextmanager
    def unchanged(self):
        """No file of configuration and state is changed, made or removed in this block."""
        before = self.snapshot()
        yield
        self.assertEqual(self.snapshot(), before)

    def snapshot(self):
        found = {}
        for top in (self.stage.config, self.stage.path("var")):
            for folder, _, names in os.walk(top):
                for name in names if os.path.basename(folder) != "lock" else ():
                    path = os.path.join(folder, name)
                    status = os.lstat(path)
                    found[path] = (status.st_ino, status.st_size, status.st_mtime_ns,
                                   status.st_mode, status.st_uid)
        return found


class AccountFiles(SystemCase):
    def refuse_file(self, text, line, says):
        public = self.good().replace(f"client_secret = {CLIENT_SECRET}\n", "")
        for mark, lines in (("{good}", self.good()), ("{lines}", GOOD_LINES),
                            ("{public}", public)):
            text = text.replace(mark, lines)
        path = self.write(text)
        where = path if line is None else f"{path}:{line}"
        with self.unchanged():
            self.refuse(CONFIG, "token", MAILBOX, says=[where, *says])
            self.refuse(CONFIG, "refresh", MAILBOX, says=[where, *says])
        self.assertFalse(os.path.exists(os.path.join(self.stage.state, "cache", MAILBOX)))

    def test_bad_file_disables_that_account_only(self):
        self.sign_in(self.provider, "good@example.org")
        self.write("nonsense\n")
        self.token("good@example.org")
        done = self.note(self.stage.tokend("token", MAILBOX))
        self.assertEqual(done.status, CONFIG)
        status = self.note(self.stage.tokend("status"))
        self.assert_says(status.text, "good@example.org", MAILBOX, f"{MAILBOX}.conf:1")

    def test_placeholder_in_client_id(self):
        self.write(self.good().replace(CLIENT_ID, "your-client-id"))
        self.refuse(CONFIG, "token", MAILBOX, says=["client_id", "placeholder"])

    def test_missing_account(self):
        with self.unchanged():
            self.refuse(NO_ACCOUNT, "token", MAILBOX,
                        says=[MAILBOX, self.stage.account_path(MAILBOX)])

    def test_never_signed_in(self):
        self.write(self.good())
        done = self.note(self.stage.tokend("token", MAILBOX))
        self.assertEqual(done.status, 77)
        self.assert_says(done.stderr, MAILBOX, "tokend login")


def _add_files():
    for name, text, line, says in WRONG_FILES:
        def test(self, text=text, line=line, says=says):
            self.refuse_file(text, line, says)
        setattr(AccountFiles, f"test_{name}", test)


_add_files()


class Permissions(SystemCase):
    """Files and folders that others could have written, or can read."""

    def setUp(self):
        super().setUp()
        self.require_root()

    def refuse_path(self, path, *says):
        with self.unchanged():
            self.refuse(CONFIG, "token", MAILBOX, says=[path, *says])

    def test_secret_that_everybody_may_read(self):
        self.refuse_path(self.write(self.good(), mode=0o644), "chmod")

    def test_account_that_everybody_may_write(self):
        self.refuse_path(self.write(self.good(), mode=0o642), "chmod")

    def test_account_that_its_group_may_write(self):
        self.refuse_path(self.write(self.good(), mode=0o660), "chmod")

    def test_account_of_somebody_else(self):
        path = self.write(self.good())
        os.chown(path, 20001, self.stage.gid)
        self.refuse_path(path, "20001")

    def test_account_that_is_a_link(self):
        path = self.write(self.good())
        os.rename(path, path + ".real")
        os.symlink(path + ".real", path)
        os.lchown(path, 20001, self.stage.gid)
        self.refuse_path(path, "symbolic link", "20001")

    def test_account_that_is_a_pipe_or_a_folder(self):
        path = self.stage.account_path(MAILBOX)
        for make, remove in ((os.mkfifo, os.unlink), (os.mkdir, os.rmdir)):
            make(path)
            os.chown(path, 0, self.stage.gid)
            os.chmod(path, 0o750)
            self.refuse_path(path, "regular file")
            remove(path)

    def test_accounts_folder_that_others_may_write(self):
        self.write(self.good())
        folder = os.path.dirname(self.stage.account_path(MAILBOX))
        os.chmod(folder, 0o777)
        self.refuse_path(folder, "chmod")

    def test_secret_file_that_everybody_may_read_or_that_is_gone(self):
        path = os.path.join(self.stage.config, "secret")
        with open(path, "w", encoding="utf-8") as out:
            out.write(CLIENT_SECRET + "\n")
        os.chown(path, 0, self.stage.gid)
        os.chmod(path, 0o640)
        self.sign_in(self.provider, client_secret=None, client_secret_file=path)
        os.chmod(path, 0o644)
        self.refuse(CONFIG, "token", MAILBOX, says=[path, "chmod"])
        os.unlink(path)
        self.refuse(CONFIG, "refresh", MAILBOX, says=[path, "No such file"])

    def test_stored_credential_that_is_a_link_or_open(self):
        self.sign_in(self.provider)
        path = os.path.join(self.stage.state, "credentials", MAILBOX)
        os.chmod(path, 0o644)
        self.refuse_path(path, "chmod")
        os.chmod(path, 0o600)
        os.rename(path, path + ".real")
        os.symlink(path + ".real", path)
        self.refuse_path(path, "symbolic link")


class Names(SystemCase):
    """Names with slashes, control characters and the like reach no file."""

    def refuse_name(self, name):
        with self.unchanged():
            for command in ("token", "refresh", "status"):
                done = self.note(self.stage.tokend(command, name))
                self.assertEqual(done.status, CONFIG, done.text)
                self.assertEqual(done.stdout, "")
                self.assertTrue(done.stderr.rstrip("\n").isprintable(), repr(done.stderr))
            done = self.note(self.stage.tokend("login", "--refresh-token-stdin", name,
                                               stdin="a-refresh-token\n"))
            self.assertEqual(done.status, CONFIG, done.text)

    def test_bytes_that_are_not_utf8(self):
        self.refuse_name(b"a\xffb".decode("utf-8", "surrogateescape"))

    def test_case_is_folded(self):
        self.sign_in(self.provider)
        self.token(MAILBOX.upper())
        self.assertEqual(os.listdir(os.path.join(self.stage.state, "cache")), [MAILBOX])


def _add_names():
    for name, value in WRONG_NAMES:
        def test(self, value=value):
            self.refuse_name(value)
        setattr(Names, f"test_{name}", test)


_add_names()


class Store(SystemCase):
    """Cache and credentials that are damaged."""

    def setUp(self):
        super().setUp()
        self.sign_in(self.provider)
        self.token()
        self.cache = os.path.join(self.stage.state, "cache", MAILBOX)
        with open(self.cache, "rb") as cache:
            self.content = cache.read()

    def test_damaged_cache_is_as_none(self):
        for name, content in (("empty", b""), ("half", self.content[:len(self.content) // 2]),
                              ("last byte gone", self.content[:-1]),
                              ("garbage", os.urandom(4096)), ("zeros", bytes(65536)),
                              ("twice", self.content * 2), ("huge", self.content * 2000)):
            with self.subTest(name):
                before = self.provider.count
                self.write_cache(content)
                self.assertEqual(self.token(), self.provider.store.issued[-1])
                self.assertEqual(self.provider.count - before, 1)

    def test_changed_account_file_makes_the_cache_void(self):
        path = self.stage.account_path(MAILBOX)
        os.utime(path, (1, 1))
        self.token()
        self.assertEqual(self.provider.count, 2)

    def test_damaged_credentials_are_told_and_left_alone(self):
        path = os.path.join(self.stage.state, "credentials", MAILBOX)
        for content in (b"", b"garbage\n", os.urandom(2048)):
            with open(path, "wb") as out:
                out.write(content)
            before = self.provider.count
            done = self.note(self.stage.tokend("refresh", MAILBOX))
            self.assertIn(done.status, (77, CONFIG), done.text)
            self.assert_says(done.stderr, MAILBOX, "tokend login")
            self.assertEqual(self.provider.count, before)
            with open(path, "rb") as stored:
                self.assertEqual(stored.read(), content)

    def write_cache(self, content):
        with open(self.cache, "wb") as out:
            out.write(content)


class CommandLine(SystemCase):
    def test_usage(self):
        for args in ([], ["nonsense"], ["token", "--nonsense", MAILBOX], ["token", "a", "b"],
                     ["refresh", "--json"], ["serve", "--socket"]):
            with self.subTest(args):
                done = self.note(self.stage.tokend(*args))
                self.assertEqual(done.status, USAGE, done.text)
                self.assertEqual(done.stdout, "")

    def test_login_with_nothing_or_nonsense_on_standard_input(self):
        self.write(self.good())
        for stdin in ("", "\n", "two words\n", "a\x01b\n", "x" * 70000 + "\n"):
            with self.subTest(stdin[:10]), self.unchanged():
                done = self.note(self.stage.tokend("login", "--refresh-token-stdin", MAILBOX,
                                                   stdin=stdin))
                self.assertNotEqual(done.status, 0)
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_login_without_an_account_file(self):
        with self.unchanged():
            self.refuse(NO_ACCOUNT, "login", "--refresh-token-stdin", MAILBOX,
                        says=[self.stage.account_path(MAILBOX)], stdin="a-refresh-token\n")

    def test_token_without_a_name_where_there_are_two(self):
        self.write(self.good(), "one@example.org")
        self.write(self.good(), "two@example.org")
        for command in ("token", "refresh", "revoke", "login"):
            done = self.note(self.stage.tokend(command))
            self.assertEqual(done.status, USAGE, done.text)
            self.assert_says(done.stderr, "give the name of one")

    def test_token_without_a_name_where_there_is_one(self):
        self.sign_in(self.provider)
        done = self.stage.tokend("token")
        self.assertEqual(done.stdout.strip(), self.provider.store.issued[0])

    def test_environment(self):
        home = self.make_home()
        for env in ({"TOKEND_CONFIG_DIR": home.home}, {"TOKEND_STATE_DIR": home.home},
                    {"TOKEND_CONFIG_DIR": "relative", "TOKEND_STATE_DIR": home.home},
                    {"TOKEND_CONFIG_DIR": "/" + "x" * 5000, "TOKEND_STATE_DIR": home.home}):
            with self.subTest(sorted(env)):
                done = self.note(home.tokend("token", MAILBOX, env=env))
                self.assertEqual(done.status, CONFIG, done.text)
                self.assert_says(done.stderr, "TOKEND_")
                self.assertEqual(len(done.stderr.splitlines()), 1)
