"""What to say of a text that can be checked nowhere on this page: what it looks like, and where that is looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext

from app.catalogue.games import catalogue
from app.catalogue.windows import pointed
from app.core.ids import SECRET_CHARS, parse_id
from app.core.text.pdf.attached import MARK
from app.money.payouts.signed.pasted import text_of

_NUMBER: Final = re.compile(r"#?([1-9][0-9]{0,8})")
_SECRET: Final = re.compile(rf"[A-Za-z0-9_-]{{{SECRET_CHARS}}}")
_ADDRESS: Final = re.compile(
    r"(?:bitcoin:)?(?:(?:bc|tb|bcrt)1[02-9ac-hj-np-z]{6,90}|[123mn][1-9A-HJ-NP-Za-km-z]{25,34})(?:\?\S*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pointer:
    """Why it is refused, and the pages where it can be looked at: each as an address and its words."""

    words: str
    links: tuple[tuple[str, str], ...] = ()


def pointer(given: bytes) -> Pointer:
    """For what is refused, from its bytes."""
    text = (text_of(given) or "").strip()
    if not given.strip():
        return Pointer(gettext("There is nothing in it yet: open a file, or paste a text into the field."))
    if given.startswith(MARK):
        return Pointer(gettext("This document has no receipt in it. Only the one that we make has the file inside."))
    if not text:
        return Pointer(gettext("This file is no text, and no PSBT. If it is a picture, open the file that it shows."))
    return _of_text(text)


def _of_text(text: str) -> Pointer:
    if text[0] in "{[":
        return Pointer(_of_json(text))
    if _ADDRESS.fullmatch(text):
        words = gettext("This is a Bitcoin address. Whether it is that of an order follows from the order’s terms.")
        return Pointer(words, (("/hash-tweak", gettext("Check a deposit address against its terms")),))
    if number := _NUMBER.fullmatch(text):
        return Pointer(
            gettext("This looks like the number of a round, which is verified here:"), tuple(_rounds(number[1]))
        )
    return _of_place(text)


def _of_place(text: str) -> Pointer:
    """A link, or the id of an order."""
    order_id = parse_id(text.lower())
    try:
        path = pointed.path_of(text)
    except pointed.LinkElsewhere:
        return Pointer(gettext("This link leads to another site. Only links to this one can be verified here."))
    found = pointed.order_verified_at(order_id) if order_id else pointed.verified_at(path) if path else None
    if found:
        return Pointer(gettext("This is of a round that is verified here:"), ((found, gettext("Verify")),))
    if order_id:
        return Pointer(gettext("This looks like the id of an order, and no block has a payment to such a one."))
    if path or _SECRET.fullmatch(text):
        return Pointer(
            gettext("This looks like a link. Links to rounds, orders and receipts are taken here:"), tuple(_verifier())
        )
    return Pointer(gettext("This is none of them. Paste it whole, or open the file."))


def _of_json(text: str) -> str:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return str(gettext("This is JSON that was cut off or changed, so that it cannot be read. Paste it whole."))
    if isinstance(data, list):
        return str(gettext("This is a list. What is checked here is one record: a bundle, a receipt or an order."))
    return str(
        gettext("This is JSON, but neither a proof bundle, a receipt nor an order: it has no terms and no round in it.")
    )


def _rounds(number: str) -> Iterator[tuple[str, str]]:
    for game in catalogue().games:
        verifier = game.front.verifier if game.front is not None else None
        if verifier is not None:
            yield f"{verifier.url}?round={number}", gettext("%(game)s, round %(n)s", game=game.title, n=number)


def _verifier() -> Iterator[tuple[str, str]]:
    verifier = catalogue().leading_verifier
    if verifier is not None:
        yield verifier.url, gettext("Verify")
