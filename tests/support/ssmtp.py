# SPDX-License-Identifier: BSD-2-Clause
"""sSMTP with our patch: its source is not in the tree, so it is taken where it can be had.

Debian's source package, if tests/check could download it; else the folder that SSMTP_SOURCE
names: a checkout of Debian's packaging, or of its upstream with debian/patches.
"""

import glob
import os
import shutil

from support import process, waiting

DOWNLOADED = "/var/cache/apt/archives/source"
PATCH = "contrib/ssmtp/ssmtp-2.64-sasl.patch"
BUILD_SECONDS = waiting.LONG_LIMIT


def unpack(folder):
    """Debian's sSMTP below the folder, with Debian's patches in; its path, or None."""
    source = os.path.join(folder, "ssmtp")
    described = glob.glob(f"{DOWNLOADED}/ssmtp_*.dsc")
    given = os.environ.get("SSMTP_SOURCE")
    if described:
        process.must(["dpkg-source", "--no-check", "--no-copy", "-x", max(described), source])
    elif given:
        shutil.copytree(given, source, ignore=shutil.ignore_patterns(".git"))
        _apply_debians(source)
    else:
        return None
    return source


def _apply_debians(source):
    with open(f"{source}/debian/patches/series", encoding="utf-8") as series:
        for name in series.read().split():
            apply(source, f"{source}/debian/patches/{name}")


def apply(source, patch):
    """What the patch does not fit into is an error; one that stands already is none."""
    if process.run(["patch", "-p1", "-R", "--dry-run", "-s", "-f", "-i", patch],
                   cwd=source).status != 0:
        process.must(["patch", "-p1", "-s", "-f", "-i", patch], cwd=source)
