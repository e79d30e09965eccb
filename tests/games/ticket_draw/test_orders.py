"""Making an order: which round it joins, who may, and what happens when something is not in order."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.chain.deposits import service as deposits
from app.chain.deposits.journal import JournalEntry, read
from app.chain.models import DepositAddress
from app.chain.node import client as chain_node
from app.core.database.session import db, transaction
from app.core.errors import DomainError, NotFound, Unavailable
from app.core.ids import hash_secret
from app.games.ticket_draw import service
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import Round, TicketOrder
from app.people.partners.models import PartnerSite
from app.people.partners.service import update_site
from app.people.partners.site.verification import verify
from app.selling.windows.orders import limits as open_orders
from app.selling.windows.orders import recovery
from dev.node.process import NodeProcess
from tests.factories.partners import OTHER_ADDRESS, make_site
from tests.factories.world import World
from tests.worlds import Worlds


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


def change(world: World, **settings: object) -> None:
    world.app.config["SETTINGS"] = world.app.config["SETTINGS"].model_copy(update=settings)


def orders() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(TicketOrder)) or 0


def refused(world: World, site: PartnerSite, **options: Any) -> tuple[int, str]:
    """(status, code) of the refusal; nothing is left behind."""
    before = orders()
    with pytest.raises(DomainError) as error:
        world.order(site, **options)
    assert orders() == before
    return error.value.status, error.value.code


def test_an_order_keeps_what_its_site_offered_then(world: World) -> None:
    site = world.site(edge_percent=10)
    placed = world.order(site)
    with transaction():
        update_site(
            db.session.merge(site),
            {"house_edge": 0, "payout_address": OTHER_ADDRESS, "payout_address_acknowledged": True},
        )  # type: ignore[typeddict-item]
    order = db.session.get_one(TicketOrder, placed.id)
    assert (order.house_edge_percent, order.player_ticket_price_sats) == (10, 1_100)
    assert order.payout_address != OTHER_ADDRESS
    world.send(placed.address, 3_300)
    world.mine()
    assert world.round(placed.round_number).sold_tickets == 3
    assert world.breaches() == []


def test_public_and_private_identifiers_are_stored_and_terms_hold_the_public_one_alone(world: World) -> None:
    placed = world.order(world.site(), "ada")
    order = db.session.get_one(TicketOrder, placed.id)
    assert (order.player_public_identifier, order.player_private_identifier) == ("ada", "private-ada")
    assert "private-ada" not in placed.terms
    assert '"playerPublicIdentifier":"ada"' in placed.terms


@pytest.mark.parametrize("status", ["draft", "paused"])
def test_only_a_live_site_takes_orders(world: World, status: str) -> None:
    with transaction():
        site = make_site(status=status)
    assert refused(world, site) == (409, "site_not_live")


def test_a_paused_sites_orders_are_credited_all_the_same(world: World) -> None:
    site = world.site()
    placed = world.order(site)
    with transaction():
        update_site(db.session.merge(site), {"status": "paused"})
    world.send(placed.address, 3_300)
    world.mine()
    assert world.round(placed.round_number).sold_tickets == 3


def test_near_the_end_of_a_sale_orders_join_the_next_round(world: World) -> None:
    site = world.site()
    first = world.order(site)
    end = world.round(first.round_number).sales_end_height
    world.mine_to(end - 4)  # two blocks may still come before the payment's
    assert world.order(site).round_number == first.round_number
    world.mine()
    assert world.order(site).round_number == first.round_number + 1
    world.mine_to(end + 1)
    assert world.order(site).round_number == first.round_number + 1
    assert refused(world, site, requested_round=first.round_number) == (409, "round_closed")


def test_requested_rounds(world: World) -> None:
    site = world.site()
    last = db.session.scalar(select(func.max(Round.round_number))) or 0
    assert world.order(site, requested_round=last).round_number == last
    for beyond in (last + 1, 2**31 - 1):
        with pytest.raises(NotFound):
            world.order(site, requested_round=beyond)


def test_a_requested_round_that_is_about_to_close_is_refused(world: World) -> None:
    site = world.site()
    number = world.order(site).round_number
    world.mine_to(world.round(number).sales_end_height - 3)
    assert world.round(number).status == "open"
    assert refused(world, site, requested_round=number) == (409, "round_closed")


@pytest.mark.parametrize("identifier", ["", "x" * 121, "<b>", "a\u202eb"])
def test_an_identifier_that_cannot_be_one(world: World, identifier: str) -> None:
    assert refused(world, world.site(), player=identifier) == (422, "player_identifier_invalid")


def test_a_site_has_only_so_many_open_orders(world: World) -> None:
    change(world, open_orders_per_site=3)
    site, other = world.site(), world.site()
    placed = [world.order(site, f"player {number}") for number in range(3)]
    assert refused(world, site) == (429, "too_many_open_orders")
    world.order(other)
    world.send(placed[0].address, 3_300)
    world.mine()
    world.order(site)  # a paid order is no open one


def test_a_journal_that_cannot_be_written_makes_no_order(world: World, tmp_path: Any) -> None:
    site = world.site()
    db.session.commit()
    change(world, terms_journal_path=tmp_path / "gone" / "journal")
    body = {"partnerName": site.name, "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "secret"}
    answer = world.app.test_client().post(
        "/api/slips", json=body, headers={"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert db.session.scalars(select(DepositAddress)).all() == []
    assert orders() == 0
    with pytest.raises(Unavailable):
        world.order(db.session.merge(site))
    assert orders() == 0


def test_an_order_that_others_can_see_is_in_the_journal(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is the transaction's last step: a process that dies on either side leaves no order without its terms."""
    site = world.site()
    seen: list[int] = []

    def looks_and_writes(entry: JournalEntry) -> None:
        with world.app.app_context():  # another connection, as any other reader's
            seen.append(orders())
        written(entry)

    written = deposits.write_journal
    monkeypatch.setattr(deposits, "write_journal", looks_and_writes)
    world.order(site)
    assert seen == [0]
    assert orders() == 1


def test_a_line_without_its_order_harms_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that dies between line and commit leaves one; bringing orders back finds it, and it is an order."""
    site = world.site()

    def dies_after(entry: JournalEntry) -> None:
        written(entry)
        raise KeyboardInterrupt

    written = deposits.write_journal
    with monkeypatch.context() as patched:
        patched.setattr(deposits, "write_journal", dies_after)
        with pytest.raises(KeyboardInterrupt):
            world.order(site)
    assert orders() == 0
    other = world.order(db.session.merge(site))
    entries = list(read(world.app.config["SETTINGS"].terms_journal_path))
    lost = recovery.missing(entries)
    assert len(entries) == 2
    assert [entry.orderId for entry in lost] != [str(other.id)]
    with transaction():
        assert recovery.bring_back(lost[0])
    assert orders() == 2
    assert recovery.missing(entries) == []
    assert world.breaches() == []


def test_what_is_shown_is_in_the_journal(world: World) -> None:
    site = world.site()
    placed = [world.order(site, f"player {number}") for number in range(5)]
    entries = list(read(world.app.config["SETTINGS"].terms_journal_path))
    assert [(entry.orderId, entry.address, entry.terms) for entry in entries] == [
        (str(order.id), order.address, order.terms) for order in placed
    ]


def in_threads(world: World, count: int, work: Callable[[int], object]) -> list[object]:
    """What each of `count` threads returned or raised, all let go at once."""
    results: list[object] = [None] * count
    start = threading.Barrier(count)

    def run(number: int) -> None:
        with world.app.app_context():
            try:
                start.wait(60)
                results[number] = work(number)
            except BaseException as error:
                results[number] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_one_form_sent_twenty_times_at_once_is_one_order(world: World) -> None:
    site = world.site()
    site_id = site.id
    tip = chain_node.require_synced()
    db.session.rollback()

    def send(_: int) -> tuple[str, str]:
        for _attempt in range(2):  # as the form's edge does: the loser finds the winner's order
            try:
                with transaction() as session:
                    made = service.create_order(
                        session.get_one(PartnerSite, site_id), "ada", "private", tip, form_token="one-form"
                    )
                    return made.address.address, made.receipt_secret
            except IntegrityError:
                db.session.rollback()
        raise AssertionError("neither first nor second")

    answers = in_threads(world, 20, send)
    assert len(set(answers)) == 1, answers
    assert isinstance(answers[0], tuple)
    assert orders() == 1


def test_two_hundred_orders_at_once_are_two_hundred_addresses(world: World) -> None:
    site_id = world.site().id
    tip = chain_node.require_synced()
    db.session.rollback()

    def buy(number: int) -> list[str]:
        made = []
        for at in range(20):
            with transaction() as session:
                order = service.create_order(session.get_one(PartnerSite, site_id), f"player {number}-{at}", "p", tip)
                made.append(order.address.address)
        return made

    results = in_threads(world, 10, buy)
    assert all(isinstance(made, list) for made in results), results
    addresses = [address for made in results for address in made]  # type: ignore[attr-defined]
    assert len(set(addresses)) == 200
    assert orders() == 200
    assert len(list(read(world.app.config["SETTINGS"].terms_journal_path))) == 200
    assert db.session.execute(text("SELECT count(DISTINCT commitment) FROM deposit_addresses")).scalar_one() == 200


def test_a_payout_address_must_not_be_one_of_ours(world: World) -> None:
    ours = world.order(world.site()).address
    with transaction():
        reserve = deposits.new_reserve_address().address
    for address in (ours, reserve, ours.upper()):
        with pytest.raises(DomainError) as error:
            deposits.check_payout_address(address)
        assert error.value.code == "address_is_a_deposit_address"
    deposits.check_payout_address(OTHER_ADDRESS)


def test_an_unverified_site_has_fewer_open_orders(world: World) -> None:
    change(world, open_orders_per_unverified_site=2)
    site = world.site()
    for number in range(2):
        world.order(site, f"player {number}")
    assert refused(world, site) == (429, "too_many_open_orders")
    with transaction():
        verify(db.session.merge(site), actor="operator:test")
    world.order(site)


def test_a_player_has_only_so_many_open_orders(world: World) -> None:
    change(world, open_orders_per_player=2)
    site = world.site()
    for _ in range(2):
        first = world.order(site, "ada")
    assert refused(world, site, player="ada") == (429, "too_many_open_orders_of_player")
    world.order(site, "ben")
    key = open_orders.standing(ROUNDS, db.session.merge(site), first.round_number).budgets[0]
    assert (key.count, key.busiest, key.players_at_the_limit) == (3, (("ada", 2), ("ben", 1)), ("ada",))


def test_what_was_private_is_never_written_down(world: World) -> None:
    """So that no journal can give it back: the partner knows it; the receipt's secret nobody does."""
    order = world.order(world.site(), "ada", private="account-77")
    assert "account-77" not in order.terms
    columns = ROUNDS.terms.columns(json.loads(order.terms))
    assert columns["player_private_identifier"] == ""
    assert columns["receipt_secret_hash"] != hash_secret(order.receipt_secret)
