"""The console in a real browser: accessible in light and dark, fitting every window, working without scripts too."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import text
from werkzeug.serving import make_server

from app.core.database.session import db, transaction
from app.core.jobs import queue
from app.money.payouts.drafts import generation
from app.record.audit import jobs as audit_jobs
from app.record.audit import switches
from app.record.audit.service import raise_alarm
from dev.node.process import NodeProcess, free_port
from tests.browsing import Looks, findings, overflow
from tests.factories.played import Played, following_app, play
from tests.journeys.conftest import Quiet
from tests.settings import EXPLORE, OPERATOR_PASSWORD

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("CONSOLE_PICTURES")
"""A folder for pictures of every page, for people to look at."""


@dataclass
class Served:
    """The console at `url`, and the addresses of pages with something on them."""

    url: str
    played: Played
    paths: dict[str, str]


@pytest.fixture(scope="module")
def served(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    make_node: Callable[[], NodeProcess],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    node = make_node()
    node.call("generatetoaddress", 110, node.call("getnewaddress"))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {**app_settings, "BASE_URL": url}
    with following_app(settings, fresh_database(), node.rpc_url, tmp_path_factory.mktemp("console")) as app:
        played = play(app, node)
        queue.connection().flushdb()
        paths = _furnish(played)
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Served(url, played, paths)
        server.shutdown()
        thread.join()
        queue.connection().flushdb()


def _furnish(played: Played) -> dict[str, str]:
    """A payout, an open alarm, a stopped switch and a sealed log."""
    with transaction():
        made, _ = generation.for_round("rounds", str(played.number), 2_000, "operator:operator", "won")
        payout = str(made.id)
    with transaction():
        raise_alarm("scanner_behind", "chain", behind=7)
        switches.stop("settlement", actor="operator:bea", reason="Looking into the node's log before the next draw")
    audit_jobs.seal()
    db.session.rollback()
    order = db.session.scalar(text("SELECT id FROM ticket_orders WHERE player_public_identifier = 'ada' LIMIT 1"))
    alarm = db.session.scalar(text("SELECT id FROM alarms WHERE closed_at IS NULL LIMIT 1"))
    site = db.session.scalar(text("SELECT name FROM partner_sites ORDER BY name LIMIT 1"))
    db.session.rollback()
    return {
        "overview": "/admin",
        "rounds": "/admin/rounds",
        "round": f"/admin/rounds/rounds/{played.number}",
        "orders": "/admin/orders",
        "order": f"/admin/orders/rounds/{order}",
        "nothing": "/admin/orders?q=nobody",
        "suspended": "/admin/suspended",
        "payouts": "/admin/payouts",
        "payout": f"/admin/payouts/{payout}",
        "give-up": f"/admin/payouts/{payout}/act?act=cancel",
        "partners": "/admin/partners",
        "partner": f"/admin/partners/{site}",
        "alarms": "/admin/alarms",
        "alarm": f"/admin/alarms/{alarm}",
        "audit": "/admin/audit",
        "system": "/admin/system",
        "search": "/admin/search?q=1",
    }


def _context(chrome: Browser, **options: Any) -> BrowserContext:
    credentials: Any = {"username": "operator", "password": OPERATOR_PASSWORD}
    made = chrome.new_context(reduced_motion="reduce", locale="en", http_credentials=credentials, **options)
    made.set_default_timeout(20_000)
    return made


def _watched(page: Page) -> list[str]:
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


_PHONE, _DESK = 360, 1280
_UNFOLD = """document.querySelectorAll('details:not([open])').forEach((fold) => {
  fold.open = true; fold.dataset.wasFolded = ''; })"""
"""All rules are asked of the page as it is when everything is open: what is folded away is a part of that."""
_FOLD = "document.querySelectorAll('[data-was-folded]').forEach((fold) => { fold.open = false; })"


@pytest.fixture(scope="module")
def looks() -> Looks:
    return Looks()


def test_every_page_is_accessible_and_fits(chrome: Browser, served: Served, looks: Looks) -> None:
    """On a phone in light by every rule, on a desk in dark by what width and colours can break."""
    context = _context(chrome, color_scheme="light", viewport={"width": _PHONE, "height": 900})
    page = context.new_page()
    complaints = _watched(page)
    trouble: dict[str, Any] = {}

    def note(what: str, found: list[str]) -> None:
        if found or overflow(page) > 0:
            trouble[what] = (overflow(page), found)

    for name, path in served.paths.items():
        page.goto(served.url + path)
        note(name, [] if page.locator("h1").count() == 1 else ["not one h1"])
        page.evaluate(_UNFOLD)
        note(f"{name}, unfolded", [*findings(page, contrast=False), *looks.faults(page, "light")])
        page.set_viewport_size({"width": _DESK, "height": 900})
        note(f"{name}, unfolded on a desk", [*findings(page, "target-size"), *looks.faults(page, "dark")])
        page.evaluate(_FOLD)
        note(f"{name} on a desk", [])
        page.set_viewport_size({"width": _PHONE, "height": 900})
        page.emulate_media(color_scheme="light")
        if PICTURES:
            _photograph(page, name)
    context.close()
    assert trouble == {}
    assert complaints == []


def _photograph(page: Page, name: str) -> None:
    Path(str(PICTURES)).mkdir(parents=True, exist_ok=True)
    page.reload()
    for width, scheme in ((_PHONE, "light"), (_DESK, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=f"{PICTURES}/{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": _PHONE, "height": 900})
    page.emulate_media(color_scheme="light")


@pytest.mark.skipif(not EXPLORE, reason="the whole cross: EXPLORE=1")
@pytest.mark.parametrize(("width", "scheme"), [(_PHONE, "dark"), (_DESK, "light"), (_DESK, "dark")])
def test_every_page_is_accessible_in_every_look(chrome: Browser, served: Served, width: int, scheme: Any) -> None:
    """The rest of the cross, by every rule: what another width or scheme shows is the same markup."""
    context = _context(chrome, color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    trouble: dict[str, Any] = {}
    for name, path in served.paths.items():
        page.goto(served.url + path)
        page.evaluate(_UNFOLD)
        if found := findings(page):
            trouble[name] = found
    context.close()
    assert trouble == {}


def test_a_decision_works_without_scripts(chrome: Browser, served: Served) -> None:
    context = _context(chrome, java_script_enabled=False, viewport={"width": 400, "height": 900})
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
    context = _context(chrome, java_script_enabled=scripts, viewport={"width": 400, "height": 900})
    page = context.new_page()
    complaints = _watched(page)
    page.goto(served.url + "/admin/system")
    page.locator(".card", has_text="No new order is made").get_by_role("link", name="Stop it").click()
    assert page.inner_text("h1") == "Stop: Sales?"
    assert "Orders that exist can be paid" in page.inner_text("main")
    assert page.locator("main a:focus").inner_text() == "Let it run"
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/system")
    assert complaints == []
    context.close()


def test_all_that_are_shown_are_ticked_at_once(chrome: Browser, served: Served) -> None:
    context = _context(chrome, viewport={"width": 400, "height": 900})
    page = context.new_page()
    complaints = _watched(page)
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


def test_a_refused_decision_stays_at_an_address_that_can_be_opened(chrome: Browser, served: Served) -> None:
    context = _context(chrome, viewport={"width": 400, "height": 900})
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

    context = _context(chrome)
    page = context.new_page()
    complaints = _watched(page)
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
    context = _context(chrome)
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
    context = _context(chrome, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints = _watched(page)
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
    row.get_by_text("Requeue").first.click()
    yes = page.locator("#confirmation-modal-yes")
    if yes.is_visible():
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
    from .operators import Operator

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
