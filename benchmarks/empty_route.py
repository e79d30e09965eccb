"""An application that does nothing: what HTTP, gunicorn and Flask cost by themselves."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.post("/empty")
def empty() -> tuple[dict[str, bool], int]:
    """Answer."""
    return {"ok": True}, 201
