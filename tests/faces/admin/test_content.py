"""Texts and dreams, from the console to their readers: drafts stay unread, versions stay, lists are taken whole."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from app.content.tchala.models import Dream
from app.content.texts.models import ContentVersion
from app.core.database.session import db

from .operators import Operator

WHY = {"reason": "it is time"}
WORDS = {
    "title_en": "We open at noon",
    "title_fr": "Nous ouvrons à midi",
    "title_ht": "Nou louvri a midi",
    "body_en": "# Hours\n\nFrom **noon**.",
    "body_fr": "Dès **midi**.",
    "body_ht": "Depi **midi**.",
}


def begun(operator: Operator, kind: str, **form: str) -> str:
    """The address of a new text."""
    answer = operator.post(f"/admin/content/new?kind={kind}", {"place": "0", **WORDS, **form})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def publish(operator: Operator, place: str, **times: str) -> TestResponse:
    """As the question's own form does."""
    action = re.search(r'action="([^"]+/publish[^"]+)"', operator.get(f"{place}/publish").text)
    assert action is not None
    return operator.post(action[1], {**WHY, **times})


def published(operator: Operator, kind: str, **form: str) -> str:
    place = begun(operator, kind, **form)
    assert publish(operator, place).status_code == 303
    return place


def test_filipino_is_read_by_who_reads_it_where_it_is_written_and_may_be_left_out(
    operator: Operator, client: FlaskClient
) -> None:
    tagalog = {"Accept-Language": "fil, en;q=0.5"}
    published(operator, "banner", body_en="", body_fr="", body_ht="")
    half = begun(operator, "announcement", title_fil="Bukas kami sa tanghali")
    assert publish(operator, half).status_code == 409, "begun, it is to be whole"
    published(operator, "announcement", title_fil="Bukas kami sa tanghali", body_fil="Mula **tanghali**.")
    page = client.get("/news", headers=tagalog).text
    assert re.search(r'<article [^>]*lang="fil">\s*<h3><bdi>Bukas kami sa tanghali', page)
    assert "<h1>News and answers</h1>" in page, "the page itself has no words in it"
    assert "We open at noon" not in page
    assert "We open at noon" in client.get("/", headers=tagalog).text, "left out: they get the page's language"
    for address, said in (("/news", "We open at noon"), ("/news?lang=fr", "Nous ouvrons à midi")):
        assert said in client.get(address).text
        assert "tanghali" not in client.get(address).text


def test_an_announcement_from_draft_to_its_readers_and_back(operator: Operator, client: FlaskClient) -> None:
    assert operator.get("/admin/content/new").status_code == 200
    place = begun(operator, "announcement")
    assert "We open at noon" not in client.get("/news").text
    assert operator.post(f"{place}/publish?version=1").status_code == 422  # without a reason
    assert publish(operator, place).status_code == 303
    english, creole = client.get("/news").text, client.get("/news?lang=ht").text
    assert "<h3>Hours</h3>\n<p>From <strong>noon</strong>.</p>" in english
    assert "Nou louvri a midi" in creole

    assert operator.post(place, {"based_on": "1", "place": "3", **WORDS, "body_en": "From one."}).status_code == 303
    assert "noon</strong>" in client.get("/news").text  # readers keep what was published
    stale = operator.post(place, {"based_on": "1", "place": "3", **WORDS, "body_en": "From two."})
    assert (stale.status_code, "From two." in stale.text) == (409, True)
    page = operator.get(place).text
    assert [said in page for said in ("Version 2", "Version 1", "wrote a text", "published a text")] == [True] * 4
    assert "Newer draft" in operator.get("/admin/content").text
    older = operator.get(f"{place}?from=1").text
    assert "From **noon**.</textarea>" in older
    assert operator.get(f"{place}?from=3").status_code == 404
    assert operator.post(f"{place}/publish?version=1", WHY).status_code == 409  # who saw the first asked for the first
    assert publish(operator, place).status_code == 303
    assert "From one." in client.get("/news").text

    assert operator.get(f"{place}/withdraw").status_code == 200
    assert operator.post(f"{place}/withdraw", WHY).status_code == 303
    assert operator.post(f"{place}/withdraw", WHY).status_code == 409
    assert "From one." not in client.get("/news").text


@pytest.mark.parametrize(
    ("times", "status", "is_read"),
    [
        ({"begins": "2020-01-01T00:00"}, 303, True),
        ({"begins": "2090-01-01T00:00"}, 303, False),
        ({"begins": "2020-01-01T00:00", "until": "2020-01-02T00:00"}, 422, False),
        ({"begins": "2020-13-01T00:00"}, 422, False),
        ({"begins": "\0"}, 422, False),
        ({"until": "2090-01-01T00:00"}, 303, True),
    ],
)
def test_readers_get_a_text_within_its_times(
    operator: Operator, client: FlaskClient, times: dict[str, str], status: int, is_read: bool
) -> None:
    place = begun(operator, "announcement")
    assert publish(operator, place, **times).status_code == status
    assert ("We open at noon" in client.get("/news").text) is is_read


def test_each_kind_is_read_in_its_place(operator: Operator, client: FlaskClient) -> None:
    published(operator, "banner", title_en="Closed on Friday", body_en="")
    published(operator, "page", page="terms", title_en="Our own terms")
    published(operator, "question", title_en="Second?", place="2")
    published(operator, "question", title_en="First?", place="1")
    assert "Closed on Friday" in client.get("/").text
    assert "Our own terms" in client.get("/house/terms").text
    assert "Our own terms" not in client.get("/house/privacy").text
    news = client.get("/news").text
    assert news.index("First?") < news.index("Second?")
    assert "<h4>Hours</h4>" in news  # below the question's own heading
    taken = operator.post("/admin/content/new?kind=page", {**WORDS, "page": "terms"})
    assert (taken.status_code, "has its text already" in taken.text) == (422, True)
    for kind in ("question", "banner", "page"):
        assert operator.get(f"/admin/content?kind={kind}").status_code == 200
        assert operator.get(f"/admin/content/new?kind={kind}").status_code == 200


@pytest.mark.parametrize(
    ("kind", "form", "said"),
    [
        ("question", {"title_en": "", "title_fr": "", "title_ht": ""}, "Write a title"),
        ("question", {"title_fr": "a\u202eb"}, "A title is one line"),
        ("question", {"place": "-1"}, "A place is a whole number"),
        ("page", {"page": "nothing"}, "none of the choices"),
    ],
)
def test_a_refused_text_keeps_what_was_typed(operator: Operator, kind: str, form: dict[str, str], said: str) -> None:
    answer = operator.post(f"/admin/content/new?kind={kind}", {**WORDS, **form})
    assert (answer.status_code, said in answer.text, "From **noon**." in answer.text) == (422, True, True)


def test_nothing_is_published_that_a_language_lacks(operator: Operator) -> None:
    place = begun(operator, "question", title_ht="")
    answer = publish(operator, place)
    assert (answer.status_code, "missing here: ht" in answer.text) == (409, True)


def test_versions_are_never_changed(operator: Operator, session: scoped_session[Session]) -> None:
    begun(operator, "question")
    with pytest.raises(DBAPIError, match="only ever added"), session.begin_nested():
        session.execute(ContentVersion.__table__.update().values(written_by="operator:nobody"))


LIST = "numbers,ht,fr,en\n07 47,chen,chien,dog\n12,koulèv,couleuvre,snake\n"


def lines_of(page: str) -> str:
    found = re.search(r'name="lines"[^>]*value="([^"]*)"', page)
    assert found is not None
    return found[1]


def dreams() -> int:
    return db.session.scalar(select(func.count()).select_from(Dream)) or 0


def test_a_list_is_looked_at_and_then_taken_whole(operator: Operator, client: FlaskClient) -> None:
    address = "/admin/content/tchala/import"
    assert operator.get(address).status_code == 200
    looked = operator.post(address, {"source": "Tchala 1950", "file": (io.BytesIO(LIST.encode()), "tchala.csv")})
    assert (looked.status_code, "Nothing is changed yet" in looked.text, dreams()) == (200, True, 0)
    given = {"source": "Tchala 1950", "lines": lines_of(looked.text)}
    bare = operator.post(f"{address}/confirm", given)
    assert (bare.status_code, dreams()) == (422, 0)  # without a reason
    for _ in range(2):  # a second time changes nothing
        assert operator.post(f"{address}/confirm", {**given, **WHY}).status_code == 303
        assert dreams() == 2
    for asked, word in (("chen", "chen"), ("CHIEN", "chien"), ("kulev", "koulèv"), ("47", "chen"), ("snak", "snake")):
        found = client.get("/tchala", query_string={"q": asked}, headers={"HX-Request": "true"})
        assert f"<bdi>{word}</bdi>" in found.text, asked
        assert "<html" not in found.text
    assert "No such dream" in client.get("/tchala?q=zzzzzz").text
    assert "Tchala 1950" in client.get("/tchala?lang=fr").text
    assert "imported dreams" in operator.get("/admin/audit").text


def test_a_bad_line_keeps_the_whole_list_out(operator: Operator) -> None:
    bad = LIST + "7,chat,chat,cat\n"
    looked = operator.post("/admin/content/tchala/import", {"source": "x", "lines": bad})
    assert (looked.status_code, "Two digits" in looked.text or "two digits" in looked.text) == (200, True)
    assert 'id="line-4"' in looked.text
    given = {"source": "x", "lines": bad, **WHY}
    assert operator.post("/admin/content/tchala/import/confirm", given).status_code == 422
    assert dreams() == 0


@pytest.mark.parametrize(
    "form",
    [{}, {"source": "x"}, {"lines": LIST}, {"source": "x", "lines": "a,b"}, {"source": "\u202e", "lines": LIST}],
)
def test_lists_that_are_refused(operator: Operator, form: dict[str, str]) -> None:
    assert operator.post("/admin/content/tchala/import", form).status_code == 422
    assert operator.post("/admin/content/tchala/import/confirm", {**form, **WHY}).status_code in (303, 422)
    assert dreams() == 0


def test_our_own_list_is_marked_as_ours(operator: Operator, client: FlaskClient) -> None:
    looked = operator.post("/admin/content/tchala/import", {"own": "1"})
    taken = operator.post(
        "/admin/content/tchala/import/confirm", {"source": "own", "lines": lines_of(looked.text), **WHY}
    )
    assert taken.status_code == 303
    assert dreams() > 100
    first = client.get("/tchala").text
    assert "our own list" in first
    further = re.search(r'href="(/tchala\?after=[^"]+)"', first)
    assert further is not None
    assert client.get(further[1]).status_code == 200
    file = operator.get("/admin/content/tchala/export")
    again = operator.post("/admin/content/tchala/import", {"source": "x", "file": (io.BytesIO(file.data), "x.csv")})
    assert re.search(rf"As they are</dt>\s*<dd[^>]*>\s*{dreams()}\b", again.text)


def test_one_dream_is_written_changed_and_removed(operator: Operator) -> None:
    form = {"ht": "chen", "fr": "chien", "en": "dog", "numbers": "07", "source": "the house"}
    assert operator.get("/admin/content/tchala/new").status_code == 200
    assert operator.post("/admin/content/tchala/new", form).status_code == 303
    again = operator.post("/admin/content/tchala/new", {**form, "ht": "Chèn"})
    assert (again.status_code, "in the dictionary already" in again.text) == (422, True)
    assert operator.post("/admin/content/tchala/new", {**form, "ht": "chat", "numbers": "7"}).status_code == 422
    assert operator.post("/admin/content/tchala/new", {**form, "ht": "chat"}).status_code == 303
    found = re.search(
        r'href="(/admin/content/tchala/[0-9a-f-]{36})"', operator.get("/admin/content/tchala?q=chen").text
    )
    assert found is not None
    assert operator.get(found[1]).status_code == 200
    taken = operator.post(found[1], {**form, "ht": "CHAT"})
    assert (taken.status_code, "in the dictionary already" in taken.text) == (422, True)
    assert operator.post(found[1], {**form, "numbers": "08 09"}).status_code == 303
    assert "08 · 09" in operator.get("/admin/content/tchala").text
    assert operator.get(f"{found[1]}/remove").status_code == 200
    assert operator.post(f"{found[1]}/remove", WHY).status_code == 303
    assert operator.post(f"{found[1]}/remove", WHY).status_code == 404
    assert dreams() == 1


@pytest.mark.parametrize("asked", ["x" * 81, "a\0b", "\u202e"])
def test_what_cannot_be_looked_for(client: FlaskClient, asked: str) -> None:
    assert client.get("/tchala", query_string={"q": asked}).status_code == 422
    assert client.get("/tchala", query_string={"after": asked}).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["nothing", "00000000-0000-7000-8000-000000000000", "tchala/nothing", "nothing/publish", "tchala/nothing/remove"],
)
def test_what_there_is_not(operator: Operator, path: str) -> None:
    assert operator.get(f"/admin/content/{path}").status_code == 404
    assert operator.post(f"/admin/content/{path}", WHY).status_code == 404
