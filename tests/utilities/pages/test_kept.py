"""`/verify` takes what was kept, pasted, opened or dropped: in the reader's browser, or by the server where it must."""

from __future__ import annotations

import base64
import json
import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.core.database.session import db
from app.people.partners.models import PartnerSite
from tests.faces.site.test_anything import SPEND
from tests.outcomes.draws import sealed_reference as reference
from tests.utilities import swertres_draws

pytestmark = pytest.mark.browser
VERDICT = "[data-bundle-result] [data-claims-verdict] .notice-title"


def bundle(visitor: Page, url: str, number: int) -> bytes:
    return visitor.request.get(f"{url}/api/rounds/{number}/bundle").body()


def test_a_bundle_is_checked_here_and_its_script_has_the_files_name(
    page: Page,
    played: tuple[str, int, str],
) -> None:
    url, number, _ = played
    page.goto(f"{url}/verify")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    kept = {"name": "my round.json", "mimeType": "application/json", "buffer": bundle(page, url, number)}
    page.get_by_label("Open files").set_input_files(kept)
    page.get_by_role("button", name="Check it").click()
    expect(page.locator(VERDICT)).to_have_text(
        re.compile("Settled, and everything .*holds|Nothing is wrong, but not finished"), timeout=60_000
    )
    expect(page.locator("[data-paste-command] code")).to_contain_text("python3 verify_round.py 'my round.json'")
    assert sent == []


def test_stretches_of_a_sealed_draw_are_repeated_side_by_side(page: Page, played: tuple[str, int, str]) -> None:
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


def test_a_bundle_may_be_dropped(page: Page, played: tuple[str, int, str]) -> None:
    url, number, _ = played
    page.goto(f"{url}/verify")
    text = json.loads(bundle(page, url, number))
    text["payments"][0]["amountSats"] += 1
    text["round"]["soldTickets"] += 1  # which the platform tells, too
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.items.add(new File([text], "round.json"));
            const over = { dataTransfer: data, bubbles: true, cancelable: true };
            const box = document.querySelector("[data-paste]");
            document.querySelector("h1").dispatchEvent(new DragEvent("dragover", over));
            window.wasShown = box.hasAttribute("data-dropping");
            document.querySelector("h1").dispatchEvent(new DragEvent("drop", over));
        }""",
        json.dumps(text),
    )
    assert page.evaluate("window.wasShown && !document.querySelector('[data-dropping]')"), (
        "a sign, while they are over it"
    )
    expect(page.locator(VERDICT)).to_have_text("Something does not hold", timeout=60_000)
    expect(page.locator('[data-claim="platform"] [data-state]')).to_have_text("Does not hold")
    failing = page.locator("[data-claims] > [data-failing]")
    count = failing.count()
    expect(page.locator("[data-bundle-result] [data-claims-verdict]")).to_contain_text(f"do not hold: {count}.")
    expect(page.locator("[data-bundle-result] [data-claims-tally]")).to_contain_text(f"Does not hold {count}")
    first = page.locator("[data-bundle-result] [data-claims] > *").first
    expect(first).to_have_attribute("data-failing", "")
    page.locator("[data-bundle-result]").get_by_role("link", name="To the first of them").press("Enter")
    expect(first).to_be_focused()
    expect(page.locator('[data-claim="platform"]')).not_to_contain_text("{")
    expect(page.locator("[data-paste-command] code")).to_contain_text("verify_round.py round.json")


DROP = """([name, bytes]) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(bytes)], name));
    const dropped = { dataTransfer: data, bubbles: true, cancelable: true };
    document.querySelector("[data-paste]").dispatchEvent(new DragEvent("drop", dropped));
}"""


def test_of_several_files_each_is_called_by_its_name(page: Page, played: tuple[str, int, str]) -> None:
    url, number, _ = played
    whole = bundle(page, url, number)
    page.goto(f"{url}/verify")

    def give(**files: bytes) -> None:
        kept = [{"name": name, "mimeType": "application/json", "buffer": text} for name, text in files.items()]
        page.get_by_label("Open files").set_input_files(kept)
        page.get_by_role("button", name="Check it").click()

    give(a=whole, b=whole[:-40], c=b'{"terms": "{}", "internalKey": "00"}')
    notice = page.locator("[data-paste-result] [data-claims-verdict]")
    expect(notice).to_contain_text("These are several things")
    expect(notice).to_contain_text(f"a: A proof bundle of round {number}.")
    expect(notice).to_contain_text("b: This is JSON that was cut off")
    expect(notice).to_contain_text("c: A receipt, or the record of an order.")
    give(mine=whole)
    expect(page.locator(VERDICT)).to_have_text(re.compile("Settled|Nothing is wrong"), timeout=60_000)
    expect(page.locator("[data-paste-about]")).to_have_text("Of the file: mine")


def test_draws_of_bets_and_their_receipts_are_checked_here(page: Page, played: tuple[str, int, str]) -> None:
    """Together, and then with the log's key: without one it is this site's own, which signed none of these."""
    story = swertres_draws.honest()
    kept = {"my draw.json": story.bundle(), "mine.json": swertres_draws.receipt(story)}
    page.goto(f"{played[0]}/verify")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_label("Open files").set_input_files(
        [
            {"name": name, "mimeType": "application/json", "buffer": json.dumps(one).encode()}
            for name, one in kept.items()
        ]
    )
    page.get_by_role("button", name="Check it").first.click()
    bets = page.locator("[data-paste-bets]")
    verdict = bets.locator("[data-claims-verdict]")
    expect(verdict).to_contain_text("Claims that do not hold: 4.", timeout=60_000)
    expect(bets.locator("[data-claim=log] [data-detail]")).to_contain_text("not signed by this log")
    bets.locator("summary", has_text="What you know from elsewhere").click()
    bets.get_by_label("Key of the public log").fill(swertres_draws.LOG.vkey)
    bets.get_by_label("Number that was drawn").fill("213")
    bets.get_by_role("button", name="Check again").click()
    expect(verdict).to_contain_text("All that was looked at holds", timeout=60_000)
    expect(bets.locator("[data-claims-outcome]")).to_contain_text("Drawn: 213, as sources said it")
    badges = bets.locator("[data-claim] .badge")
    assert [text for text in badges.all_inner_texts() if text == "Holds"] == ["Holds"] * 16
    expect(bets.locator("[data-claim=receipt] .badge")).to_have_text("Holds")
    expect(bets.locator("[data-bets-command] code")).to_contain_text("verify_swertres.py 'my draw.json'")
    expect(bets.locator("[data-bets-command] code")).to_contain_text("--receipt mine.json")
    assert "{" not in bets.inner_text()
    assert sent == []


def papers(visitor: Page, url: str) -> dict[str, bytes]:
    """Receipts on paper of new orders, by the game."""
    db.session.rollback()
    site = db.session.scalars(select(PartnerSite).order_by(PartnerSite.id)).first()
    assert site is not None
    own = {"partnerName": site.name, "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "account-7"}
    other = {"partnerId": str(site.id), "playerUname": "Ada", "playerIdentifier": "ada"}
    db.session.rollback()
    here = {"Origin": url}
    made = visitor.request.post(f"{url}/api/slips", data=own, headers=here)
    assert made.ok, made.text()
    secret = made.json()["receiptSecret"]
    numbers = {"requestedNumbers": [1, 2, 3, 4, 5, 6, 7]}
    order = visitor.request.post(f"{url}/api/luckotto/orders", data=other | numbers, headers=here).json()["id"]
    paths = {"rounds": f"/slips/{secret}", "luckotto": f"/luckotto/orders/{order}"}
    return {game: visitor.request.get(f"{url}{path}/receipt.pdf").body() for game, path in paths.items()}


def mistype_a_key(page: Page) -> None:
    """No verdict stands above a key that was not read, and whoever empties the field has it again."""
    verdict = page.locator("[data-paste-result] [data-claims-verdict]")
    page.locator("[data-receipt-expect] summary").click()
    field, again = page.locator("#receipt-log"), page.locator("[data-receipt-expect]").get_by_role("button")
    field.fill("abc")
    expect(verdict).to_contain_text("What you entered is not checked yet")
    again.click()
    expect(verdict).to_contain_text("A key is NAME+ID+KEY.", timeout=60_000)
    field.fill("")
    again.click()
    expect(verdict).to_contain_text("What could be checked holds", timeout=60_000)


def test_a_receipt_on_paper_may_be_dropped_or_opened(page: Page, played: tuple[str, int, str]) -> None:
    url, _, _ = played
    for game, paper in papers(page, url).items():
        page.goto(f"{url}/verify")
        page.evaluate(DROP, [f"{game}.pdf", list(paper)])
        title = page.locator("[data-paste-result] [data-claims-verdict] .notice-title")
        expect(title).to_have_text("What could be checked holds", timeout=60_000)
        expect(page.locator('[data-claim="address"] .badge')).to_have_text("Holds")
        line = re.compile(rf"python3 verify_receipt\.py --log-key \S+\+[0-9a-f]{{8}}\+\S+ {game}\.pdf$")
        expect(page.locator("[data-receipt-command] code")).to_have_text(line)
        rest = page.locator('[data-claim="receipt-rest"]')
        if game == "luckotto":
            mistype_a_key(page)
            expect(page.locator('[data-claim="platform"] .badge')).to_have_text("Holds", timeout=60_000)
            # Of all that nothing else shows, the platform says the same; but a site's name stands in no terms.
            expect(rest).to_have_count(1)
        page.goto(f"{url}/check")
        page.get_by_label("Open files").set_input_files(
            {"name": "a.pdf", "mimeType": "application/pdf", "buffer": paper}
        )
        page.get_by_role("button", name="Check it").click()
        expect(page.locator("main .notice-title").first).to_have_text("The address commits to exactly these terms.")


UNREAD = (
    (b"%PDF-1.7 of somebody else", "Ceci ne peut pas être vérifié ici"),
    (b"\x89PNG\r\n\x1a\n\x00", "Ce fichier n"),
    (b'{"order": ', "ce n’est pas du JSON"),
    (b"\xff\xfe\x00", "Ce n’est pas un texte en UTF-8"),
    (b'{"terms": "{}", "internalKey": "00", "log": {}}', "Ce dossier ne peut pas être lu"),
)


def test_an_order_of_a_drawn_round_is_not_called_right_where_nothing_was_drawn_again(
    page: Page, played: tuple[str, int, str]
) -> None:
    url, number, slip = played
    drawn = page.request.get(f"{url}/api/rounds/{number}").json()["winningTicket"]
    slips = page.request.get(f"{url}/api/rounds/{number}/slips?limit=100").json()["slips"]
    order = next(one for one in slips if one["identifier"] == slip)
    has_won = any(first <= drawn <= last for first, last in order["ranges"])
    page.goto(f"{url}/verify")
    page.locator("#pasted").fill(json.dumps(order | {"status": "won" if has_won else "lost"}))
    page.get_by_role("button", name="Check it").click()
    state = page.locator('[data-claim="state"]')
    expect(state.locator(".badge")).to_have_text("Not checked")
    expect(state.get_by_role("link")).to_have_attribute("href", f"/verify?round={number}")
    expect(page.locator("[data-paste-result] .notice-title")).to_have_text("What could be checked holds")
    expect(page.locator("[data-claims-about]")).to_contain_text(f"round {number} ·")
    expect(page.locator("[data-claims-about]")).not_to_contain_text("the file’s word")


def test_what_cannot_be_read_is_said_in_the_readers_language(page: Page, played: tuple[str, int, str]) -> None:
    page.goto(f"{played[0]}/verify?lang=fr")
    notice = page.locator("[data-paste-result] [data-claims-verdict]")
    for kept, said in UNREAD:
        page.evaluate(DROP, ["kept", list(kept)])
        expect(notice).to_contain_text(said)
        expect(notice).not_to_contain_text(re.compile(r"\b(it|is|no|the|missing|malformed|value)\b"))
    page.goto(f"{played[0]}/verify?lang=en")


def test_what_is_none_of_them_is_told_what_it_is(page: Page, played: tuple[str, int, str]) -> None:
    url, number, slip = played
    page.goto(f"{url}/verify")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    notice = page.locator("[data-paste-result] [data-claims-verdict]")
    for text, said in (
        ("hello", "Paste a proof bundle, a receipt file"),
        ('{"a":1}', "This is JSON, but neither a proof bundle"),
        ("[]", "This is a list."),
        ("{}", "This is an empty record"),
        (
            '{"type": "urn:x", "title": "No <b>round.", "status": 404}',
            "No <b>round. Fetch the file",
        ),
        ("[" * 100_000, "cut off or changed"),
        ("http://evil.example/rounds/7", "leads to another site"),
        ("", "There is nothing in it yet"),
    ):
        page.get_by_label("Or paste the text").fill(text)
        page.get_by_role("button", name="Check it").click()
        expect(notice).to_contain_text(said)
    for kept, said in (
        (b"", "There is nothing in it yet"),
        (b"\x89PNG\r\n\x1a\n\x00", "This file is no text, and no PSBT. If it is a picture"),
        (b"%PDF-1.7 of somebody else", "This document has no receipt in it."),
    ):
        page.evaluate(DROP, ["kept", list(kept)])
        expect(notice).to_contain_text(said)
    assert sent == []
    for text, said in (
        ("1", "the number of a round"),
        (f"round {number}", "the number of a round"),
        ("bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080", "This is a Bitcoin address."),
    ):
        page.goto(f"{url}/verify")
        page.get_by_label("Or paste the text").fill(text)
        page.get_by_role("button", name="Check it").click()
        page.wait_for_url(f"{url}/check")
        expect(page.locator("#pasted-error")).to_contain_text(said)
    for text, where in ((slip, f"q={slip.rpartition('/')[2]}"), (f"{url}/rounds/{number}", f"round={number}")):
        page.goto(f"{url}/verify")
        page.get_by_label("Or paste the text").fill(text)
        page.get_by_role("button", name="Check it").click()
        page.wait_for_url(f"{url}/verify?{where}")


def test_what_only_the_server_can_look_up_goes_there(page: Page, played: tuple[str, int, str]) -> None:
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


def test_what_is_no_secret_is_asked_of_no_api_and_answered(page: Page, played: tuple[str, int, str]) -> None:
    url, number, _ = played
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/" in request.url else None)
    said = "There is no round, order, card or draw with this number, code or link."
    for text in ("ab" * 31, "bcrt1p" + "q" * 58, "x" * 20):
        page.goto(f"{url}/verify")
        page.locator("#q").fill(text)
        page.get_by_role("button", name="Verify", exact=True).click()
        expect(page.locator("#q-error")).to_have_text(said)
    assert asked == []
    for text, where in (("AB" * 32, f"/check?q={'ab' * 32}"), (f"round {number}", f"/verify?q=round+{number}")):
        page.goto(f"{url}/verify")
        page.locator("#q").fill(text)
        page.get_by_role("button", name="Verify", exact=True).click()
        page.wait_for_url(f"{url}{where}")
    expect(page.locator("h1")).to_have_text(f"Verify round {number}")
    page.goto(f"{url}/verify")
    for text in ("A" * 32, f"{url}/slips/{'A' * 32}"):
        page.locator("#q").fill(text)
        page.get_by_role("button", name="Verify", exact=True).click()
        expect(page.locator("#q-error")).to_have_text(said)
        expect(page.locator("#q")).to_be_focused()
        assert page.url == f"{url}/verify", "what may be a secret stands in no address"
        page.locator("#pasted").fill(text)
        page.get_by_role("button", name="Check it").click()
        expect(page.locator("#pasted-error")).to_have_text(said)
        expect(page.locator("#pasted")).to_be_focused()
        assert page.url == f"{url}/verify", "nor is it sent where nobody asked for a receipt"
    page.locator("#q").fill(f"http://evil.example/slips/{'B' * 32}")
    page.get_by_role("button", name="Verify", exact=True).click()
    expect(page.locator("#q-error")).to_contain_text("another site")
    assert not any("B" * 32 in one for one in asked)


def test_the_words_of_a_seed_are_not_sent(page: Page, played: tuple[str, int, str]) -> None:
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
