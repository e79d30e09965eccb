"""Money of the house off the chain: two people enter where it has gone, and it is never a player's."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.money.wallets import checks
from app.money.wallets.operating import banking
from app.record.ledger import queries as ledger
from app.record.ledger import service
from app.record.ledger.entries import AccountRef, Posting
from tests.people.approvals.conftest import house  # noqa: F401  (a fixture)
from tests.people.approvals.people import confirm, session_of

from .money import player, top_up

BANK = AccountRef("bank", "sogebank", "HTG")


def proposed(source: str, target: str, amount: int) -> UUID:
    with transaction():
        waiting = banking.propose(source, target, "HTG", amount, "statement 7", "read it", actor="operator:operator")
        assert waiting is not None
        return waiting.id


def test_capital_covers_what_a_gateway_takes_and_leaves_only_as_far_as_it_is_free(house: Flask) -> None:  # noqa: F811
    with transaction():
        user_id, phone = player()
        payment = top_up(user_id, 50_000, phone)
        service.post([Posting(AccountRef("fees", "", "HTG"), payment.clearing, 1_500, "test", "1", "fee")])
    assert [one.detail for one in checks.claims_are_covered()] == ["HTG: 48500 held, 50000 claimed"]
    entered = proposed("capital", "bank:sogebank", 10_000)
    assert ledger.balance(BANK) == 0, "one person enters nothing"
    confirm(entered, session_of("bea"))
    assert (ledger.balance(BANK), checks.claims_are_covered()) == (10_000, [])
    assert ledger.standing("HTG").free == 8_500

    confirm(proposed("bank:sogebank", "clearing:moncash-prefund", 4_000), session_of("bea"))
    assert ledger.balance(AccountRef("clearing", "moncash-prefund", "HTG")) == 4_000
    with pytest.raises(DomainError, match="house_has_less"):
        proposed("bank:sogebank", "capital", 6_001)
    confirm(proposed("clearing:moncash", "bank:sogebank", 48_500), session_of("bea"))
    with pytest.raises(DomainError, match="house_has_less"):
        proposed("bank:sogebank", "capital", 8_501)  # it is there, and players may claim it
    late = proposed("bank:sogebank", "capital", 8_500)
    with transaction():
        service.post([Posting(AccountRef("fees", "", "HTG"), BANK, 1, "test", "2", "fee")])
    with pytest.raises(DomainError, match="approval_outdated"):
        confirm(late, session_of("bea"))
    assert ledger.balance(BANK) == 54_499


@pytest.mark.parametrize("where", ["", "bank", "bank:", "wallet:ada", "capital:x", "clearing:Mon", "bank:" + "a" * 41])
def test_nowhere_else_is_a_place_of_the_house(house: Flask, where: str) -> None:  # noqa: F811
    with pytest.raises(DomainError, match="place_unknown") as refused:
        proposed("capital", where, 1)
    assert refused.value.field == "target", "of two fields the one that is wrong"
