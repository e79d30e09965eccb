"""Pages as sources build them, with whatever a test wants in them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

SITE_HEAD = ("LOTTO GAME", "COMBINATIONS", "DRAW DATE", "JACKPOT (PHP)", "WINNERS")
Rows = Sequence[Sequence[str]]


def page(body: str, title: str = "") -> bytes:
    return f"<!doctype html><html><head><title>x</title></head><body>{title}{body}</body></html>".encode()


def table(rows: Rows, head: Sequence[str] = (), attributes: str = "") -> str:
    heading = "".join(f"<th>{cell}</th>" for cell in head)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table {attributes}>{f'<thead><tr>{heading}</tr></thead>' if head else ''}<tbody>{lines}</tbody></table>"


def site(*rows: tuple[str, str, str], head: Sequence[str] = SITE_HEAD, name: str = "GridView1") -> bytes:
    """PCSO's site: game, combination, day."""
    whole = [(game, numbers, day, "Php 4,500.00", "323") for game, numbers, day in rows]
    shown = table(whole, head, f'id="cphContainer_cpContent_{name}"') if rows else ""
    return page(f'<form id="mainform"><input type="hidden" name="__VIEWSTATE" value="x">{shown}</form>')


def aggregated(*tables: str, day: str = "November 30, 2026", column: str = "post_content") -> bytes:
    """lottopcso.com."""
    figures = "".join(f"<figure>{one}</figure>" for one in tables)
    return page(f'<div class="{column}">{figures}</div>', f"<h1>PCSO Lotto Result {day}</h1>")


def newspaper(*tables: str, title: str = "SWERTRES RESULT Today, November 30, 2026") -> bytes:
    """philnews.ph."""
    return page("".join(tables), f"<h1>{title}</h1>")


def history(*items: Mapping[str, Any]) -> bytes:
    """PCSO's interface."""
    return json.dumps({"page": 1, "totalPages": 9, "items": list(items)}).encode()


def item(result: object, time: str = "17:00:00+08", day: str = "2026-11-30") -> dict[str, Any]:
    return {"id": 1, "drawDate": day, "drawTime": time, "result": result, "jackpot": 4500, "totalWinners": 3}
