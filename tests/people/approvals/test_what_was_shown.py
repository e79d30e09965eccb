"""What a proposal said is kept with it: whatever happens in the world later, its page says what was decided."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from app.core.database.session import db, transaction
from app.people.approvals import queries, service
from app.people.approvals.kinds import KINDS
from app.people.approvals.models import Approval
from app.record.audit.approving import ApprovalKind, Described, PersonsName, always, at_once, nobody, nothing_to_read
from tests.people.approvals.people import WHY, Stopping, confirm, forge, propose, session_of

WORLD = {"rate": "450 → 460", "free": "100.00 PHP", "who": "Ada"}


def reading(kind: ApprovalKind) -> ApprovalKind:
    """The kind, with a description that reads all of its facts when it is asked."""
    told = {
        "describe": lambda _: Described(
            f"It pays {WORLD['rate']}.",
            (("Rate", WORLD["rate"]), ("Free", WORLD["free"]), ("Player", PersonsName(WORLD["who"]))),
        ),
        "execute": lambda *_: WORLD.update(rate="460 → 460"),
        "still_valid": always,
        "concerns": nobody,
        "wait": at_once,
        "unread": nothing_to_read,
        "operators": lambda _: (),
        "proposers": nobody,
        "ended": lambda *_: None,
    }
    return replace(kind, **told)  # type: ignore[arg-type]


def test_a_decided_proposal_of_any_kind_says_what_was_decided(house: Flask) -> None:
    kinds, bea = dict(KINDS.get(house)), session_of("bea")
    KINDS.fill(house, {name: reading(kind) for name, kind in kinds.items()})
    wrong = {}
    for name in kinds:
        WORLD.update(rate="450 → 460", free="100.00 PHP", who="Ada")
        with transaction():
            made = service.propose(name, "it", {}, WHY, actor="operator:operator").id
        WORLD.update(free="40.00 PHP")  # before the second one looks
        open_ = queries.one(made, queries.everything())
        confirm(made, bea)
        WORLD.update(free="0.00 PHP", who="erased")
        one = queries.one(made, queries.everything())
        assert one.described is not None
        assert open_.described is not None
        found = (open_.since, one.described.sentence, one.described.rows, one.since, one.whose)
        was = (("Rate", "450 → 460"), ("Free", "100.00 PHP"), ("Player", "erased"))
        if found != ({"Free": "40.00 PHP"}, "It pays 450 → 460.", was, {"Free": "40.00 PHP"}, ["erased"]):
            wrong[name] = found
        kept = db.session.get_one(Approval, made).shown
        assert "Ada" not in str(kept), "who is erased is nowhere"
    assert kinds
    assert not wrong


def test_whoever_rewrites_what_was_shown_is_seen(stopping: Stopping) -> None:
    made = propose()
    forge("UPDATE approvals SET shown = jsonb_set(shown, '{sentence}', '\"Nothing happens.\"') WHERE id = :id", id=made)
    assert not queries.one(made, queries.everything()).is_whole
