# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2154 # the caller sets what it names
# Sourced first by tests/demo and tests/check, which set $tests, their folder,
# $groups, the groups of tests/packages that they need, and perhaps $sources,
# Debian's source packages that tests use if they are there. Gives them root,
# all of that, and a place that no setting of the caller's reaches: a CFLAGS
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
	install() {
		script=$tests/support/$1
		shift
		env -i PATH=$path LANG=C.UTF-8 HOME=/nonexistent \
		    ${http_proxy+"http_proxy=$http_proxy"} \
		    ${https_proxy+"https_proxy=$https_proxy"} \
		    ${no_proxy+"no_proxy=$no_proxy"} \
		    "$script" "$@" </dev/null
	}
	# shellcheck disable=SC2086 # a list of words
	install install-packages $groups
	for package in ${sources-}; do
		install download-source "$package" >/dev/null 2>&1 ||
		    echo "source of $package: Debian does not have it now"
	done
	exec env -i PATH=$path LANG=C.UTF-8 HOME=/nonexistent CI="${CI-}" \
	    ${SSMTP_SOURCE+"SSMTP_SOURCE=$SSMTP_SOURCE"} \
	    ${http_proxy+"TOKEND_HTTP_PROXY=$http_proxy"} \
	    TOKEND_BEGUN="$tests" "$tests/${0##*/}" "$@" </dev/null
fi
