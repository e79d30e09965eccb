"""The difficulty that verify_round.py asks for, by each network's own rule. A header's hash plays no role here."""

from __future__ import annotations

import pytest

from tests.forgeries.script import SCRIPT

HARD, FOURTH, FIFTH, HARDER = 0x17020000, 0x17080000, 0x170A0000, 0x17010000
EASIEST = 0x1D00FFFF


def header(bits, time):
    return bytes(68) + time.to_bytes(4, "little") + bits.to_bytes(4, "little") + bytes(4)


def problem(network, first, *blocks):
    """What is wrong with the last of some blocks: (bits, minutes since the one before)."""
    chain, time = [], 1_700_000_000
    for bits, minutes in blocks:
        time += 60 * minutes
        chain.append(header(bits, time))
    return SCRIPT["difficulty_problem"](chain, len(chain) - 1, first, network)


@pytest.mark.parametrize("network", ["main", "signet"])
def test_it_changes_by_four_times_at_most_and_only_with_a_period(network):
    assert problem(network, 2016, (HARD, 10), (HARD, 10)) == ""
    for other in (EASIEST, FOURTH, HARDER):
        assert problem(network, 2016, (HARD, 10), (other, 10))
    for other in (FOURTH, HARDER, HARD):
        assert problem(network, 2015, (HARD, 10), (other, 10)) == ""
    assert problem(network, 2015, (HARD, 10), (FIFTH, 10))
    assert problem(network, 2015, (FIFTH, 10), (HARD, 10))


def test_on_regtest_it_never_changes():
    assert problem("regtest", 2015, (0x207FFFFF, 10), (0x207FFFFF, 10)) == ""
    assert problem("regtest", 2015, (0x2000FFFF, 10), (0x207FFFFF, 10))


@pytest.mark.parametrize("network", ["test", "testnet4"])
def test_on_test_networks_a_late_block_is_easy_and_none_after_it(network):
    assert problem(network, 3, (HARD, 10), (EASIEST, 21)) == ""
    assert problem(network, 3, (HARD, 10), (HARD, 21))
    assert problem(network, 3, (HARD, 10), (EASIEST, 20))
    assert problem(network, 3, (HARD, 10), (EASIEST, 21), (HARD, 5)) == ""
    assert problem(network, 3, (HARD, 10), (EASIEST, 21), (EASIEST, 5))
    assert problem(network, 3, (EASIEST, 10), (HARD, 5)) == ""  # what was before is not known


def test_no_block_of_the_main_network_is_as_easy_as_the_first_ones():
    genesis = bytes.fromhex(
        "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f61"
        "7fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c"
    )
    assert SCRIPT["header_problem"](genesis, "main") == "its difficulty is none of this network"
    assert SCRIPT["header_problem"](genesis, "test") == ""
