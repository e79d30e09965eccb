"""The console on a real server, with something on every page, and an operator's browser."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import text
from werkzeug.serving import make_server

from app.content.letters import service as letters
from app.content.letters.service import Written
from app.content.tchala import importing
from app.content.tchala import service as dreams
from app.content.tchala.rules import OWN
from app.content.texts import rules as texts_rules
from app.content.texts import service as texts
from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.core.jobs import queue
from app.money.payouts.drafts import generation
from app.record.audit import jobs as audit_jobs
from app.record.audit import switches
from app.record.audit.service import raise_alarm
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef
from app.selling.bets import exposure, postings
from app.selling.bets.bankroll import capacity
from app.selling.bets.calendar import queries
from app.selling.bets.calendar import service as calendar
from app.selling.bets.games import GAMES
from dev.node.process import NodeProcess, free_port
from tests.factories.played import Played, following_app, play
from tests.journeys.conftest import Quiet
from tests.settings import OPERATOR_PASSWORD

PICTURES = os.environ.get("CONSOLE_PICTURES")
"""A folder for pictures of every page, for people to look at."""


@dataclass
class Served:
    """The console at `url`, and the addresses of pages with something on them."""

    url: str
    played: Played
    paths: dict[str, str]


@contextmanager
def serving(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    make_node: Callable[[], NodeProcess],
    folder: Path,
) -> Iterator[Served]:
    """For a module's own fixture."""
    node = make_node()
    node.call("generatetoaddress", 110, node.call("getnewaddress"))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {**app_settings, "BASE_URL": url}
    with following_app(settings, fresh_database(), node.rpc_url, folder) as app:
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
    bets, content = _bets(), _content()
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
        "wins": "/admin/payouts/wins",
        "no-wins": "/admin/payouts/wins?standing=confirmed",
        "system": "/admin/system",
        "system-jobs": "/admin/system/jobs",
        "system-switches": "/admin/system/switches",
        "system-log": "/admin/system/log",
        "system-settings": "/admin/system/settings",
        "alarms-closed": "/admin/alarms?state=closed",
        "nothing-found": "/admin/search?q=nobody",
        "search": "/admin/search?q=1",
        "people": "/admin/people",
        **content,
        "money": "/admin/money",
        "reconciliation": "/admin/money/reconciliation",
        "approvals": "/admin/approvals",
        **bets,
        "operators": "/admin/system/operators",
        "me": "/admin/me",
    }


def _bets() -> dict[str, str]:
    """A game that sells bets, with a bankroll, draws, and numbers that weigh."""
    game = GAMES.get()["swertres"]
    with transaction():
        bank = AccountRef("bank", "test", game.currency)
        ledger.post(postings.funded(new_id(), game.name, bank, 1_000_000_00))
        capacity.count_in(game.currency)
        calendar.make_ahead(game)
        draws = queries.open_draws(game.name)
        for place, draw in enumerate(draws[:5], 1):
            weights = {(number * 37) % 1000: number * place * 100 for number in range(1, 100)}
            assert capacity.widen(draw.id, max(weights.values()))
            exposure.add(draw.id, weights)
        last = calendar.locked(draws[-1].id)
        calendar.skip(last.id, "a typhoon", actor="operator:operator")
        place = f"/admin/{game.name}"
        return {
            "bets": place,
            "bets-games": f"{place}/games",
            "bets-game": f"{place}/games/{draws[0].name}",
            "bets-exposure": f"{place}/exposure?q=037",
            "bets-schedule": f"{place}/schedule?month={last.day:%Y-%m}",
            "bets-finance": f"{place}/finance",
            "bets-bettors": f"{place}/bettors",
            "bets-config": f"{place}/config",
        }


def _content() -> dict[str, str]:
    """A text with a newer draft, and our own dreams."""
    actor, why = "operator:operator", "the new hours"
    words = {tag: {"title": "We open at noon", "body": "## Hours\n\nFrom **noon**."} for tag in texts_rules.LANGUAGES}
    with transaction():
        text_id = texts.create("announcement", words, place=0, page=None, actor=actor)
        texts.publish(text_id, 1, shown_from=None, shown_until=None, reason=why, actor=actor)
        draft = {**words, "en": {"title": "We open at one", "body": "- On weekdays\n- On Sundays"}}
        texts.write(text_id, draft, based_on=1, place=0, actor=actor)
        dreams.take(importing.read(importing.own_list()).entries, OWN, why, actor=actor)
        given = Written("payment", "P-7", "ada@example.org", "I paid.\n\nNothing came.", None, "en")
        letters.write(letters.checked(given), answer_days=14)
        letter_id = db.session.scalar(text("SELECT id FROM letters"))
    place = "/admin/content"
    return {
        "content": place,
        "content-none": f"{place}?kind=banner",
        "content-new": f"{place}/new?kind=page",
        "content-text": f"{place}/{text_id}",
        "content-publish": f"{place}/{text_id}/publish",
        "tchala": f"{place}/tchala",
        "tchala-new": f"{place}/tchala/new",
        "tchala-import": f"{place}/tchala/import",
        "letters": "/admin/letters",
        "letter": f"/admin/letters/{letter_id}",
        "news": "/news",
        "dreams": "/tchala?q=chyen",
    }


def browsing(chrome: Browser, **options: Any) -> BrowserContext:
    """A browser that knows the operator's name and password."""
    credentials: Any = {"username": "operator", "password": OPERATOR_PASSWORD}
    made = chrome.new_context(reduced_motion="reduce", locale="en", http_credentials=credentials, **options)
    made.set_default_timeout(20_000)
    return made


def watched(page: Page) -> list[str]:
    """What the browser complains of from now on."""
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints
