# shellcheck shell=sh disable=SC2154 # the caller sets what it names
# Sourced first by tests/demo and tests/check, which set $tests, their folder,
# and $groups, the groups of tests/packages that they need. Gives them root,
# those packages, and a place that no setting of the caller's reaches: a CFLAGS
# or SASL_PATH of theirs would change what is tested, a proxy too. Only the
# installation of packages may need the proxy.
set -eu
umask 022
cd /
if [ "$(id -u)" -ne 0 ]; then
	echo "$0: needs root, to install packages and to run Postfix" >&2
	exit 1
fi
path=/usr/sbin:/usr/bin:/sbin:/bin
if [ "${TOKEND_BEGUN-}" != "$tests" ]; then
	# shellcheck disable=SC2086 # a list of words
	env -i PATH=$path LANG=C.UTF-8 HOME=/nonexistent \
	    ${http_proxy+"http_proxy=$http_proxy"} \
	    ${https_proxy+"https_proxy=$https_proxy"} \
	    ${no_proxy+"no_proxy=$no_proxy"} \
	    "$tests/support/install-packages" $groups </dev/null
	exec env -i PATH=$path LANG=C.UTF-8 HOME=/nonexistent CI="${CI-}" \
	    TOKEND_BEGUN="$tests" "$tests/${0##*/}" "$@" </dev/null
fi
