"""An application's tokens: what opens, for how long, and which forgeries do not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import func, select

from app.core import clock
from app.core.database.session import db
from app.core.ids import new_id
from app.core.sealing.keyring import Key
from app.people.accounts.models import LoginCode, RefreshToken, UserSession
from app.people.accounts.tokens import access
from app.people.accounts.tokens.access import Audience
from app.people.accounts.tokens.keys import token_keys
from app.people.accounts.tokens.service import IS_REGISTERED
from app.record.audit.models import AuditEntry
from tests.personas import Persona, signed_in

from .ways import MAIL, bearer, opens, post, run, tokens_for


@pytest.fixture
def held(client: FlaskClient) -> dict[str, Any]:
    """Both tokens of a person."""
    return tokens_for(client, MAIL)


def refresh(browser: FlaskClient, token: str) -> Any:
    return post(browser, "/api/auth/refresh", {"refreshToken": token})


def claims_of(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def forged(app: Flask, token: str, key: Any = None, header: dict[str, Any] | None = None, **changes: Any) -> str:
    """The token with other claims, signed with our key unless another one is given."""
    claims = {name: value for name, value in (claims_of(token) | changes).items() if value is not None}
    with app.app_context():
        keys = token_keys()
        headers = {"kid": keys.name, "typ": "at+jwt"} | (header or {})
        return jwt.encode(claims, key or keys.signing, algorithm="EdDSA", headers=headers)


def raw(header: dict[str, Any], claims: dict[str, Any], key: bytes | None = None) -> str:
    """A token as no library makes it."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    message = b".".join(parts)
    signature = hmac.digest(key, message, hashlib.sha256) if key is not None else b""
    return (message + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def test_what_a_token_says(app: Flask, held: dict[str, Any]) -> None:
    said, header = claims_of(held["accessToken"]), jwt.get_unverified_header(held["accessToken"])
    assert header == {"alg": "EdDSA", "kid": "made", "typ": "at+jwt"}
    assert set(said) == {"iss", "aud", "sub", "fam", "iat", "exp"}
    assert (said["iss"], said["aud"], said["exp"] - said["iat"]) == ("http://localhost", "player", 900)
    with app.app_context():
        only = db.session.scalars(select(UserSession)).one()
        assert (said["sub"], said["fam"]) == (str(only.user_id), str(only.id))


def test_it_is_taken_wherever_a_session_is(client: FlaskClient, held: dict[str, Any]) -> None:
    wanted = {"currency": "HTG", "kind": "deposit", "period": "day", "amountMinor": 500}
    answer = client.put("/api/players/limits", json=wanted, headers=bearer(held["accessToken"]))
    assert (answer.status_code, answer.json["amountMinor"]) == (200, 500)
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_forger_without_our_key_gets_nowhere(app: Flask, client: FlaskClient, held: dict[str, Any]) -> None:
    token = held["accessToken"]
    said = claims_of(token)
    with app.app_context():
        public = token_keys().verifying["made"]
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    bytes_ = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    stranger = Ed25519PrivateKey.generate()
    header, payload, signature = token.split(".")
    forgeries = {
        "nothing signed": raw({"alg": "none", "kid": "made", "typ": "at+jwt"}, said),
        "None, oddly written": raw({"alg": "nOnE", "kid": "made", "typ": "at+jwt"}, said),
        "HS256 with the public key as PEM": raw({"alg": "HS256", "kid": "made", "typ": "at+jwt"}, said, pem),
        "HS256 with the public key's bytes": raw({"alg": "HS256", "kid": "made", "typ": "at+jwt"}, said, bytes_),
        "EdDSA said, HMAC done": raw({"alg": "EdDSA", "kid": "made", "typ": "at+jwt"}, said, bytes_),
        "another key": forged(app, token, stranger),
        "another key, brought along": forged(app, token, stranger, {"jwk": {"kty": "OKP", "crv": "Ed25519"}}),
        "an unknown key's name": forged(app, token, header={"kid": "k9"}),
        "a path as key's name": forged(app, token, header={"kid": "../../dev/null"}),
        "no signature": f"{header}.{payload}.",
        "half a signature": token[:-10],
        "another payload": f"{header}.{raw({}, said | {'sub': str(new_id())}).split('.')[1]}.{signature}",
        "a fourth part": f"{token}.{signature}",
        "too long": f"{token}{'A' * 2_000}",
    }
    assert opens(client, token) == 200
    assert {name: opens(client, text) for name, text in forgeries.items()} == dict.fromkeys(forgeries, 401)


def test_what_our_key_signed_for_something_else_opens_nothing(
    app: Flask, client: FlaskClient, held: dict[str, Any]
) -> None:
    """Signed rightly each: what is refused is what it says."""
    token, now = held["accessToken"], int(time.time())
    other = signed_in(app, "other@example.com")
    wrongly: dict[str, str] = {
        "another issuer": forged(app, token, iss="https://evil.example"),
        "another audience": forged(app, token, aud="partner"),
        "several audiences": forged(app, token, aud=["player", "operator"]),
        "no audience": forged(app, token, aud=None),
        "another type": forged(app, token, header={"typ": "JWT"}),
        "too old": forged(app, token, iat=now - 1000, exp=now - 100),
        "of this second": forged(app, token, iat=now - 900, exp=now),
        "not yet": forged(app, token, iat=now + 7000, exp=now + 7900),
        "for longer than we give": forged(app, token, iat=now - 10, exp=now + 10_000),
        "for ever": forged(app, token, exp=2**62),
        "without an end": forged(app, token, exp=None),
        "without a beginning": forged(app, token, iat=None),
        "a text for a time": forged(app, token, exp=str(now + 100)),
        "no family": forged(app, token, fam=None),
        "a family that is none": forged(app, token, fam="x"),
        "a family of nobody": forged(app, token, fam=str(new_id())),
        "another person in this family": forged(app, token, sub=str(other.id)),
    }
    assert opens(client, forged(app, token)) == 200, "signed anew with nothing changed"
    assert {name: opens(client, text) for name, text in wrongly.items()} == dict.fromkeys(wrongly, 401)


def test_an_operators_token_is_refused_as_such(app: Flask, client: FlaskClient, held: dict[str, Any]) -> None:
    operators = forged(app, held["accessToken"], aud="operator")
    for answer in (
        client.get("/api/players/limits", headers=bearer(operators)),
        client.post("/api/auth/logout", headers=bearer(operators)),
    ):
        assert (answer.status_code, answer.json["code"]) == (403, "token_for_others")
    assert opens(client, held["accessToken"]) == 200


@pytest.mark.parametrize("audience", ["player", "operator"])
def test_each_audience_opens_its_own(app: Flask, audience: Audience) -> None:
    with app.app_context():
        subject, family = new_id(), new_id()
        token = access.issue(audience, subject, family, datetime.now(UTC))
        found = access.opened(token, audience)
        assert found is not None
        assert (found.subject, found.family) == (subject, family)


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_web_process_whose_clock_is_wrong_decides_nothing(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """The database's clock makes tokens and ends them, two hours before it and behind it."""
    real, away = time.time, timedelta(hours=hours)
    monkeypatch.setattr(time, "time", lambda: real() + away.total_seconds())
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + away)
    held = tokens_for(client, f"clock{hours + 2}@example.com")
    assert abs(claims_of(held["accessToken"])["iat"] - real()) < 60
    assert opens(client, held["accessToken"]) == 200
    old = int(real())
    assert opens(client, forged(app, held["accessToken"], iat=old - 1000, exp=old - 100)) == 401
    assert refresh(client, held["refreshToken"]).status_code == 200


def test_a_refresh_token_brings_the_next_one_once(app: Flask, client: FlaskClient, held: dict[str, Any]) -> None:
    answer = refresh(client, held["refreshToken"])
    assert answer.status_code == 200
    assert set(answer.json) == {"accessToken", "refreshToken", "isRegistered"}
    assert opens(client, answer.json["accessToken"]) == 200
    assert opens(client, held["accessToken"]) == 200, "the first one lasts out its quarter of an hour"
    with app.app_context():
        assert db.session.scalars(select(func.count()).select_from(UserSession)).one() == 1
        hashes = db.session.scalars(select(RefreshToken.token_hash)).all()
        assert held["refreshToken"].encode() not in hashes


def test_reuse_ends_the_session_and_all_it_opened(app: Flask, client: FlaskClient, held: dict[str, Any]) -> None:
    second = refresh(client, held["refreshToken"]).json
    third = refresh(client, second["refreshToken"]).json
    again = refresh(client, held["refreshToken"])
    assert (again.status_code, again.json["code"]) == (401, "refresh_refused")
    assert [opens(client, one["accessToken"]) for one in (held, second, third)] == [401, 401, 401]
    assert refresh(client, third["refreshToken"]).status_code == 401
    with app.app_context():
        actions = db.session.scalars(select(AuditEntry.action)).all()
        assert actions.count("account.token_reused") == 1, "told once"


def test_a_refresh_token_is_too_old_after_seven_days(app: Flask, client: FlaskClient, held: dict[str, Any]) -> None:
    run(app, "UPDATE refresh_tokens SET expires_at = expires_at - interval '6 days 23 hours'")
    second = refresh(client, held["refreshToken"]).json
    run(app, "UPDATE refresh_tokens SET expires_at = expires_at - interval '7 days 1 second'")
    assert refresh(client, second["refreshToken"]).status_code == 401
    assert opens(client, second["accessToken"]) == 200, "too old is no reuse"


@pytest.mark.parametrize("by", ["access token", "old access token", "sessions page", "refresh cookie"])
def test_signing_out_ends_the_tokens_at_once(app: Flask, client: FlaskClient, held: dict[str, Any], by: str) -> None:
    token = held["accessToken"]
    if by == "sessions page":
        elsewhere = tokens_for(client, MAIL)
        its = claims_of(token)["fam"]
        ended = client.post(
            "/api/auth/sessions/revoke", json={"sessionId": its}, headers=bearer(elsewhere["accessToken"])
        )
        assert ended.json == {"ended": 1}
        assert opens(client, elsewhere["accessToken"]) == 200
    elif by == "refresh cookie":
        client.set_cookie("tiraj_refresh", held["refreshToken"])
        assert client.post("/api/auth/logout", json={}).status_code == 204
    else:
        now = int(time.time())
        with_ = forged(app, token, iat=now - 2000, exp=now - 1100) if by == "old access token" else token
        assert client.post("/api/auth/logout", headers=bearer(with_)).status_code == 204
    assert opens(client, token) == 401
    assert refresh(client, held["refreshToken"]).status_code == 401


def test_signing_out_needs_a_token_of_ours(app: Flask, client: FlaskClient, held: dict[str, Any]) -> None:
    forgery = forged(app, held["accessToken"], Ed25519PrivateKey.generate())
    assert client.post("/api/auth/logout", headers=bearer(forgery)).status_code == 204
    assert opens(client, held["accessToken"]) == 200


def test_keys_are_rotated_by_name(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Key.make("t1"), Key.make("t2")

    def keys(*which: Key) -> None:
        text = SecretStr(",".join(one.text for one in which))
        settings = app.config["SETTINGS"].model_copy(update={"token_keys": text})
        monkeypatch.setitem(app.config, "SETTINGS", settings)

    keys(first)
    held = tokens_for(client, MAIL)
    assert jwt.get_unverified_header(held["accessToken"])["kid"] == "t1"
    keys(second, first)
    assert opens(client, held["accessToken"]) == 200
    renewed = refresh(client, held["refreshToken"]).json
    assert jwt.get_unverified_header(renewed["accessToken"])["kid"] == "t2"
    keys(second)
    assert [opens(client, one["accessToken"]) for one in (held, renewed)] == [401, 200]


def test_cookies_are_renewed_by_cookies(client: FlaskClient, held: dict[str, Any]) -> None:
    client.set_cookie("tiraj_refresh", held["refreshToken"])
    answer = client.post("/api/auth/refresh", json={})
    assert answer.json == {"accessToken": None, "refreshToken": None, "isRegistered": False}
    assert client.get("/api/players/limits").status_code == 200
    foreign = client.post("/api/auth/refresh", json={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.json["code"] == "origin_refused"
    assert app_of(client).test_client().post("/api/auth/refresh", json={}).status_code == 401


def app_of(client: FlaskClient) -> Flask:
    return client.application


def test_who_has_a_profile_is_said(app: Flask, client: FlaskClient, held: dict[str, Any]) -> None:
    who: list[UUID] = []

    def registered(user_id: UUID) -> bool:
        who.append(user_id)
        return True

    before = IS_REGISTERED.get(app)
    IS_REGISTERED.fill(app, registered)
    try:
        assert refresh(client, held["refreshToken"]).json["isRegistered"] is True
    finally:
        IS_REGISTERED.fill(app, before)
    assert str(who[0]) == claims_of(held["accessToken"])["sub"]


def test_a_token_opens_no_page_and_no_key_route(client: FlaskClient, held: dict[str, Any]) -> None:
    assert client.get("/account", headers=bearer(held["accessToken"])).status_code == 303
    assert client.get("/api/v1/balance", headers=bearer(held["accessToken"])).status_code == 401


def test_a_session_is_taken_as_before(owner: Persona, client: FlaskClient) -> None:
    assert owner.get("/api/players/limits").status_code == 200
    assert opens(client, "tiraj_test_something") == 401


def test_who_registers_has_a_profile(client: FlaskClient, held: dict[str, Any]) -> None:
    born = {"name": "Ada Player", "dateOfBirth": "1990-02-03", "locale": "ht"}
    made = client.post("/api/players/register", json=born, headers=bearer(held["accessToken"]))
    assert made.status_code == 201, made.text
    assert refresh(client, held["refreshToken"]).json["isRegistered"] is True


def test_who_is_too_young_leaves_no_token_behind(app: Flask, client: FlaskClient, held: dict[str, Any]) -> None:
    born = {"name": "Ada Player", "dateOfBirth": f"{datetime.now(UTC).year - 10}-02-03", "locale": "ht"}
    assert client.post("/api/players/register", json=born, headers=bearer(held["accessToken"])).status_code == 422
    assert opens(client, held["accessToken"]) == 401
    assert refresh(client, held["refreshToken"]).status_code == 401
    with app.app_context():
        left = [
            db.session.scalars(select(func.count()).select_from(table)).one() for table in (LoginCode, RefreshToken)
        ]
        assert left == [0, 0]
