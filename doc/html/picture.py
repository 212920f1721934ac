# SPDX-License-Identifier: BSD-2-Clause
"""Draws a picture in characters (+-|, and <>^v at the ends of lines) as SVG."""

import html
import re

WIDTH, HEIGHT = 8, 17  # of a character
ACROSS, DOWN = "-+<>", "|+^v"
# From the middle of a character, per neighbour that its line goes on to.
STEPS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
HEADS = {">": "M{r} {y} l-7 -4 v8 z", "<": "M{l} {y} l7 -4 v8 z",
         "v": "M{x} {b} l-4 -7 h8 z", "^": "M{x} {t} l-4 7 h8 z"}


class Picture:
    def __init__(self, text):
        rows = text.rstrip("\n").split("\n")
        self.columns = max(map(len, rows))
        self.rows = [row.ljust(self.columns) for row in rows]
        self.lines = {(x, y) for y, row in enumerate(self.rows) for x in range(self.columns)
                      if self._is_line(x, y)}

    def _at(self, x, y):
        return self.rows[y][x] if 0 <= y < len(self.rows) and 0 <= x < self.columns else " "

    def _is_line(self, x, y):
        """A hyphen in a word is none, nor is a letter v."""
        char = self._at(x, y)
        sides = self._at(x - 1, y), self._at(x + 1, y)
        ends = self._at(x, y - 1), self._at(x, y + 1)
        return (char == "-" and any(side in ACROSS for side in sides)
                or char == "|" and any(end in DOWN for end in ends)
                or char == "+" and (any(side in "-" for side in sides) or "|" in ends)
                or char == ">" and sides[0] == "-" or char == "<" and sides[1] == "-"
                or char == "v" and ends[0] == "|" or char == "^" and ends[1] == "|")

    def _reaches(self, x, y):
        """The neighbours that the line here goes on to."""
        char = self._at(x, y)
        for name, (right, down) in STEPS.items():
            if (x + right, y + down) not in self.lines:
                continue
            other = self._at(x + right, y + down)
            if name in ("left", "right") and char in ACROSS and other in ACROSS + "|":
                yield right, down
            elif name in ("up", "down") and char in DOWN and other in DOWN:
                yield right, down

    def svg(self, title):
        width, height = self.columns * WIDTH, len(self.rows) * HEIGHT
        path, heads, words = [], [], []
        for x, y in sorted(self.lines, key=lambda at: (at[1], at[0])):
            middle = {"x": x * WIDTH + WIDTH // 2, "y": y * HEIGHT + HEIGHT // 2,
                      "l": x * WIDTH, "r": (x + 1) * WIDTH, "t": y * HEIGHT,
                      "b": (y + 1) * HEIGHT}
            for right, down in self._reaches(x, y):
                path.append(f"M{middle['x']} {middle['y']}"
                            f"l{right * WIDTH} {down * HEIGHT}")
            if self._at(x, y) in HEADS:
                heads.append(HEADS[self._at(x, y)].format(**middle))
        for y, row in enumerate(self.rows):
            plain = "".join(" " if (x, y) in self.lines else char for x, char in enumerate(row))
            for found in re.finditer(r"\S+(?: \S+)*", plain):
                words.append(f'<text x="{found.start() * WIDTH}" y="{y * HEIGHT + 13}" '
                             f'textLength="{len(found[0]) * WIDTH}">{html.escape(found[0])}</text>')
        return "\n".join([
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 {width + 16} {height + 16}" '
            f'width="{width + 16}" role="img">',
            f"<title>{html.escape(title)}</title>",
            "<style>svg { background: #fff; font: 13px monospace } "
            "path { stroke: #456; fill: none } .head { fill: #456 } text { fill: #222 } "
            "@media (prefers-color-scheme: dark) { svg { background: #1b1b1b } "
            "path { stroke: #9ab } .head { fill: #9ab } text { fill: #eee } }</style>",
            f'<path d="{"".join(path)}"/>', f'<path class="head" d="{"".join(heads)}"/>',
            *words, "</svg>", ""])
