# SPDX-License-Identifier: BSD-2-Clause
"""The manual, --help and the shells' completions say the same: by their own words, both ways."""

import os
import re
import shlex
import shutil

from support import process, waiting
from support.case import IntegrationCase
from support.terminal import Terminal

OPTION = re.compile(r"(?<![\w-])--?[A-Za-z][A-Za-z-]*")
OF_ALL = {"--help", "-h", "--version"}  # these close the manual's section
BASH = "share/bash-completion/completions/tokend"
ZSH = "share/zsh/vendor-completions"
FISH = "share/fish/vendor_completions.d/tokend.fish"
WANT_FILES = ("setup --config", "doctor --report", "serve --socket", "tunnel --certificate",
              "tunnel --key")
BASH_TRIES = """
. {file}
COMP_WORDS=({words}) COMP_CWORD={last}
_tokend
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


class HelpCase(IntegrationCase):
    def help(self, *command):
        done = self.stage.tokend(*command, "--help")
        self.assertEqual(done.status, 0, done.text)
        return done.stdout

    def commands(self):
        found = re.findall(r"^  ([a-z]+)  ", self.help(), re.MULTILINE)
        self.assertIn("login", found)
        return found

    def options(self, command):
        """What the usage and the beginnings of lines name; other words are explanations."""
        found = set()
        for line in self.help(command).splitlines():
            if re.match(r"Usage:| +tokend ", line):
                found.update(OPTION.findall(line))
            elif re.match(r" +-", line):
                found.update(OPTION.findall(re.split(r"  +", line.strip())[0]))
        return found


class Mistyped(HelpCase):
    """Usage, status 64, with the nearest word that is known."""

    def assert_told(self, words, *said):
        done = self.stage.tokend(*words)
        self.assertEqual((done.status, done.stdout), (64, ""), done.text)
        self.assert_says(done.stderr, *said)
        return done.stderr

    def test_command(self):
        for words in (["logni"], ["help", "logni"]):
            said = self.assert_told(words, '"logni"', 'did you mean "tokend login"?')
            self.assertEqual(len(said.splitlines()), 1)
        for typed, meant in (("hlep", "help"), ("versoin", "version"), ("list", "status"),
                             ("delete", "remove"), ("add", "login")):
            self.assert_told([typed], f'did you mean "tokend {meant}"?')
        self.assert_told(["xyzzy"], '"xyzzy"', "Usage:")

    def test_program(self):
        said = self.assert_told(["setup", "Postfx"], '"Postfx"', 'did you mean "postfix"?')
        self.assertEqual(len(said.splitlines()), 1)
        said = self.assert_told(["setup", "evolution"], '"evolution"')
        self.assertTrue(os.path.exists(re.search(r"/\S+", said)[0]), said)

    def test_other_names_of_programs(self):
        """They are known: what is missing is an account."""
        for name in ("isync", "MBSYNC", "neomutt", "git-send-email"):
            done = self.stage.tokend("setup", "--dry-run", name, "nobody@example.org")
            self.assertIn(done.status, (67, 78), done.text)
            self.assertNotIn("does not know", done.stderr)

    def test_help_and_version_are_words_too(self):
        for words in (["help"], ["help", "setup"], ["version"]):
            as_option = [*words[1:], f"--{words[0]}"]
            self.assertEqual(self.stage.tokend(*words).text, self.stage.tokend(*as_option).text)


class Manual(HelpCase):
    """tokend(8) as mandoc renders it: a section of the commands, a part for each."""

    def section(self, name):
        text = process.must(["mandoc", "-T", "utf8", "-O", "width=200",
                             self.stage.path("share/man/man8/tokend.8")]).stdout
        text = re.sub(".\x08", "", text)
        return re.search(rf"^{name}\n(.*?)^[A-Z]", text, re.MULTILINE | re.DOTALL)[1]

    def parts(self):
        """{command: its text}; a part begins with the command's usage, indented least."""
        found = {}
        for part in re.split(r"^     (?=[a-z])", self.section("COMMANDS"),
                             flags=re.MULTILINE)[1:]:
            command = part.split()[0]
            found[command] = found.get(command, "") + part
        return found

    @staticmethod
    def explained(part):
        """The options that have an entry of their own, or stand in the usage."""
        usage, _, rest = part.partition("\n")
        found = set(OPTION.findall(usage))
        for line in rest.splitlines():
            if re.match(r" +--", line):
                found.update(OPTION.findall(line))
        return found

    def test_every_command_has_its_part(self):
        self.assertEqual(sorted(self.parts()), sorted(self.commands()))

    def test_the_same_options(self):
        parts = self.parts()
        for command in self.commands():
            with self.subTest(command):
                ours, told = self.options(command), set(OPTION.findall(parts[command]))
                self.assertEqual(ours - told, set(), "not in the manual")
                self.assertEqual(self.explained(parts[command]) - ours - OF_ALL, set(),
                                 "not in --help")

    def test_the_synopsis_is_the_usage(self):
        """But where it says no more than `option ...`."""
        lines = [line.split() for line in self.section("SYNOPSIS").splitlines() if line.strip()]
        for command in self.commands():
            with self.subTest(command):
                shown = [line for line in lines if line[1] == command]
                ours = set(OPTION.findall(" ".join(word for line in shown for word in line)))
                usage = re.search(r"^Usage:.*\n(?:(?: {7}tokend| {9}).*\n)*", self.help(command))[0]
                told = set(OPTION.findall(usage))
                self.assertEqual(ours - told, set(), "not in --help")
                if not any("[option" in line for line in shown):
                    self.assertEqual(told - ours, set(), "not in the synopsis")

    def test_help_fits_a_terminal(self):
        for command in ((), *((name,) for name in self.commands())):
            for line in self.help(*command).splitlines():
                self.assertLessEqual(len(line), 80, line)


class Completion(HelpCase):
    """In each shell: the commands, the options of each, accounts, presets."""

    def setUp(self):
        super().setUp()
        self.home = self.make_home()
        self.home.write_account("alice@example.org", client_id="x")
        self.home.write_account("it's $(touch hit) *", client_id="x")
        self.env = {"PATH": f"{self.stage.path('bin')}:{process.CLEAN_PATH}",
                    "LANG": "C.UTF-8"}

    def bash(self, line):
        words = line.split(" ")
        script = BASH_TRIES.format(file=self.stage.path(BASH), last=len(words) - 1,
                                   words=" ".join(map(shlex.quote, words)))
        return self._lines(["bash", "-c", script])

    def fish(self, line):
        script = f"source {self.stage.path(FISH)}; complete -C {shlex.quote(line)}"
        return [word.split("\t")[0] for word in self._lines(["fish", "--no-config", "-c", script])]

    def require(self, shell):
        if shutil.which(shell) is None:
            self.skipTest(f"needs {shell}")

    def _lines(self, argv):
        done = self.home.run(argv, env=self.env)
        self.assertEqual((done.status, done.stderr), (0, ""), done.text)
        return [line for line in done.stdout.splitlines() if line]

    def check(self, complete):
        self.assertLessEqual({*self.commands(), "--help", "--version"},
                             {*complete("tokend "), *complete("tokend --")})
        for command in self.commands():
            self.assertEqual(set(complete(f"tokend {command} -")),
                             self.options(command) | {"--help"}, command)
        self.assertEqual(complete("tokend stat"), ["status"])
        self.assertIn("mutt_oauth2", complete("tokend import "))
        self.assertIn("google", complete("tokend login --provider "))
        self.home.write("some-file", "")
        for line in WANT_FILES:
            found = complete(f"tokend {line} some")
            self.assertIn("some-file", found, line)
            self.assertNotIn("alice@example.org", complete(f"tokend {line} "), line)
        self.assertNotIn("alice@example.org", complete("tokend login --provider "))
        for command in self.commands():
            self.assertNotIn("some-file", complete(f"tokend {command} some"), command)
        self.assertIn("some-file", complete("tokend import mutt_oauth2 some"))
        for line in ("import getmail some-file ", "import --set ", "import getmail --client-id ",
                     "login --tenant ", "login --server-imap "):
            self.assertNotIn("some-file", complete(f"tokend {line}"), line)
        for line in ("login --tenant", "send -f", "sendmail -r", "sendmail -F"):
            self.assertNotIn("alice@example.org", complete(f"tokend {line} "), line)
        self.assertLessEqual(set(self.commands()), set(complete("tokend help ")))
        self.assertLessEqual({"help", "version"}, set(complete("tokend ")))
        for line in ("setup ", "setup --undo "):
            self.assertIn("mbsync", complete(f"tokend {line}"))
            self.assertNotIn("alice@example.org", complete(f"tokend {line}"))
        for line in ("token", "tunnel --new-password", "setup mbsync", "setup --dry-run mbsync",
                     "import --set a=b getmail some-file", "send", "sendmail --account"):
            names = complete(f"tokend {line} ")
            self.assertIn("alice@example.org", names, line)
            self.assertNotIn("mbsync", names)
        self.assertFalse(os.path.exists(os.path.join(self.home.home, "hit")))
        self.assertEqual(complete("tokend nonsense --"), [])
        return names

    def test_bash(self):
        self.assertIn("it's $(touch hit) *", self.check(self.bash))

    def test_fish(self):
        self.require("fish")
        self.assertIn("it's $(touch hit) *", self.check(self.fish))

    def test_zsh(self):
        """It completes at a terminal only: what stands in the line after the tabulator."""
        self.require("zsh")
        setting = f"PATH={self.env['PATH']}; PS1='%% '; fpath=({self.stage.path(ZSH)} $fpath); " \
            "autoload compinit; compinit -D -u; setopt no_beep no_list_beep\n"
        self.home.write(".zshrc", setting)
        self.home.write("some-file", "")
        shell = Terminal(os.path.join(self.home.home, "terminal"), ["zsh", "-d", "-i"],
                         uid=self.home.uid, cwd=self.home.home, lines=200,
                         env={**self.env, "HOME": self.home.home, "ZDOTDIR": self.home.home})
        self.addCleanup(shell.stop)
        shell.wait("^% ")
        for typed, shown in (("tokend stat", "tokend status "),
                             ("tokend token al", "tokend token alice@example.org "),
                             ("tokend help stat", "tokend help status "),
                             ("tokend setup --dry-run mbsync al",
                              "tokend setup --dry-run mbsync alice@example.org "),
                             ("tokend login --provider goo", "tokend login --provider google "),
                             ("tokend import sasl", "tokend import sasl-xoauth2 ")):
            self.complete(shell, typed)
            waiting.until(lambda: f"% {shown}".rstrip() in shell.screen, waiting.LIMIT,
                          lambda: f"{shown} in\n{shell.screen}")
            shell.key("C-u")
        for command in self.commands():
            options = self.options(command)
            begun = "--" if all(option.startswith("--") for option in options) else "-"
            self.complete(shell, f"tokend {command} {begun}")
            for option in options:
                waiting.until(lambda: re.search(rf"(?<!-){option}\b", shell.screen),
                              waiting.LIMIT,
                              lambda: f"{option} of {command} in\n{shell.screen}")
            shell.key("C-u")
            shell.key("C-l")
        for line in ("import mutt_oauth2", *WANT_FILES):
            self.goes_on(shell, f"tokend {line} some", f"tokend {line} some-file")
        for line in ("nonsense --", "login --provider al",
                     "import getmail --client-id some",
                     *(f"{command} some" for command in self.commands()),
                     *(f"{line} al" for line in WANT_FILES)):
            self.goes_on(shell, f"tokend {line}", f"tokend {line}")
        self.goes_on(shell, "tokend token it", r"tokend token it\'s\ \$\(touch\ hit\)\ \*")
        self.assertFalse(os.path.exists(os.path.join(self.home.home, "hit")))

    def goes_on(self, shell, line, shown):
        """What is typed after the tabulator tells that it has done what it does."""
        self.complete(shell, line)
        shell.type("@")
        waiting.until(lambda: re.search(rf"^% {re.escape(line)}.*@ ?$", shell.screen, re.MULTILINE),
                      waiting.LIMIT, lambda: shell.screen)
        self.assertRegex(shell.screen, rf"(?m)^% {re.escape(shown)} ?@$")
        shell.key("C-u")
        shell.key("C-l")

    @staticmethod
    def complete(shell, line):
        """A tabulator that comes with other keys is taken for pasted."""
        shell.type(line)
        waiting.until(lambda: f"% {line}" in shell.screen, waiting.LIMIT, lambda: shell.screen)
        shell.key("Tab")
