"""Settings: one frozen object; an environment that is not fit is refused once, with everything that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.core.config import ConfigError, Settings
from tests.settings import ACCOUNT_KEY, settings_for

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "kq0c2Jt3fVbS9mYw7hXnL5rPzD8gUeA1",
    "BASE_URL": "https://tiraj.example.org",
    "DATABASE_URL": "postgresql://tiraj@db/tiraj",
    "REDIS_URL": "redis://queue/0",
    "SOURCE_URL": "https://code.example.org/tiraj",
    "BITCOIN_NETWORK": "main",
    "BITCOIN_RPC_URL": "http://rpc:secret@node:8332",
    "DEPOSIT_ACCOUNT_KEY": ACCOUNT_KEY,
    "TERMS_JOURNAL_PATH": "/journal/terms",
    "BCL_DATA_DIR": "/var/lib/tiraj/bitcoinlib",
    "OPERATOR_USER": "operator",
    "OPERATOR_PASSWORD_HASH": "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA",
    "MAIL_TRANSPORT": "smtp",
    "SMTP_URL": "smtps://mail.example.org",
    "MAIL_FROM": "Tiraj <draws@example.org>",
}


def refusal(**changes: str | None) -> list[str]:
    """The lines with which production refuses these changes to a good environment."""
    environ = {name: value for name, value in {**PRODUCTION, **changes}.items() if value is not None}
    with pytest.raises(ConfigError) as refused:
        Settings.from_env(environ)
    return [line.strip() for line in str(refused.value).splitlines()[1:]]


def test_a_good_production_environment_is_taken() -> None:
    settings = Settings.from_env(PRODUCTION)
    assert settings.is_production
    assert not settings.is_development
    assert settings.terms_journal_path == Path("/journal/terms")


@pytest.mark.parametrize("name", [name for name, field in Settings.model_fields.items() if field.is_required()])
def test_whatever_is_required_is_missed(name: str) -> None:
    lines = refusal(**{name.upper(): None})
    assert any(line.startswith(f"{name.upper()}:") for line in lines)


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_value_is_a_missing_one(empty: str | None) -> None:
    assert refusal(DATABASE_URL=empty) == ["DATABASE_URL: Field required"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "changeme"),
        ("SECRET_KEY", "only-sixteen-chars"),
        ("BASE_URL", "http://tiraj.example.org"),
        ("BITCOIN_NETWORK", "regtest"),
        ("MAIL_TRANSPORT", "mailbox"),
        ("OPERATOR_PASSWORD_HASH", "operator"),
        ("FAIL_AT", "settle.won"),
        ("BCL_DATA_DIR", None),
        ("SOURCE_URL", None),
        ("MAIL_FROM", None),
    ],
)
def test_production_takes_no_sample_and_nothing_for_development(name: str, value: str | None) -> None:
    lines = refusal(**{name: value})
    assert lines
    assert all(line.startswith(f"{name}:") for line in lines)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SMTP_URL": None}, "SMTP_URL"),
        ({"ROUND_GAP_BLOCKS": "6", "SETTLEMENT_DEPTH": "6"}, "ROUND_GAP_BLOCKS"),
        ({"SETTLEMENT_DEPTH": "18"}, "ROUND_GAP_BLOCKS"),
        ({"ORDER_STOP_BLOCKS": "10", "ROUND_LENGTH_BLOCKS": "10"}, "ORDER_STOP_BLOCKS"),
        ({"TICKET_DIGITS": "9", "BASE_TICKET_PRICE_SATS": "2100001"}, "BASE_TICKET_PRICE_SATS"),
        ({"TICKET_DIGITS": "9", "BASE_TICKET_PRICE_SATS": "100000000"}, "BASE_TICKET_PRICE_SATS"),
        ({"BITCOIN_RPC_URL": "node:8332"}, "BITCOIN_RPC_URL"),
        ({"BITCOIN_RPC_URL": "http://user:pass/word@node:8332"}, "BITCOIN_RPC_URL"),
        ({"BITCOIN_ZMQ_URL": "node:28332"}, "BITCOIN_ZMQ_URL"),
        ({"DATABASE_URL": "sqlite:///tiraj.db"}, "DATABASE_URL"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL"),
        ({"SMTP_URL": "mail.example.org"}, "SMTP_URL"),
        ({"REHEARSAL_URL": "javascript:alert(1)"}, "REHEARSAL_URL"),
    ],
)
def test_contradictions_are_refused(changes: dict[str, str | None], named: str) -> None:
    lines = refusal(**changes)
    assert [line.split(":")[0] for line in lines] == [named]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TICKET_DIGITS", "0"),
        ("TICKET_DIGITS", "10"),
        ("TICKET_DIGITS", "six"),
        ("HOUSE_FEE_PERCENT", "11"),
        ("HOUSE_FEE_PERCENT", "0.5"),
        ("BASE_URL", "https://tiraj.example.org/path"),
        ("BASE_URL", "tiraj.example.org"),
        ("BITCOIN_NETWORK", "mainnet"),
        ("ENVIRONMENT", "prod"),
        ("TRUSTED_PROXY_HOPS", "-1"),
        ("SETTLEMENT_DEPTH", "0"),
        ("HASHES_PER_DIGIT", "0"),
        ("FIRST_SCAN_HEIGHT", "0"),
    ],
)
def test_values_outside_their_bounds_are_refused(name: str, value: str) -> None:
    assert any(line.startswith(f"{name}:") for line in refusal(**{name: value}))


def test_one_message_names_everything_at_once() -> None:
    lines = refusal(
        SECRET_KEY="changeme",
        BASE_URL="http://x",
        REDIS_URL=None,
        SMTP_URL=None,
        SETTLEMENT_DEPTH="18",
        TICKET_DIGITS="ten",
        BITCOIN_NETWORK="regtest",
    )
    assert {line.split(":")[0] for line in lines} == {
        "SECRET_KEY",
        "BASE_URL",
        "REDIS_URL",
        "SMTP_URL",
        "ROUND_GAP_BLOCKS",
        "TICKET_DIGITS",
        "BITCOIN_NETWORK",
    }


def test_no_refusal_repeats_a_secret() -> None:
    secret = "hunter2"
    said = "\n".join(refusal(SECRET_KEY=secret, DATABASE_URL=None, OPERATOR_PASSWORD_HASH=secret))
    assert secret not in said


def test_settings_are_frozen_and_hide_their_secrets(tmp_path: Path) -> None:
    settings = Settings.from_env(settings_for("postgresql://u:hunter2@db/t", "redis://queue", tmp_path))
    with pytest.raises(ValidationError):
        settings.ticket_digits = 9  # type: ignore[misc]
    assert "hunter2" not in repr(settings)
    assert settings.secret_key.get_secret_value() not in repr(settings)
