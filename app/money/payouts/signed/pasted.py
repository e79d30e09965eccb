"""What people and wallets hand over as a PSBT or a transaction, down to its bytes. Pure.

Files and pastes come in many wrappings: base64 in lines, without its padding or for URLs, hexadecimal, quotes around
it, the JSON of a wallet's answer, a byte-order mark, UTF-16. Each is taken off; what remains is either a PSBT, perhaps
a transaction, or something else, and then it is said what it looks like. `utilities/bin/sign_payout.py` does the same.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import json
import re
from typing import Final

MAGIC: Final = b"psbt\xff"

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\0"))
_QUOTES: Final = "\"'`´“”„‟‘’‚‛«»‹›,;"
_MEMBERS: Final = ("psbt", "hex", "result")  # of walletprocesspsbt, finalizepsbt, and of an answer around either
_MEMBER: Final = re.compile(r'"(?:psbt|hex)"\s*:\s*"([^"]+)"')

_FILES: Final = (
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"SQLite format 3", "a database, perhaps a wallet"),
)
_SECRETS: Final = (
    (r"\[?[^\]]*\]?[a-zA-Z]prv[1-9A-HJ-NP-Za-km-z]{20}.*", "a private key, which belongs nowhere but with the signer"),
    (r"\w+\(.*[a-zA-Z]prv[1-9A-HJ-NP-Za-km-z]{20}.*", "a private key, which belongs nowhere but with the signer"),
    (r"[a-z]{3,8}( [a-z]{3,8}){11,23}", "the words of a seed, which belong nowhere but with the signer"),
)
_TEXTS: Final = (
    (r"\[?[^\]]*\]?[a-zA-Z]pub[1-9A-HJ-NP-Za-km-z]{20}.*", "an account's public key"),
    (r"(tr|pkh|wpkh|sh|wsh|multi|addr|raw|combo|rawtr)\(.*", "a descriptor"),
    (r"(?i)(bc|tb|bcrt)1[0-9a-z]{8,90}", "an address"),
    (r"(?i)bitcoin:.*", "a payment link"),
    (r"(?i)ur:.*", "the text of a moving QR code (UR): export the PSBT as base64 or as a file"),
    (r"B\$.*", "the text of a moving QR code (BBQr): export the PSBT as base64 or as a file"),
    (r"<.*", "a web page"),
    (r"-----BEGIN.*", "a PEM file"),
    (r"[0-9a-fA-F]{64}", "the id of a transaction"),
    (r"[\[{].*", "JSON without a PSBT in it"),
)


class NothingOfOurs(ValueError):
    """What was handed over is neither a PSBT nor a transaction; the message says what it looks like."""


class Secret(NothingOfOurs):
    """It is a key or a seed: whoever has it spends what it guards."""


def unwrapped(given: str | bytes) -> bytes:
    """The bytes inside: a PSBT if they begin with its magic, else perhaps a transaction.

    Raises:
        NothingOfOurs: they are certainly neither.
    """
    raw = given.encode("utf-8", "replace") if isinstance(given, str) else given
    if raw.startswith(MAGIC) or _may_be_a_transaction(raw):
        return raw
    kind, text = _file(raw), text_of(raw)
    if kind or text is None:
        raise NothingOfOurs(f"this looks like {kind or 'a file of another kind'}")
    return _decoded(_inside(text.translate(_INVISIBLE).strip()))


def text_of(raw: bytes) -> str | None:
    """The text of a file, whichever system saved it; None if it is none."""
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    if encoding is None and b"\0" in raw[:64]:
        encoding = "utf-16-le" if not any(raw[1:64:2]) else "utf-16-be" if not any(raw[0:64:2]) else "ascii"
    try:
        return raw.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        return None


def _inside(text: str) -> str:
    """What a wallet's answer in JSON, whole or a part of it, says its PSBT or its transaction is."""
    if text[:1] in ("{", "[", '"'):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        while isinstance(found, dict):
            found = next((found[name] for name in _MEMBERS if found.get(name)), None)
        if isinstance(found, str):
            return found.strip()
    part = _MEMBER.search(text)
    return part[1].replace("\\/", "/") if part else text


def _decoded(text: str) -> bytes:
    packed = "".join(text.split()).strip(_QUOTES)
    if not packed:
        raise NothingOfOurs("there is nothing in it")
    raw = _bytes(packed)
    if raw is not None and (raw.startswith(MAGIC) or _may_be_a_transaction(raw)):
        return raw
    if packed.startswith("cHNidP8") and raw is None:
        raise NothingOfOurs("this looks like the base64 of a PSBT that is cut off or damaged")
    if (secret := _looks(text, _SECRETS)) is not None:
        raise Secret(f"this looks like {secret}")
    looks = _looks(text, _TEXTS) or (_file(raw) if raw else None)
    raise NothingOfOurs(f"this looks like {looks}" if looks else "this is neither base64 nor hexadecimal of a PSBT")


def _looks(text: str, forms: tuple[tuple[str, str], ...]) -> str | None:
    line = " ".join(text.split())
    return next((name for form, name in forms if re.fullmatch(form, line, re.DOTALL)), None)


def _bytes(packed: str) -> bytes | None:
    """Hexadecimal, or base64 of either alphabet with or without padding."""
    if re.fullmatch(r"([0-9a-fA-F]{2})+", packed):
        return bytes.fromhex(packed)
    bare = packed.rstrip("=").translate({ord("-"): "+", ord("_"): "/"})
    if len(packed) - len(bare) > 2 or not re.fullmatch(r"[A-Za-z0-9+/]+", bare):
        return None
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except binascii.Error:
        return None


def _may_be_a_transaction(raw: bytes) -> bool:
    return len(raw) > 60 and raw[1:4] == bytes(3) and 1 <= raw[0] <= 3


def _file(raw: bytes) -> str | None:
    return next((name for begin, name in _FILES if raw.startswith(begin)), None)
