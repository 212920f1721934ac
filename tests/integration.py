# SPDX-License-Identifier: BSD-2-Clause
"""`make check`'s door to integration/run: a part of the modules, or all of them (`make check-all`).

The part takes a few minutes: each way to a token, each grant and each kind of sign-in has one
module in it. What is left to the whole are the pages, the programs of doc/clients one by one,
what doctor and setup say of a machine, and what kills, traces or crowds.
"""

import os
import sys

PART = ("advice", "command", "command_grant", "help", "imap_pop", "import", "includes",
        "login_code", "login_given", "mail_login", "metadata", "postfix", "receiver", "reject",
        "scopes", "serve", "sign_in", "token_endpoint", "tunnel")
RUN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "integration", "run")

modules = [] if os.environ.get("TOKEND_CHECK") == "all" else [f"test_{name}" for name in PART]
os.execv(sys.executable, [sys.executable, RUN, "-j", "4", *modules])
