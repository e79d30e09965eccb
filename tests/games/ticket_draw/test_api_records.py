"""Rounds, receipts, public slips and the bundle as everybody reads them, over one round played through."""

from __future__ import annotations

import hashlib
import json

import pytest
from sqlalchemy import event, text

from app.chain.node import client as node_client
from app.chain.node.client import GuardedClient
from app.core.database.session import db
from app.core.ports import places
from app.games.ticket_draw.models import TicketOrder
from app.people.partners.queries import site_by_name
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from tests.factories.played import PRIVATE, ask, played_round
from tests.settings import NO_NODE

ROUND_FIELDS = [
    "roundNumber",
    "status",
    "opensAtHeight",
    "salesEndHeight",
    "closingHeight",
    "settlementDepth",
    "ticketDigits",
    "ticketSupply",
    "baseTicketPriceSats",
    "houseFeePercent",
    "jackpotSats",
    "roundTerms",
    "roundCommitment",
    "promiseEntry",
    "sealEntry",
    "sealWitnesses",
    "soldTickets",
    "sealRoot",
    "winnerAlgorithm",
    "hashesPerDigit",
    "hashes",
    "closingBlockHash",
    "drawDigits",
    "drawDigests",
    "lastState",
    "checkpointsRoot",
    "winningTicket",
    "payout",
]
PAYMENT_FIELDS = [
    "txid",
    "vout",
    "amountSats",
    "creditedSats",
    "refundableSats",
    "blockHeight",
    "blockHash",
    "creditedRoundNumber",
    "status",
    "orphanedAt",
]
SLIP_FIELDS = [
    "identifier",
    "paidSats",
    "ticketCount",
    "jackpotContributionSats",
    "ranges",
    "firstBlockHeight",
    "firstBlockHash",
    "status",
]
ROW_FIELDS = [
    "identifier",
    "partnerName",
    "playerPublicIdentifier",
    "ticketCount",
    "paidSats",
    "ranges",
    "depositAddress",
    "internalKey",
    "terms",
    "commitment",
    "payments",
    "payout",
]


@pytest.fixture(scope="module")
def played(app_settings, fresh_database, node, tmp_path_factory):
    with played_round(app_settings, fresh_database, node, tmp_path_factory.mktemp("records")) as played:
        yield played


@pytest.fixture
def client(played):
    return played.client


def get(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.mimetype == ("application/json" if status == 200 else "application/problem+json")
    return answer.json


def test_a_receipt_tells_everything_about_an_order(played):
    receipt = played.receipt("ada")
    assert list(receipt) == ["order", "payments", "slip", "payout", "log"]
    assert receipt["order"] == {**played.receipts["ada"]["order"], "status": receipt["order"]["status"]}
    assert [list(payment) for payment in receipt["payments"]] == [PAYMENT_FIELDS] * 2
    assert [payment["creditedRoundNumber"] for payment in receipt["payments"]] == [played.number] * 2
    slip = receipt["slip"]
    assert list(slip) == SLIP_FIELDS
    assert (slip["paidSats"], slip["ticketCount"], slip["jackpotContributionSats"]) == (8_900, 8, 8_000)
    assert slip["ranges"] == [[0, 4], [5, 7]]
    assert slip["firstBlockHeight"] == receipt["payments"][0]["blockHeight"]
    assert slip["firstBlockHash"] == receipt["payments"][0]["blockHash"]
    assert {receipt["slip"]["status"], played.receipt("cleo")["slip"]["status"]} == {"won", "lost"}
    assert receipt["order"]["status"] == slip["status"]


@pytest.mark.parametrize(
    ("player", "state", "fates"),
    [
        ("bob", "partly_paid", [("below_minimum", 0, 1_200)]),
        ("dan", "sold_out", [("sold_out", 0, 5_000)]),
        ("eve", "late", [("late", 0, 4_400)]),
        ("fay", "expired", []),
        ("cleo", None, [("credited", 992_000, 1_008_000)]),
    ],
)
def test_every_fate_of_a_payment_is_told(played, player, state, fates):
    receipt = played.receipt(player)
    if state is not None:
        assert receipt["order"]["status"] == state
        assert receipt["slip"] is None
    told = [(payment["status"], payment["creditedSats"], payment["refundableSats"]) for payment in receipt["payments"]]
    assert told == fates


def test_a_receipt_is_private(played):
    answer = played.client.get(f"/api/slips/{played.receipts['ada']['receiptSecret']}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    said = answer.get_json()
    assert said.pop("log")["identifier"] == PRIVATE  # whom the leaf names, for whoever holds the secret
    assert PRIVATE not in json.dumps(said)


def test_no_secret_but_the_right_one_opens_a_receipt(played):
    secret, other = (played.receipts[player]["receiptSecret"] for player in ("ada", "bob"))
    identifier = played.receipts["ada"]["order"]["id"]
    wrong = [
        secret[:-1],
        secret + "A",
        secret.swapcase(),
        secret[:16] + other[16:],
        "n" * 32,
        "n",
        "n" * 5_000,
        identifier,
        "%00" * 32,
        "%F0%9F%98%80" * 32,
        secret + "%20",
    ]
    answers = [played.client.get(f"/api/slips/{tried}") for tried in wrong]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert answers[0].mimetype == "application/problem+json"


def test_a_settled_round_is_told_whole(client, played):
    told = get(client, f"/api/rounds/{played.number}")
    assert list(told) == ROUND_FIELDS
    assert told["status"] == "settled"
    assert (told["ticketSupply"], told["soldTickets"], told["jackpotSats"]) == (1_000, 1_000, 1_000_000)
    assert len(told["drawDigits"]) == told["ticketDigits"] == len(told["drawDigests"]) == 3
    assert int(told["drawDigits"]) == told["winningTicket"]
    for place, digest in enumerate(told["drawDigests"]):  # the first drawn is the units digit
        assert str(int(digest, 16) % 10) == told["drawDigits"][-1 - place]
    state = bytes.fromhex(told["closingBlockHash"])
    for _ in range(told["hashesPerDigit"]):
        state = hashlib.sha256(state).digest()
    assert told["drawDigests"][0] == state.hex()


def test_an_open_round_has_no_outcome(client, played):
    told = get(client, f"/api/rounds/{played.number + 1}")
    assert told["status"] == "open"
    unknown = ("sealRoot", "closingBlockHash", "drawDigits", "drawDigests", "winningTicket", "payout")
    assert {told[name] for name in unknown} == {None}


def test_rounds_are_listed_from_the_newest(client, played):
    page, numbers = get(client, "/api/rounds?limit=2"), []
    assert list(page) == ["rounds", "next"]
    whole = get(client, "/api/rounds")
    assert [list(round_) for round_ in whole["rounds"]] == [ROUND_FIELDS] * len(whole["rounds"])
    while True:
        assert len(page["rounds"]) <= 2
        numbers += [round_["roundNumber"] for round_ in page["rounds"]]
        if page["next"] is None:
            break
        page = get(client, f"/api/rounds?limit=2&before={page['next']}")
    assert numbers == [round_["roundNumber"] for round_ in whole["rounds"]] == list(range(numbers[0], 0, -1))


def test_the_closing_block_is_told_once_it_exists(client, played):
    path = "/api/rounds/{}/closing-block-hash"
    told = get(client, path.format(played.number))
    assert list(told) == ["roundNumber", "closingHeight", "closingBlockHash", "confirmations"]
    assert told["closingBlockHash"] == played.world.node.call("getblockhash", told["closingHeight"])
    assert told["confirmations"] == played.world.tip - told["closingHeight"] + 1
    assert get(client, path.format(played.number + 1), 404)["code"] == "closing_block_not_found"
    assert get(client, path.format(999_999), 404)["code"] == "round_not_found"


def test_public_rows_tell_all_that_was_paid_and_let_addresses_be_recomputed(client, played):
    page = get(client, f"/api/rounds/{played.number}/slips")
    assert list(page) == ["slips", "next"]
    assert page["next"] is None
    assert [list(row) for row in page["slips"]] == [ROW_FIELDS] * 5
    rows = {row["playerPublicIdentifier"]: row for row in page["slips"]}
    assert set(rows) == {"ada", "bob", "cleo", "dan", "eve"}  # an order nobody paid stays private
    assert {player: row["ticketCount"] for player, row in rows.items()} == {
        "ada": 8,
        "bob": 0,
        "cleo": 992,
        "dan": 0,
        "eve": 0,
    }
    for player, row in rows.items():
        receipt = played.receipt(player)
        assert row["identifier"] == receipt["order"]["id"]
        assert row["payments"] == receipt["payments"]
        for name in ("depositAddress", "internalKey", "terms", "commitment", "partnerName"):
            assert row[name] == receipt["order"][name]
    assert rows["ada"]["paidSats"] == 8_900
    assert rows["bob"]["ranges"] == []


def test_pages_of_slips_repeat_and_skip_nothing_while_orders_are_made(client, played):
    partner = played.receipts["ada"]["order"]["partnerName"]
    number = ask(client, partner, "gil")["order"]["roundNumber"]

    def buy(player):
        made = ask(client, partner, player)["order"]
        played.world.send(made["depositAddress"], 2_500)
        played.world.mine()
        return made["id"]

    wanted, seen = [buy("hal"), buy("ida")], []
    page = get(client, f"/api/rounds/{number}/slips?limit=1")
    wanted.append(buy("jim"))
    while True:
        seen += [row["identifier"] for row in page["slips"]]
        if page["next"] is None:
            break
        page = get(client, f"/api/rounds/{number}/slips?limit=1&after={page['next']}")
    assert seen == wanted


def test_public_player_ids_and_private_account_ids_are_stored_for_partner_reporting_while_public_slip_rows_omit_the_private_account_id(  # noqa: E501
    client, played
):
    stored = db.session.get(TicketOrder, played.receipts["ada"]["order"]["id"])
    assert (stored.player_public_identifier, stored.player_private_identifier) == ("ada", PRIVATE)
    for path in public_paths(played):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert PRIVATE not in answer.text, path
        assert not any(made["receiptSecret"] in answer.text for made in played.receipts.values()), path
        assert played.receipts["fay"]["order"]["id"] not in answer.text, path


def test_multiple_partner_sites_feed_one_continuous_round_ticket_sequence(played):
    ada, cleo = played.receipt("ada"), played.receipt("cleo")
    assert ada["order"]["partnerName"] != cleo["order"]["partnerName"]
    assert sorted(ada["slip"]["ranges"] + cleo["slip"]["ranges"]) == [[0, 4], [5, 7], [8, 999]]


def test_partner_house_edge_inflates_player_ticket_price_and_derives_partner_balance(played):
    receipt = played.receipt("ada")
    assert (receipt["order"]["houseEdge"], receipt["order"]["playerTicketPriceSats"]) == (0.1, 1_100)
    db.session.rollback()
    site = site_by_name(receipt["order"]["partnerName"])
    earned = receipt["slip"]["paidSats"] - receipt["slip"]["jackpotContributionSats"]
    assert ledger.balance(AccountRef("partner", str(site.id))) == earned == 900


def public_paths(played):
    begin = f"/api/rounds/{played.number}"
    return [
        "/api/rounds",
        begin,
        f"{begin}/closing-block-hash",
        f"{begin}/slips",
        f"{begin}/bundle",
        "/api/health",
        "/api/ready",
    ]


def test_reading_changes_nothing(client, played):
    def digest():
        db.session.rollback()
        whole = "SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {} t"
        return {name: db.session.execute(text(whole.format(name))).scalar_one() for name in db.metadata.tables}

    before = digest()
    for path in [*public_paths(played), f"/api/slips/{played.receipts['ada']['receiptSecret']}"]:
        assert client.get(path).status_code == 200
    assert digest() == before


@pytest.mark.parametrize("rest", ["", "/slips", "/closing-block-hash", "/bundle"])
def test_what_is_no_round_number_is_a_404(client, rest):
    for number in ("0", "-1", str(2**31), str(2**63), "1e3", "٣", "1_000", " 7 ", "1.0", "true", "01", "+1", "1%00"):
        assert get(client, f"/api/rounds/{number}{rest}", 404)["code"] == "not_found", number


@pytest.mark.parametrize("rest", ["", "/slips", "/closing-block-hash", "/bundle"])
def test_a_round_that_does_not_exist_is_a_404(client, rest):
    assert get(client, f"/api/rounds/999999999{rest}", 404)["code"] == "round_not_found"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        *((f"/api/rounds?before={bad}", "before") for bad in ("0", "-1", str(2**31), "1e3", "%D9%A3", "1_0", "")),
        ("/api/rounds?limit=0", "limit"),
        ("/api/rounds?limit=1&limit=2", "limit"),
        ("/api/rounds/1/slips?after=x", "after"),
        ("/api/rounds/1/slips?after=", "after"),
        ("/api/rounds/1/slips?after=0190A000-0000-7000-8000-000000000000", "after"),
        ("/api/rounds/1/slips?limit=x", "limit"),
        ("/api/rounds/1/bundle?from=-1", "from"),
    ],
)
def test_malformed_queries_are_refused(client, path, field):
    assert get(client, path, 422)["field"] == field


def test_a_large_page_is_cut(client, played):
    assert client.get("/api/rounds?limit=999999999").status_code == 200


@pytest.mark.parametrize(("path", "at_most"), [("/api/rounds", 4), ("/api/rounds/{}/slips", 10)])
def test_a_list_costs_the_same_queries_however_long(client, played, path, at_most):
    counted = []
    watch = lambda *arguments: counted.append(arguments[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", watch)
    try:
        assert client.get(path.format(played.number)).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", watch)
    assert 0 < len(counted) <= at_most, counted


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_not_allowed(client, method):
    answer = getattr(client, method)("/api/slips", json={})
    assert answer.status_code == 405
    assert answer.mimetype == "application/problem+json"
    assert "POST" in answer.headers["Allow"]


def test_without_the_node_there_is_no_bundle(client, played):
    held = places(played.world.app).held
    held[node_client.NODE], kept = GuardedClient(NO_NODE), held[node_client.NODE]
    try:
        answer = client.get(f"/api/rounds/{played.number}/bundle")
    finally:
        held[node_client.NODE] = kept
    assert answer.status_code == 503
    assert answer.json["code"] == "node_away"
    assert int(answer.headers["Retry-After"]) > 0


def test_the_bundle_of_a_round_without_payments_needs_no_transaction(client, played):
    told = json.loads(client.get(f"/api/rounds/{played.number + 3}/bundle").text)
    assert (told["orders"], told["payments"], told["transactions"], told["next"]) == ([], [], [], None)
    assert told["round"]["status"] == "scheduled"
