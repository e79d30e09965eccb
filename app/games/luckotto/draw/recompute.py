"""The verifier's form for readers without scripts: what it was given, what is wrong with it, what comes out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext

from app.games.luckotto.models import LuckottoRound
from app.games.luckotto.rules import DRAWN, numbers_of

from . import six_numbers
from .six_numbers import SixNumbers

HASHES_DONE_HERE = 1_000_000
_MOST_HASHES = 2**47
_LARGEST_POOL = 256
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SIX = re.compile(r"[0-9]{1,3}( *[, ] *[0-9]{1,3}){5}", re.ASCII)


@dataclass
class DrawForm:
    """A draw of six numbers to repeat."""

    hash: str = ""
    pool: str = ""
    work: str = ""
    expect: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, given: Mapping[str, str]) -> DrawForm:
        """From a query; an empty one is an empty form without errors."""
        form = cls(
            given.get("hash", "").strip().lower(),
            given.get("poolSize", "").strip(),
            given.get("hashWork", "").strip(),
            given.get("expect", "").strip(),
        )
        if form.hash:
            form._check()
        return form

    @classmethod
    def of_round(cls, round_: LuckottoRound) -> DrawForm:
        """A settled round's draw; what is known of another one's."""
        hash_ = round_.closing_block_hash.hex() if round_.closing_block_hash else ""
        drawn = ", ".join(map(str, numbers_of(round_.winning_numbers))) if round_.winning_numbers else ""
        return cls(hash_, str(round_.pool_size), str(round_.hash_work), drawn)

    @property
    def expected(self) -> list[int] | None:
        """The claimed numbers ascending; None where none were given."""
        return sorted(int(part) for part in re.findall(r"[0-9]+", self.expect)) if self.expect else None

    def _check(self) -> None:
        if not _HASH.fullmatch(self.hash) or not self.hash.strip("0"):
            self.errors["hash"] = gettext("A block hash has 64 hexadecimal digits and is not all zeros.")
        if not _between(self.pool, DRAWN, _LARGEST_POOL):
            self.errors["poolSize"] = gettext("Enter a whole number from 6 to 256.")
        if not _between(self.work, 1, _MOST_HASHES):
            self.errors["hashWork"] = gettext("Enter a whole number from 1.")
        if self.expect and not (_SIX.fullmatch(self.expect) and len(set(self.expected or ())) == DRAWN):
            self.errors["expect"] = gettext("Enter six different numbers with commas between them, or nothing.")

    def result(self) -> SixNumbers | None:
        """The draw, if a server may do it while somebody waits."""
        if not self.hash or self.errors or int(self.work) > HASHES_DONE_HERE:
            return None
        return six_numbers.draw(self.hash, int(self.pool), int(self.work))

    @property
    def command(self) -> str:
        """The script's arguments for these values."""
        words = [self.hash or "HASH", self.pool or "POOL_SIZE", self.work or "HASH_WORK"]
        expect = ["--expect", ",".join(map(str, self.expected))] if self.expected else []
        return " ".join(["python3 luckotto_draw.py", *words, *expect])


def _between(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15 and least <= int(text) <= most
