"""Where a receipt that somebody kept says of amounts and of what was bought otherwise than we do, and a bundle of its
round and its draw. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_MOST: Final = 20  # differences told of one file
_LONG: Final = 120  # characters shown of a value
_BEFORE: Final = 30  # of them before the place where two long ones part
_PARTS: Final = ("order", "slip")
_NOT_COMPARED: Final = frozenset({"status", "payments", "payout", "bip21", "log", "createdAt", "odds", "identifier"})
"""What changes by itself, and what is looked at elsewhere."""
_BY_ITSELF: Final = frozenset({"createdAt", "odds", "payout"})
"""Of a round, what changes by itself."""
_FINAL: Final = ("won", "lost", "void")
"""States that nothing changes any more. One that was kept before is only older."""
_OVER: Final = ("settled", "void")
"""States of rounds of which nothing is said otherwise later."""
_FIXED: Final = ("amountSats", "address")
"""Of a win's payment, what does not change on its way."""


@dataclass(frozen=True, slots=True)
class Differing:
    """A member by its name in records; what the file says of it, and what we do (None: we know of no such thing)."""

    name: str
    file: str
    ours: str | None


def differing(said: Mapping[str, Any], record: Mapping[str, Any], state: str) -> tuple[Differing, ...]:
    """`said`: members of the file; `record`: what everybody is told of the order; `state`: the one that it is in. An
    older file may say less."""
    file, ours = _flat(said), _flat(record)
    found = [*_state(said, state), *_win(file.get("payout"), ours.get("payout"))]
    found += [*_payments(file.get("payments"), ours.get("payments")), *_members(file, ours)]
    return tuple(found[:_MOST])


def is_over(said: Mapping[str, Any]) -> bool:
    """Whether a bundle is of a round of which it can be compared: by its own word nothing of it will change."""
    return said.get("status") in _OVER


def of_round(said: Mapping[str, Any], record: Mapping[str, Any]) -> tuple[Differing, ...]:
    """`said`: what a bundle says of a round that is over; `record`: what everybody is told of that round."""
    found = [
        Differing(name, *_beside(_whole(said[name]), None if ours is None else _whole(ours)))
        for name, ours in record.items()
        if name in said and name not in _BY_ITSELF and said[name] != ours
    ]
    return tuple(found[:_MOST])


def _state(said: Mapping[str, Any], state: str) -> Iterator[Differing]:
    """What it came to, in whatever part of the file that stands."""
    parts = [said, *(said.get(name) for name in _PARTS)]
    stated = [part.get("status") for part in parts if isinstance(part, dict)]
    for one in dict.fromkeys(one for one in stated if isinstance(one, str)):
        if one in _FINAL and one != state:
            yield Differing("status", one, state)


def _win(said: Any, ours: Any) -> Iterator[Differing]:
    if not isinstance(said, dict):
        return
    if not isinstance(ours, dict):
        yield Differing("payout", _shown(said.get("amountSats")), None)
        return
    for name in _FIXED:
        if name in said and said[name] != ours.get(name):
            yield Differing(f"payout.{name}" if name == "address" else name, _shown(said[name]), _shown(ours.get(name)))


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """Its members, and those of the parts that some records have them in."""
    parts = [part for name in _PARTS if isinstance(part := record.get(name), dict)]
    own = {name: value for name, value in record.items() if name not in _PARTS}
    return {name: value for part in (*parts, own) for name, value in part.items()}


def _members(said: Mapping[str, Any], record: Mapping[str, Any]) -> Iterator[Differing]:
    for name, ours in record.items():
        file = said.get(name)
        if name not in _NOT_COMPARED and file is not None and file != ours:
            yield Differing(name, *_beside(_whole(file), None if ours is None else _whole(ours)))


def _payments(said: Any, ours: Any) -> Iterator[Differing]:
    known = {_output(one): one.get("amountSats") for one in _dicts(ours)}
    for one in _dicts(said):
        output, amount = _output(one), one.get("amountSats")
        if output not in known:
            yield Differing("payment", f"{_shown(amount)}, {output}", None)
        elif amount != known[output]:
            yield Differing("amountSats", _shown(amount), _shown(known[output]))


def _dicts(given: Any) -> list[Mapping[str, Any]]:
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _output(payment: Mapping[str, Any]) -> str:
    return f"{_shown(payment.get('txid'))}:{_shown(payment.get('vout'))}"


def _shown(value: Any) -> str:
    """In short."""
    return _cut(_whole(value))


def _beside(file: str, ours: str | None) -> tuple[str, str | None]:
    """Both in short, from a little before the place where they part."""
    if ours is None or max(len(file), len(ours)) <= _LONG:
        return _cut(file), ours
    alike = next((at for at, (mine, theirs) in enumerate(zip(file, ours, strict=False)) if mine != theirs), _LONG)
    begin = max(alike - _BEFORE, 0)
    return _cut(file, begin), _cut(ours, begin)


def _cut(text: str, begin: int = 0) -> str:
    before, after = "…" if begin else "", "…" if len(text) > begin + _LONG else ""
    return f"{before}{text[begin : begin + _LONG]}{after}"


def _whole(value: Any, is_inside: bool = False) -> str:
    """Of a range in a list its ends."""
    if isinstance(value, list):
        shown = [_whole(one, is_inside=True) for one in value[:_MOST]] if not is_inside else [str(one) for one in value]
        return (" – " if is_inside else ", ").join(shown)
    return "–" if value is None else str(value)
