"""The operators' pages of Swertres: the document's own list of them, and what is decided there."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.faces.admin.bets import heat
from app.games.swertres.operating.configuring import CONFIGURED
from app.games.swertres.reads import draws
from app.people.operators import queries as queries_of_operators
from app.people.operators import service as operators
from app.people.operators import tokens
from app.people.players import service as players
from app.people.players.queries import read_now
from app.selling.bets.operating import finance, tickets
from app.selling.bets.settlement import jobs
from tests.faces.admin.operators import NAME, Operator
from tests.people.approvals.conftest import house  # noqa: F401  (a fixture)
from tests.people.approvals.people import confirm, session_of
from tests.personas import Persona

from .conftest import BANKROLL, OWN, Shop, opened

PLACE = "/admin/swertres"
WHY = {"reason": "as agreed with the owner"}


@pytest.fixture
def console(shop: Shop) -> Operator:
    return Operator(shop.app)


def page(operator: Operator, path: str, status: int = 200) -> str:
    answer = operator.get(path, follow_redirects=True)
    assert answer.status_code == status, (path, answer.status_code, answer.text[-2000:])
    return re.sub(r"\s+", " ", unescape(answer.text).replace("\xa0", " "))


def words_of(shown: str) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


def bought(shop: Shop, *bets: tuple[str, str, int, bool]) -> tuple[Persona, UUID]:
    """Somebody with one card of these bets: draw, number, centavos, whether in any order."""
    ada = shop.bettor()
    asked = [{"gameId": game, "number": n, "amountCentavos": c, "isRumble": r} for game, n, c, r in bets]
    answer = shop.bet(ada, {"bets": asked})
    assert answer.status_code == 201, answer.text
    return ada, UUID(answer.get_json()["card"]["id"])


def test_each_page_of_the_document_stands_with_its_words(shop: Shop, console: Operator) -> None:
    """Tables 5.2 and 5.3, and what 10.1 to 10.3 list."""
    drawn, still = shop.open()[:2]
    bets = (drawn.id, "123", 10_00, True), (still.id, "213", 40_00, True), (still.id, "007", 10_00, False)
    ada, card = bought(shop, *bets)
    shop.draw(drawn.id, 321)
    stand = {
        "": (
            "Today’s draws",
            "Bankroll",
            "Worst case",
            "Capacity left",
            "Active bets",
            "Revenue today",
            "Payouts today",
        ),
        "/games": ("Draws", "Make draws", drawn.local.strftime("%Y-%m-%d %H:%M"), "321"),
        f"/games/{still.id}": ("The dearest numbers", "Potential payout", "Total staked", "Of the dearest", "Skip it…"),
        f"/games/{drawn.id}": ("321", "750.00 PHP", "rumble", "Won"),
        "/exposure": ("Heat map", "The dearest over all these draws", "007"),
        "/exposure?q=213": ("Number 213 would cost 3,000.00 PHP in all these draws together.",),
        "/bettors": ("Bettors", "Staked", "60.00 PHP", "750.00 PHP"),
        f"/bettors/{ada.id}": ("What it came to", "The player’s page", f"/admin/people/{ada.id}"),
        f"/cards/{card}": ("Its bets", "Give it back…", "Could go back"),
        "/withdrawals": ("Withdrawals", f'href="{PLACE}/exposure"'),
        "/finance": (
            "The owner’s balance",
            "Staked and won",
            "For the regulator",
            "The bankroll, line by line",
            "Profit",
        ),
        "/config": ("Smallest stake of a bet", "Minutes from cut-off to draw", "What it went by before"),
        "/results": ("Results", "what they do not agree on", f'href="{PLACE}/exposure"'),
        "/schedule": ("Calendar", "Skip…"),
        "/finance?by=week": ("By week",),
        "/finance?by=month": ("By month",),
    }
    for path, words in stand.items():
        shown = page(console, PLACE + path)
        assert [one for one in words if one not in shown] == [], path
        assert shown.count("<h1") == 1, path
    assert "Swertres" in page(console, "/admin/bets"), "the navigation's address leads to the first game"
    assert f'href="{PLACE}"' in page(console, "/admin"), "the game stands in the navigation by its name"
    worst = page(console, PLACE + "/exposure")
    dearest = "numbers weigh something. The dearest is 007, which would cost 4,500.00 PHP."
    assert dearest in worst, "each line of the map says in words what it shows"
    for wrong in ("/games/2026-13-01-0", "/bettors/x", "/cards/x", "/schedule?month=x", "/finance/2026-13.csv"):
        page(console, PLACE + wrong, 404)
    for wrong in ("/exposure?q=12", "/exposure?after=x", "/games?show=x", "/finance?by=year", "/finance?after=x"):
        assert console.get(PLACE + wrong).status_code == (200 if "show" in wrong else 422), wrong
    page(console, "/admin/rounds2/games", 404)


def test_the_map_has_a_square_for_each_number_that_weighs_and_no_other() -> None:
    steps = {1: [0, 1, 2, 99, 100, 555], 5: [7, 999]}
    drawn = heat.band(steps, 1000)
    assert drawn.width == 100
    for step, path in drawn.paths:
        squares = set()
        for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path):
            squares |= {int(y) * 100 + int(x) + n for n in range(int(wide))}
            assert int(x) + int(wide) <= 100, "no square goes over a line's end"
        assert squares == set(steps[step])


def test_a_draw_and_a_day_are_skipped_and_held_after_all(shop: Shop, console: Operator) -> None:
    game = shop.open()[-1]
    own = f"{PLACE}/games/{game.id}"
    asked = page(console, f"{own}/skip")
    assert "Everybody may read the reason" in asked
    assert f"Do not hold the draw of {game.draws_at.astimezone(draws.ZONE):%Y-%m-%d %H:%M}, Manila?" in asked
    assert "Nothing is staked so far." in asked
    assert console.post(f"{own}/skip").status_code == 422, "without a reason nothing happens"
    assert console.post(f"{own}/skip", WHY).status_code == 303
    assert draws.named(game.id).status == "cancelled"
    assert "Hold it after all…" in page(console, own)
    assert console.post(f"{own}/skip", WHY).status_code == 409, "twice is said to be so"
    assert console.post(f"{own}/unskip", WHY).status_code == 303
    assert draws.named(game.id).status == "betting_open"
    staked = shop.open()[0]
    for _ in range(2):
        bought(shop, (staked.id, "123", 10_00, False), (staked.id, "456", 20_00, True))
    for place in (f"games/{staked.id}", f"schedule/{staked.day}"):
        said = "2 cards have staked 60.00 PHP so far, which goes back the way it was paid."
        assert said in page(console, f"{PLACE}/{place}/skip"), place
    ahead = game.day + timedelta(days=40)
    assert console.post(f"{PLACE}/schedule/{ahead}/skip", {"reason": "Christmas"}).status_code == 303
    assert [(one.status, one.because) for one in draws.between(ahead, ahead)] == [
        ("cancelled", "skipped: Christmas")
    ] * 3
    month = page(console, f"{PLACE}/schedule?month={ahead:%Y-%m}")
    assert month.count("skipped: Christmas") == 3
    assert f"{PLACE}/schedule/{ahead}/unskip" in month
    asked = page(console, f"{PLACE}/schedule/{ahead}/unskip")
    assert f"Hold the skipped draws of {ahead} after all?" in asked
    assert "Those are 3 draws" in asked
    assert console.post(f"{PLACE}/schedule/{ahead}/unskip").status_code == 422, "without a reason nothing happens"
    assert console.post(f"{PLACE}/schedule/{ahead}/unskip", WHY).status_code == 303
    assert {one.status for one in draws.between(ahead, ahead)} == {"scheduled"}
    assert console.post(f"{PLACE}/schedule/{ahead}/unskip", WHY).status_code == 409, "nothing of it is skipped any more"
    gone = game.day - timedelta(days=30)
    assert console.post(f"{PLACE}/schedule/{gone}/skip", WHY).status_code == 409, "what is over is not skipped"
    for past, why in ((f"schedule/{gone}/skip", "This day is over"), (f"games/{game.id}/unskip", "Nobody has skipped")):
        asked = page(console, f"{PLACE}/{past}")
        assert why in asked
        assert "goes back" not in asked.partition("<main")[0], "nothing is promised that cannot be"
    made = console.post(f"{PLACE}/games", {"first": str(ahead + timedelta(1)), "last": str(ahead + timedelta(2))})
    assert made.status_code == 303
    assert len(draws.between(ahead + timedelta(1), ahead + timedelta(2))) == 6
    assert console.post(f"{PLACE}/games", {"first": "2027-01-02", "last": "x"}).status_code == 422


def test_the_worst_case_is_counted_anew_while_a_draw_is_to_come(shop: Shop, console: Operator) -> None:
    game = shop.open()[0]
    bought(shop, (game.id, "123", 10_00, False))
    with transaction() as session:
        session.execute(text("UPDATE bet_exposures SET amount_minor = 1"))
    assert console.post(f"{PLACE}/games/{game.id}/recount").status_code == 303
    assert draws.named(game.id).worst == 1
    assert "counted anew what a draw could cost at worst" in page(console, f"{PLACE}/games/{game.id}")
    shop.draw(game.id, 5)
    assert console.post(f"{PLACE}/games/{game.id}/recount").status_code == 409, "the rest is kept for a correction"


def test_what_pays_more_or_longer_takes_two_and_the_rest_one(house: Flask) -> None:  # noqa: F811
    shop = opened(house)
    console = Operator(house)
    form = {
        "slots": "pcso",
        "multiple": "450",
        "cutoff_minutes": "15",
        "days_ahead": "7",
        "least_stake": "10.00",
        "most_stake": "10,000.00",
        "most_lines": "10",
        "most_total": "",
        **WHY,
    }
    at_once = console.post(f"{PLACE}/config", {**form, "most_lines": "5", "most_total": "500"})
    assert (at_once.status_code, at_once.location) == (303, f"{PLACE}/config")
    assert (CONFIGURED.now().most_lines, CONFIGURED.now().most_total) == (5, 500_00)
    same = {**form, "most_lines": "5", "most_total": "500"}
    proposed = console.post(f"{PLACE}/config", {**same, "multiple": "500", "cutoff_minutes": "10"})
    assert (proposed.status_code, CONFIGURED.now().multiple) == (303, 450)
    approval = UUID(proposed.location.rpartition("/")[2])
    assert "What a straight number pays for 1" in page(console, f"/admin/approvals/{approval}")
    listed = page(console, "/admin/approvals")
    assert "What a straight number pays for 1: <bdi>450 → 500</bdi>" in listed, "the list says what would change"
    confirm(approval, session_of("bea"))
    assert "450 → 500" in page(console, f"/admin/approvals/{approval}"), "what was decided, not what holds now"
    assert (CONFIGURED.now().multiple, CONFIGURED.now().cutoff_minutes) == (500, 10)
    assert draws.named(shop.open()[0].id).multiple == 450, "a draw that is made keeps what it promised"
    with transaction():
        known = queries_of_operators.known(NAME)
        assert known is not None
        begun = tokens.begin(known, agent="a program")
        assert begun is not None
    told = house.test_client().post(
        "/api/swertres/admin/config",
        json={"payoutMultiplier": 999, "reason": "more"},
        headers={"Authorization": f"Bearer {begun.access}"},
    )
    assert told.get_json()["payoutMultiplier"] == 500
    assert told.get_json()["approvalId"] is not None, "a program cannot do alone what a page cannot"
    history = page(console, f"{PLACE}/config")
    assert 'What a straight number pays for 1: <span class="quiet">450</span> → <b>500</b>' in history
    for name, wrong in (("multiple", "1000"), ("least_stake", "x"), ("slots", "never"), ("days_ahead", "-1")):
        refused = console.post(f"{PLACE}/config", {**same, name: wrong})
        assert refused.status_code == 422, name
        assert f'id="{name}-error"' in refused.text
    refused = console.post(f"{PLACE}/config", {**same, "cutoff_minutes": "-3", "least_stake": "20000"})
    assert refused.text.count("This can be from") == 3, "of the minutes; and two that are less than the stake now"
    assert "This can be from 20,000.00" in refused.text.replace("\u00a0", " ")
    refused = console.post(f"{PLACE}/config", {**same, "multiple": "0", "least_stake": "x", "reason": ""})
    named = [name for name in ("multiple", "least_stake", "reason") if f'id="{name}-error"' in refused.text]
    assert named == ["multiple", "least_stake", "reason"], "all at once"
    db.session.rollback()


def test_a_card_goes_back_by_two_as_far_as_it_is_not_sealed(house: Flask) -> None:  # noqa: F811
    shop = opened(house)
    console = Operator(house)
    kept, back = shop.open()[:2]
    ada, card = bought(shop, (kept.id, "123", 10_00, False), (back.id, "456", 20_00, False))
    shop.draw(kept.id, 5)
    own = f"{PLACE}/cards/{card}"
    found, _ = tickets.one("swertres", card)
    for place in (f"{PLACE}/bettors", "/admin/search"):
        assert console.get(f"{place}?q={found.code.lower()}").location == own, "a code leads to its card"
    at = draws.named(kept.id).draws_at.astimezone(draws.ZONE)
    for called in (kept.id, f"{at:%Y-%m-%d %H:%M}"):
        assert console.get("/admin/search", query_string={"q": called}).location == f"{PLACE}/games/{kept.id}"
    assert kept.id in page(console, f"/admin/search?q={at:%Y-%m-%d}"), "a day's draws"
    assert "20.00 PHP of it are on draws that are not sealed" in page(console, f"{own}/refund")
    proposed = console.post(f"{own}/refund", WHY)
    assert proposed.status_code == 303
    assert "A second operator has to decide" in page(console, own)
    confirm(UUID(proposed.location.rpartition("/")[2]), session_of("bea"))
    assert [bet.told for bet in tickets.one("swertres", card)[1]] == ["lost", "refunded"]
    balance = ada.get("/api/swertres/balance").get_json()
    assert balance["spendableCentavos"] == OWN - 10_00
    summed = words_of(page(console, f"{PLACE}/bettors/{ada.id}"))
    assert "Staked 30.00 PHP Refunded 20.00 PHP Won 0.00 PHP Left with the house 10.00 PHP" in summed
    assert console.post(f"{own}/refund", WHY).status_code == 409, "what has gone back goes back once"
    giving = f"{PLACE}/finance/move?act=fund"
    assert "Accounts that there are: bank:test. Another one begins when it is first named." in page(console, giving)
    begun = console.post(giving, {**WHY, "amount": "1", "bank": "bank:bpi"}).location
    assert "it begins with this" in page(console, begun), "said before it is confirmed"
    taking = f"{PLACE}/finance/move?act=withdraw"
    assert '<option value="bank:test">bank:test: ' in page(console, taking), "where it lies, and how much"
    refused = console.post(taking, {**WHY, "amount": "1", "bank": "bank:main"})
    assert (refused.status_code, "bank:main holds 0.00" in refused.text) == (422, True)
    assert console.post(taking, {**WHY, "amount": "1", "bank": "bank:test"}).status_code == 303
    db.session.rollback()


def test_a_month_for_the_regulator_is_what_happened(shop: Shop, console: Operator) -> None:
    game, other = shop.open()[:2]
    ada, _ = bought(shop, (game.id, "123", 10_00, False), (other.id, "456", 20_00, False))
    shop.draw(game.id, 123)
    console.post(f"{PLACE}/games/{other.id}/skip", WHY)
    assert jobs.give_back() == 1
    with transaction():
        assert ada.id is not None
        players.exclude(ada.id, 6)
    today = read_now().astimezone(draws.ZONE).date()
    answer = console.get(f"{PLACE}/finance/{today:%Y-%m}.csv?format=machine")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert (rows[0]["day"], rows[-1]["day"]) == (f"{today:%Y-%m}-01", str(today)), "no day that is still to come"
    (row,) = [row for row in rows if row["day"] == str(today)]
    told = {name: row[name] for name in finance.COLUMNS[4:]}
    assert told == {
        "cards": "1",
        "stakes": "30.00",
        "payouts": "4500.00",
        "refunds": "20.00",
        "selfExclusions": "1",
        "selfExcludedAtEnd": "1",
    }
    assert {row["stakes"] for row in rows if row["day"] != str(today)} <= {"0.00"}


def test_over_time_all_that_came_and_went_is_there(shop: Shop, console: Operator) -> None:
    game = shop.open()[0]
    bought(shop, (game.id, "123", 10_00, False), (game.id, "456", 90_00, False))
    shop.draw(game.id, 123)
    for step, count in finance.COUNTS.items():
        spans = finance.spans(draws.SWERTRES, game.day, step)
        assert (len(spans), spans[-1].staked, spans[-1].won, spans[-1].profit) == (count, 100_00, 4_500_00, -4_400_00)
        assert (spans[-1].balance, sum(span.moved for span in spans)) == (BANKROLL, BANKROLL)
        assert spans[0].balance == 0, "before the owner put anything in"
    assert finance.steps_until(date(2026, 3, 1), "week")[-1] == date(2026, 2, 23)
    assert finance.months_until(date(2026, 3, 31), 3) == [date(2026, 3, 1), date(2026, 2, 1), date(2026, 1, 1)]


def test_bettors_are_found_and_paged(shop: Shop, console: Operator) -> None:
    game = shop.open()[0]
    one, _ = bought(shop, (game.id, "123", 10_00, False))
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))  # of people who need not be there
        session.execute(text(_CROWD))
    first = page(console, f"{PLACE}/bettors")
    assert first.count('<th scope="row"') == 50
    following = re.search(rf'rel="next" href="({PLACE}/bettors\?before=[^"]+)"', first)
    assert following is not None
    second = page(console, following[1])
    assert second.count('<th scope="row"') == 50
    assert not set(re.findall(r'id="bettor-[^"]+"', first)) & set(re.findall(r'id="bettor-[^"]+"', second))
    for words in (one.email, str(one.id)):
        assert page(console, f"{PLACE}/bettors?q={words}".replace("+", "%2B")).count('<th scope="row"') == 1, words
    assert "Nobody found" in page(console, f"{PLACE}/bettors?q=nobody")


_CROWD = """
    INSERT INTO bet_tickets (id, game, code, user_id, currency, total_minor, payment, state, posted_at)
    SELECT md5('ticket' || n)::uuid, 'swertres', 'T' || n, md5('user' || n)::uuid, 'PHP', 1000, 'wallet', 'posted',
        now() FROM generate_series(1, 120) AS n
"""


def test_an_operator_has_the_pages_of_their_privileges(house: Flask) -> None:  # noqa: F811
    opened(house)
    with transaction():
        operators.set_privileges(NAME, ["people"], actor="operator:bea", reason="she answers the phone")
    console = Operator(house)
    navigation = page(console, "/admin")
    assert f'href="{PLACE}/bettors"' in navigation
    shown = page(console, f"{PLACE}/bettors")
    assert f'href="{PLACE}/finance"' not in shown
    for path in ("", "/games", "/exposure", "/schedule", "/finance", "/config", "/withdrawals", "/results"):
        assert console.get(PLACE + path).status_code == 403, path
    db.session.rollback()
