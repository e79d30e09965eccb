"""One field for everything, and the table of rounds: on a round that was really played and paid."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from markupsafe import escape
from sqlalchemy import event, select, text

from app.core import clock
from app.core.database.session import db, transaction
from app.faces.admin.watch import everywhere, searching
from app.faces.admin.watch.searching import Filters
from app.games.ticket_draw.models import Round, TicketOrder
from app.money.payouts.drafts import generation
from app.people.accounts.models import User
from app.people.operators.rules import MODULES
from app.people.partners.models import PartnerSite, TeamMember
from app.record.audit.service import raise_alarm
from app.selling.windows.games import window_games
from app.selling.windows.proof import promise
from tests.factories.played import Played
from tests.personas import signed_in

from .operators import Operator


@pytest.fixture(scope="module")
def payout(played: Played) -> tuple[str, str, str]:
    """A draft of what the played round owes: its id, its transaction, and the address that it pays."""
    with transaction():
        made, _ = generation.for_round("rounds", str(played.number), 2_000, "operator:operator", "won")
        address = db.session.scalar(text("SELECT address FROM payout_outputs WHERE kind = 'obligation'"))
        return str(made.id), made.txid[::-1].hex(), str(address)


def search(console: Operator, words: str) -> tuple[str, str]:
    """Where it led at once, and the page."""
    answer = console.get("/admin/search", query_string={"q": words})
    return answer.headers.get("Location", ""), answer.text


def order_of(player: str) -> TicketOrder:
    db.session.rollback()
    query = select(TicketOrder).where(TicketOrder.player_public_identifier == player).order_by(TicketOrder.id)
    return db.session.scalars(query.limit(1)).one()


def test_what_is_named_once_is_opened(console: Operator, played: Played, payout: tuple[str, str, str]) -> None:
    payout_id, txid, _ = payout
    order = order_of("ada")
    order_id, site_id = order.id, order.partner_site_id
    paid = played.receipt("ada")["payments"][0]["txid"]
    name = db.session.scalars(select(PartnerSite.name).where(PartnerSite.id == site_id)).one()
    expected = {
        str(order_id): f"/admin/orders/rounds/{order_id}",
        paid: f"/admin/orders/rounds/{order_id}",
        paid.upper(): f"/admin/orders/rounds/{order_id}",
        played.receipts["ada"]["order"]["depositAddress"]: f"/admin/orders/rounds/{order_id}",
        "ada": f"/admin/orders/rounds/{order_id}",
        payout_id: f"/admin/payouts/{payout_id}",
        f"  {txid} ": f"/admin/payouts/{payout_id}",
        name: f"/admin/partners/{name}",
    }
    assert {words: search(console, words)[0] for words in expected} == expected


def test_what_is_many_things_is_listed_by_kind(console: Operator, played: Played, payout: tuple[str, str, str]) -> None:
    where, page = search(console, str(played.number))
    assert where == ""
    assert f'href="/admin/rounds/rounds/{played.number}"' in page
    assert f'href="/admin/rounds/luckotto/{played.number}"' in page, "every game has a round of that number"
    _, page = search(console, payout[2])
    assert 'id="payout-title"' in page
    assert f"/admin/payouts/{payout[0]}" in page
    assert 'id="partner-title"' in page, "and the partners who are paid there"


def test_a_round_is_found_as_pages_call_it(console: Operator, played: Played) -> None:
    n = played.number
    for words in (f"Luckotto, round {n}", f"luckotto {n}", f"Luckotto #{n}", f"{n} luckotto", f"round luckotto {n}"):
        assert search(console, words)[0] == f"/admin/rounds/luckotto/{n}", words
    for words in (f"ticket draw {n}", f"round {n} ticket draw", f"{n} Draw, ticket"):
        assert search(console, words)[0] == f"/admin/rounds/rounds/{n}", words
    for words in (f"{n} round", f"round {played.number}", f"Round #{played.number}", f"#{played.number}"):
        where, page = search(console, words)
        assert where == "", words
        assert f'href="/admin/rounds/luckotto/{played.number}"' in page, words
        assert f'href="/admin/rounds/rounds/{played.number}"' in page, words


def in_fours(whole: str) -> str:
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def test_a_round_is_found_by_each_of_its_hashes(console: Operator, played: Played) -> None:
    """As its page has them: whole, in fours, in capitals, begun, shortened."""
    round_ = played.world.round(played.number)
    assert round_.seal_root
    assert round_.closing_block_hash
    hashes = {
        "by its seal": round_.seal_root.hex(),
        "by its closing hash": round_.closing_block_hash.hex(),
        "by its commitment": str(promise.commitment_of(round_)),
    }
    for how, whole in hashes.items():
        for words in (whole, in_fours(whole), whole.upper(), whole[:10], whole[:11], both_ends(whole, 8, 8)):
            assert f"/admin/rounds/rounds/{played.number}" in "".join(search(console, words)), (how, words)
        with played.world.app.test_request_context():
            hits = {hit.href: hit.detail for hit in everywhere.find(whole, ["rounds"])}
            assert hits.pop(f"/admin/rounds/rounds/{played.number}") == f"settled, {how}"
            assert not hits or how == "by its closing hash", "a block may close a round of each game"
            assert everywhere.find(whole, set(MODULES) - {"rounds"}) == [], "who may not open rounds finds none"
    assert "Nothing found" in search(console, both_ends(hashes["by its seal"], 8, 6)[:-1] + "x")[1]


def test_what_pages_print_in_groups_and_links_to_pay_are_found(
    console: Operator, played: Played, payout: tuple[str, str, str]
) -> None:
    order = order_of("eve")
    place = f"/admin/orders/rounds/{order.id}"
    deposit = played.receipts["eve"]["order"]["depositAddress"]
    paid = played.receipt("eve")["payments"][0]["txid"]
    links = (f"bitcoin:{deposit}?amount=0.00001&label={'x' * 300}", f"BITCOIN:{deposit.upper()}", f"bitcoin:{deposit}")
    for words in (in_fours(deposit), in_fours(deposit.upper()), in_fours(paid), in_fours(paid[:14]), *links):
        assert search(console, words)[0] == place, words
    assert search(console, in_fours(payout[1]))[0] == f"/admin/payouts/{payout[0]}"


def test_the_words_of_a_name_are_found_in_any_order(console: Operator, played: Played) -> None:
    order = played.world.order(played.world.site(), "J. Okafor")
    for words in ("J. Okafor", "okafor j", "Okafor, J.".replace(",", ""), "Oka J"):
        assert search(console, words)[0] == f"/admin/orders/rounds/{order.id}", words
    assert "Nothing found" in search(console, "Okafor K")[1]


def test_what_cannot_be_looked_for_stays_in_the_field(console: Operator) -> None:
    for words, kept, why in (
        ("a" * 3_000, "a" * 3_000, "At most 200 characters"),
        ("round\0 17", "round 17", "does not show"),
    ):
        answer = console.get("/admin/search", query_string={"q": words})
        assert answer.status_code == 422
        assert f'value="{kept}"' in answer.text
        assert why in answer.text
        listed = console.get("/admin/orders", query_string={"q": words})
        assert listed.status_code == 422
        assert f'value="{kept}"' in listed.text
        assert why in listed.text


def test_orders_say_when_and_how_they_stand_and_are_narrowed_to_it(console: Operator, played: Played) -> None:
    played.world.order(played.world.site(), "still unpaid")
    cells = console.get("/admin/orders?q=still").text
    assert "Waiting for payment" in cells.split("<tbody>")[1]
    assert "none" not in re.sub("<[^>]+>", "", cells.split("<tbody>")[1].split("</tbody>")[0])
    assert re.search(r'data-label="Made"><time datetime="[0-9T:.Z+-]+">', cells)
    with played.world.app.test_request_context():
        found = {state: searching.orders("", Filters(state=state), 500) for state in searching.states()}
        everything = searching.orders("", Filters(), 500)
        assert {one.id for lines in found.values() for one in lines} == {one.id for one in everything}
        for state, lines in found.items():
            assert [one.id for one in lines] == [one.id for one in everything if state in one.states], state
    today, tomorrow = (f"{clock.now() + timedelta(days=days):%Y-%m-%d}" for days in (0, 1))
    for query, some in ((f"since={today}", True), (f"since={tomorrow}", False), (f"until={today}", True)):
        assert ('<th scope="row"' in console.get(f"/admin/orders?{query}").text) is some, query
    assert console.get("/admin/orders?state=nonsense").status_code == 422
    assert console.get("/admin/orders?since=yesterday").status_code == 422


def test_an_order_says_what_it_holds(console: Operator, played: Played) -> None:
    order, receipt = order_of("ada"), played.receipt("ada")
    page = console.get(f"/admin/orders/rounds/{order.id}").text
    first = receipt["slip"]["ranges"][0][0]
    assert f"{receipt['slip']['ticketCount']:,}" in page
    assert str(first) in page
    assert f'data-copy="{receipt["payments"][0]["txid"]}"' in page


def both_ends(whole: str, head: int, tail: int) -> str:
    return f"{whole[:head]}…{whole[-tail:]}"


def test_a_beginning_and_what_lists_shorten_is_found(
    console: Operator, played: Played, payout: tuple[str, str, str]
) -> None:
    """As the console, the dashboard and the public lists shorten each."""
    payout_id, txid, address = payout
    order = order_of("eve")
    order_page, payout_page = f"/admin/orders/rounds/{order.id}", f"/admin/payouts/{payout_id}"
    deposit = played.receipts["eve"]["order"]["depositAddress"]
    paid = played.receipt("eve")["payments"][0]["txid"]
    db.session.rollback()
    alarm = raised()
    expected = {
        both_ends(str(order.id), 8, 4): order_page,
        both_ends(str(order.id), 4, 6): order_page,
        str(order.id)[:8] + "..." + str(order.id)[-4:]: order_page,
        str(order.id).upper()[:24]: order_page,
        both_ends(deposit, 6, 3): order_page,
        both_ends(deposit, 10, 6): order_page,
        deposit[:16]: order_page,
        deposit.upper(): order_page,
        both_ends(paid, 4, 4): order_page,
        both_ends(paid, 8, 8): order_page,
        both_ends(f"{paid}:0", 8, 8): order_page,
        f"{paid}:12": order_page,
        paid[:11]: order_page,
        paid[:12].upper(): order_page,
        "ev": order_page,
        "EVE": order_page,
        payout_id[:18]: payout_page,
        both_ends(payout_id, 8, 4): payout_page,
        both_ends(txid, 8, 8): payout_page,
        txid[:10]: payout_page,
        alarm[:20]: f"/admin/alarms/{alarm}",
        both_ends(alarm, 8, 4): f"/admin/alarms/{alarm}",
    }
    assert {words: search(console, words)[0] for words in expected} == expected
    assert payout_page in search(console, both_ends(address, 6, 6))[1], "and the partners who are paid there"


def raised() -> str:
    with transaction() as session:
        raise_alarm("scanner_behind", "chain", behind=9)
        return str(session.execute(text("SELECT id FROM alarms WHERE code = 'scanner_behind'")).scalar_one())


def test_who_is_called_so_stands_before_who_begins_so_and_has_the_focus(console: Operator, played: Played) -> None:
    again = played.world.order(played.world.site(), "adam")
    _, page = search(console, "ADA")
    orders = re.findall(r'href="/admin/orders/rounds/([0-9a-f-]+)"( autofocus)?', page)
    assert orders == [(str(order_of("ada").id), " autofocus"), (str(again.id), "")]
    _, page = search(console, "a")
    assert page.index(str(again.id)) < page.index(str(order_of("ada").id)), "of those who begin so the newest is first"
    listed = console.get("/admin/orders?q=ad").text
    assert listed.count('<th scope="row"') == 2


def test_a_partner_is_found_by_the_mail_of_who_may_see_it(console: Operator, played: Played) -> None:
    db.session.rollback()
    site, helper = played.world.site(), signed_in(played.world.app, "helper@example.com")
    with transaction() as session:
        name, site_id, owner_id = site.name, site.id, site.owner_user_id
        session.add(TeamMember(partner_site_id=site_id, user_id=helper.id, access="read"))
        owner = str(session.get_one(User, owner_id).email)
    assert search(console, "Helper@Example.com")[0] == f"/admin/partners/{name}"
    assert f"/admin/partners/{name}" in "".join(search(console, owner))


def test_nothing_is_found_and_said_so(console: Operator) -> None:
    for words in ("0" * 64, "a%' OR 1=1 --", "nobody-of-that-name", "99999999", "another game 1"):
        page = search(console, words)[1]
        assert f"Nothing found for “{escape(words)}”" in re.sub("</?bdi>", "", page), words
        assert "a partner by a part of its name" in page, "what can be searched is said"
    assert "What do you look for?" in search(console, "")[1]
    assert console.get("/admin/search", query_string={"q": "x" * 201}).status_code == 422


def test_the_field_stands_on_every_page(console: Operator) -> None:
    for path in ("/admin", "/admin/rounds", "/admin/payouts", "/admin/rq/", "/admin/nowhere"):
        assert 'action="/admin/search"' in console.get(path, follow_redirects=True).text, path


def test_rounds_say_what_is_sold_who_won_and_whether_it_is_paid(
    console: Operator, played: Played, payout: tuple[str, str, str]
) -> None:
    page = console.get("/admin/rounds?state=settled").text
    row = page.split(f'href="/admin/rounds/rounds/{played.number}"')[1].split("</tr>")[0]
    round_ = played.world.round(played.number)
    assert f"{round_.sold_tickets:,} / {round_.ticket_supply:,}" in row
    winner = db.session.execute(text("SELECT player_public_identifier FROM partner_wins")).scalar_one()
    assert winner in row
    assert f"/admin/payouts/{payout[0]}" in row
    assert "Draft" in row
    paid = played.world.round(played.number).jackpot_sats
    listed = console.get("/admin/payouts").text.split(f'href="/admin/payouts/{payout[0]}"')[1].split("</tr>")[0]
    (pays,) = re.findall(r'data-label="Pays">\s*<data class="amount" value="([0-9]+)"', listed)
    assert int(pays) == paid
    page = re.sub(r"<[^>]+>|\s+", " ", console.get(f"/admin/payouts/{payout[0]}").text)
    assert re.search(rf"Together to 1 address: +{paid:,} ", page), "as the command says it"
    assert console.get("/admin/rounds?game=luckotto").status_code == 200


@pytest.fixture
def many_rounds(played: Played) -> None:
    """Sixty rounds more, as far away as no world of a test comes; for the last test here, for rounds stay for ever."""
    columns = [column.name for column in Round.__table__.columns if column.name != "round_number"]
    listed = ", ".join(columns)
    moved = ", ".join(f"{name} + 1000 * n" if name.endswith("_height") else name for name in columns)
    insert = (
        f"INSERT INTO rounds (round_number, {listed}) SELECT 100000 + n, {moved} "
        "FROM rounds, generate_series(1, 60) n WHERE round_number = :number"
    )
    with transaction() as session:
        session.execute(text(insert), {"number": played.number})


def statements(console: Operator, path: str) -> int:
    console.get(path)
    seen: list[str] = []

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    page = console.get(path)
    event.remove(db.engine, "before_cursor_execute", note)
    assert page.status_code in (200, 303)
    return len(seen)


def test_fifty_rounds_are_read_in_as_many_statements_as_one(
    console: Operator, played: Played, request: pytest.FixtureRequest
) -> None:
    few = statements(console, f"/admin/rounds?before={played.number + 1}")
    request.getfixturevalue("many_rounds")
    page = console.get("/admin/rounds").text
    assert page.count('<th scope="row"') == 50
    assert statements(console, "/admin/rounds") == few


def test_a_search_reads_in_as_many_statements_whatever_is_found(console: Operator, played: Played) -> None:
    """Sixty rounds have this closing hash by now: twenty are told."""
    whole = played.world.round(played.number).closing_block_hash
    assert whole
    page = console.get(f"/admin/search?q={whole.hex()}").text
    assert page.count('<th scope="row"') == everywhere.MOST
    found, nothing = (statements(console, f"/admin/search?q={words}") for words in (whole.hex(), "f" * 64))
    assert found <= nothing <= 30
    named, in_any_order = (
        statements(console, f"/admin/search?q={words}") for words in ("nobodynobody", "no such name")
    )
    assert in_any_order <= named + 3 * len(window_games())
