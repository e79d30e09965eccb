"""The table for people and the JSON for machines."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .measuring import Row

_HEAD = ("what", "ours", "yardstick", "unit", "ratio", "against", "note")
_NUMERIC = {"ours", "yardstick", "ratio"}


def machine() -> dict[str, Any]:
    """What the figures depend on. Nothing that names the machine."""
    return {
        "cores": os.cpu_count(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "load": [round(value, 1) for value in os.getloadavg()],
    }


def describe(found: dict[str, Any]) -> str:
    """The machine in one line."""
    return (
        f"{found['cores']} cores ({found['architecture']}), Python {found['python']}, "
        f"load when it began {found['load'][0]}"
    )


def table(rows: Sequence[Row]) -> str:
    """Aligned columns; ratio is our speed as a multiple of the yardstick's."""
    lines = [_HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    return "\n".join(_line(line, widths) for line in lines)


def write_json(path: Path, rows: Sequence[Row], found: dict[str, Any], scale: str) -> None:
    """One object: when, where, how large, and a record a row."""
    record = {
        "measuredAt": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": found,
        "scale": scale,
        "rows": [
            {
                "what": row.what,
                "unit": row.unit,
                "ours": row.ours,
                "yardstick": row.yardstick,
                "against": row.against,
                "ratio": row.ratio,
                "note": row.note,
            }
            for row in rows
        ],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n")


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.what,
        number(row.ours),
        number(row.yardstick),
        row.unit,
        f"{row.ratio:.2f}",
        row.against,
        row.note,
    )


def number(value: float) -> str:
    """Three digits that matter, thousands apart."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.rjust(width) if name in _NUMERIC else cell.ljust(width)
        for name, cell, width in zip(_HEAD, cells, widths, strict=True)
    ]
    return "  ".join(padded).rstrip()
