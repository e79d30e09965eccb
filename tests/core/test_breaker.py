"""One time-out spares the others: who is let through, who is told at once, and what forks know of each other."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.core.dependencies.breaker import Breaker

SECONDS = 0.3


class Refused(Exception):
    pass


@pytest.fixture
def breaker() -> Breaker:
    return Breaker("redis", SECONDS)


def ask(breaker: Breaker, error: BaseException | None = None) -> None:
    with breaker.asked(Refused, TimeoutError):
        if error is not None:
            raise error


def test_after_a_time_out_nobody_waits_and_then_one_tries(breaker: Breaker) -> None:
    with pytest.raises(TimeoutError):
        ask(breaker, TimeoutError())
    with pytest.raises(Refused, match="redis stood still"):
        ask(breaker)
    assert breaker.is_open
    time.sleep(SECONDS)
    assert not breaker.is_open
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: breaker.lets_through(), range(8))) == 1
    with pytest.raises(Refused):
        ask(breaker)  # until that one has told how it went
    breaker.close()
    ask(breaker)


def test_a_try_that_times_out_opens_it_anew(breaker: Breaker) -> None:
    breaker.trip()
    time.sleep(SECONDS)
    with pytest.raises(TimeoutError):
        ask(breaker, TimeoutError())
    with pytest.raises(Refused):
        ask(breaker)


def test_one_who_died_while_trying_keeps_nobody_out_for_long(breaker: Breaker) -> None:
    breaker.trip()
    time.sleep(SECONDS)
    assert breaker.lets_through()
    time.sleep(SECONDS)
    ask(breaker)


def test_a_quick_refusal_opens_nothing(breaker: Breaker) -> None:
    for _ in range(20):
        with pytest.raises(ConnectionRefusedError):
            ask(breaker, ConnectionRefusedError())
    ask(breaker)


def test_forks_know_of_each_other(breaker: Breaker) -> None:
    """A worker does each job in a fork, which ends with what it has learnt."""
    child = os.fork()
    if child == 0:
        breaker.trip()
        os._exit(0)
    os.waitpid(child, 0)
    with pytest.raises(Refused):
        ask(breaker)
    breaker.close()
    ask(breaker)
