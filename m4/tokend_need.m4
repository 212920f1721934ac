dnl SPDX-License-Identifier: BSD-2-Clause
# TOKEND_NEED(VARIABLE, MODULE, WHAT FOR, DEBIAN PACKAGE, FEDORA PACKAGE)
#
# A pkg-config module without which nothing is built; what is missing is said
# with the package that has it.
AC_DEFUN([TOKEND_NEED], [
  PKG_CHECK_MODULES([$1], [$2], [], [
    tokend_missing="$tokend_missing
  $2, for $3: Debian package $4, Fedora package $5"
  ])
])
