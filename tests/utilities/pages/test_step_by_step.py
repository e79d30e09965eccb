"""A bundle, a receipt and a slip of the main game on `/verify`, step by step, and what is made of those that lie."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from dev.node.process import NodeProcess
from tests.browsing import findings
from tests.games.ticket_draw.stage import Stage, staged

pytestmark = pytest.mark.browser

_SCRIPT = Path(__file__).parents[3] / "utilities" / "bin" / "verify_round.py"


@pytest.fixture(scope="module")
def stage(
    fresh_database: Callable[[], str],
    app_settings: dict[str, str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    with staged(app_settings, fresh_database, node, tmp_path_factory.mktemp("verify")) as made:
        yield made


@pytest.fixture
def page(chrome: Browser) -> Iterator[Page]:
    context = chrome.new_context(viewport={"width": 360, "height": 800})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_a_bundle_is_checked_in_the_browser_as_by_the_script(page: Page, stage: Stage, tmp_path: Path) -> None:
    bundle = page.request.get(f"{stage.url}/api/rounds/{stage.rounds['won']}/bundle").json()
    verdict = page.locator("[data-bundle-result] [data-claims-verdict] .notice-title")
    page.goto(stage.pages["verify"])
    changed = json.loads(json.dumps(bundle))
    changed["draw"]["closingBlockHash"] = flip(changed["draw"]["closingBlockHash"])
    for record, words, status in (
        (bundle, "Nothing is wrong, but not finished", 3),
        (changed, "Something does not hold", 1),
    ):
        file = tmp_path / "bundle.json"
        file.write_text(json.dumps(record))
        page.locator("#files").set_input_files(file)
        page.get_by_role("button", name="Check it").click()
        expect(page.locator('[data-claim="platform"] .badge')).to_have_text("Does not hold" if status == 1 else "Holds")
        expect(verdict).to_have_text(words)
        done = subprocess.run([sys.executable, _SCRIPT, file], capture_output=True, check=False)
        assert done.returncode == status  # 3: nothing is wrong, and the jackpot is owed
    expect(page.locator('[data-claim="closing"] .badge')).to_have_text("Does not hold")
    expect(page.locator('[data-claim="draw"] .badge')).to_have_text("Holds")  # for it begins with the block itself
    reason = re.compile("the closing block: the file says [0-9a-f]{64}; the blocks say [0-9a-f]{64}\\.")
    expect(page.locator('[data-claim="closing"]')).to_contain_text(reason)
    expect(verdict.locator("xpath=..")).to_contain_text(reason)
    expect(page.locator("[data-bundle-result] [data-claims] > *").first).to_have_attribute("data-failing", "")
    assert findings(page) == []


def test_a_receipt_and_a_slip_are_checked_step_by_step(page: Page, stage: Stage) -> None:
    for field, button in (("#q", "Verify"), ("#pasted", "Check it")):
        page.goto(stage.pages["verify"])
        page.locator(field).fill(stage.pages["receipt-waiting"])
        page.get_by_role("button", name=button).click()
        expect(page.locator("[data-paste-result] .notice-title")).to_have_text("What could be checked holds")
        assert page.url == stage.pages["verify"], "the secret stands in no address"
    receipt = page.request.get(f"{stage.pages['receipt-confirmed']}/receipt.json").json()
    page.locator("#pasted").fill(json.dumps(receipt))
    page.get_by_role("button", name="Check it").click()
    for statement in ("The log tells what was paid", "The entries are yours", "the log promised it, signed"):
        expect(page.locator("[data-claim]", has_text=statement).locator(".badge")).to_have_text("Holds")
    expect(page.locator('[data-claim="receipt-key"] .badge')).to_have_text("Not asked")
    for unasked in ("receipt-no-witness", "receipt-no-checkpoint"):
        expect(page.locator(f'[data-claim="{unasked}"] .badge')).to_have_text("Not asked")
    expect(page.locator("[data-paste-result] [data-claims-tally]")).to_contain_text("Not asked 3")
    expect(page.locator("[data-paste-result] .notice-title")).to_have_text("What could be checked holds")
    rest = page.locator('[data-claim="receipt-rest"]')
    expect(rest.locator(".badge")).to_have_text("Not looked at")
    expect(rest).not_to_contain_text("the state")
    for name in ("state", "platform"):
        expect(page.locator(f'[data-claim="{name}"] .badge')).to_have_text("Holds")
    record = {name: value for name, value in receipt.items() if name not in ("log", "howToCheck")}
    for kept in (receipt, record):
        page.locator("#pasted").fill(json.dumps(kept | {"slip": kept["slip"] | {"status": "won"}}))
        page.get_by_role("button", name="Check it").click()
        expect(page.locator('[data-claim="state"] .badge')).to_have_text("Does not hold")
        expect(page.locator('[data-claim="state"]')).to_contain_text("The state: the file says won")
        expect(page.locator("[data-claims-about]")).to_contain_text("Won. That is the file’s word alone.")
        expect(page.locator("[data-paste-result] .notice-title")).to_have_text("Something does not hold")
        won = {"state": "confirmed", "amountSats": 9, "address": json.loads(kept["terms"])["payoutAddress"]}
        page.locator("#pasted").fill(json.dumps(kept | {"payout": won}))
        page.get_by_role("button", name="Check it").click()
        expect(page.locator('[data-claim="platform"] .badge')).to_have_text("Does not hold")
    page.locator("#pasted").fill(json.dumps(record))
    page.get_by_role("button", name="Check it").click()
    expect(page.locator("[data-paste-result] .notice-title")).to_have_text("What could be checked holds")
    page.locator("#pasted").fill(json.dumps(receipt))
    page.get_by_role("button", name="Check it").click()
    page.get_by_text("What you know from elsewhere", exact=True).first.click()
    page.locator("#receipt-log").fill(page.request.get(f"{stage.url}/api/log").json()["verifierKey"])
    page.locator("[data-receipt-expect] button").click()
    expect(page.locator('[data-claim="platform"] .badge')).to_have_text("Holds")
    expect(page.locator('[data-claim="receipt-key"]')).to_have_count(0)
    paper = page.request.get(f"{stage.pages['receipt-confirmed']}/receipt.pdf").body()
    page.locator("#pasted").fill("")
    page.get_by_label("Open files").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": paper})
    page.locator("#receipt-log").fill("")
    page.get_by_role("button", name="Check it").click()
    expect(page.locator('[data-claim="receipt-key"] .badge')).to_have_text("Not asked")
    expect(page.locator('[data-claim="platform"] .badge')).to_have_text("Holds")
    entry = receipt["log"]["entry"]
    page.locator("#pasted").fill(json.dumps(receipt | {"log": receipt["log"] | {"entry": entry + " "}}))
    page.get_by_role("button", name="Check it").click()
    lie = page.locator("[data-claim]", has_text="Each entry of the log is of this order")
    expect(lie.locator(".badge")).to_have_text("Does not hold")
    expect(lie).to_contain_text(re.compile("The hash of the entry: the file says [0-9a-f]{64}; computed here it is"))
    expect(lie.locator("[data-faults] code")).to_have_text("another-leaf")
    expect(lie.locator("[data-faults] a")).to_have_attribute("href", "/docs/utilities#fault-another-leaf")
    asked: list[Route] = []
    slips = "**/api/rounds/*/slips?*"
    page.route(slips, lambda route: asked.append(route))
    page.locator("#pasted").fill(json.dumps(receipt))
    with page.expect_request(slips):
        page.get_by_role("button", name="Check it").click()
    expect(page.locator('[data-claim="platform"] .badge')).to_have_text("To be checked")
    expect(page.locator("[data-paste-result] .notice-title")).to_have_text("Checking")  # though all else holds
    about = page.locator("[data-claims-about]")
    expect(about).to_contain_text(f"Ticket draw, round {receipt['roundNumber']} · Tickets ")
    expect(about).to_contain_text("That is the file’s word alone.")
    asked[0].continue_()
    expect(page.locator("[data-paste-result] .notice-title")).to_have_text("What could be checked holds")
    expect(about).to_contain_text(f"Paid: {sum(one['amountSats'] for one in receipt['payments']):,} sats")
    expect(about).not_to_contain_text("the file’s word")
    page.unroute(slips)
    receipt["terms"] = receipt["terms"].replace('"ada"', '"eve"')
    page.locator("#pasted").fill(json.dumps(receipt))
    page.get_by_role("button", name="Check it").click()
    for name in ("commitment", "address"):
        expect(page.locator(f'[data-claim="{name}"] .badge')).to_have_text("Does not hold")
    page.locator("#pasted").fill("[]")
    page.get_by_role("button", name="Check it").click()
    expect(page.locator("[data-paste-result] .notice-title")).to_have_text(
        "This is not something that can be checked here"
    )
    held: list[Route] = []
    bundle, mine, state = (
        "**/api/rounds/*/bundle*",
        page.locator("[data-verify-slip]"),
        page.locator("[data-slip-state]"),
    )
    page.route(bundle, lambda route: held.append(route))
    page.goto(stage.pages["verify-slip"])
    computing = re.compile(r"The draw is being computed 0\s?%")  # though by the record it has won
    expect(mine.locator(".notice-title")).to_have_text(computing)
    expect(mine.locator('[data-claim="result"] .badge')).to_have_text("To be checked")
    expect(state).to_be_hidden()
    held[0].continue_()
    page.unroute(bundle)
    expect(mine.locator(".notice-title")).to_have_text("Every claim holds")
    expect(state).to_have_text("Won")
    expect(page.locator('[data-claim="result"]')).to_contain_text("The drawn ticket is in this order")
    expect(page.locator("[data-bundle-result] [data-claims-verdict] .notice-title")).to_have_text(
        "Nothing is wrong, but not finished"
    )


def flip(hexadecimal: str) -> str:
    return ("1" if hexadecimal[0] == "0" else "0") + hexadecimal[1:]
