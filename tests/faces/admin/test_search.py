"""One field for everything, and the table of rounds: on a round that was really played and paid."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select, text

from app.core.database.session import db, transaction
from app.games.ticket_draw.models import Round, TicketOrder
from app.money.payouts.drafts import generation
from app.people.partners.models import PartnerSite
from tests.factories.played import Played

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
    for words in (f"Luckotto, round {played.number}", f"luckotto {played.number}", f"Luckotto #{played.number}"):
        assert search(console, words)[0] == f"/admin/rounds/luckotto/{played.number}", words
    for words in (f"round {played.number}", f"Round #{played.number}", f"#{played.number}"):
        where, page = search(console, words)
        assert where == "", words
        assert f'href="/admin/rounds/luckotto/{played.number}"' in page, words
        assert f'href="/admin/rounds/rounds/{played.number}"' in page, words


def test_nothing_is_found_and_said_so(console: Operator) -> None:
    for words in ("0" * 64, "a%' OR 1=1 --", "nobody-of-that-name", "99999999", "another game 1"):
        assert "Nothing found" in search(console, words)[1], words
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
    assert page.status_code == 200
    return len(seen)


def test_fifty_rounds_are_read_in_as_many_statements_as_one(
    console: Operator, played: Played, request: pytest.FixtureRequest
) -> None:
    few = statements(console, f"/admin/rounds?before={played.number + 1}")
    request.getfixturevalue("many_rounds")
    page = console.get("/admin/rounds").text
    assert page.count('<th scope="row"') == 50
    assert statements(console, "/admin/rounds") == few
