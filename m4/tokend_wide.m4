dnl SPDX-License-Identifier: BSD-2-Clause
# TOKEND_WIDE(VARIABLE)
#
# Adds to VARIABLE what makes off_t and time_t have 64 bits, where the C library
# has them with 32 as well: files over 2 GB, dates after 2038. It is for
# CPPFLAGS: few files include config.h, where AC_SYS_LARGEFILE puts it, and
# AC_SYS_YEAR2038 came with autoconf 2.72. A compiler that has a value of its
# own keeps it.
AC_DEFUN([TOKEND_WIDE], [
  AC_SUBST([$1])
  AC_CHECK_SIZEOF([off_t])
  AC_CHECK_SIZEOF([time_t])
  AS_IF([test "$ac_cv_sizeof_off_t" -lt 8 || test "$ac_cv_sizeof_time_t" -lt 8], [
    tokend_saved=$CPPFLAGS
    tokend_wide='-D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64'
    CPPFLAGS="$CPPFLAGS $tokend_wide"
    AC_MSG_CHECKING([for 64 bits in off_t and time_t with $tokend_wide])
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[
#include <sys/types.h>
#include <time.h>
]], [[static char off[sizeof(off_t) < 8 ? -1 : 1];
static char when[sizeof(time_t) < 8 ? -1 : 1];
return off == when;]])],
      [AC_MSG_RESULT([yes]); $1=$tokend_wide],
      [AC_MSG_RESULT([no])
       AC_MSG_WARN([no date after January 2038 is kept here])])
    CPPFLAGS=$tokend_saved
  ])
])
