"""What the JSON takes, refuses and repeats."""

from __future__ import annotations

import io
import json
import re
import subprocess
from pathlib import Path

import pypdf
import pytest
from sqlalchemy import select

from app.core.database.session import db, transaction
from app.games.luckotto.models import LuckottoOrder
from app.people.partners.keys import service as keys
from app.people.partners.models import PartnerSite
from app.people.partners.service import update_site
from app.record.log import jobs as log_jobs
from tests.settings import LOG_KEY
from tests.utilities.receipts import script

from .conftest import Lottery

UTILITIES = Path(__file__).parents[3] / "utilities" / "bin"
SEVEN = [1, 2, 3, 4, 5, 6, 7]


def codes(answer) -> set[str]:
    told = answer.get_json()
    return {told["code"], *(error["code"] for error in told.get("errors", ()))}


def body(site: str, numbers: object = SEVEN, **more: object) -> dict[str, object]:
    return {"partnerId": site, "requestedNumbers": numbers, "playerUname": "Ada", "playerIdentifier": "ada", **more}


BAD_NUMBERS = [
    ([1, 2, 3, 4, 5], "numbers_count"),
    (list(range(1, 27)), "numbers_count"),
    ([], "numbers_count"),
    ([1, 2, 3, 4, 5, 5], "numbers_repeated"),
    ([0, 1, 2, 3, 4, 5], "numbers_out_of_pool"),
    ([1, 2, 3, 4, 5, 13], "numbers_out_of_pool"),
    ([1, 2, 3, 4, 5, 64], "numbers_out_of_pool"),
    ([1, 2, 3, 4, 5, -6], "numbers_out_of_pool"),
    (["1", "2", "3", "4", "5", "6"], "numbers_not_whole"),
    ([1, 2, 3, 4, 5, 6.0], "numbers_not_whole"),
    ([1, 2, 3, 4, 5, True], "numbers_not_whole"),
    ([1, 2, 3, 4, 5, None], "numbers_not_whole"),
    ([1, 2, 3, 4, 5, [6]], "numbers_not_whole"),
    ("1,2,3,4,5,6", "numbers_count"),
    ({"1": 1}, "numbers_count"),
    (None, "numbers_count"),
    (7, "numbers_count"),
    (list(range(10_000)), "numbers_count"),
]


def test_numbers_that_are_none(lottery: Lottery) -> None:
    site = lottery.site_id()
    for numbers, code in BAD_NUMBERS:
        wanted = body(site, numbers)
        quoted = {name: wanted[name] for name in ("partnerId", "requestedNumbers")}
        for path, sent in (("/quote", quoted), ("/orders", wanted)):
            answer = lottery.client.post(f"/api/luckotto{path}", json=sent)
            assert answer.status_code == 422, (path, numbers)
            assert answer.mimetype == "application/problem+json"
            assert code in codes(answer), (path, numbers, answer.text)
    endless = json.dumps(body(site, [1] * 1_000_000))
    answer = lottery.client.post("/api/luckotto/orders", data=endless, content_type="application/json")
    assert answer.status_code == 413
    assert lottery.get("/rounds/1/orders") == {"orders": [], "next": None}


def test_a_quote_below_the_minimum_says_how_many_numbers_would_do(lottery: Lottery) -> None:
    cheap = lottery.app.config["SETTINGS"].model_copy(update={"luckotto_base_combination_price_sats": 500})
    lottery.app.config["SETTINGS"] = cheap
    number = lottery.get("/rounds")["rounds"][0]["roundNumber"] + 1
    round_ = lottery.lottery_round(1)
    while lottery.get("/rounds")["rounds"][0]["roundNumber"] < number:
        lottery.mine()
    round_ = lottery.lottery_round(number)
    assert round_.base_combination_price_sats == 500
    lottery.mine_to(round_.opens_at_height)
    site = lottery.site_id(edge_percent=0)
    answer = lottery.client.post(
        "/api/luckotto/quote", json={"partnerId": site, "requestedNumbers": [1, 2, 3, 4, 5, 6]}
    )
    assert answer.status_code == 422
    assert answer.json["code"] == "order_below_minimum"
    assert answer.json["params"] == {"totalSats": 500, "minimumSats": 2320, "numbers": 7}


def test_who_may_order(lottery: Lottery) -> None:
    site = lottery.site_id()
    post = lambda sent, **more: lottery.client.post("/api/luckotto/orders", json=sent, **more)  # noqa: E731
    assert codes(post(body("018f58d2-2802-7000-8000-000000000002"))) == {"partner_not_found"}
    assert post(body("018f58d2-2802-7000-8000-000000000002")).status_code == 404
    assert post(body(site.upper() if site.upper() != site else "x" * 36)).status_code == 404
    assert post(body(site), headers={"Origin": "https://evil.example"}).status_code == 403
    assert post(body(site), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert codes(post(body(site, playerUname="a\u202eb"))) >= {"player_identifier_invalid"}
    assert codes(post(body(site, playerIdentifier=""))) >= {"player_identifier_invalid"}
    assert codes(post(body(site, price=1))) >= {"input_extra_forbidden"}
    with transaction():
        found = db.session.get_one(PartnerSite, site)
        update_site(found, {"status": "paused"})
    assert codes(post(body(site))) == {"site_not_live"}
    assert lottery.client.get(f"/api/luckotto/players/ada/orders?partnerId={site}").json == {"orders": [], "next": None}


def test_what_is_public(lottery: Lottery) -> None:
    site, other = lottery.site_id(), lottery.site_id()
    made = [lottery.buy(site, SEVEN, "ada") for _ in range(3)]
    assert {
        "id",
        "roundNumber",
        "requestedNumbers",
        "allocatedNumbers",
        "depositAddress",
        "bip21",
        "terms",
        "commitment",
        "internalKey",
        "baseSats",
        "feeSats",
        "totalSats",
        "paidSats",
        "payments",
        "status",
    } <= set(made[0])
    mine = lottery.get("/players/ada/orders", partnerId=site)
    assert [order["id"] for order in mine["orders"]] == [order["id"] for order in reversed(made)]
    page = lottery.get("/players/ada/orders", partnerId=site, limit=2)
    assert page["next"] == made[1]["id"]
    rest = lottery.get("/players/ada/orders", partnerId=site, before=page["next"])
    assert [order["id"] for order in rest["orders"]] == [made[0]["id"]]
    assert lottery.get("/players/ada/orders", partnerId=other) == {"orders": [], "next": None}
    assert codes(lottery.client.get("/api/luckotto/players/ada/orders")) == {"partner_id_missing"}
    assert lottery.client.get(f"/api/luckotto/orders/{'0' * 36}").status_code == 404
    assert lottery.client.get("/api/luckotto/rounds/999999").status_code == 404
    assert lottery.client.get("/api/luckotto/rounds/999999/orders").status_code == 404
    assert codes(lottery.client.get("/api/luckotto/rounds?limit=x")) == {"number_invalid"}
    round_ = lottery.get("/rounds/1")
    assert {"roundNumber", "status", "poolSize", "baseCombinationPriceSats", "jackpotSats"} <= set(round_)
    assert (round_["poolSize"], round_["jackpotSats"]) == (12, 924 * 2500)
    for path in ("/rounds", "/rounds/1", f"/orders/{made[0]['id']}"):
        first = lottery.client.get(f"/api/luckotto{path}")
        again = lottery.client.get(f"/api/luckotto{path}", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304


@pytest.fixture
def server(lottery: Lottery):
    site = lottery.made()
    with transaction():
        key = keys.issue(db.session.merge(site), name="Server", access="write", actor="test").text

    def post(sent, once=None, key=key):
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        if once:
            headers["Idempotency-Key"] = once
        return lottery.client.post("/api/luckotto/orders/authenticated", json=sent, headers=headers)

    with transaction():
        post.site = str(db.session.merge(site).id)
    return post


def test_orders_of_a_partners_server(lottery: Lottery, server) -> None:
    wanted = {"requestedNumbers": SEVEN, "playerUname": "Ada", "playerIdentifier": "ada"}
    assert server(wanted, key=None).status_code == 401
    assert codes(server(wanted, key="tiraj_live_nonsense")) == {"api_key_invalid"}
    made = server(wanted)
    assert made.status_code == 201, made.text
    assert made.json["partnerId"] == server.site
    assert server(body(server.site)).status_code == 201
    assert lottery.client.post("/api/luckotto/orders", json=body(server.site)).status_code == 201
    ways = db.session.scalars(select(LuckottoOrder.placed_by).order_by(LuckottoOrder.id))
    assert list(ways) == ["key", "key", "anyone"]
    other = lottery.site_id()
    assert (server(body(other)).status_code, codes(server(body(other)))) == (403, {"partner_mismatch"})
    assert "numbers_repeated" in codes(server({**wanted, "requestedNumbers": [1, 1, 2, 3, 4, 5]}))

    first, second = server(wanted, once="k-1"), server(wanted, once="k-1")
    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert codes(server({**wanted, "playerUname": "Bob"}, once="k-1")) == {"idempotency_key_reused"}
    assert len(lottery.get("/players/ada/orders", partnerId=server.site)["orders"]) == 4


def test_an_order_says_what_the_log_says_of_it_and_no_salt(lottery: Lottery, tmp_path: Path) -> None:
    order = lottery.buy(lottery.site_id(), range(1, 8))
    assert order["log"] is None
    lottery.pay_at_once([order])
    log_jobs.sequence()
    log = lottery.again(order)["log"]
    assert (log["salt"], log["identifier"], log["others"]) == (None, None, [])
    assert json.loads(log["entry"])["numbers"] == lottery.again(order)["allocatedNumbers"]
    assert log["proof"].startswith("c2sp.org/tlog-proof@v1\n")
    assert "log" not in lottery.get(f"/rounds/{order['roundNumber']}/orders")["orders"][0]
    (tmp_path / "receipt.json").write_text(json.dumps(lottery.again(order)))
    words = [str(tmp_path / "receipt.json"), "--log-key", str(LOG_KEY.verifier)]
    whose = [script.main([*words, "--person", one]) for one in (order["playerIdentifier"], "somebody")]
    assert (script.main(words), whose) == (0, [0, 1]), "its terms say whose it is"
    page = lottery.client.get(f"/luckotto/orders/{order['id']}").text
    assert f'href="/log/entries/{log["number"]}"' in page
    paper = f"/luckotto/orders/{order['id']}/receipt.pdf"
    assert f'href="{paper}"' in page
    answer = lottery.client.get(paper)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    document = pypdf.PdfReader(io.BytesIO(answer.data), strict=True)
    ((name, (inside,)),) = document.attachments.items()
    kept, about = json.loads(inside), ("kind", "game", "network", "howToCheck")
    lines = {one: kept.pop(one) for one in about}["howToCheck"]
    assert (name, kept) == (f"tiraj-receipt-{order['id']}.json", lottery.again(order))
    text = "\n".join(one.extract_text() for one in document.pages)
    for line in (
        "1, 2, 3, 4, 5, 6, 7",
        order["id"],
        log["leaf"],
        *log["promise"].split("\n"),
        *log["proof"].split("\n"),
    ):
        assert line in text
    (tmp_path / "receipt.pdf").write_bytes(answer.data)
    assert script.main([str(tmp_path / "receipt.pdf"), *words[1:]]) == 0
    file = lottery.client.get(f"/luckotto/orders/{order['id']}/receipt.json")
    assert (file.data, file.headers["Content-Disposition"]) == (inside, f'attachment; filename="{name}"')
    (tmp_path / name).write_bytes(file.data)
    assert [line.split()[1] for line in lines if not line.startswith("python3")] == ["-fO", "-fO"]
    for line in (one for one in lines if one.startswith("python3")):
        there = re.sub(r"(hash_tweak|verify_receipt)\.py", lambda found: str(UTILITIES / found[0]), line)
        done = subprocess.run(there, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    assert f'href="/luckotto/orders/{order["id"]}/receipt.json" download' in page
    assert lottery.client.get("/luckotto/orders/nonsense/receipt.json").status_code == 404
    assert lottery.client.get("/luckotto/orders/nonsense/receipt.pdf").status_code == 404
    files = {"files": (io.BytesIO(answer.data), "receipt.pdf")}
    page = lottery.client.post("/check", data=files, content_type="multipart/form-data").text
    assert f'href="/luckotto/orders/{order["id"]}"' in page
    assert "What became of the order" in page
