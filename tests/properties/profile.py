"""How properties are searched: the same examples in every run, unless EXPLORE is set to look for new ones."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.settings import EXPLORE


def searched(examples: int = 100) -> settings:
    """A property's settings: `examples` tries, twenty times as many when exploring."""
    return settings(
        max_examples=examples * (20 if EXPLORE else 1),
        derandomize=not EXPLORE,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
