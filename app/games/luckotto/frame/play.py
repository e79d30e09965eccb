"""Luckotto inside the frame: numbers are chosen, priced by the service, ordered once, and followed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from flask import Response, request

from app.catalogue.frame import buying
from app.catalogue.frame.frame import Frame
from app.catalogue.frame.games import places
from app.catalogue.frame.naming import BY_ID, Player, path_segment
from app.catalogue.frame.place import EmbedGame, Place, PlayerOrders
from app.catalogue.windows import tickets
from app.chain import queries as chain
from app.core.errors import DomainError
from app.core.web.requests import render
from app.games.luckotto import queries, rules, service
from app.games.luckotto.game import LUCKOTTO
from app.games.luckotto.models import LuckottoRound
from app.games.luckotto.queries import OrderView
from app.games.luckotto.records.answers import luckotto_url
from app.games.luckotto.service import Quote
from app.selling.windows import queries as windows
from app.selling.windows.orders.limits import Origin

ADDRESS_FORM = BY_ID  # both names that Luckotto calls a player by are public
TEMPLATES = "games/luckotto/frame"

_NUMBER = re.compile(r"[0-9]{1,4}", re.ASCII)
_SEVERAL = re.compile(r"[ .]+")
_SIZES = (8, 10, 12, 15, 20)  # of tickets whose prices are listed, between the smallest and the largest
_MOST_READ = 100  # of a request that is too long, more need not be looked at


def menu(frame: Frame) -> list[Place]:
    """Luckotto's pages."""
    return places(frame, rules.GAME, player_url(frame), luckotto_url("rounds"), "/luckotto/verify")


def player_url(frame: Frame) -> str | None:
    """The player's own tickets."""
    own = frame.public_name(ADDRESS_FORM)
    return frame.url(_tickets_path(own)) if own else None


def _tickets_path(player: str) -> str:
    return f"/embed/luckotto/players/{path_segment(player)}"


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


def answer_entry(frame: Frame) -> Response:
    """The round on sale with its grid of numbers; to htmx the figures that change."""
    return show_entry(frame, choice(frame, request.args.getlist("numbers")))


def show_entry(frame: Frame, chosen: Choice, status: int = 200) -> Response:
    """The frame's first page with these numbers chosen."""
    round_ = buying.round_on_sale(LUCKOTTO)
    return buying.answer_entry(
        frame,
        ADDRESS_FORM,
        round_,
        frame.site.house_edge_percent,
        TEMPLATES,
        status,
        chosen=chosen,
        most=min(rules.MOST_NUMBERS, round_.pool_size) if round_ else rules.MOST_NUMBERS,
        fewest=rules.FEWEST_NUMBERS,
        last_drawn=windows.last_settled(LUCKOTTO),
    )


def answer_house_edge(frame: Frame) -> Response:
    """What the prices of tickets are made of, in sats and percent."""
    round_ = buying.round_on_sale(LUCKOTTO)
    prices = _prices(round_, frame.site.house_edge_percent) if round_ else []
    return buying.answer_price(frame, round_, f"{TEMPLATES}/_house_edge.html", prices=prices)


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
    return render(f"{TEMPLATES}/_quote.html", f"{TEMPLATES}/_quote.html", status, embed=frame, chosen=chosen)


def place(frame: Frame, player: Player, numbers: Sequence[int], nonce: str) -> buying.Placed:
    """Make the order of a form, or find it again. Raises as `service.create_order` and `buying.place`."""

    def make(tip: int, origin: Origin) -> buying.Placed:
        made = service.create_order(
            frame.site, list(numbers), player.public, player.private, tip, origin=origin, form_token=nonce
        )
        return buying.Placed(str(made.order.id), made.order.round_number)

    return buying.place(make)


def answer_player(frame: Frame, identifier: str) -> Response:
    """A player's orders at this partner, with those of other games."""
    return tickets.answer(frame, ADDRESS_FORM, identifier, _tickets_path(identifier))


def _order_url(view: OrderView) -> str:
    return luckotto_url("order", view.order.id)


_TICKETS = PlayerOrders(
    partial(queries.player_orders, only_noticed=True),
    f"{TEMPLATES}/_ticket.html",
    _order_url,
    "games/luckotto/luckotto.css",
)
EMBED_GAME = EmbedGame(
    rules.GAME, LUCKOTTO.title, ADDRESS_FORM, answer_entry, menu, answer_house_edge, _TICKETS, begins=True
)
