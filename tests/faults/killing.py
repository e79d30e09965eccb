"""Work in a process of its own, which is killed at a named step."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable

from flask import Flask

from app.core.database.session import db

KILLED = 9


def run_apart(app: Flask, work: Callable[[], object], fail_at: str = "") -> int:
    """Do `work` in a process of its own, which dies at the step without clean-up; its exit code."""
    db.session.remove()  # or the child would say its good-bye on our connection
    child = os.fork()
    if child == 0:
        try:
            db.engine.dispose(close=False)  # the parent's connections are not ours
            settings = app.config["SETTINGS"]
            app.config["SETTINGS"] = settings.model_copy(update={"fail_at": fail_at})
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, KILLED)
    return code
