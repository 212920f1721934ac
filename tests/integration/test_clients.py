# SPDX-License-Identifier: BSD-2-Clause
"""The pages of doc/clients/ as a whole: installed, to be found from the matrix, and tried.

That a page's every block is followed is held by recipe.py, at the end of the module that does.
"""

import glob
import os
import re
import tempfile
import unittest
from unittest import mock

from support import recipe, stage
from support.case import IntegrationCase

LINK = re.compile(r"\]\(([^)#]*)[^)]*\)")
OPENED = re.compile(r"""(?:Page|follow\w*)\("([a-z0-9-]+)"[,)]""")


def read(path):
    with open(path, encoding="utf-8") as text:
        return text.read()


class Pages(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.source = os.path.join(stage.source_folder(), recipe.FOLDER)
        self.names = sorted(os.listdir(self.source))
        self.matrix = read(os.path.join(self.source, "README.md"))

    def test_installed(self):
        installed = self.stage.path("share/doc/tokend/clients")
        self.assertEqual(sorted(os.listdir(installed)), self.names)

    def test_matrix_leads_to_every_page(self):
        self.assertEqual(sorted({"README.md", *LINK.findall(self.matrix)}), self.names)

    def test_readme_names_every_page(self):
        readme = read(os.path.join(stage.source_folder(), "README"))
        named = set(re.findall(r"[a-zA-Z-]+\.md", readme))
        beside_it = set(os.listdir(stage.source_folder()))
        self.assertEqual(sorted(named - beside_it), self.names)

    def test_links_lead_somewhere(self):
        for name in self.names:
            for target in LINK.findall(read(os.path.join(self.source, name))):
                if "://" not in target:
                    self.assertTrue(os.path.exists(os.path.join(self.source, target)),
                                    f"{name}: {target}")

    def test_every_page_is_followed_by_a_test(self):
        here = os.path.dirname(os.path.abspath(__file__))
        opened = {name for path in glob.glob(f"{here}/test_*.py")
                  for name in OPENED.findall(read(path))}
        self.assertEqual([name for name in self.names
                          if name.removesuffix(".md") not in {"README", *opened}], [])

    def test_rows_are_whole(self):
        """A row with a column too few shows its page's link below another heading."""
        columns = 0
        for line in self.matrix.splitlines():
            cells = line.count("|") if line.startswith("|") else 0
            self.assertIn(columns, (0, cells) if cells else (columns,), line)
            columns = cells


class Recipe(unittest.TestCase):
    """A block that no test follows is found."""

    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        os.makedirs(os.path.join(folder, recipe.FOLDER))
        with open(os.path.join(folder, recipe.FOLDER, "page.md"), "w", encoding="ascii") as page:
            page.write("# A\n```\n% true\n```\n## B\n```~/file\ntext\n```\n")
        self.enterContext(mock.patch.object(stage, "source_folder", lambda: folder))
        self.ended = self.enterContext(mock.patch.object(unittest, "addModuleCleanup"))
        self.page = recipe.Page("page")
        self.person = mock.Mock()
        self.person.sh.return_value.status = 0

    def end_module(self):
        (function, *args), _ = self.ended.call_args
        function(*args)

    def test_block_left_out(self):
        recipe.follow(self.page.under("A"), None, self.person)
        with mock.patch.object(recipe, "runs_whole_modules", True):
            with self.assertRaisesRegex(AssertionError, "(?s)page.*'B'.*text"):
                self.end_module()

    def test_all_followed(self):
        recipe.follow(self.page.blocks, None, self.person)
        with mock.patch.object(recipe, "runs_whole_modules", True):
            self.end_module()

    def test_block_that_a_skipped_test_names(self):
        recipe.follow(self.page.under("A"), None, self.person)
        recipe.leave_out(self.page.under("B"))
        with mock.patch.object(recipe, "runs_whole_modules", True):
            self.end_module()
