"""The verifier's own functions, with which a liar computes as well as anybody."""

from __future__ import annotations

import runpy
from argparse import Namespace
from functools import cache
from pathlib import Path
from typing import Any

SCRIPT: dict[str, Any] = runpy.run_path(
    str(Path(__file__).parents[2] / "utilities" / "bin" / "verify_round.py"), run_name="verifier"
)
SCRIPT["verify"].__globals__["multiples_of_g"] = cache(SCRIPT["multiples_of_g"])  # the same for every bundle
OPTIONS = Namespace(skip_draw=False)
