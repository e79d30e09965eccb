"""One table of what people and wallets hand over as a PSBT, and what is no such thing; every reader is held to it."""

from __future__ import annotations

import base64
import codecs
import json
import zlib

from tests.settings import ACCOUNT_KEY, ACCOUNT_PRIVATE_KEY

SEED = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"


def taken(raw: bytes) -> dict[str, bytes]:
    """A PSBT in every wrapping that is taken off."""
    text = base64.b64encode(raw).decode()
    bare, url = text.rstrip("="), base64.urlsafe_b64encode(raw).decode()
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    answer = json.dumps({"psbt": text, "complete": False}, indent=2)
    hexed = "\n".join(raw.hex()[at : at + 80] for at in range(0, len(raw.hex()), 80))
    texts = {
        "base64": text,
        "with a newline": text + "\n",
        "unpadded": bare,
        "for URLs": url,
        "for URLs, unpadded": url.rstrip("="),
        "wrapped": lines,
        "wrapped by Windows": lines.replace("\n", "\r\n") + "\r\n",
        "indented": lines.replace("\n", "\n    "),
        "in double quotes": f'"{text}"',
        "in single quotes": f"'{text}'",
        "in a mail's quotes": f"“{text}”",
        "in backticks": f"`{text}`",
        "hex": raw.hex(),
        "hex in capitals": raw.hex().upper(),
        "hex, wrapped": hexed,
        "no-break spaces": text[:50] + "\u00a0" + text[50:],
        "a zero width space": text[:50] + "\u200b" + text[50:],
        "walletprocesspsbt": answer,
        "on one line": json.dumps({"psbt": text, "complete": True, "hex": "00"}),
        "an RPC's answer": json.dumps({"result": {"psbt": text}, "error": None, "id": 1}),
        "an RPC's bare answer": json.dumps({"result": text, "error": None, "id": 1}),
        "a JSON string": json.dumps(text),
        "a part of an answer": f'  "psbt": "{text}",\n  "complete": true',
        "escaped slashes": json.dumps({"psbt": text}).replace("/", "\\/"),
    }
    found = {"binary": raw} | {name: one.encode() for name, one in texts.items()}
    for name in ("base64", "wrapped by Windows", "hex", "walletprocesspsbt"):
        one = texts[name]
        found |= {
            f"{name}, with a mark": codecs.BOM_UTF8 + one.encode(),
            f"{name}, UTF-16 LE": codecs.BOM_UTF16_LE + one.encode("utf-16-le"),
            f"{name}, UTF-16 BE": codecs.BOM_UTF16_BE + one.encode("utf-16-be"),
            f"{name}, UTF-16 LE without a mark": one.encode("utf-16-le"),
            f"{name}, UTF-16 BE without a mark": one.encode("utf-16-be"),
            f"{name}, UTF-32": one.encode("utf-32"),
        }
    return found


def refused(raw: bytes) -> dict[str, tuple[bytes, str]]:
    """What is no PSBT, and what the refusal must say of it."""
    text = base64.b64encode(raw).decode()
    picture = b"\x89PNG\r\n\x1a\n" + zlib.compress(bytes(range(256)))
    page = "<!doctype html><html><body>Sign in</body></html>"
    return {
        "nothing": (b"", "nothing in it"),
        "white space": (b" \r\n\t", "nothing in it"),
        "a mark alone": (codecs.BOM_UTF8, "nothing in it"),
        "a picture": (picture, "a picture (PNG)"),
        "a picture in base64": (base64.b64encode(picture), "a picture (PNG)"),
        "a photo": (b"\xff\xd8\xff\xe0" + bytes(100), "a picture (JPEG)"),
        "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "a PDF"),
        "a ZIP": (b"PK\x03\x04\x14\x00\x00\xff\xfe", "a ZIP archive"),
        "gzip": (b"\x1f\x8b\x08\x00" + bytes(range(200, 256)), "a gzip archive"),
        "a wallet": (b"SQLite format 3\x00" + bytes([255] * 90), "a database"),
        "noise": (b"\xff" * 50, "a file of another kind"),
        "a private key": (ACCOUNT_PRIVATE_KEY.encode(), "a private key"),
        "a private descriptor": (f"tr({ACCOUNT_PRIVATE_KEY}/0/*)".encode(), "a private key"),
        "a seed": (SEED.encode(), "the words of a seed"),
        "a public key": (ACCOUNT_KEY.encode(), "an account's public key"),
        "a descriptor": (b"tr(f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9)", "a descriptor"),
        "an address": (b"bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6", "an address"),
        "a link": (b"bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4?amount=1", "a payment link"),
        "a UR": (b"UR:CRYPTO-PSBT/HDRDJOJKIDJYZM", "moving QR code (UR)"),
        "a BBQr": (b"B$ZP0100FMUE4KXZZ7EFBRVV", "moving QR code (BBQr)"),
        "a web page": (page.encode(), "a web page"),
        "PEM": (b"-----BEGIN CERTIFICATE-----\nMIIB", "a PEM file"),
        "an id": (bytes(range(1, 33)).hex().encode(), "the id of a transaction"),
        "other JSON": (b'{"complete": false}', "JSON without a PSBT"),
        "JSON cut off": (b'{"psbt": ', "JSON without a PSBT"),
        "a deep JSON": (b"[" * 10_000, "JSON without a PSBT"),
        "prose": (b"please sign this, thank you", "neither base64 nor hexadecimal"),
        "cut off": (text[: len(text) // 8 * 4 + 1].encode(), "cut off or damaged"),
        "cut off elsewhere": (text[: len(text) // 8 * 4].encode(), "cut off"),
        "twice": ((text + text).encode(), ""),
        "one byte more": (raw + b"\0", "more"),
        "a length too long": (raw[:5] + b"\x01\x00\xfd" + raw[7:8] + b"\0" + raw[8:], "written too long"),
    }
