"""What a draw costs at worst: against all ten million draws, by books that were made to mislead among others."""

from __future__ import annotations

import numpy as np
import pytest

from app.games.borlette.engine import grid, odds
from app.games.borlette.engine.book import Book, priced, weights
from app.games.borlette.engine.kinds import FORM_OF, FORMS, KINDS, LENGTH, selection_of
from app.games.borlette.engine.lines import Asked, Bet, expanded
from app.games.borlette.engine.marks import mark, mark_in, marks_of, shown, told
from app.games.borlette.engine.profiles import PROFILES, digits_in
from app.games.borlette.engine.winning import winners
from app.selling.bets.rules import Weight, added

from . import drawn

BOTH = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)


def _bets(profile, seed: int, count: int, *, is_hot: bool = False, forms=FORMS) -> list[Bet]:
    """Random bets; hot ones on few digits, where places show the same again and again."""
    chance, found = np.random.default_rng(seed), []
    for _ in range(count):
        kind = str(chance.choice([kind for kind in KINDS if FORM_OF[kind] in forms]))
        digits = chance.integers(0, 2 if is_hot else 10, LENGTH[FORM_OF[kind]])
        if kind in ("grap", "grap_pe_l3"):
            digits = digits[:1].repeat(len(digits))
        selection = selection_of(FORM_OF[kind], "".join(map(str, digits)))
        stake = int(chance.integers(1, 60) * 500) if chance.random() < 0.9 else int(chance.integers(1, 10**6))
        found.append(Bet(0, kind, selection, stake))
    return found


def _lines(profile, seed: int, count: int, **more) -> list[Weight]:
    return weights(odds.preset("house", profile), _bets(profile, seed, count, **more))


def _misleading(profile) -> list[Weight]:
    """Where sums of maxima say much more than any draw costs: the second triple's loto 5 want other seventh digits for
    the first and the second pair, and what is dearest is shown twice."""
    table = odds.preset("house", profile)
    bets = [
        Bet(0, "loto5", f"{first:02}{last}{pair:02}", 100)
        for first in range(0, 100, 3)
        for last, pair in ((0, 12), (1, 34), (2, 56), (3, 78), (4, 90))
    ]
    bets += [Bet(0, "loto3", "777", 9_000_00), Bet(0, "borlette", "77", 50_000_00), Bet(0, "marriage", "77-77", 500_00)]
    bets += [Bet(0, "loto5", "77777", 70_00), Bet(0, "loto4", "7777", 80_00)]
    return weights(table, bets)


@pytest.mark.slow
@BOTH
def test_the_worst_case_is_that_of_all_ten_million_draws(profile) -> None:
    made = [
        _lines(profile, 3, 400, is_hot=True),
        _lines(profile, 4, 2_000, forms=("loto5", "marriage")),
        _misleading(profile),
    ]
    books = [Book(profile, lines) for lines in made]
    for book, truth in zip(books, drawn.dearest_by_ten(profile.name, [book.payouts for book in books]), strict=True):
        assert (grid.bounds(profile, book.payouts) >= truth).all(), "of every ten draws"
        expected = int(truth.max())
        assert grid.worst(profile, book.payouts, most_cells=16).cost >= expected, "the bound where time is up"
        found = book.dearest()
        assert (found.cost, found.is_exact) == (expected, True)
        assert found.outcome is not None
        assert book.cost(found.outcome) == expected
        assert book.at_most == expected


@BOTH
def test_a_draw_costs_what_its_winners_are_paid(profile) -> None:
    """The grid's own sum against the plain inverse, draw by draw; and its cell is never below."""
    chance = np.random.default_rng(9)
    for is_hot in (False, True):
        bets = _bets(profile, 5, 3_000, is_hot=is_hot)
        lines = weights(odds.preset("house", profile), bets)
        book = Book(profile, lines)
        bound = grid.bounds(profile, book.payouts)
        for digits in (*drawn.HOT, *(digits_in(int(one)) for one in chance.integers(0, 10**7, 100))):
            won = winners(profile, digits)
            paid = sum(
                (line.wins_by_mark or (line.wins,))[won[bet.kind, bet.selection]]
                for bet, line in zip(bets, lines, strict=True)
                if (bet.kind, bet.selection) in won
            )
            seen = set(shown(profile, digits))
            best = [[wins for one, wins in line.each() if one in seen] for line in lines]
            assert sum(max(wins, default=0) for wins in best) == paid, "a line wins by the best of its marks"
            assert book.cost(int(digits)) == paid
            assert bound[int(digits) // 10] >= paid


@BOTH
def test_a_book_answers_for_lines_that_it_does_not_have_yet(profile) -> None:
    lines, more = _lines(profile, 6, 300), _lines(profile, 7, 50, is_hot=True)
    book = Book(profile, lines)
    before = book.dearest()
    together = Book(profile, [*lines, *more]).worst()
    assert book.worst_with(more) == together
    assert book.dearest() == before
    book.add(more)
    assert book.at_most >= together
    assert book.worst() == together == book.at_most == book.seen()
    again = Book.of(profile, *zip(*added([*lines, *more]).items(), strict=True))
    assert again.worst() == together, "as it is kept, by marks"
    assert Book(profile).dearest() == (0, True, None)
    assert Book(profile).seen() == 0


@BOTH
def test_the_room_that_is_told_is_taken_and_not_much_more_would_be(profile) -> None:
    table, book = odds.preset("house", profile), Book(profile, _lines(profile, 8, 500))
    capacity = book.worst() * 11 // 10
    for kind, selection in (
        ("borlette", "47"),
        ("marriage", "28-47"),
        ("loto3", "472"),
        ("loto4", "4728"),
        ("loto5", "47247"),
        ("grap", "44"),
        ("marriage", "11-11"),
        ("loto5", "11111"),
    ):
        room = book.room(priced(table, kind, selection), capacity)
        assert book.worst_with(weights(table, [Bet(0, kind, selection, room)])) <= capacity
        assert book.worst_with(weights(table, [Bet(0, kind, selection, room + 1)])) > capacity
    assert book.room(priced(table, "loto5", "47247"), 0) == 0


def test_what_is_no_line_leaves_the_book_as_it_was() -> None:
    profile = PROFILES["seed_v1"]
    book = Book(profile, weights(odds.preset("house", profile), expanded([Asked("grap", bet_amount=10_00)])))
    before = book.dearest()
    good = Weight((mark_in("472"),), 100)
    for bad in (
        Weight((mark("loto3", 1, "472"),), 100),
        Weight((mark_in("472"),), -1),
        Weight((1_000,), 100),
        Weight((5_000_000,), 100),
        Weight((mark_in("4728"),), 10**18),
    ):
        with pytest.raises(ValueError):
            book.add([good, bad])
    assert book.dearest() == before
    book.add([Weight(marks_of(profile, "marriage", "47-28"), 100)])
    book.add([Weight((mark_in("28-47"),), 100)])
    assert book.worst_with([]) == book.worst()
    assert book.cost(4728510) == 200, "a marriage is the same in either order"


def test_marks_mean_what_they_meant() -> None:
    """They are kept in rows for ever."""
    profile = PROFILES["seed_v1"]
    assert marks_of(profile, "borlette", "47") == (47, 100_047, 200_047)
    assert [mark_in(one) for one in ("28-47", "472", "4728", "472-47", "00")] == [1002847, 2000472, 3004728, 4047247, 0]
    assert told(4_000_007) == ("loto5", 0, "00007")
    assert shown(profile, "4728316") == [
        *(47, 100_028, 200_031, 1_002_831, 1_002_847, 1_003_147, 2_000_316, 2_000_472, 3_004_728, 3_008_316),
        *(4_031_628, 4_031_631, 4_031_647, 4_047_228, 4_047_231, 4_047_247),
    ]
    for wrong in ("4", "47a", "472472"):
        with pytest.raises(ValueError):
            mark_in(wrong)
    with pytest.raises(ValueError):
        told(5_000_000)
