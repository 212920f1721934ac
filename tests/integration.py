"""`make check`'s door to integration/run."""

import os
import sys

RUN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "integration", "run")
os.execv(sys.executable, [sys.executable, RUN, "-j", "4"])
