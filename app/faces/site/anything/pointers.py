"""What to say of a text that can be checked nowhere on this page: what it looks like, and where that is looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask_babel import gettext

from app.catalogue import bets, cards
from app.catalogue.games import catalogue
from app.catalogue.windows import pointed
from app.core.ids import SECRET_CHARS, parse_id
from app.core.text.pdf.attached import MARK
from app.money.payouts.signed.pasted import MAGIC, text_of
from app.record.log.format.tree import leaf_hash
from app.selling.windows.words.unknown import LOOKS_LIKE, MEMBERS

from . import hashes

_SECRET: Final = re.compile(rf"[A-Za-z0-9_-]{{{SECRET_CHARS}}}")
_ADDRESS: Final = re.compile(
    r"(?:bitcoin:)?(?:(?:bc|tb|bcrt)1[02-9ac-hj-np-z]{6,90}|[123mn][1-9A-HJ-NP-Za-km-z]{25,34})(?:\?\S*)?",
    re.IGNORECASE,
)

_LOG: Final = re.compile(r"/log(?:/entries/[0-9]{1,18})?", re.ASCII)
_LONGEST_TITLE: Final = 200  # characters shown of what an answer says

_NOTES: Final = {
    "proof": re.compile(r"c2sp\.org/tlog-proof@v1\n"),
    "promise": re.compile(r"tiraj/promise/1\r?\n"),
    "checkpoint": re.compile(r"[^\s]+\r?\n[0-9]{1,19}\r?\n[A-Za-z0-9+/]{43}=(\r?\n|$)"),
    "logkey": re.compile(r"[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$"),
}
"""Texts that a public log, or who follows it, hands out."""
_CUT: Final = {
    "psbt": re.compile(r"(?:cHNidP|70736274ff)[0-9A-Za-z+/=_-]*"),
    "transaction": re.compile(r"0[12]000000[0-9a-f]{16,}"),
}
_VERSIONS: Final = (b"\x01\0\0\0", b"\x02\0\0\0")
"""How those begin that payouts are signed and sent as, without white space; whole ones are answered."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Why it is refused, and the pages where it can be looked at: each as an address and its words. `is_place`: it
    names one of them, and nothing else, so that whoever pasted it wants to be there."""

    words: str
    links: tuple[tuple[str, str], ...] = ()
    is_place: bool = False

    @property
    def goes_to(self) -> str | None:
        """Where it leads by itself."""
        return self.links[0][0] if self.is_place else None


def pointer(given: bytes) -> Pointer:
    """For what is refused, from its bytes."""
    text = (text_of(given) or "").strip()
    if not given.strip():
        return Pointer(_looks_like("empty"))
    if given.startswith(MARK):
        return Pointer(_looks_like("paper"))
    if given.startswith(MAGIC) or (not text and given[:4] in _VERSIONS):
        return Pointer(_looks_like("psbt" if given.startswith(MAGIC) else "transaction"))
    if not text:
        return Pointer(_looks_like("bytes"))
    return _of_text(text)


def _of_text(text: str) -> Pointer:
    if text[0] in "{[":
        kind = _of_json(text)
        if kind == "problem":
            return Pointer(_looks_like(kind).replace("{title}", str(json.loads(text)["title"])[:_LONGEST_TITLE]))
        if kind == "entry":
            return Pointer(_looks_like(kind), tuple(_logged(text)))
        return Pointer(_looks_like(kind), tuple(_checked_at(kind)))
    for kind, pattern in _NOTES.items():
        if pattern.match(text):
            return Pointer(_looks_like(kind), tuple(_checked_at(kind)))
    packed = "".join(text.split())
    for kind, pattern in _CUT.items():
        if pattern.fullmatch(packed):
            return Pointer(_looks_like(kind))
    if _ADDRESS.fullmatch(text):
        words = gettext("This is a Bitcoin address. Whether it is that of an order follows from the order’s terms.")
        return Pointer(words, (("/hash-tweak", gettext("Check a deposit address against its terms")),))
    if number := pointed.number_in(text):
        return Pointer(
            gettext("This looks like the number of a round, which is verified here:"), tuple(_rounds(number))
        )
    return _of_place(text)


def _of_place(text: str) -> Pointer:
    """A link, the id of an order, or a round that is named with its game."""
    order_id = parse_id(text.lower())
    try:
        path = pointed.path_of(text)
    except pointed.LinkElsewhere:
        return Pointer(_looks_like("elsewhere"))
    seen = (bets.page_linked(path) or cards.linked(path)) if path else bets.page_named(text)
    if seen:
        words = gettext("This is of a draw of bets. Its page says what came of it, and how that is checked:")
        return Pointer(words, ((seen, gettext("To its page")),), is_place=True)
    if path and _LOG.fullmatch(path):
        words = gettext("This is a link into the public log:")
        return Pointer(words, ((path, gettext("To its page")),), is_place=True)
    if found := _round_of(text, path, order_id):
        words = gettext("This is of a round that is verified here:")
        return Pointer(words, ((found, gettext("Verify")),), is_place=True)
    if card := cards.card_named(text):
        return _of_card(card)
    if order_id:
        return Pointer(gettext("This looks like the id of an order, and no block has a payment to such a one."))
    if cards.resembles_code(text):
        return Pointer(cards.no_such_code())
    if path:
        return Pointer(gettext("This link leads to a page of ours, but to no round, order, receipt, draw or card."))
    if _SECRET.fullmatch(text):
        words = gettext("This looks like a link. Links to rounds, orders and receipts are taken here:")
        return Pointer(words, tuple(_verifier()))
    return Pointer(gettext("This is none of them. Paste it whole, or open the file."))


def _round_of(text: str, path: str | None, order_id: UUID | None) -> str | None:
    if order_id:
        return pointed.order_verified_at(order_id)
    return pointed.verified_at(path) if path else pointed.named_at(text)


def _of_card(card: cards.Card) -> Pointer:
    """One that is not opened by what was given."""
    words = gettext(
        "This is the id of a card of %(game)s. Its own page opens for who bought it alone; everybody who has its code "
        "sees it under the code. What the public log says of it stands there:",
        game=card.title,
    )
    links = [(f"/log?q={card.id}", gettext("Public log"))]
    if card.page is not None:
        links.append((card.page, gettext("Its own page, for its buyer")))
    return Pointer(words, tuple(links))


def _of_json(text: str) -> str:
    """What it looks like."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return "cut"
    if isinstance(data, list):
        return "list"
    if not data:
        return "nothing"
    return next((kind for kind, names in MEMBERS.items() if names <= set(data)), "record")


def _checked_at(kind: str) -> Iterator[tuple[str, str]]:
    if kind == "terms":
        yield "/hash-tweak", gettext("Check a deposit address against its terms")
    elif kind in MEMBERS or kind in _NOTES:
        yield "/docs/utilities", gettext("Scripts that need nothing of ours")


def _logged(entry: str) -> Iterator[tuple[str, str]]:
    """Where it stands in our log; where it does not, the log."""
    found = [(url, words) for words, url in hashes.places_of(leaf_hash(entry.encode()).hex()) if url is not None]
    yield from found or [("/log", gettext("Public log"))]


def _looks_like(name: str) -> str:
    return str(LOOKS_LIKE[name])


def _rounds(number: int) -> Iterator[tuple[str, str]]:
    for game in catalogue().games:
        verifier = game.front.verifier if game.front is not None else None
        if verifier is not None:
            yield f"{verifier.url}?round={number}", gettext("%(game)s, round %(n)s", game=game.title, n=number)


def _verifier() -> Iterator[tuple[str, str]]:
    """Without what was pasted: what may open a receipt stands in no address of a page."""
    verifier = catalogue().leading_verifier
    if verifier is not None:
        yield verifier.url, gettext("Verify")
