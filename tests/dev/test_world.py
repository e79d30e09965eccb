"""The demo world: made once, kept backed, and a wallet that obeys its own page alone."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from uuid_utils.compat import uuid7

from app.chain.models import ReserveAddress
from app.core.database.session import db
from app.games.ticket_draw.models import Round
from app.people.accounts.models import User
from app.people.partners import queries as partners
from app.people.partners.site.embed_code import snippet
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.selling.windows.rounds import backing
from dev.node.process import NodeProcess
from dev.world import habits, settings
from dev.world.clock import BlockClock
from dev.world.habits import Quote
from dev.world.loops import Loop
from dev.world.miner import Miner
from dev.world.page import create_page
from dev.world.payment import Unpayable, parse
from dev.world.players import Crowd
from dev.world.readiness import Readiness
from dev.world.reserve import JACKPOTS_SENT, PATIENCE_BLOCKS, Reserve
from dev.world.seeding import SECOND_PARTNER, seed
from dev.world.settings import WorldSettings
from dev.world.story import Teller
from dev.world.wallet import Wallet
from tests.factories.world import World

PAGE = "http://localhost:5601"
ADDRESS = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"


def make_settings(app_settings: Mapping[str, str], node_url: str, **changes: str) -> WorldSettings:
    return settings.read(
        {
            **app_settings,
            "BITCOIN_RPC_URL": node_url,
            "PARTNER_PAGE_URL": PAGE,
            "DEMO_PARTNER_ID": str(uuid7()),
            "DEMO_PARTNER_NAME": "demo",
            **changes,
        }
    )


@pytest.fixture
def demo(app_settings: dict[str, str], node: NodeProcess) -> WorldSettings:
    return make_settings(app_settings, node.rpc_url)


@pytest.fixture
def wallet(demo: WorldSettings) -> Wallet:
    return Wallet(demo.node_url)


@pytest.fixture
def miner(wallet: Wallet, chain_app: Flask) -> Miner:
    return Miner(wallet, BlockClock(4), (Readiness(chain_app, wallet).missing,))


@pytest.fixture
def page(demo: WorldSettings, wallet: Wallet, chain_app: Flask, miner: Miner) -> FlaskClient:
    return create_page(demo, wallet, Teller(chain_app), miner).test_client()


def test_seeding_makes_two_live_partners(chain_app: Flask, demo: WorldSettings, wallet: Wallet):
    seed(chain_app, demo, wallet)
    first, second = partners.live_site("demo"), partners.live_site(SECOND_PARTNER)
    assert first.id == demo.partner_id
    assert first.embed_allowed_origins == [PAGE, "http://127.0.0.1:5601", demo.base_url]
    assert (first.house_edge_percent, second.house_edge_percent) == (10, 5)
    assert wallet.call("getaddressinfo", first.payout_address)["ismine"]
    assert db.session.scalars(select(User.email).where(User.id == first.owner_user_id)).one() == "owner@demo.example"


def test_seeding_again_changes_nothing(chain_app: Flask, demo: WorldSettings, wallet: Wallet, node: NodeProcess):
    seed(chain_app, demo, wallet)
    Reserve(chain_app, demo, wallet, BlockClock(4)).tend()
    before, pool = _rows(), sorted(node.call("getrawmempool"))
    seed(chain_app, demo, wallet)
    Reserve(chain_app, demo, wallet, BlockClock(4)).tend()
    assert _rows() == before
    assert sorted(node.call("getrawmempool")) == pool


def test_a_page_on_another_port_is_let_in(
    chain_app: Flask, demo: WorldSettings, wallet: Wallet, app_settings: dict[str, str], node: NodeProcess
):
    seed(chain_app, demo, wallet)
    seed(chain_app, make_settings(app_settings, node.rpc_url, PARTNER_PAGE_URL="http://localhost:5777"), wallet)
    db.session.rollback()
    assert "http://localhost:5777" in partners.live_site("demo").embed_allowed_origins


def test_a_payment_before_the_first_scan_backs_the_first_round(
    chain_app: Flask, demo: WorldSettings, wallet: Wallet, node: NodeProcess
):
    Reserve(chain_app, demo, wallet, BlockClock(4)).tend()
    world = World(chain_app, node)
    world.scan()  # starts at the tip
    world.mine()
    db.session.rollback()
    assert db.session.get_one(Round, 1).status == "open"
    assert ledger.balance(AccountRef("coins")) >= JACKPOTS_SENT * demo.jackpot_sats


def test_a_thin_reserve_is_topped_up(chain_app: Flask, demo: WorldSettings, wallet: Wallet, node: NodeProcess):
    world = World(chain_app, node).begin()
    reserve = Reserve(chain_app, demo, wallet, BlockClock(4))
    promised = demo.jackpot_sats
    assert world.tip
    reserve.tend()  # a hundred jackpots are there
    assert _reserve_addresses() == 1

    richer = make_settings_with(demo, jackpot_sats=promised * 20)
    reserve = Reserve(chain_app, richer, wallet, BlockClock(4))
    reserve.tend()
    reserve.tend()  # the first payment is still on its way
    assert _reserve_addresses() == 2
    world.mine()
    db.session.rollback()
    assert backing.free_coins() >= JACKPOTS_SENT * richer.jackpot_sats
    reserve.tend()
    assert _reserve_addresses() == 2


def test_a_lost_payment_to_the_reserve_is_sent_again(
    chain_app: Flask, demo: WorldSettings, wallet: Wallet, monkeypatch: pytest.MonkeyPatch
):
    sent: list[str] = []
    monkeypatch.setattr(wallet, "pay", lambda address, sats: sent.append(address) or "")
    clock = BlockClock(4)
    reserve = Reserve(chain_app, demo, wallet, clock)
    for _ in range(3):
        reserve.tend()
    assert len(sent) == 1
    for _ in range(PATIENCE_BLOCKS + 1):
        clock.block_found()
    reserve.tend()
    assert sent == sent[:1] * 2


def make_settings_with(demo: WorldSettings, **changes: int) -> WorldSettings:
    return WorldSettings(**{**vars(demo), **changes})


def _rows() -> tuple[object, ...]:
    db.session.rollback()
    sites = [vars(partners.site_by_name(name)) for name in ("demo", SECOND_PARTNER)]
    plain = [{key: value for key, value in one.items() if not key.startswith("_")} for one in sites]
    return plain, db.session.scalar(select(func.count()).select_from(User)), _reserve_addresses()


def _reserve_addresses() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(ReserveAddress)) or 0)


def post(page: FlaskClient, path: str, **headers: str):
    body = {"address": ADDRESS, "amountSats": 1234}
    return page.post(path, base_url=PAGE, json=body, headers=headers)


def test_the_wallet_pays_its_own_page(page: FlaskClient, node: NodeProcess):
    answer = post(page, "/pay", Origin=PAGE, **{"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200
    outputs = node.call("getrawtransaction", answer.json["txid"], True)["vout"]
    assert any(
        out["scriptPubKey"].get("address") == ADDRESS and round(out["value"] * 100_000_000) == 1234 for out in outputs
    )


ELSEWHERE: tuple[dict[str, str], ...] = (
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:5000"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": PAGE},
    {"Host": "rebound.example:5601", "Origin": "http://rebound.example:5601"},
)


@pytest.mark.parametrize("path", ["/pay", "/mine", "/receive"])
def test_other_sites_move_nothing(page: FlaskClient, node: NodeProcess, path: str):
    before = node.call("getblockcount"), sorted(node.call("getrawmempool"))
    for headers in ELSEWHERE:
        assert post(page, path, **headers).status_code == 403, headers
    assert (node.call("getblockcount"), sorted(node.call("getrawmempool"))) == before


@pytest.mark.parametrize("path", ["/pay", "/mine", "/receive"])
def test_nothing_is_paid_or_mined_beyond_regtest(
    page: FlaskClient, wallet: Wallet, monkeypatch: pytest.MonkeyPatch, path: str
):
    asked: list[str] = []
    monkeypatch.setattr(wallet, "call", lambda method, *_, **__: asked.append(method) or {"chain": "main"})
    assert post(page, path, Origin=PAGE).status_code == 422
    assert asked == ["getblockchaininfo"]


def test_the_form_works_without_a_script(page: FlaskClient):
    form = {"link": f"bitcoin:{ADDRESS}?amount=0.00002000", "amountSats": ""}
    answer = page.post("/pay?player=ada", base_url=PAGE, data=form, headers={"Origin": PAGE})
    assert answer.status_code == 200
    assert "Sent 2,000 sats" in answer.text
    assert answer.mimetype == "text/html"
    mined = page.post("/mine?player=ada", base_url=PAGE, headers={"Origin": PAGE})
    assert "is there" in mined.text
    received = page.post("/receive?player=ada", base_url=PAGE, headers={"Origin": PAGE})
    assert "<code>bcrt1" in received.text


def test_a_node_that_is_away_is_said(page: FlaskClient, wallet: Wallet, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wallet, "_url", "http://a:b@127.0.0.1:1")
    assert post(page, "/pay", Origin=PAGE).status_code == 503


def test_the_page_carries_the_partners_own_snippet(page: FlaskClient, demo: WorldSettings):
    text = page.get("/?player=Ada Lovelace", base_url=PAGE).text
    known, rest = snippet(demo.base_url, "demo").split("PUBLIC_PLAYER_ID")
    assert known + "Ada%20Lovelace&playerPrivateIdentifier=account-" in text
    assert rest.partition("PRIVATE_ACCOUNT_ID")[2] in text
    assert f"{demo.base_url}/static/embed.js" in text


def test_names_that_cannot_play_get_no_frame(page: FlaskClient):
    text = page.get("/?player=<script>alert(1)</script>", base_url=PAGE).text
    assert "<iframe" not in text
    assert "<script>alert" not in text


@pytest.mark.parametrize(
    ("link", "amount", "sats"),
    [
        (f"bitcoin:{ADDRESS}?amount=0.00001100&label=x", "", 1_100),
        (f"BITCOIN:{ADDRESS.upper()}?amount=1", "", 100_000_000),
        (f" {ADDRESS} ", "1,500", 1_500),
        (f"bitcoin:{ADDRESS}?amount=0.1", "700", 700),
    ],
)
def test_what_the_wallet_reads(link: str, amount: str, sats: int):
    assert (parse(link, amount).address, parse(link, amount).sats) == (ADDRESS, sats)


@pytest.mark.parametrize(
    ("link", "amount"),
    [
        ("", "1000"),
        (ADDRESS, ""),
        (ADDRESS, "1.5"),
        (ADDRESS, "-5"),
        (ADDRESS, "1"),
        (ADDRESS, "9" * 16),
        (f"bitcoin:{ADDRESS}?amount=0.000000001", ""),
        (f"bitcoin:{ADDRESS}?amount=NaN", ""),
        (f"bitcoin:{ADDRESS}?amount=Infinity", ""),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "1000"),
        (f"javascript:{ADDRESS}", "1000"),
    ],
)
def test_what_the_wallet_refuses(link: str, amount: str):
    with pytest.raises(Unpayable):
        parse(link, amount)


def test_every_habit_pays_what_it_says():
    quote, rng = Quote(ADDRESS, 1, 1_100, 1_100), Random(7)
    sent = {habit: habits.payments(habit, quote, 5, 24, rng) for habit in habits.HABITS}
    assert [one.sats for one in sent["whole"]] == [5_500]
    assert 5_500 < sent["remainder"][0].sats < 6_600
    assert len(sent["top_up"]) == 2
    assert sum(one.sats for one in sent["twice"]) == 5_500
    assert habits.DUST_SATS <= sent["below_minimum"][0].sats < 1_100
    assert sent["late"][0].after_blocks > 24
    assert sent["forgets"] == []


def test_rounds_are_meant_to_fill_to_about_half():
    rng = Random(3)
    assert all(4_000 <= habits.target(10_000, rng) <= 7_000 for _ in range(200))


def test_players_wait_for_a_platform_that_is_away(demo: WorldSettings, wallet: Wallet, capfd: pytest.CaptureFixture):
    away = WorldSettings(**{**vars(demo), "base_url": "http://127.0.0.1:1"})
    loop = Loop("players", Crowd(away, 1_000, wallet, BlockClock(4)).order, 4.0, threading.Event())
    assert [loop.turn(), loop.turn()] == [4.0, 4.0]
    assert capfd.readouterr().out.count("has to wait") == 1
