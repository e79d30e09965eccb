"""Two switches for local operation, which a production does not have."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.core.database.session import db
from app.faces.site.reset import tables_of_games
from app.record.log.format.notes import SigningKey
from tests.factories.played import ask, following_app
from tests.factories.world import World
from tests.settings import SEALING_IN_PRODUCTION

SWITCHES = ("/blockscan", "/reset-db")


@pytest.fixture
def world(chain_app, node):
    return World(chain_app, node).begin()


def count(table: str) -> int:
    db.session.rollback()
    return int(db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_a_scan_follows_the_chain_and_sees_the_mempool(chain_app, world):
    client = chain_app.test_client()
    made = ask(client, world.site().name, "ada")
    world.node.call("generatetoaddress", 2, world.miner)
    world.send(made["order"]["depositAddress"], 2_500)
    answer = client.post("/blockscan")
    assert (answer.status_code, answer.json) == (200, {"tipHeight": world.node.call("getblockcount")})
    assert count("sightings") == 1


def test_a_reset_forgets_the_game_and_keeps_people_and_the_reserve(chain_app, world):
    client = chain_app.test_client()
    site = world.site()
    made = ask(client, site.name, "ada")
    world.send(made["order"]["depositAddress"], 5_600)
    world.mine()
    world.finish(made["order"]["roundNumber"])
    kept = {table: count(table) for table in ("users", "partner_sites", "reserve_addresses", "chain_blocks")}
    answer = client.post("/reset-db")
    assert (answer.status_code, answer.json) == (200, {"tipHeight": world.tip})
    games = set(tables_of_games())
    assert {"slip_ranges", "rounds", "luckotto_combinations", "luckotto_wins"} < games
    games -= {"rounds", "slip_ranges", "luckotto_rounds"}  # where the next rounds stand already
    for table in (*games, "deposit_addresses", "payments"):
        assert count(table) == 0, table
    assert {table: count(table) for table in kept} == kept
    assert world.breaches() == []
    assert client.get(f"/api/slips/{made['receiptSecret']}").status_code == 404

    again = ask(client, site.name, "ada")  # the game goes on, from round 1
    world.send(again["order"]["depositAddress"], 5_600)
    world.mine()
    world.finish(again["order"]["roundNumber"])
    assert client.get(f"/api/rounds/{again['order']['roundNumber']}").json["status"] == "settled"
    assert world.breaches() == []


def test_what_is_only_added_to_stays_so_after_a_reset(chain_app, world):
    chain_app.test_client().post("/reset-db")
    for table in ("ledger_transfers", "events", "audit_entries"):
        with pytest.raises(Exception, match="only ever added"):
            db.session.execute(text(f"DELETE FROM {table}"))
        db.session.rollback()


@pytest.mark.parametrize("path", SWITCHES)
def test_other_sites_and_mere_links_cannot_use_them(chain_app, path):
    client = chain_app.test_client()
    assert client.post(path, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.get(path).status_code == client.head(path).status_code == 405


@pytest.mark.parametrize("path", SWITCHES)
def test_production_does_not_have_them(app_settings, database_url, tmp_path, path):
    production = {
        **app_settings,
        "ENVIRONMENT": "production",
        "OPERATOR_PASSWORD_HASH": "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo",
        "SECRET_KEY": "Zb4" * 16,
        "BASE_URL": "https://tiraj.example",
        "BITCOIN_NETWORK": "signet",
        "MAIL_TRANSPORT": "smtp",
        "SMTP_URL": "smtp://127.0.0.1:1",
        "MAIL_FROM": "Tiraj <mail@tiraj.example.org>",
        "SOURCE_URL": "https://tiraj.example.org/source",
        "LOG_KEY": SigningKey("tiraj.example/log", bytes(32)).text,
        **SEALING_IN_PRODUCTION,
        "PASSWORD_MEMORY_KIB": "19456",
        "HOUSE_NAME": "Example House",
        "HOUSE_ADDRESS": "1 Example Street, Example Town",
        "HOUSE_CONTACT": "house@tiraj.example.org",
    }
    with following_app(production, database_url, app_settings["BITCOIN_RPC_URL"], tmp_path) as app:
        assert app.test_client().post(path).status_code == 404
        assert app.test_client().get(path).status_code == 404


def test_the_demo_by_another_name_of_the_machine_leads_to_the_base_address(chain_app):
    """Its frame may stand on the base address alone."""
    base = chain_app.config["SETTINGS"].base_url
    client = chain_app.test_client()
    other = "127.0.0.1" if "localhost" in base else "localhost"
    port = base.rpartition(":")[2] if base.count(":") == 2 else ""
    there = f"http://{other}{':' + port if port else ''}"
    moved = client.get("/demo?player=ada&lang=fr", base_url=there)
    assert (moved.status_code, moved.headers["Location"]) == (302, f"{base}/demo?player=ada&lang=fr")
    assert client.get("/demo?player=ada", base_url=base).status_code == 200
    assert client.get("/demo", base_url=f"http://{other}:1").status_code == 200, "another port is another server"
