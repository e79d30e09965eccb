"""The signer's account key: `[fingerprint/path]xpub…`, from which every internal key is derived without a secret.

The account key is confidential: together with the private key of one child it gives the private keys of its branch
away. So it is never shown, logged, or part of an error.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NewType, NoReturn, Self

from coincurve import PublicKey

from .commitment import output_key, p2tr_address

XOnlyKey = NewType("XOnlyKey", bytes)

# The first step below the account: the reserve's, for receiving addresses of a stock wallet lie there too. Each game
# has one of its own, and says which.
RESERVE_BRANCH: Final = 0
HARDENED = 0x80000000
_PUBLIC_VERSIONS = {bytes.fromhex("0488b21e"): "main", bytes.fromhex("043587cf"): "test"}
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_SETTING = re.compile(r"\[([0-9a-fA-F]{8})((?:/[0-9]{1,10}[h'H]?)*)\]([1-9A-HJ-NP-Za-km-z]{100,120})", re.ASCII)


class AccountKeyRefused(ValueError):
    """The setting is no usable account key. The message says why, and never holds a part of the key."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """Where a key comes from, as a PSBT states it: the master key's fingerprint and the whole path."""

    fingerprint: bytes
    path: tuple[int, ...]

    def __str__(self) -> str:
        steps = (f"{step - HARDENED}h" if step >= HARDENED else str(step) for step in self.path)
        return "/".join(("m", *steps))


@dataclass(frozen=True, slots=True, repr=False)
class _Node:
    key: bytes
    chain_code: bytes

    def child(self, index: int) -> _Node:
        """BIP 32's public derivation. In one of 2^127 cases there is no such key: ValueError."""
        digest = hmac.digest(self.chain_code, self.key + index.to_bytes(4, "big"), "sha512")
        return _Node(PublicKey(self.key).add(digest[:32]).format(), digest[32:])


class AccountKey:
    """An account's public key with its origin. Derives internal keys; shows nothing of itself."""

    __slots__ = ("_branches", "_node", "network", "origin")

    def __init__(self, node: _Node, origin: Derivation, network: str) -> None:
        self._node = node
        self._branches: dict[int, _Node] = {}
        self.origin = origin
        self.network = network

    @classmethod
    def parse(cls, setting: str, network: str) -> Self:
        """Read the setting. Raises AccountKeyRefused: bare or private key, wrong network, origin that does not fit."""
        setting = setting.strip()
        if re.search(r"[xtyzuvYZUV]prv[1-9A-HJ-NP-Za-km-z]{20}", setting):
            raise AccountKeyRefused("a private key must never be given to the server")
        if re.match(r"[a-zA-Z]pub", setting):
            raise AccountKeyRefused("the account key needs its origin: [fingerprint/path]xpub…")
        match = _SETTING.fullmatch(setting)
        if not match:
            raise AccountKeyRefused("the account key must be written as [fingerprint/path]xpub…")
        payload = _base58check(match[3])
        if _PUBLIC_VERSIONS.get(payload[:4]) != ("main" if network == "main" else "test"):
            raise AccountKeyRefused("the account key is private, of another network, or of another kind than xpub/tpub")
        origin = Derivation(bytes.fromhex(match[1]), _path(match[2]))
        _check_origin(payload, origin)
        try:
            key = PublicKey(payload[45:]).format()
        except ValueError:
            raise AccountKeyRefused("the account key is no point on the curve") from None
        return cls(_Node(key, payload[13:45]), origin, network)

    def __repr__(self) -> str:
        return f"AccountKey({self.origin.fingerprint.hex()}, {self.network})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an account key is not written anywhere")

    def internal_key(self, branch: int, index: int) -> XOnlyKey:
        """The x-only key at branch/index below the account; a game's branch is its own, index its round number."""
        if not 0 <= branch < HARDENED or not 0 <= index < HARDENED:
            raise ValueError("steps below a public key lie from 0 to 2^31 - 1")
        if branch not in self._branches:
            self._branches[branch] = self._node.child(branch)
        return XOnlyKey(self._branches[branch].child(index).key[1:])

    def derivation(self, branch: int, index: int) -> Derivation:
        """The origin of `internal_key(branch, index)`, for PSBT fields."""
        return Derivation(self.origin.fingerprint, (*self.origin.path, branch, index))

    def reserve_output_key(self, index: int) -> bytes:
        """The output key of a reserve address: BIP 86's, committing to nothing, so that any wallet knows it."""
        return output_key(self.internal_key(RESERVE_BRANCH, index))

    def reserve_address(self, index: int) -> str:
        """The reserve's address number `index`."""
        return p2tr_address(self.reserve_output_key(index), self.network)


def setting_problems(environ: Mapping[str, str]) -> list[str]:
    """What is wrong with DEPOSIT_ACCOUNT_KEY, for the one message that names everything; nothing if it is missing."""
    setting = environ.get("DEPOSIT_ACCOUNT_KEY", "")
    if not setting:
        return []
    try:
        AccountKey.parse(setting, environ.get("BITCOIN_NETWORK", ""))
    except AccountKeyRefused as error:
        return [f"DEPOSIT_ACCOUNT_KEY: {error}"]
    return []


def _path(text: str) -> tuple[int, ...]:
    steps = []
    for step in text.split("/")[1:]:
        number = int(step.rstrip("hH'"))
        if number >= HARDENED:
            raise AccountKeyRefused("a step of the account key's path is too large")
        steps.append(number + HARDENED if step[-1] in "hH'" else number)
    return tuple(steps)


def _check_origin(payload: bytes, origin: Derivation) -> None:
    """An origin that contradicts its key makes a signer ignore every PSBT, so it is refused before money comes in."""
    depth, parent, number = payload[4], payload[5:9], int.from_bytes(payload[9:13], "big")
    fits = depth == len(origin.path) and number == (origin.path[-1] if origin.path else 0)
    if depth == 1:
        fits = fits and parent == origin.fingerprint
    if depth == 0:
        own = hashlib.new("ripemd160", hashlib.sha256(payload[45:]).digest()).digest()[:4]
        fits = fits and parent == bytes(4) and own == origin.fingerprint
    if not fits:
        raise AccountKeyRefused("the account key's path or fingerprint does not belong to the key")


def _base58check(text: str) -> bytes:
    number = 0
    for character in text:
        number = number * 58 + _ALPHABET.index(character)
    try:
        raw = number.to_bytes(82, "big")
    except OverflowError:
        raise AccountKeyRefused("the account key has the wrong length") from None
    payload, check = raw[:78], raw[78:]
    if text.startswith("1") or hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4] != check:
        raise AccountKeyRefused("the account key's checksum is wrong")
    return payload
