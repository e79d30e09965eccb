"""Settings: one typed, frozen object, read from the environment once, at start."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from . import operators
from .money import MAX_SATS
from .text.settings_words import GROUPS, Group

Network = Literal["main", "test", "testnet4", "signet", "regtest"]
_SAMPLE_SECRETS = {"", "dev", "development", "changeme", "change-me", "secret", "test"}

Check = Callable[[Mapping[str, str]], list[str]]


class ConfigError(Exception):
    """The environment is not fit to start with. The message names everything that is wrong."""


class PartOfSettings(BaseModel):
    """Settings that a game has to itself; `Settings.with_parts` puts them beside all others. `told`: what they are."""

    told: ClassVar[Group | None] = None

    @classmethod
    def problems(cls, environ: Mapping[str, str]) -> list[str]:
        """What is wrong with its values beyond each by itself."""
        return []


PartT = TypeVar("PartT", bound=PartOfSettings)


class Settings(BaseModel):
    """Every setting. The environment variable is the field's name in capitals."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    # Where it runs
    environment: Literal["development", "test", "production"]
    secret_key: SecretStr = Field(min_length=16)
    base_url: str = Field(pattern=r"^https?://[^/\s]+$")
    database_url: SecretStr = Field(min_length=1)
    redis_url: SecretStr = Field(min_length=1)
    trusted_proxy_hops: int = Field(default=0, ge=0, le=5)
    source_url: str = "https://tiraj.example/source"
    rehearsal_url: str | None = Field(default=None, description="another installation, on a test network")

    # The site whose frame /demo shows
    demo_partner_name: str | None = None

    # Bitcoin
    bitcoin_network: Network
    bitcoin_rpc_url: SecretStr = Field(min_length=1)
    bitcoin_zmq_url: str | None = None
    deposit_account_key: SecretStr = Field(min_length=1)
    terms_journal_path: Path
    bcl_data_dir: Path = Path("/tmp/tiraj-bitcoinlib")
    first_scan_height: int | None = Field(default=None, ge=1)

    # Operators
    operator_user: str | None = None
    operator_password_hash: SecretStr | None = None
    operators: SecretStr | None = Field(default=None, description="more of them: name:hash name:hash")
    operator_emails: str | None = Field(default=None, description="who is mailed alarms, with spaces between")
    operator_failures_per_hour: int = Field(default=20, ge=1)
    verification_contact: str | None = Field(default=None, description="who verifies owners: a mail or https address")
    verification_days: int = Field(default=5, ge=1, le=90, description="within so many days they are answered")
    metrics_token: SecretStr | None = Field(default=None, min_length=16)

    # Mail: `mailbox` keeps messages readable on a development page
    mail_transport: Literal["smtp", "mailbox"]
    smtp_url: SecretStr | None = None
    mail_from: str = "Tiraj <no-reply@tiraj.example>"

    # Webhooks: `true` lets them reach this machine and private networks, for development
    webhook_allow_private: bool = False

    # What a new round is frozen with
    round_length_blocks: int = Field(default=144, ge=2, le=4320)
    round_gap_blocks: int = Field(default=18, ge=2, le=1008)
    settlement_depth: int = Field(default=6, ge=1, le=144)
    rounds_ahead: int = Field(default=3, ge=1, le=50)
    ticket_digits: int = Field(default=6, ge=1, le=9)
    base_ticket_price_sats: int = Field(default=1_000, ge=1, le=100_000_000)
    house_fee_percent: int = Field(default=0, ge=0, le=10)
    hashes_per_digit: int = Field(default=2**34, ge=1, le=2**44)
    draw_algorithms: str | None = Field(
        default=None,
        pattern=r"^(hash-draw-1|sealed-draw-1)( (hash-draw-1|sealed-draw-1))*$",
        description="what new rounds are drawn by; of several they take turns",
    )
    draw_hashes: int = Field(default=2**37, ge=1, le=2**40, description="of a sealed-draw-1")
    planning_fee_rate: int = Field(default=10, ge=1, le=2_000, description="sat per virtual byte")
    block_subsidy_sats: int = Field(default=312_500_000, ge=1, description="what a miner forgoes by hiding a block")

    # What payouts offer miners, in sat per virtual byte
    payout_fee_floor: int = Field(default=1, ge=1, le=1_000)
    payout_fee_cap: int = Field(default=200, ge=1, le=5_000)
    payout_sweep_fee_rate: int = Field(default=2, ge=1, le=1_000)

    # How a round is run (nothing here decides an outcome)
    order_stop_blocks: int = Field(default=3, ge=0, le=100)
    backing_margin_sats: int = Field(default=1_000_000, ge=0)

    # Limits
    orders_per_minute: int = Field(default=20, ge=1)
    open_orders_per_site: int = Field(default=5_000, ge=1)
    open_orders_per_unverified_site: int = Field(default=500, ge=1)
    open_orders_per_player: int = Field(default=50, ge=1)
    open_orders_per_requester: int = Field(default=50, ge=1)
    open_orders_minutes: int = Field(default=120, ge=1, le=7 * 24 * 60)
    logins_per_hour: int = Field(default=10, ge=1)
    new_sites_per_hour: int = Field(default=20, ge=1)
    api_requests_per_minute: int = Field(default=600, ge=1)

    # Deadlines, in seconds: how long a dependency that stands still may keep anybody waiting (docs/operations.md)
    database_connect_seconds: float = Field(default=3, gt=0, le=60)
    database_seconds: float = Field(default=10, gt=0, le=300, description="one statement of a request")
    database_job_seconds: float = Field(default=65, gt=0, le=3600, description="one statement of a job or a command")
    redis_seconds: float = Field(default=1, gt=0, le=60)
    node_seconds: float = Field(default=3, gt=0, le=60, description="an answer of the node")
    node_block_seconds: float = Field(default=20, gt=0, le=300, description="an answer that may be a whole block")
    mail_seconds: float = Field(default=15, gt=0, le=300, description="one message, from connecting to goodbye")
    journal_seconds: float = Field(default=2, gt=0, le=60, description="the terms journal's lock, then its disk")
    breaker_seconds: float = Field(default=5, gt=0, le=300, description="after a time-out others do not wait so long")

    known_seconds: float = Field(
        default=2, ge=0, le=2, description="how old may be what an order knows of the node and of the switches"
    )
    ready_seconds: float = Field(default=2, ge=0, le=60, description="how long /api/ready repeats its answer")

    # Tests only: the step at which a process dies
    fail_at: str | None = None

    @classmethod
    def with_parts(cls, parts: Sequence[type[PartOfSettings]]) -> type[Settings]:
        """The same with these parts: one object holds all, and one message names all that is wrong."""
        made: type[Settings] = type(cls.__name__, (cls, *parts), {"__module__": cls.__module__}) if parts else cls
        return made

    def of(self, part: type[PartT]) -> PartT:
        """The settings of a part. Raises LookupError: they were made without it."""
        found: object = self
        if not isinstance(found, part):
            raise LookupError(part.__name__)
        return found

    @classmethod
    def groups(cls) -> list[Group]:
        """What each is, in words: those of all, and those of each part."""
        parts: list[Group | None] = [vars(one).get("told") for one in cls.__mro__]
        return [*GROUPS, *(told for told in parts if told is not None)]

    @classmethod
    def from_env(cls, environ: Mapping[str, str], checks: Sequence[Check] = ()) -> Settings:
        """Read the settings. `checks` are other slices' own: each names what is wrong with its values.

        Raises:
            ConfigError: names every missing, malformed, default or contradictory value in one message.
        """
        values: dict[str, Any] = {
            name: environ[name.upper()] for name in cls.model_fields if environ.get(name.upper(), "") != ""
        }
        problems: list[str] = []
        settings: Settings | None = None
        try:
            settings = cls(**values)
        except ValidationError as error:
            problems += [f"{str(part['loc'][0]).upper()}: {part['msg']}" for part in error.errors()]
        problems += _contradictions(values)
        problems += operators.problems(values, is_production=environ.get("ENVIRONMENT") == "production")
        problems += [problem for check in checks for problem in check(environ)]
        if environ.get("ENVIRONMENT") == "production":
            problems += _unfit_for_production(values)
        if settings is None or problems:
            raise ConfigError("The environment is not fit to start with:\n  " + "\n  ".join(sorted(set(problems))))
        return settings

    @property
    def operator_hashes(self) -> dict[str, str]:
        """The argon2 hash of every operator's password, by name."""
        hashed = self.operator_password_hash and self.operator_password_hash.get_secret_value()
        listed = self.operators and self.operators.get_secret_value()
        return operators.password_hashes(self.operator_user, hashed or None, listed or None)

    @property
    def alarm_readers(self) -> list[str]:
        """The mail addresses that alarms go to."""
        return (self.operator_emails or "").split()

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def is_development(self) -> bool:
        """Whether pages and routes for local operation exist."""
        return self.environment != "production"


def _contradictions(values: Mapping[str, Any]) -> list[str]:
    """What no environment may combine."""
    problems = []
    if values.get("mail_transport") == "smtp" and "smtp_url" not in values:
        problems.append("SMTP_URL: required when MAIL_TRANSPORT is smtp")
    gap, depth = (_number(values.get(name, _default(name))) for name in ("round_gap_blocks", "settlement_depth"))
    if gap is not None and depth is not None and gap <= depth:
        problems.append("ROUND_GAP_BLOCKS: must exceed SETTLEMENT_DEPTH, or a round could not be sealed in time")
    stop, length = (_number(values.get(name, _default(name))) for name in ("order_stop_blocks", "round_length_blocks"))
    if stop is not None and length is not None and stop >= length:
        problems.append("ORDER_STOP_BLOCKS: must be below ROUND_LENGTH_BLOCKS")
    floor, cap = (_number(values.get(name, _default(name))) for name in ("payout_fee_floor", "payout_fee_cap"))
    if floor is not None and cap is not None and floor > cap:
        problems.append("PAYOUT_FEE_FLOOR: must not exceed PAYOUT_FEE_CAP")
    digits, base = (_number(values.get(name, _default(name))) for name in ("ticket_digits", "base_ticket_price_sats"))
    if digits is not None and base is not None and digits <= 9 and 10**digits * base > MAX_SATS:
        problems.append("BASE_TICKET_PRICE_SATS: times all tickets it is more than all bitcoin there can be")
    if any("@" not in reader for reader in str(values.get("operator_emails", "")).split()):
        problems.append("OPERATOR_EMAILS: mail addresses, with spaces between")
    contact = values.get("verification_contact")
    if contact is not None and not is_contact(str(contact)):
        problems.append("VERIFICATION_CONTACT: one mail address, or an address that begins with https://")
    for name, schemes in _SCHEMES.items():
        if name in values and not _is_address(str(values[name]), schemes):
            problems.append(f"{name.upper()}: must be an address that begins with {' or '.join(schemes)}")
    return problems


_CONTACT = re.compile(r"https://[^\s<>\"]+|[^\s@<>\",;:]+@[^\s@<>\",;:]+\.[^\s@<>\",;:]+")
_SCHEMES: Mapping[str, tuple[str, ...]] = {
    "database_url": ("postgresql://", "postgresql+psycopg://"),
    "redis_url": ("redis://", "rediss://", "unix://"),
    "bitcoin_rpc_url": ("http://", "https://"),
    "bitcoin_zmq_url": ("tcp://", "ipc://"),
    "smtp_url": ("smtp://", "smtps://"),
    "rehearsal_url": ("https://", "http://"),
}


def is_contact(text: str) -> bool:
    """Whether people can be sent there: one mail address, or an https address."""
    return _CONTACT.fullmatch(text) is not None


def _is_address(text: str, schemes: tuple[str, ...]) -> bool:
    """Whether a client would at least try it; a password with a stray character makes a port of what is none."""
    try:
        parts = urlsplit(text)
        return text.startswith(schemes) and parts.port != 0
    except ValueError:
        return False


def _unfit_for_production(values: Mapping[str, Any]) -> list[str]:
    """Values a developer's machine may have and a public one may not."""
    problems = []
    secret = str(values.get("secret_key", ""))
    if secret.lower() in _SAMPLE_SECRETS or len(secret) < 32:
        problems.append("SECRET_KEY: must be at least 32 characters, of your own making")
    if urlsplit(str(values.get("base_url", ""))).scheme != "https":
        problems.append("BASE_URL: must be https in production")
    if values.get("bitcoin_network") == "regtest":
        problems.append("BITCOIN_NETWORK: regtest is for development")
    if values.get("mail_transport") == "mailbox":
        problems.append("MAIL_TRANSPORT: the mailbox page is for development; use smtp")
    for name in ("source_url", "mail_from"):
        if values.get(name, _default(name)) == _default(name):
            problems.append(f"{name.upper()}: the default is a sample; name your own")
    if str(values.get("webhook_allow_private", "false")).lower() not in ("false", "0", "no", "off", "f", "n"):
        problems.append("WEBHOOK_ALLOW_PRIVATE: is for development")
    if "fail_at" in values:
        problems.append("FAIL_AT: is for tests")
    if not values.get("bcl_data_dir"):
        problems.append("BCL_DATA_DIR: must be named in production")
    return problems


def number_in(kind: type[BaseModel], environ: Mapping[str, str], name: str) -> int | None:
    """A whole number as the environment has it, else its default; None for what is no number."""
    return _number(environ.get(name.upper()) or kind.model_fields[name].default)


def _default(name: str) -> Any:
    return Settings.model_fields[name].default


def _number(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else None


def current_settings(app: Flask | None = None) -> Settings:
    """The settings in force, of the current application if none is named."""
    found: Settings = (app or current_app).config["SETTINGS"]
    return found
