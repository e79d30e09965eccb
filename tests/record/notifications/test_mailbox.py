"""The development mailbox shows what was sent, with links to follow; production has no such page."""

import pytest

from app.core.database.session import transaction
from app.record.notifications import jobs, pages
from app.record.notifications.rendering import linked
from app.record.notifications.service import send_later


@pytest.fixture
def client(committed_db):
    if pages.blueprint.name not in committed_db.blueprints:
        committed_db.register_blueprint(pages.blueprint)
    return committed_db.test_client()


def write(recipient):
    with transaction():
        send_later("email", recipient, "magic_link", "en", link="https://x.example/l?a=1&b=2", code="1", minutes=10)


def test_the_newest_message_comes_first_with_its_link(client):
    write("first@shop.example")
    write("second@shop.example")
    jobs.deliver()
    page = client.get("/dev/mailbox")
    body = page.text
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert body.index("second@shop.example") < body.index("first@shop.example")
    assert body.count('<a href="https://x.example/l?a=1&amp;b=2">') == 2


def test_an_empty_mailbox_says_so(client):
    assert "No mail yet" in client.get("/dev/mailbox").text


def test_what_was_sent_is_a_list_for_programs(client):
    write("first@shop.example")
    jobs.deliver()
    write("second@shop.example")
    answer = client.get("/dev/mailbox", headers={"Accept": "application/json"})
    (one,) = answer.json
    assert (one["channel"], one["to"]) == ("mail", "first@shop.example")
    assert one["text"].startswith("Your link to sign in to Tiraj\n\n")
    assert "https://x.example/l?a=1&b=2" in one["text"]
    assert one["at"].endswith("+00:00")


def test_production_has_no_mailbox(client, committed_db):
    settings = committed_db.config["SETTINGS"]
    committed_db.config["SETTINGS"] = settings.model_copy(update={"environment": "production"})
    assert client.get("/dev/mailbox").status_code == 404


def test_links_end_before_punctuation():
    assert linked("See https://a.example/b?c=d. (http://e.example)") == [
        ("See ", False),
        ("https://a.example/b?c=d", True),
        (". (", False),
        ("http://e.example", True),
        (")", False),
    ]
