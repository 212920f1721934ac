# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2154 # the caller sets $tests
# Sourced by tests/check: runs its stages, a line each, adds up their results,
# and on failure shows what the logs say. Everything is below $work, and ends
# with the check, however that ends.

# Ends what hangs; a slow machine has the time that it needs.
STAGE_SECONDS=14400
LOG_HEAD=20
LOG_TAIL=40

passed=0 failed=0 skipped=0 child=
# Short, as names of sockets may not be long; open, as other uids work in it.
work=$(mktemp -d /tmp/tokend.XXXXXX)
chmod 755 "$work"
mkdir -m 1777 "$work/tmp"
export TMPDIR="$work/tmp"
log=$work/stage.log
trap 'rm -rf "$work"' EXIT
trap stop HUP INT TERM

stop() {
	trap '' HUP INT TERM
	echo stopped
	if [ -n "$child" ]; then
		kill -TERM "-$child" 2>/dev/null
		wait "$child"
		rounds=0
		while kill -0 "-$child" 2>/dev/null && [ $rounds -lt 300 ]; do
			sleep 0.1
			rounds=$((rounds + 1))
		done
	fi
	exit 130
}

# run COMMAND...: within a stage. It leads a session, so that stop ends all
# that it has started.
run() {
	setsid timeout --kill-after=60 $STAGE_SECONDS "$@" \
	    >>"$log" 2>&1 </dev/null &
	child=$!
	wait "$child"
	run_status=$?
	child=
	return $run_status
}

# stage NAME COMMAND...: one that sets $results, to files with TAP, counts as
# its tests do; one that does not counts as one.
stage() {
	printf '%-46s ' "$1"
	shift
	: >"$log"
	results=
	begun=$(date +%s)
	"$@"
	status=$?
	took=$(($(date +%s) - begun))
	if [ -n "$results" ]; then
		count_tests
	else
		count_one
	fi
}

count_one() {
	if [ "$status" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok, $took s"
	else
		failed=$((failed + 1))
		echo "FAILED, $took s"
		show_log
	fi
}

count_tests() {
	# shellcheck disable=SC2086 # a list, or a pattern, of files
	python3 "$tests/support/tally.py" $results >"$work/tally" 2>&1
	read -r good bad left <"$work/tally"
	passed=$((passed + good))
	failed=$((failed + bad))
	skipped=$((skipped + left))
	printf '%s passed, %s failed, %s s\n' "$good" "$bad" "$took"
	sed 1d "$work/tally"
	# make check that does not build, for one, has no test to tell it.
	if [ "$bad" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$good" -eq 0 ]; }; then
		failed=$((failed + 1))
		echo "FAILED, although no test did:"
		show_log
	fi
}

# The cause may stand far above the end.
show_log() {
	grep -nE '^(not ok|FAIL|ERROR)|: (fatal )?error:|: warning:|: \*\*\*' \
	    "$log" | head -n $LOG_HEAD
	echo '[...]'
	grep -v '^PASS: ' "$log" | tail -n $LOG_TAIL
}
