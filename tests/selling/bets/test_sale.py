"""What is sold is in every book, what is not in none: tickets by wallet, a line for each promise of the sale."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, text

from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.money.wallets.origins.service import origins_of
from app.people.accounts import service as accounts
from app.people.players import service as players
from app.people.players.profile import service as profiles
from app.people.players.profile.rules import Proposed
from app.record.ledger import queries as ledger
from app.record.log.format.tree import leaf_hash
from app.record.log.models import Waiting
from app.record.log.receipts.queries import leaves_of
from app.record.log.receipts.service import person_hash
from app.selling.bets import postings
from app.selling.bets.bankroll import capacity
from app.selling.bets.models import BetEntry
from app.selling.bets.sale import draws, service
from app.selling.bets.sale.reserving.releasing import release
from app.selling.bets.sale.ticket import Accepted
from tests.properties.profile import searched

from .rail import BANKROLL, Rail
from .selling import refused, sell, tried, wanted


def test_a_ticket_is_in_every_book_and_the_same_again_is_the_same(rail: Rail) -> None:
    noon, night, user = rail.make_draw(), rail.make_draw(), rail.player(5_000)
    one = wanted(rail, user, (noon, "pair", "4-7", 1_000), (night, "one", "7", 500), (noon, "odd", "7", 301))
    first = sell(one)
    assert sell(one) == first
    assert first.numbers == {noon: 1, night: 1}
    second = sell(wanted(rail, user, (noon, "one", "1", 100)))
    assert second.numbers == {noon: 2}
    assert refused(replace(one, lines=one.lines[:1])) == [("ticket_differs", None, None)]
    draw = rail.draw(noon)
    assert (draw.sales, draw.sold_minor, draw.worst_minor) == (2, 1_401, 4_500 + 702), "301 x 7 // 3 is 702"
    assert ledger.balance(postings.stakes(noon, "PHP")) == 1_401
    assert ledger.balance(postings.bankroll("pick", "PHP")) == BANKROLL, "a stake is nobody's before the draw"
    (origin,) = origins_of(user)
    assert (origin.unplayed, origin.played) == (5_000 - 130 - 50 - 10, 130 + 50 + 10)
    assert rail.breaches() == []


def test_leaves_are_a_chain_from_the_promise_on_and_name_nobody(rail: Rail) -> None:
    draw, people = rail.make_draw(), [rail.player() for _ in range(3)]
    tickets = [wanted(rail, user, (draw, "one", "7", 100)) for user in people]
    with transaction():
        service.accept(tickets)
    tip = rail.draw(draw).promise_hash
    said = db.session.scalars(select(Waiting.data).where(Waiting.kind == "bet.sold").order_by(Waiting.id)).all()
    assert len(said) == 3
    for number, (data, ticket) in enumerate(zip(said, tickets, strict=True), 1):
        assert f'"number":{number},' in data
        assert f'"previous":"{tip.hex()}"' in data
        assert '"lines":[["one","7",100,9,1]]' in data
        assert str(ticket.user_id) not in data
        tip = leaf_hash(data.encode())
        (told,) = leaves_of(f"ticket:{ticket.ticket_id}")
        assert (told.leaf, told.data) == (tip, data), "a receipt has its leaf before the log has numbered it"
        assert told.salt is not None
        assert person_hash(told.salt, str(ticket.user_id)) in data
    assert rail.draw(draw).tip == tip
    assert db.session.scalars(select(BetEntry.leaf).order_by(BetEntry.number.desc())).first() == tip


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], [("no_bets", None, None)]),
        ([("one", "x", 100)], [("number_not_a_number", 0, None)]),
        ([("one", "7", 99), ("one", "7", 1_001)], [("stake_too_small", 0, 100), ("stake_too_large", 1, 1_000)]),
        ([("one", "7", -5)], [("stake_too_small", 0, 100)]),
        ([("one", "7", 100)] * 11, [("too_many_bets", None, 10)]),
        ([("one", "7", 1_000)] * 3, [("card_limit", None, 2_000)]),
        ([("one", "7", 601)], [("insufficient_balance", None, 600)]),
    ],
)
def test_what_is_refused_whenever_it_is_asked(
    rail: Rail, lines: list[tuple[str, str, int]], expected: list[tuple[str, int | None, int | None]]
) -> None:
    rail.game.limit = replace(rail.game.limit, most_stake=1_000, most_total=2_000)
    draw, user = rail.make_draw(), rail.player(600)
    one = wanted(rail, user, *((draw, *line) for line in lines))
    assert refused(one) == expected
    assert [tuple(refusal) for refusal in service.quote(one).refusals] == expected
    assert rail.breaches() == []


def test_only_between_opening_and_cut_off_and_only_what_there_is(rail: Rail) -> None:
    user = rail.player()
    shut, later, open_ = rail.make_draw(closes=-1), rail.make_draw(opens=60), rail.make_draw()
    skipped = rail.make_draw()
    with transaction() as session:
        session.execute(
            text(
                "UPDATE bet_draws SET state = 'cancelled', cancelled_because = 'storm', cancelled_at = now()"
                " WHERE id = :id"
            ),
            {"id": skipped},
        )
    lines = [(one, "one", "7", 100) for one in (open_, shut, later, skipped)]
    reasons = [("betting_closed", 1, None), ("too_far_ahead", 2, None), ("game_skipped", 3, None)]
    assert refused(wanted(rail, user, *lines)) == reasons
    assert refused(wanted(rail, user, (new_id(), "one", "7", 100))) == [("game_not_found", 0, None)]
    rail.game.limit = replace(rail.game.limit, is_selling=False)
    assert refused(wanted(rail, user, lines[0])) == [("sales_inactive", None, None)]


def test_the_moment_of_the_cut_off_is_too_late(rail: Rail, monkeypatch: pytest.MonkeyPatch) -> None:
    draw, user = rail.make_draw(), rail.player()
    closes_at, locked = rail.draw(draw).closes_at, draws.locked
    for moment, is_sold in ((closes_at - timedelta(microseconds=1), True), (closes_at, False)):
        monkeypatch.setattr(draws, "locked", lambda ids, moment=moment: (locked(ids)[0], moment))
        assert isinstance(tried(wanted(rail, user, (draw, "one", "7", 100))), Accepted) is is_sold


@pytest.mark.parametrize("stake", [2**31, 2**63, 10**30])
def test_a_stake_that_no_column_could_hold_is_refused(rail: Rail, stake: int) -> None:
    """Whatever the game lets through."""
    rail.game.limit = replace(rail.game.limit, most_stake=10**40)
    draw, user = rail.make_draw(), rail.player()
    reason = refused(wanted(rail, user, (draw, "one", "7", stake)))[0][0]
    assert reason == ("insufficient_balance" if stake == 2**31 else "card_limit")


def test_what_players_ask_of_themselves_holds(rail: Rail) -> None:
    draw, careful, off = rail.make_draw(), rail.player(), rail.player()
    with transaction():
        players.set_limit(careful, "PHP", "loss", "day", 300)
        players.exclude(off, 6)
    assert refused(wanted(rail, off, (draw, "one", "7", 100))) == [("excluded", None, None)]
    sell(wanted(rail, careful, (draw, "one", "7", 200)))
    assert refused(wanted(rail, careful, (draw, "one", "7", 101))) == [("player_limit", None, 100)]
    sell(wanted(rail, careful, (draw, "one", "7", 100)))


def test_many_tickets_at_once_take_no_more_statements_than_two(rail: Rail, monkeypatch: pytest.MonkeyPatch) -> None:
    draw, people, statements = rail.make_draw(), [rail.player(1_000) for _ in range(9)], []
    limited = rail.app.config["SETTINGS"].model_copy(update={"unverified_limits": "PHP=100000"})
    monkeypatch.setitem(rail.app.config, "SETTINGS", limited)
    sell(wanted(rail, people.pop(), (draw, "one", "7", 1_000)))  # so much another number may cost without a new slice

    def note(*given: object) -> None:
        statements.append(given[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for tickets in (2, 8):
            statements.clear()
            with transaction():
                answers = service.accept([wanted(rail, user, (draw, "one", "6", 100)) for user in people[:tickets]])
            assert all(isinstance(answer, Accepted) for answer in answers)
            assert len(statements) <= 17, "each is a round trip while others wait for the draw"
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_two_accounts_of_one_person_are_not_sold_more_together_than_one_is_without_papers(
    rail: Rail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the one takes in a batch is in no book when the other is asked about: each goes on alone."""
    draw, other = rail.make_draw(), rail.player()
    with transaction():
        twins = [accounts.user_with_phone(f"+50934199{number:03}") for number in range(2)]
        for one in twins:
            assert profiles.register(one, Proposed("Ada Lovelace", "1949-12-10", "HT", "HTG"), "en") is None
    for one in twins:
        rail.top_up(one, 1_000)
    limited = rail.app.config["SETTINGS"].model_copy(update={"unverified_limits": "PHP=500"})
    monkeypatch.setitem(rail.app.config, "SETTINGS", limited)
    first, second, third = (wanted(rail, user, (draw, "one", "7", 300)) for user in (*twins, other))
    with transaction():
        answers = service.accept([first, second, third])
    assert [isinstance(answer, Accepted) for answer in answers] == [False, False, True]
    sell(first)
    assert refused(second) == [("verification_needed", None, None)]


def test_what_would_still_be_taken_is_taken_to_the_last_centavo_and_not_one_more(rail: Rail) -> None:
    draw, user = rail.make_draw(), rail.player(10_000_000)
    rail.game.limit = replace(rail.game.limit, most_stake=10_000_000)
    sell(wanted(rail, user, (draw, "one", "7", 50_000), (draw, "pair", "1-7", 10_000)))
    ((reason, bet, left),) = refused(wanted(rail, user, (draw, "one", "2", 100), (draw, "one", "7", 100_000)))
    assert (reason, bet, left) == ("exposure_full", 1, (BANKROLL - 495_000) // 9)
    two = [(draw, "one", "7", left - 1_000), (draw, "one", "7", 1_001)]
    assert refused(wanted(rail, user, *two)) == [("exposure_full", 1, 1_000)], "lines of one ticket weigh together"
    quote = service.quote(wanted(rail, user, (draw, "one", "7", left)))
    assert (quote.refusals, quote.remaining) == ((), BANKROLL - 495_000)
    sell(wanted(rail, user, (draw, "one", "7", left)))
    assert refused(wanted(rail, user, (draw, "one", "7", 100)))[0][0] == "exposure_full"
    sell(wanted(rail, user, (draw, "one", "6", 100))), "another number still has room"
    assert rail.breaches() == []


DIGITS = st.integers(0, 9)
LINES = st.lists(
    st.one_of(
        st.tuples(st.just("one"), DIGITS.map(str), st.integers(100, 60_000)),
        st.tuples(
            st.just("pair"),
            st.lists(DIGITS, min_size=2, max_size=2, unique=True).map(lambda two: f"{two[0]}-{two[1]}"),
            st.integers(100, 60_000),
        ),
    ),
    min_size=1,
    max_size=3,
)


@pytest.mark.slow
@settings(searched(6), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(LINES, st.booleans()), min_size=4, max_size=8))
def test_exactly_what_the_bankroll_can_pay_is_sold(
    rail: Rail, steps: list[tuple[list[tuple[str, str, int]], bool]]
) -> None:
    """Against a model that knows no locks, slices or running maxima: all lines that weigh, counted anew each time. Some
    tickets are reserved and come to nothing."""
    draw, user, weighing = rail.make_draw(), rail.player(10**7), list[tuple[str, str, int]]()
    with transaction():  # what draws before it keep of the bankroll
        most = capacity.left(rail.draw(draw))
    for lines, comes_to_nothing in steps:
        one = wanted(rail, user, *((draw, *line) for line in lines))
        fits = worst(weighing + lines) <= most
        if comes_to_nothing:
            one, could_win = replace(one, payment="gcash"), sum(wins(line) for line in lines)
            fits = fits and could_win * 10 <= most - worst(weighing)
        answer = tried(one)
        assert isinstance(answer, Accepted) is fits
        if fits and comes_to_nothing:
            assert rail.draw(draw).worst_minor == worst(weighing + lines)
            with transaction():
                assert release(one.ticket_id, "expired")
        elif fits:
            weighing += lines
        assert rail.draw(draw).worst_minor == worst(weighing)
    assert rail.breaches() == []


def worst(lines: list[tuple[str, str, int]]) -> int:
    """What the dearest digit costs."""
    return max(
        (sum(wins(line) for line in lines if str(digit) in line[1].split("-")) for digit in range(10)),
        default=0,
    )


def wins(line: tuple[str, str, int]) -> int:
    return line[2] * 9 // len(line[1].split("-"))
