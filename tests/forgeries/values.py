"""One value of a bundle changed, and nothing else: the claim that it belongs to says so, and no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .chain import Record
from .forgery import Forgery
from .story import Story

Change = Callable[[Record], object]


def forgeries(game: str, table: dict[str, tuple[str, Change]]) -> list[Forgery]:
    return [
        Forgery(f"changed: {name}", claims, spoil=_spoil(change), games=(game,))
        for name, (claims, change) in table.items()
    ]


def _spoil(change: Change) -> Callable[[Record, Story], object]:
    return lambda bundle, story: change(bundle)


def setter(*path: Any, value: Any) -> Change:
    def change(bundle: Record) -> None:
        target: Any = bundle
        for step in path[:-1]:
            target = target[step]
        before = target[path[-1]]
        target[path[-1]] = value(before) if callable(value) else value
        assert target[path[-1]] != before

    return change


def less(number: int) -> int:
    return number - 1


def payment(bundle: Record, status: str) -> Record:
    found: Record = next(payment for payment in bundle["payments"] if payment["status"] == status)
    return found


def winners_slip(bundle: Record) -> Record:
    found: Record = next(slip for slip in bundle["slips"] if slip["status"] == "won")
    return found


def change_empty_block(bundle: Record) -> None:
    used = {proof["header"] for proof in [*bundle["transactions"], bundle["heightProof"]]}
    headers = bundle["headers"]["headers"]
    place = next(place for place, header in enumerate(headers) if header not in used and place)
    headers[place] = other_hex(headers[place])


def other_order(bundle: Record) -> None:
    payment, order = bundle["payments"][0], bundle["orders"][-1]["identifier"]
    payment["identifier"] = order if order != payment["identifier"] else bundle["orders"][0]["identifier"]


def other_hex(text: str) -> str:
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def other_letter(address: str) -> str:
    return address[:-1] + ("p" if address[-1] == "q" else "q")
