"""Deposit addresses that commit to an order's terms.

With P the round's internal key and m the hash of the terms, the output key is Q = P + H_TapTweak(P ‖ m)·G: the tweak of
BIP 341, with m where a script tree's root would stand. Whoever has P and the terms computes the address again; whoever
signs needs m.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache

from coincurve import PublicKeyXOnly

from .addresses import NETWORKS, segwit_address

ORDER_TAG = "tiraj/order/1"
# Readers in other languages keep numbers as doubles; beyond this they would not write back what they read.
_LARGEST_INTEGER = 2**53 - 1


@lru_cache(maxsize=64)
def tag_prefix(tag: str) -> bytes:
    """What BIP 340 hashes before a message under a tag."""
    digest = hashlib.sha256(tag.encode()).digest()
    return digest + digest


Term = str | int | list[int]


def tagged_hash(tag: str, message: bytes) -> bytes:
    """BIP 340's hash of a message under a tag."""
    return hashlib.sha256(tag_prefix(tag) + message).digest()


def commitment(terms: str) -> bytes:
    """The 32 bytes by which an address commits to these exact terms."""
    return tagged_hash(ORDER_TAG, terms.encode())


def canonical_terms(terms: Mapping[str, Term]) -> str:
    """Terms as the one text that stands for them: JSON with sorted keys and no spaces, for UTF-8.

    Raises ValueError for anything that could be written in two ways: floats, booleans, nested values other than a list
    of integers, numbers beyond 2^53 - 1, lone surrogates.
    """
    for key, value in terms.items():
        if not (isinstance(key, str) and key.isascii() and key.isalnum()):
            raise ValueError("names of terms are ASCII letters and digits")
        if not isinstance(value, str) and not _is_plain(value):
            raise ValueError(f"the term {key} is neither text nor an integer nor a list of integers")
    text = json.dumps(dict(terms), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    text.encode()  # a lone surrogate has no UTF-8, and UnicodeEncodeError is a ValueError
    return text


def _is_plain(value: object) -> bool:
    """Whether a value is an integer that every reader of JSON keeps whole, or a list of such."""
    if isinstance(value, list):
        return bool(value) and all(_is_plain(part) and not isinstance(part, list) for part in value)
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST_INTEGER


def output_key(internal_key: bytes, merkle_root: bytes = b"") -> bytes:
    """The x-only output key of BIP 341 for an x-only internal key and a root of 32 bytes, or none (BIP 86).

    Raises ValueError if the internal key is no point on the curve.
    """
    # The library reads 32 bytes from wherever it is pointed to, so lengths are checked here.
    if len(internal_key) != 32 or len(merkle_root) not in (0, 32):
        raise ValueError("keys and roots have 32 bytes")
    key = PublicKeyXOnly(internal_key)
    key.tweak_add(tagged_hash("TapTweak", internal_key + merkle_root))
    return key.format()


def script_pubkey(key: bytes) -> bytes:
    """The taproot script that pays to an output key."""
    if len(key) != 32:
        raise ValueError("an output key has 32 bytes")
    return b"\x51\x20" + key


def p2tr_address(key: bytes, network: str) -> str:
    """The taproot address of an output key on a network."""
    return segwit_address(1, key, NETWORKS[network].hrp)
