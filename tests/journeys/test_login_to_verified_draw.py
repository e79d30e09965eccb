"""The whole promise in one journey: an owner embeds the game, a player buys, and a doubter checks the draw."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect
from sqlalchemy import select

from app.chain.node import client as chain_node
from app.chain.scan import mempool
from app.core.database.session import db
from app.games.ticket_draw.models import TicketOrder
from app.record.notifications import jobs as mail_jobs

from .conftest import Served, Shop

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_SCRIPTS = Path(__file__).parents[2] / "utilities" / "bin"
_DIGITS_CHANGED = str.maketrans("0123456789abcdef", "123456789abcdef0")


@pytest.fixture
def context(chrome: Browser, served: Served) -> Iterator[BrowserContext]:
    """The owner's browser."""
    made = chrome.new_context(viewport={"width": 1280, "height": 900})
    made.set_default_timeout(10_000)
    made.grant_permissions(["clipboard-read", "clipboard-write"], origin=served.url)
    yield made
    made.close()


@pytest.fixture
def player(chrome: Browser) -> Iterator[BrowserContext]:
    """Another person's. What a frame may keep in it, tests/journeys/test_embed_frame.py asks."""
    made = chrome.new_context(viewport={"width": 1280, "height": 900})
    made.set_default_timeout(10_000)
    yield made
    made.close()


def test_from_the_first_sign_in_to_a_verified_draw(
    context: BrowserContext, player: BrowserContext, served: Served, shop: Shop, tmp_path: Path
) -> None:
    page = context.new_page()
    sign_in(page, served)
    payout_address = served.world.node.call("getnewaddress")
    make_site(page, served, shop, payout_address)
    snippet = embed_code(page)
    shop.body = _shop_page(snippet)

    number, doubter = buy_and_wait(player.new_page(), served, shop)
    verify(doubter, served, number)
    check_by_scripts(served, number, tmp_path)


def sign_in(page: Page, served: Served) -> None:
    """By the link in the mail, in the browser that asked for it; the page that was wanted follows."""
    page.goto(f"{served.url}/partners")
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    expect(page).to_have_url(re.compile("/login"))
    page.get_by_label("Email address").fill("owner@example.com")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    mail_jobs.deliver()
    page.goto(f"{served.url}/dev/mailbox")
    page.get_by_role("link").filter(has_text="/login/confirm").click()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("You have no site yet.")).to_be_visible()


def make_site(page: Page, served: Served, shop: Shop, payout_address: str) -> None:
    """A new site with every setting, taken live."""
    page.get_by_role("link", name="Make your first site").click()
    page.get_by_label("Site title").fill("L’Ücky  Shop!")
    expect(page.get_by_label("Name in addresses")).to_have_value("lucky-shop")
    page.get_by_label("Site title").fill("Lucky Shop")
    expect(page.get_by_label("Name in addresses")).to_have_value("lucky-shop")
    page.get_by_label("House edge").select_option("10")
    expect(page.locator("#price-example")).to_contain_text("1,100 sats")
    page.get_by_label("Payout address").fill(payout_address)
    page.get_by_label("I know that this address becomes public").check()
    page.get_by_role("button", name="Make the site").click()
    expect(page.get_by_role("heading", name="The first API key of Lucky Shop")).to_be_visible()
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", name="This site is a draft")).to_be_visible()

    looks = page.locator("#looks")
    looks.get_by_label("Accent colour").fill("#0b7a53")
    looks.get_by_role("button", name="Save").click()
    expect(looks.get_by_text("Saved.")).to_be_visible()
    nowhere = page.get_by_text("No page may show the frame yet")
    expect(nowhere).to_be_visible()
    origins = page.locator("#origins")
    origins.get_by_label("Sites that may show the frame").fill(shop.origin)
    origins.get_by_role("button", name="Save").click()
    expect(origins.get_by_text("Saved.")).to_be_visible()
    expect(nowhere).to_be_hidden()
    identity = page.locator("#looks")
    identity.get_by_label("Site title").fill("Lucky Shop & Sons")
    identity.get_by_role("button", name="Save").click()
    expect(page.locator("#site-title")).to_have_text("Lucky Shop & Sons")

    page.get_by_role("link", name="Take it live…").click()
    page.get_by_role("button", name="Take it live").click()
    expect(page.get_by_role("heading", level=1, name="Lucky Shop & Sons")).to_be_visible()
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", name="This site is live")).to_be_visible()


def embed_code(page: Page) -> str:
    """What the copy button puts on the clipboard, which is what the page shows."""
    shown = page.get_by_role("region", name="Embed code").text_content()
    page.get_by_role("button", name="Copy Embed code").click()
    copied: str = page.evaluate("navigator.clipboard.readText()")
    assert copied == shown
    return copied


def _shop_page(snippet: str) -> str:
    """As the page tells a partner to do it: the code as it stands, with its player's two identifiers."""
    for placeholder, identifier in (("PUBLIC_PLAYER_ID", "ada"), ("PRIVATE_ACCOUNT_ID", "account-7")):
        assert snippet.count(placeholder) == 1
        snippet = snippet.replace(placeholder, identifier)
    return f"<!doctype html><title>Shop</title><h1>Shop</h1>{snippet}"


def frame_in(page: Page, shop: Shop) -> Frame:
    page.goto(shop.origin)
    handle = page.wait_for_selector("iframe")
    assert handle is not None
    frame = handle.content_frame()
    assert frame is not None
    frame.wait_for_load_state("load")
    return frame


def buy_and_wait(page: Page, served: Served, shop: Shop) -> tuple[int, Page]:
    """Buy in the frame, watch it until the draw, and leave it for the website. The round's number and its page."""
    world, frame = served.world, frame_in(page, shop)
    frame.get_by_role("button", name="Get a payment address").click()
    expect(frame.get_by_role("heading", name="Waiting for your payment")).to_be_visible()
    address = str(frame.locator("#pay-address").text_content())
    sats = int(str(frame.locator("#pay-amount").get_attribute("value")))
    world.send(address, sats)
    mempool.Watcher().look(chain_node.client())
    expect(frame.get_by_role("heading", name="Payment seen")).to_be_visible()
    world.mine()
    expect(frame.get_by_role("heading", name=f"You hold {sats // 1_100} tickets")).to_be_visible()

    number = db.session.scalars(select(TicketOrder.round_number)).one()
    world.finish(number)
    assert world.breaches() == []
    won = world.round(number).winning_ticket in range(sats // 1_100)
    ended = "won" if won else "was drawn"
    expect(frame.get_by_role("heading", name=re.compile(rf"Ticket \d+ {ended}"))).to_be_visible()
    frame.get_by_role("link", name="Check the draw").click()
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Verify in the browser").click()
    website = opened.value
    website.get_by_role("main").get_by_role("link", name=f"Round {number}").click()
    expect(website).to_have_url(f"{served.url}/rounds/{number}")
    return number, website


def verify(page: Page, served: Served, number: int) -> None:
    """From the round's page: the browser draws again, and tells a changed digit."""
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.get_by_role("link", name="Verify in the browser").click()
    expect(page).to_have_url(f"{served.url}/verify?round={number}")
    verdict = page.locator("[data-draw-result] [data-verdict]")
    expect(verdict.get_by_text("Matches")).to_be_visible()
    expect(
        page.get_by_text(re.compile("Settled, and everything .*holds|Nothing is wrong, but not finished"))
    ).to_be_visible()

    field = page.get_by_label("Closing block’s hash")
    true_hash = field.input_value()
    field.fill(true_hash[:-1] + true_hash[-1].translate(_DIGITS_CHANGED))
    page.get_by_role("button", name="Run the draw").click()
    expect(verdict.get_by_text("Does not match")).to_be_visible()
    field.fill(true_hash)
    page.get_by_role("button", name="Run the draw").click()
    expect(verdict.get_by_text("Matches")).to_be_visible()
    assert refused == []


def check_by_scripts(served: Served, number: int, folder: Path) -> None:
    """Each published verifier, alone, on what the API gives to anybody."""
    bundle = folder / "bundle.json"
    with urlopen(f"{served.url}/api/rounds/{number}/bundle") as answer:
        bundle.write_bytes(answer.read())
    record = json.loads(bundle.read_text())
    round_, order, draw = record["round"], record["orders"][0], record["draw"]
    assert order["playerPublicIdentifier"] == "ada"
    assert "account-7" not in bundle.read_text()
    closing = served.world.round(number).closing_block_hash
    assert closing is not None

    work = [str(round_["ticketDigits"]), str(round_["hashesPerDigit"])]
    assert "MATCH" in script("hash_draw.py", closing.hex(), *work, "--expect", str(draw["winningTicket"]))
    tweak = [order["internalKey"], order["terms"], "--network", record["network"]]
    assert "MATCH" in script("hash_tweak.py", *tweak, "--expect", order["depositAddress"])
    finished = record["win"] is None and round_.get("roundTerms") is not None  # else the jackpot is still to be paid
    assert "holds" in script("verify_round.py", str(bundle), status=0 if finished else 3)


def script(name: str, *arguments: str, status: int = 0) -> str:
    """Its output, from an interpreter that sees nothing of ours; it has to end with `status`."""
    command = [sys.executable, "-I", str(_SCRIPTS / name), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    assert "does not hold" not in done.stdout
    return done.stdout


def test_a_player_buys_without_scripts(chrome: Browser, served: Served) -> None:
    served.world.site(name="lucky-shop", display_name="Lucky Shop", edge_percent=10)
    context = chrome.new_context(java_script_enabled=False, viewport={"width": 360, "height": 760})
    page = context.new_page()
    query = "partner=lucky-shop&playerPublicIdentifier=ada&playerPrivateIdentifier=account-7"
    page.goto(f"{served.url}/embed?{query}")
    page.get_by_role("spinbutton", name="Tickets").fill("7")
    page.get_by_role("button", name="Get a payment address").click()
    expect(page.get_by_role("heading", name="Waiting for your payment")).to_be_visible()
    expect(page.locator("#pay-amount")).to_have_attribute("value", "7700")

    page.get_by_role("spinbutton", name="Tickets").fill("8")
    page.get_by_role("button", name="Show this amount").click()
    expect(page.locator("#pay-amount")).to_have_attribute("value", "8800")
    link = unescape(str(page.locator("#pay-link").get_attribute("href")))
    assert urlsplit(link).query.startswith("amount=0.00008800")

    served.world.send(urlsplit(link).path, 8_800)
    served.world.mine()
    page.get_by_role("link", name="Look again").first.click()
    expect(page.get_by_role("heading", name="You hold 8 tickets")).to_be_visible()
    db.session.rollback()
    number = db.session.scalars(select(TicketOrder.round_number)).one()
    served.world.finish(number)
    page.get_by_role("link", name="Look again").first.click()
    ended = re.compile(r"Ticket \d+ (won|was drawn)")
    expect(page.get_by_role("heading", name=ended)).to_be_visible()
    assert context.cookies() == []
    context.close()
