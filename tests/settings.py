"""The settings with which the tests run the application."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from btclib_wallet.bip32 import bip32

from app.core.sealing.keyring import Key
from app.record.log.format.notes import SigningKey
from dev.environment import ACCOUNT_PATH, REGTEST_PRIVATE_VERSION

EXPLORE = bool(os.environ.get("EXPLORE"))
"""Whole crosses instead of one of each class, long forms, and properties searched anew: `EXPLORE=1 make test`."""

Game, Value = TypeVar("Game"), TypeVar("Value")


def dealt(games: Sequence[Game], values: Sequence[Value]) -> list[tuple[Game, Value]]:
    """Each value with one of the games, which take turns; when exploring each with all of them."""
    return [
        (game, value)
        for at, value in enumerate(values)
        for turn, game in enumerate(games)
        if EXPLORE or at % len(games) == turn
    ]


def rounds_and_wins() -> list[tuple[str, str]]:
    """A status of a round and one of what was bought in it: each of the first with what is to be drawn and with one of
    the others, which take turns; when exploring each with each."""
    others = [(one, way) for way, one in dealt(("void", "won"), _STATUSES)]
    return [*((one, "assigned") for one in _STATUSES), *others]


_STATUSES = ("scheduled", "open", "unbacked", "closed", "sealed", "drawing", "void", "halted")

OPERATOR_PASSWORD = "operator-password-for-tests"
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

_ROOT = bip32.rootxprv_from_seed(bytes(range(32)), REGTEST_PRIVATE_VERSION)
ACCOUNT_PRIVATE_KEY = bip32.derive(_ROOT, f"m/{ACCOUNT_PATH}")
"""Signs in tests; the application gets only its public counterpart."""
ACCOUNT_KEY = f"[{bip32.fingerprint(_ROOT).hex()}/86'/1'/0']{bip32.xpub_from_xprv(ACCOUNT_PRIVATE_KEY)}"

LOG_KEY = SigningKey("localhost/log", bytes(range(32)))
"""Signs the public log in tests."""

SEALING = {
    "DATA_KEYS": Key("test1", hashlib.sha256(b"seals").digest()).text,
    "LOOKUP_KEY": Key("test", hashlib.sha256(b"finds").digest()).text,
}
"""Seal personal data in tests, and find it."""
SEALING_IN_PRODUCTION = {
    "DATA_KEYS": Key("k1", hashlib.sha256(b"seals in production").digest()).text,
    "LOOKUP_KEY": Key("l1", hashlib.sha256(b"finds in production").digest()).text,
}
"""The same for a test of what production takes."""

NO_NODE = "http://tests:tests@127.0.0.1:1"
"""Nothing listens there: a test that needs a node asks for one."""


def settings_for(database_url: str, redis_url: str, folder: Path, node_url: str = NO_NODE) -> dict[str, str]:
    """Every setting, with short rounds, cheap draws and no limit in the way."""
    return {
        "ENVIRONMENT": "test",
        "SECRET_KEY": "only-for-tests-only-for-tests-only",
        "BASE_URL": "http://localhost",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "BITCOIN_NETWORK": "regtest",
        "BITCOIN_RPC_URL": node_url,
        "DEPOSIT_ACCOUNT_KEY": ACCOUNT_KEY,
        "TERMS_JOURNAL_PATH": str(folder / "terms-journal"),
        "LOG_JOURNAL_PATH": str(folder / "log-journal"),
        "LOG_KEY": LOG_KEY.text,
        **SEALING,
        "BCL_DATA_DIR": str(folder / "bitcoinlib"),
        "FILES_DIR": str(folder / "files"),
        "OPERATOR_USER": "operator",
        "OPERATOR_PASSWORD_HASH": _CHEAP.hash(OPERATOR_PASSWORD),
        "OPERATOR_FAILURES_PER_HOUR": "1000000",
        "UNVERIFIED_LIMITS": "none",
        "TWO_PEOPLE": "off",  # who tests decisions of two says so
        "MAIL_TRANSPORT": "mailbox",
        "ROUND_LENGTH_BLOCKS": "10",
        "ROUND_GAP_BLOCKS": "4",
        "SETTLEMENT_DEPTH": "3",
        "ORDER_STOP_BLOCKS": "2",
        "TICKET_DIGITS": "3",
        "BASE_TICKET_PRICE_SATS": "1000",
        "HASHES_PER_DIGIT": "1000",
        "LUCKOTTO_POOL_SIZE": "12",
        "LUCKOTTO_BASE_COMBINATION_PRICE_SATS": "2500",
        "LUCKOTTO_HASH_WORK": "1000",
        "ORDERS_PER_MINUTE": "1000000",
        "OPEN_ORDERS_PER_SITE": "1000000",
        "OPEN_ORDERS_PER_UNVERIFIED_SITE": "1000000",
        "OPEN_ORDERS_PER_PLAYER": "1000000",
        "OPEN_ORDERS_PER_REQUESTER": "1000000",
        "LOGINS_PER_HOUR": "1000000",
        "CODES_PER_HOUR": "1000000",
        "CODES_PER_CONTACT": "1000000",
        "PASSWORD_TRIES": "1000000",
        "PASSWORD_TRIES_OF_STRANGERS": "1000000",
        "PASSWORD_MEMORY_KIB": "8",
        "NEW_SITES_PER_HOUR": "1000000",
        "API_REQUESTS_PER_MINUTE": "1000000",
        "KNOWN_SECONDS": "0",
        "READY_SECONDS": "0",
        "BREAKER_SECONDS": "0.2",
    }
