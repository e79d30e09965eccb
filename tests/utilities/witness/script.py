"""witness.py, loaded from where it lies, as a stranger would read it."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

TOP = Path(__file__).parents[3]
SCRIPT = TOP / "utilities" / "bin" / "witness.py"


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("published_witness", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["published_witness"] = module
    spec.loader.exec_module(module)
    return module


def vectors(name: str) -> Any:
    return json.loads((TOP / "tests" / "vectors" / f"{name}.json").read_text(encoding="utf-8"))


witness = loaded()
