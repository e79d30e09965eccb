"""Providers are off until they are named; what is missing is named at start, and no key with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.core.config import ConfigError
from app.record.notifications.channels.google_account import AccountRefused, ServiceAccount
from app.record.notifications.channels.settings import MessageSettings
from app.wiring import PRODUCT
from dev import carriers
from tests.settings import settings_for


def refusal(tmp_path: Path, **changes: str) -> list[str]:
    environ = {**settings_for("postgresql://u@127.0.0.1/d", "redis://127.0.0.1:1/0", tmp_path), **changes}
    try:
        PRODUCT.settings.from_env(environ, PRODUCT.settings_checks)
    except ConfigError as error:
        return [line.strip() for line in str(error).splitlines()[1:]]
    return []


ACCOUNT = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "token", "TWILIO_FROM": "+15005550006"}


def test_nothing_is_needed_and_nobody_carries(tmp_path: Path) -> None:
    environ = settings_for("postgresql://u@127.0.0.1/d", "redis://127.0.0.1:1/0", tmp_path)
    read = PRODUCT.settings.from_env(environ, PRODUCT.settings_checks).of(MessageSettings)
    assert (read.sms_provider, read.fcm_service_account_file, read.alarm_phones) == (None, None, [])


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SMS_PROVIDER": "semaphore"}, ["SEMAPHORE_API_KEY"]),
        ({"SMS_PROVIDER": "twilio"}, ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"]),
        ({"SMS_PROVIDER": "twilio", **ACCOUNT, "TWILIO_ACCOUNT_SID": "AC1"}, ["TWILIO_ACCOUNT_SID"]),
        ({"SMS_PROVIDER": "pigeon"}, ["SMS_PROVIDER"]),
        ({"TWILIO_URL": "api.twilio.com"}, ["TWILIO_URL"]),
        ({"MESSAGE_SECONDS": "60"}, ["MESSAGE_SECONDS"]),
        ({"ALARM_SMS_TO": "+50934101234"}, ["ALARM_SMS_TO"]),
        ({"SMS_PROVIDER": "twilio", **ACCOUNT, "ALARM_SMS_TO": "34101234"}, ["ALARM_SMS_TO"]),
        ({"SMS_PROVIDER": "twilio", **ACCOUNT, "ALARM_SMS_TO": "+50922221234"}, ["ALARM_SMS_TO"]),
        ({"SMS_PROVIDER": "semaphore", "SEMAPHORE_API_KEY": "k", "ALARM_SMS_TO": "+50934101234"}, ["ALARM_SMS_TO"]),
        ({"FCM_SERVICE_ACCOUNT_FILE": "/nowhere/account.json"}, ["FCM_SERVICE_ACCOUNT_FILE"]),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, changes: dict[str, str], named: list[str]) -> None:
    assert [line.partition(":")[0] for line in refusal(tmp_path, **changes)] == named


def test_what_fits_is_taken(tmp_path: Path) -> None:
    file = carriers.service_account(tmp_path / "account.json", "http://127.0.0.1:1/token")
    fits = {"SMS_PROVIDER": "twilio", **ACCOUNT, "ALARM_SMS_TO": "+50934101234 +639171234567"}
    assert refusal(tmp_path, **fits, FCM_SERVICE_ACCOUNT_FILE=str(file)) == []


def test_production_asks_over_tls(tmp_path: Path) -> None:
    file = carriers.service_account(tmp_path / "account.json", "http://127.0.0.1:1/token")
    urls = dict.fromkeys(("TWILIO_URL", "SEMAPHORE_URL", "FCM_URL"), "http://10.0.0.1")
    lines = refusal(tmp_path, ENVIRONMENT="production", FCM_SERVICE_ACCOUNT_FILE=str(file), **urls)
    named = {line.partition(":")[0] for line in lines}
    assert {*urls, "FCM_SERVICE_ACCOUNT_FILE"} <= named


@pytest.mark.parametrize(
    "spoilt",
    [
        {"type": "authorized_user"},
        {"private_key": "-----BEGIN PRIVATE KEY-----\nc2VjcmV0LXNlY3JldA==\n-----END PRIVATE KEY-----\n"},
        {"client_email": 5},
        {"token_uri": ""},
        {"private_key": None},
    ],
)
def test_a_file_that_is_none_is_refused_without_a_word_of_it(tmp_path: Path, spoilt: dict[str, object]) -> None:
    file = carriers.service_account(tmp_path / "account.json", "https://oauth2.googleapis.com/token")
    held = json.loads(file.read_text())
    file.write_text(json.dumps({**held, **spoilt}))
    with pytest.raises(AccountRefused) as refused:
        ServiceAccount.read(file)
    assert "c2Vj" not in str(refused.value)
    assert len(str(refused.value)) < 60
    held.pop("project_id")
    file.write_text(json.dumps(held))
    with pytest.raises(AccountRefused, match="has no project_id"):
        ServiceAccount.read(file)


def test_a_key_is_not_in_what_is_printed(tmp_path: Path) -> None:
    account = ServiceAccount.read(carriers.service_account(tmp_path / "account.json", "https://x.example/token"))
    assert "key=" not in repr(account)
