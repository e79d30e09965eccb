"""The guard that keeps tests on this machine."""

from __future__ import annotations

import socket

import pytest
import requests

from tests.network import SurpriseNetwork


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80, 0, 0)])
def test_no_test_leaves_the_machine(address: tuple):
    family = socket.AF_INET if len(address) == 2 else socket.AF_INET6
    with socket.socket(family) as outward, pytest.raises(SurpriseNetwork):
        outward.connect(address)


def test_no_name_is_asked_for():
    with pytest.raises(SurpriseNetwork):
        requests.get("http://example.org", timeout=1)
