"""Addresses that are refused, the schedule of tries, and when an endpoint is given up: pure decisions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.core.errors import DomainError
from app.webhooks import rules
from app.webhooks.rules import check_url, retry_delay

NOW = datetime(2031, 5, 6, tzinfo=UTC)

BAD_URLS = {
    "": "missing",
    "   ": "missing",
    "shop.example/hook": "invalid",
    "http://shop.example/hook": "not_https",
    "ftp://shop.example/hook": "invalid",
    "javascript:alert(1)": "invalid",
    "https://": "invalid",
    "https:///hook": "invalid",
    "https://user@shop.example/": "invalid",
    "https://user:secret@shop.example/": "invalid",
    "https://shop.example:0/": "invalid",
    "https://shop.example:22/": "port",
    "https://shop.example:80/": "port",
    "https://shop.example:99999/": "invalid",
    "https://shop.example/#part": "invalid",
    "https://shop.example/a b": "invalid",
    "https://shop.example/\r\nX: y": "invalid",
    "https://shop.example\\@evil.example/": "invalid",
    "https://shop.exam\u202eple/": "invalid",
    "https://localhost/": "invalid",
    "https://intranet/": "invalid",
    "https://127.0.0.1/": "invalid",
    "https://127.1/": "invalid",
    "https://0x7f.1/": "invalid",
    "https://0x7f000001/": "invalid",
    "https://2130706433/": "invalid",
    "https://0177.0.0.1/": "invalid",
    "https://169.254.169.254/latest/meta-data/": "invalid",
    "https://8.8.8.8/": "invalid",
    "https://[::1]/": "invalid",
    "https://[::ffff:127.0.0.1]/": "invalid",
    "https://shop.example/" + "a" * 2_000: "invalid",
}


@pytest.mark.parametrize("url", BAD_URLS)
@pytest.mark.parametrize("allow_private", [False, True])
def test_an_address_that_is_refused(url: str, allow_private: bool) -> None:
    if allow_private and url in ("https://localhost/", "https://127.0.0.1/"):
        assert check_url(url, allow_private=True) == url
        return
    with pytest.raises(DomainError) as refused:
        check_url(url, allow_private=allow_private)
    assert (refused.value.code, refused.value.field) == (f"webhook_url_{BAD_URLS[url]}", "url")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://shop.example", "https://shop.example/"),
        (" https://Shop.Example:443/Hook?a=1 ", "https://shop.example/Hook?a=1"),
        ("https://shop.example:8443/hook", "https://shop.example:8443/hook"),
        ("https://b\u00fccher.example/hook", None),
        ("https://xn--bcher-kva.example/hook", "https://xn--bcher-kva.example/hook"),
    ],
)
def test_an_address_as_it_is_kept(given: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(DomainError):
            check_url(given)
    else:
        assert check_url(given) == kept


def test_plain_http_reaches_this_machine_alone_and_only_while_developing() -> None:
    assert check_url("http://127.0.0.1:5001/hook", allow_private=True) == "http://127.0.0.1:5001/hook"
    assert check_url("http://localhost:5001/hook", allow_private=True) == "http://localhost:5001/hook"
    for url in ("http://shop.example/", "http://10.0.0.1/", "http://169.254.169.254/"):
        with pytest.raises(DomainError):
            check_url(url, allow_private=True)
    with pytest.raises(DomainError):
        check_url("http://127.0.0.1:5001/hook")


def test_tries_are_spread_over_three_days() -> None:
    assert sum(rules.DELAYS, timedelta()) == pytest.approx(timedelta(days=3), rel=0.02)
    assert list(rules.DELAYS) == sorted(rules.DELAYS)
    assert retry_delay(1, 0.5) == timedelta(seconds=5)
    for attempt, base in enumerate(rules.DELAYS, start=1):
        assert retry_delay(attempt, 0.0) == base * 0.8
        assert retry_delay(attempt, 1.0) == base * 1.2
    assert retry_delay(99, 0.5) == rules.DELAYS[-1]


def test_one_failure_rests_nobody_and_many_rest_no_longer_than_five_minutes() -> None:
    assert rules.rest(0) == rules.rest(1) == timedelta(0)
    assert rules.rest(2) == timedelta(seconds=2)
    assert rules.rest(1_000_000) == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("", 0),
        ("17", 17),
        (" 17 ", 17),
        ("-5", 0),
        ("1e3", 0),
        ("soon", 0),
        ("9" * 5000, 86_400),
        ("\u0663", 0),
        ("Tue, 06 May 2031 00:01:00 GMT", 60),
        ("Tue, 06 May 2031 00:01:00", 60),
        ("Tue, 06 May 2030 00:01:00 GMT", 0),
        ("Tue, 06 May 9999 00:01:00 GMT", 86_400),
    ],
)
def test_what_retry_after_asks_for(given: str, seconds: int) -> None:
    assert rules.asked_rest(given, NOW) == timedelta(seconds=seconds)


def test_an_endpoint_is_given_up_after_days_of_failures_only() -> None:
    three_days = NOW - timedelta(days=3)
    assert rules.is_given_up(12, three_days, NOW)
    assert not rules.is_given_up(12, three_days + timedelta(seconds=1), NOW)
    assert not rules.is_given_up(2, NOW - timedelta(days=300), NOW), "two failures far apart are not days of failures"
    assert not rules.is_given_up(0, None, NOW)


def test_events_are_chosen_from_the_catalogue() -> None:
    catalogue = {"order.paid", "win.created"}
    assert rules.check_events(["win.created", "order.paid", "win.created"], catalogue) == ["order.paid", "win.created"]
    for chosen, code in (([], "missing"), (["order.lost"], "unknown"), (["coin.spent_unplanned"], "unknown")):
        with pytest.raises(DomainError, match=code):
            rules.check_events(chosen, catalogue)
