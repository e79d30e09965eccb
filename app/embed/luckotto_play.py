"""Luckotto inside the frame: numbers are chosen, priced by the service, ordered once, and followed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.exc import IntegrityError

from app.audit import switches
from app.chain import node
from app.chain import queries as chain
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.web import render, wants_fragment
from app.luckotto import queries, rules, service
from app.luckotto.models import LuckottoRound
from app.luckotto.service import Quote
from app.windows import pace

from .forms import issue_token
from .frame import PLAYER_OF, Frame, Player, order_stop_blocks, path_segment
from .games import Place

_NUMBER = re.compile(r"[0-9]{1,4}", re.ASCII)
_SEVERAL = re.compile(r"[ .]+")
_SIZES = (8, 10, 12, 15, 20)  # of tickets whose prices are listed, between the smallest and the largest
_MOST_READ = 100  # of a request that is too long, more need not be looked at


def menu(frame: Frame) -> list[Place]:
    """Luckotto's pages."""
    own = player_url(frame)
    return [
        Place(frame.game_url(rules.GAME), lazy_gettext("Round")),
        *([Place(own, lazy_gettext("My tickets"))] if own else []),
        Place(frame.url("/embed/luckotto"), lazy_gettext("All rounds")),
        Place("/luckotto/verify", lazy_gettext("Verify"), is_outside=True),
    ]


def player_url(frame: Frame) -> str | None:
    """The player's own tickets."""
    if not frame.identifier:
        return None
    return frame.url(f"/embed/luckotto/players/{path_segment(frame.identifier)}")


def chosen_numbers(given: Sequence[str]) -> list[int]:
    """The numbers of a form, one a field, or of an address, all in one field; as they were sent.

    Raises:
        DomainError: 422 `numbers_not_whole`, `numbers_count`.
    """
    parts = [part for part in _SEVERAL.split(given[0]) if part] if len(given) == 1 else given
    if len(parts) > _MOST_READ:
        raise DomainError("numbers_count", field="requestedNumbers")
    if not all(_NUMBER.fullmatch(part) for part in parts):
        raise DomainError("numbers_not_whole", field="requestedNumbers")
    return [int(part) for part in parts]


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen so far: its price, or why there is none. Without a problem and a quote more are needed."""

    numbers: tuple[int, ...]
    quote: Quote | None = None
    problem: DomainError | None = None

    @property
    def missing(self) -> int:
        """How many numbers are at least to be added."""
        return max(0, rules.FEWEST_NUMBERS - len(self.numbers))


def choice(frame: Frame, given: Sequence[str]) -> Choice:
    """Price the numbers of a form or an address."""
    try:
        numbers = chosen_numbers(given)
    except DomainError as error:
        return Choice((), problem=error)
    if len(numbers) < rules.FEWEST_NUMBERS:
        return Choice(tuple(numbers))
    try:
        return Choice(tuple(numbers), service.quote(frame.site, numbers, chain.tip_height()))
    except DomainError as error:
        return Choice(tuple(numbers), problem=error)


def random_numbers(count: str, pool_size: int) -> list[int]:
    """A quick pick; a count that cannot be one is the fewest."""
    wanted = int(count) if _NUMBER.fullmatch(count) else rules.FEWEST_NUMBERS
    most = min(rules.MOST_NUMBERS, pool_size)
    return sorted(secrets.SystemRandom().sample(range(1, pool_size + 1), max(rules.FEWEST_NUMBERS, min(wanted, most))))


def round_on_sale() -> LuckottoRound | None:
    """The round that an order made now would join."""
    return queries.round_for_orders(order_stop_blocks()) or queries.current_round()


def answer_entry(frame: Frame) -> Response:
    """The round on sale with its grid of numbers; to htmx the figures that change."""
    return show_entry(frame, choice(frame, request.args.getlist("numbers")))


def show_entry(frame: Frame, chosen: Choice, status: int = 200) -> Response:
    """The frame's first page with these numbers chosen."""
    round_ = round_on_sale()
    refusal = _why_not(frame, round_)
    shown = f"{round_.round_number if round_ else 0}-{frame.site.house_edge_percent}-{refusal or 'open'}"
    player = frame.named_player
    response = render(
        "embed/luckotto.html",
        "embed/_luckotto_round.html",
        status,
        embed=frame,
        round=round_,
        chosen=chosen,
        refusal=refusal,
        shown=shown,
        tip=chain.tip_height(),
        seconds_per_block=pace.seconds_per_block(),
        most=min(rules.MOST_NUMBERS, round_.pool_size) if round_ else rules.MOST_NUMBERS,
        fewest=rules.FEWEST_NUMBERS,
        form_token=issue_token(frame, player) if player and refusal is None else None,
        last_drawn=queries.last_settled(),
    )
    if wants_fragment() and request.args.get("shown", shown) != shown:
        response.headers["HX-Refresh"] = "true"  # another round, price or rule: the whole page has to say so
    return response


def answer_house_edge(frame: Frame) -> Response:
    """What the prices of tickets are made of, in sats and percent."""
    round_ = round_on_sale()
    prices = _prices(round_, frame.site.house_edge_percent) if round_ else []
    return render(
        "embed/house_edge.html",
        "embed/_luckotto_prices.html",
        embed=frame,
        round=round_,
        prices=prices,
        is_luckotto=True,
    )


def _prices(round_: LuckottoRound, edge_percent: int) -> list[tuple[int, rules.Price, rules.Odds]]:
    """Tickets of some sizes, from the smallest whose price is worth sending."""
    base = round_.base_combination_price_sats
    least = rules.numbers_for_minimum(round_.min_payment_floor_sats, base, edge_percent, round_.pool_size)
    if least is None:
        return []
    most = min(rules.MOST_NUMBERS, round_.pool_size)
    sizes = sorted({least, most, *(size for size in _SIZES if least < size < most)})
    return [(size, rules.price(size, base, edge_percent), rules.odds(size, round_.pool_size)) for size in sizes]


def answer_quote(frame: Frame) -> Response:
    """The price of the numbers of an address."""
    return show_quote(frame, choice(frame, request.args.getlist("numbers")))


def show_quote(frame: Frame, chosen: Choice, status: int = 200) -> Response:
    """The part beside the grid that says the price, or what is wrong."""
    return render("embed/_luckotto_quote.html", "embed/_luckotto_quote.html", status, embed=frame, chosen=chosen)


@dataclass(frozen=True, slots=True)
class Placed:
    """An order that exists and whose terms are on two disks."""

    order_id: str
    round_number: int


def player_who_buys(frame: Frame) -> Player:
    """Raises DomainError 422 `player_identifier_invalid` where a name of the player is missing or cannot be one."""
    player = frame.named_player
    if player is None:
        first, second = PLAYER_OF[frame.form]
        raise DomainError("player_identifier_invalid", field=first if frame.uname is None else second)
    return player


def place(frame: Frame, player: Player, numbers: Sequence[int], nonce: str) -> Placed:
    """Make the order of a form, or find it again. Its terms are in the journal when this returns.

    Raises:
        DomainError, NotFound, Unavailable: as `luckotto.service.create_order` and `chain.node.require_synced`.
    """
    tip = node.require_synced()
    try:
        return _place(frame, player, numbers, nonce, tip)
    except IntegrityError:  # the same form was sent twice at once, and the other one was first
        return _place(frame, player, numbers, nonce, tip)


def _place(frame: Frame, player: Player, numbers: Sequence[int], nonce: str, tip: int) -> Placed:
    with transaction():
        made = service.create_order(
            frame.site, list(numbers), player.public, player.private, tip, form_token=nonce
        )  # fmt: skip
        return Placed(str(made.order.id), made.order.round_number)


def answer_player(frame: Frame, identifier: str) -> Response:
    """A player's orders at this partner, the newest first: public records all of them."""
    return render(
        "embed/luckotto_tickets.html",
        "embed/_luckotto_tickets.html",
        embed=frame,
        player=identifier,
        is_own=identifier == frame.identifier,
        orders=queries.player_orders(frame.site, identifier),
    )


def _why_not(frame: Frame, round_: LuckottoRound | None) -> str | None:
    """Why nothing can be bought here, the most lasting reason first; None if it can."""
    if frame.is_preview:
        return "draft"
    if frame.site.status != "live":
        return "paused"
    if frame.identifiers_refused and frame.named_player is None:
        return "identifier_invalid"
    if frame.named_player is None:
        return "identifiers_missing"
    if round_ is None:
        return "no_round"
    if any(switch.name in ("sales", "writes") for switch in switches.stopped()):
        return "stopped"
    return "unbacked" if round_.status == "unbacked" else None
