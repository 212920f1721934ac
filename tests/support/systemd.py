# SPDX-License-Identifier: BSD-2-Clause
"""A systemctl(1) for a private machine: it keeps which units are on, and starts nothing."""

SCRIPT = """#!/bin/sh
# State: a file a unit in enabled/ and in active/; each call that changes one is in calls.
cd /run/stand-in || exit 1
now=
command=
for word; do
    case $word in
    -q) ;;
    --now) now=yes ;;
    is-*|enable|disable|start|stop) command=$word ;;
    *.service|*.socket) set_of_units="$set_of_units $word" ;;
    esac
done
case $command in
enable|disable|start|stop)
    echo "$*" >>calls
    if test -e broken; then echo "Failed to $command unit: it is broken" >&2; exit 1; fi ;;
esac
for unit in $set_of_units; do
    test -e known/$unit || { echo "Unit file $unit does not exist." >&2; exit 1; }
    case $command in
    is-enabled) test -e enabled/$unit && echo enabled || { echo disabled; exit 1; } ;;
    is-active) test -e active/$unit || exit 3 ;;
    enable) touch enabled/$unit; test $unit != tokend.service || touch enabled/tokend.socket ;;
    disable) rm -f enabled/$unit; test $unit != tokend.service || rm -f enabled/tokend.socket ;;
    stop) rm -f active/$unit; test $unit != tokend.socket || rm -f active/tokend.service ;;
    esac
    case $command$now in
    start|enableyes)
        if test -e active/tokend.service && test ! -e active/$unit; then
            echo "Job for $unit failed: Socket service tokend.service already active" >&2; exit 1
        fi
        touch active/$unit ;;
    disableyes) rm -f active/$unit; test $unit != tokend.socket || rm -f active/tokend.service ;;
    esac
done
"""
UNITS = ("tokend.socket", "tokend-postfix.socket", "tokend.service")


class StandIn:
    """The machine runs systemd from now on, as far as it can be asked."""

    def __init__(self, machine, units=UNITS):
        self._machine = machine
        machine.run("mkdir", "-p", "/run/systemd/system",
                    *(f"/run/stand-in/{name}" for name in ("known", "enabled", "active")))
        machine.write("/usr/bin/systemctl", SCRIPT, 0o755)
        self.turn("known", *units)

    def turn(self, which, *units):
        """Make the units "known", "enabled" or "active"."""
        for unit in units:
            self._machine.write(f"/run/stand-in/{which}/{unit}", "")

    def break_it(self, is_broken=True):
        """Whatever is to change fails; or does so no longer."""
        self._machine.run(*(("touch",) if is_broken else ("rm",)), "/run/stand-in/broken")

    def calls(self):
        """Those since the last time that were to change something."""
        calls = self._machine.sh("cd /run/stand-in; cat calls; rm -f calls").stdout
        return calls.splitlines()

    def state(self):
        """(enabled, active), each a set of units."""
        return tuple(set(self._machine.sh(f"ls /run/stand-in/{which}").stdout.split())
                     for which in ("enabled", "active"))
