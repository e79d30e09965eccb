"""What pages of public records show in every game: lists in pages, where a round stands, when nothing changes more."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol
from uuid import UUID

from flask import request

from app.chain import queries as chain
from app.core.config import current_settings
from app.core.ids import parse_id
from app.core.web.requests import status_of
from app.core.wire.paging import number_of
from app.money.payouts.sent.debts import Debt
from app.selling.windows import queries
from app.selling.windows.models import WindowOrder, WindowRound
from app.selling.windows.proof import promise
from app.selling.windows.questions.draw import Algorithms, ResultT, ViewT
from app.selling.windows.rounds.pace import seconds_per_block
from app.selling.windows.rounds.progress import (
    Milestone,
    cheating_view,
    milestone_of_order,
    next_milestone,
    step_states,
    time_left,
)
from app.selling.windows.tables import AnyTables, RoundT
from app.selling.windows.wording import Words
from app.selling.windows.words import closing, voided
from app.selling.windows.words.verifier import by_script

from .links import RecordLinks

ROUNDS_A_PAGE: Final = 20
ORDERS_A_PAGE: Final = 25
ENDED: Final = ("settled", "void")  # a halted round goes on when a person has decided


class Ordered(Protocol):
    """An order with what a game knows of it."""

    @property
    def order(self) -> WindowOrder: ...

    @property
    def round(self) -> WindowRound: ...

    @property
    def state(self) -> str: ...

    @property
    def win(self) -> Debt | None: ...

    @property
    def refunds_wait(self) -> bool: ...

    @property
    def payments(self) -> Sequence[queries.PaymentView]: ...


def rounds_context(game: AnyTables, links: RecordLinks) -> dict[str, Any]:
    """Rounds that have begun, the newest first; `?before=` a round number. Those to come stand below the first page."""
    before = number_of(request.args.get("before"))
    found = queries.begun_page(game, before, ROUNDS_A_PAGE + 1)
    shown = list(found[:ROUNDS_A_PAGE])
    coming = queries.next_rounds(game) if before is None else ()
    return {
        "rounds": shown,
        "next_rounds": [(round_, links("round", round_.round_number)) for round_ in coming],
        "tip": chain.tip_height(),
        "is_live": before is None,
        "newest_url": links("rounds") if before is not None else None,
        "older_url": links("rounds", before=shown[-1].round_number) if len(found) > ROUNDS_A_PAGE else None,
        "own_url": links("rounds", before=before),
    }


def orders_context(
    number: int, page: Callable[[int, UUID | None, int], Sequence[Ordered]], links: RecordLinks, name: str
) -> dict[str, Any]:
    """A round's orders as `name`, by `page(number, after, limit)`; `?after=` the last one of the page before.

    The list stands at the anchor `name` of the round's page.
    """
    after = parse_id(request.args.get("after", ""))
    found = page(number, after, ORDERS_A_PAGE + 1)
    shown = found[:ORDERS_A_PAGE]
    more = f"{links('round', number, after=shown[-1].order.id)}#{name}" if len(found) > ORDERS_A_PAGE else None
    return {
        name: shown,
        "first_url": f"{links('round', number)}#{name}" if after else None,
        "more_url": more,
        "own_url": links("round", number, after=after),
    }


def round_context(game: AnyTables, round_: WindowRound, words: Words, links: RecordLinks) -> dict[str, Any]:
    """What the parts about a round need that every game's page has."""
    settings, tip = current_settings(), chain.tip_height()
    stop = settings.order_stop_blocks
    words = voided.though_sealed(game, round_) or closing.last_payments(round_, time_left(round_, tip, stop)) or words
    return {
        "round": round_,
        "debt": queries.debt_of(game, round_),
        "round_commitment": promise.commitment_of(round_),
        "tip": tip,
        "words": words,
        "round_words": words,
        "rounds_url": links("rounds"),
        **_counted(next_milestone(round_, tip, stop)),
        "steps_at": step_states(round_, tip),
        "block_reward": settings.block_subsidy_sats,
        "base_url": settings.base_url,
        "network": settings.bitcoin_network,
    }


def order_milestone(round_: WindowRound) -> dict[str, Any]:
    """What an order's page counts down to, in place of its round's page: it is ordered, and may still be paid."""
    return _counted(milestone_of_order(round_, chain.tip_height()))


def _counted(milestone: Milestone | None) -> dict[str, Any]:
    seconds = milestone.left * seconds_per_block() if milestone else None
    return {"milestone": milestone, "milestone_seconds": seconds}


def draw_context(
    game: AnyTables, algorithms: Algorithms[RoundT, ResultT, ViewT], round_: RoundT, sold: int, supply: int
) -> dict[str, Any]:
    """What the parts about a round's draw need: how far it has come, what is known of it before, and what bending it
    would cost, by what of the supply is unsold."""
    draw, algorithm = queries.draw_of(game, round_), algorithms.of_round(round_)
    hashes = algorithm.work_of(round_)
    unsold, reward = (supply - sold) * 1000 // supply, current_settings().block_subsidy_sats
    return {
        "draw": algorithm.view(round_, draw) if draw else None,
        "draw_before": algorithm.before(round_),
        "draw_script": by_script(algorithm, draw) if round_.status == "settled" else None,
        "cheating": cheating_view(round_.jackpot_sats, hashes, unsold, reward),
    }


def is_final(round_: WindowRound, debt: Debt | None) -> bool:
    """Whether nothing of a round's page will change any more: it is over, and what it owes is paid."""
    return round_.status in ENDED and (debt is None or debt.is_paid)


def is_over(view: Ordered) -> bool:
    """Whether an order's page says the last word, so that nobody need ask again."""
    return is_final(view.round, view.win) and view.state != "seen" and not view.refunds_wait


def said(view: Ordered) -> str:
    """What an order's page has said, as one word: a page that has said the last one still asks now and then, for money
    may come late to its address as long as somebody has it."""
    told = (view.round.status, view.state, view.payments, view.win)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def status_of_order(is_over: bool) -> int:
    """As `status_of`; whoever says what he has heard asks slowly, and is never told to stop."""
    return 200 if "seen" in request.args else status_of(is_over)


def following(round_: WindowRound, debt: Debt | None) -> dict[str, Any]:
    """What a page needs that follows a round to its end: what it has said, as one word, and whether it is all."""
    standing = f"-{debt.standing}-{debt.block.height if debt.block else 0}" if debt else ""
    said_, tip = f"{round_.shown_status}{standing}", chain.tip_height()
    return {"debt": debt, "said": said_, "is_final": is_final(round_, debt), "tip": tip}
