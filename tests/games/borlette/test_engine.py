"""From a draw's digits to what wins, and from what a player writes to what is bet: the specification's own examples."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from itertools import combinations_with_replacement

import pytest

from app.games.borlette.engine import odds
from app.games.borlette.engine.kinds import KINDS, Refused, canonical
from app.games.borlette.engine.lines import MOST_NUMBERS, Asked, expanded, total
from app.games.borlette.engine.odds import price
from app.games.borlette.engine.profiles import PROFILES, digits_in, digits_of, outcome_of, positions
from app.games.borlette.engine.winning import winners, wins

from .drawn import HOT

SEED, CLASSIC = PROFILES["seed_v1"], PROFILES["haiti_classic"]
PRINTED = """{
  "draw_session_id": 1,
  "payment_method": "wallet",
  "lines": [
    {"game_type": "borlette", "number_primary": "47", "bet_amount": 100},
    {"game_type": "marriage", "number_primary": "47", "number_secondary": "28", "bet_amount": 50},
    {"game_type": "loto3", "number_primary": "472", "bet_amount": 25},
    {"game_type": "grap", "bet_amount": 10},
    {"game_type": "maryaj_combo", "numbers": ["45","56","22","65"], "maryaj_amount": 25}
  ]
}"""
"""Section 8.2 of the specification; amounts in gourdes."""


def _asked(text: str) -> list[Asked]:
    lines = json.loads(text, parse_int=Decimal, parse_float=Decimal)["lines"]
    amounts = ("bet_amount", "maryaj_amount")
    return [
        Asked(**{name: int(value * 100) if name in amounts else value for name, value in one.items()}) for one in lines
    ]


def test_seven_digit_extraction_matches_the_examples() -> None:
    digits = digits_of("472", "8316")
    assert digits == "4728316"
    assert positions(SEED, digits) == {
        "pair_1": "47",
        "pair_2": "28",
        "pair_3": "31",
        "loto3_a": "472",
        "loto3_b": "316",
        "loto4_a": "4728",
        "loto4_b": "8316",
        "loto5": ["472-47", "472-28", "472-31", "316-47", "316-28", "316-31"],
    }
    assert positions(CLASSIC, digits) == {
        "pair_1": "72",
        "pair_2": "83",
        "pair_3": "16",
        "loto3_a": "472",
        "loto4_a": "8316",
        "loto5": ["472-72", "472-83", "472-16"],
    }


@pytest.mark.parametrize(
    ("pick3", "pick4"),
    [
        ("472", ""),
        ("", "8316"),
        ("47", "28316"),
        ("4728", "316"),
        ("47x", "8316"),
        ("４７２", "8316"),
        ("472 ", "8316"),
        ("472\n", "8316"),
    ],
)
def test_a_draw_waits_until_both_results_are_complete(pick3: str, pick4: str) -> None:
    with pytest.raises(ValueError, match="complete"):
        digits_of(pick3, pick4)


def test_digits_keep_their_zeros() -> None:
    for outcome in (0, 7, 4728316, 9_999_999):
        assert outcome_of(digits_in(outcome)) == outcome
    assert positions(SEED, digits_in(28_316))["loto3_a"] == "002"
    for outcome in (-1, 10**7):
        with pytest.raises(ValueError):
            digits_in(outcome)


def test_the_printed_payload_becomes_nineteen_lines_for_425_gourdes() -> None:
    bets = expanded(_asked(PRINTED))
    assert (len(bets), total(bets)) == (19, 425_00)
    assert [(bet.kind, bet.selection, bet.stake) for bet in bets[:3]] == [
        ("borlette", "47", 100_00),
        ("marriage", "28-47", 50_00),
        ("loto3", "472", 25_00),
    ]
    assert {bet.stake for bet in bets if bet.kind == "grap"} == {10_00}
    assert [bet.line for bet in bets] == [0, 1, 2, *[3] * 10, *[4] * 6]
    table, won = odds.preset("house", SEED), winners(SEED, "4728316")
    paid = {
        (bet.kind, bet.selection): price(table, bet.kind, bet.selection).tiers[tier].pays(bet.stake)
        for bet in bets
        if (tier := won.get((bet.kind, bet.selection))) is not None
    }
    assert paid == {
        ("borlette", "47"): 5_000_00,
        ("marriage", "28-47"): 50_000_00,
        ("loto3", "472"): 11_250_00,
    }


def test_grap_expands_to_10_doubles_and_grap_pe_l3_to_triples() -> None:
    grap = expanded([Asked("grap", bet_amount=10_00)])
    assert [bet.selection for bet in grap] == ["00", "11", "22", "33", "44", "55", "66", "77", "88", "99"]
    triples = expanded([Asked("grap_pe_l3", bet_amount=10_00)])
    assert [bet.selection for bet in triples] == [3 * digit for digit in "0123456789"]
    assert total(grap) == total(triples) == 100_00


def test_maryaj_generates_6_combinations_from_4_numbers() -> None:
    bets = expanded([Asked("maryaj_combo", numbers=["45", "56", "22", "65"], maryaj_amount=25_00)])
    assert [bet.selection for bet in bets] == ["45-56", "22-45", "45-65", "22-56", "56-65", "22-65"]
    assert total(bets) == 150_00


def test_unlimited_winners_on_same_number() -> None:
    """Whoever has the number is paid in full, however many have it."""
    bets = expanded([Asked("borlette", "47", bet_amount=100_00)] * 1000)
    tier, table = winners(SEED, "4728316")["borlette", "47"], odds.preset("house", SEED)
    paid = [price(table, bet.kind, bet.selection).tiers[tier].pays(bet.stake) for bet in bets]
    assert sum(paid) == 1000 * 5_000_00


def test_a_line_pays_once_by_the_highest_of_its_positions() -> None:
    assert wins(SEED, "borlette", "47", "4747470") == 0
    assert wins(SEED, "borlette", "47", "0047470") == 1
    assert wins(SEED, "borlette", "47", "0000470") == 2
    assert wins(SEED, "borlette", "47", "0000047") is None
    assert wins(CLASSIC, "borlette", "47", "0000047") == 2
    assert winners(SEED, "4724712")["borlette", "47"] == 0


def test_a_double_marries_two_of_the_pairs() -> None:
    assert wins(SEED, "marriage", "47-47", "4700000") is None
    assert wins(SEED, "marriage", "47-47", "4700470") == 0
    assert wins(SEED, "marriage", "28-47", "4728000") == wins(SEED, "marriage", "47-28", "2847000") == 0


@pytest.mark.parametrize(
    ("line", "reason", "field"),
    [
        (Asked("roulette", "1", bet_amount=1), "game_unknown", "game_type"),
        (Asked("Borlette", "47", bet_amount=1), "game_unknown", "game_type"),
        (Asked("borlette", bet_amount=1), "number_missing", "number_primary"),
        (Asked("borlette", "7", bet_amount=1), "number_not_a_number", "number_primary"),
        (Asked("borlette", "４７", bet_amount=1), "number_not_a_number", "number_primary"),
        (Asked("borlette", "47\n", bet_amount=1), "number_not_a_number", "number_primary"),
        (Asked("borlette", "472", bet_amount=1), "number_not_a_number", "number_primary"),
        (Asked("loto5", "472-47", bet_amount=1), "number_not_a_number", "number_primary"),
        (Asked("marriage", "47", bet_amount=1), "number_missing", "number_secondary"),
        (Asked("marriage", "47", "2", bet_amount=1), "number_not_a_number", "number_secondary"),
        (Asked("borlette", "47", "28", bet_amount=1), "not_of_this_game", "number_secondary"),
        (Asked("grap", "44", bet_amount=1), "not_of_this_game", "number_primary"),
        (Asked("loto3", "472", numbers=["47"], bet_amount=1), "not_of_this_game", "numbers"),
        (Asked("borlette", "47"), "stake_missing", "bet_amount"),
        (Asked("borlette", "47", bet_amount=0), "stake_too_small", "bet_amount"),
        (Asked("borlette", "47", bet_amount=1, maryaj_amount=1), "not_of_this_game", "maryaj_amount"),
        (Asked("maryaj_combo", numbers=["47", "28"], bet_amount=1), "stake_missing", "maryaj_amount"),
        (Asked("maryaj_combo", maryaj_amount=1), "numbers_too_few", "numbers"),
        (Asked("maryaj_combo", numbers=["47"], maryaj_amount=1), "numbers_too_few", "numbers"),
        (Asked("maryaj_combo", numbers=["47", "28", "47"], maryaj_amount=1), "numbers_repeated", "numbers"),
        (Asked("maryaj_combo", numbers=["47", "2"], maryaj_amount=1), "number_not_a_number", "numbers"),
        (Asked("maryaj_combo", numbers=["47"] * (MOST_NUMBERS + 1), maryaj_amount=1), "numbers_too_many", "numbers"),
    ],
)
def test_what_is_no_bet_is_refused_with_its_field_and_place(line: Asked, reason: str, field: str) -> None:
    with pytest.raises(Refused) as caught:
        expanded([Asked("grap", bet_amount=1), line])
    assert (caught.value.reason, caught.value.field, caught.value.line) == (reason, field, 1)


def test_a_combination_as_large_as_a_ticket() -> None:
    assert (
        len(expanded([Asked("maryaj_combo", numbers=[f"{n:02}" for n in range(MOST_NUMBERS)], maryaj_amount=1)])) == 91
    )


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_the_inverse_is_the_plain_rule(profile) -> None:
    """Every selection of the kinds that have few, and of the others those that nearly win."""
    numbers = [f"{number:02}" for number in range(100)]
    married = ["-".join(pair) for pair in combinations_with_replacement(numbers, 2)]
    triples = [f"{number:03}" for number in range(1000)]
    chance = random.Random(17)
    for digits in (*HOT, *(digits_in(chance.randrange(10**7)) for _ in range(6))):
        near = {"".join(chance.choices(digits, k=5)) for _ in range(500)}
        every = {
            "borlette": numbers,
            "grap": numbers[::11],
            "marriage": married,
            "maryaj_combo": chance.sample(married, 300),
            "loto3": triples,
            "grap_pe_l3": triples[::111],
            "loto4": {one[:4] for one in near},
            "loto5": near,
        }
        assert set(every) == set(KINDS)
        found = winners(profile, digits)
        plain = {
            (kind, one): tier
            for kind, selections in every.items()
            for one in selections
            if (tier := wins(profile, kind, one, digits)) is not None
        }
        asked = {(kind, one) for kind, selections in every.items() for one in selections}
        assert {one: tier for one, tier in found.items() if one in asked} == plain
        for (kind, selection), tier in found.items():
            assert canonical(kind, selection) == selection
            assert wins(profile, kind, selection, digits) == tier
