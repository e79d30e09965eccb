"""Columns of values arrive in the database as they were sent, whichever way they are written."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

_TYPES = {
    "uuid": st.uuids(),
    "bigint": st.integers(min_value=-(2**63), max_value=2**63 - 1),
    "bytea": st.binary(max_size=40),
    "text": st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=40),
    "boolean": st.booleans(),
}


@pytest.mark.parametrize("type_name", _TYPES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_sent_comes_back(session, type_name, data) -> None:
    values = data.draw(st.lists(st.none() | _TYPES[type_name], max_size=20))
    query = text(f"SELECT value FROM unnest(CAST(:values AS {type_name}[])) WITH ORDINALITY AS t (value, n) ORDER BY n")
    assert [row.value for row in session.execute(query, {"values": values})] == values


@pytest.mark.parametrize(
    "awkward", ["", "NULL", "null", "{}", '"', "\\", 'a"b\\c', "a,b", " ", "\n", '{"a": "b"}', "ש"]
)
def test_texts_that_mean_something_to_an_array_stay_texts(session, awkward: str) -> None:
    query = text("SELECT CAST(:values AS text[])")
    assert session.scalar(query, {"values": [awkward, None, awkward]}) == [awkward, None, awkward]


def test_a_text_with_a_zero_character_is_refused(session) -> None:
    with pytest.raises(psycopg.DataError):
        session.connection().connection.cursor().execute("SELECT %s::text[]", [["a\0b"]])


def test_one_value_is_enough_to_compare_with(session) -> None:
    one = uuid.uuid4()
    assert session.scalar(text("SELECT :one = ANY(CAST(:ids AS uuid[]))"), {"one": one, "ids": [one]}) is True


@pytest.mark.parametrize("values", [[2**63], [1, -(2**63) - 1]])
def test_a_number_of_more_than_64_bits_is_refused(session, values: list[int]) -> None:
    with pytest.raises(psycopg.DataError):
        session.connection().connection.cursor().execute("SELECT %s::bigint[]", [values])


@pytest.mark.parametrize("values", [[1.5, 2.5], [True, None], [[1], [2]]])
def test_what_is_no_plain_column_is_left_to_the_library(session, values: list[object]) -> None:
    assert session.connection().connection.cursor().execute("SELECT %s", [values]).fetchone() == (values,)
