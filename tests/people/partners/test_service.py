"""What making and changing a site promises, to the rows, the audit and the mailbox."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.chain.deposits import service as deposits
from app.core.database.session import db, transaction
from app.core.errors import DomainError, InvalidInput, NotFound
from app.people.accounts.service import user_with_email
from app.people.partners import queries, service
from app.people.partners.models import PartnerSite
from app.people.partners.service import SiteValues
from app.record.audit.models import AuditEntry
from app.record.notifications.models import Message
from app.record.notifications.rendering import render
from tests.factories.partners import OTHER_ADDRESS, PAYOUT_ADDRESS, make_site

pytestmark = pytest.mark.usefixtures("session")


def values(**changes: Any) -> SiteValues:
    return {
        "name": "lotto",
        "display_name": "Lotto",
        "house_edge": Decimal("0.1"),
        "payout_address": PAYOUT_ADDRESS,
        "payout_address_acknowledged": True,
        **changes,
    }


def create(**changes: Any) -> PartnerSite:
    with transaction():
        return service.create_site(user_with_email("owner@example.com"), values(**changes))


def update(site: PartnerSite, **changes: Any) -> PartnerSite:
    with transaction():
        return service.update_site(site, changes)  # type: ignore[arg-type]


def entries() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def mails() -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.template == "payout_address_changed")))


def test_a_site_begins_as_a_draft() -> None:
    site = create(theme={"accentColor": "#ABCDEF"}, embed_origins=["https://shop.example"])
    assert (site.name, site.status, site.house_edge_percent) == ("lotto", "draft", 10)
    assert (site.payout_address, site.payout_address_network) == (PAYOUT_ADDRESS, "regtest")
    assert site.theme == {"accentColor": "#abcdef"}
    assert site.embed_allowed_origins == ["https://shop.example"]
    assert [entry.action for entry in entries()] == ["partner.created"]
    assert not mails()


def test_a_name_that_is_suggested_is_free() -> None:
    create()
    with pytest.raises(DomainError) as refused:
        create(name="Lotto")
    assert (refused.value.code, refused.value.params["suggestion"]) == ("slug_invalid_but", "lotto-2")


def test_a_new_site_may_be_framed_by_nobody() -> None:
    assert create().embed_allowed_origins == []


def test_a_site_may_have_an_id_from_outside() -> None:
    wanted = UUID("00000000-0000-7000-8000-000000000001")
    with transaction():
        assert service.create_site(user_with_email("o@example.com"), values(), site_id=wanted).id == wanted


@pytest.mark.parametrize("name", ["lotto", "l0tto", "1otto", "lo-tto", "l0770"])
def test_a_name_that_looks_like_another_is_taken(name: str) -> None:
    create()
    with pytest.raises(DomainError) as refused:
        create(name=name)
    assert (refused.value.code, refused.value.status, refused.value.field) == ("slug_taken", 409, "name")
    assert len(db.session.scalars(select(PartnerSite)).all()) == 1


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        create(name="x", display_name="", house_edge="0.1", payout_address="x", payout_address_acknowledged=False)
    assert [error.field for error in refused.value.errors] == [
        "name",
        "display_name",
        "house_edge",
        "payout_address",
        "payout_address_acknowledged",
    ]


def test_nothing_at_all_is_refused_field_by_field() -> None:
    with pytest.raises(InvalidInput) as refused, transaction():
        service.create_site(user_with_email("owner@example.com"), {})
    assert {error.field for error in refused.value.errors} == {
        "name",
        "display_name",
        "payout_address",
        "payout_address_acknowledged",
    }


@pytest.mark.parametrize("acknowledged", [False, None, "true", 1])
def test_an_address_is_acknowledged_on_creation(acknowledged: object) -> None:
    with pytest.raises(DomainError) as refused:
        create(payout_address_acknowledged=acknowledged)
    assert refused.value.code == "payout_address_not_acknowledged"
    assert refused.value.field == "payout_address_acknowledged"
    assert not db.session.scalars(select(PartnerSite)).all()


def test_a_changed_address_is_acknowledged_kept_and_told() -> None:
    site = create()
    before = site.payout_address_changed_at
    with pytest.raises(DomainError) as refused:
        update(site, payout_address=OTHER_ADDRESS)
    assert refused.value.code == "payout_address_not_acknowledged"
    assert site.payout_address == PAYOUT_ADDRESS
    update(site, payout_address=OTHER_ADDRESS, payout_address_acknowledged=True)
    assert site.payout_address == OTHER_ADDRESS
    assert site.payout_address_changed_at > before
    assert entries()[-1].detail == {"changes": {"payout_address": [PAYOUT_ADDRESS, OTHER_ADDRESS]}}
    (mail,) = mails()
    assert mail.recipient == "owner@example.com"
    words = render(mail.channel, mail.template, mail.locale, mail.params)
    assert OTHER_ADDRESS in words.text
    assert PAYOUT_ADDRESS in words.text, "the one until now too"
    assert words.html
    assert OTHER_ADDRESS in words.html
    assert "http://localhost/partners/lotto" in words.text


def test_the_same_address_again_is_no_change() -> None:
    site = create()
    before = site.payout_address_changed_at
    update(site, payout_address=PAYOUT_ADDRESS)
    update(site, payout_address=PAYOUT_ADDRESS.upper(), payout_address_acknowledged=True)
    assert site.payout_address == PAYOUT_ADDRESS
    assert not mails()
    assert [entry.action for entry in entries()] == ["partner.created"]
    assert site.payout_address_changed_at == before


BAD_ADDRESSES = [
    "",
    "x",
    PAYOUT_ADDRESS[:-1] + "q",
    "bcrt1qW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KYGT080",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kj9wfcx",
    "bitcoin:" + PAYOUT_ADDRESS,
]
SPACED = [
    f" {PAYOUT_ADDRESS}",
    f"{PAYOUT_ADDRESS} ",
    f"{PAYOUT_ADDRESS}\n",
    PAYOUT_ADDRESS.replace("q", "q ", 1),
]


@pytest.mark.parametrize("address", SPACED)
def test_spaces_are_none_of_an_address(address: str) -> None:
    """Pages print it in groups of four, and it is copied from there."""
    assert create(payout_address=address).payout_address == PAYOUT_ADDRESS


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_an_address_that_cannot_be_paid(address: str) -> None:
    with pytest.raises(DomainError) as refused:
        create(payout_address=address)
    assert refused.value.field == "payout_address"
    assert refused.value.status == 422
    site = create()
    with pytest.raises(DomainError):
        update(site, payout_address=address, payout_address_acknowledged=True)
    assert site.payout_address == PAYOUT_ADDRESS


def test_one_of_our_own_addresses_cannot_be_paid_out_to() -> None:
    with transaction():
        ours = deposits.new_reserve_address().address
    for address in (ours, ours.upper()):
        with pytest.raises(DomainError) as refused:
            create(payout_address=address)
        assert refused.value.code == "address_is_a_deposit_address"


def test_a_site_goes_live_pauses_and_goes_on() -> None:
    site = create()
    for status in ("live", "paused", "live"):
        assert update(site, status=status).status == status
    with pytest.raises(DomainError) as refused:
        update(site, status="draft")
    assert (refused.value.status, refused.value.code) == (409, "status_not_allowed")
    assert [entry.detail for entry in entries()[1:]] == [
        {"changes": {"status": ["draft", "live"]}},
        {"changes": {"status": ["live", "paused"]}},
        {"changes": {"status": ["paused", "live"]}},
    ]


def test_a_live_site_needs_an_address_that_this_network_pays() -> None:
    site = create()
    with transaction() as session:
        session.execute(text("UPDATE partner_sites SET payout_address = '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'"))
    with pytest.raises(DomainError) as refused:
        update(site, status="live")
    assert refused.value.field == "payout_address"
    update(site, status="live", payout_address=PAYOUT_ADDRESS, payout_address_acknowledged=True)
    assert site.status == "live"


def test_the_name_never_changes() -> None:
    site = create()
    update(site, name="another", display_name="Another")
    assert (site.name, site.display_name) == ("lotto", "Another")


def test_a_change_that_is_refused_changes_nothing() -> None:
    site = create()
    with pytest.raises(DomainError):
        update(site, display_name="Another", house_edge=Decimal("0.155"))
    assert (site.display_name, site.house_edge_percent) == ("Lotto", 10)


def test_who_may_see_a_site() -> None:
    site = create()
    with transaction():
        other = user_with_email("stranger@example.com")

    class Somebody:
        def __init__(self, user_id: UUID) -> None:
            self.id = user_id

    assert queries.site_for(Somebody(site.owner_user_id), "lotto", "write").id == site.id
    for person, name in ((other, "lotto"), (site.owner_user_id, "none"), (site.owner_user_id, "lo\0tto")):
        with pytest.raises(NotFound):
            queries.site_for(Somebody(person), name, "read")


def test_only_a_live_site_takes_orders() -> None:
    with transaction():
        live, paused = make_site(status="live").name, make_site(status="paused").name
        draft = make_site().name
    assert queries.live_site(live).name == live
    for name in (paused, draft):
        with pytest.raises(DomainError) as refused:
            queries.live_site(name)
        assert refused.value.status == 409
    with pytest.raises(NotFound):
        queries.live_site("none")


def test_ten_at_once_want_one_name(committed_db: Flask) -> None:
    with transaction():
        owner = user_with_email("owner@example.com")
    start = Barrier(10)

    def make(number: int) -> str:
        with committed_db.app_context():
            start.wait()
            try:
                with transaction():
                    return service.create_site(owner, values(name="l0tto" if number % 2 else "lotto")).name
            except DomainError as error:
                return error.code

    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(make, range(10)))
    assert results.count("slug_taken") == 9
    assert len(db.session.scalars(select(PartnerSite)).all()) == 1
