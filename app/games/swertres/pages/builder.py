"""Filling a card: a number, how it wins, a stake, some draws; then another line. The address carries all of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.text.amounts import parse_minor, plain
from app.core.web.requests import wants_fragment
from app.games.swertres import rules
from app.games.swertres.buying import still_taken
from app.games.swertres.game import SWERTRES
from app.games.swertres.operating.configuring import CONFIGURED
from app.games.swertres.reads import draws
from app.games.swertres.reads.draws import Game
from app.games.swertres.rules import Configuration
from app.games.swertres.wording import manila, reason, shut_because
from app.people.accounts.login.page_door import go

from . import lines
from .lines import CardLine
from .showing import show

bp: Final = Blueprint("swertres_bet", __name__, url_prefix="/swertres/bet")
ENDPOINTS: Final = ("swertres_bet.index",)
STAKES: Final = (10_00, 20_00, 50_00, 100_00)
_NAMED: Final = 3
"""So many draws of a line are named on the card."""


@dataclass(slots=True)
class Typed:
    """The line that is being filled in, as it stands in the form, and what is wrong with it. `turned`: the digit that
    each wheel shows, "" on one that nobody has touched. `shut`: what is chosen and takes no bets."""

    number: str
    turned: tuple[str, ...]
    stake: str
    is_rumble: bool
    games: tuple[str, ...]
    shut: tuple[Game, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def has_number(self) -> bool:
        """Whether its number is one."""
        return rules.is_number(self.number)

    @property
    def is_begun(self) -> bool:
        """Whether anybody has chosen anything of its number."""
        return any((self.number, *self.turned))

    def line(self, config: Configuration, open_games: list[Game]) -> CardLine | None:
        """The line, if it is one that may be added; else None, and `errors` say why not."""
        stake = parse_minor(self.stake, SWERTRES.currency)
        games = tuple(game.id for game in open_games if game.id in self.games)
        if not self.has_number:
            self.errors["number"] = reason("number_not_a_number")
        if stake is None or stake < config.least_stake:
            self.errors["stake"] = reason("stake_too_small", config.least_stake)
        elif stake > config.most_stake:
            self.errors["stake"] = reason("stake_too_large", config.most_stake)
        if not games:
            self.errors["game"] = gettext("Choose at least one draw.")
        elif self.shut:
            self.errors["game"] = gettext("Untick what takes no bets.")
        return None if self.errors or stake is None else CardLine(self.number, self.is_rumble, stake, games)


@bp.get("")
def index() -> Response:
    """The card so far and the line at hand. `do` is the button: add, pay (add what is chosen, then go on), or any."""
    config, is_open, card = CONFIGURED.now(), draws.open_now(), lines.read(lines.told_in(request.args))
    typed = _typed(config, is_open)
    wish = request.args.get("do", "")
    if wish == "any":
        return go(_address(card, replace(typed, number=rules.written(secrets.randbelow(rules.NUMBERS)))))
    if wish == "pay" and card and not typed.is_begun:
        return go(_confirm(card))
    if wish in ("add", "pay"):
        line = typed.line(config, is_open)
        if line is not None and len(lines.bets_of([*card, line])) > config.most_lines:
            typed.errors["number"] = gettext("A card has room for %(most)s bets.", most=config.most_lines)
        elif line is not None:
            filled = [*card, line]
            return go(_confirm(filled)) if wish == "pay" else redirect(_added(filled, typed), 303)
    elif typed.number and not typed.has_number and not wants_fragment():
        typed.errors["number"] = reason("number_not_a_number")
    return _page(card, typed, config, is_open)


def _confirm(card: list[CardLine]) -> str:
    return url_for("swertres_pay.confirm", line=[one.text for one in card])


def _added(card: list[CardLine], typed: Typed) -> str:
    """Where the next line begins: with no number, on the same draws, in the same way, for the same stake."""
    return f"{_address(card, replace(typed, number=''))}&added={len(card)}"


def _number() -> tuple[str, tuple[str, ...]]:
    """As it is typed; or as the wheels say, where it was left as the page had shown it. And what the wheels show."""
    typed = request.args.get("number", "").strip()[:10]
    turned = tuple(request.args.get(f"d{place}", "") for place in range(rules.DIGITS))
    is_left = typed == request.args.get("shown", "")
    if is_left and rules.is_number("".join(turned)):
        typed = "".join(turned)
    if rules.is_number(typed):
        return typed, tuple(typed)
    return typed, tuple(digit[:1] if is_left and not typed else "" for digit in turned)


def _typed(config: Configuration, is_open: list[Game]) -> Typed:
    games = _games(is_open)
    closed = [name for name in games if name not in {game.id for game in is_open}]
    shut = draws.by_names(closed) if closed else {}
    return Typed(
        *_number(),
        request.args.get("stake", plain(config.least_stake, SWERTRES.currency)).strip()[:20],
        request.args.get("rumble") == "1",
        games,
        tuple(shut.values()),
    )


def _games(is_open: list[Game]) -> tuple[str, ...]:
    """The chosen ones; the next where nobody was asked yet: whoever sends the form with none ticked has chosen none."""
    named = request.args.getlist("game")
    if not named and "shown" not in request.args:
        return tuple(game.id for game in is_open[:1])
    return tuple(name for name in named if lines.is_game(name))


def _address(card: list[CardLine], typed: Typed, do: str | None = None) -> str:
    """Where the form stands as it is filled; `do`: its button."""
    return url_for(
        ".index",
        line=[one.text for one in card],
        number=typed.number or None,
        stake=typed.stake,
        rumble="1" if typed.is_rumble else None,
        game=list(typed.games),
        shown=None if typed.games else "",  # as the form says it: none is chosen, and the next does not take its place
        do=do,
    )


def _page(card: list[CardLine], typed: Typed, config: Configuration, is_open: list[Game]) -> Response:
    kind: rules.Kind = "rumble" if typed.is_rumble else "straight"
    chosen = [game for game in is_open if game.id in typed.games]
    taken = {game.id: still_taken(game, typed.number, kind) for game in chosen if typed.has_number}
    stake = parse_minor(typed.stake, SWERTRES.currency)
    is_stake = typed.has_number and stake is not None and stake <= config.most_stake
    wins = {game.id: rules.odds(kind, typed.number, game.multiple).pays(stake or 0) for game in chosen if is_stake}
    texts = [line.text for line in card]
    without = [url_for(".index", line=[*texts[:place], *texts[place + 1 :]]) for place in range(len(texts))]
    names = draws.by_names(bet.game_id for bet in lines.bets_of(card)) if card else {}
    return show(
        "bet",
        "_bet",
        422 if typed.errors else 200,
        card=list(zip(card, without, [_times(line, names) for line in card], strict=True)),
        wins_of=[_wins(line, names, config.most_stake) for line in card],
        named_at_once=_NAMED,
        texts=texts,
        total=sum(line.total for line in card),
        typed=typed,
        config=config,
        open=is_open,
        stakes=[plain(stake, SWERTRES.currency) for stake in STAKES if stake >= config.least_stake],
        permutations=[SWERTRES.told(one) for one in rules.winning(kind, typed.number)] if typed.has_number else [],
        wins={name: amount for name, amount in wins.items() if amount},
        added=card[-1] if card and request.args.get("added") == str(len(card)) else None,
        bets=len(lines.bets_of(card)),
        taken={name: most if most >= config.least_stake else 0 for name, most in taken.items()},
        any_number=_address(card, typed, do="any"),
        confirm=_confirm(card),
        shut_because=shut_because,
    )


def _times(line: CardLine, names: Mapping[str, Game]) -> str:
    """When its first draws are drawn, in Manila, each day said once; one that there is none of by its name."""
    said, day = [], ""
    for name in line.games[:_NAMED]:
        text = manila(names[name].draws_at) if name in names else name
        its_day, _, clock = text.rpartition(", ")
        said.append(clock if its_day == day else text)
        day = its_day
    return ", ".join(said)


def _wins(line: CardLine, names: Mapping[str, Game], most_stake: int) -> int | None:
    """What it can win on each of its draws, in centavos; None where they promise differently, or take no such stake."""
    if line.stake > most_stake:
        return None
    kind: rules.Kind = "rumble" if line.is_rumble else "straight"
    found = {rules.odds(kind, line.number, names[name].multiple) for name in line.games if name in names}
    return found.pop().pays(line.stake) if len(found) == 1 else None
