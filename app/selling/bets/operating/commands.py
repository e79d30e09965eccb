"""`flask bets`: draws, bankrolls, and what is skipped."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar, get_args

import click
from flask.cli import AppGroup

from app.core.database.session import transaction
from app.core.deciding import operator_option, public_reason_option, reason_option
from app.core.errors import DomainError
from app.core.wire.error_messages import message_for
from app.people.approvals.commands import waits
from app.people.approvals.models import Approval
from app.record.ledger import queries as ledger

from .. import postings
from ..bankroll import capacity, owner
from ..calendar import queries, service
from ..games import GAMES, BetGame, game_named
from ..models import BetDraw
from ..sealing import cancelling
from ..settlement.refunds import deciding as refunding
from ..states import Told
from . import recounting, tickets

T = TypeVar("T")
bets: Final = AppGroup("bets", help="Games that sell bets: their draws and bankrolls.")
_game = click.argument("game")
_day = click.DateTime(formats=["%Y-%m-%d"])


@bets.command("draws")
@_game
@click.option("--state", type=click.Choice(get_args(Told)), default="open", show_default=True)
def list_draws(game: str, state: Told) -> None:
    """Draws of GAME that stand so, as JSON, in minor units."""
    found = _doing(lambda: [_record(draw) for draw in queries.draws(game_named(game).name, state)])
    click.echo(json.dumps(found, indent=2))


@bets.command("make")
@_game
@click.argument("first", type=_day)
@click.argument("last", type=_day)
@operator_option
def make(game: str, first: datetime, last: datetime, operator: str) -> None:
    """Make the draws of GAME from the day FIRST to the day LAST that are missing; they sell once they are near."""
    actor = f"operator:{operator}"
    made = _doing(lambda: service.make(game_named(game), first.date(), last.date(), actor=actor))
    click.echo(f"{made} draws made")


@bets.command("skip")
@_game
@click.argument("draw")
@operator_option
@public_reason_option
def skip(game: str, draw: str, operator: str, reason: str) -> None:
    """Do not hold a DRAW (2026-11-30-0) of GAME, or none of a day's (2026-11-30); all that was staked goes back."""

    def do() -> int:
        day = _as_day(draw)
        actor = f"operator:{operator}"
        if day is not None:
            return len(service.skip_day(game, day.date(), reason, actor=actor))
        service.skip(queries.draw_named(game, draw).id, reason, actor=actor)
        return 1

    click.echo(f"{_doing(do)} draws skipped")


@bets.command("unskip")
@_game
@click.argument("draw")
@operator_option
@public_reason_option
def unskip(game: str, draw: str, operator: str, reason: str) -> None:
    """Hold a DRAW (2026-11-30-0) of GAME that was skipped after all, before its cut-off."""
    _doing(lambda: service.unskip(queries.draw_named(game, draw).id, reason, actor=f"operator:{operator}"))
    click.echo("it sells again")


@bets.command("cancel")
@_game
@click.argument("draw")
@click.option("--evidence", required=True, help="Where the lottery says that it held none. Everybody may read it.")
@operator_option
@reason_option
def cancel(game: str, draw: str, evidence: str, operator: str, reason: str) -> None:
    """Propose to cancel a sealed DRAW of GAME whose official one was not held; a second operator confirms."""
    _proposing(lambda: cancelling.propose(game, draw, evidence, reason, actor=f"operator:{operator}"))


@bets.command("bankroll")
def show_bankrolls() -> None:
    """What each game's bankroll has, what draws have of it, and what could leave, as JSON, in minor units."""
    click.echo(json.dumps(_doing(lambda: [_bankroll(game) for game in GAMES.get().values()]), indent=2))


@bets.command("fund")
@_game
@click.argument("amount", type=int)
@click.option("--bank", default="bank:main", show_default=True, help="The account that it came into.")
@click.option("--reference", default="", help="The bank's own reference.")
@operator_option
@reason_option
def fund(game: str, amount: int, bank: str, reference: str, operator: str, reason: str) -> None:
    """Propose to enter that the owner put AMOUNT (minor units) into GAME's bankroll; a second operator confirms."""
    _proposing(
        lambda: owner.propose_fund(game, amount, reason, actor=f"operator:{operator}", bank=bank, reference=reference)
    )


@bets.command("withdraw")
@_game
@click.argument("amount", type=int)
@click.option("--bank", default="bank:main", show_default=True, help="The account that it left from.")
@click.option("--reference", default="", help="The bank's own reference.")
@operator_option
@reason_option
def withdraw(game: str, amount: int, bank: str, reference: str, operator: str, reason: str) -> None:
    """Propose to enter that the owner took AMOUNT (minor units) out of GAME's bankroll; a second operator confirms."""
    _proposing(
        lambda: owner.propose_withdraw(
            game, amount, reason, actor=f"operator:{operator}", bank=bank, reference=reference
        )
    )


@bets.command("refund")
@_game
@click.argument("code")
@operator_option
@reason_option
def refund(game: str, code: str, operator: str, reason: str) -> None:
    """Propose to give back what of the ticket CODE of GAME is not sealed, the way it was paid; a second operator
    confirms."""
    _proposing(lambda: refunding.propose(tickets.named(game, code), reason, actor=f"operator:{operator}"))


@bets.command("recount")
@_game
@click.argument("draw")
@operator_option
def recount(game: str, draw: str, operator: str) -> None:
    """Count anew what a DRAW (2026-11-30-0) of GAME could cost at worst; in minor units."""
    actor = f"operator:{operator}"
    click.echo(_doing(lambda: recounting.recount(queries.draw_named(game, draw).id, actor=actor)))


def _proposing(propose: Callable[[], Approval | None]) -> None:
    click.echo(_doing(lambda: waits(propose())) or "done")


def _as_day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 (a day where the draw is held)
    except ValueError:
        return None


def _record(draw: BetDraw) -> dict[str, object]:
    return {
        "name": draw.name,
        "state": draw.state,
        "closesAt": draw.closes_at.isoformat(),
        "drawsAt": draw.draws_at.isoformat(),
        "source": draw.source,
        "sales": draw.sales,
        "sold": draw.sold_minor,
        "worst": draw.worst_minor,
        "allotted": draw.allotted_minor,
        "left": capacity.left(draw),
        "outcome": draw.outcome,
        "cancelledBecause": draw.cancelled_because,
        "promiseHash": draw.promise_hash.hex(),
    }


def _bankroll(game: BetGame) -> dict[str, object]:
    ref = postings.bankroll(game.name, game.currency)
    there, left = ledger.balance(ref), ledger.available(ref)
    return {
        "game": game.name,
        "currency": game.currency,
        "bankroll": there,
        "allotted": there - left,
        "couldLeave": owner.free_to_leave(game),
    }


def _doing(work: Callable[[], T]) -> T:
    """One transaction; a refusal is said in words."""
    try:
        with transaction():
            return work()
    except DomainError as error:
        raise click.ClickException(str(message_for(error))) from None
