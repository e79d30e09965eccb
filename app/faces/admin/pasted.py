"""What somebody typed or pasted, as conditions that an index answers: a whole word, its beginning, or both its ends as
lists shorten it; in groups of four as pages print it, or inside a payment link."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Text, UnaryExpression, and_, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.operators import custom_op

from app.core.database.session import db

_SHORTENED: Final = re.compile(r"([0-9A-Za-z-]{4,})(?:…|\.{2,3})([0-9A-Za-z-]{3,})")
_OUTPUT: Final = re.compile(r"(?i)([0-9a-f.…]{8,}):[0-9]{1,10}")
"""An output of a transaction, as explorers and lists name one."""
_LINK: Final = re.compile(r"(?i)bitcoin:(?://)?([0-9a-z]*)(?:[?#].*)?", re.DOTALL)
"""What a code to pay holds; its amount and its label name nothing of ours."""
_HEX: Final = re.compile(r"[0-9a-f]+")
_ADDRESS: Final = re.compile(r"[0-9A-Za-z]+")
_LAST: Final = "\U0010ffff"
"""Above all that begins alike."""
_LOUD: Final = re.compile(r"(?:BC|TB|BCRT)1[0-9A-Z…]+")
"""An address as codes to scan have it."""
_OF_AN_ID, _OF_AN_ADDRESS, _OF_A_TXID = 6, 9, 6
"""So much of a beginning at least: less is shared by all of them."""
_LOOKED_AT: Final = 50_000
_NAMED: Final = 10_000
"""Of so many rows whose names begin alike the newest are told: of more, of the first by name."""
_WORDS: Final = 4
"""Each is looked for as the first, in a name with its words in another order."""
_ENDS_BY: Final = 8  # letters, by which the indexes of ends know an address or a transaction


@dataclass(frozen=True, slots=True)
class Pasted:
    """`text` is for names. `head` is the same without spaces, for what pages print in groups. `tail` is "" unless both
    ends were given: what is shortened has lost its middle."""

    text: str
    head: str
    tail: str

    @property
    def is_shortened(self) -> bool:
        return bool(self.tail)

    def ids(self) -> tuple[UUID, UUID] | None:
        """The lowest and the highest id that begin like this."""
        digits = self.head.lower().replace("-", "")
        if not _HEX.fullmatch(digits) or not (4 if self.tail else _OF_AN_ID) <= len(digits) <= 32:
            return None
        return UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))

    def address(self, column: InstrumentedAttribute[str]) -> ColumnElement[bool] | None:
        """Whether an address is meant by it. By its end where it has one, for all addresses begin alike."""
        if not _ADDRESS.fullmatch(self.head + self.tail):
            return None
        begins = column.startswith(self.head, autoescape=True)
        if self.tail:
            ends = ends_of(column).between(*_ends(self.tail))
            return and_(begins, column.endswith(self.tail, autoescape=True), ends)
        if len(self.head) < _OF_AN_ADDRESS:
            return None
        # The range is what the index answers, in whichever order the database sorts.
        return and_(begins, column >= self.head, column <= self.head + "z" * 90)

    def txid(self, column: InstrumentedAttribute[bytes]) -> ColumnElement[bool] | None:
        """Whether a transaction is meant by it. Its bytes are kept the other way round than it is written, so that it
        is found by its end as by a beginning of the bytes, and by its beginning as by their end."""
        head, tail = self.head.lower(), self.tail.lower()
        if not _HEX.fullmatch(head + tail) or len(head) < (4 if tail else _OF_A_TXID) or len(head) > 64:
            return None
        if len(head) == 64:
            return column == bytes.fromhex(head)[::-1]
        written = func.encode(column, "hex")
        of_head = func.right(written, len(head) // 2 * 2) == _turned(head)
        if len(tail) < 4:
            return and_(of_head, ends_of(written).between(*_range(_nibbles(head)[:_ENDS_BY])))
        begin = bytes.fromhex(tail[-(len(tail) // 2 * 2) :])[::-1]
        return and_(of_head, column >= begin, column <= begin.ljust(32, b"\xff"))

    def digest(self, column: Any) -> ColumnElement[bool] | None:
        """Whether a hash is meant by it whose bytes are kept as they are written: its beginning is that of the bytes.
        By its end as well where it has one, for blocks' hashes begin alike."""
        head, tail = self.head.lower(), self.tail.lower()
        if not _HEX.fullmatch(head + tail) or not (4 if tail else _OF_A_TXID) <= len(head) <= 64:
            return None
        begins = column.between(bytes.fromhex(head.ljust(64, "0")), bytes.fromhex(head.ljust(64, "f")))
        if not tail:
            return and_(begins)
        written = func.encode(column, "hex")
        return and_(begins, func.right(written, len(tail)) == tail, ends_of(written).between(*_ends(tail)))


def link_of(text: str) -> str:
    """The address in a payment link; any other text as it is."""
    found = _LINK.fullmatch(text.strip())
    return found[1] if found else text


def read(text: str) -> Pasted:
    """What was pasted, without the link around it, the spaces in it, and the output behind a transaction."""
    words = link_of(text).strip()
    whole = "".join(words.split())
    output = _OUTPUT.fullmatch(whole)
    whole = output[1] if output else whole
    whole = whole.lower() if _LOUD.fullmatch(whole) else whole
    shortened = _SHORTENED.fullmatch(whole)
    return Pasted(words, shortened[1], shortened[2]) if shortened else Pasted(words, whole, "")


def ends_of(written: Any) -> ColumnElement[str]:
    """The last letters backwards: what the index of ends is of."""
    return func.reverse(func.right(written, _ENDS_BY))


def begins(column: Any, words: str) -> ColumnElement[bool]:
    """Whether a name begins so, whatever its capitals."""
    name = func.lower(column)
    return and_(name.bool_op("~>=~")(func.lower(words)), name.bool_op("~<=~")(func.lower(words + _LAST)))


def in_order(column: Any) -> UnaryExpression[str]:
    """Names as their index has them: by code points, in whichever order the database sorts."""
    return UnaryExpression(func.lower(column), modifier=custom_op("USING ~<~"))


def ids_of(column: InstrumentedAttribute[UUID], pasted: Pasted, most: int, *where: ColumnElement[bool]) -> list[UUID]:
    """The ids that begin and end like this, the newest first. An end is looked for among the newest of those that begin
    so: fifty thousand at most."""
    span = pasted.ids()
    if span is None:
        return []
    query = select(column).where(column.between(*span), *where).order_by(column.desc())
    if pasted.is_shortened:
        inner = query.limit(_LOOKED_AT).subquery()
        (own,) = inner.c
        query = select(own).where(cast(own, Text).endswith(pasted.tail.lower())).order_by(own.desc())
    return list(db.session.scalars(query.limit(most)))


def named(
    own: InstrumentedAttribute[UUID],
    column: Any,
    words: str,
    most: int,
    *where: ColumnElement[bool],
    whole_first: bool = False,
) -> Sequence[UUID]:
    """The ids of those whose name begins so, the newest first; else of those who have these words in another order."""
    id_, name = _begun(own, column, words, where)
    order = ((func.lower(name) == func.lower(words)).desc(), id_.desc()) if whole_first else (id_.desc(),)
    found = db.session.scalars(select(id_).order_by(*order).limit(most)).all()
    return found or _in_any_order(own, column, words.split(), most, where)


def _in_any_order(
    own: InstrumentedAttribute[UUID],
    column: Any,
    words: Sequence[str],
    most: int,
    where: Sequence[ColumnElement[bool]],
) -> Sequence[UUID]:
    """Names that begin with one of a few words and have the others anywhere: "Okafor J" means "J. Okafor"."""
    found = set[UUID]()
    for first in words if 2 <= len(words) <= _WORDS else ():
        id_, name = _begun(own, column, first, where)
        others = (name.icontains(word, autoescape=True) for word in words if word != first)
        found.update(db.session.scalars(select(id_).where(*others).order_by(id_.desc()).limit(most)))
    return sorted(found, reverse=True)[:most]


def _begun(
    own: InstrumentedAttribute[UUID], column: Any, words: str, where: Sequence[ColumnElement[bool]]
) -> tuple[Any, Any]:
    """A great many of them at most, in the order of names."""
    begun = select(own, column.label("name")).where(begins(column, words), *where)
    id_, name = begun.order_by(in_order(column)).limit(_NAMED).subquery().c
    return id_, name


def _ends(tail: str) -> tuple[str, str]:
    return _range(tail[::-1][:_ENDS_BY])


def _range(begin: str) -> tuple[str, str]:
    return begin, begin.ljust(_ENDS_BY, "z")


def _turned(head: str) -> str:
    """Whole bytes, the other way round."""
    return bytes.fromhex(head[: len(head) // 2 * 2])[::-1].hex()


def _nibbles(head: str) -> str:
    """How the bytes' last digits read backwards, where a transaction begins like this."""
    return _turned(head)[::-1]
