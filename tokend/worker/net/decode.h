/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decode.h - the compressions that zlib cannot undo: br (RFC 7932) and zstd
 * (RFC 8878).
 *
 * No request asks for them, so no library is linked: if libcurl has been
 * built with them, their libraries are loaded already. libcurl itself is not
 * told to decode: it would refuse what is labelled wrongly, and a refresh token
 * in it would be lost.
 */
#pragma once

#include "base/buf.h"

/*
 * Replaces body by what is in it, if encoding, its Content-Encoding, is one of
 * the two and it is so; else it stays as it is. room has memory for as much as
 * body may hold, and is of no other use to the caller.
 */
void decode_body(struct buf *body, const char *encoding, struct buf *room);
