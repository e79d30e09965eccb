"""A partner sees on its balance how far a payout of its earnings has come, on screen and as CSV."""

from __future__ import annotations

import csv
import io

from sqlalchemy import select

from app.core.database.session import db
from app.people.accounts.models import User
from app.people.partners.models import PartnerSite
from tests.personas import signed_in

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
