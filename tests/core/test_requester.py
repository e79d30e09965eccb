"""Who counts as one requester: an IPv4 address however it is written, and a whole /64 of IPv6."""

from __future__ import annotations

import pytest
from flask import Flask

from app.core.limits.requester import network_of, requester, requester_mark


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:cb00:7107", "203.0.113.7"),
        ("2002:cb00:7107:1234::1", "203.0.113.7"),
        ("64:ff9b::203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::1%eth0", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::1", "::/64"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_a_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_what_is_stored_of_a_requester_shows_no_address(app: Flask) -> None:
    def mark(address: str, purpose: str = "orders") -> bytes:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return requester_mark(purpose)

    assert mark("2001:db8::1") == mark("2001:db8::2") != mark("2001:db8:0:1::1")
    assert mark("::ffff:10.0.0.1") == mark("10.0.0.1") != mark("10.0.0.1", "mails")
    assert len(mark("10.0.0.1")) == 16


def test_a_request_without_an_address_has_a_requester_too(app: Flask) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": ""}):
        assert requester() == "unknown"
