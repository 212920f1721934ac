# SPDX-License-Identifier: BSD-2-Clause
"""The SMTP dialogue of the login as the mail server had it, from what its smtpd(8) logged.

The client's log cannot tell: Postfix does not write down what it says inside TLS. The server of
the demo does, as debug_peer_list makes it; its log goes away with the demo.
"""

import base64
import re

SAID = re.compile(r"\]: ([<>]) \S+\[127\.0\.0\.1\]: (.*)")
TLS = re.compile(r"TLS connection established from .*?: (\S+) with")
RESPONSE = re.compile(r"AUTH \S+ (\S+)")


def of_login(log):
    """From the connection to the server's word on the login, as lines "C: ..." and "S: ..."."""
    process = re.findall(r"postfix/smtpd\[(\d+)\]: .*sasl_method=", log)[-1]
    lines = [line for line in log.splitlines() if f"postfix/smtpd[{process}]: " in line]
    begin = max(i for i, line in enumerate(lines) if "]: connect from " in line)
    told = []
    for line in lines[begin:]:
        if tls := TLS.search(line):
            told.append(f"-- {tls[1]} from here --")
        if said := SAID.search(line):
            told += _told(*said.groups())
            if said[2].startswith("235 "):
                break
    return told


def _told(direction, text):
    """The bytes as they were; below a SASL response what its base64 says."""
    if direction == ">":
        return [f"S: {text}"]
    told = [f"C: {text}"]
    if response := RESPONSE.fullmatch(text):
        decoded = base64.b64decode(response[1]).decode("utf-8", "backslashreplace")
        told.append(f"   (base64 of: {decoded})".replace("\x01", "^A"))
    return told
