# SPDX-License-Identifier: BSD-2-Clause
"""What the plugin costs its host, in instructions, which no busy machine changes.

tests/bench has the times, and the rest.
"""

import os
import shutil

from bench import exchange, load
from bench.place import Place
from support import process, tap
from support.case import IntegrationCase

LOAD_MOST = 1.5
EXCHANGE_MOST = 2.0


class Cost(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.require_root()
        if process.PRELOAD in os.environ:
            tap.allowed_skip("the sanitizers' instructions are not the plugin's")
        if shutil.which("valgrind", path=process.CLEAN_PATH) is None:
            self.skipTest("needs valgrind")
        self.place = self.enterContext(Place(self.stage))

    def test_loading(self):
        self.assertLessEqual(load.instruction_ratio(self.place), LOAD_MOST, "times PLAIN")

    def test_token_of_the_cache(self):
        self.place.sign_in(self.place.home)
        self.assertLessEqual(exchange.instruction_ratio(self.place), EXCHANGE_MOST,
                             "times PLAIN")
