"""Events in words: grouped by what they are about, each in a sentence with what people ask for first."""

from __future__ import annotations

from app.record.events.models import Event
from app.record.events.types import EventType
from app.webhooks.wording import groups, sentence

TYPES = (
    EventType("win.created", "a win"),
    EventType("spin.done", "a spin", about="ticket"),
    EventType("order.seen", "an order was seen"),
    EventType("order.paid", "a payment was confirmed"),
    EventType("odd.thing", "odd"),
)


def test_types_stand_by_what_they_are_about_and_strangers_last() -> None:
    found = [(group.title, [one.name for one in group.types]) for group in groups(TYPES)]
    assert found == [
        ("Orders", ["order.paid", "order.seen"]),
        ("Tickets", ["spin.done"]),
        ("Wins", ["win.created"]),
        ("Odd", ["odd.thing"]),
    ]


def test_an_event_is_a_sentence() -> None:
    paid = Event(type="order.paid", payload={"roundNumber": 12, "amountSats": 890})
    assert sentence(TYPES[3], paid) == "A payment was confirmed, round 12, 890 sats"
    assert sentence(TYPES[3], Event(type="order.paid", payload={})) == "A payment was confirmed"
    assert sentence(None, Event(type="order.gone", payload={"amountSats": "x"})) == "Order.gone"
