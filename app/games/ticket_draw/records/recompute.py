"""The verifiers' forms for readers without scripts: what they were given, what is wrong with it, what comes out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from flask_babel import gettext

from app.catalogue.windows import pointed
from app.chain.deposits import commitment
from app.chain.deposits.addresses import NETWORKS
from app.chain.models import DepositAddress
from app.core.ids import SECRET_CHARS, parse_id
from app.games.ticket_draw.draw import hash_draw
from app.games.ticket_draw.models import Round

HASHES_DONE_HERE = 1_000_000
_MOST_HASHES = 2**44
_MOST_TERMS = 8_000
_DIGITS = re.compile(r"[0-9a-f]{64}")
_SECRET = re.compile(rf"[A-Za-z0-9_-]{{{SECRET_CHARS}}}")
_LINK = re.compile(r"/(rounds|slips)/([^/?#\s]+)(?:[/?].*)?")


@dataclass(frozen=True)
class Asked:
    """What somebody wants verified: a round by its number, a public slip, a receipt by its secret, or a link to one.
    `link` is a path of ours that is none of these, and `is_elsewhere` a link to another site; `digits` are those of a
    transaction's id, or of a hash."""

    text: str
    round_number: int | None = None
    slip: str | None = None
    secret: str | None = None
    link: str | None = None
    is_elsewhere: bool = False
    digits: str | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Asked:
        """From a query: `q`, or `round` or `slip` by name. What is none of these has a text alone."""
        text = next((given[name].strip() for name in ("q", "round", "slip") if given.get(name, "").strip()), "")
        try:
            path = pointed.path_of(text)
        except pointed.LinkElsewhere:
            return cls(text, is_elsewhere=True)
        link = _LINK.fullmatch(path) if path else None
        if path and link is None:
            return cls(text, link=path)
        if _DIGITS.fullmatch(text.lower()):
            return cls(text, digits=text.lower())
        kind, value = (link.group(1), link.group(2)) if link else ("", text.removeprefix("#"))
        if kind != "slips" and (number := pointed.number_in(value)):
            return cls(text, round_number=number)
        if kind != "rounds" and parse_id(value.lower()):
            return cls(text, slip=value.lower())
        return cls(text, secret=value) if kind != "rounds" and _SECRET.fullmatch(value) else cls(text)


@dataclass
class DrawForm:
    """A draw to repeat; `most` hashes of one are done here."""

    most: ClassVar[int] = HASHES_DONE_HERE
    hash: str
    digits: str
    hashes: str
    expect: str
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, given: Mapping[str, str]) -> DrawForm:
        """From a query; an empty one is an empty form without errors."""
        form = cls(
            given.get("hash", "").strip().lower(),
            given.get("digits", "").strip(),
            given.get("hashesPerDigit", "").strip(),
            given.get("expect", "").strip(),
        )
        if form.is_asked:
            form._check()
        return form

    @classmethod
    def of(cls, round_: Round) -> DrawForm:
        """A round that was drawn, as it stands in the record."""
        ticket = f"{round_.winning_ticket:0{round_.ticket_digits}d}"
        hash_ = (round_.closing_block_hash or b"").hex()
        return cls(hash_, str(round_.ticket_digits), str(round_.hashes_per_digit), ticket)

    @property
    def is_asked(self) -> bool:
        return bool(self.hash)

    def _check(self) -> None:
        try:
            hash_draw.check_hash(self.hash)
        except ValueError:
            self.errors["hash"] = gettext("A block hash has 64 hexadecimal digits and is not all zeros.")
        if not _between(self.digits, 1, hash_draw.MAX_DIGITS):
            self.errors["digits"] = gettext("Enter a whole number from 1 to 9.")
        if not _between(self.hashes, 1, _MOST_HASHES):
            self.errors["hashesPerDigit"] = gettext("Enter a whole number from 1.")
        if self.expect and not (
            self.expect.isascii() and self.expect.isdigit() and len(self.expect) <= hash_draw.MAX_DIGITS
        ):
            self.errors["expect"] = gettext("Enter a ticket number, or nothing.")

    @property
    def is_usable(self) -> bool:
        return self.is_asked and not self.errors

    @property
    def is_small(self) -> bool:
        """Whether a server may do it while somebody waits."""
        return self.is_usable and self.work <= self.most

    @property
    def is_too_long(self) -> bool:
        """Whether it could be drawn, and not here."""
        return self.is_usable and self.work > self.most

    @property
    def work(self) -> int:
        """The hashes of the whole draw, of a form that is usable."""
        return int(self.digits) * int(self.hashes)

    def result(self) -> hash_draw.DrawResult | None:
        """The draw, if it is a small one."""
        return hash_draw.hash_draw_1(self.hash, int(self.digits), int(self.hashes)) if self.is_small else None

    @property
    def command(self) -> str:
        """The script's arguments for these values."""
        words = [self.hash or "HASH", self.digits or "DIGITS", self.hashes or "HASHES_PER_DIGIT"]
        return " ".join(["python3 hash_draw.py", *words, *(["--expect", self.expect] if self.expect else [])])


@dataclass
class TweakForm:
    """An address to recompute."""

    internal_key: str
    terms: str
    network: str
    address: str
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, given: Mapping[str, str], network: str) -> TweakForm:
        """From a query; `network` is assumed where none is named."""
        form = cls(
            given.get("internalKey", "").strip().lower(),
            given.get("terms", "").strip("\r\n"),
            given.get("network", network),
            given.get("address", "").strip(),
        )
        if form.is_asked:
            form._check()
        return form

    @classmethod
    def of(cls, address: DepositAddress, network: str) -> TweakForm:
        """An order's address, as it stands in the record."""
        return cls(address.internal_key.hex(), address.terms, network, address.address)

    @property
    def is_asked(self) -> bool:
        return bool(self.internal_key or self.terms)

    def _check(self) -> None:
        if not self.terms or len(self.terms) > _MOST_TERMS:
            self.errors["terms"] = gettext("Paste the exact text of the terms.")
        if self.network not in NETWORKS:
            self.errors["network"] = gettext("Choose one of the networks.")
        try:
            commitment.output_key(bytes.fromhex(self.internal_key))
        except ValueError:
            self.errors["internalKey"] = gettext(
                "An internal key has 64 hexadecimal digits and is a point on the curve."
            )

    @property
    def is_contradicted(self) -> bool:
        """Whether the terms name another key or network. Terms that are no record say nothing."""
        try:
            told = json.loads(self.terms)
        except (ValueError, RecursionError):
            return False
        given = {"internalKey": self.internal_key, "network": self.network}
        return isinstance(told, dict) and any(told.get(name, value) != value for name, value in given.items())

    def result(self) -> dict[str, str] | None:
        """Everything between the terms and the address, in hexadecimal."""
        if not self.is_asked or self.errors:
            return None
        committed = commitment.commitment(self.terms)
        key = commitment.output_key(bytes.fromhex(self.internal_key), committed)
        return {
            "commitment": committed.hex(),
            "tweak": commitment.tagged_hash("TapTweak", bytes.fromhex(self.internal_key) + committed).hex(),
            "outputKey": key.hex(),
            "address": commitment.p2tr_address(key, self.network),
        }


def _between(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15 and least <= int(text) <= most
