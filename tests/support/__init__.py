# SPDX-License-Identifier: BSD-2-Clause
"""What the integration tests stand on: a staged installation and private, real servers.

Everything here uses loopback, temporary folders and processes of its own; nothing of the machine's
configuration is read or changed, so the tests can run beside a working mail system.
"""
