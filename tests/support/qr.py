# SPDX-License-Identifier: BSD-2-Clause
"""Reading a QR code off a screen, as a telephone's camera would: by zbarimg(1)."""

import os

from support import process

# Two rows a line: (upper half is lit, lower half is lit).
HALVES = {" ": (0, 0), "\u2580": (1, 0), "\u2584": (0, 1), "\u2588": (1, 1)}
SCALE = 6


def read(screen, folder, lit_is_dark=False):
    """The text of the code that is drawn with half blocks on screen; None if there is none."""
    rows = []
    for line in screen.splitlines():
        if line.strip() and all(char in HALVES for char in line):
            halves = [HALVES[char] for char in line]
            rows += [[upper for upper, _ in halves], [lower for _, lower in halves]]
    if not rows:
        return None
    width = max(map(len, rows))
    rows = [row + [0] * (width - len(row)) for row in rows]
    path = os.path.join(folder, "code.pgm")
    with open(path, "wb") as out:
        out.write(b"P5 %d %d 255\n" % (width * SCALE, len(rows) * SCALE))
        for row in rows:
            line = b"".join((b"\0" if cell == lit_is_dark else b"\xff") * SCALE for cell in row)
            out.write(line * SCALE)
    done = process.run(["zbarimg", "--quiet", "--nodbus", "--raw", path], env={"HOME": folder})
    return done.stdout.strip() if done.status == 0 else None
