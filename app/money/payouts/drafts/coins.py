"""Which of our coins a payout may spend, and what a signer must know of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, exists, func, select

from app.chain.deposits import service as deposits
from app.chain.deposits.keys import RESERVE_BRANCH
from app.chain.maturity import is_mature
from app.chain.models import Coin, CoinSpend, DepositAddress, ReserveAddress
from app.core.database.session import db
from app.core.ports import Port
from app.money.payouts.models import Payout, PayoutInput, PayoutOutput
from app.money.payouts.rules import Candidate
from app.money.payouts.signed.psbt import KeySource
from app.record.log.settings import log_settings

SuspendedPayments = Callable[[], Select[Any]]

_SPENT = exists().where(CoinSpend.coin_id == Coin.id, CoinSpend.orphaned_at.is_(None))
_PLANNED = exists().where(PayoutInput.txid == Coin.txid, PayoutInput.vout == Coin.vout, PayoutInput.live)
_OF_THE_LINE = exists().where(
    Payout.txid == Coin.txid,
    PayoutOutput.payout_id == Payout.id,
    PayoutOutput.vout == Coin.vout,
    PayoutOutput.kind == "line",
)


SUSPENDED: Final = Port[tuple[SuspendedPayments, ...]]("payments whose money waits for a decision")


def _suspended() -> Sequence[SuspendedPayments]:
    """Each game's select of payments whose money waits for a decision."""
    return SUSPENDED.get()


def _spendable(tip: int, depth: int) -> Select[Any]:
    """Live coins that nothing spends or plans to: our own change as soon as it is in a block, all else when buried,
    and a miner's reward when it is mature.

    What others sent in a young block may be taken back, and a payout would fall with it. The reserve's addresses are
    on the chain for all to see, and whoever adds to them may be up to that.
    """
    query = select(Coin).where(
        Coin.orphaned_at.is_(None),
        ~_SPENT,
        ~_PLANNED,
        Coin.planned | (Coin.block_height <= tip - depth),
        is_mature(tip),
    )
    for payments in _suspended():
        query = query.where(Coin.payment_id.is_(None) | Coin.payment_id.not_in(payments()))
    return query


def candidates(tip: int, depth: int, besides: Collection[tuple[bytes, int]] = ()) -> list[Candidate]:
    """What a payout may choose from; `besides` are outpoints kept for others. The line of anchors is for the next one,
    as long as there will be one."""
    query = _spendable(tip, depth)
    rows = db.session.scalars(query.where(~_OF_THE_LINE) if log_settings().log_anchors else query).all()
    return [_candidate(coin) for coin in rows if (coin.txid, coin.vout) not in besides]


def line(tip: int, depth: int) -> list[Candidate]:
    """The coins that the newest anchor left for the next one, the newest first."""
    query = _spendable(tip, depth).where(_OF_THE_LINE).order_by(Coin.block_height.desc(), Coin.id.desc())
    return [_candidate(coin) for coin in db.session.scalars(query)]


def suspended_sats() -> int:
    """Sats of live coins whose payments wait for a decision, or the part of them that does."""
    total = 0
    for payments in _suspended():
        query = select(func.coalesce(func.sum(Coin.amount_sats), 0))
        total += int(db.session.scalar(query.where(Coin.payment_id.in_(payments()), Coin.orphaned_at.is_(None))) or 0)
    return total


def _candidate(coin: Coin) -> Candidate:
    return Candidate(coin.id, coin.txid, coin.vout, coin.amount_sats, coin.reserve_key_index is not None)


def reserve_source(key_index: int) -> KeySource:
    """Where a signer finds the key of a reserve address."""
    key = deposits.account_key()
    branch = RESERVE_BRANCH
    derivation = key.derivation(branch, key_index)
    return KeySource(bytes(key.internal_key(branch, key_index)), derivation.fingerprint, derivation.path)


def signing_facts(coin_ids: Collection[UUID]) -> dict[UUID, tuple[bytes, KeySource, bytes]]:
    """By coin: its script, where its internal key is found, and what the key commits to (empty for the reserve)."""
    key = deposits.account_key()
    rows = db.session.execute(
        select(Coin.id, Coin.reserve_key_index, DepositAddress, ReserveAddress.script_pubkey)
        .outerjoin(DepositAddress, DepositAddress.id == Coin.deposit_address_id)
        .outerjoin(ReserveAddress, ReserveAddress.key_index == Coin.reserve_key_index)
        .where(Coin.id.in_(coin_ids))
    )
    facts = {}
    for coin_id, reserve_index, found, reserve_script in rows:
        address: DepositAddress | None = found
        if address is None:
            assert reserve_index is not None  # a coin is one or the other
            facts[coin_id] = (reserve_script, reserve_source(reserve_index), b"")
            continue
        derivation = key.derivation(address.branch, address.key_index)
        source = KeySource(address.internal_key, derivation.fingerprint, derivation.path)
        facts[coin_id] = (address.script_pubkey, source, address.commitment)
    return facts
