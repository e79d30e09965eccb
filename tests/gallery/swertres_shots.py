"""A game of bets: its draws, a card from its first digit to what it won, and who checks it."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Page, expect

from app.core.database.session import transaction
from app.core.ids import new_id
from app.games.swertres import buying
from app.games.swertres.buying import Asked
from app.games.swertres.game import SWERTRES
from app.people.accounts import service as accounts
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef
from app.selling.bets import postings
from app.selling.bets.bankroll import capacity
from app.selling.bets.calendar import service as calendar
from tests.games.swertres.conftest import BANKROLL, Shop
from tests.money.wallets.money import player, top_up
from tests.personas import FIREFOX

from .shots import Shot


def begin(app: Flask) -> tuple[str, dict[str, str]]:
    """The session of somebody with a card whose bets came to something else each, and with one that he has to pay;
    and the places of both, and of their draws."""
    with transaction():
        bank = AccountRef("bank", "test", SWERTRES.currency)
        ledger.post(postings.funded(new_id(), SWERTRES.name, bank, BANKROLL))
        capacity.count_in(SWERTRES.currency)
        calendar.make_ahead(SWERTRES)
        user_id, _ = player()
        top_up(user_id, 1_000_00, None, currency="PHP", provider="paymongo", clearing_of="paymongo")
        token = accounts.open_session(user_id, agent=FIREFOX)
    shop = Shop(app)
    first, second, third = shop.open()[:3]
    bets = [Asked(first.id, "047", 10_00, True), Asked(first.id, "123", 20_00), Asked(third.id, "111", 10_00, True)]
    card, unpaid = new_id(), new_id()
    buying.sell(buying.wanted(card, user_id, bets))
    with transaction():
        buying.reserve(buying.wanted(unpaid, user_id, [Asked(second.id, "902", 50_00)], "gcash"))
    shop.draw(first.id, 470, paid=True)
    line = f"047:r:1000:{second.id},{third.id}"
    return token, {"card": str(card), "unpaid": str(unpaid), "drawn_id": first.id, "open_id": second.id, "line": line}


def _turned(page: Page) -> None:
    """Wheels and field say the same: what stops in a wheel's middle, what is tapped, and what is typed."""
    field, wheels = page.get_by_label("Your number"), page.locator("[data-wheel]")
    wheels.first.evaluate("(wheel) => wheel.scrollTo(0, 3 * wheel.querySelector('label').offsetHeight)")
    expect(field).to_have_value("347")
    wheels.last.get_by_text("8").click()
    expect(field).to_have_value("348")
    field.fill("905")
    expect(wheels.first.get_by_label("9")).to_be_checked()
    expect(page.locator("#permutations")).to_contain_text("059")  # the server has said what it wins on
    draws = page.locator("input[name=game]")
    for place in range(1, 5):
        draws.nth(place).check()
        page.wait_for_timeout(50 if place < 3 else 210)  # faster than answers, then while one is on its way
    expect(page.get_by_text("takes up to")).to_have_count(5)  # the server has heard of all of them
    assert [draws.nth(place).is_checked() for place in range(1, 5)] == [True] * 4


def _refused(page: Page) -> None:
    page.get_by_label("Your number").fill("4")
    page.get_by_role("button", name="Add to the card").click()
    page.locator('[aria-invalid="true"]').first.wait_for()


def _added(page: Page) -> None:
    """Nobody has chosen a number before a hand was on the wheels; what is added is said where the thumb is."""
    field = page.get_by_label("Your number")
    page.wait_for_timeout(300)  # wheels that the browser moves would have stopped by now
    expect(field).to_have_value("")
    first = page.locator("[data-wheel]").first
    first.hover()
    page.mouse.wheel(0, 150)
    expect(first.get_by_label("3")).to_be_checked()
    page.wait_for_timeout(900)  # the server has answered to one digit of three
    expect(first.get_by_label("3")).to_be_checked()
    expect(field).to_have_value("")
    for wheel, digit in zip(page.locator("[data-wheel]").all(), "321", strict=True):
        wheel.get_by_text(digit, exact=True).click()
    expect(field).to_have_value("321")
    page.locator("input[name=game]").nth(1).check()
    page.get_by_role("button", name="Add to the card").click()
    bar = page.locator("#card-bar")
    expect(bar).to_contain_text("Added: 321")
    expect(bar).to_be_in_viewport()
    expect(page.locator("#next-bet")).to_be_focused()
    expect(field).to_have_value("")
    page.wait_for_timeout(300)
    expect(field).to_have_value("")
    assert page.locator("input[name=game]").nth(1).is_checked()


def _refused_to_pay(page: Page) -> None:
    """What the wallet has not got any more when it is asked for."""
    page.locator("#buy input[name=line]").evaluate("(one) => { one.value = one.value.replace(':1000:', ':900000:') }")
    page.get_by_role("button", name="from the wallet").click()
    expect(page.locator("#refused")).to_be_focused()
    expect(page.locator("#refused")).to_be_in_viewport(ratio=0.9)


def _unfolded(page: Page) -> None:
    page.get_by_text("Check it without us").click()
    page.get_by_role("link", name="Receipt as a file").wait_for()


def _verified(page: Page) -> None:
    """Every claim is judged, and what nobody looked at is named."""
    page.wait_for_selector("[data-claim=rest] .badge")


SHOTS = (
    Shot("empty", "swertres", "/swertres", who="bettor"),
    Shot("empty", "swertres-calendar", "/swertres/games", who="bettor"),
    Shot("empty", "swertres-draw", "/swertres/games/{open_id}", who="bettor"),
    Shot("empty", "swertres-drawn", "/swertres/results/{drawn_id}", who="bettor"),
    Shot("empty", "swertres-bet", "/swertres/bet?line={line}&number=047&rumble=1", who="bettor", act=_turned),
    Shot("empty", "swertres-bet-refused", "/swertres/bet", who="bettor", act=_refused, checked=False),
    Shot("empty", "swertres-bet-added", "/swertres/bet", who="bettor", act=_added, checked=False),
    Shot("empty", "swertres-confirm", "/swertres/bet/confirm?line={line}", who="bettor"),
    Shot(
        "empty",
        "swertres-confirm-refused",
        "/swertres/bet/confirm?line=047:s:1000:{open_id}",
        who="bettor",
        act=_refused_to_pay,
        checked=False,
    ),
    Shot("empty", "swertres-bought", "/swertres/bet/success?card={card}", who="bettor", checked=False),
    Shot("empty", "swertres-card", "/swertres/my-bets/{card}", who="bettor", act=_unfolded),
    Shot("empty", "swertres-card-unpaid", "/swertres/my-bets/{unpaid}", who="bettor"),
    Shot("empty", "swertres-my-bets", "/swertres/my-bets", who="bettor"),
    Shot("empty", "swertres-results", "/swertres/results", who="bettor"),
    Shot("empty", "swertres-verify", "/swertres/verify", checked=False),
    Shot(
        "empty",
        "swertres-verified",
        "/verify/bets/swertres/{drawn_id}",
        act=_verified,
        moves=True,
        most_bytes=68_000,  # a verifier of bets comes with it, and of what the log promised of a card
    ),
    Shot("empty", "in-fr-swertres-bet", "/swertres/bet?lang=fr&number=047", who="bettor", reworded=True),
    Shot("empty", "in-ht-swertres-card", "/swertres/my-bets/{card}?lang=ht", who="bettor", reworded=True),
    Shot("empty", "in-fil-swertres", "/swertres?lang=fil", who="bettor", reworded=True),
)
