/*
 * utf8.h - one character at a time, without a locale.
 */
#ifndef TOKEND_UTF8_H
#define TOKEND_UTF8_H

#include <stddef.h>

/*
 * The length (1 to 4) of the whole, well-formed UTF-8 sequence (RFC 3629 4)
 * that s begins with, or 0 if there is none within len bytes.
 */
size_t utf8_length(const char *s, size_t len);

/* True for C0 controls, DEL and, in two bytes, the C1 controls. */
int utf8_is_control(const char *s, size_t length);

#endif
