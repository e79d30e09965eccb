"""A round's life as the tip moves: made ahead, opened if it is backed, closed by height, halted by a person's case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from app.chain.deposits import service as deposits
from app.chain.models import ChainCursor
from app.core.config import Settings, current_settings
from app.core.database.session import db
from app.outcomes.draws import cheating
from app.outcomes.draws import service as draws
from app.record.audit import service as audit
from app.record.events import service as events
from app.record.log.settings import log_settings
from app.selling.windows.games import AnyGame, WindowGame, window_games
from app.selling.windows.models import WindowRound
from app.selling.windows.proof import kept, promise
from app.selling.windows.questions.draw import ResultT
from app.selling.windows.rules import Phase, Window, min_payment_floor, next_window, phase
from app.selling.windows.tables import AnyTables, OrderT, PaymentT, RoundT

from . import backing
from .backing import Living, living_rounds

_MAX_AHEAD = 1_000  # rounds; a journal that asks for more is not ours
_MOVING = ("scheduled", "open", "unbacked", "closed")


def follow_tip(tip: int) -> list[Living]:
    """Make rounds ahead of the tip and bring every round that nothing irreversible happened to into its phase.

    Rounds open last, of all games: whether one is backed depends on what all others still promise. Answers the rounds
    that are not over, as they are now.
    """
    games = {game.name: game for game in window_games()}
    known = _with_those_ahead(games.values(), tip)
    now, selling = [], []
    for round_ in known:
        current = phase(round_.window, tip) if _may_move(round_, tip) else None
        if current is Phase.OPEN:
            selling.append(round_)
        else:
            now.append(round_ if current is None else _moved(games[round_.game], round_, str(current)))
    if selling:
        house = backing.Backing(tip, [*now, *selling])
        for round_ in selling:
            now.append(_moved(games[round_.game], round_, "open" if house.carries(round_) else "unbacked"))
    db.session.flush()
    was = {(round_.game, round_.number): round_.status for round_ in known}
    events.record_many([_told(games[one.game], one) for one in now if one.status != was[one.game, one.number]])
    return now


def _told(game: AnyGame, living: Living) -> events.Fact:
    """The news that a round is in another status."""
    payload = {"roundNumber": living.number}
    return events.Fact(f"round.{living.status}", game.name, game.subject(living.number), payload)


def _with_those_ahead(games: Iterable[AnyGame], tip: int) -> list[Living]:
    """Rounds that are not over, game by game; those that open later are made first where they are missing."""
    known = living_rounds(tip)
    ahead = Counter(round_.game for round_ in known if round_.opens_at > tip + 1)
    made = [_plan_ahead(game, tip, ahead[game.name]) for game in games]
    if any(made):
        known = living_rounds(tip)
    return [round_ for game in games for round_ in known if round_.game == game.name]


def _may_move(round_: Living, tip: int) -> bool:
    """Whether it is due, or a lost block has made it early again."""
    return round_.status in (_MOVING if round_.opens_at <= tip + 1 else _MOVING[1:])


def _moved(game: AnyGame, living: Living, status: str) -> Living:
    """The round in that status."""
    if living.status == status:
        return living
    round_, subject = db.session.get_one(game.round, living.number), game.subject(living.number)
    round_.status = status
    if status == "unbacked":
        audit.raise_alarm("round_unbacked", subject, jackpot=living.jackpot_sats)
    elif living.status == "unbacked":
        audit.close_alarm("round_unbacked", subject)
    return living._replace(status=status)


def _last(game: AnyTables) -> WindowRound | None:
    rounds = game.round
    found: WindowRound | None = db.session.scalars(select(rounds).order_by(rounds.round_number.desc()).limit(1)).first()
    return found


def _plan_ahead(game: AnyGame, tip: int, ahead: int) -> bool:
    """Make what is missing beside the `ahead` rounds that open later than the next block; whether any was."""
    settings = current_settings()
    if ahead >= settings.rounds_ahead:
        return False
    last = _last(game)
    if last:
        number, sales_end = last.round_number, last.sales_end_height
    else:
        number, sales_end = 0, db.session.get_one(ChainCursor, 1).first_height
    made = False
    while ahead < settings.rounds_ahead:
        window = next_window(sales_end, settings.round_length_blocks, settings.round_gap_blocks)
        number += 1
        if not _create(game, number, window, settings):
            break
        made = True
        ahead += window.opens_at > tip + 1
        sales_end = window.sales_end
    return made


def plan_up_to(game: AnyGame, number: int, remembered: Mapping[int, str | None]) -> WindowRound | None:
    """The round of that number, made ahead if need be: after a restore orders may be older than the rounds we have.

    `remembered`: what the terms journal knows of lost rounds, each one's text, or None for one of version 1.
    """
    settings = current_settings()
    while True:
        last = _last(game)
        if last is None or last.round_number >= number or number - last.round_number > _MAX_AHEAD:
            found: WindowRound | None = db.session.get(game.round, number)
            return found
        following = last.round_number + 1
        again = _promised_before(game, last, remembered.get(following))
        if again is not None:
            _write(game, game.round(**again))
            continue
        window = next_window(last.sales_end_height, settings.round_length_blocks, settings.round_gap_blocks)
        has_text = remembered.get(following, "") is not None
        if not _create(game, following, window, settings, has_text=has_text):
            return None


def _promised_before(game: AnyGame, last: WindowRound, text: str | None) -> dict[str, Any] | None:
    """The columns of the round after `last` as it was promised by this text; None if it is not of our rounds."""
    try:
        own = game.terms.promised_by(promise.algorithm_in(text or ""))
        columns = promise.columns_of(text or "", own)
    except ValueError:
        return None
    number = last.round_number + 1
    ours = (number, deposits.internal_key_of(game.name, number))
    follows = columns["opens_at_height"] >= last.sales_end_height
    return columns if follows and (columns["round_number"], columns["internal_key"]) == ours else None


def _create(game: AnyGame, number: int, window: Window, settings: Settings, *, has_text: bool = True) -> bool:
    """Freeze a new round; False, with an alarm, if its jackpot would invite cheating.

    `has_text`: not for one that is made again and was of version 1.
    """
    fresh = game.sale.promise(settings, number if has_text else None)
    limit = cheating.jackpot_limit_sats(fresh.hash_steps, settings.block_subsidy_sats)
    if fresh.jackpot_sats > limit and settings.bitcoin_network != "regtest":
        audit.raise_alarm("jackpot_above_cheating_limit", game.subject(number), jackpot=fresh.jackpot_sats, limit=limit)
        return False
    round_ = game.round(
        round_number=number,
        opens_at_height=window.opens_at,
        sales_end_height=window.sales_end,
        closing_height=window.closing,
        settlement_depth=settings.settlement_depth,
        jackpot_sats=fresh.jackpot_sats,
        min_payment_floor_sats=min_payment_floor(settings.planning_fee_rate),
        winner_algorithm=fresh.algorithm,
        internal_key=deposits.internal_key_of(game.name, number),
        **fresh.columns,
    )
    if has_text:
        round_.round_terms = promise.text_of(kept.members_with(game, round_, _witnessed()))
    _write(game, round_)
    return True


def _witnessed() -> promise.Witnessed:
    """Who witnesses the log as a round is made: it promises these, whoever comes or goes later."""
    settings = log_settings()
    return promise.Witnessed(tuple(sorted(str(one.key) for one in settings.witnesses)), settings.quorum)


def _write(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT) -> None:
    """A new round's row, and its promise where everybody can read it."""
    db.session.add(round_)
    db.session.flush()
    game.sale.round_made(round_)
    subject = game.subject(round_.round_number)
    told: dict[str, Any] = {"roundTerms": round_.round_terms, "roundCommitment": promise.commitment_of(round_)}
    audit.note("system", "round.created", subject, opens=round_.opens_at_height, closing=round_.closing_height, **told)
    events.record("round.scheduled", game.name, subject, {"roundNumber": round_.round_number, **told})


def halt_if_final(game: AnyTables, height: int) -> None:
    """A block at `height` is being taken back: rounds that had treated it as final now need a person."""
    rounds = game.round
    sealed = select(rounds).where(rounds.status.in_(("sealed", "drawing")), rounds.sales_end_height > height)
    for round_ in db.session.scalars(sealed):
        halt(game, round_, "reorganised_below_seal")
    drawing = select(rounds).where(rounds.status == "drawing", rounds.closing_height >= height)
    for round_ in db.session.scalars(drawing):
        halt(game, round_, "reorganised_below_draw")
    settled = select(rounds).where(rounds.status == "settled", rounds.closing_height >= height)
    for round_ in db.session.scalars(settled):  # a settled round never changes
        audit.raise_alarm("settled_round_reorganised", game.subject(round_.round_number), height=height)


def halt(game: AnyTables, round_: WindowRound, why: str, **detail: Any) -> None:
    """Stop a round for a person to look at. Nothing about it is decided by the machine any more."""
    subject = game.subject(round_.round_number)
    round_.status = "halted"
    draws.halt(game.name, str(round_.round_number))
    audit.note("system", "round.halted", subject, why, **detail)
    audit.raise_alarm("round_halted", subject, why=why, **detail)
    events.record("round.halted", game.name, subject, {"roundNumber": round_.round_number, "why": why})
