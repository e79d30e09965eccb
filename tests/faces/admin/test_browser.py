"""The console in a real browser: it works by keyboard, without scripts too, and follows what happens.

That every page of it is accessible in light and dark and fits every window: tests/gallery/test_console.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.jobs import queue
from app.record.audit import switches
from dev.node.process import NodeProcess
from tests.browsing import findings, overflow
from tests.settings import OPERATOR_PASSWORD

from .console import PICTURES, Served, browsing, serving, watched
from .operators import NAME, Operator

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    make_node: Callable[[], NodeProcess],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    with serving(app_settings, fresh_database, make_node, tmp_path_factory.mktemp("console")) as made:
        yield made


def test_a_decision_works_without_scripts(chrome: Browser, served: Served) -> None:
    context = browsing(chrome, java_script_enabled=False, viewport={"width": 400, "height": 900})
    page = context.new_page()
    page.goto(served.url + served.paths["partner"])
    page.get_by_role("link", name="Verify the owner").click()
    page.locator("textarea").fill("papers seen")
    page.get_by_role("button", name="Verify").click()
    assert "Decided, and told to the audit log." in page.inner_text("body")
    assert "papers seen" in page.inner_text("body")
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_safe_answer_has_the_focus_and_leads_back(chrome: Browser, served: Served, scripts: bool) -> None:
    context = browsing(chrome, java_script_enabled=scripts, viewport={"width": 400, "height": 900})
    page = context.new_page()
    complaints = watched(page)
    page.goto(served.url + "/admin/system/switches")
    page.locator(".card", has_text="No new order is made").get_by_role("link", name="Stop it").click()
    assert page.inner_text("h1") == "Stop: Sales?"
    assert "Orders that exist can be paid" in page.inner_text("main")
    assert page.locator("main a:focus").inner_text() == "Let it run"
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/system/switches")
    assert complaints == []
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_operators_sign_in_by_the_form_and_out_again(chrome: Browser, served: Served, width: int, scheme: Any) -> None:
    """Without scripts and without basic credentials."""
    size: Any = {"width": width, "height": 800}
    context = chrome.new_context(java_script_enabled=False, viewport=size, color_scheme=scheme)
    page = context.new_page()
    page.goto(served.url + "/admin/login?next=/admin/audit")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    assert "No operator has this name and password." in page.inner_text("main")
    assert page.get_by_label("Name").input_value() == NAME
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Password").fill(OPERATOR_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    assert page.url == served.url + "/admin/audit"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Sign out").click()
    assert page.url == served.url + "/admin/login"
    assert page.goto(served.url + "/admin/audit").status == 401
    context.close()


def test_all_that_are_shown_are_ticked_at_once(chrome: Browser, served: Served) -> None:
    context = browsing(chrome, viewport={"width": 400, "height": 900})
    page = context.new_page()
    complaints = watched(page)
    page.goto(served.url + "/admin/suspended")
    boxes, whole = page.locator("input.tick[name]"), page.locator("[data-tick-all]")
    assert page.locator("[data-ticked-sum]").inner_text() == "None is ticked"
    whole.check()
    assert all(box.is_checked() for box in boxes.all())
    sats = sum(int(box.get_attribute("data-sats") or 0) for box in boxes.all())
    assert page.locator("[data-ticked-sum]").inner_text() == f"{boxes.count()} ticked: {sats:,} sats"
    boxes.first.uncheck()
    assert not whole.is_checked()
    assert complaints == []
    context.close()


def test_what_is_done_with_the_ticked_stays_in_sight_on_a_phone(chrome: Browser, served: Served) -> None:
    """Only once one is ticked, and never over what has the focus."""
    context = browsing(chrome, viewport={"width": 360, "height": 420})
    page = context.new_page()
    page.goto(served.url + "/admin/suspended")
    bar, first = page.locator(".ticked-slim"), page.locator("input.tick[name]").first
    assert bar.evaluate("bar => getComputedStyle(bar).position") == "static"
    first.check()
    assert bar.evaluate("bar => getComputedStyle(bar).position") == "sticky"
    first.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box
    assert box["y"] + box["height"] <= 420
    assert box["height"] <= 110
    links = page.locator(".ticked table a, .ticked table input")
    for place in range(links.count()):
        links.nth(place).evaluate("one => one.focus()")
        seen, lies = links.nth(place).bounding_box(), bar.bounding_box()
        assert seen
        assert lies
        assert seen["y"] + seen["height"] <= lies["y"] + 1, place
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_money_of_many_is_asked_for_and_the_safe_answer_has_the_focus(
    chrome: Browser, served: Served, scripts: bool
) -> None:
    context = browsing(chrome, java_script_enabled=scripts, viewport={"width": 400, "height": 900})
    page = context.new_page()
    page.goto(served.url + "/admin/suspended")
    page.locator("input.tick[name]").first.check()
    page.get_by_role("button", name="Give it to the partners").click()
    assert "sats to partners?" in page.inner_text("h1")
    assert page.locator("main a:focus").inner_text() == "Leave it suspended"
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/suspended?*")
    assert page.locator("input.tick[name]").first.is_checked()
    context.close()


def test_a_refused_decision_stays_at_an_address_that_can_be_opened(chrome: Browser, served: Served) -> None:
    context = browsing(chrome, viewport={"width": 400, "height": 900})
    page = context.new_page()
    page.goto(served.url + served.paths["payout"] + "/act?act=cancel")
    page.locator("textarea").fill("  ")
    page.get_by_role("button", name="Give it up").click()
    assert page.inner_text("h1") == "Give this payout up?"
    assert page.locator("textarea:focus").get_attribute("aria-invalid") == "true"
    page.goto(page.url)
    assert page.inner_text("h1") == "Give this payout up?"
    context.close()


def test_a_payout_on_its_way_is_followed_and_nothing_typed_is_lost(chrome: Browser, served: Served) -> None:
    def move(state: str, sent: bool = True) -> None:
        values = "signed_tx = '\\x00', broadcast_at = now()" if sent else "signed_tx = NULL, broadcast_at = NULL"
        with transaction() as session:
            session.execute(text(f"UPDATE payouts SET state = :state, {values} WHERE live"), {"state": state})

    context = browsing(chrome)
    page = context.new_page()
    complaints = watched(page)
    try:
        move("unknown")
        page.goto(served.url + served.paths["payout"])
        page.get_by_text("Bump the fee").click()
        page.locator("#rate").fill("20")
        assert "Unknown" in page.inner_text("#payout-state")
        move("broadcast")
        page.locator("#payout-state", has_text="Broadcast").wait_for(timeout=30_000)
        assert page.locator("#rate").input_value() == "20"
        assert complaints == []
    finally:
        move("draft", sent=False)
        context.close()


def test_the_overview_follows_what_happens(chrome: Browser, served: Served) -> None:
    context = browsing(chrome)
    page = context.new_page()
    page.goto(served.url + "/admin")
    assert "Sales are stopped." not in page.inner_text("#concerns")
    with transaction():
        switches.stop("sales", actor="operator:bea", reason="a drill")
    stopped = page.locator("#concerns a", has_text="Sales are stopped.")
    stopped.wait_for()
    with transaction():
        switches.start("sales", actor="operator:bea", reason="over")
    stopped.wait_for(state="detached")
    context.close()


def _fail_a_job() -> None:
    queue.ask("draws.rerun", "default", "rounds", 99999, "operator:test")
    work = Queue("default", connection=queue.connection(), serializer=JSONSerializer)
    SimpleWorker([work], connection=queue.connection(), serializer=JSONSerializer).work(burst=True)


def test_a_failed_job_is_enqueued_again_from_the_dashboard(chrome: Browser, served: Served) -> None:
    _fail_a_job()
    assert len(queue.failed_jobs()) == 1
    context = browsing(chrome, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints = watched(page)
    missing: list[str] = []
    page.on("response", lambda answer: missing.append(answer.url) if answer.status == 404 else None)
    trouble: dict[str, list[str]] = {}

    def look(name: str) -> None:
        trouble[name] = findings(page)

    page.goto(served.url + "/admin/rq/0/view/workers")
    assert page.locator(".console-head nav a[aria-current]").inner_text() == "Jobs"
    page.locator("h1").wait_for()
    look("workers")
    page.goto(served.url + "/admin/rq/")
    page.locator("td", has_text="default").first.wait_for()
    look("queues")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    trouble["queues, dark"] = findings(page, "color-contrast")
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/rq-queues-dark.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 900})
    assert overflow(page) <= 0
    look("queues on a phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/rq-queues.png", full_page=True)
    page.goto(served.url + "/admin/rq/0/view/jobs/default/failed/8/asc/1")
    row = page.locator("table#jobs tbody tr", has_text="rerun_draw")
    row.wait_for()
    look("jobs")
    assert {name: found for name, found in trouble.items() if found} == {}
    assert missing == []
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/rq-failed.png", full_page=True)
    page.locator("#empty-btn").click()
    asks = page.get_by_role("alertdialog", name="Do you really want to empty the queue default: 1 job?")
    expect(asks).to_be_focused()
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/rq-asks.png")
    page.keyboard.press("Escape")
    expect(page.locator("#empty-btn")).to_be_focused()
    assert len(queue.failed_jobs()) == 1
    row.get_by_text("Requeue").first.click()
    yes = page.locator("#confirmation-modal-yes")
    if yes.is_visible():
        expect(page.get_by_role("alertdialog")).to_be_focused()
        yes.click()
    row.wait_for(state="detached", timeout=20_000)
    assert queue.failed_jobs() == []
    with served.played.world.app.app_context():
        told = db.session.scalar(text("SELECT count(*) FROM audit_entries WHERE action LIKE 'jobs.requeue%'"))
    assert told
    assert [line for line in complaints if "favicon" not in line and "404" not in line] == []
    context.close()


def test_the_dashboard_takes_no_action_of_another_sites_page(served: Served) -> None:
    _fail_a_job()
    operator = Operator(served.played.world.app)
    identifier = queue.failed_jobs()[-1].id
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}, {}):
        answer = operator.browser.post(f"/admin/rq/job/{identifier}/requeue", headers=operator.headers | headers)
        assert answer.status_code == 403, headers
    assert operator.get("/admin/rq/requeue/default").status_code == 405, "looking changes nothing"
    assert queue.failed_jobs()[-1].id == identifier
    for path in ("/admin/rq/1/view/queues", "/admin/rq/0/data/jobs/default/nonsense/8/asc/1.json"):
        assert operator.get(path).status_code == 404, path
    ours = {"Origin": served.url}
    done = operator.browser.post(f"/admin/rq/job/{identifier}/requeue", headers=operator.headers | ours)
    assert done.json == {"status": "OK"}
