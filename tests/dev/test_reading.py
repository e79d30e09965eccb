"""What the demo's house tells its readers is there once, in each language, whatever an operator made of it since."""

from __future__ import annotations

from flask import Flask

from app.content.tchala import queries as tchala
from app.content.texts import queries, service
from app.core.database.session import db, transaction
from dev.world import reading


def test_the_demo_has_something_to_read(committed_db: Flask) -> None:
    reading.publish(committed_db)
    client = committed_db.test_client()
    for language, said in (("en", "The demo is open"), ("fr", "La démo est ouverte"), ("ht", "Demo a louvri")):
        assert said in client.get(f"/news?lang={language}").text
    assert "koulèv" in client.get("/tchala?q=kulev").text
    (one,) = queries.listed("announcement")
    db.session.rollback()
    with transaction():
        service.withdraw(one.id, "it was read", actor="operator:ada")
    reading.publish(committed_db)
    assert "The demo is open" not in client.get("/news").text
    assert tchala.count() > 100
