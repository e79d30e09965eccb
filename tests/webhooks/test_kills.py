"""kill -9 of the job at each named step: every event arrives at least once, under one id, in order."""

from __future__ import annotations

import os
import traceback

import pytest

from app.core.database.session import db
from app.webhooks import jobs
from tests.webhooks.conftest import Hooks
from tests.webhooks.receiver import Receiver

KILLED = 9
STEPS = ["hooks.fanned_out", "hooks.claimed", "hooks.sent", "hooks.marked"]


def run(hooks: Hooks, fail_at: str = "") -> int:
    """Deliver in a process of its own, which dies at the step without clean-up; its exit code."""
    db.session.remove()  # or the child would say its good-bye on our connection
    child = os.fork()
    if child == 0:
        try:
            db.engine.dispose(close=False)
            settings = hooks.app.config["SETTINGS"]
            hooks.app.config["SETTINGS"] = settings.model_copy(update={"fail_at": fail_at})
            jobs.deliver(seconds=0)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_job_loses_no_event(hooks: Hooks, step: str) -> None:
    site = hooks.site()
    with Receiver() as shop:
        hooks.endpoint(site, shop.url)
        ids = hooks.happen(site, "order:1", "order:1", "order:2", "order:1")
        for _ in range(3):
            assert run(hooks, step) == KILLED
            hooks.later(minutes=3)
        for _ in range(4):
            assert run(hooks) == 0
            hooks.later(minutes=3)
        seen = [got.head["webhook-id"] for got in shop.received]
        bodies = {(got.head["webhook-id"], got.body) for got in shop.received}
    assert set(seen) == set(ids)
    assert len(bodies) == len(ids), "the same bytes under the same id"
    firsts = [told for told in dict.fromkeys(seen) if told != ids[2]]
    assert firsts == [ids[0], ids[1], ids[3]]
    assert set(hooks.states()) == {"delivered"}


def test_a_receiver_that_dies_and_comes_back_has_everything(hooks: Hooks) -> None:
    site = hooks.site()
    with Receiver() as shop:
        hooks.endpoint(site, shop.url)
        port = shop.port
        ids = hooks.happen(site, "order:1")
        hooks.deliver()
    ids += hooks.happen(site, "order:1", "order:2")
    hooks.deliver()
    assert hooks.states() == ["delivered", "pending", "pending"]
    back = Receiver(port=port)
    with back:
        hooks.later(minutes=5)
        hooks.deliver()
        hooks.later(minutes=5)
        hooks.deliver()
    assert sorted(got.head["webhook-id"] for got in back.received) == sorted(ids[1:])
