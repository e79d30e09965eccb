"""What of a bundle is under its round's promise."""

from __future__ import annotations

import json
from typing import Any


def broken(bundle: dict[str, Any]) -> set[str]:
    """The claim that fails where the round's record says something else than the text that was promised."""
    told = json.loads(bundle["round"]["roundTerms"])
    record = {**bundle["round"], "network": bundle["network"]}
    return {"promise"} if any(record.get(name, value) != value for name, value in told.items()) else set()
