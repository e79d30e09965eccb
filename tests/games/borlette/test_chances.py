"""Chances, multiples and returns: exact, against all ten million draws, and as the game's description computed them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from app.games.borlette.engine import odds, returns
from app.games.borlette.engine.chances import draws_won
from app.games.borlette.engine.kinds import FORMS, LENGTH, Kind, Refused, shape
from app.games.borlette.engine.odds import MULTIPLES, Table, TableRefused, price
from app.games.borlette.engine.profiles import PROFILES

from . import drawn

SEED, CLASSIC = PROFILES["seed_v1"], PROFILES["haiti_classic"]


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_every_selection_wins_as_often_as_all_ten_million_draws_say(profile) -> None:
    counted = drawn.draws_won(profile.name)
    for form in FORMS:
        selections = [f"{number:0{LENGTH[form]}}" for number in range(10 ** LENGTH[form])]
        if form == "marriage":
            selections = [one for one in selections if one[:2] <= one[2:]]
        ours = np.array([draws_won(profile, form, shape(one)) for one in selections]).T
        assert (ours == counted[form][:, [int(one) for one in selections]]).all(), form


@pytest.mark.parametrize(
    ("profile", "preset", "kind", "selection", "multiples", "returned"),
    [
        (SEED, "house", "borlette", "47", (50, 20, 10), ".79601"),
        (SEED, "house", "grap", "44", (50, 20, 10), ".79601"),
        (SEED, "house", "marriage", "47-28", (1000,), ".594"),
        (SEED, "house", "marriage", "47-47", (1000,), ".298"),
        (SEED, "house", "maryaj_combo", "22-45", (1000,), ".594"),
        (SEED, "house", "loto3", "472", (450,), ".89955"),
        (SEED, "house", "grap_pe_l3", "777", (450,), ".89955"),
        (SEED, "house", "loto4", "4728", (4500,), ".9"),
        (SEED, "house", "loto4", "4724", (4500,), ".89955"),
        (SEED, "house", "loto5", "47283", (25_000,), ".7475"),
        (SEED, "house", "loto5", "47223", (6_950,), ".89516"),
        (SEED, "house", "loto5", "47247", (450,), ".89955"),
        (SEED, "document", "loto3", "472", (500,), ".9995"),
        (SEED, "document", "loto4", "4728", (5000,), "1"),
        (SEED, "document", "loto4", "4724", (5000,), ".9995"),
        (SEED, "document", "loto5", "47283", (25_000,), ".7475"),
        (SEED, "document", "loto5", "47223", (7_750,), ".9982"),
        (SEED, "document", "loto5", "47247", (500,), ".9995"),
        (CLASSIC, "house", "borlette", "47", (50, 20, 10), ".79601"),
        (CLASSIC, "house", "marriage", "28-47", (1000,), ".594"),
        (CLASSIC, "house", "loto3", "472", (500,), ".5"),
        (CLASSIC, "house", "loto4", "4728", (5000,), ".5"),
        (CLASSIC, "house", "loto5", "47283", (25_000,), ".4975"),
        (CLASSIC, "house", "loto5", "47272", (900,), ".9"),
        (CLASSIC, "document", "loto5", "47272", (1000,), "1"),
    ],
)
def test_what_a_selection_pays_and_returns(profile, preset, kind, selection, multiples, returned) -> None:
    found = price(odds.checked(odds.preset(preset, profile)), kind, selection)
    assert found.tiers == tuple((one, 1) for one in multiples)
    assert found.returns == Fraction(returned)


def test_described_multiples_would_return_far_more_than_is_staked() -> None:
    """Why a greatest return lowers: loto 5 at 25,000, whatever is chosen."""
    of = lambda profile, text: 25_000 * Fraction(draws_won(profile, "loto5", shape(text))[0], 10**7)  # noqa: E731
    assert [of(SEED, one) for one in ("47283", "47223", "47247")] == [
        Fraction("0.7475"),
        Fraction("3.22"),
        Fraction("49.975"),
    ]
    assert [of(CLASSIC, one) for one in ("47283", "47272")] == [Fraction("0.4975"), 25]


def test_no_selection_returns_more_than_its_table_says_and_a_lowered_one_as_much_as_it_can() -> None:
    for profile in PROFILES.values():
        for greatest in (30, 65, 80, 90, 100):
            table = Table(profile, {**MULTIPLES, "borlette": (18, 7, 3)}, greatest)
            for one in returns.classes(odds.checked(table)):
                assert one.priced.returns * 100 <= greatest
                (paid, _), *others = one.priced.tiers
                if not others and paid != table.of(one.kind)[0]:
                    assert paid % 50 == 0
                    assert (paid + 50) * one.priced.chance * 100 > greatest


@pytest.mark.parametrize(
    ("changes", "greatest", "refused"),
    [
        ({}, 79, ("return_too_high", "borlette", "00")),
        ({"borlette": (50, 50, 50)}, 100, ("return_too_high", "borlette", "00")),
        ({"grap": (60, 30, 10)}, 90, ("return_too_high", "grap", "00")),
        ({"marriage": (900_000,), "borlette": (1, 1, 1)}, 1, ("return_too_high", "borlette", "00")),
        ({"borlette": (10, 20, 50)}, 100, ("multiples_rise", "borlette", "")),
        ({"borlette": (50,)}, 100, ("multiples_count", "borlette", "")),
        ({"loto3": (500, 400)}, 100, ("multiples_count", "loto3", "")),
        ({"loto3": (0,)}, 100, ("multiple_out_of_range", "loto3", "")),
        ({"loto4": (True,)}, 100, ("multiple_out_of_range", "loto4", "")),
        ({"maryaj_combo": (500,)}, 90, ("multiples_follow", "maryaj_combo", "")),
        ({}, 101, ("return_out_of_range", "", "")),
        ({}, 0, ("return_out_of_range", "", "")),
    ],
)
def test_a_table_that_would_lose_is_refused_naming_a_selection(changes, greatest, refused) -> None:
    with pytest.raises(TableRefused) as caught:
        odds.checked(Table(SEED, {**MULTIPLES, **changes}, greatest))
    assert (caught.value.reason, caught.value.kind, caught.value.selection) == refused
    if caught.value.reason == "return_too_high":
        assert caught.value.returns is not None
        assert caught.value.returns * 100 > greatest


def test_one_multiplier_for_any_of_three_pairs_would_return_more_than_is_staked() -> None:
    with pytest.raises(TableRefused) as caught:
        odds.checked(Table(SEED, {**MULTIPLES, "borlette": (50, 50, 50)}, 100))
    assert caught.value.returns == Fraction("1.485050")


def test_a_multiple_that_cannot_be_lowered_is_refused() -> None:
    """Nothing under one per cent is a whole number of fifties for a loto 3 of two triples."""
    dear: dict[Kind, tuple[int, ...]] = {**MULTIPLES, "borlette": (1, 1, 1), "grap": (1, 1, 1)}
    with pytest.raises(TableRefused, match="return_too_high: loto3 000"):
        odds.checked(Table(SEED, dear, 5))


def test_multiplier_snapshot_preserved_after_admin_config_change() -> None:
    """What a draw was made with is read back from its promise, whatever is configured meanwhile."""
    before = odds.preset("house", SEED)
    promised = odds.terms(before)
    assert promised["greatestReturn"] == 90
    after = odds.checked(Table(CLASSIC, {**MULTIPLES, "loto3": (600,), "grap": (40, 20, 10)}, 95))
    assert odds.read(promised) == before
    assert odds.read(odds.terms(after)) == after
    assert price(odds.read(promised), "loto3", "472").tiers != price(after, "loto3", "472").tiers
    assert price(after, "grap", "44").tiers[0] == (40, 1)
    assert price(after, "borlette", "44").tiers[0] == (50, 1)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"profile": "seed_v2"},
        {"greatestReturn": 90.0},
        {"multiples": []},
        {"multiples": {"roulette": [35]}},
        {"multiples": {"loto3": 500}},
        {"multiples": {"loto3": [500]}},
        {"greatestReturn": 0},
    ],
)
def test_a_promise_that_is_none_is_not_played_by(broken) -> None:
    promised = {**odds.terms(odds.preset("house", SEED)), **broken} if broken else {}
    with pytest.raises(ValueError):
        odds.read(promised)


def test_what_is_no_selection_has_no_price() -> None:
    table = odds.preset("house", SEED)
    for kind, selection in (("borlette", "7"), ("grap", "47"), ("grap_pe_l3", "472"), ("marriage", "4728"), ("x", "1")):
        with pytest.raises(Refused):
            price(table, kind, selection)


def test_the_page_of_returns_tells_of_every_selection_once() -> None:
    for profile in PROFILES.values():
        found = list(returns.classes(odds.preset("house", profile)))
        counted = {kind: sum(one.selections for one in found if one.kind == kind) for kind in {x.kind for x in found}}
        assert counted == {
            "borlette": 100,
            "marriage": 5050,
            "loto3": 1000,
            "loto4": 10_000,
            "loto5": 100_000,
            "grap": 10,
            "grap_pe_l3": 10,
            "maryaj_combo": 5050,
        }
    loto5 = [one for one in returns.classes(odds.preset("house", SEED)) if one.kind == "loto5"]
    assert [(one.sample, one.selections, one.priced.tiers[0].numerator, sum(one.priced.draws)) for one in loto5] == [
        ("00010", 89_100, 25_000, 299),
        ("00001", 9_900, 6_950, 1288),
        ("00000", 1_000, 450, 19_990),
    ]
    assert "ABCAB" in loto5[2].patterns
