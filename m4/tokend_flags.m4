dnl SPDX-License-Identifier: BSD-2-Clause
# TOKEND_TRY_CFLAGS(VARIABLE, FLAGS...)
# TOKEND_TRY_LDFLAGS(VARIABLE, FLAGS...)
#
# Each of the blank-separated FLAGS is tried by itself, and added to VARIABLE
# if the compiler (the linker) takes it without a warning. One by one: a
# single unknown flag must not cost the others.

AC_DEFUN([TOKEND_TRY_CFLAGS], [
  for tokend_flag in m4_normalize([$2]); do
    TOKEND_TRY_FLAG([CFLAGS], [$1], [$tokend_flag], [AC_COMPILE_IFELSE])
  done
  AC_SUBST([$1])
])

AC_DEFUN([TOKEND_TRY_LDFLAGS], [
  for tokend_flag in m4_normalize([$2]); do
    TOKEND_TRY_FLAG([LDFLAGS], [$1], [$tokend_flag], [AC_LINK_IFELSE])
  done
  AC_SUBST([$1])
])

# TOKEND_TRY_FLAG(ENVIRONMENT, VARIABLE, FLAG, MACRO)
AC_DEFUN([TOKEND_TRY_FLAG], [
  tokend_saved=$$1
  $1="$$1 -Werror $3"
  AC_MSG_CHECKING([whether $CC takes $3])
  $4([AC_LANG_PROGRAM([], [])],
    [$2="$$2 $3"; AC_MSG_RESULT([yes])],
    [AC_MSG_RESULT([no])])
  $1=$tokend_saved
])

# TOKEND_FORTIFY(VARIABLE)
#
# Adds _FORTIFY_SOURCE to VARIABLE, unless the compiler has a level of its own,
# or the packager's flags do. Looking for the macro finds -Wp,-D, too, which no
# warning about a second definition does.

AC_DEFUN([TOKEND_FORTIFY], [
  AC_MSG_CHECKING([whether _FORTIFY_SOURCE is left to us])
  AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[
#ifdef _FORTIFY_SOURCE
#error "set already"
#endif
]], [])],
    [AC_MSG_RESULT([yes]); TOKEND_TRY_CFLAGS([$1], [-D_FORTIFY_SOURCE=2])],
    [AC_MSG_RESULT([no])])
])

# TOKEND_TRY_PACKED_RELOCS(VARIABLE)
#
# Adds to VARIABLE what packs relative relocations, which takes a tenth of the
# room. The C library has to know that form (glibc since 2.36, musl since
# 1.2.4), so a program is run; nothing is added where it cannot be.

AC_DEFUN([TOKEND_TRY_PACKED_RELOCS], [
  tokend_flag=-Wl,-z,pack-relative-relocs
  tokend_saved_cflags=$CFLAGS tokend_saved_ldflags=$LDFLAGS
  CFLAGS="$CFLAGS -fPIE"
  LDFLAGS="$LDFLAGS -pie -Wl,--fatal-warnings $tokend_flag"
  AC_MSG_CHECKING([whether programs run with $tokend_flag])
  AC_RUN_IFELSE([AC_LANG_PROGRAM([[
static const char *const volatile words[] = { "a", "b" };
]], [[return words[0] == 0 || words[0][0] != 'a' || words[1][0] != 'b';]])],
    [$1="$$1 $tokend_flag"; AC_MSG_RESULT([yes])],
    [AC_MSG_RESULT([no])], [AC_MSG_RESULT([not tried])])
  CFLAGS=$tokend_saved_cflags LDFLAGS=$tokend_saved_ldflags
])
