# SPDX-License-Identifier: BSD-2-Clause
"""doc/clients/postfix.md: one relay, and the three ways in which tokend answers."""

import os
import re
import unittest

from support import recipe, stage
from support.machine_case import ALICE
from support.postfix_page import PostfixPage

WORK = "alice@example.com"
LONG_TOKEN = 3000


class Relay(PostfixPage):
    def test_google_jailed_by_systemds_sockets(self):
        self.start_postfix()
        page = recipe.Page("postfix")
        self.follow(page, "Google", "systemd")
        recipe.leave_out(page.under("Mail to root"))    # test_root_mail types it
        self.assertIn("smtp/unix/chroot = y", self.postfix.must("postconf -F smtp/unix/chroot"))
        self.send(ALICE)
        self.assertEqual(self.logins(), [("XOAUTH2", ALICE)])
        self.assertIn("Verified TLS connection established to smtp.gmail.com", self.postfix.log())

    def test_microsoft_jailed_by_spawn(self):
        self.provider.store.token_length = LONG_TOKEN
        self.start_postfix()
        self.follow(recipe.Page("postfix"), "Microsoft", "spawn(8)")
        self.send(WORK)
        self.assertEqual(self.logins(), [("XOAUTH2", WORK)])

    def test_not_jailed_by_a_supervisor_and_the_other_mechanism(self):
        self.postfix.must("postconf -F smtp/unix/chroot=n")
        self.start_postfix()
        self.follow(recipe.Page("postfix"), "Google", "a supervisor")
        self.send(ALICE)
        self.postfix.set(smtp_sasl_mechanism_filter="oauthbearer")
        self.postfix.reload()
        self.send(ALICE)
        self.assertEqual(self.logins(), [("OAUTHBEARER", ALICE), ("XOAUTH2", ALICE)])


class Agreement(unittest.TestCase):
    def test_readme_says_the_same(self):
        with open(os.path.join(stage.source_folder(), "README"), encoding="utf-8") as readme:
            text = readme.read()
        chapter = text.split("\nPOSTFIX\n")[1].split("\nCOMING FROM ANOTHER TOOL\n")[0]
        typed = " ".join(block.text for block in recipe.Page("postfix").blocks)
        page = re.sub(r"\s+", " ", typed.replace("'", "").replace("\\\n", ""))
        settings = re.findall(r"^    ((?:relayhost|smtp_\w+) = .*|\[\S+ +\S+:tokend)$", chapter,
                              re.MULTILINE)
        self.assertEqual(len(settings), 8, settings)
        for line in settings:
            self.assertIn(re.sub(r"\s+", " ", line), page)
