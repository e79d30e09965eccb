"""What is free is what no claim is on, in each currency: a kind of account that comes later is never the house's money
by being forgotten."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session, scoped_session

from app.record.ledger import queries, service
from app.record.ledger.chart import CHART, AccountKind
from app.record.ledger.entries import AccountRef, Posting
from app.selling.windows.rounds import backing
from tests.properties.profile import searched

COINS, CAPITAL, WALLET = AccountRef("coins"), AccountRef("capital"), AccountRef("wallet", "user-1")


def _post(debit: AccountRef, credit: AccountRef, amount: int, name: str) -> None:
    service.post([Posting(debit, credit, amount, "test", name, "credit")])


def test_a_new_kind_of_liability_backs_no_jackpot(session: scoped_session[Session]) -> None:
    _post(COINS, CAPITAL, 1_000, "reserve")
    free = backing.free_coins()
    _post(COINS, WALLET, 600, "a player's deposit")
    assert backing.free_coins() == free
    _post(CAPITAL, WALLET, 400, "a gift of the house")
    assert backing.free_coins() == free - 400


def test_currencies_do_not_pay_for_each_other(session: scoped_session[Session]) -> None:
    free, dollars = backing.free_coins(), queries.standing("USD").free
    _post(AccountRef("clearing", "stripe", "USD"), AccountRef("result", "", "USD"), 5_000, "dollars in hand")
    _post(AccountRef("result", "", "HTG"), AccountRef("clearing", "moncash", "HTG"), 70, "a gateway took it back")
    assert (backing.free_coins(), queries.standing("USD").free) == (free, dollars + 5_000)
    assert queries.standing("HTG").held == 0


def test_what_one_gateway_lacks_is_not_taken_from_what_another_has(session: scoped_session[Session]) -> None:
    before = queries.standing("HTG")
    result = AccountRef("result", "", "HTG")
    _post(AccountRef("clearing", "moncash", "HTG"), result, 1_000, "in hand")
    _post(result, AccountRef("clearing", "paypal", "HTG"), 300, "a dispute took more than there was")
    _post(AccountRef("receivable", "user-1", "HTG"), result, 50, "whoever it was owes it")
    assert queries.standing("HTG").held == before.held + 1_000


def test_an_account_that_the_chart_does_not_know_is_an_error_and_not_money(
    session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    _post(COINS, WALLET, 600, "a player's deposit")
    without = MappingProxyType({name: kind for name, kind in CHART.items() if name != "wallet"})
    monkeypatch.setattr(queries, "CHART", without)
    with pytest.raises(ValueError, match="wallet"):
        backing.free_coins()


def test_every_liability_is_somebodys() -> None:
    unclaimed = {name for name, kind in CHART.items() if kind.normal_side == "credit" and kind.claim == "none"}
    assert unclaimed == {"capital", "result", "bankroll"}
    assert {name for name, kind in CHART.items() if kind.is_held} == {"coins", "clearing", "bank"}


@pytest.mark.parametrize(
    "given",
    [
        {"normal_side": "debit", "may_be_negative": False, "claim": "always"},
        {"normal_side": "credit", "may_be_negative": True, "claim": "until_drawn"},
        {"normal_side": "credit", "may_be_negative": False, "claim": "none", "is_held": True},
        {"normal_side": "credit", "may_be_negative": False, "claim": "always", "is_personal": True, "owned": False},
    ],
)
def test_a_kind_that_contradicts_itself_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        AccountKind(**{"owned": True, **given})  # type: ignore[arg-type]


@searched()
@given(st.dictionaries(st.sampled_from(sorted(CHART)), st.integers(0, 21 * 10**14)))
def test_what_is_held_is_claimed_or_free(totals: dict[str, int]) -> None:
    found = queries.standing_of(totals)
    assert found.held == sum(found.claims.values()) + found.free
    assert found.free == sum(totals.get(kind, 0) for kind in ("coins", "clearing", "bank")) - sum(
        totals.get(kind, 0)
        for kind in ("held", "suspense", "partner", "jackpot", "payout", "wallet", "refund", "stakes", "owed")
    )
