"""News go to who asked for them, once, and to nobody who is on a break, whichever of the two is first."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask

from app.core.database.session import transaction
from app.people.notices import jobs, queries, service
from app.people.notices.news import NEWS, News, NewsRefused
from app.people.players import service as players
from app.record.notifications import jobs as mail
from app.record.notifications.channels import jobs as channels

from .conftest import kinds_of, messages_of, person

AUTUMN = """
name = "autumn"
[texts.en]
title = "A new game"
text = "It is called %(text)s, and opens tomorrow."
[texts.fr]
title = "Un nouveau jeu"
text = "Il ouvre demain."
"""


def reader(name: str, phone: str | None = None, locale: str = "en") -> object:
    user_id = person(name, phone, locale)
    with transaction():
        service.choose(user_id, {(NEWS, "app"): True, (NEWS, "mail"): True, (NEWS, "sms"): phone is not None})
    return user_id


def send() -> int:
    return jobs.send_news(News.parse(AUTUMN), "operator:alice")


def test_who_asked_for_them_gets_them_once(set_up: Flask, phone: str) -> None:
    ada, marie, nobody = reader("ada", phone), reader("marie", None, "fr"), person("nobody")
    assert (send(), send()) == (2, 0)
    assert [kinds_of(one) for one in (ada, marie, nobody)] == [[NEWS], [NEWS], []]
    assert [channel for channel, _, _ in messages_of(ada)] == ["email", "sms"]
    (shown,) = queries.page_of(ada, 10)
    assert (shown.words.title, shown.words.text) == ("A new game", "It is called %(text)s, and opens tomorrow.")
    assert mail.deliver() == 2
    assert channels.deliver_sms() == 1


def test_who_is_off_gets_none_and_sees_none(set_up: Flask) -> None:
    ada, bob = reader("ada"), reader("bob")
    with transaction():
        players.take_timeout(ada, 1)
    assert send() == 1
    assert (kinds_of(ada), kinds_of(bob)) == (["player.timed_out"], [NEWS])
    with transaction():
        players.exclude(bob, 6)
    assert [one.kind for one in queries.page_of(bob, 10)] == ["player.excluded"]
    assert queries.unread(bob) == 1


def test_what_was_written_before_a_break_began_does_not_leave_after(set_up: Flask, phone: str) -> None:
    ada = reader("ada", phone)
    send()
    with transaction():
        players.exclude(ada, 6)
    assert mail.deliver() == 1, "what is told of the exclusion leaves"
    assert channels.deliver_sms() == 1, "by each way"
    states = messages_of(ada)
    assert [state for _, _, state in states] == ["withheld", "withheld", "sent", "sent"]


def test_it_is_asked_once_more_when_it_is_handed_over(set_up: Flask, phone: str) -> None:
    ada = reader("ada", phone)
    send()
    message = channels.claimed("sms")
    assert message is not None
    with transaction():
        players.exclude(ada, 6)
    assert not channels.send(message)
    assert messages_of(ada)[1][2] == "withheld"


def test_a_message_that_is_leaving_and_a_break_that_begins_wait_for_each_other(set_up: Flask) -> None:
    """While the one holds the player, the other stands; then it sees what the first has done."""
    ada = reader("ada")
    send()
    done: list[str] = []

    def deliver() -> None:
        with set_up.app_context():
            done.append(f"sent {mail.deliver()}")

    with transaction():
        players.exclude(ada, 6)
        thread = threading.Thread(target=deliver)
        thread.start()
        thread.join(0.7)
        assert done == [], "it waits for the break to stand"
    thread.join(20)
    assert done == ["sent 1"]
    assert [state for _, _, state in messages_of(ada)] == ["withheld", "sent"]


@pytest.mark.parametrize(
    "wrong",
    ["", "name = 1", AUTUMN.replace("autumn", "A b"), AUTUMN.replace("texts.en", "texts.xx"), AUTUMN + "more = 1"],
)
def test_what_is_no_news_is_refused(wrong: str) -> None:
    with pytest.raises(NewsRefused):
        News.parse(wrong)


def test_an_operator_sends_them_by_a_command(set_up: Flask, tmp_path: Path) -> None:
    reader("ada")
    file = tmp_path / "autumn.toml"
    file.write_text(AUTUMN)
    done = set_up.test_cli_runner().invoke(args=["notices", "news", str(file), "--operator", "alice"])
    assert (done.exit_code, done.output) == (0, "1 people were told of autumn\n")
    file.write_text("nothing")
    assert set_up.test_cli_runner().invoke(args=["notices", "news", str(file), "--operator", "a"]).exit_code == 1
