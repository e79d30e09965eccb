"""Generating payouts: what is due becomes outputs, coins are chosen, money is reserved, and the signer gets a PSBT."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from app.chain import queries as chain
from app.chain.deposits import service as deposits
from app.chain.deposits.addresses import parse_address
from app.chain.models import ReserveAddress
from app.core.config import current_settings
from app.core.database.session import db
from app.core.errors import DomainError
from app.core.faults import step
from app.core.ids import new_id
from app.core.money import Sats
from app.money.payouts import balances, postings, queries, rules, service
from app.money.payouts.models import Obligation, Payout, PayoutInput, PayoutOutput
from app.money.payouts.rules import Candidate, Selection
from app.money.payouts.sent import said
from app.money.payouts.signed import psbt
from app.people.partners.models import PartnerSite
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef
from app.record.log.settings import log_settings

from . import carrying, coins, fees, staleness, whole
from .carrying import Carried

EVENTS = "payouts"
ANY_CHANGE = b"\x51\x20" + bytes(32)  # as long as every change script


@dataclass(frozen=True, slots=True)
class Intent:
    """One output that pays somebody, and the account that it empties."""

    kind: str
    site_id: UUID
    address: str
    script: bytes
    sats: Sats
    account: AccountRef
    obligation_id: UUID | None = None


def for_round(
    game: str, source_id: str, rate: int, actor: str, reason: str = "", *, with_balances: bool = False
) -> tuple[Payout, bool]:
    """The payout of what a game owes for one of its rounds, and whether this call made it.

    While one lives, the same one comes back. `rate` is in sat per 1,000 virtual bytes, asked of the node before.

    Raises:
        DomainError: 409 `payout_nothing_due`, `payouts_frozen`, `payout_draw_not_on_chain`, `payout_promise_broken`,
            `payout_funds_missing` (says how much), `payout_dust`, `payout_needs_too_many_coins` or
            `payout_anchor_not_spendable`; nothing is reserved then.
    """
    tip = service.one_at_a_time()
    living = queries.live_payout(game, source_id)
    if living is not None:
        return living, False
    service.refuse_if_frozen()
    intents = debts(queries.due_obligations(game, source_id))
    if not intents:
        raise DomainError("payout_nothing_due", status=409)
    staleness.refuse_if_drawn_by_a_lost_block(game, source_id)
    staleness.refuse_if_not_as_promised(game, source_id)
    if with_balances:
        intents += payable()
    return store("round", intents, choose(intents, rate, tip), rate, actor, reason, (game, source_id)), True


def for_balances(rate: int, actor: str, reason: str = "") -> tuple[Payout, bool]:
    """The payout of what partners have earned, wherever it may be paid now. Raises as `for_round` does."""
    tip = service.one_at_a_time()
    waiting = queries.unsent("balances")
    if waiting is not None:
        return waiting, False
    service.refuse_if_frozen()
    intents = payable()
    if not intents:
        raise DomainError("payout_nothing_due", status=409)
    return store("balances", intents, choose(intents, rate, tip), rate, actor, reason), True


def sweep(rate: int, actor: str, reason: str = "") -> tuple[Payout, bool]:
    """Gather small deposits into the reserve, at a rate that has time.

    Raises:
        DomainError: 409 `payout_nothing_to_sweep` or `payouts_frozen`.
    """
    tip = service.one_at_a_time()
    waiting = queries.unsent("sweep")
    if waiting is not None:
        return waiting, False
    service.refuse_if_frozen()
    kept = queries.dangling_anchors(tip, _depth(), (), ())
    selection = rules.sweep(coins.candidates(tip, _depth(), {anchor.outpoint for anchor in kept}), ANY_CHANGE, rate)
    return store("sweep", [], selection, rate, actor, reason), True


def anchor(rate: int, actor: str, reason: str = "") -> tuple[Payout, bool]:
    """A transaction that brings the public log's newest root into a block and pays nobody.

    Raises:
        DomainError: 409 `log_anchors_off`, `log_anchored` (nothing new is signed), `log_anchor_waiting` (payout: it
            carries a root and waits for its block), `payouts_frozen` or `payout_funds_missing`.
    """
    tip = service.one_at_a_time()
    waiting = queries.unsent("log")
    if waiting is not None:
        return waiting, False
    service.refuse_if_frozen()
    if not log_settings().log_anchors:
        raise DomainError("log_anchors_off", status=409)
    before = carrying.on_its_way()
    if before is not None:
        raise DomainError("log_anchor_waiting", status=409, payout=str(before))
    root = carrying.due()
    if root is None:
        raise DomainError("log_anchored", status=409)
    selection, carried = carrying.alone(root, ANY_CHANGE, rate, tip)
    return write("log", [], selection, carried, rate, actor, reason), True


def _depth() -> int:
    depth: int = current_settings().settlement_depth
    return depth


def debts(owed: Iterable[Obligation]) -> list[Intent]:
    """What rounds owe as outputs. Raises DomainError 409 `payout_dust`."""
    network = current_settings().bitcoin_network
    intents = [
        Intent(
            "obligation",
            row.partner_site_id,
            row.address,
            parse_address(row.address, network),
            row.amount_sats,
            postings.jackpot(row.source, row.source_id),
            row.id,
        )
        for row in owed
    ]
    for intent in intents:
        if intent.sats < rules.dust(intent.script):
            least = rules.dust(intent.script)
            raise DomainError("payout_dust", status=409, sats=intent.sats, least=least, what=_called(intent))
    return intents


def payable() -> list[Intent]:
    """The partners' payable balances, the largest first and as many as one transaction takes; the rest are next."""
    payable = sorted((row for row in queries.balances() if row.waits_for is None), key=lambda row: -row.sats)
    return [
        Intent("balance", row.site_id, row.address, row.script, row.sats, postings.partner(row.site_id))
        for row in payable[: rules.MAX_BALANCES]
    ]


def choose(intents: Sequence[Intent], rate: int, tip: int) -> Selection:
    """The coins that pay these. Raises as `for_round` does."""
    obligations = [intent.obligation_id for intent in intents if intent.obligation_id]
    sites = [intent.site_id for intent in intents if intent.kind == "balance"]
    anchors = queries.dangling_anchors(tip, _depth(), obligations, sites)
    forced = _spendable([anchor.outpoint for anchor in anchors if anchor.overlaps], tip, intents)
    candidates = coins.candidates(tip, _depth(), {anchor.outpoint for anchor in anchors})
    outputs = [(intent.script, intent.sats) for intent in intents]
    try:
        return rules.select(candidates, forced, outputs, ANY_CHANGE, rate)
    except DomainError:
        if len(anchors) == len(forced):
            raise
        # Better that whom the given-up payout owes waits for this one to be buried than that nobody is paid.
        return rules.select(coins.candidates(tip, _depth()), forced, outputs, ANY_CHANGE, rate)


def _spendable(outpoints: Sequence[tuple[bytes, int]], tip: int, intents: Sequence[Intent]) -> list[Candidate]:
    """The coins at these outpoints, every one of which must be spent: whoever was promised this money may still hold a
    signed transaction of a payout that was given up, and only this keeps both from being mined."""
    if not outpoints:
        return []
    found = [coin for coin in coins.candidates(tip, 0) if coin.outpoint in outpoints]
    if len(found) != len(outpoints):
        locked = set(outpoints) - {coin.outpoint for coin in found}
        raise DomainError("payout_anchor_not_spendable", status=409, what=_whose(locked, tip, intents))
    return found


def _whose(locked: Collection[tuple[bytes, int]], tip: int, intents: Sequence[Intent]) -> str:
    """What of this was to be paid by a payout that one of these coins stands for: a round, or a partner's balance."""
    for intent in intents:
        debt = [intent.obligation_id] if intent.obligation_id is not None else []
        anchors = queries.dangling_anchors(tip, _depth(), debt, [] if debt else [intent.site_id])
        if any(anchor.overlaps and anchor.outpoint in locked for anchor in anchors):
            return _called(intent)
    raise LookupError("a coin that must be spent, and nothing that it stands for")


def _called(intent: Intent) -> str:
    """What an operator calls it."""
    owed = db.session.get(Obligation, intent.obligation_id) if intent.obligation_id is not None else None
    if owed is not None:
        return f"round {owed.source_id} of {owed.source}"
    return f"the balance of {db.session.get_one(PartnerSite, intent.site_id).name}"


def store(
    kind: str,
    intents: Sequence[Intent],
    selection: Selection,
    rate: int,
    actor: str,
    reason: str,
    source: queries.Source | None = None,
) -> Payout:
    """Write the payout with its inputs and outputs, reserve the money, and tell whom it concerns.

    The public log's newest root rides along where that harms nothing.
    """
    paid = [(intent.script, intent.sats) for intent in intents]
    selection, carried = carrying.beside(selection, paid, ANY_CHANGE, rate, chain.tip_height())
    return write(kind, intents, selection, carried, rate, actor, reason, source)


def write(
    kind: str,
    intents: Sequence[Intent],
    selection: Selection,
    carried: Carried | None,
    rate: int,
    actor: str,
    reason: str,
    source: queries.Source | None = None,
) -> Payout:
    """The same with exactly this."""
    change = [deposits.new_reserve_address() for _ in selection.change]
    db.session.flush()
    cap = fee_cap(selection.vsize, selection.fee)
    network = current_settings().bitcoin_network
    transaction = replace(unlike_any(_transaction(intents, selection, carried, change)), fee_cap=cap, network=network)
    payout_id, (game, source_id) = new_id(), source or (None, None)
    payout = Payout(
        id=payout_id,
        root_id=payout_id,
        kind=kind,
        game=game,
        source_id=source_id,
        psbt=psbt.encode(transaction),
        txid=transaction.txid,
        vsize=selection.vsize,
        fee_rate=rate,
        fee_sats=selection.fee,
        fee_cap_sats=cap,
        log_size=carried.root.size if carried else None,
        created_by=actor,
        reason=reason,
    )
    outputs = _outputs(payout_id, intents, carried, change, selection.change)
    _keep(payout, [*_inputs(payout_id, selection.coins), *outputs])
    _reserve(payout_id, intents)
    detail = {"inputs": len(selection.coins), "outputs": len(intents), "change": len(change), "feeSats": selection.fee}
    detail["sats"] = sum(intent.sats for intent in intents)
    service.note(payout, actor, "generated", reason, told=said.drafted(payout, outputs), kind=kind, **detail)
    return payout


def _keep(payout: Payout, rows: Sequence[PayoutInput | PayoutOutput]) -> None:
    db.session.add(payout)
    db.session.flush()
    db.session.add_all(rows)
    whole.vouch(payout)
    step("payout.stored")


def _reserve(payout_id: UUID, intents: Sequence[Intent]) -> None:
    """What the payout is to pay leaves the debts, and partners are told of theirs."""
    debts: dict[AccountRef, Sats] = defaultdict(int)
    for intent in intents:
        debts[intent.account] += intent.sats
    legs = postings.reserve(payout_id, postings.together(debts))
    ledger.post(legs)
    step("payout.reserved")
    balances.tell(EVENTS, legs, "payout_reserved", payoutId=str(payout_id))


def fee_cap(vsize: int, fee: Sats) -> Sats:
    """The most a version may give to miners."""
    return max(rules.fee_for(vsize, fees.limits()[1]), fee)


def _transaction(
    intents: Sequence[Intent], selection: Selection, carried: Carried | None, change: Sequence[ReserveAddress]
) -> psbt.Transaction:
    outputs = [psbt.TxOut(intent.sats, intent.script) for intent in intents]
    outputs += carried.outputs if carried else ()
    outputs += [
        psbt.TxOut(sats, address.script_pubkey, coins.reserve_source(address.key_index))
        for sats, address in zip(selection.change, change, strict=True)
    ]
    return psbt.Transaction(spending(selection.coins), tuple(outputs))


def unlike_any(transaction: psbt.Transaction) -> psbt.Transaction:
    """What is drafted anew may come out as what was given up, bumped at the same rate or paid without change: a lock
    time of long ago tells them apart."""
    while db.session.scalar(select(Payout.id).where(Payout.txid == transaction.txid)) is not None:
        transaction = replace(transaction, locktime=transaction.locktime + 1)
    return transaction


def spending(chosen: Sequence[Candidate]) -> tuple[psbt.TxIn, ...]:
    """Inputs that spend these coins, with what a signer must know of each."""
    facts = coins.signing_facts([coin.coin_id for coin in chosen])
    return tuple(psbt.TxIn(coin.txid, coin.vout, rules.SEQUENCE, coin.sats, *facts[coin.coin_id]) for coin in chosen)


def _inputs(payout_id: UUID, chosen: Sequence[Candidate]) -> list[PayoutInput]:
    return [
        PayoutInput(
            payout_id=payout_id,
            position=position,
            coin_id=coin.coin_id,
            txid=coin.txid,
            vout=coin.vout,
            sats=coin.sats,
            anchor=position == 0,
        )
        for position, coin in enumerate(chosen)
    ]


def _outputs(
    payout_id: UUID,
    intents: Sequence[Intent],
    carried: Carried | None,
    change: Sequence[ReserveAddress],
    amounts: Sequence[Sats],
) -> list[PayoutOutput]:
    rows = [
        PayoutOutput(
            payout_id=payout_id,
            vout=vout,
            kind=intent.kind,
            obligation_id=intent.obligation_id,
            partner_site_id=intent.site_id,
            script=intent.script,
            address=intent.address,
            sats=intent.sats,
        )
        for vout, intent in enumerate(intents)
    ]
    rows += carried.rows(payout_id, len(rows)) if carried else []
    return rows + [
        PayoutOutput(
            payout_id=payout_id,
            vout=len(rows) + at,
            kind="change",
            reserve_key_index=address.key_index,
            script=address.script_pubkey,
            address=address.address,
            sats=amounts[at],
        )
        for at, address in enumerate(change)
    ]
