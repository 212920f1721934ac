# SPDX-License-Identifier: BSD-2-Clause
"""A page of doc/clients/, read as its reader does: in order, each block as it is written.

A block that begins with a prompt (`%` of a user, `#` of root) is typed line by line; any other is
a file, and the block's first line behind the fence names it: ```~/.mbsyncrc. A page's files are
written and its commands run on a private machine (machine.py), so there is nothing to replace in
them but the browser of a sign-in.

A module of tests that opens a page follows the whole of it: a block that it left out is an error
when the module ends, so that no page says what was never tried.
"""

import os
import re
import unittest
from dataclasses import dataclass

from support import stage

FOLDER = "doc/clients"
FENCE = re.compile(r"^```(?P<path>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
PROMPTS = ("%", "#")
INDENTED = re.compile(r"(?: {4}.*\n)+")
NAMES_FILE = re.compile(r"(/etc/[\w./-]*\w)[^/]*:$", re.DOTALL)
CONTINUED = re.compile(r"\\\n\s*")

# A run of a part of the tests may leave out what the other part follows.
runs_whole_modules = True
# Of the pages that the module has opened: the blocks that were not followed.
_left = {}


@dataclass
class Block:
    """path: of a file; None for commands, which are then (prompt, line) pairs."""

    page: str
    path: str | None
    text: str
    heading: str

    @property
    def commands(self):
        lines = CONTINUED.sub("", self.text).splitlines()
        return [(line[0], line[2:]) for line in lines]


class Page:
    """The blocks of one page, or of some of its sections. To be opened in a test."""

    def __init__(self, name):
        path = os.path.join(stage.source_folder(), FOLDER, f"{name}.md")
        with open(path, encoding="utf-8") as page:
            text = page.read()
        self.blocks = [_block(name, found, text) for found in FENCE.finditer(text)]
        _keep(name, self.blocks)

    def under(self, heading):
        """The blocks below the heading that has these words in it."""
        found = [block for block in self.blocks if heading in block.heading]
        if not found:
            raise LookupError(f"no block below a heading with {heading!r}")
        return found


class Chapter(Page):
    """The same of a chapter of README, whose blocks are indented by four blanks. A file is named
    by the last path of the paragraph above it, which ends with a colon.
    """

    def __init__(self, heading):
        with open(os.path.join(stage.source_folder(), "README"), encoding="utf-8") as readme:
            text = readme.read()
        name = f"README, {heading}"
        chapter = re.search(rf"^{re.escape(heading)}\n-+\n(.*?)(?=^\S[^\n]*\n-+\n|\Z)", text,
                            re.MULTILINE | re.DOTALL)[1]
        self.blocks = []
        before = ""
        for paragraph in re.split(r"\n\n+", chapter.strip("\n")):
            typed = INDENTED.fullmatch(paragraph + "\n") and re.sub("^ {4}", "", paragraph,
                                                                   flags=re.MULTILINE) + "\n"
            file = NAMES_FILE.search(before)
            if typed and typed.startswith(tuple(f"{prompt} " for prompt in PROMPTS)):
                self.blocks.append(Block(name, None, typed, heading))
            elif typed and file:
                self.blocks.append(Block(name, file[1], typed, heading))
            before = paragraph
        _keep(name, self.blocks)

    def having(self, *words):
        """The blocks that have any of these words, in their order."""
        found = [block for block in self.blocks if any(word in block.text for word in words)]
        if not found:
            raise LookupError(f"no block with any of {words}")
        return found


def follow(blocks, machine, person, instead=None):
    """Do what the blocks say; returns the Results of the commands, in order.

    instead: {beginning of a command: function(line, run)} for what cannot be typed as it stands,
    where run is the machine's or the person's sh. A command that fails ends it, as it ends the
    reader's patience.
    """
    done = []
    for block in blocks:
        leave_out([block])
        if block.path is not None:
            _write(block, machine, person)
            continue
        for prompt, line in block.commands:
            run = person.sh if prompt == "%" else machine.sh
            other = next((function for beginning, function in (instead or {}).items()
                          if line.startswith(beginning)), None)
            result = other(line, run) if other else run(line)
            if result is not None:
                done.append(result)
                if result.status != 0:
                    raise AssertionError(f"{line}\nstatus {result.status}\n{result.text}")
    return done


def leave_out(blocks):
    """Another module follows these blocks; or the test skips, and says why they cannot be here."""
    for block in blocks:
        if block in _left[block.page]:
            _left[block.page].remove(block)


def _keep(name, blocks):
    if name not in _left:
        _left[name] = list(blocks)
        unittest.addModuleCleanup(_require_all_followed, name)


def _require_all_followed(name):
    left = _left.pop(name)
    if left and runs_whole_modules:
        told = "\n".join(f"under {block.heading!r}:\n{block.text}" for block in left)
        raise AssertionError(f"{name}: these blocks were not followed\n{told}")


def _block(page, found, text):
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", text[:found.start()]), re.MULTILINE)
    is_typed = found["text"].startswith(tuple(f"{prompt} " for prompt in PROMPTS))
    path = found["path"].strip() or None
    if is_typed == (path is not None):
        raise ValueError(f"a block is typed, or a file with a path: {found[0][:60]!r}")
    return Block(page, path, found["text"], headings[-1] if headings else "")


def _without_settings(before, text):
    """main.cf without those that text has, as a reader does it. Of each one that is there twice
    Postfix warns whenever it reads the file; its postlogd(8) then waits for itself.
    """
    names = "|".join(re.findall(r"^(\w+) *=", text, re.MULTILINE))
    return re.sub(rf"^(?:{names}) *=.*\n(?:[ \t].*\n)*", "", before, flags=re.MULTILINE)


def _write(block, machine, person):
    """A file of the page: in the home (private to its owner), or appended to one of the system's,
    as a reader would."""
    if block.path.startswith("~/"):
        person.write(block.path[2:], block.text)
    else:
        before = machine.read(block.path) if machine.exists(block.path) else ""
        if block.path.endswith("/main.cf"):
            before = _without_settings(before, block.text)
        machine.write(block.path, before + block.text)
