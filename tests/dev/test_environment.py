"""The env file: what a shell reads from it is what was meant, and what must last does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from app.core.config import Settings
from app.people.approvals.settings import ApprovalSettings
from app.record.log.settings import LogSettings
from app.record.notifications.channels.google_account import ServiceAccount
from app.record.notifications.channels.settings import MessageSettings
from app.wiring import PRODUCT
from dev import environment, witnesses
from dev.bitcoind import ExternalNode

LASTING = (
    "SECRET_KEY",
    "DATA_KEYS",
    "LOOKUP_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "BITCOIN_RPC_URL",
    "DEPOSIT_ACCOUNT_KEY",
    "OPERATOR_USER",
    "OPERATOR_PASSWORD",
    "OPERATOR_PASSWORD_HASH",
    "OPERATOR2_USER",
    "OPERATOR2_PASSWORD",
    "OPERATORS",
    "DEMO_PARTNER_ID",
    "LOG_WITNESSES",
    "MESSAGES_URL",
    "SEMAPHORE_API_KEY",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "DEMO_STRIPE_URL",
    "DEMO_STRIPE_KEY",
    "DEMO_STRIPE_WEBHOOK_SECRET",
    "DEMO_MONCASH_URL",
    "DEMO_MONCASH_CLIENT_SECRET",
    "DEMO_PAYPAL_URL",
    "DEMO_PAYPAL_CLIENT_SECRET",
    "DEMO_PAYPAL_WEBHOOK_ID",
    "DEMO_PAYMONGO_URL",
    "DEMO_PAYMONGO_KEY",
    "DEMO_PAYMONGO_WEBHOOK_SECRET",
)


def test_a_shell_reads_what_was_written(tmp_path: Path):
    values, _ = environment.make(tmp_path, 5000)
    environment.write(tmp_path / "env", values)
    printed = subprocess.run(
        ["sh", "-euc", 'set -a; . "$1"; exec env -0', "sh", str(tmp_path / "env")],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin"},
    ).stdout
    seen = dict(line.split("=", 1) for line in printed.split("\0") if "=" in line)
    assert {key: seen[key] for key in values} == values
    assert environment.read(tmp_path / "env") == values


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs"])))
def test_any_value_survives_the_file(value: str):
    assert environment.parse(f"KEY={environment._quoted(value)}\n") == {"KEY": value}


def test_the_next_run_keeps_secrets_and_addresses(tmp_path: Path):
    first, _ = environment.make(tmp_path, 5000)
    environment.write(tmp_path / "env", first)
    second, _ = environment.make(tmp_path, 5000)
    assert {key: first[key] for key in LASTING} == {key: second[key] for key in LASTING}


def test_secrets_are_for_their_owner(tmp_path: Path):
    values, _ = environment.make(tmp_path, 5000)
    environment.write(tmp_path / "env", values)
    for name in ("env", "dev-signing-key", "fcm-service-account.json", "paypal-signing.pem"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_the_application_gets_the_public_key_alone(tmp_path: Path):
    values, _ = environment.make(tmp_path, 5000)
    private = (tmp_path / "dev-signing-key").read_text().strip()
    origin, _, key = values["DEPOSIT_ACCOUNT_KEY"].partition("]")
    assert private.startswith(f"{origin}]tprv")
    assert key.startswith("tpub")
    assert not any("tprv" in value for value in values.values())


def test_the_settings_accept_it(tmp_path: Path):
    values, _ = environment.make(tmp_path, 5000)
    assert Settings.from_env(values).bitcoin_network == "regtest"


def test_a_second_operator_confirms_what_the_first_proposes(tmp_path: Path):
    values, _ = environment.make(tmp_path, 5000)
    settings = PRODUCT.settings.from_env(values, PRODUCT.settings_checks)
    assert settings.of(ApprovalSettings).two_people
    assert set(settings.operator_hashes) == {values["OPERATOR_USER"], values["OPERATOR2_USER"]}
    for number in ("", "2"):
        name, password = values[f"OPERATOR{number}_USER"], values[f"OPERATOR{number}_PASSWORD"]
        assert PasswordHasher().verify(settings.operator_hashes[name], password)
    assert values["OPERATOR_PASSWORD"] != values["OPERATOR2_PASSWORD"]


def test_two_witnesses_are_named_and_the_published_script_has_their_keys(tmp_path: Path):
    values, ports = environment.make(tmp_path, 5000)
    settings = PRODUCT.settings.from_env(values, PRODUCT.settings_checks).of(LogSettings)
    assert (len(settings.witnesses), settings.quorum) == (2, 1)
    for name, port, one in zip(witnesses.NAMES, ports.witnesses, settings.witnesses, strict=True):
        script, *words = witnesses.command(values, name, port)
        done = subprocess.run(
            [sys.executable, script, *words[:-2], "--once"], capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 3, done.stderr  # nobody serves the log: its key and its memory could be used
        assert str(one.key) in done.stderr
        assert one.push == f"http://127.0.0.1:{port}/add-checkpoint"
        assert (tmp_path / "tiraj-witnesses" / f"{name}.key").stat().st_mode & 0o777 == 0o600


def test_sms_and_push_are_set_up_and_firebases_key_lasts(tmp_path: Path):
    keys = []
    for _ in range(2):
        values, _ = environment.make(tmp_path, 5000)
        environment.write(tmp_path / "env", values)
        settings = PRODUCT.settings.from_env(values, PRODUCT.settings_checks).of(MessageSettings)
        account = ServiceAccount.read(settings.fcm_service_account_file)
        assert account.token_url == f"{values['MESSAGES_URL']}token"
        keys.append((settings.sms_provider, account.key_id, account.key.private_numbers()))
    assert keys[0] == keys[1]


def test_each_chain_has_its_own_database_and_journal(tmp_path: Path):
    own, _ = environment.make(tmp_path, 5000)
    environment.write(tmp_path / "env", own)
    node = ExternalNode("http://user:pass@127.0.0.1:18443", "0a1b2c3d")
    other, _ = environment.make(tmp_path, 5000, node)
    assert other["BITCOIN_RPC_URL"] == node.url
    assert other["BITCOIN_ZMQ_URL"] == ""
    assert own["DATABASE_URL"].rpartition("/")[2] != other["DATABASE_URL"].rpartition("/")[2]
    assert own["TERMS_JOURNAL_PATH"] != other["TERMS_JOURNAL_PATH"]
    assert own["LOG_WITNESSES"].split()[0] != other["LOG_WITNESSES"].split()[0]
    environment.write(tmp_path / "env", other)
    again, _ = environment.make(tmp_path, 5000)
    assert again["BITCOIN_RPC_URL"] == own["BITCOIN_RPC_URL"]
