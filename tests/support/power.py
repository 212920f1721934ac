# SPDX-License-Identifier: BSD-2-Clause
"""What a disk may hold after a power cut: the calls of a program, replayed by POSIX's rules alone.

What was synced is there. Of what came after, anything may be: each write, each change of a size
and each change of a name happened or did not, in any selection (in their order), and of a write
the first half alone, or only its room, filled with zeros. A file's sync does not save its name,
a folder's does. File systems promise more, each something else; we count on none of it.
"""

import itertools
import os

CHANGES = ("create", "unlink", "rename", "write", "size", "allocate", "sync")

class _File:
    """One inode: what is surely in it, and what was done since."""

    def __init__(self, content=b""):
        self.sure = content
        self.since = []

    def all_done(self):
        return _apply(self.sure, [(change, "whole") for change in self.since])

    def sync(self):
        self.sure = self.all_done()
        self.since = []

    def contents(self):
        """All that may be found."""
        found = set()
        ways = [("not", "whole", "half", "zeros") if change.kind == "write" else ("not", "whole")
                for change in self.since]
        for way in itertools.product(*ways):
            found.add(_apply(self.sure, list(zip(self.since, way))))
        return found


def _apply(content, changes):
    data = bytearray(content)
    for change, way in changes:
        if way == "not":
            continue
        if change.kind == "size":
            data = data[:change.number].ljust(change.number, b"\0")
        elif change.kind == "allocate":
            data = data.ljust(change.number, b"\0")
        else:
            put = {"whole": change.data, "zeros": bytes(len(change.data)),
                   "half": change.data[:len(change.data) // 2].ljust(len(change.data), b"\0"),
                   }[way]
            end = change.number + len(put)
            data = data.ljust(end, b"\0")
            data[change.number:end] = put
    return bytes(data)


class _Folder:
    """Names: those that are surely there, and what was done since."""

    def __init__(self, names):
        self.sure = dict(names)
        self.now = dict(names)
        self.since = []

    def change(self, *change):
        self.since.append(change)
        _rename(self.now, *change)

    def sync(self):
        self.sure = dict(self.now)
        self.since = []

    def listings(self):
        """Each {name: file} that may be found."""
        found = []
        for way in itertools.product((False, True), repeat=len(self.since)):
            names = dict(self.sure)
            for change in itertools.compress(self.since, way):
                _rename(names, *change)
            if names not in found:
                found.append(names)
        return found


def _rename(names, old, new, file):
    """One change: a name goes (old), one comes (new), or both."""
    if old is not None and names.get(old) is file:
        del names[old]
    if new is not None:
        names[new] = file


class Disk:
    """A folder with folders of files: {"credentials/alice": content} to begin with."""

    def __init__(self, before):
        self._folders = {}
        for place, content in before.items():
            folder, name = os.path.split(place)
            self._folders.setdefault(folder, {})[name] = _File(content)
        self._folders = {folder: _Folder(names) for folder, names in self._folders.items()}

    def _file(self, place):
        folder, name = os.path.split(place)
        return self._folders.setdefault(folder, _Folder({})).now[name]

    def _change(self, old, new, file):
        folder = os.path.split(old or new)[0]
        if old and new and os.path.split(new)[0] != folder:
            raise ValueError(f"{old} goes to another folder: {new}")
        self._folders.setdefault(folder, _Folder({})).change(
            old and os.path.basename(old), new and os.path.basename(new), file)

    def do(self, event):
        """Take one event of a trace (filetrace.py)."""
        if event.kind == "create":
            self._change(None, event.place, _File())
        elif event.kind == "unlink":
            self._change(event.place, None, self._file(event.place))
        elif event.kind == "rename":
            self._change(event.place, event.to, self._file(event.place))
        elif event.kind in ("write", "size", "allocate"):
            self._file(event.place).since.append(event)
        elif event.kind == "sync":
            folder = self._folders.get(event.place)
            (folder or self._file(event.place)).sync()

    def after_power_cut(self, folder):
        """Each {name: content} that this folder may have."""
        found = []
        for names in self._folders.get(folder, _Folder({})).listings():
            contents = [sorted(file.contents()) for file in names.values()]
            for some in itertools.product(*contents):
                listing = dict(zip(names, some))
                if listing not in found:
                    found.append(listing)
        return found
