"""Orders through the server API: made, listed, filtered, paged, and never another partner's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.catalogue.records import Narrowing
from app.chain.deposits.service import Journal
from app.core.database.session import db, transaction
from app.games.ticket_draw.models import Round, TicketOrder, TicketSlip
from app.games.ticket_draw.partners.listing import OWN
from app.games.ticket_draw.rules import STATES
from app.people.partners.models import PartnerSite
from tests.factories.world import World
from tests.settings import rounds_and_wins

from .conftest import PLAYER, Server


def everything(server: Server, path: str, name: str, **query: Any) -> list[dict[str, Any]]:
    """All pages of a list."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = server.get(path, {**query, **cursor}).json
        assert page is not None
        found += page[name]
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


def test_an_order_is_made_paid_and_read(world: World, server: Server) -> None:
    made = server.post("/orders", PLAYER)
    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    body = made.get_json()
    order = body["order"]
    assert db.session.execute(select(TicketOrder.placed_by, TicketOrder.placed_from)).one() == ("key", None)
    assert (order["playerPublicIdentifier"], order["playerPrivateIdentifier"]) == ("ada", "customer-1")
    assert server.client.get(f"/api/slips/{body['receiptSecret']}").json["order"]["id"] == order["id"]
    journal = Journal(world.app.config["SETTINGS"].terms_journal_path)
    assert order["terms"] in [entry.terms for entry in journal.read()]

    txid = world.send(order["depositAddress"], 5_600)
    world.mine()
    read = server.get(f"/orders/{order['id']}").get_json()
    assert read["order"]["status"] == "confirmed"
    assert read["order"]["playerPrivateIdentifier"] == "customer-1"
    assert [payment["txid"] for payment in read["payments"]] == [txid]
    assert everything(server, "/slips", "slips")[0]["identifier"] == order["id"]
    payment = everything(server, "/payments", "payments")[0]
    assert (payment["orderId"], payment["txid"], payment["status"]) == (order["id"], txid, "credited")
    assert everything(server, "/payments", "payments", orderId=order["id"]) == [payment]
    assert everything(server, "/payments", "payments", status="late") == []


def test_a_settled_round_brings_balance_lines_wins_and_debts(world: World, server: Server) -> None:
    order = server.post("/orders", PLAYER).get_json()["order"]
    world.send(order["depositAddress"], 1_100_000)
    world.mine()
    world.finish(order["roundNumber"])
    balance = server.get("/balance").get_json()
    assert balance == {"balanceSats": 100_000, "availableSats": 100_000}
    lines = everything(server, "/ledger", "lines", limit=1)
    assert sum(line["amountSats"] for line in lines) == 100_000
    win = everything(server, "/wins", "wins")[0]
    assert (win["slipIdentifier"], win["playerPrivateIdentifier"]) == (order["id"], "customer-1")
    debt = everything(server, "/obligations", "obligations")[0]
    assert (debt["kind"], debt["amountSats"], debt["address"]) == ("jackpot", win["jackpotSats"], win["payoutAddress"])
    assert server.get("/orders", {"state": "won"}).get_json()["orders"][0]["order"]["id"] == order["id"]


def test_pages_are_not_disturbed_by_new_orders(world: World, site: PartnerSite, server: Server) -> None:
    before = [str(world.order(site, f"p{number}").id) for number in range(7)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = server.get("/orders", {"limit": "2", **cursor}).get_json()
        seen += [row["order"]["id"] for row in page["orders"]]
        world.order(site, "late-comer")
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == before[::-1]


def test_filters_narrow(world: World, site: PartnerSite, server: Server) -> None:
    ada, bob = world.order(site, "ada", private="one"), world.order(site, "bob", private="two")
    later = world.order(site, "ada", private="one", requested_round=ada.round_number + 1)

    def ids(**query: Any) -> set[str]:
        return {row["order"]["id"] for row in everything(server, "/orders", "orders", limit=1, **query)}

    assert ids(playerPublicIdentifier="ada") == {str(ada.id), str(later.id)}
    assert ids(playerPrivateIdentifier="two") == {str(bob.id)}
    assert ids(roundNumber=later.round_number) == {str(later.id)}
    now = datetime.now(UTC)
    assert ids(createdAfter=(now - timedelta(minutes=1)).isoformat()) == {str(ada.id), str(bob.id), str(later.id)}
    assert ids(createdBefore=(now - timedelta(minutes=1)).isoformat()) == set()
    assert ids(createdAfter=(now + timedelta(minutes=1)).isoformat()) == set()


def test_each_state_as_a_filter_is_what_the_state_says(world: World, site: PartnerSite) -> None:
    """Against brute force: orders with every kind of payment, in rounds of every status."""
    number = _orders_of_every_kind(world, site)
    with transaction():
        statuses = db.session.scalars(select(Round.status).distinct()).all()
    assert statuses
    for status, won in rounds_and_wins():
        with transaction() as session:
            session.execute(update(Round).where(Round.round_number == number).values(status=status))
            session.execute(update(TicketSlip).where(TicketSlip.round_number == number).values(status=won))
        _compare(site, limit=2)


def _orders_of_every_kind(world: World, site: PartnerSite) -> int:
    orders = [world.order(site, f"p{number}") for number in range(8)]
    number = orders[0].round_number
    same = [order for order in orders if order.round_number == number]
    world.send(same[0].address, 5_600)
    world.send(same[1].address, 600)  # too small
    world.send(same[2].address, 2_200)
    world.send(same[2].address, 600)
    world.mine()
    end = world.round(number).sales_end_height
    world.mine_to(end - 1)
    world.send(same[3].address, 5_600)
    world.send(same[1].address, 5_600)
    world.mine()
    world.mine()  # a late one, and one that is late beside too small
    world.send(same[4].address, 3_300)
    return number


def _compare(site: PartnerSite, limit: int) -> None:
    db.session.rollback()
    site = db.session.merge(site)
    whole = OWN.orders(site, Narrowing(), None, 1000)
    by_state: dict[str, list[Any]] = {state: [] for state in STATES.names}
    for view in whole:
        by_state[view.state].append(view.order.id)
    for state in STATES.names:
        found: list[Any] = []
        before = None
        while page := OWN.orders(site, Narrowing(state=state), before, limit):
            found += [view.order.id for view in page]
            before = found[-1]
        assert found == by_state[state], state


def test_the_settled_states_too(world: World, site: PartnerSite) -> None:
    first = world.order(site, "ada")
    world.order(site, "nobody-pays")
    world.send(first.address, 1_100_000)
    world.mine()
    world.finish(first.round_number)
    _compare(site, limit=1)
    with transaction() as session:
        session.execute(update(TicketSlip).where(TicketSlip.id == first.id).values(status="assigned"))
    _compare(site, limit=1)


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/orders", {"limit": "0"}, "limit"),
        ("/orders", {"limit": "101"}, "limit"),
        ("/orders", {"limit": "1_0"}, "limit"),
        ("/orders", {"cursor": "x"}, "cursor"),
        ("/orders", {"cursor": "a\0b"}, "cursor"),
        ("/orders", {"state": "paid"}, "state"),
        ("/orders", {"createdAfter": "yesterday"}, "createdAfter"),
        ("/orders", {"createdAfter": "2026-05-06T12:00:00"}, "createdAfter"),
        ("/orders", {"createdAfter": "0001-01-01T00:00:00+23:00"}, "createdAfter"),
        ("/orders", {"playerPublicIdentifier": "a\u202eb"}, "playerPublicIdentifier"),
        ("/orders", {"roundNumber": "-1"}, "roundNumber"),
        ("/orders", {"page": "2"}, "page"),
        ("/payments", {"status": "seen"}, "status"),
        ("/payments", {"orderId": "1"}, "orderId"),
        ("/ledger", {"cursor": "9" * 40}, "cursor"),
        ("/events", {"after": "1"}, "after"),
        ("/events", {"type": "nonsense"}, "type"),
        ("/rounds", {"cursor": "9999999999"}, "cursor"),
    ],
)
def test_malformed_parameters_are_named(shared_server: Server, path: str, query: dict[str, str], field: str) -> None:
    answer = shared_server.get(path, query)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json()
    assert field in (problem.get("field"), *(part["field"] for part in problem.get("errors", ())))


def test_a_parameter_given_twice_is_refused(shared_server: Server) -> None:
    assert shared_server.ask("GET", "/orders?limit=1&limit=2").status_code == 422


def test_a_strangers_order_is_as_unknown(server: Server, other: Server) -> None:
    mine = server.post("/orders", PLAYER).get_json()["order"]["id"]
    unknown = other.get(f"/orders/{mine[:-4]}0000")
    theirs = other.get(f"/orders/{mine}")
    assert (theirs.status_code, theirs.data) == (unknown.status_code, unknown.data) == (404, unknown.data)
    assert other.get("/orders").get_json() == {"orders": [], "next": None}
    assert other.get("/orders", {"cursor": mine}).get_json()["orders"] == []


def test_rounds_are_kept_by_their_etag(server: Server) -> None:
    for path in ("/rounds", "/rounds/1"):
        first = server.get(path)
        assert first.status_code == 200
        again = server.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == "private, no-cache"
    public = server.client.get("/api/rounds/1")
    assert server.client.get("/api/rounds/1", headers={"If-None-Match": public.headers["ETag"]}).status_code == 304


def test_a_refused_order_says_why_and_leaves_nothing(server: Server) -> None:
    for body, status in (
        ({}, 422),
        ({**PLAYER, "partnerName": "x"}, 422),
        ({**PLAYER, "requestedRoundNumber": 999}, 404),
        ({**PLAYER, "requestedRoundNumber": True}, 422),
        ({**PLAYER, "playerPublicIdentifier": "\u200b"}, 422),
    ):
        assert server.post("/orders", body).status_code == status
    assert server.ask("POST", "/orders", data="{").status_code == 415
    assert server.ask("POST", "/orders", data="{", content_type="application/json").status_code == 400
    with transaction():
        assert db.session.scalars(select(TicketOrder)).all() == []
