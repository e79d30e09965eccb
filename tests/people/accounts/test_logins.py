"""The log of attempts to sign in: for whom each is kept, what it says, and what nobody learns from it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text

from app.core import clock
from app.core.database.session import db, transaction
from app.core.ids import earliest_id, new_id
from app.core.limits.requester import coarse_network_of
from app.people.accounts import queries, service
from app.people.accounts.login import attempts
from app.people.accounts.login.attempts import Attempt
from app.people.accounts.models import Login
from tests.personas import FIREFOX, form_token, signed_in

from .mail import LoginMail, ask, mails_to

ADDRESS = "owner@example.com"


def kept(app: Flask, address: str = ADDRESS) -> list[tuple[str, bool]]:
    """Method and outcome of each attempt, the oldest first."""
    return [(one.method, one.is_in) for one in reversed(whole(app, address))]


def whole(app: Flask, address: str = ADDRESS) -> list[Attempt]:
    with app.app_context():
        user_id = queries.find_by_email(address)
        return list(attempts.of_user(user_id)) if user_id else []


def use_link(browser: FlaskClient, mail: LoginMail) -> Any:
    return browser.post(
        "/login/confirm",
        data={"csrf_token": form_token(browser), "token": mail.token},
        environ_overrides={"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": FIREFOX},
    )


def use_code(browser: FlaskClient, code: str) -> Any:
    return browser.post("/login/code", data={"csrf_token": form_token(browser), "code": code})


def test_each_way_in_is_kept_and_shown_to_the_person(app: Flask, client: FlaskClient) -> None:
    assert use_link(client, ask(client, ADDRESS)).status_code == 303
    mail = ask(client, ADDRESS)
    assert use_code(client, "000000" if mail.code != "000000" else "111111").status_code == 422
    assert use_code(client, mail.code).status_code == 303
    assert kept(app) == [("link", True), ("code", False), ("code", True)]
    first = whole(app)[-1]
    assert (first.network, first.user_agent) == ("203.0.113.0/24", FIREFOX)
    page = client.get("/account").text
    for words in (
        "Attempts to sign in",
        "Link in a mail",
        "Code in a mail",
        "Refused",
        "Firefox on Linux",
        "203.0.113.0/24",
    ):
        assert words in page
    assert "203.0.113.77" not in page


def test_a_link_stolen_or_used_up_is_told_to_whom_it_was_sent(app: Flask, client: FlaskClient) -> None:
    signed_in(app, ADDRESS)
    mail = ask(client, ADDRESS)
    thief = app.test_client()
    assert use_link(thief, mail).status_code == 422
    ask(thief, "thief@example.com")
    assert use_link(thief, mail).status_code == 422
    assert use_link(client, mail).status_code == 303
    assert use_link(client, mail).status_code == 410
    assert kept(app) == [("link", False), ("link", False), ("link", True), ("link", False)]
    assert kept(app, "thief@example.com") == []


def test_of_nobody_nothing_is_kept_and_nothing_is_learnt(app: Flask, client: FlaskClient) -> None:
    """The same statements are asked for an address with an account and for one without."""

    def refused(address: str) -> list[str]:
        mail, asked = ask(client, address), []
        with app.app_context():
            engine = db.engine

        def heard(_: Any, __: Any, statement: str, *___: Any) -> None:
            if "SAVEPOINT" not in statement:
                asked.append(statement)

        event.listen(engine, "before_cursor_execute", heard)
        try:
            assert use_link(app.test_client(), mail).status_code == 422
        finally:
            event.remove(engine, "before_cursor_execute", heard)
        return asked

    signed_in(app, ADDRESS)
    known, unknown = refused(ADDRESS), refused("nobody@example.com")
    assert known == unknown
    assert any("INSERT INTO logins" in one for one in known)
    with app.app_context():
        assert len(db.session.scalars(select(Login.id)).all()) == 1
        assert db.session.scalar(text("SELECT count(*) FROM users")) == 1


def test_a_guessed_token_is_kept_for_nobody(app: Flask, client: FlaskClient) -> None:
    signed_in(app, ADDRESS)
    ask(client, ADDRESS)
    for token in ("x", "y" * 32):
        client.post("/login/confirm", data={"csrf_token": form_token(client), "token": token})
    assert kept(app) == []


def test_json_is_kept_as_pages_are(app: Flask, client: FlaskClient) -> None:
    answer = client.post("/api/auth/magic-link", json={"email": ADDRESS, "bearer": True})
    proof = {"code": mails_to(app, ADDRESS)[-1].code, "login": answer.json["login"]}
    assert client.post("/api/auth/verify", json=proof).status_code == 200
    assert client.post("/api/auth/verify", json=proof).status_code == 422
    assert kept(app) == [("code", True)], "a link that is used up is awaited by nobody, whatever its code"
    assert whole(app)[0].network == "127.0.0.0/24"


def test_refusals_push_no_sign_in_off_the_list(app: Flask, client: FlaskClient) -> None:
    assert use_link(client, ask(client, ADDRESS)).status_code == 303
    with app.app_context(), transaction() as session:
        user_id = queries.find_by_email(ADDRESS)
        session.add_all(Login(id=new_id(), user_id=user_id, method="code", outcome="refused") for _ in range(22))
    assert [one for one in kept(app) if one[1]] == [("link", True)]
    assert len(kept(app)) == 21, "the newest twenty of them"
    assert "203.0.113.0/24" in client.get("/account").text


def test_others_see_nothing_of_it(app: Flask, client: FlaskClient) -> None:
    use_link(client, ask(client, ADDRESS))
    other = signed_in(app, "stranger@example.com")
    assert "203.0.113.0/24" not in other.get("/account").text
    assert "None yet since this is kept." in other.get("/account").text


def test_it_is_forgotten_after_ninety_days(app: Flask, client: FlaskClient) -> None:
    use_link(client, ask(client, ADDRESS))
    with app.app_context():
        user_id = queries.find_by_email(ADDRESS)
        with transaction() as session:
            for days in (89, 91):
                old = earliest_id(clock.now() - timedelta(days=days))
                session.add(Login(id=old, user_id=user_id, method="code", outcome="refused"))
        for left in (2, 2):
            with transaction():
                service.purge()
            assert len(attempts.of_user(user_id)) == left  # type: ignore[arg-type]


def test_operators_ask_for_it_by_the_whole_address(app: Flask, client: FlaskClient) -> None:
    use_link(client, ask(client, ADDRESS))
    runner = app.test_cli_runner()
    with app.app_context():
        shown = runner.invoke(args=["people", "logins", "Owner@example.com"])
        assert shown.exit_code == 0
        assert "link  signed in  203.0.113.0/24  Firefox on Linux" in shown.output
        record = json.loads(runner.invoke(args=["people", "logins", ADDRESS, "--json"]).output)["logins"]
        assert [(one["method"], one["outcome"]) for one in record] == [("link", "signed_in")]
        nobody = runner.invoke(args=["people", "logins", "owner@example"])
        assert (nobody.exit_code, "nobody has this address" in nobody.output) == (1, True)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("64:ff9b::203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:ffff::1%eth0", "2001:db8:1::/48"),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_a_network_as_it_is_kept(address: str, network: str) -> None:
    assert coarse_network_of(address) == network
