"""A win's way from owed to paid, and back, as everybody sees it: players, partners, their servers, operators."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any
from uuid import UUID

import pypdf
import pytest
from sqlalchemy import select

from app.core.database.session import db, transaction
from app.money.payouts.drafts import generation
from app.people.accounts.models import User
from app.people.partners.models import PartnerSite
from dev.node.process import NodeProcess
from tests.faces.admin.operators import Operator
from tests.faces.api.conftest import Server, server_of
from tests.games.luckotto.conftest import Lottery, lottery  # noqa: F401
from tests.personas import Persona, signed_in

from .conftest import OPERATOR, RATE, Desk

OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"
FRAGMENT = {"HX-Request": "true"}
WORDS = {
    "owed": ("The jackpot is owed", "Owed"),
    "sent": ("The jackpot is on its way", "Sent"),
    "block": ("The jackpot is in a block", "Sent"),
    "confirmed": ("The jackpot is paid", "Paid"),
}


@dataclass
class Won:
    """A won round of a game, and where it is shown. `pages` poll themselves; `answers` are JSON, each with the way to
    its payout."""

    desk: Desk
    game: str
    number: int
    site: PartnerSite
    pages: Mapping[str, str]
    answers: Mapping[str, Callable[[Any], Any]]
    ticket: str
    verify: str
    owner: Persona = field(init=False)
    server: Server = field(init=False)

    def __post_init__(self) -> None:
        email = db.session.scalars(select(User.email).where(User.id == self.site.owner_user_id)).one()
        self.name = self.site.name
        self.owner = signed_in(self.desk.world.app, str(email))
        self.server = server_of(self.desk.world, self.site)
        self.browser = self.desk.world.app.test_client()

    def draft(self) -> UUID:
        with transaction():
            return generation.for_round(self.game, str(self.number), RATE, OPERATOR)[0].id

    def page(self, name: str, **options: Any) -> tuple[int, str]:
        db.session.rollback()
        answer = self.browser.get(self.pages[name], **options)
        return answer.status_code, " ".join(unescape(re.sub(r"<[^>]+>", "", answer.text)).split())

    def payouts(self) -> list[dict[str, Any]]:
        """What every JSON tells of the payment."""
        db.session.rollback()
        found = []
        for path, way in self.answers.items():
            answer = self.browser.get(path)
            assert answer.status_code == 200, answer.text
            found.append(way(answer.json))
        wins = self.server.get("/wins", {"game": self.game})
        assert wins.json is not None
        return [*found, wins.json["wins"][0]["payout"]]

    def told(self) -> list[dict[str, Any]]:
        """What the partner's server heard of the win."""
        feed = self.server.get("/events", {"limit": 100})
        assert feed.json is not None
        return [event for event in feed.json["events"] if event["type"].startswith("win.")]

    def csv(self, reader: str = "") -> dict[str, str]:
        answer = self.owner.get(f"/partners/{self.name}/wins.csv?game={self.game}{reader}")
        return next(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))

    def narrowed(self) -> list[str]:
        """By which of the standings the partner's list and its file show the win, with the counts that stand there."""
        here = f"/partners/{self.name}/wins"
        found = []
        for standing in ("owed", "sent", "confirmed"):
            file = self.owner.get(f"{here}.csv?game={self.game}&state={standing}").text.removeprefix("\ufeff")
            page = self.owner.get(f"{here}?game={self.game}&state={standing}").text
            rows = list(csv.DictReader(io.StringIO(file)))
            assert {row["payoutState"] for row in rows} <= {standing}
            assert bool(rows) == ("<tbody>" in page)
            counts = re.search(r'aria-label="How far the money is">(.*?)</nav>', page, re.S)
            assert counts is not None
            count = dict(re.findall(r"state=(\w+)[^>]*>\w+ (\d+)<", counts[1]))[standing]
            assert count == str(len(rows))
            found += [standing] * len(rows)
        assert self.owner.get(f"{here}?game={self.game}&state=lost").status_code == 422
        return found

    def row(self) -> str:
        """The win in the partner's list."""
        answer = self.owner.get(f"/partners/{self.name}/wins?game={self.game}")
        table = re.search(r'id="list-rows".*?<tbody>(.*?)</tbody>', answer.text, re.S)
        assert table is not None
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", table[1])).split())

    def shows(self, stage: str, txid: str | None = None, height: int | None = None) -> None:
        """Every face tells the same."""
        title, badge = WORDS[stage]
        standing = "sent" if stage == "block" else stage
        for name in self.pages:
            status, text = self.page(name)
            others = [said for said, _ in WORDS.values() if said != title]
            assert status == 200
            assert title in text, name
            assert not [said for said in others if said in text], name
            assert ("owed" in text.lower()) is (stage == "owed"), name
            assert (txid is None) or txid in text, name
            assert (height is None) or f"{height:,}" in text, name
            # A part asks for itself until nothing of it changes more.
            assert self.page(name, headers=FRAGMENT)[0] == (286 if stage == "confirmed" else 200), name
        answers = self.payouts()
        self.verifier_shows(title, txid)
        for told in answers:
            assert told == answers[0]
            assert (told["state"], told["txid"], told["blockHeight"]) == (standing, txid, height)
            assert (told["sentAt"] is not None, told["paidAt"] is not None) == (txid is not None, stage == "confirmed")
        assert answers[0]["address"] == OTHERS
        self.paper_shows(title, answers[0])
        self.partner_sees(answers[0], badge, txid, height)
        assert self.narrowed() == [standing]
        self.operator_sees(badge, txid, height)

    def paper_shows(self, title: str, told: dict[str, Any]) -> None:
        """The holder's receipt to print, whose lines are broken anywhere."""
        path = self.pages["receipt" if "receipt" in self.pages else "order"]
        document = pypdf.PdfReader(io.BytesIO(self.browser.get(f"{path}/receipt.pdf").data))
        text = re.sub(r"\s", "", "".join(page.extract_text() for page in document.pages))
        said = [title, told["address"], f"{told['amountSats']:,} sats"]
        said += [told["txid"]] if told["txid"] else []
        if told["blockHeight"]:
            block = self.desk.world.node.call("getblockhash", told["blockHeight"])
            said += [f"Block {told['blockHeight']} {block} Time of the block"]
        said += [f"Final{datetime.fromisoformat(told['paidAt']):%-d %b %Y, %H:%M} UTC"] if told["paidAt"] else []
        for line in said:
            assert re.sub(r"\s", "", line) in text, line

    def verifier_shows(self, title: str, txid: str | None) -> None:
        """The page of doubters, which asks for itself, and is told nothing while it has said all."""
        answer = self.browser.get(self.verify)
        assert title in answer.text
        assert txid is None or txid in re.sub(r"<[^>]+>", "", answer.text)
        asks = re.search(r'hx-get="([^"]+)"\s+hx-trigger="every 10s" .* hx-select="#verify-following"', answer.text)
        assert (asks is None) is (title == WORDS["confirmed"][0])
        assert ("htmx.min.js" in answer.text) is (asks is not None)
        if asks:
            own = asks[1].replace("&amp;", "&")
            assert self.browser.get(own, headers=FRAGMENT).status_code == 204
            before = re.sub("seen=[^&]+", "seen=sealed", own)
            assert 'id="paying"' in self.browser.get(before, headers=FRAGMENT).text

    def partner_sees(self, told: dict[str, Any], badge: str, txid: str | None, height: int | None) -> None:
        row, plain, people = self.row(), self.csv("&format=machine"), self.csv()
        assert people == plain | {key: people[key] for key in ("winningTicket",) if key in people}
        assert plain["payoutState"] == told["state"]
        assert (plain["payoutTxid"], plain["payoutBlockHeight"]) == (txid or "", str(height or ""))
        for name in ("sentAt", "paidAt"):  # a sheet has whole seconds
            assert plain[name].removesuffix("Z") == (told[name] or "")[:19]
        assert badge in row
        assert txid is None or f"{txid[:6]}…{txid[-6:]}" in row
        assert height is None or f"block {height:,}" in row
        moment = plain["paidAt"] or plain["sentAt"]
        assert not moment or f"{datetime.fromisoformat(moment):%-d %b %Y, %H:%M} UTC" in row
        assert self.ticket in row
        assert self.owner.get(f"/partners/{self.name}").text.count(f">{badge}</span>") >= 1

    def operator_sees(self, badge: str, txid: str | None, height: int | None) -> None:
        page = unescape(re.sub(r"<[^>]+>", "", self.console()))
        assert badge in page
        assert txid is None or txid in page
        assert height is None or f"In block {height:,}" in page

    def console(self) -> str:
        db.session.rollback()
        return Operator(self.desk.world.app).get(f"/admin/rounds/{self.game}/{self.number}").text


def won_tickets(desk: Desk) -> Won:
    site = desk.world.site(edge_percent=10, payout_address=OTHERS)
    order = desk.world.order(site, "ada")
    desk.world.send(order.address, 1_100_000)
    desk.world.mine()
    desk.world.finish(order.round_number)
    number, frame = order.round_number, f"?partner={site.name}&playerPublicIdentifier=ada&playerPrivateIdentifier=a-1"
    pages = {
        "round": f"/rounds/{number}",
        "slip": f"/slips/{order.id}",
        "receipt": f"/slips/{order.receipt_secret}",
        "round in the frame": f"/embed/rounds/{number}{frame}",
        "slip in the frame": f"/embed/slips/{order.id}{frame}",
        "order": f"/embed/slips/{order.receipt_secret}{frame}",
    }
    answers: dict[str, Callable[[Any], Any]] = {
        f"/api/rounds/{number}": lambda told: told["payout"],
        "/api/rounds?limit=100": lambda told: next(r for r in told["rounds"] if r["roundNumber"] == number)["payout"],
        f"/api/rounds/{number}/slips": lambda told: told["slips"][0]["payout"],
        f"/api/slips/{order.receipt_secret}": lambda told: told["payout"],
        f"/slips/{order.receipt_secret}/receipt.json": lambda told: told["payout"],
    }
    ticket = f"{desk.world.round(number).winning_ticket:03d}"
    return Won(desk, "rounds", number, db.session.merge(site), pages, answers, ticket, f"/verify?round={number}")


def won_numbers(desk: Desk) -> Won:
    world = desk.world
    assert isinstance(world, Lottery)
    site = world.made(5, payout_address=OTHERS)
    whole = world.buy(str(site.id), range(1, 13), "whale")
    world.pay(whole)
    world.mine()
    number, frame = whole["roundNumber"], f"?partnerId={site.id}&playerUname=Whale&playerIdentifier=whale"
    world.draw(number)
    pages = {
        "round": f"/luckotto/rounds/{number}",
        "order": f"/luckotto/orders/{whole['id']}",
        "round in the frame": f"/embed/luckotto/rounds/{number}{frame}",
        "order in the frame": f"/embed/luckotto/orders/{whole['id']}{frame}",
    }
    answers: dict[str, Callable[[Any], Any]] = {
        f"/api/luckotto/rounds/{number}": lambda told: told["payout"],
        "/api/luckotto/rounds?limit=100": lambda told: next(
            one for one in told["rounds"] if one["roundNumber"] == number
        )["payout"],
        f"/api/luckotto/orders/{whole['id']}": lambda told: told["payout"],
        f"/api/luckotto/rounds/{number}/orders": lambda told: told["orders"][0]["payout"],
    }
    ticket = ", ".join(str(one) for one in world.get(f"/rounds/{number}")["winningNumbers"])
    return Won(
        desk, "luckotto", number, db.session.merge(site), pages, answers, ticket, f"/luckotto/verify?round={number}"
    )


@pytest.fixture
def numbers_desk(lottery: Lottery, node: NodeProcess) -> Desk:  # noqa: F811
    return Desk(lottery)


@pytest.mark.slow
@pytest.mark.parametrize(("world", "win"), [("desk", won_tickets), ("numbers_desk", won_numbers)])
def test_from_owed_to_paid_and_back(world: str, win: Callable[[Desk], Won], request: pytest.FixtureRequest) -> None:
    desk: Desk = request.getfixturevalue(world)
    won = win(desk)
    won.shows("owed")
    payout_id = won.draft()
    won_of_draft = won.payouts()
    assert {told["state"] for told in won_of_draft} == {"owed"}
    assert "Drafted" in won.console()
    desk.upload(payout_id)
    assert desk.broadcast(payout_id) == "broadcast"
    txid = desk.txid(payout_id)
    won.shows("sent", txid)
    desk.world.mine()
    height = desk.world.tip
    won.shows("block", txid, height)
    desk.world.mine(3)
    won.shows("confirmed", txid, height)

    # The chain takes the block back: it was never paid.
    node = desk.world.node
    node.call("invalidateblock", node.call("getblockhash", height))
    for _ in range(5):
        node.call("generateblock", desk.world.miner, [])
    desk.world.scan()
    won.shows("sent", txid)
    assert desk.refresh(payout_id) == "broadcast"
    desk.bury()
    won.shows("confirmed", txid, desk.world.tip - 3)
    told = won.told()
    assert [event["type"] for event in told] == ["win.created", "win.sent", "win.paid", "win.unpaid", "win.paid"]
    facts = told[0]["data"]
    assert {event["game"] for event in told} == {won.game}
    assert [event["data"] | facts for event in told] == [event["data"] for event in told]  # whose it is, each time
    assert [event["data"]["blockHeight"] for event in told[1:]] == [None, height, None, desk.world.tip - 3]
    assert {(event["data"]["txid"], event["data"]["payoutId"]) for event in told[1:]} == {(txid, str(payout_id))}
    assert desk.world.breaches() == []
