# SPDX-License-Identifier: BSD-2-Clause
"""Commands that our own texts tell people to type: there is such a command, with such an option.

What they do then is tested where the text is given; here is that none is forgotten.
"""

import glob
import os
import re

from support import stage
from support.case import IntegrationCase

QUOTED = re.compile(r'\\"tokend ([a-z-]+)((?: [^"\\]*)?)\\"')
OPTION = re.compile(r"--[a-z][a-z-]*")
LEAST = 20


class Texts(IntegrationCase):
    def quoted(self):
        """(file, command, the words after it) of each "tokend COMMAND ..." in a string of C."""
        source = stage.source_folder()
        for folder in ("plugin", "tokend-client", "tokend"):
            for path in sorted(glob.glob(os.path.join(source, folder, "**", "*.c"),
                                         recursive=True)):
                with open(path, encoding="utf-8") as file:
                    # A string may go on in the next line.
                    text = re.sub(r'"\s*\n\s*"', "", file.read())
                for command, words in QUOTED.findall(text):
                    yield os.path.relpath(path, source), command, words

    def test_commands_exist(self):
        helps = {}
        count = 0
        for path, command, words in self.quoted():
            count += 1
            with self.subTest(file=path, words=f"tokend {command}{words}"):
                if command not in helps:
                    helps[command] = self.note(self.stage.tokend(command, "--help"))
                self.assertEqual(helps[command].status, 0, helps[command].stderr)
                for option in set(OPTION.findall(words)) - {"--help"}:
                    self.assertIn(option, helps[command].stdout)
        self.assertGreater(count, LEAST, "texts with a command")
