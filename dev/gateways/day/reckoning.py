"""At rest: what the platform's books say is held against what the simulators believe that they took and paid.

Each fault is a sentence. Nothing here asks the platform what it thinks of itself, but for the audit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask
from sqlalchemy import text

from app.core.database.session import db
from app.faces.admin.commands import auditing
from dev.gateways.books import Books
from dev.gateways.moncash.transfers import START
from dev.merchant import PROVIDERS

from .simulators import Simulators

_UNENDED: Final = """
    SELECT 'payment ' || id || ' is ' || state AS said FROM gateway_payments
    WHERE state IN ('initiated', 'pending', 'unknown', 'refunding', 'disputed')
    UNION ALL SELECT 'refund ' || id || ' is ' || state FROM gateway_refunds WHERE state NOT IN ('succeeded', 'failed')
    UNION ALL SELECT 'withdrawal ' || id || ' is ' || state FROM wallet_withdrawals
    WHERE state NOT IN ('paid', 'refused', 'returned')
    UNION ALL SELECT 'difference at ' || provider || ': ' || kind || ' ' || reference FROM gateway_differences
    WHERE resolved_at IS NULL AND kind <> 'refund_nobody_asked'
    UNION ALL SELECT 'top-up ' || id || ' is ' || state FROM wallet_topups WHERE state = 'begun'
"""
_PAYMENTS: Final = (
    "SELECT id::text, user_id::text, provider, currency, received_minor, is_taken, fee_minor FROM gateway_payments"
)
_REFUNDS: Final = """
    SELECT r.id::text, r.payment_id::text, p.provider, r.amount_minor FROM gateway_refunds r
    JOIN gateway_payments p ON p.id = r.payment_id WHERE r.state = 'succeeded' AND NOT r.is_unasked
"""
_DISPUTES: Final = """
    SELECT d.provider_id, d.payment_id::text, p.provider, d.amount_minor FROM gateway_disputes d
    JOIN gateway_payments p ON p.id = d.payment_id WHERE d.state <> 'won'
"""
_WITHDRAWALS: Final = (
    "SELECT reference, user_id::text, currency, amount_minor, state, paid_from FROM wallet_withdrawals"
)
_UNASKED: Final = "SELECT source_id, amount FROM ledger_transfers WHERE source = 'gateway_unasked' AND kind = 'refund'"
_QUOTES: Final = (
    "SELECT user_id::text, sold, sold_minor, bought, bought_minor FROM wallet_quotes WHERE used_at IS NOT NULL"
)
_BALANCES: Final = "SELECT kind, owner, currency, balance FROM ledger_accounts WHERE balance <> 0"
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ROW: Final = """
    SELECT id::text, state, provider, currency, amount_minor, received_minor, provider_id, charge_id, differs,
           differs_times, asks, is_taken, refused_because, next_ask_at - clock_timestamp() AS next_ask_in,
           expires_at - clock_timestamp() AS expires_in FROM gateway_payments WHERE id::text = :id
"""
_NOTED: Final = """
    SELECT recorded_at::text, action, detail::text FROM audit_entries WHERE subject LIKE '%' || :id ORDER BY id
"""
_PREFUND: Final = "moncash-prefund"


@dataclass(frozen=True, slots=True)
class Ours:
    """Rows of the platform, as plain as they are kept."""

    payments: list[Any]
    refunds: list[Any]
    disputes: list[Any]
    withdrawals: list[Any]
    unasked: list[Any]
    quotes: list[Any]
    balances: Mapping[tuple[str, str, str], int]


def faults(app: Flask, simulators: Simulators) -> list[str]:
    """Everything that is not as it has to be."""
    with app.app_context():
        found = [f"audit: {one.check}: {one.detail}" for one in auditing.run(ask_node=False).breaches]
        found += [row.said for row in _rows(_UNENDED)]
        ours = _ours()
        db.session.remove()
    theirs = {provider: simulators.books(provider) for provider in PROVIDERS}
    for check in (_payments, _refunds, _disputes, _payouts, _held):
        found += check(ours, theirs)
    return [*found, *_wallets(ours, theirs)]


def stories(app: Flask, faults: list[str]) -> list[str]:
    """What the platform has of every payment that is named in a fault: its row, and what was noted of it."""
    named = sorted({one for fault in faults for one in _ID.findall(fault)})
    with app.app_context():
        rows = [
            str(dict(row))
            for one in named
            for query in (_ROW, _NOTED)
            for row in db.session.execute(text(query), {"id": one}).mappings()
        ]
        db.session.remove()
    return rows


def _payments(ours: Ours, theirs: Mapping[str, Books]) -> Iterator[str]:
    taken = {one.id: one.received_minor for one in ours.payments if one.received_minor}
    paid = [(one.payment, one.amount) for one in _entries(theirs, "payment")]
    yield from _differing("payment", taken, paid)


def _refunds(ours: Ours, theirs: Mapping[str, Books]) -> Iterator[str]:
    asked = [(one.reference, one.amount) for one in _entries(theirs, "refund") if one.reference]
    asked += [(one.reference, one.amount) for one in _entries(theirs, "payout") if not _is_withdrawal(one.reference)]
    yield from _differing("refund", {one.id: one.amount_minor for one in ours.refunds}, asked)
    unasked = [(one.number, one.amount) for one in _entries(theirs, "refund") if not one.reference]
    yield from _differing("refund that nobody asked for", {one.source_id: one.amount for one in ours.unasked}, unasked)


def _disputes(ours: Ours, theirs: Mapping[str, Books]) -> Iterator[str]:
    lost = [(one.number, one.amount) for one in _entries(theirs, "dispute")]
    yield from _differing("dispute", {one.provider_id: one.amount_minor for one in ours.disputes}, lost)


def _payouts(ours: Ours, theirs: Mapping[str, Books]) -> Iterator[str]:
    sent = [(one.reference, one.amount) for one in _entries(theirs, "payout") if _is_withdrawal(one.reference)]
    paid = {
        one.reference: one.amount_minor
        for one in ours.withdrawals
        if one.state == "paid" and one.paid_from.startswith("clearing:")
    }
    yield from _differing("withdrawal", paid, sent)


def _held(ours: Ours, theirs: Mapping[str, Books]) -> Iterator[str]:
    """What each gateway holds for us, to the last cent."""
    held = {(name, currency): amount for name, one in theirs.items() for currency, amount in one.balances.items()}
    held[_PREFUND, "HTG"] = START + theirs["moncash"].prefund
    booked = {
        (owner, currency): amount for (kind, owner, currency), amount in ours.balances.items() if kind == "clearing"
    }
    for name in sorted({*held, *booked}):
        if held.get(name, 0) != booked.get(name, 0):
            yield f"{name} holds {held.get(name, 0)}, and by our books {booked.get(name, 0)}"


def _wallets(ours: Ours, theirs: Mapping[str, Books]) -> Iterator[str]:
    """What somebody has here, less what is owed, is what came in for him less what went out."""
    expected: Counter[tuple[str, str]] = Counter()
    of_payment = {one.id: (one.user_id, one.currency) for one in ours.payments if one.is_taken}
    of_refund = {one.id: one.payment_id for one in ours.refunds}
    for kind, sign in (("payment", 1), ("refund", -1), ("payout", -1), ("dispute", -1)):
        for one in _entries(theirs, kind):
            payment = one.payment or of_refund.get(one.reference, "")
            if payment in of_payment and (kind != "refund" or one.reference):
                expected[of_payment[payment]] += sign * one.amount
    for one in ours.withdrawals:
        if one.state == "paid":
            expected[one.user_id, one.currency] -= one.amount_minor
    for one in ours.quotes:
        expected[one.user_id, one.sold] -= one.sold_minor
        expected[one.user_id, one.bought] += one.bought_minor
    for owner, currency in sorted({*expected, *((who, what) for kind, who, what in ours.balances if kind == "wallet")}):
        has = ours.balances.get(("wallet", owner, currency), 0) - ours.balances.get(("receivable", owner, currency), 0)
        if has != expected[owner, currency]:
            yield f"wallet of {owner}: {has} {currency}, and should be {expected[owner, currency]}"


def _differing(what: str, ours: Mapping[str, int], theirs: Iterable[tuple[str, int]]) -> Iterator[str]:
    """What one side has and the other has not, or twice, or as another amount."""
    listed = list(theirs)
    for name, times in Counter(name for name, _ in listed).items():
        if times > 1:
            yield f"{what} {name} was made {times} times"
    known = dict(listed)
    for name in sorted({*ours, *known}):
        if ours.get(name) != known.get(name):
            yield f"{what} {name}: {known.get(name, 'nothing')} there, {ours.get(name, 'nothing')} here"


def _entries(theirs: Mapping[str, Books], kind: str) -> list[Any]:
    return [entry for one in theirs.values() for entry in one.entries if entry.kind == kind]


def _is_withdrawal(reference: str) -> bool:
    return reference.startswith("tiraj-")


def _ours() -> Ours:
    balances = {(row.kind, row.owner, row.currency): row.balance for row in _rows(_BALANCES)}
    return Ours(
        _rows(_PAYMENTS),
        _rows(_REFUNDS),
        _rows(_DISPUTES),
        _rows(_WITHDRAWALS),
        _rows(_UNASKED),
        _rows(_QUOTES),
        balances,
    )


def _rows(query: str) -> list[Any]:
    return list(db.session.execute(text(query)))
