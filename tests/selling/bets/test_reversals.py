"""Money that goes back whence it came: what a bank takes back voids bets that are not sealed, and what an operator
gives back takes nothing that may still be another's."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.money.gateways import asking
from app.money.gateways import service as gateways
from app.money.gateways.clients.interface import DisputeTold
from app.money.wallets.origins.service import origins_of
from app.money.wallets.topups import service as topups
from app.people.players.queries import read_now
from app.selling.bets.calendar import service as calendar
from app.selling.bets.settlement import jobs, result

from .settled import balance, paid_out, sealed, sold
from .test_refunds import state
from .test_reservations import PAID, Till, till  # noqa: F401  (a fixture)
from .test_settlement import DAY

LOST = replace(PAID, disputes=(DisputeTold("d1", 3_000, "lost"),))


def topped_up(till: Till, user: UUID) -> UUID:  # noqa: F811
    """Pesos by GCash, in the wallet; the payment."""
    with transaction():
        topup = topups.begin(user, "PHP", 3_000)
        payment = gateways.create(gateways.Wanted(user, "paymongo", "PHP", 3_000), "topup", topup)
    asking.begin(payment)
    assert till.hear(payment, PAID) == "succeeded"
    return payment


@pytest.mark.parametrize("is_sealed", [False, True])
def test_a_card_whose_payment_is_lost_is_void_before_its_seal_and_set_off_after_it(
    till: Till,  # noqa: F811
    is_sealed: bool,
) -> None:
    rail, draw = till.rail, till.rail.make_draw()
    user = rail.player(0)
    one = till.wanted(user, draw)
    payment = till.begun(one)
    assert till.hear(payment, PAID) == "succeeded"
    if is_sealed:
        sealed(draw)
    for _ in range(2):
        assert till.hear(payment, LOST) == "dispute_lost"
    row = rail.draw(draw)
    if not is_sealed:
        assert (state(one.ticket_id), row.sold_minor, row.worst_minor, row.sales) == (["refunded"], 0, 0, 1)
        assert (balance("wallet", user), balance("receivable", user), balance("disputed", "")) == (0, 0, 0)
        assert [(one.unplayed, one.played) for one in origins_of(user)] == [(0, 0)]
        said = db.session.scalars(text("SELECT data::json ->> 'because' FROM log_leaves WHERE kind = 'bet.refunded'"))
        assert said.all() == ["payment reversed"]
    else:
        assert (state(one.ticket_id), row.worst_minor, balance("receivable", user)) == (["posted"], 27_000, 3_000)
        with transaction():
            result.settle(draw, 7, final_at=read_now() + DAY)
        assert (paid_out(), balance("wallet", user), balance("receivable", user)) == (1, 24_000, 0)
    assert rail.breaches() == []


def test_bets_from_a_wallet_that_a_bank_empties_are_void_the_newest_first_as_far_as_it_needs(
    till: Till,  # noqa: F811
) -> None:
    rail, user = till.rail, till.rail.player(500)
    first, last = rail.make_draw(), rail.make_draw()
    before = sold(rail, first, user, ("one", "1", 500))
    payment = topped_up(till, user)
    in_sealed = sold(rail, first, user, ("one", "2", 900))
    sealed(first)
    older, newer = (sold(rail, last, user, ("one", digit, stake)) for digit, stake in (("3", 800), ("4", 1_000)))
    assert balance("wallet", user) == 300
    assert till.hear(payment, LOST) == "dispute_lost"
    assert [state(one) for one in (before, in_sealed, older, newer)] == [["posted"]] * 2 + [["refunded"]] * 2
    assert (balance("wallet", user), balance("receivable", user)) == (0, 900)
    assert (rail.draw(last).sold_minor, rail.draw(last).worst_minor) == (0, 0)
    assert rail.breaches() == []


def test_what_is_won_and_not_final_is_no_operators_to_give_back(till: Till) -> None:  # noqa: F811
    """Neither of a top-up nor of a card's payment; a stake that comes back goes on where it came from all the same."""
    rail, user, won, skipped, playing = till.rail, till.rail.player(0), *(till.rail.make_draw() for _ in range(3))
    payment = topped_up(till, user)
    sold(rail, won, user, ("one", "7", 3_000))
    sealed(won)
    with transaction():
        result.settle(won, 7, final_at=read_now() + DAY)
    card = till.wanted(user, skipped)
    assert till.hear(till.begun(card), PAID) == "succeeded"
    assert (paid_out(), balance("wallet", user)) == (1, 27_000)
    for one in (payment, till.payment(card)):
        with pytest.raises(DomainError, match="winnings_not_final"), transaction():
            gateways.refund(one, 3_000, actor="operator:ada", reason="asked for it")
    sold(rail, playing, user, ("one", "1", 20_000))
    with transaction():
        calendar.skip(skipped, "a typhoon", actor="operator:ada")
    assert (jobs.give_back(), balance("wallet", user), balance("refund", till.payment(card))) == (1, 7_000, 3_000)
    with transaction() as session:
        session.execute(text("UPDATE bet_draws SET final_at = now() WHERE id = :id"), {"id": won})
    with transaction():
        gateways.refund(payment, 3_000, actor="operator:ada", reason="asked for it")
    assert (balance("wallet", user), rail.breaches()) == (4_000, [])
