"""From which moment on somebody is old enough, and what counts as a name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.people.players.profile import folding, rules

JURISDICTIONS = st.sampled_from([*rules.ZONES, "XX"])
BORN = st.dates(date(1930, 1, 1), date(2015, 12, 31))
AGES = st.integers(18, 30)


@given(BORN, AGES, JURISDICTIONS)
def test_somebody_is_of_age_from_midnight_on_there_and_not_a_moment_before(born: date, years: int, where: str) -> None:
    zone = ZoneInfo(rules.ZONES.get(where, "Etc/GMT+12"))
    day = rules.comes_of_age(born, years)
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    assert rules.is_of_age(born, years, where, midnight)
    assert rules.is_of_age(born, years, where, midnight + timedelta(days=400))
    assert not rules.is_of_age(born, years, where, midnight - timedelta(microseconds=1))
    assert day.year - born.year == years


@given(BORN, AGES)
def test_who_is_of_age_where_a_day_begins_last_is_so_everywhere(born: date, years: int) -> None:
    day = rules.comes_of_age(born, years)
    moment = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Etc/GMT+12"))
    assert all(rules.is_of_age(born, years, where, moment) for where in rules.ZONES)


def test_who_was_born_on_a_leap_day_waits_for_march() -> None:
    born = date(2004, 2, 29)
    assert rules.comes_of_age(born, 18) == date(2022, 3, 1)
    assert rules.comes_of_age(born, 20) == date(2024, 2, 29)


def test_the_same_moment_is_two_days_in_two_places() -> None:
    moment = datetime(2026, 6, 1, 17, tzinfo=UTC)
    assert rules.is_of_age(date(2005, 6, 2), 21, "PH", moment)
    assert not rules.is_of_age(date(2008, 6, 2), 18, "HT", moment)


@pytest.mark.parametrize(
    "text", ["", "1990-13-01", "1990-1-1", "19901231", "2026-W01-1", "1880-01-01", "2999-01-01", "٠١٢٣-01-01", "x" * 10]
)
def test_days_on_which_nobody_who_lives_was_born(text: str) -> None:
    with pytest.raises(DomainError) as refused:
        rules.parse_birth_date(text, "HT", datetime(2026, 11, 30, tzinfo=UTC))
    assert (refused.value.code, refused.value.field) == ("birth_date_invalid", "dateOfBirth")


SAME = [
    "Jean-Pierre Désir",
    "JEAN PIERRE DESIR",
    "desir jean pierre",
    "Jeanpierre  Désir",
    "Désir, Jean-Pierre".replace(",", ""),
    "De\u0301sir Jean Pierre",
    "Pierre-Jean D'ésir",
    "Jean. Pierre. Désir",
    "Ｊｅａｎ Pierre Désir",
    "PierreJean Désir",
]


@pytest.mark.parametrize("name", SAME)
def test_another_spelling_is_the_same_mark(name: str) -> None:
    born = date(1980, 1, 2)
    assert folding.mark_of_birth(name, born) == folding.mark_of_birth(SAME[0], born)


@pytest.mark.parametrize("name", ["Jean-Paul Désir", "Jean Désir", "Jean Pierre Desire"])
def test_another_name_is_another_mark(name: str) -> None:
    born = date(1980, 1, 2)
    assert folding.mark_of_birth(name, born) != folding.mark_of_birth(SAME[0], born)
    assert folding.mark_of_birth(SAME[0], born) != folding.mark_of_birth(SAME[0], date(1980, 2, 1))


@given(st.permutations(["Marie", "José", "Thérèse", "Ødegård"]), st.sampled_from([" ", "-", "  ", " - ", "’"]))
def test_the_order_of_words_and_what_joins_them_is_nothing(parts: list[str], joint: str) -> None:
    name = joint.join(parts)
    for one in (name, name.upper(), name.lower()):
        assert folding.letters(one) == folding.letters("marie jose therese odegard")


@pytest.mark.parametrize(
    "name", ["J\u0435an Pierre", "Jean Pi\u03b5rre", "J", "", "Jean 2", "Jean_P", "<b>Jean", "---", "a" * 101]
)
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(DomainError) as refused:
        rules.check_name(name)
    assert (refused.value.code, refused.value.field) == ("person_name_invalid", "name")


@pytest.mark.parametrize("name", ["María-José O’Neill", "Нина Иванова", "山田太郎", "نور الهدى", "Ng Ỹ"])
def test_what_is_a_name(name: str) -> None:
    assert rules.check_name(name) == name


@pytest.mark.parametrize("text", ["", "HT", "HT=17", "HT=31", "ht=18", "HT=18,HT=21", "HT=18;PH=21", "HTI=18"])
def test_ages_that_cannot_be(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        rules.parse_age_limits(text)


def test_ages_that_can() -> None:
    assert rules.parse_age_limits("PH=21, HT=18,US=18") == {"PH": 21, "HT": 18, "US": 18}
