dnl SPDX-License-Identifier: BSD-2-Clause
# TOKEND_GIVEN_FOLDER(OPTION, [no])
# TOKEND_GIVEN_NAME(OPTION)
#
# Stop at a value of --with-OPTION that is no full name of a folder, or no name
# of a user or a group. --with-OPTION alone means "yes" and --without-OPTION
# "no": files would be installed below a folder of that name. With the second
# argument "no", or an empty value, is for what comes after.

AC_DEFUN([TOKEND_GIVEN_FOLDER], [
  AS_CASE(["${with_]m4_translit([$1], [-], [_])[-/}"],
    [/*|'$'*], [],
    m4_ifval([$2], [[''|no], [],])
    [AC_MSG_ERROR(
      [--with-$1=DIR needs the full name of a folder]m4_ifval([$2],
      [[, or "no"]]))])
])

AC_DEFUN([TOKEND_GIVEN_NAME], [
  AS_CASE(["${with_$1-tokend}"],
    [''|yes|no|-*|*[[!A-Za-z0-9_.-]]*],
    [AC_MSG_ERROR([--with-$1 needs the name of a $1])])
])
