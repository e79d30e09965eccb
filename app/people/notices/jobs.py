"""What runs in the background for notices."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from app.core.database.session import transaction
from app.record.audit.service import note

from . import news, service
from .news import News

_FIRST: Final = UUID(int=0)


def purge() -> None:
    """Forget notices of long ago. Runs at any time, any number of times."""
    with transaction():
        service.purge()


def send_news(wanted: News, by: str) -> int:
    """Tell everybody who wants news and was not told yet; how many. One transaction a person: it may be broken off."""
    told, after = 0, _FIRST
    while True:
        with transaction():
            batch = news.readers(after)
        if not batch:
            break
        for user_id in batch:
            with transaction():
                told += news.tell_one(user_id, wanted)
        after = batch[-1]
    with transaction():
        note(by, "notices.news_sent", f"news:{wanted.name}", people=told)
    return told
