# SPDX-License-Identifier: BSD-2-Clause
"""Loopback ports that no other process takes between the choice and the server's bind().

One that the kernel picks may be a connection's own end a moment later, or another module's. These
lie below the range that the kernel picks from, and each process of ours has a block of them.
"""

import functools
import itertools
import socket

# Up to where ip_local_port_range begins, ip(7).
FIRST, BLOCKS, BLOCK = 16384, 64, 256


def free_port():
    """The next unused port of our block."""
    _, ports = _own_block()
    for port in itertools.islice(ports, BLOCK):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"all {BLOCK} ports from {port} are taken")


def free_ports(count):
    """So many, each another one."""
    return [free_port() for _ in range(count)]


@functools.cache
def _own_block():
    """What says that it is ours until we end, and its ports, round and round.

    The name of an abstract socket belongs to the network namespace, as the ports do.
    """
    for number in range(BLOCKS):
        holder = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            holder.bind(f"\0tokend-tests-ports-{number}")
        except OSError:
            holder.close()
            continue
        first = FIRST + number * BLOCK
        return holder, itertools.cycle(range(first, first + BLOCK))
    raise RuntimeError(f"all {BLOCKS} blocks of ports are taken")
