"""Nothing that one person writes is an address in another person's mail, in text or in HTML."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from app.record.notifications.quoting import person, unlinked
from app.record.notifications.rendering import linked, render

LINK = "https://tiraj.example/invitations/token"
NASTY = [
    "evil.com",
    "Win at evil.com!",
    "https://evil.com/x",
    "hxxp://evil.com",
    "//evil.com",
    "\\\\evil.com",
    "www.evil.com",
    "evil\u3002com",
    "evil\uff0ecom",
    "evil\uff61com",
    "evil\u2024com",
    "evil\ufe52com",
    "xn--80ak6aa92e.com",
    "аррӏе.com",
    "evil\u200b.com",
    "evil.\u200bcom",
    "\u202emoc.live\u202c",
    "\u2066evil.com\u2069",
    "evil\u00ad.com",
    "evil.\u2060com",
    "me@evil.com and you",
    "me\uff20evil.com",
    "mailto:me@evil.com",
    "tel:+50912345",
    "javascript:alert(1)",
    "ftp\uff1a//evil.com",
    "evil.com\r\nBcc: x@evil.com",
    "1.2.3.4",
    "[::1]",
    "evil.com/login@attacker.example",
    "evil\u06d4com",
    "evil .com",
    "help@evil.com",
    "support@tiraj-help.example",
]
MAILS = {
    "team_invitation": {"manages": True, "days": 7},
    "site_transfer": {"hours": 24},
    "site_transferred": {"is_yours": True, "was_verified": True},
    "payout_address_asked": {"address": "bc1qsomething", "before": "bc1qbefore"},
    "payout_address_changed": {"address": "bc1qsomething", "before": "bc1qbefore"},
    "site_verification": {"is_verified": False},
    "webhook_disabled": {"because": "gone"},
    "webhook_failing": {},
}
_ADDRESS = re.compile(r"[^\s.@:/\\。．｡․﹒۔＠：／]+\s*[.。．｡․﹒۔@＠](?=[^\s])|//|\\\\|:(?=[^\s])")


def addresses_in(text: str) -> list[str]:
    """What a mail program might take for an address. It looks for more than any of them does."""
    return _ADDRESS.findall(text)


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_a_text_becomes_no_address(text: str) -> None:
    assert addresses_in(text.replace("evil .com", "evil.com")), "the negative control: as it is it might be one"
    kept = unlinked(text)
    assert addresses_in(kept) == []
    assert unlinked(kept) == kept
    assert [piece for piece, is_link in linked(kept) if is_link] == []


@pytest.mark.parametrize("template", MAILS)
@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_no_mail_carries_it(app: Flask, template: str, text: str) -> None:
    who = "somebody" if person(text) == text else text  # a plain mail address says who somebody is
    params = {"title": text, "inviter": who, "receiver": who, "giver": who, "url": text, "reason": text, "link": LINK}
    with app.test_request_context():
        told = render("email", template, "en", params | MAILS[template])
    words = re.sub(r"<(?:style|head).*?</(?:style|head)>|<[^>]+>", " ", told.html or "", flags=re.DOTALL)
    assert re.findall(r'href="([^"]*)"', told.html or "") == [LINK]
    for part in (told.subject, told.text, unescape(words)):
        assert addresses_in(_without_ours(part)) == [], part


def _without_ours(text: str) -> str:
    """Without our link; our own sentences' full stops and colons end lines or have a space behind."""
    return text.replace(LINK, " ")


@pytest.mark.parametrize(
    "kept", ["ada@example.com", "first.last+tag@mail.example.co", "bc1qw508d6qejxtdg4y5r3", "Ti Machann"]
)
def test_who_somebody_is_stays_readable(kept: str) -> None:
    assert person(kept) == kept


@pytest.mark.parametrize("text", ["www.evil.com@attacker.example", "evil.com/login@attacker.example", "a b@evil.com"])
def test_a_mail_address_that_looks_like_another_address_is_none(text: str) -> None:
    assert addresses_in(person(text)) == []


def test_a_name_that_runs_the_other_way_turns_nothing_behind_it(app: Flask) -> None:
    with app.test_request_context():
        told = render(
            "email", "site_transfer", "en", {"title": "חנות 12", "receiver": "a@b.ht", "link": LINK, "hours": 24}
        )
    assert told.subject == "Confirm: \u2068חנות 12\u2069 goes to another owner"
    assert "a@b.ht" in told.text


def test_titles_stay_titles() -> None:
    assert unlinked("St. Mary’s Lotto & Sons, No. 1") == "St. Mary’s Lotto & Sons, No. 1"
    assert unlinked("Bitcoin.ht") == "Bitcoin. ht"
