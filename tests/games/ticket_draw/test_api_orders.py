"""Orders through the JSON route: what is made, what is refused, and that a refusal leaves nothing behind."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import pytest
from sqlalchemy import text

from app.chain.deposits.commitment import canonical_terms
from app.core.database.session import db, transaction
from app.games.ticket_draw.models import TicketOrder
from tests.factories.partners import PAYOUT_ADDRESS, make_site
from tests.factories.played import PRIVATE, ask, following_app
from tests.factories.world import World
from tests.settings import NO_NODE

ORDER_FIELDS = [
    "id",
    "roundNumber",
    "partnerName",
    "playerPublicIdentifier",
    "depositAddress",
    "bip21",
    "internalKey",
    "commitment",
    "terms",
    "baseTicketPriceSats",
    "playerTicketPriceSats",
    "minPaymentSats",
    "houseEdge",
    "payoutAddress",
    "status",
]


@pytest.fixture(scope="module")
def world(app_settings, fresh_database, node, tmp_path_factory):
    folder = tmp_path_factory.mktemp("orders")
    with following_app(app_settings, fresh_database(), node.rpc_url, folder) as app:
        world = World(app, node).begin()
        world.journal = folder / "terms-journal"
        yield world


@pytest.fixture(scope="module")
def site(world):
    return world.site(edge_percent=10).name


@pytest.fixture
def client(world):
    return world.app.test_client()


def body(partner, **changed):
    return {"partnerName": partner, "playerPublicIdentifier": "ada", "playerPrivateIdentifier": PRIVATE, **changed}


def newest_round() -> int:
    db.session.rollback()
    return db.session.execute(text("SELECT max(round_number) FROM rounds")).scalar_one()


def rows() -> tuple[int, ...]:
    db.session.rollback()
    tables = ("ticket_orders", "deposit_addresses", "events", "audit_entries")
    return tuple(db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables)


def refused(answer, status, code=None):
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    problem = answer.json
    assert problem["status"] == status
    assert code is None or problem["code"] == code
    return problem


def test_embed_order_creation_works_without_a_session(client, site, world):
    answer = client.post("/api/slips", json=body(site))
    assert answer.status_code == 201
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert list(answer.json) == ["receiptSecret", "order"]
    order = answer.json["order"]
    assert list(order) == ORDER_FIELDS
    assert order["status"] == "waiting"
    assert order["partnerName"] == site
    assert order["payoutAddress"] == PAYOUT_ADDRESS
    assert (order["baseTicketPriceSats"], order["playerTicketPriceSats"], order["minPaymentSats"]) == (
        1_000,
        1_100,
        2_320,
    )
    asked, _, label = order["bip21"].partition("&label=")
    assert asked == f"bitcoin:{order['depositAddress']}?amount=0.00002320"
    assert re.fullmatch(rf"Ticket draw: ada at Lucky Shop \d+, round {order['roundNumber']}", unquote(label))
    terms = json.loads(order["terms"])
    assert canonical_terms(terms) == order["terms"]
    assert (terms["orderId"], terms["houseEdgePercent"]) == (order["id"], 10)
    assert PRIVATE not in answer.text
    assert order["id"] in world.journal.read_text()  # kept before it was shown


def test_partner_house_edge_inflates_player_ticket_price(client, world):
    for percent in range(16):
        answer = client.post("/api/slips", json=body(world.site(edge_percent=percent).name))
        order = answer.json["order"]
        assert order["playerTicketPriceSats"] == 1_000 + 10 * percent
        told = answer.text.split('"houseEdge":')[1].split(",")[0]
        assert told in (f"0.{percent:02d}", f"0.{percent // 10}"), told
        assert float(told) * 100 == pytest.approx(percent)


def test_a_link_asks_for_one_ticket_where_that_is_more_than_the_least(client, world, monkeypatch):
    cheap = world.app.config["SETTINGS"].model_copy(update={"planning_fee_rate": 1})
    monkeypatch.setitem(world.app.config, "SETTINGS", cheap)
    before = newest_round()
    world.mine(cheap.round_length_blocks)  # rounds made now have a lower floor
    assert newest_round() > before
    order = ask(client, world.site(edge_percent=15).name, "ada", requestedRoundNumber=newest_round())["order"]
    assert "?amount=0.00001150&" in order["bip21"]
    assert order["minPaymentSats"] == 1_150


def test_identifiers_are_stored_in_their_one_spelling(client, site):
    made = ask(client, site, "  Zoe\u0308   Müller_7 ")
    assert made["order"]["playerPublicIdentifier"] == "Zoë Müller_7"
    stored = db.session.get(TicketOrder, made["order"]["id"])
    assert (stored.player_public_identifier, stored.player_private_identifier) == ("Zoë Müller_7", PRIVATE)
    assert made["receiptSecret"].encode() not in stored.receipt_secret_hash


BAD = [
    "",
    "   ",
    "a" * 121,
    "b" * 500,
    "ada\u202eeve",
    "a\u200bda",
    "a\0b",
    "<b>ada</b>",
    "ada\n",
    "\tada",
    "a\u00a0b",
    "☃",
    "ada\u0301\u0301",
]
PRIVATE_ONLY = ["=cmd()", "../etc", "a/b", "a@b.c", "auth0|x", "user#1"]


@pytest.mark.parametrize("given", ["राम", "Ọ̀ṣun", "مُحَمَّد", "O'Brien", *PRIVATE_ONLY])
def test_what_a_partner_calls_its_players_is_kept(client, site, given):
    public = "ada" if given in PRIVATE_ONLY else given
    made = ask(client, site, public, playerPrivateIdentifier=given)
    stored = db.session.get(TicketOrder, made["order"]["id"])
    assert (stored.player_public_identifier, stored.player_private_identifier) == (public, given)
    assert stored.placed_by == "anyone"
    assert stored.placed_from is not None


@pytest.mark.parametrize(
    ("field", "bad"),
    [("playerPublicIdentifier", bad) for bad in (*BAD, *PRIVATE_ONLY)]
    + [("playerPrivateIdentifier", bad) for bad in BAD],
)
def test_what_cannot_be_an_identifier_is_refused(client, site, field, bad):
    before = rows()
    problem = refused(client.post("/api/slips", json=body(site, **{field: bad})), 422, "invalid_input")
    assert [error["field"] for error in problem["errors"]] == [field]
    assert rows() == before


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**63, 1.0, 1.5, True, "1", "1e3", "٣", "1_000", " 7 ", [1], {}])
def test_what_cannot_be_a_round_number_is_refused(client, site, number):
    before = rows()
    problem = refused(client.post("/api/slips", json=body(site, requestedRoundNumber=number)), 422)
    assert problem["errors"][0]["field"] == "requestedRoundNumber"
    assert rows() == before


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"partnerName": None}, "partnerName"),
        ({"partnerName": 7}, "partnerName"),
        ({"playerPublicIdentifier": 7}, "playerPublicIdentifier"),
        ({"houseEdge": 0}, "houseEdge"),
        ({"partner_name": "x"}, "partner_name"),
        ({"playerPrivateIdentifier": ["a"]}, "playerPrivateIdentifier"),
    ],
)
def test_wrong_types_and_unknown_fields_are_refused(client, site, changed, field):
    before = rows()
    problem = refused(client.post("/api/slips", json=body(site, **changed)), 422)
    assert field in [error["field"] for error in problem["errors"]]
    assert rows() == before


@pytest.mark.parametrize("field", ["partnerName", "playerPublicIdentifier", "playerPrivateIdentifier"])
def test_every_field_but_the_round_is_required(client, site, field):
    sent = body(site)
    del sent[field]
    problem = refused(client.post("/api/slips", json=sent), 422)
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, "input_missing")]


def _raw(partner, **marks):
    text_ = json.dumps(body(partner))
    return marks.get("before", "") + text_.replace("}", marks.get("more", "") + "}")


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda site: b"", 400),
        (lambda site: b"{", 400),
        (lambda site: b"[]", 422),
        (lambda site: b"null", 422),
        (lambda site: _raw(site, more=', "partnerName": "x"').encode(), 400),
        (lambda site: _raw(site, more=', "requestedRoundNumber": NaN').encode(), 400),
        (lambda site: _raw(site, more=', "requestedRoundNumber": 1e400').encode(), 400),
        (lambda site: _raw(site, before="\ufeff").encode(), 400),
        (lambda site: _raw(site).replace('"ada"', '"\\ud800"').encode(), 400),
        (lambda site: _raw(site).encode("utf-16"), 400),
        (lambda site: b"\xff", 400),
        (lambda site: b"[" * 10_000 + b"]" * 10_000, 400),
        (lambda site: _raw(site).replace('"ada"', '"' + "a" * 70_000 + '"').encode(), 413),
        (lambda site: b"a" * 10_000_000, 413),
    ],
)
def test_only_strict_json_is_read(client, site, make, status):
    before = rows()
    refused(client.post("/api/slips", data=make(site), content_type="application/json"), status)
    assert rows() == before


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
def test_only_json_is_taken(client, site, kind):
    before = rows()
    refused(client.post("/api/slips", data=json.dumps(body(site)), content_type=kind), 415, "content_type_not_json")
    assert rows() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:8080"},
        {"Origin": ""},
        {"Origin": "http://localhost/x"},
        {"Origin": "http://a@localhost"},
        {"Origin": "http://localhost, http://x"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_another_sites_page_is_refused(client, site, headers):
    before = rows()
    refused(client.post("/api/slips", json=body(site), headers=headers), 403, "origin_refused")
    assert rows() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://localhost:80"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        {"Host": "evil.example"},
        {"Cookie": "tiraj_session=forged; tiraj_form=forged"},
        {"HX-Request": "true"},
    ],
)
def test_our_own_page_and_programs_are_served(client, site, headers):
    assert client.post("/api/slips", json=body(site), headers=headers).status_code == 201


@pytest.mark.parametrize("name", ["nobody", "", "Lucky", "a\0b", "x" * 5_000, "' OR 1=1 --"])
def test_an_unknown_partner_is_a_404(client, site, name):
    before = rows()
    refused(client.post("/api/slips", json=body(name)), 404, "not_found")
    assert rows() == before


@pytest.mark.parametrize("status", ["draft", "paused"])
def test_only_live_sites_take_orders(client, world, status):
    with transaction():
        name = make_site(status=status).name
    before = rows()
    refused(client.post("/api/slips", json=body(name)), 409, "site_not_live")
    assert rows() == before


def test_a_round_may_be_asked_for_until_it_closes(client, site, world):
    current = ask(client, site, "ada")["order"]["roundNumber"]
    scheduled = ask(client, site, "ada", requestedRoundNumber=current + 1)["order"]
    assert scheduled["roundNumber"] == current + 1
    assert ask(client, site, "ada", requestedRoundNumber=None)["order"]["roundNumber"] == current
    before = rows()
    refused(client.post("/api/slips", json=body(site, requestedRoundNumber=2**31 - 1)), 404, "round_not_found")
    assert rows() == before
    world.mine_to(world.round(current).sales_end_height)
    before = rows()
    problem = refused(client.post("/api/slips", json=body(site, requestedRoundNumber=current)), 409, "round_closed")
    assert problem["field"] == "requestedRoundNumber"
    assert rows() == before
    assert ask(client, site, "ada")["order"]["roundNumber"] == current + 1


def test_a_payment_is_seen_before_it_is_confirmed(client, site, world):
    made = ask(client, site, "ada")
    txid = world.send(made["order"]["depositAddress"], 2_500)
    assert client.post("/blockscan").status_code == 200
    receipt = client.get(f"/api/slips/{made['receiptSecret']}").json
    assert receipt["order"]["status"] == "seen"
    assert [(p["txid"], p["status"], p["blockHeight"], p["creditedSats"]) for p in receipt["payments"]] == [
        (txid, "seen", None, 0)
    ]
    assert receipt["slip"] is None
    world.mine()
    receipt = client.get(f"/api/slips/{made['receiptSecret']}").json
    assert receipt["order"]["status"] == "confirmed"
    assert [p["status"] for p in receipt["payments"]] == ["credited"]
    assert receipt["slip"]["status"] == "assigned"


def test_a_reorganised_payment_is_told_as_orphaned(client, site, world):
    made = ask(client, site, "ada")
    world.send(made["order"]["depositAddress"], 2_500)
    world.mine()
    world.reorganise(1)
    world.scan()
    world.mine()
    payments = client.get(f"/api/slips/{made['receiptSecret']}").json["payments"]
    assert sorted(payment["status"] for payment in payments) == ["credited", "orphaned"]
    orphaned = next(payment for payment in payments if payment["status"] == "orphaned")
    assert orphaned["orphanedAt"].endswith("Z")
    assert (orphaned["creditedSats"], orphaned["creditedRoundNumber"]) == (0, None)


def test_orders_are_limited_by_address_and_a_forged_header_does_not_help(
    app_settings, fresh_database, node, tmp_path, world
):
    settings = {**app_settings, "ORDERS_PER_MINUTE": "3"}
    with following_app(settings, fresh_database(), node.rpc_url, tmp_path) as app:
        client = app.test_client()
        here = {"REMOTE_ADDR": "192.0.2.77"}
        for number in range(5):
            answer = client.post(
                "/api/slips",
                json=body("nobody"),
                environ_overrides=here,
                headers={"X-Forwarded-For": f"198.51.100.{number}"},
            )
            refused(answer, 404 if number < 3 else 429)
        assert int(answer.headers["Retry-After"]) > 0
        refused(client.post("/api/slips", json=body("nobody"), environ_overrides={"REMOTE_ADDR": "192.0.2.78"}), 404)


def test_without_a_node_no_order_is_made(app_settings, fresh_database, tmp_path, world):
    with following_app(app_settings, fresh_database(), NO_NODE, tmp_path) as app:
        with transaction():
            name = make_site(status="live").name
        before = rows()
        answer = app.test_client().post("/api/slips", json=body(name))
        refused(answer, 503, "node_away")
        assert int(answer.headers["Retry-After"]) > 0
        assert rows() == before
