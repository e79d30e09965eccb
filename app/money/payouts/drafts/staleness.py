"""Whether a payout would still be made as it was drafted; what would not is neither signed nor sent.

Three things can change under a draft. A partner may lose the right to be paid, or want it at another address: that
counts as long as no version of the payment was handed to a node, for afterwards any copy of it may be mined whatever we
think of it. The block that drew a round may leave the chain: what its draw owes is not paid while it is away. And
somebody may have written to the database: a debt is not paid for a round that is not what it promised and sealed.

The payout itself stays as it is until a person gives it up. A signed copy may lie with the signer, and a block that
left may come back with the next one, so a machine that cancelled here would make work and hide why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import select, tuple_

from app.chain.deposits.addresses import parse_address
from app.chain.models import ChainBlock
from app.chain.node.blocks import from_display
from app.core.config import current_settings
from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ports import Port
from app.money.payouts import queries
from app.money.payouts.models import Obligation, Payout, PayoutOutput
from app.money.payouts.rules import LIVE_STATES
from app.outcomes.draws.models import Draw
from app.people.partners.models import PartnerSite
from app.record.audit import service as audit

from . import whole

ALARM = "payout_stale"


class DebtsCheck(Protocol):
    """What a game says against paying what it owes for one of its rounds, in words. `thorough` takes long where much
    was sold."""

    def __call__(self, source_id: str, *, thorough: bool) -> list[str]: ...


DEBTS_CHECKS: Final = Port[Mapping[str, DebtsCheck]]("what games say against paying their debts")


def reasons(payout: Payout) -> list[DomainError]:
    """Why a payout may not be signed, sent or bumped any more; empty if nothing stands in its way.

    The codes are `payout_draw_not_on_chain` and `payout_promise_broken` (game, round); `payout_damaged`, where it is
    not what we drafted or pays a debt with another sum or elsewhere; `payout_recipient_` with what the partner's
    balance waits for (partner); and `payout_recipient_moved` (partner, address).
    """
    if payout.state == "confirmed" or payout.state not in LIVE_STATES:
        return []  # by its state, which all that is done to it goes by too, and not by what is written beside it
    outputs = queries.outputs_of(payout.id)
    damaged = not whole.is_whole(payout, outputs) or _pays_otherwise(outputs)
    drawn_for = _drawn_for(outputs)
    found = [_away(*drawn) for drawn in drawn_for if not draw_is_on_chain(*drawn)]
    found += [_broken(*drawn) for drawn in drawn_for if _objections(*drawn, thorough=False)]
    found += [DomainError("payout_damaged", status=409)] if damaged else []
    if payout.broadcast_at is None and payout.replaces_id is None:
        found += _recipients_changed(outputs)
    return found


def is_damaged(payout: Payout) -> bool:
    """Whether a living payout is not what we drafted any more, and must not be handed out to be signed."""
    return payout.state in LIVE_STATES and not whole.is_whole(payout, queries.outputs_of(payout.id))


def refuse_if_damaged(payout: Payout) -> None:
    """Raises DomainError 409 `payout_damaged`."""
    if is_damaged(payout):
        raise DomainError("payout_damaged", status=409)


def refuse_if_stale(payout: Payout) -> None:
    """Raises the first of `reasons`, 409."""
    for error in reasons(payout):
        raise error


def refuse_if_not_as_sealed(payout: Payout) -> None:
    """The same for all that a payout pays, and the seals are computed again. Raises DomainError 409
    `payout_promise_broken`."""
    for drawn in _drawn_for(queries.outputs_of(payout.id)):
        refuse_if_not_as_promised(*drawn)


def refuse_if_drawn_by_a_lost_block(game: str, source_id: str) -> None:
    """Raises DomainError 409 `payout_draw_not_on_chain`."""
    if not draw_is_on_chain(game, source_id):
        raise _away(game, source_id)


def refuse_if_not_as_promised(game: str, source_id: str, *, thorough: bool = True) -> None:
    """Raises DomainError 409 `payout_promise_broken`."""
    if _objections(game, source_id, thorough=thorough):
        raise _broken(game, source_id)


def is_as_promised(game: str, source_id: str) -> bool:
    """Whether nothing stands against paying what this round owes, its seal computed again."""
    return not _objections(game, source_id, thorough=True)


def _objections(game: str, source_id: str, *, thorough: bool) -> list[str]:
    checks = DEBTS_CHECKS.get()
    if game not in checks:
        return ["there is no such game"]
    return checks[game](source_id, thorough=thorough)


def watch() -> int:
    """Open an alarm for each payout that became stale before it was sent, and close it where that is over."""
    query = select(Payout).where(Payout.state.in_(("draft", "signed")), Payout.broadcast_at.is_(None))
    stale = 0
    for payout in db.session.scalars(query.order_by(Payout.id)).all():
        subject, found = f"payout:{payout.id}", reasons(payout)
        stale += bool(found)
        if found:
            audit.raise_alarm(ALARM, subject, why=[{"code": error.code, **error.params} for error in found[:20]])
        else:
            audit.close_alarm(ALARM, subject)
    return stale


def _away(game: str, source_id: str) -> DomainError:
    return DomainError("payout_draw_not_on_chain", status=409, game=game, round=source_id)


def _broken(game: str, source_id: str) -> DomainError:
    return DomainError("payout_promise_broken", status=409, game=game, round=source_id)


def _drawn_for(outputs: Iterable[PayoutOutput]) -> list[tuple[str, str]]:
    """What the debts among these outputs were drawn for: games and their rounds."""
    debts = [output.obligation_id for output in outputs if output.obligation_id is not None]
    if not debts:
        return []
    rows = db.session.execute(
        select(Obligation.source, Obligation.source_id).where(Obligation.id.in_(debts)).distinct()
    )
    return sorted((row.source, row.source_id) for row in rows)


def _pays_otherwise(outputs: Sequence[PayoutOutput]) -> bool:
    """Whether a debt is paid otherwise than it is owed: what is checked of a debt counts for what pays it only so."""
    network = current_settings().bitcoin_network
    paid = {output.obligation_id: (output.script, output.sats) for output in outputs if output.obligation_id}
    owed = db.session.scalars(
        select(Obligation).where(Obligation.id.in_(paid)).execution_options(populate_existing=True)
    ).all()
    return paid != {debt.id: (parse_address(debt.address, network), debt.amount_sats) for debt in owed}


def draw_is_on_chain(game: str, source_id: str) -> bool:
    """Whether the block that the present draw was hashed from is applied; true of what no block drew."""
    seed = db.session.scalar(
        select(Draw.seed).where(
            Draw.game == game, Draw.subject == source_id, Draw.state != "void", Draw.source == "closing_block"
        )
    )
    if seed is None:
        return True
    return db.session.scalar(select(ChainBlock.height).where(ChainBlock.hash == from_display(seed))) is not None


def away_of(sources: Sequence[queries.Source]) -> set[queries.Source]:
    """Which of these rounds were drawn by a block that is not applied; two queries, however many."""
    seeds = {
        (draw.game, draw.subject): from_display(draw.seed)
        for draw in db.session.scalars(
            select(Draw).where(
                tuple_(Draw.game, Draw.subject).in_(sources), Draw.state != "void", Draw.source == "closing_block"
            )
        )
    }
    applied = set(db.session.scalars(select(ChainBlock.hash).where(ChainBlock.hash.in_(seeds.values()))))
    return {source for source, seed in seeds.items() if seed not in applied}


def _recipients_changed(outputs: Sequence[PayoutOutput]) -> list[DomainError]:
    """Balances that would not be paid now, or elsewhere. A debt's address was promised, and never changes."""
    paid = {output.partner_site_id: output for output in outputs if output.kind == "balance"}
    sites = db.session.scalars(
        select(PartnerSite)
        .where(PartnerSite.id.in_([site for site in paid if site is not None]))
        .order_by(PartnerSite.id)
        .execution_options(populate_existing=True)
    )
    return [error for site in sites for error in _changed(site, paid[site.id])]


def _changed(site: PartnerSite, output: PayoutOutput) -> list[DomainError]:
    script, waits_for = queries.recipient(site)
    if waits_for is not None:
        return [DomainError(f"payout_recipient_{waits_for}", status=409, partner=site.name)]
    if script != output.script:
        return [DomainError("payout_recipient_moved", status=409, partner=site.name, address=site.payout_address)]
    return []


def stale_ids(payouts: Iterable[Payout]) -> set[UUID]:
    """Which of these unsent payouts are stale, for a list of them."""
    waiting = [payout for payout in payouts if payout.state in ("draft", "signed")]
    return {payout.id for payout in waiting if reasons(payout)}
