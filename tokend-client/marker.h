/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * marker.h - the words by which a plugin file is known for ours.
 *
 * Other projects install one of the same name. plugin/Makefile.am has the
 * same words; behind them stand a blank, the version, and a NUL.
 */
#pragma once

#define PLUGIN_MARKER "libxoauth2 of the tokend project"
