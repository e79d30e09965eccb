"""The demo's settings: made once in a data folder, kept from run to run, written to $DATA/env.

The file is plain `KEY=value` lines quoted for a shell: `set -a; . .demo/env` gives a shell in which every command
works on the running demo.
"""

from __future__ import annotations

import os
import secrets
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from btclib_wallet.bip32 import bip32
from uuid_utils.compat import uuid7

from app.core.sealing.keyring import Key
from app.record.log.format.notes import SigningKey
from dev import carriers, merchant, witnesses
from dev.bitcoind import ExternalNode
from dev.processes import free_port

ACCOUNT_PATH = "86h/1h/0h"
"""BIP 86, coin type 1 (every network but main), first account."""
REGTEST_PRIVATE_VERSION = bytes.fromhex("04358394")

ROUNDS = {
    # A block every few seconds: 18 blocks of sales, 6 to closing and 3 of depth are less than two minutes; who comes
    # in the middle of it waits for 24 blocks (benchmarks/visit.py).
    "ROUND_LENGTH_BLOCKS": "18",
    "ROUND_GAP_BLOCKS": "6",
    "SETTLEMENT_DEPTH": "3",
    # Whoever reads the page before paying still has half a minute.
    "ORDER_STOP_BLOCKS": "6",
    "ROUNDS_AHEAD": "3",
    # At one sat per virtual byte the least payment is the price of a ticket, as it would be with dearer tickets.
    "PLANNING_FEE_RATE": "1",
    "TICKET_DIGITS": "4",
    "BASE_TICKET_PRICE_SATS": "1000",
    # A visitor's browser does all of it again: on a busy machine that took half a minute with twice as much.
    "HASHES_PER_DIGIT": str(2**20),
    "DRAW_ALGORITHMS": "hash-draw-1 sealed-draw-1",  # rounds take them in turn, so that both are seen
    "DRAW_HASHES": str(2**22),
    "LUCKOTTO_POOL_SIZE": "30",
    "LUCKOTTO_BASE_COMBINATION_PRICE_SATS": "400",
    "LUCKOTTO_HASH_WORK": str(2**22),
    "LUCKOTTO_DRAW_ALGORITHMS": "luckotto-draw-1 sealed-draw-1",
    "LUCKOTTO_DRAW_HASHES": str(2**22),
    "DEMO_BLOCK_SECONDS": "4",
}
BETS = {
    "RESULTS_PACE": "0.03",  # a draw's sources are asked 27 seconds after it, and believed 18 seconds later
    "BET_FINAL_HOURS": "0.05",  # three minutes, in which winnings are played with and not drawn out
    "BET_DRAW_HASHES": str(2**22),
}
HOUSE = {
    # Whoever starts the demo runs it: the pages show how it reads once somebody says who he is.
    "HOUSE_NAME": "Tiraj, a demonstration",
    "HOUSE_ADDRESS": "On your own machine, 127.0.0.1",
    "HOUSE_CONTACT": "house@demo.example",
    "VERIFICATION_CONTACT": "verification@demo.example",
}
LIMITS = {
    "ORDERS_PER_MINUTE": "6000",
    "OPEN_ORDERS_PER_SITE": "1000000",
    "OPEN_ORDERS_PER_PLAYER": "10000",
    "OPEN_ORDERS_PER_REQUESTER": "100000",
    "LOGINS_PER_HOUR": "1000",
    "NEW_SITES_PER_HOUR": "1000",
}
"""Generous: nothing should stand in the way of trying things out."""


@dataclass(frozen=True)
class Ports:
    web: int
    partner_page: int
    postgres: int
    valkey: int
    node_rpc: int
    node_zmq: int
    witnesses: tuple[int, ...]
    messages: int
    gateways: Mapping[str, int]
    results: int


def parse(text: str) -> dict[str, str]:
    """The KEY=value lines of an env file, as a shell would read them."""
    found = {}
    for word in shlex.split(text, comments=True):
        key, equals, value = word.partition("=")
        if equals:
            found[key] = value
    return found


def read(path: Path) -> dict[str, str]:
    return parse(path.read_text()) if path.exists() else {}


def write(path: Path, values: Mapping[str, str]) -> None:
    """Replace the file whole, readable by its owner alone."""
    lines = [f"{key}={_quoted(value)}\n" for key, value in values.items()]
    write_private(path, "# Settings of the demo; it is written anew at every start.\n" + "".join(lines))


def _quoted(value: str) -> str:
    """Double quotes where a value holds single ones (hardened key paths), which shlex would make unreadable."""
    plain = not any(mark in value for mark in '"$`\\\n!')
    return f'"{value}"' if "'" in value and plain else shlex.quote(value)


def write_private(path: Path, text: str) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def choose_ports(web: int, before: Mapping[str, str]) -> Ports:
    """The last run's ports where they are still free, so that a shell with the old file keeps working."""
    taken: set[int] = {web}

    def choose(preferred: int | None) -> int:
        port = free_port(preferred, frozenset(taken))
        taken.add(port)
        return port

    page = next((port for port in range(web + 1, min(web + 50, 65536)) if free_port(port) == port), None)
    return Ports(
        web=web,
        partner_page=choose(page),
        postgres=choose(_port(before.get("DATABASE_URL"))),
        valkey=choose(_port(before.get("REDIS_URL"))),
        node_rpc=choose(_port(before.get("DEMO_NODE_RPC_URL"))),
        node_zmq=choose(_port(before.get("DEMO_NODE_ZMQ_URL"))),
        witnesses=tuple(choose(port) for port in witnesses.ports_of(before.get("LOG_WITNESSES", ""))),
        messages=choose(_port(before.get("MESSAGES_URL"))),
        gateways={name: choose(_port(before.get(f"DEMO_{name.upper()}_URL"))) for name in merchant.PROVIDERS},
        results=choose(_port(before.get("RESULTS_SIMULATED_URL"))),
    )


def _port(url: str | None) -> int | None:
    return urlsplit(url).port if url else None


def password_of(url: str | None) -> str:
    """The password in an address of the last run, or a new one."""
    kept = urlsplit(url).password if url else None
    return kept or secrets.token_urlsafe(18)


def make(folder: Path, web_port: int, node: ExternalNode | None = None) -> tuple[dict[str, str], Ports]:
    """Everything the demo's processes read, with what must last taken from the last run.

    Each chain has its own database and terms journal: what was scanned from one means nothing on another.
    """
    before = read(folder / "env")
    ports = choose_ports(web_port, before)
    chain = f"tiraj_{node.chain_id}" if node else "tiraj"
    values = {
        "ENVIRONMENT": "development",
        "FLASK_APP": "wsgi:app",
        "BASE_URL": f"http://127.0.0.1:{ports.web}",
        "SECRET_KEY": before.get("SECRET_KEY") or secrets.token_urlsafe(48),
        "DATABASE_URL": _database_url(password_of(before.get("DATABASE_URL")), ports.postgres, chain),
        "REDIS_URL": f"redis://:{password_of(before.get('REDIS_URL'))}@127.0.0.1:{ports.valkey}/0",
        **_node(before, ports, node.url if node else None),
        "DEPOSIT_ACCOUNT_KEY": account_key(folder / "dev-signing-key"),
        "DEMO_SIGNING_KEY": str(folder / "dev-signing-key"),
        "TERMS_JOURNAL_PATH": str(folder / f"{chain}-terms-journal"),
        "LOG_JOURNAL_PATH": str(folder / f"{chain}-log-journal"),
        **_keys(before),
        "LOG_WITNESSES": witnesses.named(folder / f"{chain}-witnesses", ports.witnesses),
        "LOG_QUORUM": witnesses.QUORUM,
        "BCL_DATA_DIR": str(folder / "bitcoinlib"),
        "FILES_DIR": str(folder / "files"),
        **_operators(before),
        "MAIL_TRANSPORT": "mailbox",
        **carriers.settings(folder, before, ports.messages),
        **merchant.settings(folder, before, f"http://127.0.0.1:{ports.web}", ports.gateways),
        "RESULTS_SIMULATED_URL": f"http://127.0.0.1:{ports.results}",
        **BETS,
        **HOUSE,
        "WEBHOOK_ALLOW_PRIVATE": "true",  # receivers on this machine
        "DEMO_DATA": str(folder),
        **_partner(before, ports),
        **ROUNDS,
        **LIMITS,
    }
    return values, ports


def _partner(before: Mapping[str, str], ports: Ports) -> dict[str, str]:
    return {
        "DEMO_PARTNER_ID": before.get("DEMO_PARTNER_ID") or str(uuid7()),
        "DEMO_PARTNER_NAME": "demo",
        # By name where the platform goes by number: to a browser these are two sites, so the frame is a foreign one.
        "PARTNER_PAGE_URL": f"http://localhost:{ports.partner_page}",
    }


def _operators(before: Mapping[str, str]) -> dict[str, str]:
    """Two of them, as one confirms what the other proposes; and nobody has a day to wait for that."""
    password = before.get("OPERATOR_PASSWORD") or secrets.token_urlsafe(12)
    second = before.get("OPERATOR2_USER") or "operator2"
    second_password = before.get("OPERATOR2_PASSWORD") or secrets.token_urlsafe(12)
    return {
        "OPERATOR_USER": before.get("OPERATOR_USER") or "operator",
        "OPERATOR_PASSWORD": password,
        "OPERATOR_PASSWORD_HASH": before.get("OPERATOR_PASSWORD_HASH") or PasswordHasher().hash(password),
        "OPERATOR2_USER": second,
        "OPERATOR2_PASSWORD": second_password,
        "OPERATORS": before.get("OPERATORS") or f"{second}:{PasswordHasher().hash(second_password)}",
        "TWO_PEOPLE": "on",
        "OPERATORS_WAIT_HOURS": "0",
    }


def _database_url(password: str, port: int, database: str) -> str:
    return f"postgresql+psycopg://tiraj:{password}@127.0.0.1:{port}/{database}"


def _keys(before: Mapping[str, str]) -> dict[str, str]:
    """What signs the folder's log, and what opens and finds what its database has sealed: made once, kept with it."""
    return {
        "LOG_KEY": before.get("LOG_KEY") or SigningKey("127.0.0.1/log", secrets.token_bytes(32)).text,
        "DATA_KEYS": before.get("DATA_KEYS") or Key.make("demo1").text,
        "LOOKUP_KEY": before.get("LOOKUP_KEY") or Key.make("demo").text,
    }


def _node(before: Mapping[str, str], ports: Ports, node_url: str | None) -> dict[str, str]:
    embedded = f"http://tiraj:{password_of(before.get('DEMO_NODE_RPC_URL'))}@127.0.0.1:{ports.node_rpc}"
    hints = f"tcp://127.0.0.1:{ports.node_zmq}"
    return {
        "BITCOIN_NETWORK": "regtest",
        "BITCOIN_RPC_URL": node_url or embedded,
        "BITCOIN_ZMQ_URL": "" if node_url else hints,
        "DEMO_NODE_RPC_URL": embedded,
        "DEMO_NODE_ZMQ_URL": hints,
    }


def account_key(signing_key_file: Path) -> str:
    """`[fingerprint/path]tpub…` of the demo; its private counterpart is made once and stays in its own file."""
    if not signing_key_file.exists():
        root = bip32.rootxprv_from_seed(secrets.token_bytes(32), REGTEST_PRIVATE_VERSION)
        account = bip32.derive(root, f"m/{ACCOUNT_PATH}")
        origin = f"[{bip32.fingerprint(root).hex()}/{ACCOUNT_PATH.replace('h', chr(39))}]"
        write_private(signing_key_file, f"{origin}{account}\n")
    origin, _, private = signing_key_file.read_text().strip().rpartition("]")
    return f"{origin}]{bip32.xpub_from_xprv(private)}"
