"""The first page says that a game is open only while the round that an order would join is."""

from __future__ import annotations

from sqlalchemy import func, select, update

from app.core.database.session import db, transaction
from app.games.luckotto.models import LuckottoRound

from .conftest import Lottery


def shown(lottery: Lottery) -> str:
    lobby = lottery.client.get("/").text.partition('aria-labelledby="lobby"')[2].partition("</section>")[0]
    return lobby.partition("<h3>Luckotto")[2].partition("</article>")[0]


def test_a_round_that_only_comes_is_not_called_open(lottery: Lottery) -> None:
    assert "Open now" in shown(lottery)
    number = db.session.scalar(select(func.min(LuckottoRound.round_number)).where(LuckottoRound.status == "open"))
    db.session.rollback()
    with transaction():
        db.session.execute(update(LuckottoRound).where(LuckottoRound.round_number == number).values(status="closed"))
    page = shown(lottery)
    assert ("Open now" in page, "Opens soon" in page) == (False, True)
    assert "See round" in page, "the next one, which takes orders before its sales begin"
