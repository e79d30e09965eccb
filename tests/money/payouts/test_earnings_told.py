"""A partner sees on its balance how far a payout of its earnings has come, on screen and as CSV."""

from __future__ import annotations

import csv
import io
import re

from sqlalchemy import select

from app.core.database.session import db, transaction
from app.people.accounts.models import User
from app.people.notices import service as notices
from app.people.partners.models import PartnerSite
from app.record.notifications import queries as mailbox
from app.record.notifications.rendering import render
from tests.faces.api.conftest import Server, issue
from tests.faces.play.wallet.reading import read
from tests.personas import Persona, signed_in

from .conftest import Desk


def test_a_payout_of_earnings_says_how_far_it_has_come(desk: Desk) -> None:
    site, number = desk.won(edge_percent=10)
    desk.make_payable(site)
    owner = db.session.get_one(PartnerSite, site.id).owner_user_id
    name, email = site.name, str(db.session.scalars(select(User.email).where(User.id == owner)).one())
    persona = signed_in(desk.world.app, email)

    def told() -> tuple[str, list[str]]:
        """The page, and of the payout's line what the CSV says: state, transaction, block."""
        page = persona.get(f"/partners/{name}/balance").text
        rows = list(csv.DictReader(io.StringIO(persona.get(f"/partners/{name}/balance.csv?format=machine").text)))
        assert [row["roundNumber"] for row in rows] == ["", str(number)]
        return page, [rows[0][column] for column in ("payoutState", "payoutTxid", "payoutBlockHeight")]

    payout_id = desk.generate(number, with_balances=True)
    txid = desk.txid(payout_id)
    page, row = told()
    assert ("Drafted" in page, txid in page, row) == (True, False, ["drafted", "", ""]), "a draft is no transaction yet"
    desk.upload(payout_id)
    assert told()[1] == ["signed", "", ""]
    assert desk.broadcast(payout_id) == "broadcast"
    page, row = told()
    assert (txid in page, row) == (True, ["sent", txid, ""])
    desk.bury()
    page, row = told()
    assert (row[:2], row[2].isdecimal(), "block " in page) == (["confirmed", txid], True, True)


def letters(kind: str) -> list[str]:
    """What was written of a kind of notices, the oldest first."""
    with transaction():
        found = [one for one in mailbox.newest() if one.params and one.params.get("kind") == kind]
        return [render(one.channel, one.template, one.locale, one.params).text for one in reversed(found)]


def bare(text: str) -> str:
    """Without the marks around names, and in one line."""
    return re.sub(r" (?=[,).])", "", " ".join(re.sub("[\u2066-\u2069]", "", text).split()))


def test_a_win_and_money_that_is_sent_are_told_by_mail_once_and_as_they_choose(desk: Desk) -> None:
    site, number = desk.won(edge_percent=10)
    desk.make_payable(site)
    owner = db.session.get_one(PartnerSite, site.id).owner_user_id
    (won,) = letters("site.win")
    account = "(your account private-ada)"
    assert f"ada {account} has won in Ticket draw, round {number} (drawn: ticket " in bare(won)
    assert f"pays it to your payout address {site.payout_address}; when it is there, credit the player" in won
    assert f"/partners/{site.name}/wins" in won

    email = str(db.session.scalars(select(User.email).where(User.id == owner)).one())
    persona = signed_in(desk.world.app, email)
    page = bare(read(persona.get(f"/partners/{site.name}")))
    game = f"ada {account}, Ticket draw, round {number}"
    assert f"{game}. The house pays it to your payout address; when it is there, credit the player" in page
    earned = balance(persona, site.name)["Balance"]
    assert balance(persona, site.name) == {"Balance": earned, "On its way": 0, "Paid out": 0, "Earned": earned}

    payout_id = desk.generate(number, with_balances=True)
    assert balance(persona, site.name) == {"Balance": 0, "On its way": earned, "Paid out": 0, "Earned": earned}
    page = read(persona.get(f"/partners/{site.name}/balance"))
    assert "We sign it next, and then it is sent." in page
    assert letters("site.payout_sent") == []
    desk.upload(payout_id)
    assert desk.broadcast(payout_id) == "broadcast"
    (sent,) = letters("site.payout_sent")
    assert site.payout_address in sent
    assert desk.txid(payout_id) in sent
    jackpot = desk.world.round(number).jackpot_sats
    assert f"The same transaction brings {jackpot:,} sats that your players have won." in sent
    (on_its_way,) = letters("site.win_sent")
    assert f"by the transaction {desk.txid(payout_id)}, for {game}" in bare(on_its_way)
    assert letters("site.win_paid") == []
    page = bare(read(persona.get(f"/partners/{site.name}")))
    assert f"{game}. Sent to your payout address; once it is final, credit the player" in page
    desk.bury()
    (paid,) = letters("site.win_paid")
    assert f"Credit ada {account} in your own books: the win in Ticket draw, round {number}" in bare(paid)
    assert len(letters("site.win_sent")) == 1
    page = bare(read(persona.get(f"/partners/{site.name}")))
    assert re.search(rf"{jackpot:,} sats to credit {re.escape(game)}\. Paid in block \d+: credit the player", page)
    credit(persona, site)
    assert f"{jackpot:,} sats to credit" not in bare(read(persona.get(f"/partners/{site.name}")))
    assert len(letters("site.payout_sent")) == 1
    assert balance(persona, site.name) == {"Balance": 0, "On its way": 0, "Paid out": earned, "Earned": earned}

    choices = persona.get("/play/notices/choices").text
    assert 'value="site.win mail" checked' in choices
    with transaction():
        notices.choose(owner, {("site.win", "mail"): False})
    desk.win(site)
    assert len(letters("site.win")) == 1
    stranger = signed_in(desk.world.app, "nobody@example.com")
    assert "site.win" not in stranger.get("/play/notices/choices").text, "who has no site is asked nothing of sites"


def credit(persona: Persona, site: PartnerSite) -> None:
    """The win is ticked off on its list, taken back, and noted by the site's server under the order's id."""
    open_list = f"/partners/{site.name}/wins?game=rounds&passed=no"
    (win,) = re.findall(r'name="record" value="([^"]+)"', persona.get(open_list).text)
    assert persona.post(open_list, {"to": "yes", "record": win}).status_code == 303
    assert "passed on" in read(persona.get(f"/partners/{site.name}/wins"))
    assert persona.post(f"/partners/{site.name}/wins?passed=yes", {"to": "no", "record": win}).status_code == 303
    server = Server(persona.browser.application.test_client(), site.id, issue(site))
    (told,) = server.get("/wins", {"passedOn": "false"}).get_json()["wins"]
    assert (told["id"], told["passedOnAt"]) == (win, None)
    noted = server.ask("PATCH", f"/wins/{told['slipIdentifier']}", json={"passedOn": True}).get_json()
    assert server.ask("PATCH", f"/wins/{win}", json={"passedOn": True}).get_json() == noted
    assert noted["passedOnAt"]


def balance(persona: Persona, name: str) -> dict[str, int]:
    """The figures of a balance that add up, in sats."""
    page = persona.get(f"/partners/{name}/balance").text
    figures = dict(re.findall(r"<dt>([^<]+)</dt>\s*<dd[^>]*>\s*(?:<[^>]+>)*\s*([\d,]+)", page))
    return {what: int(figures[what].replace(",", "")) for what in ("Balance", "On its way", "Paid out", "Earned")}
