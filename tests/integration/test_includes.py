# SPDX-License-Identifier: BSD-2-Clause
"""Which file includes which: HACKING's WHO CALLS WHOM holds, and there are no circles.

A folder, or a file where HACKING names files, includes only what is to the right of it there. A
source file and its header are one unit here, and no units include each other in a circle.
"""

import os
import re
import unittest

from support import stage

FOLDERS = ("plugin", "tokend-client", "tokend")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
# A folder's path and what is in it, from left to right: "tokend/worker/   main > job > ...".
ROW = re.compile(r"^    ([a-z/-]+/) {2,}(.*(?:\n {10,}.*)*)", re.MULTILINE)
# Of these folders all files have a place in their row; of the others the main ones have.
ORDERED = ("tokend/", "tokend/worker/")
# Of other folders, which this file's messages are built with (HACKING says why).
EXCEPTIONS = {("tokend/worker/mail/sasl", "plugin/encode")}


def unit(path):
    """What only one file shares with parts of itself is of that file."""
    return os.path.splitext(path)[0].removesuffix("_private")


def find_circle(graph):
    """Some units that include each other in a circle, or None."""
    done = set()

    def visit(node, path):
        if node in path:
            return path[path.index(node):]
        if node not in done:
            for target in sorted(graph.get(node, ())):
                circle = visit(target, path + [node])
                if circle:
                    return circle
            done.add(node)
        return None

    for node in sorted(graph):
        circle = visit(node, [])
        if circle:
            return circle
    return None


class Includes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        source = stage.source_folder()
        cls.texts = {}
        for folder in FOLDERS:
            for path, _, names in os.walk(os.path.join(source, folder)):
                for name in names:
                    if name.endswith((".c", ".h")):
                        full = os.path.join(path, name)
                        with open(full, encoding="utf-8") as file:
                            cls.texts[os.path.relpath(full, source)] = file.read()
        with open(os.path.join(source, "HACKING"), encoding="utf-8") as file:
            cls.order = cls.read_order(file.read())

    @classmethod
    def read_order(cls, text):
        """Of each folder that HACKING has a row for: [[path, ...], ...], from left to right."""
        section = text.partition("\nWHO CALLS WHOM\n")[2].partition("\nWHERE IS WHAT\n")[0]
        rows = {}
        for folder, chain in ROW.findall(section):
            chain = re.sub(r"\([^)]*\)", "", " ".join(chain.split()))
            rows[folder] = [[cls.resolve(folder, name.strip()) for name in level.split(",")]
                            for level in chain.split(">")]
        for chain in rows.values():
            # A row may end where another one goes on.
            for other in rows.values():
                if other is not chain and chain[-1] in other:
                    chain.extend(other[other.index(chain[-1]) + 1:])
        return rows

    @classmethod
    def resolve(cls, folder, name):
        for path in (f"{folder}{name}/", f"tokend/{name}/", f"{name}/"):
            if any(text.startswith(path) for text in cls.texts):
                return path
        return folder + name

    @staticmethod
    def level(chain, path):
        """How far to the right a file is, by its folder or its own name; None: not there."""
        for level, names in enumerate(chain):
            if any(path.startswith(name) if name.endswith("/") else unit(path) == name
                   for name in names):
                return level, next(name for name in names if path.startswith(name))
        return None

    def wrong(self, path, target):
        """What is wrong with this include, or None."""
        folder = max((row for row in self.order if path.startswith(row)), key=len)
        here = self.level(self.order[folder], path)
        there = self.level(self.order[folder], target)
        if here is None and folder in ORDERED:
            return f"{path} is not in HACKING's row {folder}"
        if there is None and (folder in ORDERED or not target.startswith(folder)):
            return f"{target} is not in HACKING's row {folder}"
        if here is None or there is None or here == there or here[0] < there[0]:
            return None
        return f"{here[1]} > {there[1]} is not in HACKING"

    def included(self, path, name):
        for folder in (os.path.dirname(path), "tokend-client", "tokend", "tokend/worker", "plugin",
                       ""):
            found = os.path.join(folder, name)
            if found in self.texts:
                return found
        return None

    def includes(self):
        for path, text in sorted(self.texts.items()):
            for name in INCLUDE.findall(text):
                target = self.included(path, name)
                if target is not None:
                    yield path, target

    def test_order(self):
        self.assertEqual(set(self.order), {"plugin/", "tokend-client/", *ORDERED})
        for path, target in self.includes():
            if (unit(path), unit(target)) not in EXCEPTIONS:
                with self.subTest(file=path, includes=target):
                    self.assertIsNone(self.wrong(path, target))

    def test_no_circle(self):
        graph = {}
        for path, target in self.includes():
            edge = unit(path), unit(target)
            if edge[0] != edge[1]:
                graph.setdefault(edge[0], set()).add(edge[1])
        self.assertIsNone(find_circle(graph))
