# SPDX-License-Identifier: BSD-2-Clause
"""`tokend doctor` as its reader uses it: what it found, and its fixes done to the letter."""

import json
import re

from support import waiting

QUOTED = re.compile(r'"([^"]+)"')
COMMANDS = ("chgrp", "chmod", "chown", "cp", "echo", "install", "ln", "mkdir", "mount", "mv",
            "newaliases", "postalias", "postconf", "postfix", "postmap", "postqueue", "rm", "sed",
            "systemctl", "tokend")
IN_FILE = re.compile(r"(?:^|in (?:place of that line in )?)(/\S+?)(?=[:,.]?(?:\s|$))")


def run(machine, *words, status=None):
    """The findings, as dicts."""
    done = machine.sh(" ".join(("tokend doctor --json", *words)), timeout=waiting.LIMIT)
    found = json.loads(done.stdout)
    if status is not None and done.status != status:
        raise AssertionError(f"status {done.status}, not {status}:\n{done.text}")
    return found


def faults(findings, check=None):
    return [each for each in findings
            if each["verdict"] == "fault" and check in (None, each["check"])]


def warnings(findings, check=None):
    return [each for each in findings
            if each["verdict"] == "warning" and check in (None, each["check"])]


def fix(machine, finding, instead=None):
    """Do what stands in double quotes: a command is typed, a line is put into the file named.

    instead: {beginning of a command: function(command)}, for what cannot be typed here. A line
    takes the place of one that begins with the same word.
    """
    text = finding["mend"]
    quoted = QUOTED.findall(text)
    if not quoted:
        raise AssertionError(f"a mend without anything to do: {text!r}")
    for each in quoted:
        other = next((function for beginning, function in (instead or {}).items()
                      if each.startswith(beginning)), None)
        if other:
            other(each)
        elif each.split()[0] in COMMANDS:
            done = machine.sh(each)
            if done.status != 0:
                raise AssertionError(f"{each}\nstatus {done.status}\n{done.text}")
        else:
            _put(machine, IN_FILE.findall(QUOTED.sub("", text))[0], each)


def _put(machine, path, line):
    lines = machine.read(path).splitlines() if machine.exists(path) else []
    word = line.split()[0]
    kept = [each for each in lines if each.split()[:1] != [word]]
    mode = machine.sh(f"stat -c '%a %u %g' {path}").stdout.split() or ["600", "0", "0"]
    machine.write(path, "".join(f"{each}\n" for each in (*kept, line)), int(mode[0], 8),
                  (int(mode[1]), int(mode[2])))
