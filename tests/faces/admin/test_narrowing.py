"""Lists of the console and their counts: each number names what it counts and leads to as many rows; each list is
narrowed by its address; the machine room has a page for each question."""

from __future__ import annotations

import re
from html import unescape

from app.core.database.session import transaction
from app.record.audit.service import raise_alarm
from app.wiring import PRODUCT
from tests.factories.played import Played

from .operators import Operator


def rows(page: str) -> int:
    return page.count('<th scope="row"')


def test_each_count_names_what_it_counts_and_leads_to_as_many_rows(console: Operator, played: Played) -> None:
    page = console.get("/admin").text
    linked = re.findall(r'href="(/admin/[^"#]+)[^>]*>\s*([0-9]+) (round|payout|open alarm)s?', page)
    places = {unescape(place): int(number) for place, number, _ in linked}
    assert {place.split("?")[0] for place in places} >= {"/admin/rounds", "/admin/suspended"}
    for place, number in places.items():
        assert rows(console.get(place).text) == number, place
    assert re.search(r'href="/admin/system/jobs">\s*[0-9]+ jobs? waits?</a>', page)
    assert re.search(r"[0-9]+ queues have no worker", page), "one line of all queues"
    each = console.get("/admin/system/jobs").text
    assert re.search(r'href="/admin/rq/0/view/jobs/default/queued/50/dsc/1">\s*[0-9]+ jobs? waits?</a>', each)


def test_alarms_are_narrowed_with_their_counts(console: Operator, played: Played) -> None:
    with transaction():
        raise_alarm("mail_waiting", "platform", due=3)
    found = {state: console.get(f"/admin/alarms?state={state}").text for state in ("", "open", "closed")}
    for state, page in found.items():
        (said,) = re.findall(r'aria-current="page">\s*(?:All|Open|Closed)\s*<span class="num">([0-9]+)<', page)
        assert rows(page) == int(said), state
    assert rows(found["open"]) + rows(found["closed"]) == rows(found[""])
    assert console.get("/admin/alarms?state=nonsense").status_code == 422


def test_an_address_with_something_wrong_leads_back_to_the_list(console: Operator, played: Played) -> None:
    refused = console.get("/admin/orders?q=abc&since=foo")
    assert refused.status_code == 422
    assert "In the address: since" in refused.text
    assert 'href="/admin/orders?q=abc"' in refused.text
    assert "foo" not in refused.text, "what was refused is not repeated"
    for written, place in (("/admin/", "/admin"), ("/admin/payouts/?state=draft", "/admin/payouts?state=draft")):
        moved = console.get(written)
        assert (moved.status_code, moved.headers["Location"]) == (308, place)
    for nowhere in ("/admin/nothing/", "/%2Fevil.example/", "/admin//evil.example/"):
        assert console.get(nowhere).status_code == 404, nowhere


def test_wins_are_narrowed_by_what_became_of_them(console: Operator, played: Played) -> None:
    everything, owed = console.get("/admin/payouts/wins").text, console.get("/admin/payouts/wins?standing=owed").text
    link = f'href="/admin/rounds/rounds/{played.number}"'
    assert link in everything
    assert link in owed
    for standing in ("", "owed", "sent", "confirmed"):
        page = console.get("/admin/payouts/wins", query_string={"standing": standing}).text
        (said,) = re.findall(r'aria-current="page">\s*(?:All|Owed|Sent|Paid)\s*<span class="num">([0-9]+)<', page)
        assert rows(page) == int(said), standing
    assert link not in console.get("/admin/payouts/wins?standing=sent").text
    assert "No win stands so" in console.get("/admin/payouts/wins?standing=confirmed").text
    first = re.findall(r'href="(/admin/payouts/wins[^"]*)"', owed)
    assert "/admin/payouts/wins?standing=sent" in first, "the filter is in the address"
    assert console.get("/admin/payouts/wins?standing=nonsense").status_code == 422
    assert console.get("/admin/payouts/wins?before=nonsense").status_code == 404


def test_the_machine_room_has_a_page_for_each_question(console: Operator, played: Played) -> None:
    tabs = {
        "/admin/system": "Does everything run?",
        "/admin/system/jobs": "Is every queue worked?",
        "/admin/system/switches": "What may be stopped?",
        "/admin/system/log": "Who watches our log?",
        "/admin/system/settings": "Which settings are in force?",
    }
    for path, asked in tabs.items():
        page = console.get(path).text
        assert f"<h1>{asked}</h1>" in page
        assert [f'href="{other}"' in page for other in tabs] == [True] * 5, path
        assert re.search(f'<a href="{path}" aria-current="page">', page), path


def test_acts_are_grouped_by_what_they_are_done_to(console: Operator, played: Played) -> None:
    page = console.get("/admin/audit").text
    select_ = page.split('id="action"')[1].split("</select>")[0]
    groups = re.findall('<optgroup label="([^"]+)">', select_)
    assert groups == sorted(set(groups))
    assert "Orders and what was paid for them" in groups
    of_one_word = {"Alarms", "Notices", "Payouts", *(str(game.title) for game in PRODUCT.games.games)}
    assert all(" " in group or group in of_one_word for group in groups), groups
    assert select_.split("</optgroup>")[-1].strip() == "", "no act stands outside of a group"
