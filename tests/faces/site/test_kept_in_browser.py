"""`/verify` takes what was kept, pasted, opened or dropped: in the reader's browser, or by the server where it must."""

from __future__ import annotations

import base64
import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.outcomes.draws import sealed_reference as reference

from .test_anything import SPEND
from .test_pages_verifiers import page, played  # noqa: F401

pytestmark = pytest.mark.browser
VERDICT = "[data-bundle-result] [data-claims-verdict] .notice-title"


def bundle(visitor: Page, url: str, number: int) -> bytes:
    return visitor.request.get(f"{url}/api/rounds/{number}/bundle").body()


def test_a_bundle_is_checked_here_and_its_script_has_the_files_name(
    page: Page,  # noqa: F811
    played: tuple[str, int, str],  # noqa: F811
) -> None:
    url, number, _ = played
    page.goto(f"{url}/verify")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    kept = {"name": "my round.json", "mimeType": "application/json", "buffer": bundle(page, url, number)}
    page.get_by_label("Open files").set_input_files(kept)
    page.get_by_role("button", name="Check it").click()
    expect(page.locator(VERDICT)).to_have_text(
        re.compile("Settled, and everything holds|Nothing is wrong, but not finished"), timeout=60_000
    )
    expect(page.locator("[data-paste-command] code")).to_contain_text("python3 verify_round.py 'my round.json'")
    assert sent == []


def test_stretches_of_a_sealed_draw_are_repeated_side_by_side(page: Page, played: tuple[str, int, str]) -> None:  # noqa: F811
    page.goto(f"{played[0]}/verify")
    states, _ = reference.delay("ab" * 32, "cd" * 32, "ef" * 32, 47, every=10)
    stretches = [{"state": state.hex(), "times": 7 if at == 4 else 10} for at, state in enumerate(states[:-1])]
    told = page.evaluate(
        """async (stretches) => {
            const { repeatAll } = await import("/static/verify/stretches.js"), told = [];
            const ends = await repeatAll(stretches, (...done) => told.push(done), 2);
            return { ends, last: told.at(-1) };
        }""",
        stretches,
    )
    asked = [f"{one['state']}:{one['times']}" for one in stretches]
    ends = dict(zip(asked, [state.hex() for state in states[1:]], strict=True))
    assert told == {"ends": ends, "last": [47, 47]}


def test_a_bundle_may_be_dropped(page: Page, played: tuple[str, int, str]) -> None:  # noqa: F811
    url, number, _ = played
    page.goto(f"{url}/verify")
    text = json.loads(bundle(page, url, number))
    text["payments"][0]["amountSats"] += 1
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.items.add(new File([text], "round.json"));
            const box = document.querySelector("[data-paste]");
            box.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        json.dumps(text),
    )
    expect(page.locator(VERDICT)).to_have_text("Something does not hold", timeout=60_000)
    expect(page.locator("[data-paste-command] code")).to_contain_text("verify_round.py round.json")


def test_what_only_the_server_can_look_up_goes_there(page: Page, played: tuple[str, int, str]) -> None:  # noqa: F811
    url, number, slip = played
    slips = page.request.get(f"{url}/api/rounds/{number}/slips").json()["slips"]
    txid = next(one for one in slips if one["identifier"] == slip)["payments"][0]["txid"]
    for text, title in ((txid, "It paid orders of ours"), (base64.b64encode(SPEND).decode(), "It pays no win of ours")):
        page.goto(f"{url}/verify")
        page.get_by_label("Or paste the text").fill(text)
        page.get_by_role("button", name="Check it").click()
        page.wait_for_url(f"{url}/check")
        expect(page.locator("#kept-answer")).to_be_visible()
        expect(page.locator("main .notice-title").first).to_contain_text(title)
    page.goto(f"{url}/verify")
    page.get_by_label("Open files").set_input_files({"name": "a.psbt", "mimeType": "application/x", "buffer": SPEND})
    page.get_by_role("button", name="Check it").click()
    page.wait_for_url(f"{url}/check")


def test_the_words_of_a_seed_are_not_sent(page: Page, played: tuple[str, int, str]) -> None:  # noqa: F811
    url, _, _ = played
    page.goto(f"{url}/verify")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_label("Or paste the text").fill(" ".join(["abandon"] * 11 + ["about"]))
    page.get_by_role("button", name="Check it").click()
    expect(page.locator("[data-paste-result] .notice-title")).to_have_text(
        "This is not something that can be checked here"
    )
    assert sent == []
