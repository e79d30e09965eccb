"""The page that checks a round of Luckotto in the reader's browser; without scripts its form is answered here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.catalogue.fronts import bundle_modules
from app.catalogue.windows import pointed
from app.catalogue.windows.contexts import following
from app.core.config import current_settings
from app.core.errors import NotFound
from app.core.limits.limiter import limiter
from app.core.web.requests import render, unchanged
from app.core.wire.paging import number_of
from app.games.luckotto.draw import six_numbers
from app.games.luckotto.draw.drawing import ALGORITHMS
from app.games.luckotto.draw.six_numbers import SixNumbers
from app.games.luckotto.game import LUCKOTTO
from app.games.luckotto.models import LuckottoRound
from app.games.luckotto.rules import DRAWN, numbers_of
from app.selling.windows import queries
from app.selling.windows.words.claims import claim_words
from app.selling.windows.words.verifier import by_script, run_words

from .pages import FRONT, bp

ENDPOINTS: Final = (f"{bp.name}.verify",)

HASHES_DONE_HERE = 1_000_000
_MOST_HASHES = 2**47
_LARGEST_POOL = 256
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SIX = re.compile(r"[0-9]{1,3}( *[, ] *[0-9]{1,3}){5}", re.ASCII)


@bp.get("/luckotto/verify")
@limiter.limit("60 per minute")
def verify() -> AnyResponse:
    """A round checked in the reader's browser (`?round=` its number, or a link), or any draw from a block's hash."""
    wanted = request.args.get("round", "").strip()
    if elsewhere := _linked(wanted):
        return redirect(elsewhere, 303)
    context: dict[str, Any] = {"wanted": wanted, "round": None, "error": None, "last": queries.last_settled(LUCKOTTO)}
    status = 200
    if wanted:
        try:
            context["round"] = _round(wanted)
        except NotFound:
            context["error"], status = gettext("There is no round with this number."), 404
    round_ = context["round"]
    form = DrawForm.read(request.args) if round_ is None else DrawForm.of_round(round_)
    if form.errors:
        status = 422
    context |= {"runs_on_pages": True, "draw_script": None}
    if round_ is not None:
        algorithm = ALGORITHMS.of_round(round_)
        draw = queries.draw_of(LUCKOTTO, round_) if round_.status == "settled" else None
        context |= {"runs_on_pages": algorithm.runs_on_pages, "draw_script": by_script(algorithm, draw)}
        context |= following(round_, queries.debt_of(LUCKOTTO, round_))
        if nothing := unchanged(context["said"]):
            return nothing
    base_url = current_settings().base_url
    context |= {
        "form": form,
        "result": form.result(),
        "words": _draw_words() | claim_words(LUCKOTTO.name),
        "base_url": base_url,
    }
    context["modules"] = bundle_modules([FRONT])
    return render("games/luckotto/verify.html", "games/luckotto/verify.html", status, **context)


def _linked(text: str) -> str | None:
    """Where the round or order of a link of ours is verified, of whichever game it is."""
    try:
        link = pointed.path_of(text)
    except pointed.LinkElsewhere:
        return None
    return pointed.verified_at(link) if link else None


def _round(text: str) -> LuckottoRound:
    number = number_of(text)
    if not number:
        raise NotFound("round_not_found")
    return queries.round_of(LUCKOTTO, number)


def _draw_words() -> dict[str, str]:
    """For a draw of six numbers that runs in the browser."""
    return {
        **run_words(),
        "matchesText": gettext("Your browser drew {numbers}, as recorded."),
        "differsText": gettext("Your browser drew {numbers}, but {expected} is claimed."),
        "drawnText": gettext("These inputs draw {numbers}. Enter the claimed numbers to compare."),
        "pool": gettext("Enter a whole number from 6 to 256."),
        "work": gettext("Enter a whole number from 1."),
        "numbers": gettext("Enter six different numbers with commas between them, or nothing."),
    }


@dataclass
class DrawForm:
    """A draw of six numbers to repeat; `most` hashes of one are done here."""

    most: ClassVar[int] = HASHES_DONE_HERE
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
        """A settled round's draw; what is known of another one's. The form is for one algorithm."""
        if round_.hash_work is None:
            return cls()
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
        if not self.hash or self.errors or self.is_too_long:
            return None
        return six_numbers.draw(self.hash, int(self.pool), int(self.work))

    @property
    def is_too_long(self) -> bool:
        """Whether it could be drawn, and not here."""
        return bool(self.hash) and not self.errors and int(self.work) > self.most

    @property
    def command(self) -> str:
        """The script's arguments for these values."""
        words = [self.hash or "HASH", self.pool or "POOL_SIZE", self.work or "HASH_WORK"]
        expect = ["--expect", ",".join(map(str, self.expected))] if self.expected else []
        return " ".join(["python3 luckotto_draw.py", *words, *expect])


def _between(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15 and least <= int(text) <= most
