"""The verifiers that run in the reader's browser: against the vectors in Node, and on a real round in Chromium."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.utilities.in_browser import NODE, claim_keys

TOP = Path(__file__).parents[3]
_SCRIPT = """
import fs from "node:fs";
const at = (name) => import("file://" + process.argv[1] + "/" + name);
const { draw } = await at("games/ticket_draw/hash_draw.js");
const { refusal } = await at("games/ticket_draw/inputs.js");
const { commit } = await at("verify/taproot.js");
const { sha256, toHex } = await at("verify/sha256.js");
const given = JSON.parse(fs.readFileSync(0, "utf8"));
const told = (made) => { try { return made(); } catch (error) { return { error: error.message }; } };
console.log(JSON.stringify({
  draws: given.draws.map((one) => draw(one.closingBlockHash, one.ticketDigits, one.hashesPerDigit)),
  addresses: given.addresses.map((one) => told(() => commit(one.internalKey, one.terms, one.network))),
  hashes: given.messages.map((one) => toHex(sha256(Uint8Array.from(one)))),
  refusals: given.refusals.map((one) => refusal(...one)),
}));
"""


@pytest.fixture(scope="module")
def vectors() -> dict[str, list[dict[str, object]]]:
    read = {
        name: json.loads((TOP / f"tests/vectors/{name}_1.json").read_text())["vectors"] for name in ("draw", "address")
    }
    return {"draws": read["draw"], "addresses": read["address"]}


def _run(**given: object) -> dict[str, list[object]]:
    folder = TOP / "static"
    whole = {"draws": [], "addresses": [], "messages": [], "refusals": []} | given
    done = subprocess.run(
        [*NODE, "--no-warnings", "--input-type=module", "-e", _SCRIPT, str(folder)],
        input=json.dumps(whole),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, list[object]] = json.loads(done.stdout)
    return answer


def test_the_browser_draws_what_the_vectors_say(vectors: dict[str, list[dict[str, object]]]) -> None:
    names = ("drawDigits", "drawDigests", "winningTicket")
    wanted = [{name: vector[name] for name in names} for vector in vectors["draws"]]
    assert _run(draws=vectors["draws"])["draws"] == wanted


def test_the_browser_makes_the_addresses_of_the_vectors(vectors: dict[str, list[dict[str, object]]]) -> None:
    names = ("commitment", "outputKey", "scriptPubkey", "address")
    made = _run(addresses=vectors["addresses"])["addresses"]
    assert [{name: one[name] for name in names} for one in made] == [  # type: ignore[index]
        {name: vector[name] for name in names} for vector in vectors["addresses"]
    ]


def test_the_browser_hashes_messages_of_every_length() -> None:
    messages = [bytes(range(length)) for length in range(140)]
    made = _run(messages=[list(message) for message in messages])["hashes"]
    assert made == [hashlib.sha256(message).hexdigest() for message in messages]


def test_the_browser_refuses_what_cannot_be(vectors: dict[str, list[dict[str, object]]]) -> None:
    good, key = "a" * 64, vectors["addresses"][0]["internalKey"]
    draws = [
        [good, 6, 1],
        ["0" * 64, 6, 1],
        ["A" * 64, 6, 1],
        [good, 0, 1],
        [good, 10, 1],
        [good, 6, 0],
        [good, 6, 2**60],
    ]
    addresses = [
        {"internalKey": "f" * 64, "terms": "{}", "network": "main"},
        {"internalKey": key, "terms": "", "network": "main"},
        {"internalKey": key, "terms": "{}", "network": "moon"},
    ]
    made = _run(refusals=draws, addresses=addresses)
    assert made["refusals"] == [None, "hash", "hash", "digits", "digits", "hashes", "hashes"]
    assert made["addresses"] == [{"error": "key"}, {"error": "terms"}, {"error": "network"}]


@pytest.mark.browser
def test_a_round_is_verified_in_the_browser(page: Page, played: tuple[str, int, str]) -> None:
    url, number, _ = played
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{url}/verify?round={number}")
    expect(page.locator("[data-draw-result] [data-verdict] .notice-title")).to_have_text("Matches", timeout=60_000)
    expect(page.locator('[data-claim="platform"] .badge')).to_have_text("Holds", timeout=60_000)
    title = page.locator("[data-claims-verdict] .notice-title")
    expect(title).to_have_text(re.compile("Settled, and everything .*holds|Nothing is wrong, but not finished"))
    names = page.locator("[data-claims] [data-claim]").evaluate_all("rows => rows.map((row) => row.dataset.claim)")
    of_log = {"log", "anchor", "witnesses", "expected-log", "expected-witness"}  # it is silent until it is numbered
    assert names == [*(name for name in claim_keys()["rounds"] if name not in of_log), "rest", "platform"]
    assert page.locator("[data-claims] .badge-bad").count() == 0
    told = page.request.get(f"{url}/api/rounds/{number}").json()
    facts = page.locator("[data-claims-facts]")
    expect(facts).to_contain_text(f"Closing block at height {told['closingHeight']:,}")
    assert told["closingBlockHash"] in re.sub(r"\s", "", facts.inner_text())
    recorded = page.request.get(f"{url}/api/rounds/{number}").json()["drawDigits"]
    assert page.locator("[data-digits] .digit").all_inner_texts() == list(recorded)
    assert errors == []


@pytest.mark.browser
def test_a_changed_digit_does_not_match(page: Page, played: tuple[str, int, str]) -> None:
    url, number, _ = played
    page.goto(f"{url}/verify?round={number}")
    verdict = page.locator("[data-draw-result] [data-verdict] .notice-title")
    expect(verdict).to_have_text("Matches", timeout=60_000)
    hash_field = page.locator("input[name=hash]")
    value = hash_field.input_value()
    hash_field.fill(value[:-1] + ("0" if value[-1] != "0" else "1"))
    page.get_by_role("button", name="Run the draw", exact=True).click()
    expect(verdict).to_have_text("Does not match", timeout=60_000)
    hash_field.fill(value)
    page.get_by_role("button", name="Run the draw", exact=True).click()
    expect(verdict).to_have_text("Matches", timeout=60_000)


@pytest.mark.browser
def test_a_record_that_was_tampered_with_is_found_out(page: Page, played: tuple[str, int, str]) -> None:
    url, number, _ = played

    def tamper(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        body = answer.json()
        body["payments"][0]["amountSats"] += 1
        body["orders"][1]["terms"] = body["orders"][1]["terms"].replace("player ", "plaver ")
        route.fulfill(response=answer, json=body)  # type: ignore[attr-defined]

    page.route("**/bundle", tamper)
    page.goto(f"{url}/verify?round={number}")
    for name in ("addresses", "amounts"):
        badge = page.locator(f'[data-claim="{name}"] [data-state]')
        expect(badge).to_have_text("Does not hold", timeout=60_000)
    expect(page.locator("[data-claims-verdict] .notice-title")).to_have_text("Something does not hold")
    page.unroute_all(behavior="wait")


@pytest.mark.browser
def test_what_the_reader_knows_is_compared(page: Page, played: tuple[str, int, str]) -> None:
    url, number, _ = played
    told = page.request.get(f"{url}/api/rounds/{number}").json()
    page.goto(f"{url}/verify?round={number}")
    row = page.locator('[data-claim="expected-closing"] [data-state]')
    expect(row).to_have_text("Not asked", timeout=60_000)
    expect(page.locator('[data-claim^="expected-"]').get_by_text("Not told")).to_have_count(0)
    fault = page.locator('[data-claim="expected-closing"] [data-faults]')
    expect(fault.locator("code")).to_have_text("expected-closing")
    expect(fault.locator("a")).to_have_attribute("href", "/docs/utilities#claim-expected-closing")
    expect(fault.locator("[data-copy]")).to_have_attribute("data-copy", "expected-closing")
    expect(page.locator('[data-claim="seal"] [data-faults]')).to_have_count(0)
    untold = page.locator("[data-claims-untold] li")
    expect(untold).to_have_count(3)
    rest = page.locator('[data-claim="rest"]')
    expect(rest.locator(".badge")).to_have_text("Not looked at")
    expect(rest.locator("[data-detail] > span")).to_have_count(2)  # what of the bundle nothing shows
    page.get_by_text("What you know from elsewhere", exact=True).click()
    for wrong, shown in ((0, "Holds"), (1, "Does not hold")):
        block = f"{told['closingBlockHash']}@{told['closingHeight'] + wrong}"
        page.get_by_label("Closing block, from any explorer").fill(block)
        page.get_by_role("button", name="Check again").click()
        expect(row).to_have_text(shown, timeout=60_000)
    page.get_by_label("Closing block, from any explorer").fill("no block")
    page.get_by_role("button", name="Check again").click()
    assert page.locator("#expectClosing").evaluate("field => field.validationMessage") != ""


@pytest.mark.browser
def test_a_field_that_was_mistyped_can_be_mended(page: Page, played: tuple[str, int, str]) -> None:
    """No verdict stands above what was entered and not checked, and whoever mends or empties the field goes on."""
    url, number, _ = played
    page.goto(f"{url}/verify?round={number}")
    verdict = page.locator("[data-claims-verdict] .notice-title")
    not_yet, done = "What you entered is not checked yet", re.compile("holds|not finished")
    expect(verdict).to_have_text(done, timeout=60_000)
    expect(page.locator('[data-claim="platform"] .badge')).to_have_text("Holds", timeout=60_000)
    first = verdict.text_content()
    assert first is not None
    page.get_by_text("What you know from elsewhere", exact=True).click()
    field, again = page.get_by_label("Promise, from before"), page.get_by_role("button", name="Check again")
    field.fill("abc")
    expect(verdict).to_have_text(not_yet)
    field.fill("")
    expect(verdict).to_have_text(first)
    field.fill("abc")
    again.click()
    expect(page.locator("[data-claims-verdict]")).to_contain_text("A hash has 64 hexadecimal digits.")
    expect(verdict).to_have_text(not_yet)
    right = page.request.get(f"{url}/api/rounds/{number}").json()["roundCommitment"]
    claim = page.locator('[data-claim="expected-promise"] .badge')
    for text, said in ((right, "Holds"), ("ab", None), ("ab" * 32, "Does not hold"), ("xyz", None), ("", "Not asked")):
        field.fill(text)
        expect(verdict).to_have_text(not_yet)
        expect(page.locator("[data-claims-verdict]")).to_contain_text("“Check again” takes it into account.")
        again.click()
        if said is None:
            expect(page.locator("[data-claims-verdict]")).to_contain_text("A hash has 64 hexadecimal digits.")
        else:
            expect(claim).to_have_text(said, timeout=60_000)
            expect(verdict).not_to_have_text(not_yet)
    page.route(re.compile(r"/api/rounds/\d+/bundle"), lambda route: route.abort())
    page.goto(f"{url}/verify?round={number}")
    expect(verdict).to_have_text("The round’s record could not be read. Load the page again.", timeout=60_000)
    page.unroute_all(behavior="wait")


@pytest.mark.browser
def test_a_slips_address_is_checked_from_its_page(page: Page, played: tuple[str, int, str]) -> None:
    url, _, slip = played
    page.goto(f"{url}/slips/{slip}")
    page.get_by_role("link", name="Check the address in the browser").click()
    verdict = page.locator("[data-verdict] .notice-title")
    expect(verdict).to_have_text("Matches", timeout=60_000)
    page.locator("#terms").fill(page.locator("#terms").input_value().replace("player", "plaver"))
    page.get_by_role("button", name="Compute the address").click()
    expect(verdict).to_have_text("Does not match")


@pytest.mark.browser
def test_terms_that_name_another_network_are_no_match(page: Page, played: tuple[str, int, str]) -> None:
    page.goto(f"{played[0]}/hash-tweak")
    verdict, compute = page.locator("[data-tweak-result] .notice-title"), page.get_by_role("button", name="Compute")
    expect(verdict).to_have_text("Matches")
    page.get_by_label("Network", exact=True).select_option("signet")
    compute.click()
    made = page.locator('[data-out="address"]').inner_text().replace(" ", "").replace("\n", "")
    page.get_by_label("Your address").fill(made)
    compute.click()
    expect(verdict).to_have_text("The terms say otherwise")
    page.get_by_label("Network", exact=True).select_option("regtest")
    compute.click()
    expect(verdict).to_have_text("Does not match")
