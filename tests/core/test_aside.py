"""Work done aside: in a thread that is used again, as if it were in one of its own."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar

import pytest

from app.core.dependencies import aside
from app.core.dependencies.aside import Aside, TookTooLong, in_time

_WHO: ContextVar[str] = ContextVar("who", default="nobody")


@pytest.fixture(autouse=True)
def nobody_idle() -> Iterator[None]:
    """Threads of other tests stay where they are; ours begin none of theirs."""
    kept = list(aside._idle)
    aside._idle.clear()
    yield
    aside._idle.extend(kept)


def test_gives_what_the_work_gives_and_raises_what_it_raises() -> None:
    assert in_time(lambda: 7, 5) == 7
    assert in_time(lambda: None, 5) is None
    with pytest.raises(ValueError, match="no number"):
        in_time(lambda: int("no number"), 5)
    assert in_time(lambda: 8, 5) == 8


def test_one_thread_does_one_piece_after_the_other() -> None:
    assert len({in_time(threading.get_ident, 5) for _ in range(20)}) == 1
    assert in_time(threading.get_ident, 5) != threading.get_ident()


def test_work_at_once_is_done_at_once() -> None:
    meeting = threading.Barrier(4, timeout=5)
    callers = [threading.Thread(target=in_time, args=(meeting.wait, 10)) for _ in range(3)]
    for caller in callers:
        caller.start()
    meeting.wait()
    for caller in callers:
        caller.join(5)
    assert not meeting.broken


def test_what_one_piece_sets_the_next_one_does_not_find() -> None:
    def set_and_tell() -> tuple[int, str]:
        before = _WHO.get()
        _WHO.set("somebody")
        return threading.get_ident(), before

    (first, unset), (second, found) = in_time(set_and_tell, 5), in_time(set_and_tell, 5)
    assert (first, unset, found) == (second, "nobody", "nobody")


def test_one_that_hangs_keeps_its_thread_and_nobody_else() -> None:
    let_go = threading.Event()
    with pytest.raises(TookTooLong):
        in_time(let_go.wait, 0.05)
    assert in_time(lambda: "another", 5) == "another"
    let_go.set()


def test_while_some_is_overdue_no_more_is_begun() -> None:
    let_go, thing = threading.Event(), Aside()
    begun: list[int] = []
    with pytest.raises(TookTooLong):
        thing.in_time(let_go.wait, 0.05)
    with pytest.raises(TookTooLong):
        thing.in_time(lambda: begun.append(1), 5)
    assert begun == []
    let_go.set()
    deadline = time.monotonic() + 5
    while True:
        try:
            thing.in_time(lambda: begun.append(1), 5)
            break
        except TookTooLong:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    assert begun == [1]


def test_a_thread_that_nobody_needs_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "_IDLE_SECONDS", 0.05)
    done_by = in_time(threading.current_thread, 5)
    done_by.join(5)
    assert not done_by.is_alive()
    assert in_time(lambda: 9, 5) == 9


def test_a_fork_takes_none_of_its_parents_threads() -> None:
    in_time(lambda: None, 5)  # one waits for more
    child = os.fork()
    if child == 0:
        os._exit(0 if in_time(lambda: 7, 5) == 7 else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
